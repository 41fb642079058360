// Internal: one PostgreSQL connection with its prepared statements, and the pool of them.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "store/session.hpp"

namespace yakuba::store {

class PostgresConnection {
 public:
  using Rows = std::vector<std::vector<std::string>>;

  static Result<std::unique_ptr<PostgresConnection>> connect(const std::string& url);
  ~PostgresConnection();
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  Result<> script(const std::string& sql);
  Result<Rows> query(const std::string& sql, const std::vector<std::string>& texts = {});
  // The version of the schema is part of a statement's name: towns of two versions may share a connection.
  Result<std::int64_t> execute(const Statement& statement, int version, const void* in, Session::BindFn bind, void* out,
                               Session::RowFn row);
  Result<> prepare(const Statement& statement, int version);
  void forget_statements();
  bool lost() const;
  bool in_transaction() const;
  void roll_back();

  // COPY of one table, in pieces of text.
  Result<> copy_out(const std::string& sql, const std::function<Result<>(std::string_view)>& take);
  Result<> copy_in(const std::string& sql, const std::function<Result<std::string>()>& more);  // "" ends
  // Waits for a notification (LISTEN): true when one came. Ends early when `stop` (a file descriptor) can be read.
  Result<bool> wait_notification(int milliseconds, int stop);

  const void* last_town = nullptr;

 private:
  struct State;
  Result<std::string> name_of(const Statement& statement, int version);  // prepared when new
  explicit PostgresConnection(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class PostgresPool {
 public:
  PostgresPool(std::string url, int connections_max) : url_(std::move(url)), max_(connections_max) {}

  class Lease {
   public:
    Lease(PostgresPool& pool, std::unique_ptr<PostgresConnection> connection)
        : pool_(&pool), connection_(std::move(connection)) {}
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (connection_) pool_->give_back(std::move(connection_));
    }
    PostgresConnection& operator*() { return *connection_; }
    PostgresConnection* operator->() { return connection_.get(); }

   private:
    PostgresPool* pool_;
    std::unique_ptr<PostgresConnection> connection_;
  };
  // An idle connection that last served this town if there is one: its plans are warm.
  Result<Lease> take(const void* town);
  void drop_idle();

 private:
  void give_back(std::unique_ptr<PostgresConnection> connection);
  std::string url_;
  int max_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<PostgresConnection>> idle_;
  int open_ = 0;
};

// "cannot serialise" and the like: the whole transaction may be tried again.
bool worth_retry(const Error& error);
std::string user_of_url(const std::string& url);

}  // namespace yakuba::store
