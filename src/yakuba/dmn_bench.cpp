// `yakuba dmn bench`: what one decision costs, after its results were found right.
#include <algorithm>
#include <chrono>
#include <ctime>

#include <fmt/format.h>

#include "feel/json_text.hpp"
#include "yakuba/dmn_commands.hpp"
#include "yakuba/dmn_files.hpp"

namespace yakuba {
namespace {

namespace drg = dmn::drg;

constexpr int repetitions = 5;
constexpr double seconds_max = 600;
constexpr JsonLimits contexts_limits{.bytes_max = 64 * 1024 * 1024};

double thread_cpu_us() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}
double wall_us() {
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

struct Cost {
  double cpu_us = 0, wall_us = 0;  // of one
};
// The least of five repetitions; each lasts its part of the seconds and looks at the clock rarely.
template <class Work>
Cost least_cost(double seconds, Work&& work) {
  constexpr double look_us = 2'000;
  std::size_t batch = 1;
  for (double spent = 0; spent < look_us; batch *= 2) {
    const double start = thread_cpu_us();
    for (std::size_t i = 0; i < batch; ++i) work();
    spent = thread_cpu_us() - start;
  }
  Cost best{1e18, 1e18};
  for (int r = 0; r < repetitions; ++r) {
    std::size_t done = 0;
    const double cpu = thread_cpu_us(), wall = wall_us(), until = wall + seconds * 1e6 / repetitions;
    do {
      for (std::size_t i = 0; i < batch; ++i) work();
      done += batch;
    } while (wall_us() < until);
    best.cpu_us = std::min(best.cpu_us, (thread_cpu_us() - cpu) / static_cast<double>(done));
    best.wall_us = std::min(best.wall_us, (wall_us() - wall) / static_cast<double>(done));
  }
  return best;
}

// Numbers at the digits of the expected one, everything else exactly.
bool same(const JsonValue& got, const JsonValue& expected) {
  if (const JsonNumber* number = expected.number()) {
    const auto wanted = feel::Decimal::parse(number->text);
    const auto found = got.number() ? feel::Decimal::parse(got.number()->text) : std::nullopt;
    if (!wanted || !found) return false;
    const auto rounded = feel::round(*found, -std::min(wanted->exponent, 0), feel::Rounding::half_even);
    return rounded && *rounded == *wanted;
  }
  if (const JsonArray* items = expected.array()) return got.array() && std::ranges::equal(*got.array(), *items, same);
  if (const JsonObject* members = expected.object())
    return got.object() && std::ranges::equal(*got.object(), *members, [](const auto& a, const auto& b) {
             return a.first == b.first && same(a.second, b.second);
           });
  return got == expected;
}

struct Contexts {
  std::vector<std::string> texts;                // JSON of each
  std::vector<std::vector<feel::Value>> values;  // by the declared types
};

// What the model has, but the decision does not need.
void leave_out(JsonValue& input, const drg::Graph& graph, const drg::Prepared& prepared) {
  if (!input.object()) return;
  for (const drg::NodeInfo& node : graph.nodes())
    if (std::ranges::find(prepared.inputs(), node.name, &drg::NodeInfo::name) == prepared.inputs().end())
      input.object()->erase(node.name);
}

Result<Contexts> contexts_of(const BenchOptions& options, const drg::Graph& graph, const drg::Prepared& prepared,
                             drg::GraphEvaluator& evaluator) {
  const std::string text = TRY(dmn_content(options.contexts));
  std::vector<JsonValue> inputs;
  if (options.as.empty()) {
    inputs = TRY(dmn_inputs(text));
  } else {
    JsonObject only;
    only[options.as] = TRY(parse_json(text, contexts_limits));
    inputs.emplace_back(std::move(only));
  }
  std::vector<feel::Field> fields;
  for (const drg::NodeInfo& input : prepared.inputs()) fields.push_back({input.name, input.type});
  Contexts out;
  for (JsonValue& input : inputs) {
    leave_out(input, graph, prepared);
    out.texts.push_back(input.canonical());
    std::vector<feel::Value> values(fields.size());
    auto read = feel::read_members(out.texts.back(), fields, values);
    if (!read) {
      Error error = std::move(read).error();
      error.place.file = options.contexts.string();
      error.detail += fmt::format(" (context {})", out.texts.size());
      return std::unexpected(std::move(error));
    }
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = evaluator.accept(prepared, i, values[i]);
    out.values.push_back(std::move(values));
  }
  if (out.values.empty()) return fail(ErrorKind::invalid, "dmn.input", "--contexts holds no context");
  return out;
}

Result<std::optional<JsonArray>> expected_of(const BenchOptions& options, std::size_t count) {
  if (options.expect.empty()) return std::optional<JsonArray>();
  JsonValue whole = TRY(parse_json(TRY(dmn_content(options.expect)), contexts_limits));
  if (!options.as.empty()) return std::optional(JsonArray{std::move(whole)});
  if (!whole.array() || whole.array()->size() != count)
    return fail(ErrorKind::invalid, "dmn.expect",
                fmt::format("--expect holds a JSON list with a result for each of the {} contexts", count));
  return std::optional(std::move(*whole.array()));
}

}  // namespace

Result<bool> dmn_bench(const BenchOptions& options, std::string& out) {
  if (!(options.seconds > 0 && options.seconds <= seconds_max))
    return fail(ErrorKind::invalid, "dmn.seconds", fmt::format("--seconds takes more than 0, at most {}", seconds_max));
  const LoadedModel loaded = TRY(load_model(options.model, dmn::Words::en, out));
  const drg::GraphCompilation compiled = compile_model(loaded);
  if (!compiled.graph) {
    show(compiled.faults, dmn::Words::en, out);
    return std::unexpected(dmn::as_error(compiled.faults));
  }
  std::string decision = options.decision;
  if (decision.empty()) {
    const std::vector<std::string> results = compiled.graph->result_decisions();
    if (results.size() != 1)
      return fail(
          ErrorKind::invalid, "dmn.no_decision",
          results.empty() ? "the model has no decision" : "several decisions are required by nobody: give --decision");
    decision = results[0];
  }
  const auto prepared = drg::Prepared::make(*compiled.graph, decision);
  if (!prepared)
    return fail(ErrorKind::not_found, "dmn.no_decision", "the model has no decision of this name: " + decision);

  drg::GraphEvaluator evaluator;
  const Contexts contexts = TRY(contexts_of(options, *compiled.graph, *prepared, evaluator));
  const std::optional<JsonArray> expected = TRY(expected_of(options, contexts.values.size()));
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < contexts.values.size(); ++i) {
    const JsonValue got = feel::to_json(evaluator.decide(*prepared, contexts.values[i]));
    const bool good = expected ? same(got, (*expected)[i]) : !got.is_null();
    if (good) continue;
    constexpr std::size_t shown_max = 10;
    if (++wrong > shown_max) continue;
    out += fmt::format("context {}: {}{}\n", i + 1, got.canonical(),
                       expected ? ", expected " + (*expected)[i].canonical() : ", which --expect does not allow");
    for (const feel::Diagnostic& diagnostic : evaluator.diagnostics()) out += "  " + feel::describe(diagnostic) + "\n";
  }
  if (wrong > 0) {
    out += fmt::format("{} of {} results differ: nothing is timed\n", wrong, contexts.values.size());
    return false;
  }

  std::size_t next = 0;
  const auto turn = [&] { return next = next + 1 < contexts.values.size() ? next + 1 : 0; };
  const Cost decided = least_cost(options.seconds, [&] { evaluator.decide(*prepared, contexts.values[turn()]); });
  std::vector<feel::Field> fields;
  for (const drg::NodeInfo& input : prepared->inputs()) fields.push_back({input.name, input.type});
  std::vector<feel::Value> values(fields.size());
  std::string text;
  const Cost json = least_cost(options.seconds / 4, [&] {
    text.clear();
    if (!feel::read_members(contexts.texts[turn()], fields, values)) return;
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = evaluator.accept(*prepared, i, values[i]);
    feel::write_json(evaluator.decide(*prepared, values), text);
  });
  const std::string model = TRY(dmn_content(options.model));
  const Cost load = least_cost(options.seconds / 4, [&] {
    const drg::Reading reading = drg::read(model, "bench.dmn");
    if (reading.definitions)
      drg::compile(*reading.definitions, [&](const drg::Import& import) -> const drg::Definitions* {
        for (const drg::Definitions& one : loaded.beside)
          if (one.namespace_uri == import.namespace_uri) return &one;
        return nullptr;
      });
  });
  JsonWriter line;
  line.object([&] {
    line.member("decision", std::string_view(decision));
    line.key("decisions_per_s").raw(fmt::format("{:.0f}", 1e6 / decided.wall_us));
    line.key("cpu_us").raw(fmt::format("{:.3f}", decided.cpu_us));
    line.key("checked").value(static_cast<std::int64_t>(contexts.values.size()));
    line.key("json_cpu_us").raw(fmt::format("{:.3f}", json.cpu_us));
    line.key("load_cpu_us").raw(fmt::format("{:.1f}", load.cpu_us));
  });
  out += line.text() + "\n";
  return true;
}

}  // namespace yakuba
