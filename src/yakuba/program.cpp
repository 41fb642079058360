// `yakuba`: the command line. Every command answers --help; exit codes: 0 done, 1 something is wrong with what was
// looked at (faults in a pack, a broken log), 2 the command was misused, 3 it could not be done now.
#include "yakuba/program.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "yakuba/control.hpp"
#include "yakuba/dmn_commands.hpp"
#include "yakuba/serve.hpp"

namespace yakuba {

namespace {

int exit_code(const Error& error) {
  switch (error.kind) {
    case ErrorKind::unavailable:
      return 3;
    case ErrorKind::corrupt:
      return 1;
    default:
      return error.code == "pack.refused" ? 1 : 2;
  }
}

int report(const Error& error) {
  fmt::print(stderr, "yakuba: {}\n", describe(error));
  return exit_code(error);
}

// An option of an installation command: its name, what it is, whether it must be given.
struct Option {
  std::string_view name, help;
  bool needed = false;
};

struct Runner {
  std::string data = ".";
  std::map<std::string, std::string> values;  // by option name
  std::function<int()> action;
};

void add_command(CLI::App& parent, Runner& runner, std::string_view word, std::string_view full_name,
                 std::string_view help, std::vector<Option> options) {
  CLI::App* app = parent.add_subcommand(std::string(word), std::string(help));
  app->add_option("--data", runner.data, "Folder of the installation")->capture_default_str();
  for (const Option& option : options) {
    CLI::Option* added = app->add_option("--" + std::string(option.name), runner.values[std::string(option.name)],
                                         std::string(option.help));
    if (option.needed) added->required();
  }
  app->callback([&runner, name = std::string(full_name), options] {
    runner.action = [&runner, name, options] {
      JsonObject arguments;
      for (const Option& option : options)
        if (const std::string& value = runner.values[std::string(option.name)]; !value.empty())
          arguments.emplace(std::string(option.name), value);
      const auto out = run_command(runner.data, name, JsonValue(std::move(arguments)));
      if (!out) return report(out.error());
      fmt::print("{}", *out);
      return 0;
    };
  });
}

const Option town_option{"town", "Name of the town, such as nagi", true};
const Option language_option{"lang", "Language of messages: ja or en"};
const Option owner_option{"owner-url", "PostgreSQL: URL of the owner, who may make roles and schemas"};

void add_installation_commands(CLI::App& app, Runner& runner) {
  CLI::App* town = app.add_subcommand("town", "Municipalities of this installation")->require_subcommand(1);
  add_command(*town, runner, "add", "town add", "Make a town: its store, hosts and first pack",
              {town_option,
               {"code", "団体コード, six digits", true},
               {"host", "Host of the residents' side; the office's is office.HOST"},
               {"pack", "Pack folders from the lowest layer up: packs/common,packs/nagi", true},
               {"from", "First day of the pack, such as 2026-04-01; today by default"},
               owner_option,
               language_option});
  add_command(*town, runner, "list", "town list", "List the towns", {});

  CLI::App* admin = app.add_subcommand("admin", "Administrators")->require_subcommand(1);
  add_command(
      *admin, runner, "link", "admin link", "Print a one-time link for the first administrator",
      {town_option, {"number", "職員番号", true}, {"name", "Name", true}, {"kana", "Name in kana"}, {"mail", "Mail"}});

  CLI::App* audit = app.add_subcommand("audit", "The log and its proof")->require_subcommand(1);
  add_command(*audit, runner, "verify", "audit verify", "Check every event against the tree and its checkpoints",
              {town_option});
  add_command(*audit, runner, "export", "audit export", "Write the log to a file for yakuba-verify",
              {town_option, {"out", "File to write", true}});

  CLI::App* exchange = app.add_subcommand("exchange", "The two sides as two processes")->require_subcommand(1);
  add_command(*exchange, runner, "key", "exchange key", "Print this side's public keys, for the other side",
              {town_option});
  add_command(
      *exchange, runner, "pair", "exchange pair", "Tell one side of the other",
      {town_option,
       {"key", "The other side's keys, as its `yakuba exchange key` prints them", true},
       {"public-url", "On the office side: where the public side answers, such as https://nagi.example"},
       {"public-ca", "On the office side: PEM file of the authority of that address; the system's by default"}});
  add_command(*exchange, runner, "retry", "exchange retry", "Try messages again that were set aside", {town_option});

  add_command(app, runner, "doctor", "doctor", "Say what is well and what needs care", {});
  add_command(app, runner, "backup", "backup", "Copy every town, consistently, while it works",
              {{"out", "Folder to make", true}});
  add_command(app, runner, "restore", "restore", "Bring a town back from its backup",
              {{"from", "Folder of one town's backup", true}, owner_option});

  CLI::App* demo = app.add_subcommand("demo", "The demonstration")->require_subcommand(1);
  add_command(*demo, runner, "seed", "demo seed", "Fill a town with synthetic residents, staff and cases",
              {town_option});
  add_command(*demo, runner, "logins", "demo logins", "Print the invented logins, with the code of this moment",
              {{"town", "Only this town"}});
  add_command(*demo, runner, "pages", "demo pages", "List every route with its demo address, one JSON line each",
              {town_option});
}

void add_init(CLI::App& app, Runner& runner, Config& config, std::string& owner_url) {
  CLI::App* init = app.add_subcommand("init", "Make an installation in an empty folder");
  init->add_option("folder", runner.data, "Folder to make")->required();
  init->add_option("--side", config.side, "both, or one of public and office, each in its own folder (三層の対策)")
      ->check(CLI::IsMember({"public", "office", "both"}))
      ->capture_default_str();
  init->add_flag("--demo", config.demo, "For trying out: synthetic residents allowed, real ones not");
  init->add_option("--postgres", config.postgres_url, "PostgreSQL URL of the server's login; SQLite when not given");
  init->add_option("--owner-url", owner_url, "PostgreSQL URL of the owner");
  init->add_option("--scheme", config.public_scheme, "http or https, as browsers see it")
      ->check(CLI::IsMember({"http", "https"}));
  init->add_option("--port", config.public_port, "Port as browsers see it")->check(CLI::Range(1, 65535));
  init->add_option("--office-scheme", config.office_scheme, "The same of the office's side, where it differs")
      ->check(CLI::IsMember({"http", "https"}));
  init->add_option("--office-port", config.office_port, "The same of the office's side, where it differs")
      ->check(CLI::Range(1, 65535));
  init->add_option("--mail-url", config.mail_url, "smtp://HOST:PORT or smtps://…");
  init->add_option("--mail-from", config.mail_from, "Sender of mails");
  init->callback([&] {
    runner.action = [&] {
      const auto done = create_installation(runner.data, config, owner_url);
      if (!done) return report(done.error());
      fmt::print("Made: {}\nNext: yakuba town add --data {} --town NAME --code 000000 --pack packs/common,packs/NAME\n",
                 runner.data, runner.data);
      return 0;
    };
  });
}

void add_serve(CLI::App& app, Runner& runner, ServeOptions& options) {
  CLI::App* serve_app = app.add_subcommand("serve", "Answer browsers until told to stop");
  serve_app->add_option("--data", runner.data, "Folder of the installation")->capture_default_str();
  serve_app->add_option("--side", options.side, "public, office or both: the side that the folder was made for")
      ->check(CLI::IsMember({"public", "office", "both"}));
  serve_app->add_option("--address", options.address, "Address to listen on")->capture_default_str();
  serve_app->add_option("--port", options.port, "Port; the configuration's by default")->check(CLI::Range(1, 65535));
  serve_app->add_option("--tls-cert", options.tls_certificate, "PEM file with the certificate chain");
  serve_app->add_option("--tls-key", options.tls_key, "PEM file with the key");
  serve_app->add_option("--trusted-proxy", options.trusted_proxies,
                        "Address or CIDR whose X-Forwarded-* is believed; repeat");
  serve_app->add_option("--log", options.log_file, "File for the structured log; standard output by default");
  serve_app->callback([&] {
    runner.action = [&] {
      options.data = runner.data;
      const auto done =
          serve(options, [&](int port) { fmt::print(stderr, "Yakuba answers on {}:{}\n", options.address, port); });
      return done ? 0 : report(done.error());
    };
  });
}

void add_pack(CLI::App& app, Runner& runner, std::vector<std::string>& folders, std::string& language) {
  CLI::App* pack_app = app.add_subcommand("pack", "Content: procedures, criteria, texts")->require_subcommand(1);
  CLI::App* check = pack_app->add_subcommand("check", "Prove packs: every fault with file, line, column and remedy");
  check->add_option("folder", folders, "Layers from the lowest up: packs/common packs/nagi")->required();
  check->add_option("--lang", language, "ja or en")->check(CLI::IsMember({"ja", "en"}))->capture_default_str();
  check->callback([&] {
    runner.action = [&] {
      std::string out;
      const auto good = check_pack({folders.begin(), folders.end()}, language, out);
      fmt::print("{}", out);
      if (!good) return report(good.error());
      return *good ? 0 : 1;
    };
  });
  add_command(*pack_app, runner, "import", "pack import", "Put a version into force; a faulty one is refused whole",
              {town_option,
               {"pack", "Pack folders from the lowest layer up", true},
               {"from", "First day in force; today by default"},
               language_option});
}

void add_migrate(CLI::App& app, Runner& runner, std::string& database) {
  CLI::App* migrate = app.add_subcommand("migrate", "PostgreSQL: bring every town to this program's version");
  migrate->add_option("--data", runner.data, "Folder of the installation")->capture_default_str();
  migrate->add_option("--database", database, "URL of the owner")->required();
  migrate->callback([&] {
    runner.action = [&] {
      const auto config = read_config(std::filesystem::path(runner.data) / "yakuba.toml");
      if (!config) return report(config.error());
      if (config->postgres_url.empty())
        return report({ErrorKind::invalid,
                       "migrate.sqlite",
                       "this installation is on SQLite, which is brought forward when it is opened; leave out migrate",
                       {.file = runner.data},
                       {}});
      const auto modules = capabilities();
      const auto done = store::Store::migrate(store_options(runner.data, *config, modules, nullptr), database);
      return done ? 0 : report(done.error());
    };
  });
}

// The first word that names no command, where a command must stand; CLI11 would only say that one is required.
std::string unknown_command(const CLI::App& app, std::span<char*> words) {
  if (words.empty() || app.get_subcommands({}).empty() || std::string_view(words[0]).starts_with('-')) return "";
  for (const CLI::App* inner : app.get_subcommands([](const CLI::App*) { return true; }))
    if (inner->get_name() == words[0]) return unknown_command(*inner, words.subspan(1));
  return words[0];
}

}  // namespace

int run_program(int argc, char** argv) {
  CLI::App app("Yakuba (役場): a town hall in one program.");
  app.require_subcommand(1);
  app.set_version_flag("--version", "yakuba " YAKUBA_VERSION);
  app.footer("Example: yakuba init /var/lib/yakuba --demo && yakuba serve --data /var/lib/yakuba");
  Runner runner;
  Config config;
  ServeOptions serve_options;
  std::string owner_url, language = "ja", database;
  std::vector<std::string> folders;
  add_init(app, runner, config, owner_url);
  add_serve(app, runner, serve_options);
  add_pack(app, runner, folders, language);
  add_dmn_commands(app, runner.action);
  add_installation_commands(app, runner);
  add_migrate(app, runner, database);
  if (const std::string word = unknown_command(app, std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
      !word.empty()) {
    fmt::print(stderr, "yakuba: there is no command '{}'; see yakuba --help\n", word);
    return 2;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : 2;
  }
  return runner.action();
}

}  // namespace yakuba
