// From the content of a document to the press. Inside hall/document only.
#pragma once

#include "hall/document/document.hpp"
#include "print/document.hpp"
#include "print/sign.hpp"

namespace yakuba::document {

// What of the paper does not come from the content.
struct Look {
  std::string number;
  std::string verify_url;
  std::string authority;  // 奈義町
  std::vector<std::string> seal_columns;
  std::string marker;  // the attached JSON
  bool draft = false;
  bool demo = false;
};
print::Letter letter_of(const Content& content, const Look& look);
std::vector<std::string> seal_columns(std::string_view office);  // of 「奈義町長」
JsonValue marker_json(std::string_view town, PublicId id, const Binding& binding);

// The town's sealing key out of the key ring; made self-signed at its first use.
Result<print::SealKey> seal_key(hall::Hall& hall, const store::Town& town, std::string_view organisation);

}  // namespace yakuba::document
