#include "store/jobs.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>
#include <variant>

#include "base/json.hpp"
#include "base/text.hpp"
#include "store/installation.hpp"
#include "store/queries.hpp"

namespace yakuba::store {
namespace {

constexpr std::size_t error_bytes_max = 500;

using PlainHandler = std::function<Result<>(Town, const Job&)>;
using ChangeHandler = std::function<Result<>(Tx&, const Job&)>;
using Handler = std::variant<PlainHandler, ChangeHandler>;

}  // namespace

struct JobRunner::State {
  Store& store;
  JobOptions options;
  std::map<std::string, Handler> handlers;
  std::string kinds = "[]";
  std::vector<std::thread> threads;
  std::atomic<bool> stopping{false};

  Context& context() { return store.installation_->context(); }
  Instant now() const { return store.clock().now(); }

  Result<std::optional<Job>> claim(Town town) {
    const Instant at = now();
    // Looking first keeps an idle town from writing.
    auto due = TRY(store.read(town, [&](ReadTx& tx) -> Result<std::optional<std::int64_t>> {
      return TRY(tx.one<sql::NextDue>({.kinds = kinds}))->due;
    }));
    if (!due || *due > at.microseconds) return std::nullopt;
    return store.change(town, [&](Tx& tx) -> Result<std::optional<Job>> {
      auto row = TRY(tx.one<sql::ClaimJob>({.now = at.microseconds,
                                            .lease_until = at.plus_seconds(options.lease_seconds).microseconds,
                                            .kinds = kinds}));
      if (!row) return std::nullopt;
      return Job{row->kind, row->key, Instant{row->due}, row->payload, static_cast<int>(row->attempts), row->id};
    });
  }

  Result<> mark_done(Tx& tx, const Job& job) {
    auto marked = TRY(tx.run<sql::FinishJob>({.id = job.id, .attempts = job.attempts, .now = now().microseconds}));
    if (marked == 0) return fail(ErrorKind::conflict, "store.lease", "the lease of the job ran out");
    return {};
  }

  Result<> call(Town town, const Job& job) {
    const Handler& handler = handlers.at(job.kind);
    if (const auto* in_change = std::get_if<ChangeHandler>(&handler)) {
      return store.change(town, [&](Tx& tx) -> Result<> {
        TRY((*in_change)(tx, job));
        return mark_done(tx, job);
      });
    }
    TRY(guarded(std::get<PlainHandler>(handler), town, job));
    return store.change(town, [&](Tx& tx) { return mark_done(tx, job); });
  }

  static Result<> guarded(const PlainHandler& handler, Town town, const Job& job) {
    try {
      return handler(town, job);
    } catch (const std::exception& thrown) {
      return fail(ErrorKind::internal, "store.exception", std::string("a handler threw: ") + thrown.what());
    }
  }

  void put_off(Town town, const Job& job, const Error& error) {
    const bool dead = job.attempts >= options.attempts_max;
    std::int64_t wait = options.retry_seconds_first;
    for (int i = 1; i < job.attempts && wait < options.retry_seconds_max; ++i) wait *= 2;
    wait = std::min<std::int64_t>(wait, options.retry_seconds_max);
    std::string words = describe(error).substr(0, error_bytes_max);
    while (!is_utf8(words)) words.pop_back();  // cut inside a character
    // When this fails too, the lease runs out and the job comes again.
    (void)store.change(town, [&](Tx& tx) -> Result<> {
      TRY(tx.run<sql::PutOffJob>({.id = job.id,
                                  .attempts = job.attempts,
                                  .due = now().plus_seconds(wait).microseconds,
                                  .state = dead ? "dead" : "waiting",
                                  .last_error = words,
                                  .now = now().microseconds}));
      return {};
    });
  }

  // One job of one town: true when a handler was called.
  Result<bool> work(Town town) {
    if (handlers.empty()) return false;
    auto job = TRY(claim(town));
    if (!job) return false;
    auto done = call(town, *job);
    if (!done && done.error().code != "store.lease") put_off(town, *job, done.error());
    return true;
  }

  void loop(std::size_t number) {
    while (!stopping) {
      const std::uint64_t seen = context().jobs.count();
      bool worked = false;
      auto towns = store.towns();
      for (std::size_t i = 0; i < towns.size() && !stopping; ++i) {
        auto done = work(towns[(i + number) % towns.size()]);
        worked |= done && *done;
      }
      if (!worked && !stopping) context().jobs.wait(seen, std::chrono::milliseconds(options.poll_ms));
    }
  }
};

JobRunner::JobRunner(Store& store, JobOptions options)
    : state_(std::unique_ptr<State>(new State{store, options, {}, "[]", {}, {}})) {}

JobRunner::~JobRunner() {
  stop();
}

namespace {
std::string kinds_of(const std::map<std::string, Handler>& handlers) {
  JsonArray kinds;
  for (const auto& [kind, handler] : handlers) kinds.emplace_back(kind);
  return JsonValue(std::move(kinds)).canonical();
}
}  // namespace

void JobRunner::handle(std::string kind, PlainHandler handler) {
  state_->handlers[std::move(kind)] = std::move(handler);
  state_->kinds = kinds_of(state_->handlers);
}

void JobRunner::handle_in_change(std::string kind, ChangeHandler handler) {
  state_->handlers[std::move(kind)] = std::move(handler);
  state_->kinds = kinds_of(state_->handlers);
}

void JobRunner::start() {
  state_->stopping = false;
  for (int i = 0; i < state_->options.workers; ++i) {
    state_->threads.emplace_back([this, i] { state_->loop(static_cast<std::size_t>(i)); });
  }
}

void JobRunner::stop() {
  state_->stopping = true;
  state_->context().jobs.raise();
  for (auto& thread : state_->threads) thread.join();
  state_->threads.clear();
}

Result<int> JobRunner::run_due() {
  int calls = 0;
  for (bool worked = true; worked;) {
    worked = false;
    for (Town town : state_->store.towns()) {
      while (TRY(state_->work(town))) {
        ++calls;
        worked = true;
      }
    }
  }
  return calls;
}

}  // namespace yakuba::store
