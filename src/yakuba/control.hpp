// The socket through which commands reach the running server: DIR/control.sock, mode 0600, one JSON line each way.
//
//   Result<std::string> out = run_command(folder, "town list", {});   // here, or in the server that owns the folder
//
// Threads: ControlServer has one thread of its own; commands run one after another.
#pragma once

#include <atomic>
#include <thread>

#include "yakuba/command.hpp"

namespace yakuba {

// Opens the installation and runs the command; when another process owns it, asks that process to run it.
Result<std::string> run_command(const std::filesystem::path& folder, std::string_view name, const JsonValue& arguments);

class ControlServer {
 public:
  static Result<std::unique_ptr<ControlServer>> start(Installation& installation);
  ~ControlServer();

 private:
  ControlServer(Installation& installation, int socket, std::filesystem::path path);
  void loop();
  void serve_one(int connection);

  Installation& installation_;
  int socket_;
  std::filesystem::path path_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace yakuba
