// An installation: a folder with configuration, keys and (SQLite) the towns' stores; opened once by the program.
//
//   DIR/yakuba.toml       written by `yakuba init`: database, mail, demo; read at every start
//   DIR/keys/             the key ring (yakuba/keys.hpp)
//   DIR/towns/            SQLite files and blobs
//
//   auto installation = TRY(Installation::open("/var/lib/yakuba", {}));
//   installation->hall().store …
//
// Errors: installation.none (invalid: no yakuba.toml there), installation.config (invalid, with line), those of the
// store. Threads: open from one thread; what hall() gives is shared.
#pragma once

#include <filesystem>

#include "hall/exchange/exchange.hpp"
#include "hall/packs/packs.hpp"
#include "yakuba/capabilities.hpp"
#include "yakuba/keys.hpp"
#include "yakuba/system.hpp"

namespace yakuba {

struct Config {
  bool demo = false;
  std::string side = "both";  // both, public, office: which tables the folder has, so it never changes
  std::string postgres_url;   // empty: SQLite
  std::string public_scheme = "http";
  int public_port = 8080;     // of the residents' side as browsers see it; a folder of the office needs it, too
  std::string office_scheme;  // of the office's side; empty and 0: the same as the residents'
  int office_port = 0;
  std::string mail_url, mail_from, mail_user, mail_password_file;
};
std::string write_config(const Config& config);
hall::Sides sides_of(const Config& config);
int own_port(const Config& config);  // of the side that this folder serves
Result<Config> read_config(const std::filesystem::path& file);

// Makes the folder, its configuration, keys and empty store. Refuses a folder that is not empty.
Result<> create_installation(const std::filesystem::path& folder, const Config& config, const std::string& owner_url);

class Installation {
 public:
  struct Options {
    int port = 0;  // of this folder's side; 0: the configuration's
    bool sequencer = true;
  };
  static Result<std::unique_ptr<Installation>> open(const std::filesystem::path& folder, const Options& options);

  hall::Hall& hall() { return *hall_; }
  const Config& config() const { return config_; }
  FileKeys& keys() { return *keys_; }
  const std::filesystem::path& folder() const { return folder_; }
  // Towns are read from the store's list at open; `town add` calls this again.
  Result<> read_towns();

 private:
  Installation() = default;
  std::filesystem::path folder_;
  Config config_;
  SystemClock clock_;
  SystemRandom random_;
  std::vector<hall::Module> modules_;
  std::unique_ptr<FileKeys> keys_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<packs::Shelf> shelf_;
  exchange::Handover handover_;
  std::unique_ptr<access::Gate> gate_;
  std::unique_ptr<hall::Hall> hall_;
};

store::StoreOptions store_options(const std::filesystem::path& folder, const Config& config,
                                  const std::vector<hall::Module>& modules, FileKeys* keys);

}  // namespace yakuba
