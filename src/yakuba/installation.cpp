#include "yakuba/installation.hpp"

#include <fstream>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "base/text.hpp"

namespace yakuba {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> bad_config(const fs::path& file, const toml::source_region& where, std::string detail) {
  return fail(ErrorKind::invalid, "installation.config", std::move(detail),
              Place{.file = file.string(),
                    .line = static_cast<int>(where.begin.line),
                    .column = static_cast<int>(where.begin.column)});
}

struct Key {
  std::string_view name;
  std::string Config::* text = nullptr;
  int Config::* number = nullptr;
  bool Config::* truth = nullptr;
};
const std::array keys_of_config{
    Key{"demo", nullptr, nullptr, &Config::demo},
    Key{"side", &Config::side},
    Key{"postgres_url", &Config::postgres_url},
    Key{"public_scheme", &Config::public_scheme},
    Key{"public_port", nullptr, &Config::public_port},
    Key{"office_scheme", &Config::office_scheme},
    Key{"office_port", nullptr, &Config::office_port},
    Key{"mail_url", &Config::mail_url},
    Key{"mail_from", &Config::mail_from},
    Key{"mail_user", &Config::mail_user},
    Key{"mail_password_file", &Config::mail_password_file},
};

Result<> read_key(Config& config, const Key& key, const toml::node& node, const fs::path& file) {
  if (key.text) {
    const auto* value = node.as_string();
    if (!value) return bad_config(file, node.source(), fmt::format("{} must be a text in quotes", key.name));
    if (key.name == "side" && value->get() != "both" && value->get() != "public" && value->get() != "office")
      return bad_config(file, node.source(), "side must be both, public or office");
    config.*key.text = value->get();
  } else if (key.number) {
    const auto* value = node.as_integer();
    if (!value || value->get() < 1 || value->get() > 65535)
      return bad_config(file, node.source(), fmt::format("{} must be a number from 1 to 65535", key.name));
    config.*key.number = static_cast<int>(value->get());
  } else {
    const auto* value = node.as_boolean();
    if (!value) return bad_config(file, node.source(), fmt::format("{} must be true or false", key.name));
    config.*key.truth = value->get();
  }
  return {};
}

}  // namespace

std::string write_config(const Config& config) {
  toml::table table;
  for (const Key& key : keys_of_config) {
    if (key.text) table.insert(key.name, config.*key.text);
    if (key.number && config.*key.number > 0) table.insert(key.name, config.*key.number);
    if (key.truth) table.insert(key.name, config.*key.truth);
  }
  std::ostringstream out;
  out << "# Yakuba: one installation. Written by `yakuba init`; edit and start again.\n" << table << "\n";
  return out.str();
}

hall::Sides sides_of(const Config& config) {
  if (config.side == "public") return hall::Sides::public_only;
  return config.side == "office" ? hall::Sides::office_only : hall::Sides::both;
}

int own_port(const Config& config) {
  return config.side == "office" && config.office_port > 0 ? config.office_port : config.public_port;
}

Result<Config> read_config(const fs::path& file) {
  std::ifstream in(file);
  if (!in)
    return fail(ErrorKind::invalid, "installation.none",
                "no installation here: make one with `yakuba init DIR`, or name its folder with --data",
                Place{.file = file.string()});
  Config config;
  try {
    const toml::table table = toml::parse(in, file.string());
    for (const auto& [name, node] : table) {
      const auto key = std::ranges::find(keys_of_config, name.str(), &Key::name);
      if (key == keys_of_config.end())
        return bad_config(file, node.source(), fmt::format("unknown key '{}'", name.str()));
      TRY(read_key(config, *key, node, file));
    }
  } catch (const toml::parse_error& error) {
    return bad_config(file, error.source(), std::string(error.description()));
  }
  return config;
}

store::StoreOptions store_options(const fs::path& folder, const Config& config,
                                  const std::vector<hall::Module>& modules, FileKeys* keys) {
  store::StoreOptions options{.folder = folder / "towns", .postgres_url = config.postgres_url};
  options.migrations = migrations_of(modules, sides_of(config));
  if (keys)
    options.log_key = [keys](std::string_view town) -> std::optional<SigningKey> {
      auto key = keys->signing_key(town, "log");
      return key ? std::optional(std::move(*key)) : std::nullopt;
    };
  return options;
}

Result<> create_installation(const fs::path& folder, const Config& config, const std::string& owner_url) {
  std::error_code error;
  if (fs::exists(folder, error) && !fs::is_empty(folder, error))
    return fail(ErrorKind::conflict, "installation.exists", "the folder is not empty; choose another one",
                Place{.file = folder.string()});
  fs::create_directories(folder / "towns", error);
  fs::permissions(folder, fs::perms::owner_all, error);
  SystemRandom random;
  TRY(FileKeys::open(folder / "keys", random));
  const auto modules = capabilities();
  TRY(store::Store::create(store_options(folder, config, modules, nullptr), owner_url));
  std::ofstream out(folder / "yakuba.toml");
  out << write_config(config);
  if (!out.flush())
    return fail(ErrorKind::unavailable, "installation.write", "cannot write the configuration",
                Place{.file = (folder / "yakuba.toml").string()});
  return {};
}

Result<std::unique_ptr<Installation>> Installation::open(const fs::path& folder, const Options& options) {
  std::unique_ptr<Installation> self(new Installation());
  self->folder_ = folder;
  self->config_ = TRY(read_config(folder / "yakuba.toml"));
  self->modules_ = capabilities();
  self->keys_ = TRY(FileKeys::open(folder / "keys", self->random_));
  store::StoreOptions store = store_options(folder, self->config_, self->modules_, self->keys_.get());
  store.sequencer = options.sequencer;
  self->store_ = TRY(store::Store::open(std::move(store), self->clock_, self->random_));
  self->shelf_ = std::make_unique<packs::Shelf>(*self->store_, self->clock_);
  self->gate_ = std::make_unique<access::Gate>();

  const Config& config = self->config_;
  const bool office = config.side == "office";
  const std::string& own_scheme = office && !config.office_scheme.empty() ? config.office_scheme : config.public_scheme;
  hall::Settings settings{.sides = sides_of(config),
                          .tls = own_scheme == "https",
                          .demo = config.demo,
                          .port = options.port > 0 && !office ? options.port : config.public_port,
                          .public_scheme = config.public_scheme,
                          .office_port = options.port > 0 && office ? options.port : config.office_port,
                          .office_scheme = config.office_scheme,
                          .mail_url = config.mail_url,
                          .mail_from = config.mail_from,
                          .mail_user = config.mail_user};
  if (!config.mail_password_file.empty()) {
    std::ifstream in(config.mail_password_file);
    std::string line;
    if (!std::getline(in, line))
      return fail(ErrorKind::invalid, "installation.config", "cannot read the mail password",
                  Place{.file = config.mail_password_file});
    settings.mail_password = Secret<std::string>(std::move(line));
  }
  self->hall_.reset(new hall::Hall{*self->store_,
                                   self->clock_,
                                   self->random_,
                                   *self->keys_,
                                   *self->shelf_,
                                   self->handover_,
                                   *self->gate_,
                                   std::move(settings),
                                   {},
                                   &self->modules_});
  self->handover_.attach(*self->hall_);
  TRY(self->read_towns());
  return self;
}

Result<> Installation::read_towns() {
  for (const store::Town& town : store_->towns()) {
    const store::TownRecord record = store_->record(town);
    hall::TownInfo info{.id = record.name, .code = record.municipality_code, .demo = config_.demo};
    for (const std::string& host : record.hosts)
      (host.starts_with("office.") ? info.office_host : info.public_host) = host;
    hall_->towns.insert_or_assign(info.id, std::move(info));
  }
  return {};
}

}  // namespace yakuba
