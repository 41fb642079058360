// What tools/queries.cpp generates from queries.sql and migrations/, and how values pass between C++ and a database.
// A capability never writes these types by hand. Syntax of queries.sql:
//
//   -- name: case_by_public_id :one        (:one | :all | :run)
//   -- in: public_id text, limit int
//   -- out: id int, number text, owner int?, body blob
//   select id, number, owner, body from cases where public_id = $1 limit $2;
//
// int is std::int64_t, text is UTF-8, blob is bytes; a trailing ? makes it nullable. Those of queries.postgres.sql and
// queries.sqlite.sql replace those of the same name (same in and out); a line `-- only: sqlite` (or postgres)
// says that the other database has no such statement. On PostgreSQL a computed column must
// be cast to its type (cast(sum(amount) as bigint)); count(*) needs none.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/bytes.hpp"

namespace yakuba::store {

// Takes the arguments of a statement, in order from 0. Views must live until the call returns.
class Binder {
 public:
  virtual void integer(int index, std::int64_t value) = 0;
  virtual void text(int index, std::string_view value) = 0;
  virtual void blob(int index, BytesView value) = 0;
  virtual void null(int index) = 0;

 protected:
  ~Binder() = default;
};

// The current row of a result. Views die with the row. A null or another type where none is allowed makes the whole
// statement fail with corrupt "store.column".
class Columns {
 public:
  virtual bool null(int index) const = 0;
  virtual std::int64_t integer(int index) const = 0;
  virtual std::string_view text(int index) const = 0;
  virtual BytesView blob(int index) const = 0;

 protected:
  ~Columns() = default;
};

enum class StatementKind { one, all, run };

// One statement of a capability; lives for ever (static), so its address is its identity in the statement caches.
struct Statement {
  std::string_view name;  // "hall/cases/case_by_public_id"
  StatementKind kind = StatementKind::run;
  std::string_view sqlite;
  std::string_view postgres;
  std::string_view parameters;  // one letter each: i t b
  std::string_view columns;     // one letter each, upper case when nullable
};

struct Migration {
  int number = 0;           // from 1, no gaps
  std::string_view name;    // "cases" of 0001-cases.sql
  std::string_view common;  // common dialect; empty when both overlays exist
  std::string_view sqlite;  // overlay, replaces common on SQLite; empty: none
  std::string_view postgres;
};

// The migrations of one folder, as the program hands them to the store.
struct MigrationSet {
  std::string_view capability;  // "cases"
  std::span<const Migration> migrations;
  std::string_view left_out = {};  // those whose name begins so are not run here ("office-"); empty: all are
};

}  // namespace yakuba::store
