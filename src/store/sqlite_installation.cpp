// The list of towns and settings in installation.db, one file per town beside it.
#include "store/dialect.hpp"
#include "store/sqlite_town.hpp"

namespace yakuba::store {
namespace fs = std::filesystem;
namespace {

constexpr const char* schema =
    "create table if not exists town (name text primary key, municipality_code text not null, hosts text not null,"
    " log_public_key text not null) strict;"
    "create table if not exists setting (key text primary key, value text not null) strict;";

Result<> keep_record(SqliteConnection& db, const TownRecord& record) {
  TRY(
      db.query("insert into town values (?1, ?2, ?3, ?4) on conflict (name) do update set"
               " municipality_code = excluded.municipality_code, hosts = excluded.hosts,"
               " log_public_key = excluded.log_public_key",
               {record.name, record.municipality_code, hosts_to_json(record.hosts), hex(record.log_public_key)}));
  return {};
}

class SqliteInstallation final : public Installation {
 public:
  SqliteInstallation(std::unique_ptr<Context> context, std::unique_ptr<SqliteConnection> db)
      : Installation(std::move(context)), db_(std::move(db)) {}
  // Towns end before the database of the installation.
  ~SqliteInstallation() override { towns_.clear(); }

  Result<> open_towns() {
    for (auto& row : TRY(db_->query("select name, municipality_code, hosts, log_public_key from town order by name"))) {
      add(TRY(
          SqliteTown::open(*context_, {row[0], row[1], hosts_from_json(row[2]), from_hex(row[3]).value_or(Bytes())})));
    }
    return {};
  }

  Result<TownState*> create_town(const TownRecord& record, const std::string&) override {
    TRY(check_town_record(record));
    std::lock_guard lock(db_mutex_);
    if (find(record.name) || fs::exists(context_->options.folder / "towns" / record.name / "town.db")) {
      return fail(ErrorKind::conflict, "store.town_exists", "there is a town " + record.name + " already");
    }
    auto town = TRY(SqliteTown::open(*context_, record));
    TRY(keep_record(*db_, record));
    return add(std::move(town));
  }

  Result<> update_town(const TownRecord& record, const std::string&) override {
    TRY(check_town_record(record));
    std::lock_guard lock(db_mutex_);
    TownState* town = find(record.name);
    if (!town) return fail(ErrorKind::not_found, "store.town", "no such town");
    TRY(keep_record(*db_, record));
    town->set_record(record);
    return {};
  }

  Result<TownState*> restore_database(const TownRecord& record, const fs::path& folder,
                                      const std::string& owner) override {
    const fs::path place = context_->options.folder / "towns" / record.name;
    if (find(record.name) || fs::exists(place)) {
      return fail(ErrorKind::conflict, "store.town_exists", "there is a town " + record.name + " already");
    }
    std::error_code error;
    fs::create_directories(place, error);
    if (!error) fs::copy_file(folder / "town.db", place / "restored.db", error);
    if (!error) fs::rename(place / "restored.db", place / "town.db", error);
    if (error) return fail(ErrorKind::unavailable, "store.disk", "restore: " + error.message());
    (void)owner;
    std::lock_guard lock(db_mutex_);
    auto town = TRY(SqliteTown::open(*context_, record));
    TRY(keep_record(*db_, record));
    return add(std::move(town));
  }

  Result<std::optional<std::string>> setting(std::string_view key) override {
    std::lock_guard lock(db_mutex_);
    auto rows = TRY(db_->query("select value from setting where key = ?1", {std::string(key)}));
    if (rows.empty()) return std::nullopt;
    return rows[0][0];
  }
  Result<> set_setting(std::string_view key, std::string_view value) override {
    std::lock_guard lock(db_mutex_);
    TRY(db_->query("insert into setting values (?1, ?2) on conflict (key) do update set value = excluded.value",
                   {std::string(key), std::string(value)}));
    return {};
  }
  Result<> refresh() override { return {}; }  // one process owns everything

 private:
  std::mutex db_mutex_;
  std::unique_ptr<SqliteConnection> db_;
};

}  // namespace

Result<> create_sqlite_installation(const StoreOptions& options) {
  if (options.folder.empty()) return fail(ErrorKind::invalid, "store.folder", "a folder is needed");
  std::error_code error;
  fs::create_directories(options.folder / "towns", error);
  if (error) return fail(ErrorKind::unavailable, "store.disk", "the installation's folder: " + error.message());
  auto db = TRY(SqliteConnection::open(options.folder / "installation.db", SqliteConnection::Mode::writer));
  return db->script(schema);
}

Result<std::unique_ptr<Installation>> open_sqlite_installation(std::unique_ptr<Context> context) {
  const fs::path file = context->options.folder / "installation.db";
  if (!fs::exists(file)) return fail(ErrorKind::not_found, "store.installation", "no installation in this folder");
  auto db = TRY(SqliteConnection::open(file, SqliteConnection::Mode::writer));
  auto installation = std::make_unique<SqliteInstallation>(std::move(context), std::move(db));
  TRY(installation->open_towns());
  return installation;
}

}  // namespace yakuba::store
