#include "connect/testing/smtp_server.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <sys/wait.h>
#include <unistd.h>

namespace yakuba::connect::testing {

SmtpServer::SmtpServer(std::vector<std::string> options) {
  std::string name = (std::filesystem::temp_directory_path() / "yakuba-mail-XXXXXX").string();
  folder_ = ::mkdtemp(name.data());
  int pipe[2];
  if (::pipe(pipe) != 0) return;
  child_ = ::fork();
  if (child_ == 0) {
    ::dup2(pipe[1], STDOUT_FILENO);
    std::vector<std::string> words{"/usr/bin/python3", YAKUBA_SOURCE_DIR "/src/connect/testing/smtp_server.py",
                                   mails_path()};
    words.insert(words.end(), options.begin(), options.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  ::close(pipe[1]);
  std::FILE* out = ::fdopen(pipe[0], "r");
  if (std::fscanf(out, "%d", &port_) != 1) port_ = 0;
  std::fclose(out);
}

SmtpServer::~SmtpServer() {
  if (child_ > 0) {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::vector<JsonValue> SmtpServer::mails() const {
  std::vector<JsonValue> found;
  std::ifstream in(mails_path());
  for (std::string line; std::getline(in, line);) found.push_back(parse_json(line).value());
  return found;
}

}  // namespace yakuba::connect::testing
