// `yakuba feel` as somebody at a terminal meets it: through a pseudo terminal, key by key.
#include "yakuba/feel_terminal.hpp"

#include <fstream>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json.hpp"
#include "feel/feel.hpp"

namespace yakuba {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

std::vector<std::string> words() {
  return feel_words(feel::from_json(*parse_json(R"({"世帯":{"所得":3,"人数":2},"age limit":18})")));
}

TEST(Completion, KnowsMembersBuiltinsAndKeywords) {
  EXPECT_THAT(words(), Contains("世帯.所得"));
  EXPECT_THAT(words(), Contains("string length("));
  EXPECT_THAT(words(), Contains("satisfies"));
}

TEST(Completion, TakesTheLongestNameThatIsBeingWritten) {
  EXPECT_THAT(complete_feel("1 + string le", words()).words, ElementsAre("string length("));
  EXPECT_EQ(complete_feel("1 + string le", words()).common(), "ngth(");
  EXPECT_THAT(complete_feel("age l", words()).words, ElementsAre("age limit"));
  EXPECT_THAT(complete_feel("世帯.", words()).words, ElementsAre("世帯.人数", "世帯.所得"));
  EXPECT_EQ(complete_feel("世帯.", words()).common(), "") << "人 and 所 have nothing in common, not even half a byte";
  EXPECT_EQ(complete_feel("世", words()).common(), "帯");
  EXPECT_TRUE(complete_feel("xstring le", words()).words.empty()) << "not from the middle of a word";
  EXPECT_TRUE(complete_feel("", words()).words.empty());
  EXPECT_TRUE(complete_feel("nothing of that name", words()).words.empty());
}

// A session in a pseudo terminal with a home of its own.
class FeelTerminal : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("feel-terminal-" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    std::ofstream(folder_ / "context.json") << R"({"household income":4300000})";
  }
  void TearDown() override {
    end();
    fs::remove_all(folder_);
  }
  fs::path history() const { return folder_ / "state" / "yakuba" / "feel_history"; }

  void begin() {
    shown_.clear();
    child_ = ::forkpty(&terminal_, nullptr, nullptr, nullptr);
    ASSERT_GE(child_, 0);
    if (child_ == 0) {
      ::setenv("XDG_STATE_HOME", (folder_ / "state").c_str(), 1);
      ::setenv("TERM", "xterm", 1);
      const std::string context = folder_ / "context.json";
      ::execl(YAKUBA_PROGRAM, "yakuba", "feel", "--context", context.c_str(), static_cast<char*>(nullptr));
      ::_exit(127);
    }
    EXPECT_TRUE(waits_for("feel> ")) << shown_;
  }
  void type(const std::string& keys) {
    shown_.clear();
    ASSERT_EQ(::write(terminal_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
  }
  // Until the terminal shows it; what it showed up to there is forgotten.
  bool waits_for(const std::string& wanted) {
    constexpr int patience_ms = 5'000;
    while (shown_.find(wanted) == std::string::npos) {
      pollfd ready{terminal_, POLLIN, 0};
      char some[4096];
      if (::poll(&ready, 1, patience_ms) <= 0) return false;
      const ssize_t got = ::read(terminal_, some, sizeof some);
      if (got <= 0) return false;
      shown_.append(some, static_cast<std::size_t>(got));
    }
    shown_.erase(0, shown_.find(wanted) + wanted.size());
    return true;
  }
  // Ctrl-U, Ctrl-D; the exit code, or -1 when it does not end. Between two lines the terminal is not in the editor's
  // hands and keys go astray: so they are pressed until they are heard.
  int leave() {
    for (int i = 0; i < 20 && !ended(); ++i) {
      type("\x15\x04");
      for (int wait = 0; wait < 20 && !ended(); ++wait) drain(20);
    }
    return end();
  }
  bool ended() {
    if (child_ > 0 && ::waitpid(child_, &status_, WNOHANG) == child_) child_ = -1;
    return child_ <= 0;
  }
  void drain(int patience_ms) {
    pollfd ready{terminal_, POLLIN, 0};
    char some[4096];
    if (::poll(&ready, 1, patience_ms) <= 0) return;
    const ssize_t got = ::read(terminal_, some, sizeof some);
    if (got > 0)
      shown_.append(some, static_cast<std::size_t>(got));
    else
      ::usleep(10'000);
  }
  int end() {
    if (!ended()) {
      ::kill(child_, SIGKILL);
      ::waitpid(std::exchange(child_, -1), &status_, 0);
    }
    if (terminal_ >= 0) ::close(std::exchange(terminal_, -1));
    return WIFEXITED(status_) ? WEXITSTATUS(status_) : -1;
  }

  fs::path folder_;
  int terminal_ = -1;
  pid_t child_ = -1;
  int status_ = -1;
  std::string shown_;
};

TEST_F(FeelTerminal, CompletesEvaluatesAndRemembers) {
  begin();
  type("string le\t\"役場\")\r");
  EXPECT_TRUE(waits_for("\n2\r\n")) << shown_;
  type("hou\t / 2\r");
  EXPECT_TRUE(waits_for("\n2150000\r\n")) << shown_;
  type(" 1 + 41\r");
  EXPECT_TRUE(waits_for("\n42\r\n")) << shown_;
  type("sub\t");
  EXPECT_TRUE(waits_for("sublist(")) << "several: they are listed";
  EXPECT_TRUE(waits_for("feel> sub")) << "and the line goes on";
  EXPECT_EQ(leave(), 0) << shown_;

  struct ::stat kept{};
  ASSERT_EQ(::stat(history().c_str(), &kept), 0);
  EXPECT_EQ(kept.st_mode & 0777, 0600U) << "for the user alone";
  std::ifstream in(history());
  const std::string lines{std::istreambuf_iterator<char>(in), {}};
  EXPECT_THAT(lines, HasSubstr("household"));
  EXPECT_THAT(lines, Not(HasSubstr("41"))) << "a line behind a space is not remembered";

  begin();
  type("\x1b[A\x1b[A\r");  // up, up
  EXPECT_TRUE(waits_for("\n2\r\n")) << "the earlier session's line: " << shown_;
  type("1 / 0\r");
  EXPECT_TRUE(waits_for("division_by_zero")) << shown_;
  EXPECT_TRUE(waits_for("feel> ")) << shown_;
  EXPECT_EQ(leave(), 1) << "a value with a diagnostic: " << shown_;
}

TEST(FeelLines, OfAPipeAreNotRemembered) {
  const fs::path folder = fs::temp_directory_path() / ("feel-pipe-" + std::to_string(::getpid()));
  const std::string command =
      "printf '1 + 1\\n' | XDG_STATE_HOME='" + folder.string() + "' " + YAKUBA_PROGRAM + " feel";
  std::FILE* pipe = ::popen(command.c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  char text[64] = {};
  EXPECT_NE(std::fgets(text, sizeof text, pipe), nullptr);
  EXPECT_EQ(::pclose(pipe), 0);
  EXPECT_STREQ(text, "2\n");
  EXPECT_FALSE(fs::exists(folder));
}

TEST(FeelHistory, LiesWhereTheUsersStateLies) {
  ::setenv("XDG_STATE_HOME", "/state", 1);
  EXPECT_EQ(feel_history_file(), "/state/yakuba/feel_history");
  ::setenv("XDG_STATE_HOME", "relative", 1);
  ::setenv("HOME", "/home/me", 1);
  EXPECT_EQ(feel_history_file(), "/home/me/.local/state/yakuba/feel_history") << "a relative path does not count";
  ::unsetenv("XDG_STATE_HOME");
  ::unsetenv("HOME");
  EXPECT_EQ(feel_history_file(), "");
}

}  // namespace
}  // namespace yakuba
