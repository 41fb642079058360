// The installation's schema `yakuba`, the making and migrating of towns as owner, the sequencer's and listener's
// threads.
#include <algorithm>
#include <fstream>
#include <set>
#include <thread>

#include <sys/eventfd.h>
#include <unistd.h>

#include "base/text.hpp"
#include "store/dialect.hpp"
#include "store/file.hpp"
#include "store/postgres_town.hpp"

namespace yakuba::store {
namespace fs = std::filesystem;
namespace {

std::string owner_of(std::string_view town) {
  return schema_of(town) + "_owner";
}
std::string identifier(const std::string& name) {
  std::string out = "\"";
  for (char c : name) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

// The log is append-only for the server's role; the list of migrations is not its business.
Result<> grant_rights(PostgresConnection& owner, const std::string& town) {
  const std::string role = identifier(schema_of(town));
  TRY(owner.script("grant usage on schema " + role + " to " + role));
  TRY(owner.script("grant select, insert, update, delete on all tables in schema " + role + " to " + role));
  TRY(owner.script("grant usage, select on all sequences in schema " + role + " to " + role));
  TRY(owner.script("revoke update, delete on log_entry, log_place, log_object, log_tile, log_checkpoint from " + role));
  TRY(owner.script("revoke insert, update, delete on schema_migration from " + role));
  return {};
}

// Inside a transaction of the owner's connection.
Result<> as_owner(PostgresConnection& owner, const std::string& town) {
  TRY(owner.script("set local role " + identifier(owner_of(town))));
  return owner.script("set local search_path to " + identifier(schema_of(town)));
}

Result<> run_missing(PostgresConnection& owner, const std::vector<MigrationSet>& sets, const std::string& town) {
  TRY(
      owner.script("create table if not exists schema_migration (capability text not null, number bigint not null,"
                   " name text not null, hash text not null, at bigint not null, primary key (capability, number))"));
  std::vector<RecordedMigration> recorded;
  for (auto& row : TRY(owner.query("select capability, number, hash from schema_migration"))) {
    recorded.push_back({row[0], std::stoi(row[1]), row[2]});
  }
  for (const auto& step : TRY(missing_migrations(sets, recorded))) {
    auto done = owner.script(migration_text(*step.migration, true));
    if (!done) {
      done.error().detail = step.capability + " " + std::to_string(step.migration->number) + ": " + done.error().detail;
      return done;
    }
    TRY(
        owner.query("insert into schema_migration values ($1, $2, $3, $4,"
                    " cast(extract(epoch from now()) * 1000000 as bigint))",
                    {step.capability, std::to_string(step.migration->number), std::string(step.migration->name),
                     migration_hash(*step.migration)}));
  }
  return grant_rights(owner, town);
}

Result<> make_role(PostgresConnection& owner, const std::string& role) {
  auto rows = TRY(owner.query("select rolcanlogin or rolsuper from pg_roles where rolname = $1", {role}));
  if (rows.empty()) return owner.script("create role " + identifier(role) + " nologin noinherit");
  if (rows[0][0] == "t")
    return fail(ErrorKind::conflict, "store.town_exists", "the role " + role + " can log in: it is not ours");
  return {};
}

Result<> keep_record(PostgresConnection& owner, const TownRecord& record) {
  TRY(
      owner.query("insert into yakuba.town (name, municipality_code, hosts, log_public_key) values ($1, $2, $3, $4)"
                  " on conflict (name) do update set municipality_code = excluded.municipality_code,"
                  " hosts = excluded.hosts, log_public_key = excluded.log_public_key",
                  {record.name, record.municipality_code, hosts_to_json(record.hosts), hex(record.log_public_key)}));
  return {};
}

// Schema, roles, tables; the caller's transaction.
Result<> make_town(PostgresConnection& owner, const std::vector<MigrationSet>& sets, const TownRecord& record,
                   const std::string& login) {
  if (!TRY(owner.query("select 1 from pg_namespace where nspname = $1", {schema_of(record.name)})).empty()) {
    return fail(ErrorKind::conflict, "store.town_exists", "there is a town " + record.name + " already");
  }
  TRY(make_role(owner, owner_of(record.name)));
  TRY(make_role(owner, schema_of(record.name)));
  TRY(owner.script("grant " + identifier(owner_of(record.name)) + " to current_user"));
  TRY(owner.script("create schema " + identifier(schema_of(record.name)) + " authorization " +
                   identifier(owner_of(record.name))));
  TRY(as_owner(owner, record.name));
  TRY(run_missing(owner, sets, record.name));
  TRY(owner.script("reset role"));
  TRY(owner.script("grant " + identifier(schema_of(record.name)) + " to " + identifier(login)));
  return keep_record(owner, record);
}

template <class F>
Result<> in_owner_transaction(const std::string& owner_url, F&& body) {
  if (owner_url.empty())
    return fail(ErrorKind::invalid, "store.owner_url", "this needs the owner's URL of the database");
  auto owner = TRY(PostgresConnection::connect(owner_url));
  TRY(owner->script("begin"));
  auto done = body(*owner);
  if (!done) {
    owner->roll_back();
    return done;
  }
  return owner->script("commit");
}

// Tables so that each comes after those it refers to.
Result<std::vector<std::string>> tables_in_order(PostgresConnection& owner, const std::string& schema) {
  std::vector<std::string> waiting, ordered;
  for (auto& row :
       TRY(owner.query("select relname from pg_class where relnamespace = $1::regnamespace and relkind = 'r'"
                       " order by 1",
                       {schema}))) {
    waiting.push_back(row[0]);
  }
  std::set<std::pair<std::string, std::string>> references;
  for (auto& row : TRY(owner.query("select conrelid::regclass::text, confrelid::regclass::text from pg_constraint"
                                   " where contype = 'f' and connamespace = $1::regnamespace",
                                   {schema}))) {
    if (row[0] != row[1]) references.emplace(row[0], row[1]);
  }
  while (!waiting.empty()) {
    auto free = std::find_if(waiting.begin(), waiting.end(), [&](const std::string& table) {
      return std::none_of(references.begin(), references.end(), [&](const auto& pair) {
        return pair.first == table && std::find(waiting.begin(), waiting.end(), pair.second) != waiting.end();
      });
    });
    if (free == waiting.end())
      return fail(ErrorKind::internal, "store.restore", "tables refer to one another in a circle");
    ordered.push_back(*free);
    waiting.erase(free);
  }
  return ordered;
}

Result<> copy_table(PostgresConnection& owner, const std::string& table, const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string columns;
  if (!in || !std::getline(in, columns)) return fail(ErrorKind::corrupt, "store.backup", "the backup has no " + table);
  return owner.copy_in("COPY \"" + table + "\" (" + columns + ") FROM STDIN", [&]() -> Result<std::string> {
    std::string piece(256 * 1024, '\0');
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    piece.resize(static_cast<std::size_t>(in.gcount()));
    if (in.bad()) return fail(ErrorKind::unavailable, "store.disk", "the backup cannot be read");
    return piece;
  });
}

// Entries that had no place yet get one now: their order by transaction does not survive the move.
constexpr const char* place_leftovers =
    "insert into log_place (sequence, entry)"
    " select (select coalesce(max(sequence), 0) from log_place) + row_number() over (order by e.id), e.id"
    " from log_entry e where not exists (select 1 from log_place p where p.entry = e.id)";

Result<> fill_town(PostgresConnection& owner, const TownRecord& record, const fs::path& folder) {
  TRY(as_owner(owner, record.name));
  auto sorted = [](PostgresConnection::Rows rows) {
    std::sort(rows.begin(), rows.end());
    return rows;
  };
  const std::string versions = "select capability, number::text, hash from schema_migration";
  auto made = sorted(TRY(owner.query(versions)));
  TRY(owner.script("delete from schema_migration"));
  for (const auto& table : TRY(tables_in_order(owner, schema_of(record.name)))) {
    TRY(copy_table(owner, table, folder / (table + ".copy")));
  }
  if (sorted(TRY(owner.query(versions))) != made) {
    return fail(ErrorKind::conflict, "store.backup_version",
                "the backup was made by another version: restore it with that one");
  }
  for (auto& row :
       TRY(owner.query("select c.relname, a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid"
                       " where c.relnamespace = $1::regnamespace and a.attidentity <> ''",
                       {schema_of(record.name)}))) {
    TRY(owner.script("select setval(pg_get_serial_sequence('\"" + row[0] + "\"', '" + row[1] +
                     "'), (select coalesce(max(" + identifier(row[1]) + "), 0) + 1 from " + identifier(row[0]) +
                     "), false)"));
  }
  TRY(owner.script(place_leftovers));
  return owner.script("reset role");
}

// The server's login must not be able to look around the roles of the towns.
Result<> check_login(PostgresConnection& connection) {
  auto rows = TRY(connection.query(
      "select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication, rolinherit,"
      " exists (select 1 from pg_class c where c.relowner = r.oid) or exists (select 1 from pg_namespace n where"
      " n.nspowner = r.oid) or exists (select 1 from pg_database d where d.datname = current_database() and d.datdba = "
      "r.oid)"
      " or exists (select 1 from pg_roles o where o.rolname like 'town\\_%\\_owner' and pg_has_role(r.oid, o.oid, "
      "'MEMBER'))"
      " from pg_roles r where r.rolname = session_user"));
  if (rows.empty()) return fail(ErrorKind::internal, "store.statement", "the login role is not to be found");
  if (rows[0][0] == "t")
    return fail(ErrorKind::forbidden, "store.superuser", "the server must not log in as a superuser or maker of roles");
  if (rows[0][2] == "t") return fail(ErrorKind::forbidden, "store.owner", "the server must not log in as an owner");
  if (rows[0][1] == "t") return fail(ErrorKind::forbidden, "store.inherit", "the server's role must be NOINHERIT");
  return {};
}

class PostgresInstallation final : public Installation {
 public:
  explicit PostgresInstallation(std::unique_ptr<Context> context)
      : Installation(std::move(context)),
        pool_(context_->options.postgres_url, context_->options.postgres_connections_max) {}

  ~PostgresInstallation() override {
    stopping_ = true;
    wake_.raise();
    (void)::eventfd_write(stop_, 1);
    for (auto& thread : threads_) thread.join();
    towns_.clear();
    if (stop_ >= 0) ::close(stop_);
  }

  Result<> open_towns() {
    if (stop_ < 0) return fail(ErrorKind::unavailable, "store.files", "no file descriptor is left");
    {
      auto lease = TRY(pool_.take(nullptr));
      TRY(check_login(*lease));
    }
    TRY(refresh());
    threads_.emplace_back([this] { sequence(); });
    threads_.emplace_back([this] { listen(); });
    return {};
  }

  Result<> refresh() override {
    std::lock_guard lock(refresh_mutex_);
    PostgresConnection::Rows rows;
    {
      auto lease = TRY(pool_.take(nullptr));
      rows = TRY(lease->query("select name, municipality_code, hosts, log_public_key from yakuba.town order by name"));
    }
    for (auto& row : rows) {
      TownRecord record{row[0], row[1], hosts_from_json(row[2]), from_hex(row[3]).value_or(Bytes())};
      if (TownState* known = find(record.name)) {
        known->set_record(record);
      } else {
        TRY(admit(record));
      }
    }
    return {};
  }

  Result<TownState*> create_town(const TownRecord& record, const std::string& owner_url) override {
    TRY(check_town_record(record));
    TRY(in_owner_transaction(owner_url, [&](PostgresConnection& owner) {
      return make_town(owner, context_->migrations, record, user_of_url(context_->options.postgres_url));
    }));
    return admit(record);
  }

  Result<> update_town(const TownRecord& record, const std::string& owner_url) override {
    TRY(check_town_record(record));
    TownState* town = find(record.name);
    if (!town) return fail(ErrorKind::not_found, "store.town", "no such town");
    TRY(in_owner_transaction(owner_url, [&](PostgresConnection& owner) { return keep_record(owner, record); }));
    town->set_record(record);
    return {};
  }

  Result<TownState*> restore_database(const TownRecord& record, const fs::path& folder,
                                      const std::string& owner_url) override {
    TRY(check_town_record(record));
    TRY(in_owner_transaction(owner_url, [&](PostgresConnection& owner) -> Result<> {
      TRY(make_town(owner, context_->migrations, record, user_of_url(context_->options.postgres_url)));
      return fill_town(owner, record, folder);
    }));
    return admit(record);
  }

  Result<std::optional<std::string>> setting(std::string_view key) override {
    auto lease = TRY(pool_.take(nullptr));
    auto rows = TRY(lease->query("select value from yakuba.setting where key = $1", {std::string(key)}));
    if (rows.empty()) return std::nullopt;
    return rows[0][0];
  }
  Result<> set_setting(std::string_view key, std::string_view value) override {
    auto lease = TRY(pool_.take(nullptr));
    TRY(lease->query(
        "insert into yakuba.setting values ($1, $2) on conflict (key) do update set value = excluded.value",
        {std::string(key), std::string(value)}));
    return {};
  }

 private:
  Result<TownState*> admit(const TownRecord& record) {
    auto town = std::make_unique<PostgresTown>(*context_, record, pool_);
    std::error_code error;
    fs::create_directories(town->folder() / "blobs", error);
    if (error) return fail(ErrorKind::unavailable, "store.disk", "the town's folder: " + error.message());
    TRY(town->check());
    return add(std::move(town));
  }

  void sequence() {
    const auto interval = std::chrono::milliseconds(context_->options.sequencer_interval_ms);
    constexpr auto look_interval = std::chrono::seconds(2);  // for entries of a process that died before placing them
    auto looked = std::chrono::steady_clock::now();
    while (!stopping_ && context_->options.sequencer) {
      const bool look = std::chrono::steady_clock::now() - looked > look_interval;
      if (look) looked = std::chrono::steady_clock::now();
      for (TownState* town : all()) {
        if (!stopping_) static_cast<PostgresTown*>(town)->turn(look);
      }
      wake_.wait(0, interval);
    }
  }

  static constexpr int listen_milliseconds = 10'000;  // a lost connection is noticed by then at the latest
  // Other processes' jobs wake this one's workers.
  void listen() {
    while (!stopping_) {
      auto connection = PostgresConnection::connect(context_->options.postgres_url);
      if (connection && (*connection)->script("LISTEN yakuba_jobs")) {
        while (!stopping_) {
          auto came = (*connection)->wait_notification(listen_milliseconds, stop_);
          if (!came) break;
          if (*came) context_->jobs.raise();
        }
      }
      wake_.wait(0, std::chrono::milliseconds(500));
    }
  }

  PostgresPool pool_;
  std::mutex refresh_mutex_;
  Signal wake_;
  std::atomic<bool> stopping_{false};
  int stop_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);  // can be read when stopping: ends the listener's wait at once
  std::vector<std::thread> threads_;
};

}  // namespace

Result<> create_postgres_installation(const StoreOptions& options, const std::string& owner_url) {
  std::error_code error;
  if (options.folder.empty()) return fail(ErrorKind::invalid, "store.folder", "a folder is needed, for blobs");
  fs::create_directories(options.folder / "towns", error);
  if (error) return fail(ErrorKind::unavailable, "store.disk", "the installation's folder: " + error.message());
  const std::string login = user_of_url(options.postgres_url);
  if (login.empty()) return fail(ErrorKind::invalid, "store.postgres_url", "the URL names no user");
  return in_owner_transaction(owner_url, [&](PostgresConnection& owner) -> Result<> {
    if (TRY(owner.query("select 1 from pg_roles where rolname = $1", {login})).empty()) {
      return fail(ErrorKind::not_found, "store.login",
                  "make the server's role first: create role " + login + " login noinherit password '…'");
    }
    TRY(owner.script("create schema if not exists yakuba"));
    TRY(
        owner.script("create table if not exists yakuba.town (name text primary key, municipality_code text not null,"
                     " hosts text not null, log_public_key text not null)"));
    TRY(owner.script("create table if not exists yakuba.setting (key text primary key, value text not null)"));
    TRY(owner.script("grant usage on schema yakuba to " + identifier(login)));
    TRY(owner.script("grant select on yakuba.town to " + identifier(login)));
    return owner.script("grant select, insert, update on yakuba.setting to " + identifier(login));
  });
}

Result<std::unique_ptr<Installation>> open_postgres_installation(std::unique_ptr<Context> context) {
  auto installation = std::make_unique<PostgresInstallation>(std::move(context));
  TRY(installation->open_towns());
  return installation;
}

Result<> migrate_postgres(const StoreOptions& options, const std::string& owner_url) {
  const auto sets = with_own_migrations(options.migrations);
  std::vector<std::string> towns;
  TRY(in_owner_transaction(owner_url, [&](PostgresConnection& owner) -> Result<> {
    for (auto& row : TRY(owner.query("select name from yakuba.town order by name"))) towns.push_back(row[0]);
    return {};
  }));
  for (const auto& town : towns) {
    TRY(in_owner_transaction(owner_url, [&](PostgresConnection& owner) -> Result<> {
      TRY(as_owner(owner, town));
      return run_missing(owner, sets, town);
    }));
  }
  return {};
}

}  // namespace yakuba::store
