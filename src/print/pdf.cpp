#include "print/pdf.hpp"

#define POINTERHOLDER_TRANSITION 4  // qpdf: std::shared_ptr only
#include <fmt/format.h>
#include <qpdf/Buffer.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFEFStreamObjectHelper.hh>
#include <qpdf/QPDFEmbeddedFileDocumentHelper.hh>
#include <qpdf/QPDFFileSpecObjectHelper.hh>
#include <qpdf/QPDFWriter.hh>

#include "base/xml.hpp"

namespace yakuba::print {

namespace {

// XMP (ISO 16684-1): the same words as the information dictionary, in the form that archives read.
std::string xmp(const PdfFinish& finish) {
  return fmt::format(
      "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
      "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
      "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
      "xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\">"
      "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{0}</rdf:li></rdf:Alt></dc:title>"
      "<dc:creator><rdf:Seq><rdf:li>{1}</rdf:li></rdf:Seq></dc:creator>"
      "<dc:language><rdf:Bag><rdf:li>{2}</rdf:li></rdf:Bag></dc:language>"
      "<xmp:CreateDate>{3}T00:00:00+09:00</xmp:CreateDate>"
      "</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>",
      xml_text(finish.title), xml_text(finish.author), xml_text(finish.language), finish.date.text());
}

void attach(QPDF& pdf, const Attachment& attachment, Date date) {
  auto stream =
      QPDFEFStreamObjectHelper::createEFStream(pdf, std::string(attachment.bytes.begin(), attachment.bytes.end()));
  const std::string at = fmt::format("D:{:04}{:02}{:02}000000+09'00'", date.year(), date.month(), date.day());
  stream.setSubtype(attachment.media_type).setCreationDate(at).setModDate(at);
  auto specification = QPDFFileSpecObjectHelper::createFileSpec(pdf, attachment.file_name, stream);
  specification.setDescription(attachment.description);
  QPDFEmbeddedFileDocumentHelper(pdf).replaceEmbeddedFile(attachment.file_name, specification);
}

}  // namespace

Result<Bytes> finish_pdf(Bytes drawn, const PdfFinish& finish) {
  try {
    QPDF pdf;
    pdf.setSuppressWarnings(true);
    pdf.processMemoryFile("letter", reinterpret_cast<const char*>(drawn.data()), drawn.size());
    QPDFObjectHandle root = pdf.getRoot();
    root.replaceKey("/Lang", QPDFObjectHandle::newUnicodeString(finish.language));
    root.replaceKey("/ViewerPreferences", QPDFObjectHandle::parse("<< /DisplayDocTitle true >>"));
    QPDFObjectHandle metadata = QPDFObjectHandle::newStream(&pdf, xmp(finish));
    metadata.getDict().replaceKey("/Type", QPDFObjectHandle::newName("/Metadata"));
    metadata.getDict().replaceKey("/Subtype", QPDFObjectHandle::newName("/XML"));
    root.replaceKey("/Metadata", pdf.makeIndirectObject(metadata));
    if (finish.attachments)
      for (const Attachment& attachment : *finish.attachments) attach(pdf, attachment, finish.date);
    QPDFWriter writer(pdf);
    writer.setOutputMemory();
    writer.setDeterministicID(true);
    writer.setObjectStreamMode(qpdf_o_generate);
    writer.write();
    auto buffer = writer.getBufferSharedPointer();
    return Bytes(buffer->getBuffer(), buffer->getBuffer() + buffer->getSize());
  } catch (const std::exception& error) {
    return fail(ErrorKind::internal, "print.pdf", error.what());
  }
}

Result<Bytes> attachment_of(BytesView bytes, std::string_view file_name) {
  try {
    QPDF pdf;
    pdf.setSuppressWarnings(true);
    pdf.processMemoryFile("letter", reinterpret_cast<const char*>(bytes.data()), bytes.size());
    auto specification = QPDFEmbeddedFileDocumentHelper(pdf).getEmbeddedFile(std::string(file_name));
    if (!specification) return fail(ErrorKind::not_found, "print.no_attachment", std::string(file_name));
    auto buffer = specification->getEmbeddedFileStream().getStreamData(qpdf_dl_generalized);
    return Bytes(buffer->getBuffer(), buffer->getBuffer() + buffer->getSize());
  } catch (const std::exception& error) {
    return fail(ErrorKind::invalid, "print.pdf", error.what());
  }
}

}  // namespace yakuba::print
