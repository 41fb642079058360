#include "pack/reader.hpp"

#include <algorithm>
#include <limits>

namespace yakuba::pack {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

std::string joined(Words words) {
  std::string out;
  for (std::string_view word : words) out += (out.empty() ? "" : ", ") + std::string(word);
  return out;
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
  std::string best;
  std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : known)
    if (const std::size_t distance = edit_distance(word, candidate); distance < least) {
      least = distance;
      best = candidate;
    }
  return best;
}

void TableReader::fault(std::string code, const Place& place,
                        std::vector<std::pair<std::string, std::string>> arguments) {
  faults_.push_back({std::move(code), Severity::error, place, std::move(arguments)});
}

const Node* TableReader::take(std::string_view key) {
  known_.emplace_back(key);
  return table_.find(key);
}

const Node* TableReader::take(std::string_view key, Node::Kind kind) {
  const Node* node = take(key);
  if (node && node->kind != kind) {
    fault("pack.wrong_type", node->place,
          {{"key", std::string(key)},
           {"expected", std::string(name_of(kind))},
           {"actual", std::string(name_of(node->kind))}});
    return nullptr;
  }
  return node;
}

namespace {
void need_fault(TableReader& in, std::string_view key, Need need) {
  if (need == Need::yes && !in.node().find(key)) in.fault("pack.missing_key", in.place(), {{"key", std::string(key)}});
}
}  // namespace

TableReader& TableReader::text(std::string_view key, std::string& out, Need need) {
  if (const Node* node = take(key, Node::Kind::string)) {
    out = node->text;
    if (need == Need::yes && out.empty()) fault("pack.empty", node->place, {{"key", std::string(key)}});
  }
  need_fault(*this, key, need);
  return *this;
}

TableReader& TableReader::word(std::string_view key, std::string& out, Words allowed, Need need) {
  text(key, out, need);
  const Node* node = table_.find(key);
  if (node && node->kind == Node::Kind::string &&
      std::find(allowed.begin(), allowed.end(), node->text) == allowed.end())
    fault("pack.unknown_word", node->place,
          {{"key", std::string(key)}, {"word", node->text}, {"allowed", joined(allowed)}});
  return *this;
}

TableReader& TableReader::integer(std::string_view key, std::int64_t& out, Need need) {
  if (const Node* node = take(key, Node::Kind::integer)) out = node->integer;
  need_fault(*this, key, need);
  return *this;
}

TableReader& TableReader::integer(std::string_view key, int& out, Need need) {
  std::int64_t wide = out;
  integer(key, wide, need);
  if (wide < std::numeric_limits<int>::min() || wide > std::numeric_limits<int>::max())
    fault("pack.out_of_range", table_.find(key)->place, {{"key", std::string(key)}});
  else
    out = static_cast<int>(wide);
  return *this;
}

TableReader& TableReader::integer(std::string_view key, std::optional<int>& out) {
  if (!table_.find(key)) {
    take(key);
    return *this;
  }
  int value = 0;
  integer(key, value);
  out = value;
  return *this;
}

TableReader& TableReader::boolean(std::string_view key, bool& out) {
  if (const Node* node = take(key, Node::Kind::boolean)) out = node->integer != 0;
  return *this;
}

TableReader& TableReader::date(std::string_view key, Date& out, Need need) {
  if (const Node* node = take(key, Node::Kind::date)) out = node->date;
  need_fault(*this, key, need);
  return *this;
}

TableReader& TableReader::date(std::string_view key, std::optional<Date>& out) {
  if (const Node* node = take(key, Node::Kind::date)) out = node->date;
  return *this;
}

TableReader& TableReader::texts(std::string_view key, std::vector<std::string>& out, Need need) {
  const Node* node = take(key);
  if (node && node->kind == Node::Kind::string) {
    out = {node->text};
  } else if (node && node->kind == Node::Kind::array) {
    out.clear();
    for (const Node& item : node->items) {
      if (item.kind == Node::Kind::string)
        out.push_back(item.text);
      else
        fault("pack.wrong_type", item.place,
              {{"key", std::string(key)}, {"expected", "文字列"}, {"actual", std::string(name_of(item.kind))}});
    }
  } else if (node) {
    fault("pack.wrong_type", node->place,
          {{"key", std::string(key)}, {"expected", "文字列の一覧"}, {"actual", std::string(name_of(node->kind))}});
  }
  need_fault(*this, key, need);
  return *this;
}

TableReader& TableReader::text_map(std::string_view key, std::map<std::string, std::string, std::less<>>& out) {
  const Node* node = take(key, Node::Kind::table);
  if (!node) return *this;
  for (const Member& member : node->members) {
    if (member.value.kind == Node::Kind::string)
      out[member.key] = member.value.text;
    else if (member.value.kind == Node::Kind::integer)
      out[member.key] = std::to_string(member.value.integer);
    else
      fault("pack.wrong_type", member.value.place,
            {{"key", member.key}, {"expected", "文字列"}, {"actual", std::string(name_of(member.value.kind))}});
  }
  return *this;
}

TableReader& TableReader::expression(std::string_view key, Expression& out, Need need) {
  if (const Node* node = take(key, Node::Kind::string)) {
    out.feel = node->text;
    out.place = node->place;
    if (out.feel.find_first_not_of(" \t\r\n") == std::string::npos)
      fault("pack.empty", node->place, {{"key", std::string(key)}});
  }
  need_fault(*this, key, need);
  return *this;
}

std::vector<const Node*> TableReader::tables(std::string_view key) {
  std::vector<const Node*> out;
  const Node* node = take(key, Node::Kind::array);
  if (!node) return out;
  for (const Node& item : node->items) {
    if (item.kind == Node::Kind::table)
      out.push_back(&item);
    else
      fault("pack.wrong_type", item.place,
            {{"key", std::string(key)}, {"expected", "[表]"}, {"actual", std::string(name_of(item.kind))}});
  }
  return out;
}

void TableReader::finish() {
  for (const Member& member : table_.members) {
    if (std::find(known_.begin(), known_.end(), member.key) != known_.end()) continue;
    fault("pack.unknown_key", member.place, {{"key", member.key}, {"near", nearest(member.key, known_)}});
  }
}

}  // namespace yakuba::pack
