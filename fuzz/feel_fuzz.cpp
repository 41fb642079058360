// FEEL from anyone: parsing, compiling, evaluating and printing must end within the budget, whatever the text is.
// The first byte chooses the goal; corpus in fuzz/corpus/feel.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.hpp"
#include "feel/feel.hpp"

namespace {

using namespace yakuba::feel;

void must(bool truth) {
  if (!truth) std::abort();
}

const Scope& scope() {
  static const Scope made = [] {
    Scope out;
    Type child = Type::context({{"氏名", Type::string()}, {"生年月日", Type::date()}, {"同居", Type::boolean()}});
    out.add("?", Type::any());
    out.add("世帯.所得合計", Type::number());
    out.add("児童", child);
    out.add("対象児童", Type::list(child));
    out.add("x");
    out.add("foo+bar", Type::number());
    return out;
  }();
  return made;
}

std::vector<Value> slots() {
  Value child = Value::context({{"氏名", Value::string("花子")},
                                {"生年月日", Value::date(*parse_date("2022-04-01"))},
                                {"同居", Value::boolean(true)}});
  return {Value::number(5),
          Value::number(4'300'000),
          child,
          Value::list({child, Value()}),
          Value::list({Value::number(1), Value::string("a"), Value()}),
          Value::number(7)};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  Scope lenient = scope();
  lenient.lenient = (data[0] & 2) != 0;
  Compilation compiled = (data[0] & 1) != 0 ? compile_unary_tests(text, lenient) : compile(text, lenient);
  for (const Diagnostic& fault : compiled.faults)
    must(!describe(fault).empty() && fault.position.offset <= text.size());
  as_test_set(compiled.program);
  Limits limits;
  limits.steps_max = 50'000;
  limits.list_length_max = 10'000;
  limits.text_bytes_max = 100'000;
  limits.regex_match_steps_max = 10'000;
  Machine machine(limits);
  machine.set_now(*parse_date_time("2026-04-01T10:15:00+09:00"));
  Recorder recorder(1'000);
  ReadSet reads;
  if ((data[0] & 4) != 0) machine.set_recorder(&recorder);
  machine.set_reads(&reads);
  Value value = machine.evaluate(compiled.program, slots());
  // Every slot that was read is among those the program says it uses.
  const std::vector<Slot> used = compiled.program.slots_used();
  for (Slot i = 0; i < reads.size() * 64; ++i)
    if ((reads[i / 64] >> (i % 64) & 1) != 0) must(std::ranges::binary_search(used, i));
  must(machine.diagnostics().size() <= limits.diagnostics_max + 1);
  std::string printed = literal(value);
  must(!yakuba::is_utf8(text) || yakuba::is_utf8(printed));
  must(value == value || value.kind() == Kind::function);
  to_json(value).canonical();
  type_of(value).text();
  return 0;
}
