// Internal: one SQLite connection with its cache of prepared statements.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/session.hpp"

namespace yakuba::store {

class SqliteConnection {
 public:
  enum class Mode { writer, reader };
  static Result<std::unique_ptr<SqliteConnection>> open(const std::filesystem::path& file, Mode mode);
  ~SqliteConnection();
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  Result<> script(const std::string& sql);  // several statements, no rows
  // Small control statements (begin, savepoint …), prepared once. `sql` must be a literal.
  Result<> control(const char* sql);
  Result<std::int64_t> execute(const Statement& statement, const void* in, Session::BindFn bind, void* out,
                               Session::RowFn row);
  Result<> prepare(const Statement& statement);
  Result<std::vector<std::vector<std::string>>> query(const std::string& sql,
                                                      const std::vector<std::string>& texts = {});
  bool in_transaction() const;
  Result<> backup_to(const std::filesystem::path& file);

 private:
  struct State;
  explicit SqliteConnection(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace yakuba::store
