// Claims of src/dmn: load and compile, one decision, and the analysis of tables of 50, 200 and 500 rules (the shape of
// the peers' workload: five inputs, disjoint rules). Each result is checked before it is timed.
#include <cstdlib>
#include <string>

#include <benchmark/benchmark.h>

#include "dmn/analyse.hpp"
#include "dmn/evaluate.hpp"

namespace {

using namespace yakuba;
using namespace yakuba::dmn;

// rules = ages × incomes × 2: age and income in bands, a kind from a list or not, a date range, a truth.
std::string document(int ages, int incomes) {
  std::string text =
      "+++\nid = \"bench\"\ntitle = \"bench\"\n+++\n\n## 入力 Inputs\n\n| input | type |\n|-|-|\n| 年齢 | age |\n| "
      "所得 | yen >= 0 |\n"
      "| 区分 | string |\n| 日 | date |\n| 同居 | boolean |\n\n## 表 Decision: 結論   U\n\n| | 年齢 | 所得 | 区分 | 日 "
      "| 同居 | → 額 | → 符号 |\n|-|-|-|-|-|-|-|-|\n";
  int id = 0;
  for (int a = 0; a < ages; ++a)
    for (int i = 0; i < incomes; ++i)
      for (int b = 0; b < 2; ++b) {
        const std::string age = a + 1 == ages ? ">= " + std::to_string(a * 10)
                                              : "[" + std::to_string(a * 10) + ".." + std::to_string(a * 10 + 9) + "]";
        const std::string income =
            i + 1 == incomes ? ">= " + std::to_string(i * 100000)
                             : "[" + std::to_string(i * 100000) + ".." + std::to_string((i + 1) * 100000) + ")";
        const std::string n = std::to_string(++id);
        text += "| " + n + " | " + age + " | " + income + " | " + (i % 2 ? "not(\"甲\", \"乙\")" : "-") +
                " | >= @\"2024-04-01\" | " + (b ? "true" : "false") + " | " + n + " | \"R" + n + "\" |\n";
      }
  return text;
}

Criterion compiled(const std::string& text) {
  const Reading reading = read_criterion(text, "bench.md");
  const Compilation compilation = compile(*reading.model, {.places = &reading.places});
  if (!compilation.criterion) std::abort();
  return *compilation.criterion;
}

Question question(int age, int income) {
  return {.as_of = *Date::parse("2026-11-20"),
          .facts = feel::Value::context({{"年齢", feel::Value::number(age)},
                                         {"所得", feel::Value::number(income)},
                                         {"区分", feel::Value::string("丙")},
                                         {"日", feel::Value::date(*Date::parse("2026-11-20"))},
                                         {"同居", feel::Value::boolean(true)}}),
          .missing = {},
          .goals = {},
          .given_terms = {}};
}

void load_50(benchmark::State& state) {
  const std::string text = document(5, 5);
  for (auto _ : state) benchmark::DoNotOptimize(compiled(text));
}
BENCHMARK(load_50)->Unit(benchmark::kMicrosecond);

void decide_50(benchmark::State& state) {
  const Criterion criterion = compiled(document(5, 5));
  const Question asked = question(23, 350000);
  Evaluator evaluator;
  if (evaluator.decide(criterion, asked, "結論").find("額")->integer() != 28) std::abort();
  for (auto _ : state) benchmark::DoNotOptimize(evaluator.decide(criterion, asked, "結論"));
}
BENCHMARK(decide_50)->Unit(benchmark::kMicrosecond);

void trace_50(benchmark::State& state) {
  const Criterion criterion = compiled(document(5, 5));
  const Question asked = question(23, 350000);
  Evaluator evaluator;
  if (evaluator.evaluate(criterion, asked).find("結論")->matched != std::vector<int>{27}) std::abort();
  for (auto _ : state) benchmark::DoNotOptimize(evaluator.evaluate(criterion, asked));
}
BENCHMARK(trace_50)->Unit(benchmark::kMicrosecond);

void analysis(benchmark::State& state) {
  const Criterion criterion = compiled(document(5, static_cast<int>(state.range(0)) / 10));
  const Analysis found = analyse(criterion);
  // Two defects are in the table by its making: kinds 甲 and 乙, and days before April 2024.
  if (found.tables[0].gaps.empty() || !found.tables[0].overlaps.empty() || !found.tables[0].complete) std::abort();
  for (auto _ : state) benchmark::DoNotOptimize(analyse(criterion));
}
BENCHMARK(analysis)->Arg(50)->Arg(200)->Arg(500)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
