// XML by local name and namespace, with places: what the readers of models and of test cases share, inside the folder
// only. Documents with a DTD are refused, so there are no entities to expand; depth and elements are counted before
// anybody walks the tree.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <pugixml.hpp>

#include "dmn/fault.hpp"

namespace yakuba::dmn::xml {

struct Limits {
  std::size_t document_bytes_max = 64 * 1024 * 1024;
  std::size_t elements_max = 1'000'000;
  std::size_t depth_max = 200;
  std::size_t faults_max = 200;
};

class Document {
 public:
  // Faults: xml.too_large, xml.not_utf8, xml.syntax, xml.dtd, xml.too_deep, xml.too_many_elements,
  // xml.undeclared_prefix.
  Document(std::string_view text, std::string_view file, const Limits& limits);
  bool ok() const { return ok_; }
  pugi::xml_node root() const { return document_.document_element(); }

  Place place(pugi::xml_node node) const;
  // No element below the root declares a namespace: prefixes mean the same everywhere.
  bool one_scope() const { return one_scope_; }
  void fault(pugi::xml_node node, std::string code, std::vector<std::pair<std::string, std::string>> arguments = {},
             Severity severity = Severity::error);
  Faults faults;

 private:
  void load(std::string_view text, const Limits& limits);
  bool within(const Limits& limits);
  std::string_view undeclared(pugi::xml_node node) const;
  std::string text_;
  std::string file_;
  std::vector<std::size_t> line_starts_;
  std::size_t faults_max_;
  pugi::xml_document document_;
  bool ok_ = false;
  bool one_scope_ = true, ascii_ = false;
  // Where the last place was: elements are asked for in their order, and counting goes on from there.
  struct Counted {
    std::size_t line = 0, offset = 0, characters = 0;
  };
  mutable Counted counted_;
};

std::string_view local_name(pugi::xml_node node);
std::string_view prefix_of(std::string_view name);  // "dmn" of "dmn:decision"
// The namespace that a prefix ("" is the default) stands for at a node; empty when none is declared.
std::string_view namespace_of(pugi::xml_node at, std::string_view prefix);
inline std::string_view namespace_of(pugi::xml_node node) {
  return namespace_of(node, prefix_of(node.name()));
}
// The text of an element: all its character data and CDATA.
std::string text_of(pugi::xml_node node);
// The element as XML that stands for itself: the namespaces it uses are declared on it.
std::string standalone(pugi::xml_node node);

}  // namespace yakuba::dmn::xml
