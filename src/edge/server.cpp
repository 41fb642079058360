// Connections and their coroutines. Only plain forms of co_await are used here: named operands, no capturing lambda and
// no temporary with a destructor inside a co_await expression (GCC 12 destroys some of those twice).
#define BOOST_ASIO_NO_DEPRECATED
#define BOOST_ASIO_SEPARATE_COMPILATION
#define BOOST_BEAST_SEPARATE_COMPILATION
#include "edge/server.hpp"

#include <filesystem>
#include <random>
#include <set>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/ssl.hpp>
#include <unistd.h>

#include "base/text.hpp"
#include "edge/intake.hpp"
#include "edge/pool.hpp"
#include "edge/record.hpp"
#include "edge/reply.hpp"
#include "web/assets.hpp"
#include "web/problem.hpp"

namespace yakuba::edge {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;
using Tcp = asio::ip::tcp;
using Executor = asio::io_context::executor_type;
using Use = asio::use_awaitable_t<Executor>;
using Stream = beast::basic_stream<Tcp, Executor>;
using TlsStream = beast::ssl_stream<Stream>;
using Acceptor = asio::basic_socket_acceptor<Tcp, Executor>;
using Timer =
    asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Executor>;
template <class T = void>
using Task = asio::awaitable<T, Executor>;
using Steady = std::chrono::steady_clock;

namespace {

class SystemTime final : public Clock {
 public:
  Instant now() const override {
    return Instant{
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
            .count()};
  }
};

// A connection as the loop that owns it sees it: something to close.
struct Peer {
  virtual ~Peer() = default;
  virtual void close() = 0;
  bool idle = true;  // between two requests: may be closed at once when the server stops
};

struct Loop {
  Loop() : context(1) {}
  asio::io_context context;
  asio::executor_work_guard<Executor> guard = asio::make_work_guard(context);
  std::set<Peer*> peers;  // touched on this loop's thread only
  Tally tally;
  std::string date;
  std::int64_t date_second = -1;
  std::mt19937_64 ids{std::random_device{}()};  // names of log lines, no secrets
  std::thread thread;
};

// Of header names and codings: ASCII only, in no language (RFC 9110 §5.1).
std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_head_end(std::string_view text, std::size_t& end) {
  end = text.find("\r\n\r\n");
  if (end == std::string_view::npos) return false;
  end += 4;
  return true;
}

}  // namespace

struct Server::State {
  Options options;
  Handler handler;
  TrustedProxies proxies;
  SystemTime system_time;
  std::optional<asio::ssl::context> tls;
  std::vector<std::unique_ptr<Loop>> loops;
  std::unique_ptr<Acceptor> acceptor;
  std::unique_ptr<Pool> pool;
  std::unique_ptr<LogWriter> log;
  std::uint16_t port = 0;
  std::atomic<bool> draining{false}, stopped{false};
  std::atomic<std::int64_t> connections{0}, refused{0}, accepted{0};
  std::mutex addresses_mutex;
  std::map<std::string, std::size_t> addresses;

  const Clock& clock() const { return options.clock ? *options.clock : system_time; }
  bool enter(const std::string& address) {
    const std::lock_guard lock(addresses_mutex);
    if (static_cast<std::size_t>(connections.load()) >= options.limits.connections_max) return false;
    auto& count = addresses[address];
    if (count >= options.limits.connections_per_address_max && !proxies.contains(address)) return false;
    ++count;
    ++connections;
    return true;
  }
  void leave(const std::string& address) {
    const std::lock_guard lock(addresses_mutex);
    if (const auto at = addresses.find(address); at != addresses.end() && --at->second == 0) addresses.erase(at);
    --connections;
  }
  std::string metrics_text() const;
  web::Response run_handler(const web::Request& request);
};

std::string Server::State::metrics_text() const {
  std::map<Tally::Key, Tally::Row> rows;
  for (const auto& loop : loops) loop->tally.add_to(rows);
  std::string text = prometheus(rows);
  text += prometheus_gauge("yakuba_connections", "Open connections.", connections.load());
  text += prometheus_gauge("yakuba_connections_total", "Connections accepted.", accepted.load(), "counter");
  text += prometheus_gauge("yakuba_connections_refused_total", "Connections over a limit.", refused.load(), "counter");
  text +=
      prometheus_gauge("yakuba_queue", "Requests waiting for a worker.", static_cast<std::int64_t>(pool->waiting()));
  if (options.metrics) text += options.metrics();
  return text;
}

web::Response Server::State::run_handler(const web::Request& request) {
  web::Response response;
  try {
    response = handler(request);
  } catch (const std::exception& error) {
    log->write(fault_line(clock().now(), std::string("exception in a handler: ") + typeid(error).name(), request.id));
    response = web::problem_response({.status = 500, .request_id = request.id});
  } catch (...) {
    log->write(fault_line(clock().now(), "exception in a handler", request.id));
    response = web::problem_response({.status = 500, .request_id = request.id});
  }
  condense(request, response);
  return response;
}

namespace {

// Runs `work` on the pool and resumes the coroutine on its own loop; at once, with *refused, when the queue is full.
struct OnPool {
  Pool* pool;
  std::function<void()>* work;
  Executor executor;
  bool must;
  bool* refused;

  template <class Resume>
  void operator()(Resume&& resume) {
    auto shared = std::make_shared<std::decay_t<Resume>>(std::forward<Resume>(resume));
    const bool taken = pool->push(
        [work = work, executor = executor, shared]() mutable {
          (*work)();
          asio::post(executor, [shared = std::move(shared)] { (std::move(*shared))(); });
        },
        must);
    if (taken) return;
    *refused = true;
    asio::post(executor, [shared] { (std::move(*shared))(); });
  }
};

// One request while it is answered.
struct Exchange {
  web::Request request;
  web::Response response;
  bool keep_alive = true;
  bool http_1_0 = false;
  bool wants_continue = false;
  bool has_body = false;
  int refusal = 0;  // status when the head itself is refused
  Steady::time_point started;
};

using Parser = http::request_parser<http::buffer_body>;
constexpr std::size_t headers_expected = 16;  // what browsers send

std::string_view view_of(const boost::core::string_view& text) {
  return {text.data(), text.size()};
}

// Fills the request from a parsed head; a status when it must be refused.
int read_head(const Parser& parser, Exchange& x, const Limits&) {
  const auto& message = parser.get();
  const auto method = web::method_from(view_of(message.method_string()));
  if (!method) return 501;
  x.request.method = *method;
  x.http_1_0 = message.version() == 10;
  if (message.version() != 10 && message.version() != 11) return 505;
  x.keep_alive = parser.keep_alive();
  std::string_view authority;
  int hosts = 0, lengths = 0, codings = 0;
  x.request.headers.items.reserve(headers_expected);
  for (const auto& field : message) {
    std::string name = lower(view_of(field.name_string()));
    const auto value = trim(view_of(field.value()));
    if (!is_utf8(value)) return 400;
    if (name == "host") authority = value, ++hosts;
    if (name == "content-length") {
      ++lengths;
      if (value.empty() || value.size() > 18 || value.find_first_not_of("0123456789") != std::string_view::npos)
        return 400;
    }
    if (name == "transfer-encoding") {
      ++codings;
      if (lower(value) != "chunked") return 501;
    }
    x.request.headers.add(std::move(name), std::string(value));
  }
  if (hosts > 1 || (hosts == 0 && !x.http_1_0)) return 400;
  // Two lengths, or a length and a coding, are how one request is smuggled inside another (RFC 9112 §6.1, §6.3, §11.2).
  if (lengths > 1 || codings > 1 || (lengths > 0 && codings > 0) || (codings > 0 && x.http_1_0)) return 400;
  std::string_view target = view_of(message.target());
  for (const std::string_view scheme : {"http://", "https://"})
    if (target.starts_with(scheme)) {  // absolute form (RFC 9112 §3.2.2)
      const auto slash = target.find_first_of("/?", scheme.size());
      authority = target.substr(scheme.size(), slash - scheme.size());
      target = slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
    }
  const auto host = host_of(authority.empty() && x.http_1_0 ? std::string_view("localhost") : authority);
  if (!host) return 400;
  x.request.host = *host;
  auto parsed = web::parse_target(target);
  if (!parsed) return web::status_of(parsed.error().kind);
  x.request.target = std::string(target);
  x.request.path = std::move(parsed->path);
  x.request.query = std::move(parsed->query);
  std::string cookie_text;
  for (const auto& [name, value] : x.request.headers.items)
    if (name == "cookie") cookie_text.append(cookie_text.empty() ? "" : "; ").append(value);
  auto cookies = web::parse_cookies(cookie_text);
  if (!cookies) return web::status_of(cookies.error().kind);
  x.request.cookies = std::move(*cookies);
  x.has_body = codings > 0 || parser.content_length().value_or(0) > 0;
  if (const auto expect = x.request.headers.find("expect")) {
    if (lower(*expect) != "100-continue") return 417;
    x.wants_continue = x.has_body && !x.http_1_0;
  }
  return 0;
}

template <class S>
class Session final : public Peer {
 public:
  Session(Server::State& state, Loop& loop, S stream, std::string address)
      : state_(state),
        loop_(loop),
        stream_(std::move(stream)),
        address_(std::move(address)),
        limits_(state.options.limits) {}

  // Runs on the loop; leaves the books of the server when the connection ends.
  Task<> run() {
    loop_.peers.insert(this);
    bool open = true;
    if constexpr (std::is_same_v<S, TlsStream>) open = co_await handshake();
    for (std::size_t count = 0; open && count < limits_.requests_per_connection_max; ++count)
      open = co_await one_request(count == 0);
    co_await finish();
    loop_.peers.erase(this);
    state_.leave(address_);
  }
  void close() override { lowest().close(); }

 private:
  Stream& lowest() { return beast::get_lowest_layer(stream_); }

  Task<bool> handshake() {
    if constexpr (std::is_same_v<S, TlsStream>) {
      error_code error;
      auto token = asio::redirect_error(Use{}, error);
      lowest().expires_after(std::chrono::seconds(limits_.header_seconds_max));
      co_await stream_.async_handshake(asio::ssl::stream_base::server, token);
      co_return !error;
    }
    co_return true;
  }

  // Some bytes into `pending_`; false at the end of the stream, a fault or the deadline.
  Task<bool> receive(Steady::time_point deadline) {
    error_code error;
    auto token = asio::redirect_error(Use{}, error);
    auto space = asio::buffer(chunk_);
    lowest().expires_at(deadline);
    const std::size_t count = co_await stream_.async_read_some(space, token);
    timed_out_ = error == beast::error::timeout;
    if (error || count == 0) co_return false;
    pending_.append(chunk_.data(), count);
    co_return true;
  }

  Task<bool> one_request(bool first) {
    Exchange x;
    const auto now = Steady::now();
    if (pending_.empty()) {
      idle = true;
      if (state_.draining) co_return false;
      const auto patience = std::chrono::seconds(first ? limits_.header_seconds_max : limits_.idle_seconds_max);
      const bool came = co_await receive(now + patience);
      if (!came) co_return false;
    }
    idle = false;
    const bool whole = co_await receive_head(x);
    if (!whole) co_return false;
    x.started = Steady::now();
    prepare(x);
    if (x.refusal != 0) co_return co_await refuse(x, x.refusal);
    if (x.has_body) {
      const int status = co_await receive_body(x);
      if (status < 0) {
        if (timed_out_) give_up(x);
        co_return false;
      }
      if (status > 0) co_return co_await refuse(x, status);
    }
    co_await answer(x);
    const bool sent = co_await send(x);
    co_return sent&& x.keep_alive;
  }

  // Reads until the whole head is there and takes it out of `pending_`.
  Task<bool> receive_head(Exchange& x) {
    const auto deadline = Steady::now() + std::chrono::seconds(limits_.header_seconds_max);
    while (pending_.starts_with("\r\n")) pending_.erase(0, 2);  // RFC 9112 §2.2: an empty line before is forgiven
    std::size_t end = 0;
    while (!is_head_end(pending_, end)) {
      if (pending_.size() > limits_.header_bytes_max) {
        co_await refuse(x, 431);
        co_return false;
      }
      const bool came = co_await receive(deadline);
      if (came) {
        while (pending_.starts_with("\r\n")) pending_.erase(0, 2);
        continue;
      }
      if (timed_out_) give_up(x);
      co_return false;
    }
    if (end > limits_.header_bytes_max) {
      co_await refuse(x, 431);
      co_return false;
    }
    head_ = pending_.substr(0, end);
    pending_.erase(0, end);
    co_return true;
  }

  void prepare(Exchange& x) {
    char id[17];
    std::snprintf(id, sizeof id, "%016llx", static_cast<unsigned long long>(loop_.ids()));
    x.request.id = id;
    x.request.client_address = address_;
    x.request.secure = std::is_same_v<S, TlsStream>;
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(limits_.header_bytes_max + 1));
    parser_->body_limit(boost::none);
    parser_->eager(false);
    error_code error;
    // The line of the head's end is given, too, but not its body: put() stops after the head.
    const bool strict = head_is_strict(head_);
    if (strict) parser_->put(asio::buffer(head_), error);
    if (!strict || error || !parser_->is_header_done()) {
      x.refusal = error == http::error::bad_version ? 505 : 400;
      return;
    }
    x.refusal = read_head(*parser_, x, limits_);
    apply_proxy_headers(x.request, state_.proxies);
    if (x.refusal == 0 && declared_too_large(x)) x.refusal = 413;
  }

  bool declared_too_large(const Exchange& x) const {
    const auto length = parser_->content_length();
    if (!length) return false;
    const bool multipart = x.request.header("content-type").starts_with("multipart/");
    return *length > (multipart ? static_cast<std::uint64_t>(limits_.upload_total_bytes_max) : limits_.body_bytes_max);
  }

  // 0 when the body is in the request; a status to refuse with; -1 when the client went away.
  Task<int> receive_body(Exchange& x) {
    auto intake = intake_for(x.request, limits_, state_.options.spool_folder);
    if (!intake) co_return web::status_of(intake.error().kind);
    if (x.wants_continue && pending_.empty()) {
      const std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
      const bool sent = co_await write(go_on, {});
      if (!sent) co_return -1;
    }
    parser_->eager(true);
    const auto whole_deadline = Steady::now() + std::chrono::seconds(limits_.upload_seconds_max);
    bool starved = false;  // what is pending is the beginning of a chunk's head
    while (!parser_->is_done()) {
      if (starved && pending_.size() > limits_.header_bytes_max) co_return 400;
      if (pending_.empty() || starved) {
        const auto silence = Steady::now() + std::chrono::seconds(limits_.body_seconds_max);
        const bool came = co_await receive(std::min(silence, whole_deadline));
        if (!came) co_return -1;
      }
      const int status = decode_body(**intake, starved);
      if (status != 0) co_return status;
    }
    const auto finished = (*intake)->finish(x.request);
    co_return finished ? 0 : web::status_of(finished.error().kind);
  }

  // Hands what is pending through the parser (which undoes chunks) to the intake.
  int decode_body(BodyIntake& intake, bool& starved) {
    starved = false;
    auto& body = parser_->get().body();
    while (!pending_.empty() && !parser_->is_done()) {
      body.data = piece_.data();
      body.size = piece_.size();
      error_code error;
      const std::size_t used = parser_->put(asio::buffer(pending_), error);
      pending_.erase(0, used);
      const auto fed = intake.bytes(std::string_view(piece_.data(), piece_.size() - body.size));
      if (!fed) return web::status_of(fed.error().kind);
      if (error && error != http::error::need_buffer && error != http::error::need_more) return 400;
      starved = error == http::error::need_more || used == 0;
      if (starved) return 0;
    }
    return 0;
  }

  // Assets, health and figures here; everything else by the handler on a worker.
  Task<> answer(Exchange& x) {
    if (answer_here(x)) co_return;
    bool refused = false;
    std::function<void()> work = [&] { x.response = state_.run_handler(x.request); };
    OnPool initiation{state_.pool.get(), &work, loop_.context.get_executor(), false, &refused};
    Use token;
    co_await asio::async_initiate<Use, void()>(std::move(initiation), token);
    if (!refused) co_return;
    x.response = problem(x, 503);
    x.response.with_header("retry-after", "5");
    x.response.trail.route = "(queue full)";
  }

  bool answer_here(Exchange& x) {
    const auto& path = x.request.path;
    if (!web::is_safe(x.request.method)) return false;
    if (path.starts_with("/assets/")) {
      answer_asset(x);
    } else if (path == "/healthz") {
      const std::string fault = state_.draining ? "stopping" : state_.options.health ? state_.options.health() : "";
      x.response = web::Response::text(fault.empty() ? "ok\n" : fault + "\n", fault.empty() ? 200 : 503);
      x.response.trail.route = "/healthz";
    } else if (path == "/metrics" && state_.options.serve_metrics) {
      x.response = web::Response::text(state_.metrics_text());
      x.response.with_header("content-type", "text/plain; version=0.0.4; charset=utf-8");
      x.response.trail.route = "/metrics";
    } else {
      return false;
    }
    return true;
  }

  void answer_asset(Exchange& x) {
    const auto* asset = web::asset_at(x.request.path);
    if (!asset) {
      x.response = problem(x, 404);
    } else {
      x.response.headers = {{"content-type", std::string(asset->media_type)},
                            {"cache-control", "public, max-age=31536000, immutable"},
                            {"etag", std::string(asset->etag)},
                            {"x-content-type-options", "nosniff"},
                            {"cross-origin-resource-policy", "same-origin"},
                            {"vary", "accept-encoding"}};
      const bool packed =
          !asset->gzip.empty() && x.request.header("accept-encoding").find("gzip") != std::string_view::npos;
      if (packed) x.response.headers.add("content-encoding", "gzip");
      x.response.body = std::string(packed ? asset->gzip : asset->bytes);
      condense(x.request, x.response);
    }
    x.response.trail.route = "/assets/*";
  }

  web::Response problem(const Exchange& x, int status) {
    const web::Words words({web::language_accepted(x.request.header("accept-language"))});
    return web::problem_response({.status = status, .request_id = x.request.id}, words);
  }

  // Answers, stops reading this connection, and waits a little for the client to read the answer (RFC 9112 §9.6).
  Task<bool> refuse(Exchange& x, int status) {
    if (x.started == Steady::time_point{}) x.started = Steady::now();
    x.response = problem(x, status);
    x.response.trail.route = "(refused)";
    x.keep_alive = false;
    const bool sent = co_await send(x);
    if (!sent) co_return false;
    error_code ignored;
    lowest().socket().shutdown(Tcp::socket::shutdown_send, ignored);
    const auto deadline = Steady::now() + std::chrono::seconds(2);
    for (std::size_t drained = 0; drained < 64 * chunk_.size(); drained += chunk_.size()) {
      pending_.clear();
      const bool came = co_await receive(deadline);
      if (!came) break;
    }
    co_return false;
  }

  // A deadline closes the socket under us: nothing can be said any more, but it is written down.
  void give_up(Exchange& x) {
    if (x.started == Steady::time_point{}) x.started = Steady::now();
    x.response.status = 408;
    x.response.trail.route = "(too slow)";
    record(x, 0);
  }

  Task<bool> write(std::string_view head, std::string_view body) {
    error_code error;
    auto token = asio::redirect_error(Use{}, error);
    const std::array<asio::const_buffer, 2> buffers = {asio::buffer(head.data(), head.size()),
                                                       asio::buffer(body.data(), body.size())};
    lowest().expires_after(std::chrono::seconds(limits_.write_seconds_max));
    co_await asio::async_write(stream_, buffers, token);
    co_return !error;
  }

  Task<bool> send(Exchange& x) {
    if (state_.draining) x.keep_alive = false;
    const std::string head = reply_head(
        x.response, {.date = date(), .secure = x.request.secure, .keep_alive = x.keep_alive, .http_1_0 = x.http_1_0});
    const bool with_body =
        x.request.method != web::Method::head && x.response.status != 304 && x.response.status != 204;
    const std::string_view body = with_body ? std::string_view(x.response.body_text()) : std::string_view();
    bool sent = co_await write(head, body);
    if (sent && with_body && std::holds_alternative<web::StreamBody>(x.response.body)) sent = co_await send_stream(x);
    record(x, with_body && sent ? body_bytes(x.response) : 0);
    co_return sent;
  }

  // Pieces are made on a worker (they may read a disk) and sent one by one; a short stream ends the connection.
  Task<bool> send_stream(Exchange& x) {
    auto& stream = std::get<web::StreamBody>(x.response.body);
    std::int64_t left = stream.bytes;
    while (left > 0) {
      Result<std::string> piece = std::string();
      std::function<void()> work = [&] { piece = stream.source(piece_.size()); };
      bool refused = false;
      OnPool initiation{state_.pool.get(), &work, loop_.context.get_executor(), true, &refused};
      Use token;
      co_await asio::async_initiate<Use, void()>(std::move(initiation), token);
      if (refused || !piece || piece->empty() || static_cast<std::int64_t>(piece->size()) > left) {
        state_.log->write(fault_line(state_.clock().now(), "a streamed body ended early", x.request.id));
        x.keep_alive = false;
        co_return false;
      }
      left -= static_cast<std::int64_t>(piece->size());
      const bool sent = co_await write(*piece, {});
      if (!sent) co_return false;
    }
    co_return true;
  }

  void record(const Exchange& x, std::int64_t bytes) {
    const auto spent = std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - x.started).count();
    const auto& trail = x.response.trail;
    loop_.tally.add(trail.route, x.response.status, spent, bytes);
    state_.log->write(log_line({state_.clock().now(), web::method_name(x.request.method), &trail, x.response.status,
                                spent, bytes, x.request.id}));
  }

  std::string_view date() {
    const auto second =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    if (second != loop_.date_second) loop_.date = http_date(second), loop_.date_second = second;
    return loop_.date;
  }

  Task<> finish() {
    if constexpr (std::is_same_v<S, TlsStream>) {
      error_code error;
      auto token = asio::redirect_error(Use{}, error);
      lowest().expires_after(std::chrono::seconds(2));
      if (lowest().socket().is_open()) co_await stream_.async_shutdown(token);
    }
    error_code ignored;
    lowest().socket().shutdown(Tcp::socket::shutdown_send, ignored);
    lowest().close();
    co_return;
  }

  Server::State& state_;
  Loop& loop_;
  S stream_;
  std::string address_;
  const Limits& limits_;
  std::optional<Parser> parser_;
  std::string pending_, head_;
  std::array<char, 32 * 1024> chunk_, piece_;
  bool timed_out_ = false;
};

template <class S>
Task<> converse(std::shared_ptr<Session<S>> session) {
  co_await session->run();
}

void start_session(Server::State& state, Loop& loop, Stream stream, std::string address) {
  if (state.tls) {
    TlsStream secured(std::move(stream), *state.tls);
    auto session = std::make_shared<Session<TlsStream>>(state, loop, std::move(secured), std::move(address));
    asio::co_spawn(loop.context.get_executor(), converse(std::move(session)), asio::detached);
  } else {
    auto session = std::make_shared<Session<Stream>>(state, loop, std::move(stream), std::move(address));
    asio::co_spawn(loop.context.get_executor(), converse(std::move(session)), asio::detached);
  }
}

Task<> accept_all(Server::State& state) {
  std::size_t turn = 0;
  Timer pause(state.loops[0]->context.get_executor());
  for (;;) {
    Loop& loop = *state.loops[turn++ % state.loops.size()];
    asio::basic_stream_socket<Tcp, Executor> socket(loop.context.get_executor());
    error_code error;
    auto token = asio::redirect_error(Use{}, error);
    co_await state.acceptor->async_accept(socket, token);
    if (state.draining || error == asio::error::operation_aborted || error == asio::error::bad_descriptor) co_return;
    if (error) {  // out of file descriptors, most likely: give others time to close theirs
      auto wait_token = asio::redirect_error(Use{}, error);
      pause.expires_after(std::chrono::milliseconds(50));
      co_await pause.async_wait(wait_token);
      continue;
    }
    error_code ignored;
    socket.set_option(Tcp::no_delay(true), ignored);
    const auto endpoint = socket.remote_endpoint(ignored);
    std::string address = endpoint.address().is_v6() && endpoint.address().to_v6().is_v4_mapped()
                              ? asio::ip::make_address_v4(asio::ip::v4_mapped, endpoint.address().to_v6()).to_string()
                              : endpoint.address().to_string();
    ++state.accepted;
    if (!state.enter(address)) {
      ++state.refused;
      socket.close(ignored);
      continue;
    }
    Stream stream(std::move(socket));
    start_session(state, loop, std::move(stream), std::move(address));
  }
}

Result<void> open_tls(Server::State& state) {
  const auto& o = state.options;
  if (o.tls_certificate.empty() && o.tls_key.empty()) return {};
  if (o.tls_certificate.empty() || o.tls_key.empty())
    return fail(ErrorKind::invalid, "edge.tls", "a certificate needs its key, and a key its certificate");
  auto& context = state.tls.emplace(asio::ssl::context::tls_server);
  error_code error;
  context.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                          asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1 |
                          asio::ssl::context::no_compression,
                      error);
  if (!error) context.use_certificate_chain_file(o.tls_certificate, error);
  if (error) return fail(ErrorKind::invalid, "edge.tls_certificate", error.message(), {.file = o.tls_certificate});
  context.use_private_key_file(o.tls_key, asio::ssl::context::pem, error);
  if (error) return fail(ErrorKind::invalid, "edge.tls_key", error.message(), {.file = o.tls_key});
  if (SSL_CTX_check_private_key(context.native_handle()) != 1)
    return fail(ErrorKind::invalid, "edge.tls_key", "the key is not the certificate's", {.file = o.tls_key});
  return {};
}

Result<void> open_acceptor(Server::State& state) {
  error_code error;
  const auto address = asio::ip::make_address(state.options.address, error);
  if (error) return fail(ErrorKind::invalid, "edge.address", "not an address: " + state.options.address);
  const Tcp::endpoint endpoint(address, state.options.port);
  state.acceptor = std::make_unique<Acceptor>(state.loops[0]->context.get_executor());
  state.acceptor->open(endpoint.protocol(), error);
  if (!error) state.acceptor->set_option(asio::socket_base::reuse_address(true), error);
  if (!error && address.is_v6()) state.acceptor->set_option(asio::ip::v6_only(false), error);
  if (!error) state.acceptor->bind(endpoint, error);
  if (!error) state.acceptor->listen(asio::socket_base::max_listen_connections, error);
  if (error)
    return fail(ErrorKind::unavailable, "edge.bind",
                state.options.address + ":" + std::to_string(state.options.port) + ": " + error.message());
  state.port = state.acceptor->local_endpoint(error).port();
  return {};
}

}  // namespace

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
Server::~Server() {
  stop();
}
std::uint16_t Server::port() const {
  return state_->port;
}
std::string Server::metrics() const {
  return state_->metrics_text();
}

Result<std::unique_ptr<Server>> Server::start(Options options, Handler handler) {
  auto state = std::make_unique<State>();
  state->options = std::move(options);
  state->handler = std::move(handler);
  auto& o = state->options;
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  if (o.loops <= 0) o.loops = cores;
  if (o.workers <= 0) o.workers = std::max(2, cores);
  std::error_code no_folder;
  if (o.spool_folder.empty()) o.spool_folder = std::filesystem::temp_directory_path(no_folder).string();
  if (::access(o.spool_folder.c_str(), W_OK) != 0)
    return fail(ErrorKind::unavailable, "edge.spool", "the spool folder cannot be written", {.file = o.spool_folder});
  state->proxies = TRY(TrustedProxies::parse(o.trusted_proxies));
  for (int i = 0; i < o.loops; ++i) state->loops.push_back(std::make_unique<Loop>());
  TRY(open_tls(*state));
  TRY(open_acceptor(*state));
  state->log = std::make_unique<LogWriter>(o.log);
  state->pool = std::make_unique<Pool>(o.workers, o.limits.queue_max);
  asio::co_spawn(state->loops[0]->context.get_executor(), accept_all(*state), asio::detached);
  for (auto& loop : state->loops) loop->thread = std::thread([&context = loop->context] { context.run(); });
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

void Server::stop() {
  if (state_->stopped.exchange(true)) return;
  auto& state = *state_;
  state.draining = true;
  asio::post(state.loops[0]->context, [&state] { state.acceptor->close(); });
  const auto close_peers = [&state](bool all) {
    for (auto& loop : state.loops)
      asio::post(loop->context, [&loop = *loop, all] {
        for (auto* peer : loop.peers)
          if (all || peer->idle) peer->close();
      });
  };
  close_peers(false);
  const auto deadline = Steady::now() + std::chrono::seconds(state.options.limits.drain_seconds_max);
  while (state.connections > 0 && Steady::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    close_peers(false);
  }
  close_peers(true);
  state.pool->join();  // handlers that still run come to their end
  for (int i = 0; i < 400 && state.connections > 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  for (auto& loop : state.loops) {
    loop->guard.reset();
    loop->context.stop();
    if (loop->thread.joinable()) loop->thread.join();
  }
  state.log.reset();
}

}  // namespace yakuba::edge
