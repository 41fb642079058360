// Reads a table of a pack file into a struct, key by key, and says what it found wrong: unknown keys (with the nearest
// known one), missing keys, wrong kinds, words outside a list. Internal to src/pack.
//
//   TableReader in(node, faults);
//   in.text("id", step.id, Need::yes).text("role", step.by.role).integer("term_days_open", step.term_days_open);
//   in.finish();
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pack/node.hpp"
#include "pack/program.hpp"

namespace yakuba::pack {

enum class Need { no, yes };
using Words = std::span<const std::string_view>;

class TableReader {
 public:
  TableReader(const Node& table, std::vector<Fault>& faults) : table_(table), faults_(faults) {}

  TableReader& text(std::string_view key, std::string& out, Need need = Need::no);
  TableReader& word(std::string_view key, std::string& out, Words allowed, Need need = Need::no);
  TableReader& integer(std::string_view key, std::int64_t& out, Need need = Need::no);
  TableReader& integer(std::string_view key, int& out, Need need = Need::no);
  TableReader& integer(std::string_view key, std::optional<int>& out);
  TableReader& boolean(std::string_view key, bool& out);
  TableReader& date(std::string_view key, Date& out, Need need = Need::no);
  TableReader& date(std::string_view key, std::optional<Date>& out);
  TableReader& texts(std::string_view key, std::vector<std::string>& out,
                     Need need = Need::no);  // one text counts as a list
  TableReader& text_map(std::string_view key, std::map<std::string, std::string, std::less<>>& out);
  TableReader& expression(std::string_view key, Expression& out, Need need = Need::no);

  const Node* take(std::string_view key);                   // any kind; marks the key as known
  const Node* take(std::string_view key, Node::Kind kind);  // of that kind, else a fault and nothing
  std::vector<const Node*> tables(std::string_view key);    // [[key]], each a table
  void finish();                                            // what is left is unknown

  const Node& node() const { return table_; }
  const Place& place() const { return table_.place; }
  std::vector<Fault>& faults() { return faults_; }
  void fault(std::string code, const Place& place, std::vector<std::pair<std::string, std::string>> arguments = {});

 private:
  const Node& table_;
  std::vector<Fault>& faults_;
  std::vector<std::string> known_;
};

// The known word with the smallest edit distance, when it is near enough to be meant.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace yakuba::pack
