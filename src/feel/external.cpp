#include "feel/external.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/text.hpp"

namespace yakuba::feel {
namespace {

constexpr std::string_view objects = "[Ljava.lang.Object;";

std::unexpected<Error> refuse(std::string detail) {
  return fail(ErrorKind::invalid, "feel.external", std::move(detail));
}

// --- between FEEL and Java's types

Result<double> binary(const Value& value) {
  if (value.kind() != Kind::number) return refuse("the argument is no number");
  const std::string text = value.number().text();
  double out = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), out).ec != std::errc()) return refuse("out of range");
  return out;
}
template <class Binary>
Result<Value> from_binary(Binary value) {
  if (!std::isfinite(value)) return refuse("the result is no number");
  std::array<char, 64> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  const auto decimal = Decimal::parse(std::string_view(text.data(), static_cast<std::size_t>(end - text.data())));
  if (!decimal) return refuse("the result is no number");
  return Value::number(*decimal);
}

struct Width {
  std::string_view type, boxed;
  std::int64_t low, high;
};
constexpr std::array<Width, 4> widths = {{
    {"byte", "java.lang.Byte", -128, 127},
    {"short", "java.lang.Short", -32768, 32767},
    {"int", "java.lang.Integer", std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()},
    {"long", "java.lang.Long", std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()},
}};
const Width* width_of(std::string_view type) {
  for (const Width& width : widths)
    if (width.type == type) return &width;
  return nullptr;
}
Result<std::int64_t> whole(const Value& value, const Width& width) {
  const auto out = value.integer();
  if (!out || *out < width.low || *out > width.high)
    return refuse("the argument does not fit " + std::string(width.type));
  return *out;
}

// --- java.lang.Math

using Unary = double (*)(double);
struct MathFunction {
  std::string_view name;
  Unary code;
};
constexpr std::array<MathFunction, 12> math = {{{"cos", std::cos},
                                                {"sin", std::sin},
                                                {"tan", std::tan},
                                                {"acos", std::acos},
                                                {"asin", std::asin},
                                                {"atan", std::atan},
                                                {"exp", std::exp},
                                                {"log", std::log},
                                                {"log10", std::log10},
                                                {"sqrt", std::sqrt},
                                                {"floor", std::floor},
                                                {"ceil", std::ceil}}};

Result<Value> math_two(std::string_view method, std::string_view type, std::span<const Value> arguments) {
  const bool larger = method == "max";
  if (const Width* width = width_of(type); width && width->type != "byte" && width->type != "short") {
    const std::int64_t a = TRY(whole(arguments[0], *width)), b = TRY(whole(arguments[1], *width));
    return Value::number(larger ? std::max(a, b) : std::min(a, b));
  }
  const double a = TRY(binary(arguments[0])), b = TRY(binary(arguments[1]));
  if (type == "double") return from_binary(larger ? std::fmax(a, b) : std::fmin(a, b));
  const auto x = static_cast<float>(a), y = static_cast<float>(b);
  return from_binary(larger ? std::fmax(x, y) : std::fmin(x, y));
}

// --- String.format: %s, %d and %% of values as FEEL writes them

Result<Value> formatted(std::string_view pattern, std::span<const Value> values) {
  std::string out;
  std::size_t next = 0;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') {
      out += pattern[i];
      continue;
    }
    const char kind = ++i < pattern.size() ? pattern[i] : '\0';
    if (kind == '%' || kind == 'n') {
      out += kind == 'n' ? '\n' : '%';
      continue;
    }
    if (kind != 's' && kind != 'd') return refuse("String.format is known for %s, %d, %n and %% only");
    if (next >= values.size()) return refuse("String.format has fewer arguments than its pattern");
    const Value& value = values[next++];
    if (kind == 'd' && !value.integer()) return refuse("%d takes an integer");
    out += value.is_null() ? "null" : text(value);
  }
  return Value::string(out);
}

std::string without_blanks(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r') out += c;
  return out;
}

Result<Value> value_of(std::string_view type_name, std::string_view parameter, const Value& argument) {
  for (const Width& width : widths) {
    if (width.boxed != type_name) continue;
    if (parameter == width.type) return Value::number(TRY(whole(argument, width)));
    if (parameter != "java.lang.String") break;
    const auto number = parse_integer(argument.string());
    if (argument.kind() != Kind::string || !number || *number < width.low || *number > width.high)
      return refuse("the text is no " + std::string(width.type));
    return Value::number(*number);
  }
  if ((type_name == "java.lang.Double" || type_name == "java.lang.Float") && parameter == "java.lang.String") {
    const auto decimal = Decimal::parse(trim(argument.string()));
    if (!decimal) return refuse("the text is no number");
    const double number = TRY(binary(Value::number(*decimal)));
    return type_name == "java.lang.Double" ? from_binary(number) : from_binary(static_cast<float>(number));
  }
  if (type_name == "java.lang.String" && parameter == "char") {
    if (argument.kind() != Kind::string || length_in_code_points(argument.string()) != 1)
      return refuse("a char is one character");
    return argument;
  }
  return refuse("there is no stand-in for " + std::string(type_name) + ".valueOf(" + std::string(parameter) + ")");
}

}  // namespace

Result<Value> call_external(const Value& given, std::span<const Value> arguments) {
  const Value* java = given.find("java");
  const Value& where = java ? *java : given;
  const Value* class_name = where.find("class");
  const Value* signature = where.find("method signature");
  if (!class_name || !signature || class_name->kind() != Kind::string || signature->kind() != Kind::string)
    return refuse("an external function is java: {class: …, method signature: …}; others are not run");
  const std::string written = without_blanks(signature->string());
  const auto open = written.find('(');
  if (open == std::string::npos || !written.ends_with(')')) return refuse("a method signature is name(type, type)");
  const std::string_view method = std::string_view(written).substr(0, open);
  const std::string_view inside = std::string_view(written).substr(open + 1, written.size() - open - 2);
  const auto types = inside.empty() ? std::vector<std::string_view>() : split(inside, ',');
  const std::string_view type_name = class_name->string();
  if (type_name == "java.lang.String" && method == "format" && types.size() == 2 && types[0] == "java.lang.String" &&
      types[1] == objects && !arguments.empty() && arguments[0].kind() == Kind::string)
    return formatted(arguments[0].string(), arguments.subspan(1));
  if (types.size() != arguments.size())
    return refuse("the method takes " + std::to_string(types.size()) + " arguments");
  if (type_name == "java.lang.Math" && types.size() == 1 && types[0] == "double")
    for (const MathFunction& function : math)
      if (function.name == method) return from_binary(function.code(TRY(binary(arguments[0]))));
  const bool numeric =
      !types.empty() && (types[0] == "int" || types[0] == "long" || types[0] == "float" || types[0] == "double");
  if (type_name == "java.lang.Math" && types.size() == 2 && types[0] == types[1] && numeric &&
      (method == "max" || method == "min"))
    return math_two(method, types[0], arguments);
  if (method == "valueOf" && types.size() == 1) return value_of(type_name, types[0], arguments[0]);
  return refuse("there is no stand-in for " + std::string(type_name) + "." + written);
}

}  // namespace yakuba::feel
