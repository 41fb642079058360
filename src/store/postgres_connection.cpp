#include "store/postgres_connection.hpp"

#include <cerrno>
#include <cstring>
#include <map>

#include <endian.h>
#include <libpq-fe.h>
#include <poll.h>

#include "base/waiting.hpp"

namespace yakuba::store {
namespace {

constexpr Oid oid_bytea = 17, oid_int8 = 20, oid_text = 25;

struct ResultCloser {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, ResultCloser>;

// Only the primary message: DETAIL would show values of rows in logs.
Error error_of(PGconn* connection, const PGresult* result, std::string_view what) {
  auto field = [&](int code) -> std::string_view {
    const char* text = result ? PQresultErrorField(result, code) : nullptr;
    return text ? text : "";
  };
  const std::string_view state = field(PG_DIAG_SQLSTATE);
  std::string detail = std::string(what) + ": ";
  if (state.empty()) {
    detail += PQstatus(connection) == CONNECTION_BAD ? "the connection is lost" : PQerrorMessage(connection);
  } else {
    detail += std::string(field(PG_DIAG_MESSAGE_PRIMARY)) + " (" + std::string(state) + ")";
  }
  if (auto constraint = field(PG_DIAG_CONSTRAINT_NAME); !constraint.empty()) detail += " " + std::string(constraint);
  auto make = [&](ErrorKind kind, const char* code) { return Error{kind, code, detail, {}, {}}; };
  if (state == "40001" || state == "40P01") return make(ErrorKind::unavailable, "store.serialization");
  if (state == "23505") return make(ErrorKind::conflict, "store.unique");
  if (state == "23503") return make(ErrorKind::conflict, "store.reference");
  if (state.starts_with("23")) return make(ErrorKind::conflict, "store.check");
  if (state == "53100") return make(ErrorKind::unavailable, "store.disk_full");
  if (state == "25006") return make(ErrorKind::unavailable, "store.read_only");
  if (state == "55P03" || state == "57014") return make(ErrorKind::unavailable, "store.busy");
  if (state == "0A000" && detail.find("cached plan") != std::string::npos)
    return make(ErrorKind::unavailable, "store.plan");
  if (state == "42501") return make(ErrorKind::forbidden, "store.permission");
  if (state.starts_with("53") || state.starts_with("58")) return make(ErrorKind::unavailable, "store.server");
  if (state.empty() || state.starts_with("08") || state.starts_with("57P"))
    return make(ErrorKind::unavailable, "store.lost");
  return make(ErrorKind::internal, "store.statement");
}

class ParameterBinder final : public Binder {
 public:
  explicit ParameterBinder(std::size_t count) : numbers_(count), values(count), lengths(count), formats(count, 1) {}
  void integer(int index, std::int64_t value) override {
    numbers_[at(index)] = htobe64(static_cast<std::uint64_t>(value));
    set(index, reinterpret_cast<const char*>(&numbers_[at(index)]), 8);
  }
  void text(int index, std::string_view value) override { set(index, value.data() ? value.data() : "", value.size()); }
  void blob(int index, BytesView value) override {
    set(index, value.data() ? reinterpret_cast<const char*>(value.data()) : "", value.size());
  }
  void null(int index) override { values[at(index)] = nullptr; }

 private:
  static std::size_t at(int index) { return static_cast<std::size_t>(index); }
  void set(int index, const char* data, std::size_t size) {
    values[at(index)] = data;
    lengths[at(index)] = static_cast<int>(size);
  }
  std::vector<std::uint64_t> numbers_;

 public:
  std::vector<const char*> values;
  std::vector<int> lengths;
  std::vector<int> formats;
};

class ResultColumns final : public Columns {
 public:
  explicit ResultColumns(const PGresult* result) : result_(result) {}
  bool null(int index) const override { return PQgetisnull(result_, row, index) == 1; }
  std::int64_t integer(int index) const override {
    expect(index);
    const char* data = PQgetvalue(result_, row, index);
    switch (PQgetlength(result_, row, index)) {
      case 8: {
        std::uint64_t value;
        std::memcpy(&value, data, 8);
        return static_cast<std::int64_t>(be64toh(value));
      }
      case 4: {
        std::uint32_t value;
        std::memcpy(&value, data, 4);
        return static_cast<std::int32_t>(be32toh(value));
      }
      case 1:
        return *data != 0;
      default:
        wrong = wrong < 0 ? index : wrong;
        return 0;
    }
  }
  std::string_view text(int index) const override {
    expect(index);
    return {PQgetvalue(result_, row, index), static_cast<std::size_t>(PQgetlength(result_, row, index))};
  }
  BytesView blob(int index) const override {
    expect(index);
    return {reinterpret_cast<const std::uint8_t*>(PQgetvalue(result_, row, index)),
            static_cast<std::size_t>(PQgetlength(result_, row, index))};
  }
  int row = 0;
  mutable int wrong = -1;

 private:
  void expect(int index) const {
    if (wrong < 0 && PQgetisnull(result_, row, index) == 1) wrong = index;
  }
  const PGresult* result_;
};

// The type the server computed for each column, against what `out` says.
bool type_fits(Oid type, char letter) {
  switch (letter | 0x20) {
    case 'i':
      return type == 20 || type == 23 || type == 16;
    case 'b':
      return type == oid_bytea;
    default:
      return type == 25 || type == 1043 || type == 1042 || type == 19 || type == 705;
  }
}

}  // namespace

struct PostgresConnection::State {
  PGconn* connection = nullptr;
  std::map<std::pair<const Statement*, int>, std::string> statements;
  std::uint64_t next_name = 0;
  ~State() { PQfinish(connection); }
};

PostgresConnection::PostgresConnection(std::unique_ptr<State> state) : state_(std::move(state)) {}
PostgresConnection::~PostgresConnection() = default;

Result<std::unique_ptr<PostgresConnection>> PostgresConnection::connect(const std::string& url) {
  const char* keys[] = {"dbname", "application_name", "client_encoding", "options", "connect_timeout", nullptr};
  const char* values[] = {
      url.c_str(),
      "yakuba",
      "UTF8",
      "-c idle_in_transaction_session_timeout=60000 -c statement_timeout=60000 -c lock_timeout=30000 "
      "-c standard_conforming_strings=on",
      "5",
      nullptr};
  auto state = std::make_unique<State>();
  state->connection = PQconnectdbParams(keys, values, 1);
  if (PQstatus(state->connection) != CONNECTION_OK) {
    return fail(ErrorKind::unavailable, "store.lost", std::string("PostgreSQL: ") + PQerrorMessage(state->connection));
  }
  PQsetNoticeProcessor(state->connection, [](void*, const char*) {}, nullptr);
  return std::unique_ptr<PostgresConnection>(new PostgresConnection(std::move(state)));
}

Result<> PostgresConnection::script(const std::string& sql) {
  const Waiting waiting;
  Answer answer(PQexec(state_->connection, sql.c_str()));
  const auto status = PQresultStatus(answer.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    return std::unexpected(error_of(state_->connection, answer.get(), sql.substr(0, 60)));
  }
  return {};
}

Result<PostgresConnection::Rows> PostgresConnection::query(const std::string& sql,
                                                           const std::vector<std::string>& texts) {
  std::vector<const char*> values;
  for (const auto& text : texts) values.push_back(text.c_str());
  const Waiting waiting;
  Answer answer(PQexecParams(state_->connection, sql.c_str(), static_cast<int>(values.size()), nullptr, values.data(),
                             nullptr, nullptr, 0));
  const auto status = PQresultStatus(answer.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    return std::unexpected(error_of(state_->connection, answer.get(), sql.substr(0, 60)));
  }
  Rows rows;
  for (int r = 0; r < PQntuples(answer.get()); ++r) {
    auto& cells = rows.emplace_back();
    for (int c = 0; c < PQnfields(answer.get()); ++c) cells.emplace_back(PQgetvalue(answer.get(), r, c));
  }
  return rows;
}

Result<std::string> PostgresConnection::name_of(const Statement& statement, int version) {
  auto found = state_->statements.find({&statement, version});
  if (found != state_->statements.end()) return found->second;
  if (statement.postgres.empty()) {
    return fail(ErrorKind::internal, "store.statement", std::string(statement.name) + ": not for PostgreSQL");
  }
  std::vector<Oid> types;
  for (char type : statement.parameters) types.push_back(type == 'i' ? oid_int8 : type == 't' ? oid_text : oid_bytea);
  std::string name = "s" + std::to_string(++state_->next_name) + "_v" + std::to_string(version);
  Answer prepared(PQprepare(state_->connection, name.c_str(), std::string(statement.postgres).c_str(),
                            static_cast<int>(types.size()), types.data()));
  if (PQresultStatus(prepared.get()) != PGRES_COMMAND_OK) {
    return std::unexpected(error_of(state_->connection, prepared.get(), statement.name));
  }
  state_->statements[{&statement, version}] = name;
  return name;
}

Result<> PostgresConnection::prepare(const Statement& statement, int version) {
  if (statement.postgres.empty()) return {};  // `only: sqlite`
  const std::string name = TRY(name_of(statement, version));
  Answer described(PQdescribePrepared(state_->connection, name.c_str()));
  if (PQresultStatus(described.get()) != PGRES_COMMAND_OK) {
    return std::unexpected(error_of(state_->connection, described.get(), statement.name));
  }
  auto wrong = [&](const std::string& detail) {
    return fail(ErrorKind::internal, "store.statement", std::string(statement.name) + ": " + detail);
  };
  if (PQnfields(described.get()) != static_cast<int>(statement.columns.size())) {
    return wrong("`out` names " + std::to_string(statement.columns.size()) + " columns, the statement gives " +
                 std::to_string(PQnfields(described.get())));
  }
  for (int i = 0; i < PQnfields(described.get()); ++i) {
    if (!type_fits(PQftype(described.get(), i), statement.columns[static_cast<std::size_t>(i)])) {
      return wrong("column " + std::to_string(i + 1) + " has another type; cast it");
    }
  }
  return {};
}

Result<std::int64_t> PostgresConnection::execute(const Statement& statement, int version, const void* in,
                                                 Session::BindFn bind, void* out, Session::RowFn row) {
  const std::size_t count = statement.parameters.size();
  const std::string name = TRY(name_of(statement, version));
  ParameterBinder binder(count);
  bind(in, binder);
  Answer answer = [&] {
    const Waiting waiting;
    return Answer(PQexecPrepared(state_->connection, name.c_str(), static_cast<int>(count), binder.values.data(),
                                 binder.lengths.data(), binder.formats.data(), 1));
  }();
  const auto status = PQresultStatus(answer.get());
  if (status == PGRES_COMMAND_OK) return std::atoll(PQcmdTuples(answer.get()));
  if (status != PGRES_TUPLES_OK) return std::unexpected(error_of(state_->connection, answer.get(), statement.name));
  auto column_error = [&](int index) {
    return fail(ErrorKind::corrupt, "store.column",
                std::string(statement.name) + ": column " + std::to_string(index + 1) + " is null or of another type");
  };
  if (!row) return std::atoll(PQcmdTuples(answer.get()));
  for (int i = 0; i < static_cast<int>(statement.columns.size()); ++i) {
    if (i >= PQnfields(answer.get()) ||
        !type_fits(PQftype(answer.get(), i), statement.columns[static_cast<std::size_t>(i)])) {
      return column_error(i);
    }
  }
  ResultColumns columns(answer.get());
  const int rows = PQntuples(answer.get());
  for (; columns.row < rows; ++columns.row) row(out, columns);
  if (columns.wrong >= 0) return column_error(columns.wrong);
  return rows;
}

void PostgresConnection::forget_statements() {
  roll_back();
  (void)script("DEALLOCATE ALL");
  state_->statements.clear();
}

bool PostgresConnection::lost() const {
  return PQstatus(state_->connection) == CONNECTION_BAD;
}

bool PostgresConnection::in_transaction() const {
  return PQtransactionStatus(state_->connection) != PQTRANS_IDLE;
}

void PostgresConnection::roll_back() {
  if (!lost() && in_transaction()) (void)script("ROLLBACK");
}

Result<> PostgresConnection::copy_out(const std::string& sql, const std::function<Result<>(std::string_view)>& take) {
  Answer begun(PQexec(state_->connection, sql.c_str()));
  if (PQresultStatus(begun.get()) != PGRES_COPY_OUT)
    return std::unexpected(error_of(state_->connection, begun.get(), "copy"));
  Result<> kept;
  char* buffer = nullptr;
  int size;
  while ((size = PQgetCopyData(state_->connection, &buffer, 0)) > 0) {
    if (kept) kept = take({buffer, static_cast<std::size_t>(size)});
    PQfreemem(buffer);
  }
  Answer ended(PQgetResult(state_->connection));
  if (size == -2 || PQresultStatus(ended.get()) != PGRES_COMMAND_OK) {
    return std::unexpected(error_of(state_->connection, ended.get(), "copy"));
  }
  while (Answer rest{PQgetResult(state_->connection)}) continue;
  return kept;
}

Result<> PostgresConnection::copy_in(const std::string& sql, const std::function<Result<std::string>()>& more) {
  Answer begun(PQexec(state_->connection, sql.c_str()));
  if (PQresultStatus(begun.get()) != PGRES_COPY_IN)
    return std::unexpected(error_of(state_->connection, begun.get(), "copy"));
  Result<> fed;
  while (true) {
    auto piece = more();
    if (!piece) {
      fed = std::unexpected(piece.error());
      break;
    }
    if (piece->empty()) break;
    if (PQputCopyData(state_->connection, piece->data(), static_cast<int>(piece->size())) != 1) break;
  }
  PQputCopyEnd(state_->connection, fed ? nullptr : "the file cannot be read");
  Result<> done;
  while (Answer ended{PQgetResult(state_->connection)}) {
    if (PQresultStatus(ended.get()) != PGRES_COMMAND_OK)
      done = std::unexpected(error_of(state_->connection, ended.get(), "copy"));
  }
  return fed ? done : fed;
}

Result<bool> PostgresConnection::wait_notification(int milliseconds, int stop) {
  pollfd waiting[] = {{PQsocket(state_->connection), POLLIN, 0}, {stop, POLLIN, 0}};
  const int ready = ::poll(waiting, std::size(waiting), milliseconds);
  if (ready < 0 && errno != EINTR) return fail(ErrorKind::unavailable, "store.lost", "poll");
  if (ready > 0 && waiting[0].revents != 0 && PQconsumeInput(state_->connection) != 1) {
    return fail(ErrorKind::unavailable, "store.lost", "the connection is lost");
  }
  bool came = false;
  while (PGnotify* note = PQnotifies(state_->connection)) {
    came = true;
    PQfreemem(note);
  }
  return came;
}

// --- the pool ---

Result<PostgresPool::Lease> PostgresPool::take(const void* town) {
  std::unique_lock lock(mutex_);
  if (!freed_.wait_for(lock, std::chrono::seconds(10), [&] { return !idle_.empty() || open_ < max_; })) {
    return fail(ErrorKind::unavailable, "store.busy", "every connection is in use");
  }
  if (!idle_.empty()) {
    auto found = idle_.end() - 1;  // else the one used last
    for (auto it = idle_.begin(); it != idle_.end(); ++it) {
      if ((*it)->last_town == town) found = it;
    }
    if ((*found)->last_town == town || open_ >= max_) {
      auto connection = std::move(*found);
      idle_.erase(found);
      connection->last_town = town;
      return Lease(*this, std::move(connection));
    }
  }
  ++open_;
  lock.unlock();
  auto connection = PostgresConnection::connect(url_);
  if (!connection) {
    lock.lock();
    --open_;
    freed_.notify_one();
    return std::unexpected(std::move(connection).error());
  }
  (*connection)->last_town = town;
  return Lease(*this, std::move(*connection));
}

void PostgresPool::give_back(std::unique_ptr<PostgresConnection> connection) {
  connection->roll_back();
  std::lock_guard lock(mutex_);
  if (connection->lost()) {
    --open_;
  } else {
    idle_.push_back(std::move(connection));
  }
  freed_.notify_one();
}

void PostgresPool::drop_idle() {
  std::lock_guard lock(mutex_);
  open_ -= static_cast<int>(idle_.size());
  idle_.clear();
  freed_.notify_all();
}

bool worth_retry(const Error& error) {
  return error.code == "store.serialization" || error.code == "store.plan" || error.code == "store.lost";
}

std::string user_of_url(const std::string& url) {
  char* message = nullptr;
  PQconninfoOption* options = PQconninfoParse(url.c_str(), &message);
  PQfreemem(message);
  std::string user;
  for (auto* option = options; option && option->keyword; ++option) {
    if (std::string_view(option->keyword) == "user" && option->val) user = option->val;
  }
  PQconninfoFree(options);
  return user;
}

}  // namespace yakuba::store
