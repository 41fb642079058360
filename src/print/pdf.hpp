// What cairo cannot say about a PDF: its language, its attachments, an id that depends only on its bytes. Inside print.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "print/document.hpp"

namespace yakuba::print {

struct PdfFinish {
  std::string title;
  std::string author;
  std::string language;
  Date date;
  const std::vector<Attachment>* attachments = nullptr;
};
Result<Bytes> finish_pdf(Bytes drawn, const PdfFinish& finish);

}  // namespace yakuba::print
