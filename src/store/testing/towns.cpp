#include "store/testing/towns.hpp"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <thread>

#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/dialect.hpp"
#include "store/postgres_connection.hpp"

namespace yakuba::store::testing {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void give_up(const std::string& why) {
  std::cerr << "store/testing: " << why << "\n";
  std::abort();
}

template <class T>
T must(Result<T> result, const char* what) {
  if (!result) give_up(std::string(what) + ": " + describe(result.error()));
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// Where tests keep their databases: in memory where the machine has room for it. A test that kills, kills processes and
// not the machine, so nothing is proved by waiting for a disk.
fs::path scratch_folder() {
  constexpr std::uintmax_t free_bytes_min = 2'000'000'000;
  static const fs::path folder = [] {
    const fs::path memory = "/dev/shm";
    std::error_code error;
    const auto space = fs::space(memory, error);
    if (error || space.available < free_bytes_min || ::access(memory.c_str(), W_OK) != 0)
      return fs::temp_directory_path();
    return memory;
  }();
  return folder;
}

// A private cluster for this program. Its postmaster is our child and gets SIGQUIT when we end, however we end.
class Cluster {
 public:
  static Cluster& instance() {
    static Cluster cluster;
    return cluster;
  }

  // A copy of `like`; "" is an empty one.
  std::string fresh_database(const std::string& like = {}) {
    const std::string name = "t" + std::to_string(++databases_);
    // Copied as files: through the log of writes, as by default, takes five times as long.
    administer("create database " + name + (like.empty() ? "" : " template " + like) +
               " strategy file_copy owner yakuba_admin");
    return name;
  }
  void drop_database(const std::string& name) { administer("drop database " + name + " with (force)"); }

  // A database with an installation of these migrations and the town in it: made once per program, then copied.
  const std::string& model(const StoreOptions& options, const TownRecord& town) {
    std::string key = town.name;
    for (const MigrationSet& set : options.migrations) {
      key += "\n" + std::string(set.capability) + " without " + std::string(set.left_out);
      for (const Migration& migration : set.migrations) key += " " + migration_hash(migration);
    }
    std::string& name = models_[key];
    if (!name.empty()) return name;
    name = fresh_database();
    TemporaryFolder folder;
    StoreOptions making = options;
    making.folder = folder.path();
    making.postgres_url = url("yakuba_login", name);
    making.sequencer = false;
    const std::string owner = url("yakuba_admin", name);
    must(Store::create(making, owner), "create the model");
    FixedClock clock(Instant{});
    SeededRandom random(1);
    must(must(Store::open(making, clock, random), "open the model")->create_town(town, owner), "the model's town");
    return name;
  }

  std::string url(const std::string& user, const std::string& database) const {
    return "host=" + folder_.string() + " user=" + user + " dbname=" + database;
  }

 private:
  Cluster() {
    if (!fs::exists(bin("initdb")))
      give_up("PostgreSQL 15 is not installed (package postgresql-15); these tests do not skip");
    remove_left_behind();
    folder_ = scratch_folder() / ("yakuba-pg-" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    if (::getuid() == 0) {
      const passwd* user = ::getpwnam("postgres");
      if (!user) give_up("there is no user postgres to run the cluster as");
      user_ = user->pw_uid;
      group_ = user->pw_gid;
      if (::chown(folder_.c_str(), user_, group_) != 0) give_up("chown");
    }
    make_data();
    // No syncs: these tests kill our processes, not the machine.
    postmaster_ = start({bin("postgres"), "-D", (folder_ / "data").string(), "-k", folder_.string(), "-c",
                         "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off", "-c",
                         "shared_buffers=64MB", "-c", "max_connections=100", "-c", "autovacuum_naptime=10min"});
    for (int i = 0; i < 200; ++i) {
      if (auto admin = PostgresConnection::connect(url("postgres", "postgres"))) {
        must((*admin)->script("create role yakuba_admin login createrole; create role yakuba_login login noinherit"),
             "roles");
        return;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    give_up("the cluster does not start; see " + (folder_ / "log").string());
  }

  ~Cluster() {
    if (::getpid() != owner_) return;  // a forked child of a test does not stop its parent's cluster
    ::kill(postmaster_, SIGQUIT);
    ::waitpid(postmaster_, nullptr, 0);
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  // initdb takes a second of a processor, and there are many suites: its result stays beside the programs and is
  // copied.
  void make_data() {
    const fs::path data = folder_ / "data";
    const auto written = fs::last_write_time(bin("initdb")).time_since_epoch().count();
    const fs::path kept =
        fs::read_symlink("/proc/self/exe").parent_path() / ("postgresql-data-" + std::to_string(written));
    if (fs::exists(kept)) {
      fs::copy(kept, data, fs::copy_options::recursive);
      if (::getuid() == 0) give_to_postgres(data);
      return;
    }
    int status = 0;
    ::waitpid(start({bin("initdb"), "-N", "--no-instructions", "-A", "trust", "-U", "postgres", "-E", "UTF8",
                     "--locale=C.UTF-8", "-D", data.string()}),
              &status, 0);
    if (status != 0) give_up("initdb failed; see " + (folder_ / "log").string());
    const fs::path making = kept.string() + "." + std::to_string(::getpid());
    fs::copy(data, making, fs::copy_options::recursive);
    std::error_code another_was_first;
    fs::rename(making, kept, another_was_first);
    if (another_was_first) fs::remove_all(making);
  }
  void give_to_postgres(const fs::path& data) {
    if (::chown(data.c_str(), user_, group_) != 0) give_up("chown");
    for (const auto& entry : fs::recursive_directory_iterator(data))
      if (::chown(entry.path().c_str(), user_, group_) != 0) give_up("chown");
  }

  static std::string bin(const char* program) { return std::string("/usr/lib/postgresql/15/bin/") + program; }

  static void remove_left_behind() {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(scratch_folder(), ignored)) {
      const std::string name = entry.path().filename();
      if (!name.starts_with("yakuba-pg-")) continue;
      const int pid = std::atoi(name.c_str() + 10);
      if (pid > 0 && ::kill(pid, 0) != 0) fs::remove_all(entry.path(), ignored);
    }
  }

  void administer(const std::string& sql) {
    if (!admin_) admin_ = must(PostgresConnection::connect(url("postgres", "postgres")), "connect");
    must(admin_->script(sql), sql.c_str());
  }

  pid_t start(const std::vector<std::string>& command) {
    const pid_t child = ::fork();
    if (child != 0) return child;
    const std::string log = (folder_ / "log").string();
    if (!std::freopen(log.c_str(), "a", stdout) || ::dup2(1, 2) < 0) ::_exit(126);
    if (::getuid() == 0 && (::setgid(group_) != 0 || ::setuid(user_) != 0)) ::_exit(126);
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);  // behind setuid, which clears it
    if (::chdir("/") != 0) ::_exit(126);
    std::vector<char*> words;
    for (const auto& word : command) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    ::execv(words[0], words.data());
    ::_exit(127);
  }

  fs::path folder_;
  uid_t user_ = 0;
  gid_t group_ = 0;
  pid_t postmaster_ = -1;
  pid_t owner_ = ::getpid();
  int databases_ = 0;
  std::map<std::string, std::string> models_;  // database by what is in it
  std::unique_ptr<PostgresConnection> admin_;
};

TownRecord record_of(const std::string& name) {
  return {name, "336238", {name + ".localhost", "office." + name + ".localhost"}, test_log_key(name).public_key};
}

}  // namespace

std::string database_name(const ::testing::TestParamInfo<Database>& info) {
  return info.param == Database::sqlite ? "Sqlite" : "Postgres";
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (scratch_folder() / "yakuba-test-XXXXXX").string();
  if (!::mkdtemp(name.data())) give_up("no temporary folder");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

SigningKey test_log_key(std::string_view town) {
  std::uint64_t seed = 7;
  for (unsigned char c : town) seed = seed * 31 + c;
  SeededRandom random(seed);
  return make_signing_key(random);
}

Installed::Installed(Database database, std::vector<MigrationSet> migrations, const std::string& town) {
  options.folder = folder.path() / "store";
  options.migrations = std::move(migrations);
  options.log_key = [](std::string_view name) { return std::optional(test_log_key(name)); };
  const bool copied = database == Database::postgres && !town.empty();
  if (database == Database::postgres) {
    auto& cluster = Cluster::instance();
    database_ = cluster.fresh_database(copied ? cluster.model(options, record_of(town)) : "");
    options.postgres_url = cluster.url("yakuba_login", database_);
    owner_url = cluster.url("yakuba_admin", database_);
  }
  if (!copied) must(Store::create(options, owner_url), "create installation");
  open();
  if (!copied && !town.empty()) add_town(town);
}

Installed::~Installed() {
  store_.reset();
  if (!database_.empty()) Cluster::instance().drop_database(database_);
}

void Installed::open() {
  store_ = must(Store::open(options, clock, random), "open installation");
}

Town Installed::add_town(const std::string& name) {
  return must(store_->create_town(record_of(name), owner_url), "create town");
}

void TownTest::SetUp() {
  installed_ = std::make_unique<Installed>(GetParam(), migrations(), "nagi");
  town_ = must(installed_->store().town("nagi"), "the town");
}

void TownTest::TearDown() {
  town_.reset();
  installed_.reset();
}

}  // namespace yakuba::store::testing
