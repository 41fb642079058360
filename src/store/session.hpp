// Internal: one open transaction of one database. Tx and ReadTx are thin views of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "log/event.hpp"
#include "store/statement.hpp"
#include "store/tx.hpp"

namespace yakuba::store {

class Session {
 public:
  using BindFn = void (*)(const void* in, Binder& binder);
  using RowFn = void (*)(void* out, const Columns& columns);

  virtual ~Session() = default;
  virtual bool postgres() const = 0;

  // Rows changed (or rows read). A first failure sticks: the transaction is broken on both databases alike.
  Result<std::int64_t> execute(const Statement& statement, const void* in, BindFn bind, void* out, RowFn row) {
    if (failed_) return std::unexpected(*failed_);
    auto done = run(statement, in, bind, out, row);
    if (!done) failed_ = done.error();
    return done;
  }
  // Prepares only, and checks the columns against `out`.
  virtual Result<> prepare(const Statement& statement) = 0;
  const std::optional<Error>& failed() const { return failed_; }

  Instant now;  // of the store's clock when the change began
  bool jobs_enqueued = false;
  bool events_appended = false;

  // SQLite: the place of the next event, given by the writer thread. Nothing on PostgreSQL.
  virtual std::optional<std::int64_t> take_place(const Hash& leaf) = 0;

 protected:
  virtual Result<std::int64_t> run(const Statement& statement, const void* in, BindFn bind, void* out, RowFn row) = 0;
  std::optional<Error> failed_;
};

}  // namespace yakuba::store
