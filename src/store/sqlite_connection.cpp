#include "store/sqlite_connection.hpp"

#include <charconv>
#include <unordered_map>

#include <sqlite3.h>

namespace yakuba::store {
namespace {

struct Prepared {
  sqlite3_stmt* statement = nullptr;
  std::vector<int> places;  // argument number → SQLite's index ($n is a name there; stack order is first appearance)
};

Error error_of(sqlite3* db, std::string_view what) {
  const int code = sqlite3_extended_errcode(db);
  std::string detail = std::string(what) + ": " + sqlite3_errmsg(db);
  auto make = [&](ErrorKind kind, const char* name) { return Error{kind, name, detail, {}, {}}; };
  switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return make(ErrorKind::conflict, "store.unique");
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return make(ErrorKind::conflict, "store.reference");
    default:
      break;
  }
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
      return make(ErrorKind::conflict, "store.check");
    case SQLITE_FULL:
      return make(ErrorKind::unavailable, "store.disk_full");
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      return make(ErrorKind::unavailable, "store.disk");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return make(ErrorKind::unavailable, "store.busy");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return make(ErrorKind::corrupt, "store.corrupt");
    default:
      return make(ErrorKind::internal, "store.statement");
  }
}

class StatementBinder final : public Binder {
 public:
  explicit StatementBinder(const Prepared& prepared) : prepared_(prepared) {}
  void integer(int index, std::int64_t value) override {
    note(sqlite3_bind_int64(prepared_.statement, place(index), value));
  }
  // A null pointer would bind NULL, so empty views point at something.
  void text(int index, std::string_view value) override {
    note(sqlite3_bind_text64(prepared_.statement, place(index), value.data() ? value.data() : "", value.size(),
                             SQLITE_STATIC, SQLITE_UTF8));
  }
  void blob(int index, BytesView value) override {
    note(sqlite3_bind_blob64(prepared_.statement, place(index),
                             value.data() ? static_cast<const void*>(value.data()) : "", value.size(), SQLITE_STATIC));
  }
  void null(int index) override { note(sqlite3_bind_null(prepared_.statement, place(index))); }
  int failed = SQLITE_OK;

 private:
  int place(int index) const { return prepared_.places[static_cast<std::size_t>(index)]; }
  void note(int rc) {
    if (rc != SQLITE_OK) failed = rc;
  }
  const Prepared& prepared_;
};

class StatementColumns final : public Columns {
 public:
  explicit StatementColumns(sqlite3_stmt* statement) : statement_(statement) {}
  bool null(int index) const override { return sqlite3_column_type(statement_, index) == SQLITE_NULL; }
  std::int64_t integer(int index) const override {
    expect(index, SQLITE_INTEGER);
    return sqlite3_column_int64(statement_, index);
  }
  std::string_view text(int index) const override {
    expect(index, SQLITE_TEXT);
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, index));
    return data ? std::string_view(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, index))) : "";
  }
  BytesView blob(int index) const override {
    expect(index, SQLITE_BLOB);
    const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, index));
    return {data, data ? static_cast<std::size_t>(sqlite3_column_bytes(statement_, index)) : 0};
  }
  mutable int wrong = -1;  // first column of another type

 private:
  void expect(int index, int type) const {
    if (sqlite3_column_type(statement_, index) != type && wrong < 0) wrong = index;
  }
  sqlite3_stmt* statement_;
};

}  // namespace

struct SqliteConnection::State {
  sqlite3* db = nullptr;
  std::unordered_map<const void*, Prepared> statements;  // by the address of the Statement or literal
  ~State() {
    for (auto& [key, prepared] : statements) sqlite3_finalize(prepared.statement);
    sqlite3_close_v2(db);
  }

  Result<Prepared*> prepare(const void* key, std::string_view name, std::string_view sql, std::size_t parameters) {
    auto found = statements.find(key);
    if (found != statements.end()) return &found->second;
    if (sql.empty()) return fail(ErrorKind::internal, "store.statement", std::string(name) + ": not for SQLite");
    Prepared prepared;
    if (sqlite3_prepare_v3(db, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &prepared.statement,
                           nullptr) != SQLITE_OK) {
      return std::unexpected(error_of(db, name));
    }
    for (std::size_t n = 1; n <= parameters; ++n) {
      prepared.places.push_back(sqlite3_bind_parameter_index(prepared.statement, ("$" + std::to_string(n)).c_str()));
    }
    return &statements.emplace(key, std::move(prepared)).first->second;
  }
};

SqliteConnection::SqliteConnection(std::unique_ptr<State> state) : state_(std::move(state)) {}
SqliteConnection::~SqliteConnection() = default;

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const std::filesystem::path& file, Mode mode) {
  // Nobody reads SQLite's own count of its memory, for which every allocation would take a lock of the whole process.
  [[maybe_unused]] static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  auto state = std::make_unique<State>();
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (mode == Mode::writer ? SQLITE_OPEN_CREATE : 0);
  if (sqlite3_open_v2(file.c_str(), &state->db, flags, nullptr) != SQLITE_OK) {
    return std::unexpected(error_of(state->db, "open " + file.filename().string()));
  }
  sqlite3_extended_result_codes(state->db, 1);
  sqlite3_busy_timeout(state->db, 5000);
  auto connection = std::unique_ptr<SqliteConnection>(new SqliteConnection(std::move(state)));
  // secure_delete fast: what is destroyed on time is overwritten where that costs no further writes.
  TRY(
      connection->script("pragma journal_mode=wal; pragma synchronous=full; pragma foreign_keys=on;"
                         "pragma trusted_schema=off; pragma cell_size_check=on; pragma temp_store=memory;"
                         "pragma mmap_size=268435456; pragma cache_size=-16000; pragma journal_size_limit=67108864;"));
  // wal_autocheckpoint (pages): a checkpoint copies a page once however often it was written, and syncs twice.
  TRY(connection->script(mode == Mode::writer ? "pragma secure_delete=fast; pragma wal_autocheckpoint=8000;"
                                              : "pragma query_only=on;"));
  return connection;
}

Result<> SqliteConnection::script(const std::string& sql) {
  if (sqlite3_exec(state_->db, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return std::unexpected(error_of(state_->db, "script"));
  }
  return {};
}

Result<> SqliteConnection::control(const char* sql) {
  Prepared* prepared = TRY(state_->prepare(sql, sql, sql, 0));
  const int rc = sqlite3_step(prepared->statement);
  if (rc != SQLITE_DONE && rc != SQLITE_ROW) {
    Error error = error_of(state_->db, sql);
    sqlite3_reset(prepared->statement);
    return std::unexpected(std::move(error));
  }
  sqlite3_reset(prepared->statement);
  return {};
}

Result<std::int64_t> SqliteConnection::execute(const Statement& statement, const void* in, Session::BindFn bind,
                                               void* out, Session::RowFn row) {
  Prepared* prepared = TRY(state_->prepare(&statement, statement.name, statement.sqlite, statement.parameters.size()));
  sqlite3_stmt* handle = prepared->statement;
  StatementBinder binder(*prepared);
  bind(in, binder);
  if (binder.failed != SQLITE_OK) return std::unexpected(error_of(state_->db, statement.name));
  StatementColumns columns(handle);
  std::int64_t rows = 0;
  int rc;
  while ((rc = sqlite3_step(handle)) == SQLITE_ROW) {
    ++rows;
    if (row) row(out, columns);
  }
  if (rc != SQLITE_DONE) {
    Error error = error_of(state_->db, statement.name);
    sqlite3_reset(handle);
    return std::unexpected(std::move(error));
  }
  sqlite3_reset(handle);
  if (columns.wrong >= 0) {
    return fail(
        ErrorKind::corrupt, "store.column",
        std::string(statement.name) + ": column " + std::to_string(columns.wrong + 1) + " is null or of another type");
  }
  return row ? rows : sqlite3_changes64(state_->db);
}

Result<> SqliteConnection::prepare(const Statement& statement) {
  if (statement.sqlite.empty()) return {};  // `only: postgres`
  Prepared* prepared = TRY(state_->prepare(&statement, statement.name, statement.sqlite, statement.parameters.size()));
  const int columns = sqlite3_column_count(prepared->statement);
  if (columns != static_cast<int>(statement.columns.size())) {
    return fail(ErrorKind::internal, "store.statement",
                std::string(statement.name) + ": `out` names " + std::to_string(statement.columns.size()) +
                    " columns, the statement gives " + std::to_string(columns));
  }
  for (int place : prepared->places) {
    if (place == 0)
      return fail(ErrorKind::internal, "store.statement", std::string(statement.name) + ": a parameter is not used");
  }
  return {};
}

Result<std::vector<std::vector<std::string>>> SqliteConnection::query(const std::string& sql,
                                                                      const std::vector<std::string>& texts) {
  sqlite3_stmt* handle = nullptr;
  if (sqlite3_prepare_v2(state_->db, sql.c_str(), -1, &handle, nullptr) != SQLITE_OK) {
    return std::unexpected(error_of(state_->db, "query"));
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    sqlite3_bind_text(handle, static_cast<int>(i) + 1, texts[i].data(), static_cast<int>(texts[i].size()),
                      SQLITE_STATIC);
  }
  std::vector<std::vector<std::string>> rows;
  int rc;
  while ((rc = sqlite3_step(handle)) == SQLITE_ROW) {
    auto& cells = rows.emplace_back();
    for (int i = 0; i < sqlite3_column_count(handle); ++i) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(handle, i));
      cells.emplace_back(text ? std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(handle, i)))
                              : std::string());
    }
  }
  std::optional<Error> error;
  if (rc != SQLITE_DONE) error = error_of(state_->db, "query");
  sqlite3_finalize(handle);
  if (error) return std::unexpected(std::move(*error));
  return rows;
}

bool SqliteConnection::in_transaction() const {
  return sqlite3_get_autocommit(state_->db) == 0;
}

Result<> SqliteConnection::backup_to(const std::filesystem::path& file) {
  sqlite3* target = nullptr;
  std::optional<Error> error;
  if (sqlite3_open_v2(file.c_str(), &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr) != SQLITE_OK) {
    error = error_of(target, "backup");
  } else if (sqlite3_backup* backup = sqlite3_backup_init(target, "main", state_->db, "main")) {
    // One step: the copy is one snapshot, however much is written beside it.
    const int rc = sqlite3_backup_step(backup, -1);
    sqlite3_backup_finish(backup);
    if (rc != SQLITE_DONE) error = error_of(target, "backup");
  } else {
    error = error_of(target, "backup");
  }
  sqlite3_close_v2(target);
  if (error) return std::unexpected(std::move(*error));
  return {};
}

}  // namespace yakuba::store
