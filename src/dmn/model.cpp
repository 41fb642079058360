#include "dmn/model.hpp"

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "dmn/criterion.hpp"

namespace yakuba::dmn {
namespace {

struct BaseName {
  std::string_view text;
  Type::Base base;
};
// Longer names before their beginnings ("date and time" before "date").
constexpr BaseName base_names[] = {
    {"date and time", Type::Base::date_and_time},
    {"days and time duration", Type::Base::days_duration},
    {"years and months duration", Type::Base::months_duration},
    {"days duration", Type::Base::days_duration},
    {"months duration", Type::Base::months_duration},
    {"boolean", Type::Base::boolean},
    {"integer", Type::Base::integer},
    {"context", Type::Base::context},
    {"number", Type::Base::number},
    {"string", Type::Base::string},
    {"date", Type::Base::date},
    {"time", Type::Base::time},
    {"yen", Type::Base::yen},
    {"age", Type::Base::age},
    {"any", Type::Base::any},
};
constexpr std::string_view printed_name(Type::Base base) {
  switch (base) {
    case Type::Base::any:
      return "any";
    case Type::Base::boolean:
      return "boolean";
    case Type::Base::integer:
      return "integer";
    case Type::Base::yen:
      return "yen";
    case Type::Base::age:
      return "age";
    case Type::Base::number:
      return "number";
    case Type::Base::string:
      return "string";
    case Type::Base::date:
      return "date";
    case Type::Base::time:
      return "time";
    case Type::Base::date_and_time:
      return "date and time";
    case Type::Base::days_duration:
      return "days duration";
    case Type::Base::months_duration:
      return "months duration";
    case Type::Base::context:
      return "context";
    case Type::Base::named:
      return "";
  }
  return "";
}

// `"a" | "b"` or `"a", "b"`: nothing when the text is not a list of string literals.
std::optional<std::vector<std::string>> parse_enumeration(std::string_view text) {
  std::vector<std::string> values;
  std::size_t at = 0;
  const auto skip_blanks = [&] {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n')) ++at;
  };
  while (true) {
    skip_blanks();
    if (at >= text.size() || text[at] != '"') return std::nullopt;
    std::string value;
    for (++at; at < text.size() && text[at] != '"'; ++at) {
      if (text[at] == '\\' && at + 1 < text.size() && (text[at + 1] == '"' || text[at + 1] == '\\')) ++at;
      value += text[at];
    }
    if (at >= text.size()) return std::nullopt;
    ++at;
    values.push_back(std::move(value));
    skip_blanks();
    if (at >= text.size()) return values;
    if (text[at] != ',' && text[at] != '|') return std::nullopt;
    ++at;
  }
}

std::string quoted(std::string_view value) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

// Does a constraint begin here, that is: may `rest` follow a base name?
bool separates(std::string_view rest) {
  if (rest.empty()) return true;
  return std::string_view(" \t\n<>=[(!\"").find(rest.front()) != std::string_view::npos;
}

Result<Type> parse_item_type(std::string_view text) {
  Type type;
  if (text.empty()) return type;
  if (auto values = parse_enumeration(text)) {
    type.base = Type::Base::string;
    type.values = std::move(*values);
    return type;
  }
  for (const BaseName& candidate : base_names) {
    if (!text.starts_with(candidate.text) || !separates(text.substr(candidate.text.size()))) continue;
    type.base = candidate.base;
    const std::string_view rest = trim(text.substr(candidate.text.size()));
    if (type.base == Type::Base::string) {
      if (auto values = parse_enumeration(rest)) {
        type.values = std::move(*values);
        return type;
      }
    }
    type.constraint = std::string(rest);
    return type;
  }
  if (text.find_first_of("<>=[](){}\"|,") != std::string_view::npos)
    return fail(ErrorKind::invalid, "criterion.type_unknown", "not a type: " + std::string(text));
  type.base = Type::Base::named;
  type.name = std::string(text);
  return type;
}

}  // namespace

Result<Type> parse_type(std::string_view text) {
  text = trim(text);
  constexpr std::string_view list_of = "list of ";
  if (!text.starts_with(list_of)) return parse_item_type(text);
  Type type = TRY(parse_item_type(trim(text.substr(list_of.size()))));
  type.list = true;
  return type;
}

std::string print_type(const Type& type) {
  std::string out = type.list ? "list of " : "";
  if (type.base == Type::Base::named) return out + type.name;
  if (type.base == Type::Base::string && !type.values.empty()) {
    for (std::size_t i = 0; i < type.values.size(); ++i) out += (i ? " | " : "") + quoted(type.values[i]);
    return out;
  }
  out += printed_name(type.base);
  if (!type.constraint.empty()) out += ' ' + type.constraint;
  return out;
}

std::string_view hit_policy_code(HitPolicy policy, Aggregation aggregation) {
  switch (policy) {
    case HitPolicy::unique:
      return "U";
    case HitPolicy::any:
      return "A";
    case HitPolicy::priority:
      return "P";
    case HitPolicy::first:
      return "F";
    case HitPolicy::rule_order:
      return "R";
    case HitPolicy::output_order:
      return "O";
    case HitPolicy::collect:
      break;
  }
  switch (aggregation) {
    case Aggregation::none:
      return "C";
    case Aggregation::sum:
      return "C+";
    case Aggregation::min:
      return "C<";
    case Aggregation::max:
      return "C>";
    case Aggregation::count:
      return "C#";
  }
  return "C";
}

std::vector<const DecisionTable*> decision_tables(const Model& model) {
  std::vector<const DecisionTable*> found;
  for (const Block& block : model.blocks)
    if (const auto* table = std::get_if<DecisionTable>(&block)) found.push_back(table);
  return found;
}

std::vector<const Term*> terms(const Model& model) {
  std::vector<const Term*> found;
  for (const Block& block : model.blocks) {
    if (const auto* long_term = std::get_if<LongTerm>(&block)) found.push_back(&long_term->term);
    if (const auto* table = std::get_if<Terms>(&block))
      for (const Term& term : table->terms) found.push_back(&term);
  }
  return found;
}

std::vector<const Function*> functions(const Model& model) {
  std::vector<const Function*> found;
  for (const Block& block : model.blocks) {
    if (const auto* long_function = std::get_if<LongFunction>(&block)) found.push_back(&long_function->function);
    if (const auto* table = std::get_if<Functions>(&block))
      for (const Function& function : table->functions) found.push_back(&function);
  }
  return found;
}

const DecisionTable* find_table(const Model& model, std::string_view name) {
  for (const DecisionTable* table : decision_tables(model))
    if (table->name == name) return table;
  return nullptr;
}

std::string content_hash(const Model& model) {
  const Hash hash = sha256(std::string_view(print_criterion(model)));
  return "sha256:" + hex(hash);
}

}  // namespace yakuba::dmn
