#include "pack/node.hpp"

// The shared library holds only the half of toml++ that throws; here errors are values, so the header is compiled in.
#undef TOML_HEADER_ONLY
#undef TOML_SHARED_LIB
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#include <array>

#include <toml++/toml.h>

#include "base/text.hpp"

namespace yakuba::pack {
namespace {

constexpr std::size_t depth_max = 20;
constexpr std::size_t toml_bytes_max = 4 * 1024 * 1024;

// toml++ counts columns in code points and gives the place of the opening quotation mark; faults inside a string are
// counted from its first character, so the marks are skipped here (and the line break after ''' or """).
class Converter {
 public:
  Converter(std::string_view text, const std::string& file) : file_(file) {
    std::size_t from = 0;
    while (from <= text.size()) {
      const std::size_t end = std::min(text.find('\n', from), text.size());
      lines_.push_back(text.substr(from, end - from));
      from = end + 1;
    }
  }

  Node node(const toml::node& source, std::string field, std::size_t depth) {
    Node out;
    out.place = place(source.source(), field);
    if (const auto* table = source.as_table()) {
      out.kind = Node::Kind::table;
      if (depth < depth_max) members(*table, out, field, depth);
    } else if (const auto* array = source.as_array()) {
      out.kind = Node::Kind::array;
      if (depth < depth_max)
        for (const toml::node& item : *array) out.items.push_back(node(item, field, depth + 1));
    } else {
      scalar(source, out);
    }
    return out;
  }

 private:
  Place place(const toml::source_region& region, const std::string& field) const {
    return {file_, static_cast<int>(region.begin.line), static_cast<int>(region.begin.column), field};
  }

  void members(const toml::table& table, Node& out, const std::string& field, std::size_t depth) {
    for (auto&& [key, value] : table) {
      const std::string name(key.str());
      const std::string path = field.empty() ? name : field + "." + name;
      out.members.push_back({name, place(key.source(), path), node(value, path, depth + 1)});
    }
    // toml++ keeps tables sorted by key; people read them as written.
    std::stable_sort(out.members.begin(), out.members.end(), [](const Member& a, const Member& b) {
      return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
    });
  }

  void scalar(const toml::node& source, Node& out) {
    if (const auto* text = source.as_string()) {
      out.kind = Node::Kind::string;
      out.text = text->get();
      skip_quotation(out.place);
    } else if (const auto* integer = source.as_integer()) {
      out.kind = Node::Kind::integer;
      out.integer = integer->get();
    } else if (const auto* real = source.as_floating_point()) {
      out.kind = Node::Kind::real;
      out.real = real->get();
    } else if (const auto* boolean = source.as_boolean()) {
      out.kind = Node::Kind::boolean;
      out.integer = boolean->get() ? 1 : 0;
    } else if (const auto* date = source.as_date()) {
      out.kind = Node::Kind::date;
      const toml::date d = date->get();
      out.date = Date::of(d.year, d.month, d.day).value_or(Date{});
    } else {
      out.kind =
          Node::Kind::string;  // times and date-times have no use in packs: kept as their text, then refused by type
      out.text = "";
    }
  }

  void skip_quotation(Place& place) const {
    if (place.line < 1 || static_cast<std::size_t>(place.line) > lines_.size()) return;
    const std::string_view line = lines_[static_cast<std::size_t>(place.line - 1)];
    std::size_t offset = 0;
    for (int column = 1; column < place.column && offset < line.size(); ++column) {
      ++offset;
      while (offset < line.size() && (static_cast<unsigned char>(line[offset]) & 0xC0) == 0x80) ++offset;
    }
    const std::string_view rest = line.substr(offset);
    if (rest.starts_with("'''") || rest.starts_with("\"\"\"")) {
      if (trim(rest.substr(3)).empty()) {
        ++place.line;
        place.column = 1;
      } else {
        place.column += 3;
      }
    } else if (rest.starts_with('"') || rest.starts_with('\'')) {
      place.column += 1;
    }
  }

  const std::string& file_;
  std::vector<std::string_view> lines_;
};

constexpr std::array identity_keys{"id", "code", "key", "name", "criterion"};

const std::string* identity(const Node& node, std::string_view& which) {
  for (const char* key : identity_keys)
    if (const Node* found = node.find(key); found && found->kind == Node::Kind::string) {
      which = key;
      return &found->text;
    }
  return nullptr;
}

bool array_of_tables(const Node& node) {
  return node.kind == Node::Kind::array && !node.items.empty() && node.items[0].kind == Node::Kind::table;
}

void merge_items(Node& below, Node above) {
  for (Node& item : above.items) {
    std::string_view key;
    const std::string* id = identity(item, key);
    auto same = std::find_if(below.items.begin(), below.items.end(), [&](const Node& candidate) {
      const Node* found = id ? candidate.find(key) : nullptr;
      return found && found->text == *id;
    });
    if (same == below.items.end())
      below.items.push_back(std::move(item));
    else
      merge(*same, std::move(item));
  }
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  for (const Member& member : members)
    if (member.key == key) return &member.value;
  return nullptr;
}
Node* Node::find(std::string_view key) {
  return const_cast<Node*>(std::as_const(*this).find(key));
}

void Node::set(std::string key, Node value) {
  if (Node* found = find(key)) {
    *found = std::move(value);
    return;
  }
  Place place = value.place;
  members.push_back({std::move(key), std::move(place), std::move(value)});
}

std::string_view name_of(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::string:
      return "文字列";
    case Node::Kind::integer:
      return "整数";
    case Node::Kind::real:
      return "小数";
    case Node::Kind::boolean:
      return "true/false";
    case Node::Kind::date:
      return "日付";
    case Node::Kind::array:
      return "[一覧]";
    case Node::Kind::table:
      return "[表]";
  }
  return "";
}

std::optional<Node> read_toml(std::string_view text, const std::string& file, std::vector<Fault>& faults) {
  if (text.size() > toml_bytes_max) {
    faults.push_back(
        {"pack.file_too_large", Severity::error, {file, 0, 0, ""}, {{"bytes_max", std::to_string(toml_bytes_max)}}});
    return std::nullopt;
  }
  if (!is_utf8(text)) {
    faults.push_back({"pack.not_utf8", Severity::error, {file, 0, 0, ""}, {}});
    return std::nullopt;
  }
  toml::parse_result parsed = toml::parse(text, file);
  if (!parsed) {
    const toml::parse_error& error = parsed.error();
    const Place place{file, static_cast<int>(error.source().begin.line), static_cast<int>(error.source().begin.column),
                      ""};
    faults.push_back({"pack.toml", Severity::error, place, {{"reason", std::string(error.description())}}});
    return std::nullopt;
  }
  return Converter(text, file).node(parsed.table(), "", 0);
}

void merge(Node& below, Node above) {
  if (below.kind == Node::Kind::table && above.kind == Node::Kind::table) {
    for (Member& member : above.members) {
      if (Node* found = below.find(member.key))
        merge(*found, std::move(member.value));
      else
        below.members.push_back(std::move(member));
    }
    return;
  }
  if (array_of_tables(below) && array_of_tables(above)) {
    merge_items(below, std::move(above));
    return;
  }
  below = std::move(above);
}

}  // namespace yakuba::pack
