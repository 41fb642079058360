#include "dmn/xml.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"

namespace yakuba::dmn::xml {
namespace {

// pugixml writes into a stream of its own making.
struct StringWriter : pugi::xml_writer {
  std::string out;
  void write(const void* data, std::size_t size) override { out.append(static_cast<const char*>(data), size); }
};

std::string declaration_name(std::string_view prefix) {
  return prefix.empty() ? "xmlns" : "xmlns:" + std::string(prefix);
}

// Prefixes that the names of an element and all below it use without declaring them themselves.
void collect_prefixes(pugi::xml_node node, std::set<std::string>& out) {
  const auto need = [&](std::string_view prefix) {
    if (prefix != "xml" && prefix != "xmlns" && !node.attribute(declaration_name(prefix).c_str())) out.emplace(prefix);
  };
  need(prefix_of(node.name()));
  for (const pugi::xml_attribute attribute : node.attributes()) {
    const std::string_view prefix = prefix_of(attribute.name());
    if (!prefix.empty()) need(prefix);
    // A value may be a qualified name (xsi:type="xsd:string").
    const std::string_view value_prefix = prefix_of(attribute.value());
    if (!value_prefix.empty() && !namespace_of(node, value_prefix).empty()) need(value_prefix);
  }
  for (const pugi::xml_node child : node.children())
    if (child.type() == pugi::node_element) collect_prefixes(child, out);
}

// Without an early end, so that many bytes are looked at in a step.
bool all_ascii(std::string_view text) {
  unsigned char all = 0;
  for (const char c : text) all |= static_cast<unsigned char>(c);
  return all < 0x80;
}

}  // namespace

Document::Document(std::string_view text, std::string_view file, const Limits& limits)
    : file_(file), faults_max_(limits.faults_max) {
  load(text, limits);
}

void Document::load(std::string_view text, const Limits& limits) {
  const auto refuse = [&](std::string code, std::string argument, Place place) {
    faults.push_back({Severity::error, std::move(code), {{"cause", std::move(argument)}}, std::move(place)});
  };
  if (text.size() > limits.document_bytes_max)
    return refuse("xml.too_large", std::to_string(limits.document_bytes_max), {file_, 0, 0, {}});
  const pugi::xml_parse_result parsed = document_.load_buffer(
      text.data(), text.size(), pugi::parse_default | pugi::parse_doctype | pugi::parse_ws_pcdata_single);
  // Offsets count bytes of the document as UTF-8; what came in another encoding has places without lines.
  if (parsed.encoding == pugi::encoding_utf8) text_ = text;
  if (text_.starts_with("\xEF\xBB\xBF")) text_.erase(0, 3);
  line_starts_.push_back(0);
  for (std::size_t i = text_.find('\n'); i != std::string::npos; i = text_.find('\n', i + 1))
    line_starts_.push_back(i + 1);
  if (!parsed) {
    Place place{file_, 0, 0, {}};
    const auto offset = std::min(static_cast<std::size_t>(std::max<std::ptrdiff_t>(parsed.offset, 0)), text_.size());
    if (!text_.empty()) {
      const auto line = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset) - line_starts_.begin();
      place.line = static_cast<int>(line);
      const std::size_t start = line_starts_[static_cast<std::size_t>(line) - 1];
      place.column = static_cast<int>(length_in_code_points(text_.substr(start, offset - start))) + 1;
    }
    return refuse("xml.syntax", parsed.description(), std::move(place));
  }
  ascii_ = all_ascii(text_);
  if (!ascii_ && !is_utf8(text_)) return refuse("xml.not_utf8", "", {file_, 0, 0, {}});
  for (const pugi::xml_node node : document_.children())
    if (node.type() == pugi::node_doctype) return refuse("xml.dtd", "", place(node));
  if (!root()) return refuse("xml.syntax", "no element", {file_, 0, 0, {}});
  ok_ = within(limits);
}

// A prefix of the element's name or of its attributes' that stands for nothing (Namespaces in XML 1.0 §5).
std::string_view Document::undeclared(pugi::xml_node node) const {
  const auto missing = [&](std::string_view prefix) {
    if (prefix.empty() || prefix == "xml" || prefix == "xmlns") return false;
    return !root().attribute(declaration_name(prefix).c_str()) && namespace_of(node, prefix).empty();
  };
  if (const std::string_view prefix = prefix_of(node.name()); missing(prefix)) return prefix;
  for (pugi::xml_attribute attribute = node.first_attribute(); attribute; attribute = attribute.next_attribute())
    if (const std::string_view prefix = prefix_of(attribute.name()); missing(prefix)) return prefix;
  return {};
}

// Walked without recursion, before any reader recurses.
bool Document::within(const Limits& limits) {
  std::size_t elements = 0, depth = 1;
  for (pugi::xml_node node = root(); node;) {
    if (node != root())
      for (pugi::xml_attribute attribute = node.first_attribute(); attribute; attribute = attribute.next_attribute())
        one_scope_ = one_scope_ && !std::string_view(attribute.name()).starts_with("xmlns");
    if (node.type() == pugi::node_element && ++elements > limits.elements_max) {
      fault(node, "xml.too_many_elements", {{"cause", std::to_string(limits.elements_max)}});
      return false;
    }
    if (const std::string_view prefix = undeclared(node); !prefix.empty()) {
      fault(node, "xml.undeclared_prefix", {{"name", std::string(prefix)}});
      return false;
    }
    if (depth > limits.depth_max) {
      fault(node, "xml.too_deep", {{"cause", std::to_string(limits.depth_max)}});
      return false;
    }
    if (node.first_child()) {
      node = node.first_child();
      ++depth;
      continue;
    }
    while (node != root() && !node.next_sibling()) {
      node = node.parent();
      --depth;
    }
    if (node == root()) break;
    node = node.next_sibling();
  }
  return true;
}

Place Document::place(pugi::xml_node node) const {
  Place out{file_, 0, 0, {}};
  const std::ptrdiff_t offset = node.offset_debug();
  if (offset < 0 || text_.empty() || static_cast<std::size_t>(offset) > text_.size()) return out;
  const auto at = static_cast<std::size_t>(offset);
  const bool same_line = counted_.line > 0 && at >= counted_.offset &&
                         (counted_.line == line_starts_.size() || at < line_starts_[counted_.line]);
  if (!same_line) {
    counted_.line =
        static_cast<std::size_t>(std::upper_bound(line_starts_.begin(), line_starts_.end(), at) - line_starts_.begin());
    counted_.offset = line_starts_[counted_.line - 1];
    counted_.characters = 0;
  }
  const std::string_view since = std::string_view(text_).substr(counted_.offset, at - counted_.offset);
  counted_.characters += ascii_ ? since.size() : length_in_code_points(since);
  counted_.offset = at;
  out.line = static_cast<int>(counted_.line);
  // The offset is that of the name, behind its "<".
  out.column = static_cast<int>(counted_.characters);
  out.column = std::max(out.column, 1);
  return out;
}

void Document::fault(pugi::xml_node node, std::string code, std::vector<std::pair<std::string, std::string>> arguments,
                     Severity severity) {
  if (faults.size() < faults_max_) faults.push_back({severity, std::move(code), std::move(arguments), place(node)});
}

std::string_view local_name(pugi::xml_node node) {
  const std::string_view name = node.name();
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}
std::string_view prefix_of(std::string_view name) {
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? std::string_view() : name.substr(0, colon);
}
std::string_view namespace_of(pugi::xml_node at, std::string_view prefix) {
  const std::string name = declaration_name(prefix);
  for (pugi::xml_node node = at; node; node = node.parent())
    if (const pugi::xml_attribute found = node.attribute(name.c_str())) return found.value();
  return {};
}
std::string text_of(pugi::xml_node node) {
  std::string out;
  for (const pugi::xml_node child : node.children())
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) out += child.value();
  return out;
}

std::string standalone(pugi::xml_node node) {
  std::set<std::string> prefixes;
  collect_prefixes(node, prefixes);
  pugi::xml_document copy;
  pugi::xml_node root = copy.append_copy(node);
  for (const std::string& prefix : prefixes)
    if (const std::string_view uri = namespace_of(node, prefix);
        !uri.empty() && !root.attribute(declaration_name(prefix).c_str()))
      root.append_attribute(declaration_name(prefix).c_str()).set_value(std::string(uri).c_str());
  StringWriter writer;
  root.print(writer, "", pugi::format_raw);
  return writer.out;
}

}  // namespace yakuba::dmn::xml
