// `yakuba serve`: the server, its job workers and periodic tasks, until SIGINT or SIGTERM.
#pragma once

#include "yakuba/installation.hpp"

namespace yakuba {

struct ServeOptions {
  std::filesystem::path data;
  std::string side;  // must be the folder's; empty: the folder's
  std::string address = "127.0.0.1";
  int port = 0;  // 0: the configuration's
  std::string tls_certificate, tls_key;
  std::vector<std::string> trusted_proxies;
  std::string log_file;  // empty: standard output
};
// Blocks; answers with the first error or nothing after a graceful stop. `ready` is called with the port once it
// listens.
Result<> serve(const ServeOptions& options, const std::function<void(int port)>& ready);

}  // namespace yakuba
