// Every command line that is wrong: the program says which argument, in one line a person can read, and ends with 2; it
// never dies of it. The commands and their options are read from the program's own --help, so that a new one is tested.
#include <filesystem>
#include <fstream>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.hpp"
#include "store/testing/towns.hpp"
#include "yakuba/program.hpp"

namespace yakuba {
namespace {

constexpr int patience_seconds = 20;

struct Ended {
  int code = -1;  // exit code; 128 + signal when it died
  std::string out, error;
};

const store::testing::TemporaryFolder& here() {  // where relative names lead to
  static const store::testing::TemporaryFolder folder;
  return folder;
}

// A command in a process of its own. Linking the program's libraries anew takes longer than most commands, and there
// are hundreds of them here: `function` runs what the program is made of, `file` the program.
enum class As { function, file };

[[noreturn]] void become(std::vector<std::string>& arguments, As as) {
  std::vector<char*> words;
  for (std::string& argument : arguments) words.push_back(argument.data());
  words.push_back(nullptr);
  if (as == As::file) {
    ::execv(words[0], words.data());
    ::_exit(127);
  }
  const int code = run_program(static_cast<int>(arguments.size()), words.data());
  std::fflush(nullptr);
  ::_exit(code);  // what else would be destroyed belongs to the parent
}

Ended run(std::vector<std::string> arguments, As as = As::function) {
  const std::string place = here().path().string();
  int out[2], error[2];
  if (::pipe(out) != 0 || ::pipe(error) != 0) return {};
  arguments.insert(arguments.begin(), YAKUBA_PROGRAM);
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(out[1], STDOUT_FILENO);
    ::dup2(error[1], STDERR_FILENO);
    if (::chdir(place.c_str()) != 0) ::_exit(126);
    ::alarm(patience_seconds);  // a command that waits for ever is a fault, too
    for (const int fd : {out[0], out[1], error[0], error[1]}) ::close(fd);
    become(arguments, as);
  }
  ::close(out[1]);
  ::close(error[1]);
  Ended ended;
  std::array<pollfd, 2> open{{{out[0], POLLIN, 0}, {error[0], POLLIN, 0}}};
  for (int left = 2; left > 0;) {
    ::poll(open.data(), open.size(), -1);
    for (std::size_t i = 0; i < open.size(); ++i) {
      if (open[i].fd < 0 || open[i].revents == 0) continue;
      std::array<char, 4096> buffer;
      const ssize_t n = ::read(open[i].fd, buffer.data(), buffer.size());
      if (n > 0) {
        (i == 0 ? ended.out : ended.error).append(buffer.data(), static_cast<std::size_t>(n));
        continue;
      }
      ::close(open[i].fd);
      open[i].fd = -1;
      --left;
    }
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return ended;
}

std::string line_of(const std::vector<std::string>& arguments) {
  std::string line = "yakuba";
  for (const std::string& argument : arguments) line += " " + (argument.empty() ? "''" : argument.substr(0, 60));
  return line;
}

struct Option {
  std::string name;  // "--town", or a positional's name
  bool needed = false, takes_value = false, positional = false;
};
struct Command {
  std::vector<std::string> words;  // {"town", "add"}
  std::vector<Option> options;
};

// Reads one level of help; leaves are commands.
void read_commands(std::vector<std::string> words, std::vector<Command>& commands) {
  std::vector<std::string> asked = words;
  asked.emplace_back("--help");
  const Ended help = run(asked, As::file);
  ASSERT_EQ(help.code, 0) << line_of(asked) << help.error;
  Command command{.words = words, .options = {}};
  std::vector<std::string> inner;
  std::string part;
  for (const std::string_view line : split(help.out, '\n')) {
    if (line.ends_with(':') && !line.starts_with(' ')) part = line;
    if (!line.starts_with("  ") || line.starts_with("   ")) continue;
    const std::string_view first = trim(line).substr(0, trim(line).find(' '));
    if (part == "Subcommands:") inner.emplace_back(first);
    const bool positional = part == "Positionals:";
    if (positional || (part == "Options:" && first.starts_with("--")))
      command.options.push_back({.name = std::string(first),
                                 .needed = line.find("REQUIRED") != std::string_view::npos,
                                 .takes_value = positional || line.find("TEXT") != std::string_view::npos ||
                                                line.find("INT") != std::string_view::npos,
                                 .positional = positional});
  }
  if (inner.empty()) commands.push_back(std::move(command));
  for (const std::string& word : inner) {
    std::vector<std::string> deeper = words;
    deeper.push_back(word);
    read_commands(deeper, commands);
  }
}

const std::vector<Command>& all_commands() {
  static const std::vector<Command> commands = [] {
    std::vector<Command> found;
    read_commands({}, found);
    return found;
  }();
  return commands;
}

class CommandsTest : public ::testing::Test {
 protected:
  // The command with every needed argument but one.
  std::vector<std::string> without(const Command& command, std::string_view left_out) const {
    std::vector<std::string> line = command.words;
    for (const Option& option : command.options) {
      if (!option.needed || option.name == left_out) continue;
      if (!option.positional) line.push_back(option.name);
      line.push_back(option.positional ? (folder_.path() / "none").string() : "nagi");
    }
    return line;
  }
  std::string nowhere() const { return (folder_.path() / "nowhere").string(); }
  static bool has_data(const Command& command) {
    return std::ranges::find(command.options, "--data", &Option::name) != command.options.end();
  }
  static void expect_misuse(const std::vector<std::string>& line, std::string_view names) {
    const Ended ended = run(line);
    EXPECT_EQ(ended.code, 2) << line_of(line) << "\n" << ended.error;
    EXPECT_NE(ended.error.find(names), std::string::npos)
        << line_of(line) << " does not name " << names << ": " << ended.error;
    expect_readable(ended, line);
  }
  static void expect_readable(const Ended& ended, const std::vector<std::string>& line) {
    EXPECT_LT(ended.code, 4) << line_of(line) << " died: " << ended.error;
    if (ended.code != 0) {
      EXPECT_FALSE(trim(ended.error + ended.out).empty()) << line_of(line) << " ended without a word";
    }
    for (const char* trace : {"terminate called", "what():", "Assertion", "src/", "Segmentation", "AddressSanitizer"})
      EXPECT_EQ(ended.error.find(trace), std::string::npos) << line_of(line) << ": " << ended.error;
  }
  store::testing::TemporaryFolder folder_;
};

TEST_F(CommandsTest, AreReadFromTheHelp) {
  std::set<std::string> names;
  for (const Command& command : all_commands()) names.insert(command.words.empty() ? "" : command.words.front());
  for (const char* known : {"init", "serve", "town", "pack", "audit", "backup", "restore", "doctor", "demo", "migrate"})
    EXPECT_TRUE(names.contains(known)) << known;
  EXPECT_GE(all_commands().size(), 17U);
}

TEST_F(CommandsTest, TheProgramAndItsFunctionAnswerTheSame) {
  for (const Command& command : all_commands()) {
    std::vector<std::string> help = command.words, wrong = without(command, "");
    help.emplace_back("--help");
    wrong.emplace_back("--no-such-option");
    for (const auto& line : {help, wrong}) {
      const Ended file = run(line, As::file), function = run(line, As::function);
      EXPECT_EQ(file.code, function.code) << line_of(line);
      EXPECT_EQ(file.out, function.out) << line_of(line);
      EXPECT_EQ(file.error, function.error) << line_of(line);
    }
  }
}

TEST_F(CommandsTest, AMissingArgumentIsNamed) {
  expect_misuse({}, "subcommand");
  int needed = 0;
  for (const Command& command : all_commands())
    for (const Option& option : command.options) {
      if (!option.needed) continue;
      ++needed;
      // Values without a name move up: of several the last is the one that is missing.
      std::string_view missing = option.name;
      if (option.positional)
        for (const Option& other : command.options)
          if (other.positional && other.needed) missing = other.name;
      expect_misuse(without(command, option.name), missing);
    }
  EXPECT_GE(needed, 15);
}

TEST_F(CommandsTest, AnUnknownOrSurplusArgumentIsNamed) {
  expect_misuse({"no-such-command"}, "no-such-command");
  expect_misuse({"town", "no-such-command"}, "no-such-command");
  for (const Command& command : all_commands()) {
    std::vector<std::string> line = without(command, "");
    line.emplace_back("--no-such-option");
    expect_misuse(line, "--no-such-option");
    if (std::ranges::any_of(command.options, &Option::positional)) continue;  // takes several
    line.back() = "surplus";
    expect_misuse(line, "surplus");
  }
}

TEST_F(CommandsTest, AnOptionWithoutItsValueIsNamed) {
  for (const Command& command : all_commands())
    for (const Option& option : command.options) {
      if (!option.takes_value || option.positional) continue;
      std::vector<std::string> line = without(command, option.name);
      line.push_back(option.name);
      expect_misuse(line, option.name);
    }
}

TEST_F(CommandsTest, AFolderWithoutAnInstallationIsNamed) {
  for (const Command& command : all_commands()) {
    if (!has_data(command)) continue;
    std::vector<std::string> line = without(command, "");
    line.insert(line.end(), {"--data", nowhere()});
    expect_misuse(line, "nowhere");
  }
}

// In a real, empty installation: whatever stands in an argument, the program ends with words and harms nothing.
TEST_F(CommandsTest, StrangeValuesAreAnsweredWithWords) {
  const std::string data = (folder_.path() / "data").string();
  ASSERT_EQ(run({"init", data, "--demo"}).code, 0);
  const std::vector<std::string> values{"",         "'; drop table x", std::string(5'000, 'x'),
                                        "\xff\xfe", "2026-02-30",      "役場\n\x1b[31m"};
  for (const Command& command : all_commands()) {
    if (command.words == std::vector<std::string>{"serve"}) continue;  // below
    for (const Option& option : command.options) {
      if (!option.takes_value || option.name == "--data") continue;
      if (command.words.front() == "init" && option.positional) continue;
      for (const std::string& value : values) {
        std::vector<std::string> line = without(command, option.name);
        if (has_data(command)) line.insert(line.end(), {"--data", data});
        if (command.words.front() == "init") line.back() = (folder_.path() / "made").string();
        if (!option.positional) line.push_back(option.name);
        line.push_back(value);
        const Ended ended = run(line);
        expect_readable(ended, line);
        std::filesystem::remove_all(folder_.path() / "made");
        // An option that may be left out may be empty; init takes any name for a sender; in FEEL 2026-02-30 is a
        // number.
        const bool takes_any = command.words.front() == "init" || command.words.front() == "feel";
        if (!takes_any && (option.needed || !value.empty())) {
          EXPECT_NE(ended.code, 0) << line_of(line) << " was taken: " << ended.out;
        }
      }
    }
  }
  EXPECT_EQ(run({"doctor", "--data", data}).code, 0) << "the installation is as it was";
}

TEST_F(CommandsTest, ServeNamesWhatItCannotUse) {
  const std::string data = (folder_.path() / "data").string();
  ASSERT_EQ(run({"init", data, "--demo"}).code, 0);
  const auto serve = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"serve", "--data", data});
    return more;
  };
  expect_misuse(serve({"--side", "left"}), "--side");
  expect_misuse(serve({"--port", "0"}), "--port");
  expect_misuse(serve({"--port", "70000"}), "--port");
  expect_misuse(serve({"--port", "http"}), "--port");
  expect_misuse(serve({"--trusted-proxy", "not-an-address"}), "not-an-address");
  expect_misuse(serve({"--port", "8391", "--tls-cert", nowhere(), "--tls-key", nowhere()}), "nowhere");
  for (const auto& more : {std::vector<std::string>{"--address", "not.an.address", "--port", "8391"},
                           std::vector<std::string>{"--log", nowhere() + "/x/y.log", "--port", "8391"}}) {
    const Ended ended = run(serve(more));
    EXPECT_TRUE(ended.code == 2 || ended.code == 3) << ended.code << ended.error;
    EXPECT_NE(ended.error.find(more[1].substr(0, 14)), std::string::npos) << ended.error;
    expect_readable(ended, more);
  }
}

TEST_F(CommandsTest, AFaultyConfigurationIsNamedWithItsLine) {
  const std::string data = (folder_.path() / "data").string();
  ASSERT_EQ(run({"init", data, "--demo"}).code, 0);
  for (const char* wrong :
       {"public_port = \"http\"", "demo = 3", "no_such_key = 1", "public_port = ", "\xff", "postgres_url = [1]"}) {
    std::ofstream(data + "/yakuba.toml") << "# one\n" << wrong << "\n";
    const Ended ended = run({"doctor", "--data", data});
    EXPECT_EQ(ended.code, 2) << wrong << ended.error;
    const bool text = std::string_view(wrong) != "\xff";  // what is no text has no lines to count
    EXPECT_NE(ended.error.find(text ? "yakuba.toml:2" : "yakuba.toml:"), std::string::npos)
        << wrong << ": " << ended.error;
  }
}

}  // namespace
}  // namespace yakuba
