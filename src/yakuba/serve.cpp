#include "yakuba/serve.hpp"

#include <condition_variable>
#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <malloc.h>
#include <signal.h>

#include "edge/server.hpp"
#include "store/jobs.hpp"
#include "yakuba/control.hpp"
#include "yakuba/dispatch.hpp"

namespace yakuba {
namespace {

// Runs the capabilities' periodic tasks on one thread, or those that call out on theirs; a failing task is logged and
// tried again at its next turn.
class TaskRunner {
 public:
  TaskRunner(hall::Hall& hall, std::function<void(std::string_view)> log, bool calls_out)
      : hall_(hall), log_(std::move(log)) {
    const auto now = std::chrono::steady_clock::now();
    for (const hall::Module& module : *hall.modules)
      for (const hall::PeriodicTask& task : module.tasks)
        if (task.calls_out == calls_out && (!task.side || hall::serves(hall.settings.sides, *task.side)))
          tasks_.push_back({&task, now});
    if (!tasks_.empty()) thread_ = std::thread([this] { loop(); });
  }
  ~TaskRunner() {
    {
      std::scoped_lock lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
  }

 private:
  struct Entry {
    const hall::PeriodicTask* task;
    std::chrono::steady_clock::time_point due;
  };

  void loop() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      auto next = std::chrono::steady_clock::now() + std::chrono::seconds(60);
      for (Entry& entry : tasks_) {
        if (entry.due <= std::chrono::steady_clock::now()) {
          lock.unlock();
          run(*entry.task);
          lock.lock();
          if (stopping_) return;
          entry.due = std::chrono::steady_clock::now() + std::chrono::seconds(entry.task->seconds);
        }
        next = std::min(next, entry.due);
      }
      wake_.wait_until(lock, next, [this] { return stopping_; });
    }
  }

  void run(const hall::PeriodicTask& task) {
    for (const store::Town& town : hall_.store.towns()) {
      const Result<> done = task.run(hall_, town);
      if (done) continue;
      JsonWriter line;
      line.object([&] {
        line.member("event", "task").member("task", task.name).member("town", town.name());
        line.member("error", done.error().code).member("detail", done.error().detail);
      });
      log_(line.text());
    }
  }

  hall::Hall& hall_;
  std::function<void(std::string_view)> log_;
  std::vector<Entry> tasks_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

// How long messages wait for the other side, and how long the two have been silent.
std::string exchange_figures(hall::Hall& hall, const store::Town& town) {
  const auto state = exchange::state(hall, town);
  if (!state) return {};
  const Instant now = hall.clock.now();
  const auto seconds_since = [&](Instant at) { return (now.microseconds - at.microseconds) / 1'000'000; };
  std::string out;
  const auto line = [&](std::string_view name, std::string_view side, std::int64_t value) {
    out += fmt::format("yakuba_exchange_{}{{town=\"{}\",side=\"{}\"}} {}\n", name, town.name(), side, value);
  };
  const auto queue = [&](std::string_view side, const exchange::Queue& queue) {
    line("waiting", side, queue.waiting);
    line("oldest_seconds", side, queue.oldest ? seconds_since(*queue.oldest) : 0);
    line("set_aside", side, queue.set_aside);
  };
  const bool office = hall.settings.sides == hall::Sides::office_only;
  queue(office ? "office" : "public", state->own);
  if (state->other) queue("public", *state->other);
  if (state->contact) line("silent_seconds", office ? "office" : "public", seconds_since(*state->contact));
  return out;
}

std::string figures_text(hall::Hall& hall) {
  std::string out;
  for (const store::Town& town : hall.store.towns()) {
    const store::StoreFigures f = hall.store.figures(town);
    const auto line = [&](std::string_view name, std::uint64_t value) {
      out += fmt::format("yakuba_store_{}{{town=\"{}\"}} {}\n", name, town.name(), value);
    };
    line("changes_total", f.changes);
    line("failed_changes_total", f.failed_changes);
    line("commits_total", f.commits);
    line("retries_total", f.retries);
    line("reads_total", f.reads);
    if (hall.settings.sides != hall::Sides::both) out += exchange_figures(hall, town);
  }
  return out;
}

std::int64_t processor_microseconds() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return used.tv_sec * 1'000'000 + used.tv_nsec / 1'000;
}

// Until a signal asks for the end. Whenever the house falls quiet after work (packs parsed, letters drawn), memory that
// nobody uses goes back to the system; idle memory is measured in bench/.
void wait_for_the_end(const sigset_t& signals) {
  constexpr timespec look{.tv_sec = 2, .tv_nsec = 0};
  constexpr std::int64_t quiet_us_max = 100'000;  // in one look: a twentieth of one processor
  constexpr std::int64_t work_us_min = 100'000;   // since the last time
  std::int64_t before = 0, given_back_at = -work_us_min;
  while (sigtimedwait(&signals, nullptr, &look) < 0) {
    const std::int64_t used = processor_microseconds();
    if (used - before < quiet_us_max && used - given_back_at > work_us_min) {
      malloc_trim(0);
      given_back_at = processor_microseconds();
    }
    before = used;
  }
}

}  // namespace

Result<> serve(const ServeOptions& options, const std::function<void(int port)>& ready) {
  // Signals are taken by sigwait below; every thread started from here inherits the mask.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);

  auto installation = TRY(Installation::open(options.data, {.port = options.port}));
  const Config& config = installation->config();
  if (!options.side.empty() && options.side != config.side)
    return fail(ErrorKind::invalid, "serve.side",
                fmt::format("this folder was made for side = \"{}\": a side has a folder of its own, made by "
                            "`yakuba init DIR --side {}`",
                            config.side, options.side),
                Place{.file = (options.data / "yakuba.toml").string()});
  hall::Hall& hall = installation->hall();
  const Dispatcher dispatcher = TRY(Dispatcher::make(hall));

  auto log_stream = std::make_shared<std::ofstream>();
  if (!options.log_file.empty()) {
    log_stream->open(options.log_file, std::ios::app);
    if (!*log_stream)
      return fail(ErrorKind::invalid, "serve.log", "cannot write the log file", Place{.file = options.log_file});
  }
  auto log_mutex = std::make_shared<std::mutex>();
  const auto write = [log_stream, log_mutex](std::string_view lines) {
    std::scoped_lock lock(*log_mutex);
    if (log_stream->is_open()) {
      *log_stream << lines << std::flush;
    } else {
      std::fwrite(lines.data(), 1, lines.size(), stdout);
      std::fflush(stdout);
    }
  };
  const auto log = [write](std::string_view line) { write(fmt::format("{}\n", line)); };

  store::JobRunner jobs(hall.store, {.workers = 2});
  for (const hall::Module& module : *hall.modules)
    for (const hall::JobHandler& handler : module.jobs)
      if (!handler.side || hall::serves(hall.settings.sides, *handler.side))
        jobs.handle(handler.kind, [&hall, run = handler.run](store::Town town, const store::Job& job) {
          return run(hall, town, job);
        });

  edge::Options edge{.address = options.address,
                     .port = static_cast<std::uint16_t>(options.port > 0 ? options.port : own_port(config)),
                     .tls_certificate = options.tls_certificate,
                     .tls_key = options.tls_key,
                     .trusted_proxies = options.trusted_proxies,
                     .spool_folder = (options.data / "spool").string(),
                     .clock = &hall.clock,
                     .log = write,
                     .metrics = [&hall] { return figures_text(hall); },
                     .health = [&hall]() -> std::string {
                       const auto answer = hall.store.setting("health");
                       return answer ? "" : answer.error().code;
                     },
                     // Strangers reach the public side: what it has to say of its queue it tells the office.
                     .serve_metrics = hall.settings.sides != hall::Sides::public_only};
  std::error_code error;
  std::filesystem::create_directories(edge.spool_folder, error);
  const auto server = TRY(
      edge::Server::start(std::move(edge), [&](const web::Request& request) { return dispatcher.answer(request); }));
  jobs.start();
  {
    TaskRunner tasks(hall, log, false), calls(hall, log, true);
    const auto control = TRY(ControlServer::start(*installation));
    ready(server->port());
    wait_for_the_end(signals);
    server->stop();
  }
  jobs.stop();
  return {};
}

}  // namespace yakuba
