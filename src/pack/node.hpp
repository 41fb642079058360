// A TOML document as our own ordered tree, with the place of every key and value, so that layers can be merged and
// faults point at the character. Reads TOML 1.0 through toml++ (only in node.cpp); nothing throws.
//
//   Reading<Node> read = read_toml(bytes, "packs/nagi/town.toml", faults);
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.hpp"
#include "pack/check.hpp"

namespace yakuba::pack {

struct Member;
struct Node {
  enum class Kind { string, integer, real, boolean, date, array, table };
  Kind kind = Kind::table;
  std::string text;          // string
  std::int64_t integer = 0;  // integer; boolean as 0 or 1
  double real = 0;
  Date date;
  std::vector<Node> items;      // array
  std::vector<Member> members;  // table, as written
  Place place;                  // of the value; for a string of its first character inside the quotation marks

  const Node* find(std::string_view key) const;
  Node* find(std::string_view key);
  void set(std::string key, Node value);
};
struct Member {
  std::string key;
  Place place;  // of the key
  Node value;
};

std::string_view name_of(Node::Kind kind);  // as a fault says it: "文字列"

// Nothing when the text is not TOML: the fault says where and why. Depth is bounded.
std::optional<Node> read_toml(std::string_view text, const std::string& file, std::vector<Fault>& faults);

// The upper layer over the lower: tables merge by key, arrays of tables by their identity (id, code, key, name,
// criterion), everything else is replaced. An item with `retired = "reason"` stays, marked.
void merge(Node& below, Node above);

}  // namespace yakuba::pack
