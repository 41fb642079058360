// The network: an HTTP/1.1 server that knows nothing of the town hall but one function from Request to Response.
//
//   edge::Options options;
//   options.port = 8080;
//   auto server = TRY(edge::Server::start(options, [&](const web::Request& r) { return program.answer(r); }));
//   …  server->port();  …  server->stop();                      // drains, then returns
//
// One event loop per core awaits; handlers are ordinary blocking functions on a bounded pool of workers, on which one
// that waits for a commit does not count. A full queue answers 503 at once. Assets (/assets/…), /healthz and /metrics
// are answered without a worker. An exception out of a handler becomes a 500 page and an error line. Every limit has a
// name below; exceeding one closes politely with its status. Threads: start and stop from one thread; the handler is
// called from many. Sources: RFC 9110, 9111, 9112 (message framing §6, §11.2 smuggling), 7239-like
// X-Forwarded-For/-Proto from trusted proxies only, RFC 8446 (TLS 1.3; 1.2 allowed).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "web/request.hpp"
#include "web/response.hpp"

namespace yakuba::edge {

struct Limits {
  std::size_t header_bytes_max = 16 * 1024;
  std::size_t body_bytes_max = 1024 * 1024;  // forms and JSON, without files
  std::int64_t upload_file_bytes_max = 20 * 1024 * 1024;
  std::int64_t upload_total_bytes_max = 100 * 1024 * 1024;  // the whole multipart body
  std::size_t upload_files_max = 20;
  int header_seconds_max = 10;
  int body_seconds_max = 30;     // of silence while a body is being sent
  int upload_seconds_max = 600;  // for a whole body
  int idle_seconds_max = 60;     // between requests of one connection
  int write_seconds_max = 60;
  std::size_t connections_max = 4'096;
  std::size_t connections_per_address_max = 512;  // not for trusted proxies
  std::size_t queue_max = 1'024;                  // requests waiting for a worker
  std::size_t requests_per_connection_max = 10'000;
  int drain_seconds_max = 20;
};

struct Options {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;                    // 0: any free port
  int loops = 0;                             // 0: one per core
  int workers = 0;                           // that compute at a time; 0: one per core, at least 2
  std::string tls_certificate, tls_key;      // PEM files; both or neither
  std::vector<std::string> trusted_proxies;  // addresses or CIDR: "10.0.0.0/8", "::1"
  std::string spool_folder;                  // for uploads; the system's temporary folder when empty
  Limits limits;
  const Clock* clock = nullptr;  // of log lines; the system's when null
  // One JSON line per request (and per fault of the server), each with its line end; standard output when empty. Called
  // from one thread of the server's with whole lines, many at once, soon after they happened.
  std::function<void(std::string_view lines)> log;
  // Extra text for /metrics (the program's own figures), and its health: empty when well, else what is wrong.
  std::function<std::string()> metrics;
  std::function<std::string()> health;
  bool serve_metrics = true;  // off on a public side: a scraper asks the office side
};

using Handler = std::function<web::Response(const web::Request&)>;

class Server {
 public:
  // unavailable: the address cannot be bound; invalid: TLS files or proxy addresses cannot be read.
  static Result<std::unique_ptr<Server>> start(Options options, Handler handler);
  std::uint16_t port() const;
  // Stops accepting, lets running requests end within drain_seconds_max, closes the rest. Idempotent.
  void stop();
  std::string metrics() const;  // Prometheus text, as /metrics gives it
  ~Server();

  struct State;

 private:
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace yakuba::edge
