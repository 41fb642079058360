#include "store/testing/towns.hpp"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <thread>

#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

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

// A private cluster for this program. Its postmaster is our child and gets SIGQUIT when we end, however we end.
class Cluster {
 public:
  static Cluster& instance() {
    static Cluster cluster;
    return cluster;
  }

  std::string fresh_database() {
    const std::string name = "t" + std::to_string(++databases_);
    auto admin = must(PostgresConnection::connect(url("postgres", "postgres")), "connect");
    must(admin->script("create database " + name + " owner yakuba_admin"), "create database");
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
    folder_ = fs::temp_directory_path() / ("yakuba-pg-" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    if (::getuid() == 0) {
      const passwd* user = ::getpwnam("postgres");
      if (!user) give_up("there is no user postgres to run the cluster as");
      user_ = user->pw_uid;
      group_ = user->pw_gid;
      if (::chown(folder_.c_str(), user_, group_) != 0) give_up("chown");
    }
    const std::string data = (folder_ / "data").string();
    int status = 0;
    ::waitpid(start({bin("initdb"), "-N", "--no-instructions", "-A", "trust", "-U", "postgres", "-E", "UTF8",
                     "--locale=C.UTF-8", "-D", data}),
              &status, 0);
    if (status != 0) give_up("initdb failed; see " + (folder_ / "log").string());
    // No syncs: these tests kill our processes, not the machine.
    postmaster_ = start({bin("postgres"), "-D", data, "-k", folder_.string(), "-c", "listen_addresses=", "-c",
                         "fsync=off", "-c", "full_page_writes=off", "-c", "shared_buffers=64MB", "-c",
                         "max_connections=100", "-c", "autovacuum_naptime=10min"});
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

  static std::string bin(const char* program) { return std::string("/usr/lib/postgresql/15/bin/") + program; }

  static void remove_left_behind() {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(fs::temp_directory_path(), ignored)) {
      const std::string name = entry.path().filename();
      if (!name.starts_with("yakuba-pg-")) continue;
      const int pid = std::atoi(name.c_str() + 10);
      if (pid > 0 && ::kill(pid, 0) != 0) fs::remove_all(entry.path(), ignored);
    }
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
};

}  // namespace

std::string database_name(const ::testing::TestParamInfo<Database>& info) {
  return info.param == Database::sqlite ? "Sqlite" : "Postgres";
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (fs::temp_directory_path() / "yakuba-test-XXXXXX").string();
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

Installed::Installed(Database database, std::vector<MigrationSet> migrations) {
  options.folder = folder.path() / "store";
  options.migrations = std::move(migrations);
  options.log_key = [](std::string_view town) { return std::optional(test_log_key(town)); };
  if (database == Database::postgres) {
    auto& cluster = Cluster::instance();
    const std::string name = cluster.fresh_database();
    options.postgres_url = cluster.url("yakuba_login", name);
    owner_url = cluster.url("yakuba_admin", name);
  }
  must(Store::create(options, owner_url), "create installation");
  open();
}

Installed::~Installed() = default;

void Installed::open() {
  store_ = must(Store::open(options, clock, random), "open installation");
}

Town Installed::add_town(const std::string& name) {
  TownRecord record{
      name, "336238", {name + ".localhost", "office." + name + ".localhost"}, test_log_key(name).public_key};
  return must(store_->create_town(record, owner_url), "create town");
}

void TownTest::SetUp() {
  installed_ = std::make_unique<Installed>(GetParam(), migrations());
  town_ = installed_->add_town("nagi");
}

void TownTest::TearDown() {
  town_.reset();
  installed_.reset();
}

}  // namespace yakuba::store::testing
