// The peer of bench/submit: a bare group-commit loop over SQLite that writes the rows of one submission, again and
// again, for as many clients: one writer, all that wait in one transaction, one sync; no HTTP, no rules, no checks.
//
//   submit_bare PLAN DATABASE CLIENTS SECONDS
//
// PLAN is JSON: {"schema": [sql…], "prepare": statement, "statements": [statement…], "count": sql}; a statement is
// {"sql": …, "values": [value…]}, a value {"text": …} | {"key": …} (its end replaced by the number of the submission) |
// {"number": …} |
// {"counter": …} (plus four times that number) | {"bytes": hex} | {}. `prepare` is run once for each submission before
// the clock starts; `count` must give the number of submissions at the end. Prints the rate.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <iterator>
#include <mutex>
#include <thread>

#include <sqlite3.h>

#include "base/crypto.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace {

using namespace yakuba;
constexpr std::int64_t prepared_max = 200'000;  // submissions whose rows to be changed are laid out beforehand
constexpr std::size_t number_digits = 8;
constexpr std::int64_t counter_step = 4;  // a submission has few rows with neighbouring numbers

[[noreturn]] void stop(const std::string& why) {
  std::fprintf(stderr, "submit_bare: %s\n", why.c_str());
  std::exit(1);
}

struct Value {
  enum class Kind { text, key, number, counter, bytes, null } kind = Kind::null;
  std::string text;
  std::int64_t number = 0;
};

struct Prepared {
  sqlite3_stmt* statement = nullptr;
  std::vector<Value> values;
};

class Database {
 public:
  Database(const JsonValue& plan, const char* file) {
    // Everything as the store sets it (src/store/sqlite_connection.cpp): what is compared is work, not settings.
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    if (sqlite3_open_v2(file, &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr) !=
        SQLITE_OK)
      stop("cannot open the database");
    run("pragma journal_mode=wal; pragma synchronous=full; pragma foreign_keys=on; pragma trusted_schema=off;"
        "pragma cell_size_check=on; pragma temp_store=memory; pragma mmap_size=268435456; pragma cache_size=-16000;"
        "pragma journal_size_limit=67108864; pragma secure_delete=fast; pragma wal_autocheckpoint=8000;");
    for (const JsonValue& sql : *plan.find("schema")->array()) run(*sql.string());
    for (const JsonValue& statement : *plan.find("statements")->array()) statements_.push_back(prepare(statement));
    Prepared laid_out = prepare(*plan.find("prepare"));
    run("begin");
    for (std::int64_t n = 0; n < prepared_max; ++n) write(laid_out, n);
    run("commit");
    run("pragma wal_checkpoint(truncate)");
    sqlite3_finalize(laid_out.statement);
  }
  ~Database() {
    for (Prepared& p : statements_) sqlite3_finalize(p.statement);
    sqlite3_close(db_);
  }
  void run(const std::string& sql) {
    char* error = nullptr;
    if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, &error) != SQLITE_OK) stop(sql + ": " + error);
  }
  void submission(std::int64_t n) {
    for (Prepared& p : statements_) write(p, n);
  }
  std::int64_t count(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) stop(sqlite3_errmsg(db_));
    if (sqlite3_step(statement) != SQLITE_ROW) stop(sqlite3_errmsg(db_));
    const std::int64_t found = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return found;
  }

 private:
  Prepared prepare(const JsonValue& statement) {
    Prepared out;
    const std::string sql(statement.text_or("sql", ""));
    if (sqlite3_prepare_v3(db_, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &out.statement, nullptr) != SQLITE_OK)
      stop(sql + ": " + sqlite3_errmsg(db_));
    for (const JsonValue& value : *statement.find("values")->array()) {
      Value v;
      if (const JsonValue* text = value.find("text"))
        v = {Value::Kind::text, *text->string()};
      else if (const JsonValue* key = value.find("key"))
        v = {Value::Kind::key, *key->string()};
      else if (const auto number = value.integer("number"))
        v = {Value::Kind::number, "", *number};
      else if (const auto counter = value.integer("counter"))
        v = {Value::Kind::counter, "", *counter};
      else if (const JsonValue* bytes = value.find("bytes")) {
        const auto raw = from_hex(*bytes->string());
        if (!raw) stop("bytes are written in hex");
        v = {Value::Kind::bytes, std::string(raw->begin(), raw->end())};
      }
      out.values.push_back(std::move(v));
    }
    return out;
  }

  void write(Prepared& p, std::int64_t n) {
    int at = 0;
    for (Value& v : p.values) {
      ++at;
      switch (v.kind) {
        case Value::Kind::key:
          for (std::size_t i = 0, rest = static_cast<std::size_t>(n); i < std::min(number_digits, v.text.size());
               ++i, rest /= 10)
            v.text[v.text.size() - 1 - i] = static_cast<char>('0' + rest % 10);
          [[fallthrough]];
        case Value::Kind::text:
          sqlite3_bind_text(p.statement, at, v.text.data(), static_cast<int>(v.text.size()), SQLITE_STATIC);
          break;
        case Value::Kind::number:
          sqlite3_bind_int64(p.statement, at, v.number);
          break;
        case Value::Kind::counter:
          sqlite3_bind_int64(p.statement, at, v.number + n * counter_step);
          break;
        case Value::Kind::bytes:
          sqlite3_bind_blob(p.statement, at, v.text.data(), static_cast<int>(v.text.size()), SQLITE_STATIC);
          break;
        case Value::Kind::null:
          sqlite3_bind_null(p.statement, at);
          break;
      }
    }
    if (sqlite3_step(p.statement) != SQLITE_DONE)
      stop(std::string(sqlite3_sql(p.statement)) + ": " + sqlite3_errmsg(db_));
    sqlite3_reset(p.statement);
  }

  sqlite3* db_ = nullptr;
  std::vector<Prepared> statements_;
};

// Clients wait in a queue; the writer takes all of them at once and commits once.
class Loop {
 public:
  explicit Loop(Database& database) : database_(database), writer_([this] { write(); }) {}
  ~Loop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    came_.notify_one();
    writer_.join();
  }
  void submit() {
    std::atomic<bool> done{false};
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back(&done);
    }
    came_.notify_one();
    done.wait(false);
  }
  std::int64_t submissions() const { return number_; }

 private:
  void write() {
    std::deque<std::atomic<bool>*> group;
    for (;;) {
      {
        std::unique_lock lock(mutex_);
        came_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) return;
        group.swap(queue_);
      }
      database_.run("begin immediate");
      for (std::size_t i = 0; i < group.size(); ++i) database_.submission(number_++);
      database_.run("commit");
      for (auto* done : group) {
        done->store(true);
        done->notify_one();
      }
      group.clear();
    }
  }

  Database& database_;
  std::int64_t number_ = 0;
  std::mutex mutex_;
  std::condition_variable came_;
  std::deque<std::atomic<bool>*> queue_;
  bool stopping_ = false;
  std::thread writer_;
};

}  // namespace

int main(int count, char** words) {
  if (count != 5) stop("submit_bare PLAN DATABASE CLIENTS SECONDS");
  std::ifstream in(words[1], std::ios::binary);
  const auto plan = parse_json(std::string(std::istreambuf_iterator<char>(in), {}));
  if (!plan) stop("the plan: " + describe(plan.error()));
  Database database(*plan, words[2]);
  const double seconds = std::atof(words[4]);
  std::int64_t done = 0;
  {
    Loop loop(database);
    std::atomic<bool> stopping{false};
    std::vector<std::thread> clients;
    for (int i = 0; i < std::atoi(words[3]); ++i)
      clients.emplace_back([&] {
        while (!stopping) loop.submit();
      });
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    stopping = true;
    for (std::thread& client : clients) client.join();
    done = loop.submissions();
  }
  if (done > prepared_max) stop("more submissions than rows laid out");
  const std::int64_t found = database.count(std::string(plan->text_or("count", "")));
  if (found != done) stop(std::to_string(found) + " rows for " + std::to_string(done) + " submissions");
  std::printf("{\"submissions\":%lld,\"per_second\":%.1f}\n", static_cast<long long>(done),
              static_cast<double>(done) / seconds);
}
