#include "base/xml.hpp"

namespace yakuba {
namespace {

void put(std::string& out, char c) {
  switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '\r':
      out += "&#13;";
      break;
    default:
      out += c;
  }
}

}  // namespace

std::string xml_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) put(out, c);
  return out;
}

std::string xml_attribute(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text)
    if (c == '"')
      out += "&quot;";
    else if (c == '\n')
      out += "&#10;";
    else if (c == '\t')
      out += "&#9;";
    else
      put(out, c);
  return out;
}

}  // namespace yakuba
