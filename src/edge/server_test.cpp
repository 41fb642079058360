// The server over real sockets on loopback: what it answers, what it refuses, what it survives.
#include "edge/server.hpp"

#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include "base/json.hpp"
#include "base/text.hpp"
#include "edge/intake.hpp"
#include "edge/pool.hpp"
#include "web/assets.hpp"

namespace yakuba::edge {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using namespace std::chrono_literals;

// A client that says exactly what it is told to.
class Wire {
 public:
  explicit Wire(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
  }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  ~Wire() { ::close(socket_); }
  bool connected() const { return connected_; }
  int handle() const { return socket_; }

  bool say(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void say_no_more() { ::shutdown(socket_, SHUT_WR); }

  // Everything until the server closes, or until `patience` passes without a byte.
  std::string hear_all(std::chrono::milliseconds patience = 5'000ms) {
    while (more(patience)) {
    }
    return std::exchange(heard_, {});
  }
  // One whole answer by its content-length; what follows stays for the next call.
  std::string hear_one(bool head_only = false) {
    for (;;) {
      const auto end = heard_.find("\r\n\r\n");
      if (end != std::string::npos) {
        const auto at = heard_.find("content-length: ");
        const std::size_t length = at < end && !head_only ? std::stoul(heard_.substr(at + 16)) : 0;
        if (heard_.size() >= end + 4 + length) {
          std::string answer = heard_.substr(0, end + 4 + length);
          heard_.erase(0, end + 4 + length);
          return answer;
        }
      }
      if (!more(5'000ms)) return std::exchange(heard_, {});
    }
  }
  bool closed_by_server(std::chrono::milliseconds patience) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < end) {
      pollfd poll_for{socket_, POLLIN, 0};
      if (::poll(&poll_for, 1, 50) <= 0) continue;
      char bytes[4096];
      if (::recv(socket_, bytes, sizeof bytes, 0) <= 0) return true;
    }
    return false;
  }

 private:
  bool more(std::chrono::milliseconds patience) {
    pollfd poll_for{socket_, POLLIN, 0};
    if (::poll(&poll_for, 1, static_cast<int>(patience.count())) <= 0) return false;
    char bytes[65536];
    const auto count = ::recv(socket_, bytes, sizeof bytes, 0);
    if (count <= 0) return false;
    heard_.append(bytes, static_cast<std::size_t>(count));
    return true;
  }
  int socket_;
  bool connected_ = false;
  std::string heard_;
};

std::string body_of(const std::string& answer) {
  const auto end = answer.find("\r\n\r\n");
  return end == std::string::npos ? "" : answer.substr(end + 4);
}

// What the server heard, told back: tests read it.
web::Response echo(const web::Request& request) {
  JsonWriter json;
  json.object([&] {
    json.member("method", web::method_name(request.method)).member("path", request.path).member("host", request.host);
    json.member("client", request.client_address).member("secure", request.secure).member("body", request.body);
    json.key("form").array([&] {
      for (const auto& [name, value] : request.form.items) json.value(name + "=" + value);
    });
    json.key("uploads").array([&] {
      for (const auto& upload : request.uploads)
        json.object([&] {
          json.member("field", upload.field).member("name", upload.file_name).member("bytes", upload.bytes);
          json.member("type", web::media_type(upload.kind))
              .member("sha256", hex(upload.sha256))
              .member("kept", upload.content != nullptr);
        });
    });
  });
  auto response = web::Response::json(std::move(json).text());
  response.trail = {"/echo", "nagi", "public"};
  return response;
}

class Served : public testing::Test {
 protected:
  ~Served() override { server_.reset(); }  // before the lines it writes
  void start(Options options = {}, Handler handler = echo) {
    options.log = [this](std::string_view lines) {
      const std::lock_guard lock(mutex_);
      for (const std::string_view line : split(lines, '\n'))
        if (!line.empty()) lines_.emplace_back(line);
    };
    auto started = Server::start(std::move(options), std::move(handler));
    ASSERT_TRUE(started) << started.error().detail;
    server_ = std::move(*started);
  }
  std::string ask(std::string_view bytes) {
    Wire wire(server_->port());
    wire.say(bytes);
    return wire.hear_one();
  }
  std::string get(std::string_view path, std::string_view more = "") {
    return ask("GET " + std::string(path) + " HTTP/1.1\r\nHost: nagi.localhost\r\n" + std::string(more) + "\r\n");
  }
  std::vector<std::string> lines() {
    const std::lock_guard lock(mutex_);
    return lines_;
  }
  // The log is written behind the answers.
  std::vector<std::string> lines(std::size_t at_least) {
    for (int i = 0; i < 500 && lines().size() < at_least; ++i) std::this_thread::sleep_for(10ms);
    return lines();
  }
  std::unique_ptr<Server> server_;

 private:
  std::mutex mutex_;
  std::vector<std::string> lines_;
};

// --- answering ---

TEST_F(Served, AnswersARequestAndKeepsTheConnection) {
  start();
  Wire wire(server_->port());
  for (int i = 0; i < 3; ++i) {
    wire.say("GET /cases/%E7%94%B3?x=1 HTTP/1.1\r\nHost: NAGI.localhost:8080\r\n\r\n");
    const auto answer = wire.hear_one();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\ndate: "));
    EXPECT_THAT(answer, HasSubstr("\"path\":\"/cases/申\""));
    EXPECT_THAT(answer, HasSubstr("\"host\":\"nagi.localhost\""));
    EXPECT_THAT(answer, HasSubstr("\"client\":\"127.0.0.1\""));
  }
}

TEST_F(Served, PipelinedRequestsAreAnsweredInOrder) {
  start();
  Wire wire(server_->port());
  std::string all;
  for (int i = 0; i < 20; ++i) all += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  wire.say(all);
  for (int i = 0; i < 20; ++i) EXPECT_THAT(wire.hear_one(), HasSubstr("\"path\":\"/" + std::to_string(i) + "\""));
}

TEST_F(Served, HeadSendsTheLengthAndNoBody) {
  start();
  Wire wire(server_->port());
  wire.say("HEAD /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const auto answer = wire.hear_all();
  EXPECT_THAT(answer, HasSubstr("content-length: "));
  EXPECT_EQ(body_of(answer), "");
}

TEST_F(Served, Http10ClosesUnlessAskedToStay) {
  start();
  Wire wire(server_->port());
  wire.say("GET / HTTP/1.0\r\n\r\n");
  EXPECT_THAT(wire.hear_all(), HasSubstr("connection: close"));
}

TEST_F(Served, AbsoluteFormNamesTheHost) {
  start();
  EXPECT_THAT(ask("GET http://office.nagi.localhost:8080/a?b=1 HTTP/1.1\r\nHost: other\r\n\r\n"),
              HasSubstr("\"path\":\"/a\",\"host\":\"office.nagi.localhost\""));
}

TEST_F(Served, FormsArriveWholeOrInChunks) {
  start();
  EXPECT_THAT(
      ask("POST /f HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 24\r\n\r\n"
          "name=%E6%9C%89%E6%9C%AC&"),
      HasSubstr("\"form\":[\"name=有本\"]"));
  EXPECT_THAT(ask("POST /f HTTP/1.1\r\nHost: a\r\nContent-Type: "
                  "application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "3\r\na=1\r\n4\r\n&b=2\r\n0\r\n\r\n"),
              HasSubstr("\"form\":[\"a=1\",\"b=2\"]"));
}

TEST_F(Served, ABodySentSlowlyByteByByteArrives) {
  start();
  Wire wire(server_->port());
  const std::string request =
      "POST /f HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: "
      "chunked\r\n\r\n"
      "3\r\na=1\r\n4\r\n&b=2\r\n0\r\n\r\n";
  for (const char c : request) {
    wire.say(std::string_view(&c, 1));
    std::this_thread::sleep_for(200us);
  }
  EXPECT_THAT(wire.hear_one(), HasSubstr("\"form\":[\"a=1\",\"b=2\"]"));
}

TEST_F(Served, ExpectContinueIsAnsweredBeforeTheBody) {
  start();
  Wire wire(server_->port());
  wire.say("POST /f HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_THAT(wire.hear_one(true), StartsWith("HTTP/1.1 100 Continue"));
  wire.say("{\"\"}");
  EXPECT_THAT(wire.hear_one(), StartsWith("HTTP/1.1 200 OK"));
  EXPECT_THAT(ask("POST /f HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: money\r\n\r\n"),
              StartsWith("HTTP/1.1 417"));
}

// --- what is refused ---

struct Malformed {
  const char* why;
  std::string bytes;
  int status;
};

TEST_F(Served, MalformedRequestsAreRefusedAndTheConnectionCloses) {
  start();
  const std::string post = "POST / HTTP/1.1\r\nHost: a\r\n";
  const Malformed cases[] = {
      {"length and coding", post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"coding and length", post + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n", 400},
      {"two lengths", post + "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde", 400},
      {"two equal lengths", post + "Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd", 400},
      {"list of lengths", post + "Content-Length: 4, 4\r\n\r\nabcd", 400},
      {"negative length", post + "Content-Length: -1\r\n\r\n", 400},
      {"signed length", post + "Content-Length: +4\r\n\r\nabcd", 400},
      {"hex length", post + "Content-Length: 0x4\r\n\r\nabcd", 400},
      {"length of 30 digits", post + "Content-Length: 999999999999999999999999999999\r\n\r\n", 400},
      {"unknown coding", post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
      {"odd coding", post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501},
      {"coding twice", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"coding in 1.0", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"chunk size not hex", post + "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n", 400},
      {"chunk size with sign", post + "Transfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n0\r\n\r\n", 400},
      {"chunk longer than said", post + "Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n", 400},
      {"chunk size overflow", post + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc\r\n0\r\n\r\n", 400},
      {"bare LF", "GET / HTTP/1.1\nHost: a\n\r\n\r\n", 400},
      {"bare CR in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", 400},
      {"NUL in a value", std::string("GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", 39), 400},
      {"folded line", "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", 400},
      {"space before colon", post + "Content-Length : 4\r\n\r\nabcd", 400},
      {"no colon", "GET / HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n", 400},
      {"no host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
      {"host with user", "GET / HTTP/1.1\r\nHost: x@a\r\n\r\n", 400},
      {"unknown method", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
      {"trace", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
      {"HTTP/2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
      {"no version", "GET /\r\nHost: a\r\n\r\n", 400},
      {"percent", "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"encoded NUL", "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"encoded slash", "GET /a%2fb HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"dot segments", "GET /a/../b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"encoded dot segments", "GET /a/%2e%2e/b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"not UTF-8", "GET /%ff HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"no path", "GET cases HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"urlencoded not UTF-8",
       post + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 5\r\n\r\na=%ff", 400},
      {"multipart without boundary", post + "Content-Type: multipart/form-data\r\nContent-Length: 3\r\n\r\nabc", 400},
      {"multipart cut off", post + "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 5\r\n\r\n--x\r\n",
       400},
      {"TLS where none is spoken", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15), 400},
  };
  for (const auto& malformed : cases) {
    Wire wire(server_->port());
    wire.say(malformed.bytes);
    wire.say_no_more();
    const auto answer = wire.hear_all();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 " + std::to_string(malformed.status))) << malformed.why;
    EXPECT_THAT(answer, HasSubstr("connection: close")) << malformed.why;
    EXPECT_EQ(answer.find("HTTP/1.1", 5), std::string::npos) << malformed.why << ": a second answer came";
  }
  for (const auto& line : lines(std::size(cases))) EXPECT_THAT(line, HasSubstr("\"route\":\"(refused)\""));
}

TEST_F(Served, LimitsAnswerWithTheirStatus) {
  Options options;
  options.limits.header_bytes_max = 2'000;
  options.limits.body_bytes_max = 1'000;
  options.limits.upload_total_bytes_max = 50'000;
  start(options);
  EXPECT_THAT(get("/", "X: " + std::string(3'000, 'x') + "\r\n"), StartsWith("HTTP/1.1 431"));
  EXPECT_THAT(ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n"), StartsWith("HTTP/1.1 413"));
  std::string chunks = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 11; ++i) chunks += "64\r\n" + std::string(100, 'x') + "\r\n";
  EXPECT_THAT(ask(chunks + "0\r\n\r\n"), StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: "
                  "50001\r\n\r\n"),
              StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n"), HasSubstr("送るものが大きすぎます"));
}

TEST_F(Served, ASlowClientIsDroppedAndWrittenDown) {
  Options options;
  options.limits.header_seconds_max = 1;
  options.limits.body_seconds_max = 1;
  options.limits.idle_seconds_max = 1;
  start(options);
  Wire head(server_->port()), body(server_->port()), idle(server_->port()), silent(server_->port());
  head.say("GET / HTTP/1.1\r\nHost:");
  body.say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  idle.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(idle.hear_one(), StartsWith("HTTP/1.1 200"));
  EXPECT_TRUE(head.closed_by_server(3s));
  EXPECT_TRUE(body.closed_by_server(3s));
  EXPECT_TRUE(idle.closed_by_server(3s));
  EXPECT_TRUE(silent.closed_by_server(3s));
  // The line is written behind the close, on the connection's own loop.
  const std::string counted = "yakuba_requests_total{route=\"(too slow)\",status=\"408\"} 2\n";
  for (int i = 0; i < 200 && server_->metrics().find(counted) == std::string::npos; ++i)
    std::this_thread::sleep_for(10ms);
  EXPECT_THAT(server_->metrics(), HasSubstr(counted));
}

TEST_F(Served, DrippingHeaderBytesDoesNotExtendTheDeadline) {
  Options options;
  options.limits.header_seconds_max = 1;
  start(options);
  Wire wire(server_->port());
  const auto begun = std::chrono::steady_clock::now();
  wire.say("GET / HTTP/1.1\r\nHost: a\r\n");
  while (std::chrono::steady_clock::now() - begun < 5s && wire.say("X: y\r\n")) {
    pollfd poll_for{wire.handle(), POLLIN, 0};
    if (::poll(&poll_for, 1, 100) > 0) break;
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 3s);
}

TEST_F(Served, AFullQueueAnswers503AtOnce) {
  std::promise<void> release;
  const auto released = release.get_future().share();
  Options options;
  options.workers = 1;
  options.limits.queue_max = 1;
  std::atomic<std::size_t> at_work = 0;
  start(options, [released, &at_work](const web::Request& request) {
    ++at_work;
    released.wait();
    return echo(request);
  });
  // One of the bound, those that may compute beside it, one in the queue; the next is too many.
  const std::size_t computing = 1 + Pool::long_max;
  std::vector<std::unique_ptr<Wire>> wires;
  const auto ask_one = [&] {
    wires.push_back(std::make_unique<Wire>(server_->port()));
    wires.back()->say("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  };
  for (std::size_t i = 0; i < computing; ++i) {
    ask_one();
    for (int k = 0; k < 500 && at_work <= i; ++k) std::this_thread::sleep_for(10ms);
    ASSERT_EQ(at_work, i + 1);
  }
  ask_one();
  for (int k = 0; k < 500 && server_->metrics().find("yakuba_queue 1") == std::string::npos; ++k)
    std::this_thread::sleep_for(10ms);
  ask_one();
  const auto refused = wires.back()->hear_one();
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 503"));
  EXPECT_THAT(refused, HasSubstr("retry-after: 5"));
  EXPECT_THAT(refused, HasSubstr("いま混み合っています"));
  EXPECT_EQ(at_work, computing) << "no more than these compute at a time";
  release.set_value();
  for (std::size_t i = 0; i <= computing; ++i) EXPECT_THAT(wires[i]->hear_one(), StartsWith("HTTP/1.1 200"));
}

TEST_F(Served, ConnectionsBeyondTheLimitAreClosed) {
  Options options;
  options.limits.connections_per_address_max = 2;
  start(options);
  Wire first(server_->port()), second(server_->port());
  first.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  second.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(first.hear_one(), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(second.hear_one(), StartsWith("HTTP/1.1 200"));
  Wire third(server_->port());
  EXPECT_TRUE(third.closed_by_server(2s));
  EXPECT_THAT(server_->metrics(), HasSubstr("yakuba_connections_refused_total 1"));
}

TEST_F(Served, AnExceptionInAHandlerIsAPageAndALine) {
  start({}, [](const web::Request&) -> web::Response { throw std::runtime_error("no"); });
  const auto answer = get("/");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 500"));
  EXPECT_THAT(answer, Not(HasSubstr("runtime_error")));
  EXPECT_THAT(answer, HasSubstr("content-security-policy: default-src 'none'"));
  EXPECT_THAT(lines(2), testing::Contains(HasSubstr("exception in a handler")));
}

TEST_F(Served, ProblemPagesSpeakTheReadersLanguage) {
  start();
  EXPECT_THAT(get("/%zz", "Accept-Language: en\r\n"),
              HasSubstr("<title>We could not read what was sent - Yakuba</title>"));
}

// --- uploads ---

std::string multipart(const std::string& boundary, const std::string& file_name, const std::string& content) {
  return "--" + boundary + "\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nメモ\r\n--" + boundary +
         "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + file_name +
         "\"\r\nContent-Type: image/png\r\n\r\n" + content + "\r\n--" + boundary + "--\r\n";
}

std::string upload_request(const std::string& body) {
  return "POST /u HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=----b\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST_F(Served, TwentyMegabytesAreSpooledSniffedAndHashed) {
  Options options;
  options.limits.upload_file_bytes_max = 21 * 1024 * 1024;
  start(options);
  std::string content = "%PDF-1.7\n";
  while (content.size() < 20 * 1024 * 1024)
    content += "\r\n-----b is not quite \r\n--" + std::to_string(content.size());
  const auto answer = ask(upload_request(multipart("----b", "C:\\\\dir\\\\在職証明.pdf", content)));
  EXPECT_THAT(answer, HasSubstr("\"form\":[\"note=メモ\"]"));
  EXPECT_THAT(answer, HasSubstr("\"name\":\"在職証明.pdf\",\"bytes\":" + std::to_string(content.size())));
  EXPECT_THAT(answer, HasSubstr("\"type\":\"application/pdf\""));
  EXPECT_THAT(answer, HasSubstr(hex(sha256(content))));
}

TEST_F(Served, AFileOverItsLimitIsNamedNotKept) {
  Options options;
  options.limits.upload_file_bytes_max = 10'000;
  start(options);
  EXPECT_THAT(ask(upload_request(multipart("----b", "大きい.png", std::string(20'000, 'x')))),
              HasSubstr("\"name\":\"大きい.png\",\"bytes\":20000,\"type\":\"text/plain; charset=utf-8\""));
  EXPECT_THAT(ask(upload_request(multipart("----b", "大きい.png", std::string(20'000, 'x')))),
              HasSubstr("\"kept\":false"));
}

TEST_F(Served, AsManyFilesAsAreAllowedAndNotOneMore) {
  Options options;
  options.limits.upload_files_max = 3;
  start(options);
  const auto files = [](int count) {
    std::string body;
    for (int i = 0; i < count; ++i)
      body += "------b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + std::to_string(i) +
              ".png\"\r\nContent-Type: image/png\r\n\r\nx\r\n";
    return upload_request(body + "------b--\r\n");
  };
  EXPECT_THAT(ask(files(3)), AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("\"name\":\"2.png\"")));
  EXPECT_THAT(ask(files(4)), StartsWith("HTTP/1.1 413"));
}

TEST_F(Served, AnEmptyFileControlIsNoUpload) {
  start();
  EXPECT_THAT(ask(upload_request(multipart("----b", "", ""))), HasSubstr("\"uploads\":[]"));
}

TEST_F(Served, SpooledFilesLeaveNothingBehind) {
  const auto folder = std::filesystem::temp_directory_path() / ("yakuba-spool-" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  Options options;
  options.spool_folder = folder.string();
  start(options);
  ask(upload_request(multipart("----b", "a.png", std::string(100'000, 'x'))));
  {
    Wire gone(server_->port());
    gone.say(upload_request(multipart("----b", "a.png", std::string(100'000, 'x'))).substr(0, 60'000));
  }
  std::this_thread::sleep_for(100ms);
  EXPECT_TRUE(std::filesystem::is_empty(folder));
  server_.reset();
  std::filesystem::remove_all(folder);
}

// --- what goes out ---

TEST_F(Served, PagesCarryEverySecurityHeaderAndCookiesAreLocked) {
  start({}, [](const web::Request&) {
    return web::Response::page("<p>x</p>")
        .with_cookie({.name = "session", .value = "abc", .age_seconds = 60})
        .with_cookie({.name = "bad", .value = "a;b"});
  });
  const auto answer = get("/");
  for (const char* header :
       {"content-security-policy: default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        "base-uri 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'\r\n",
        "cross-origin-opener-policy: same-origin\r\n", "cross-origin-resource-policy: same-origin\r\n",
        "x-content-type-options: nosniff\r\n", "referrer-policy: same-origin\r\n", "cache-control: no-store\r\n",
        "set-cookie: session=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=60\r\n"})
    EXPECT_THAT(answer, HasSubstr(header));
  EXPECT_THAT(answer, Not(HasSubstr("bad=")));
  EXPECT_THAT(answer, Not(HasSubstr("strict-transport-security")));
}

TEST_F(Served, HeadersCannotBeSplit) {
  start({}, [](const web::Request&) {
    return web::Response::text("x").with_header("x-note", "a\r\nset-cookie: evil=1").with_header("bad name", "x");
  });
  EXPECT_THAT(get("/"), Not(HasSubstr("evil")));
}

TEST_F(Served, AssetsAreImmutablePackedAndKnownByTheirEntity) {
  start();
  const std::string path(web::asset_href("yakuba.css"));
  const auto plain = get(path);
  EXPECT_THAT(plain, HasSubstr("cache-control: public, max-age=31536000, immutable"));
  EXPECT_THAT(body_of(plain), HasSubstr("Digital Agency"));
  const auto packed = get(path, "Accept-Encoding: gzip, br\r\n");
  EXPECT_THAT(packed, HasSubstr("content-encoding: gzip"));
  EXPECT_LT(body_of(packed).size(), 12'000u);
  const std::string etag(web::asset_at(path)->etag);
  const auto same = get(path, "If-None-Match: " + etag + "\r\n");
  EXPECT_THAT(same, StartsWith("HTTP/1.1 304"));
  EXPECT_EQ(body_of(same), "");
  EXPECT_THAT(get("/assets/yakuba.000000000000.css"), StartsWith("HTTP/1.1 404"));
}

TEST_F(Served, CommonPagesArePackedPersonalOnesAreNot) {
  const std::string html(5'000, 'x');
  start({}, [&](const web::Request& request) {
    return web::Response::page(html, request.path == "/common" ? web::Privacy::common : web::Privacy::personal);
  });
  const auto packed = get("/common", "Accept-Encoding: gzip\r\n");
  EXPECT_THAT(packed, HasSubstr("content-encoding: gzip"));
  const std::string bytes = body_of(packed);
  std::string out(10'000, '\0');
  z_stream stream{};
  ASSERT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  EXPECT_EQ(out, html);
  EXPECT_THAT(get("/common", "Accept-Encoding: gzip;q=0\r\n"), Not(HasSubstr("content-encoding")));
  EXPECT_THAT(get("/mine", "Accept-Encoding: gzip\r\n"), Not(HasSubstr("content-encoding")));
}

TEST_F(Served, StreamsAreSentInPiecesAndShortOnesEndTheConnection) {
  start({}, [](const web::Request& request) {
    auto left = std::make_shared<std::int64_t>(request.path == "/short" ? 1'000 : 300'000);
    return web::Response::attachment("通知 書.pdf", "application/pdf",
                                     web::StreamBody{300'000, [left](std::size_t most) -> Result<std::string> {
                                                       const auto size = std::min<std::int64_t>(
                                                           *left, static_cast<std::int64_t>(most));
                                                       *left -= size;
                                                       return std::string(static_cast<std::size_t>(size), 'p');
                                                     }});
  });
  const auto whole = get("/whole");
  EXPECT_EQ(body_of(whole), std::string(300'000, 'p'));
  EXPECT_THAT(
      whole,
      HasSubstr(
          "content-disposition: attachment; filename=\" .pdf\"; filename*=UTF-8''%E9%80%9A%E7%9F%A5%20%E6%9B%B8.pdf"));
  EXPECT_EQ(body_of(get("/short")).size(), 1'000u);
}

// --- proxies, TLS, figures ---

TEST_F(Served, ForwardedAddressesCountOnlyFromTrustedProxies) {
  start();
  EXPECT_THAT(get("/", "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n"),
              HasSubstr("\"client\":\"127.0.0.1\",\"secure\":false"));
  Options options;
  options.trusted_proxies = {"127.0.0.0/8", "10.0.0.1"};
  start(options);
  EXPECT_THAT(get("/", "X-Forwarded-For: 6.6.6.6, 203.0.113.9, 10.0.0.1\r\nX-Forwarded-Proto: https\r\n"),
              HasSubstr("\"client\":\"203.0.113.9\",\"secure\":true"));
}

TEST(Proxies, NetworksAreReadOrRefused) {
  EXPECT_FALSE(TrustedProxies::parse({"10.0.0.0/33"}));
  EXPECT_FALSE(TrustedProxies::parse({"proxy.example"}));
  const auto proxies = *TrustedProxies::parse({"10.1.0.0/16", "::1", "2001:db8::/32"});
  EXPECT_TRUE(proxies.contains("10.1.255.3"));
  EXPECT_TRUE(proxies.contains("::ffff:10.1.2.3"));
  EXPECT_FALSE(proxies.contains("10.2.0.1"));
  EXPECT_TRUE(proxies.contains("2001:db8:1::5"));
  EXPECT_FALSE(proxies.contains("::2"));
}

// A certificate that lives for this test only.
struct Certificate {
  std::filesystem::path folder, certificate, key;
  Certificate() {
    folder = std::filesystem::temp_directory_path() / ("yakuba-tls-" + std::to_string(::getpid()));
    std::filesystem::create_directory(folder);
    certificate = folder / "certificate.pem";
    key = folder / "key.pem";
    EVP_PKEY* pair = EVP_EC_gen("P-256");
    X509* x509 = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509), 0);
    X509_gmtime_adj(X509_getm_notAfter(x509), 3'600);
    X509_set_pubkey(x509, pair);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("nagi.localhost"), -1, -1, 0);
    X509_set_issuer_name(x509, X509_get_subject_name(x509));
    X509_sign(x509, pair, EVP_sha256());
    FILE* file = std::fopen(certificate.c_str(), "w");
    PEM_write_X509(file, x509);
    std::fclose(file);
    file = std::fopen(key.c_str(), "w");
    PEM_write_PrivateKey(file, pair, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
    X509_free(x509);
    EVP_PKEY_free(pair);
  }
  ~Certificate() { std::filesystem::remove_all(folder); }
};

TEST_F(Served, SpeaksTlsWithItsCertificate) {
  const Certificate files;
  Options options;
  options.tls_certificate = files.certificate.string();
  options.tls_key = files.key.string();
  start(options, [](const web::Request& request) {
    return web::Response::page(request.secure ? "<p>secure</p>" : "<p>open</p>")
        .with_cookie({.name = "session", .value = "abc"});
  });
  Wire wire(server_->port());
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL* ssl = SSL_new(context);
  SSL_set_fd(ssl, wire.handle());
  ASSERT_EQ(SSL_connect(ssl), 1);
  EXPECT_STREQ(SSL_get_version(ssl), "TLSv1.3");
  const std::string request = "GET / HTTP/1.1\r\nHost: nagi.localhost\r\nConnection: close\r\n\r\n";
  SSL_write(ssl, request.data(), static_cast<int>(request.size()));
  std::string answer;
  char bytes[4096];
  for (int count = 0; (count = SSL_read(ssl, bytes, sizeof bytes)) > 0;)
    answer.append(bytes, static_cast<std::size_t>(count));
  EXPECT_THAT(answer, HasSubstr("<p>secure</p>"));
  EXPECT_THAT(answer, HasSubstr("set-cookie: __Host-session=abc; Path=/; HttpOnly; SameSite=Lax; Secure\r\n"));
  EXPECT_THAT(answer, HasSubstr("strict-transport-security: "));
  SSL_free(ssl);
  SSL_CTX_free(context);
}

TEST(ServerStart, SaysWhatIsWrongWithItsFilesAndAddress) {
  Options options;
  options.tls_certificate = "/nowhere.pem";
  EXPECT_EQ(Server::start(options, echo).error().code, "edge.tls");
  options.tls_key = "/nowhere.pem";
  EXPECT_EQ(Server::start(options, echo).error().code, "edge.tls_certificate");
  Options twice;
  auto first = Server::start(twice, echo);
  ASSERT_TRUE(first);
  twice.address = "203.0.113.1";
  EXPECT_EQ(Server::start(twice, echo).error().kind, ErrorKind::unavailable);
  twice.address = "here";
  EXPECT_EQ(Server::start(twice, echo).error().kind, ErrorKind::invalid);
  Options spool;
  spool.spool_folder = "/nowhere";
  EXPECT_EQ(Server::start(spool, echo).error().code, "edge.spool");
}

TEST_F(Served, HealthAndFiguresAreThere) {
  Options options;
  bool well = true;
  options.health = [&] { return well ? std::string() : std::string("store.busy"); };
  options.metrics = [] { return std::string("yakuba_cases_open 3\n"); };
  start(options);
  EXPECT_THAT(get("/healthz"), StartsWith("HTTP/1.1 200"));
  well = false;
  EXPECT_THAT(get("/healthz"), StartsWith("HTTP/1.1 503"));
  get("/anything");
  const auto figures = get("/metrics");
  EXPECT_THAT(figures, HasSubstr("yakuba_requests_total{route=\"/echo\",status=\"200\"} 1\n"));
  EXPECT_THAT(figures, HasSubstr("yakuba_request_seconds_bucket{route=\"/echo\",le=\"+Inf\"} 1\n"));
  EXPECT_THAT(figures, HasSubstr("yakuba_cases_open 3\n"));
}

TEST_F(Served, LogLinesTellTheRouteAndNothingOfThePerson) {
  start();
  get("/cases/26-1120-0047-F?name=%E6%9C%89%E6%9C%AC", "Cookie: session=secret\r\nUser-Agent: x\r\n");
  std::this_thread::sleep_for(50ms);
  ASSERT_EQ(lines(1).size(), 1u);
  const auto line = parse_json(lines()[0]);
  ASSERT_TRUE(line);
  EXPECT_EQ(line->text_or("route", ""), "/echo");
  EXPECT_EQ(line->text_or("town", ""), "nagi");
  EXPECT_EQ(line->integer("status"), 200);
  for (const char* secret : {"0047", "有本", "secret", "127.0.0.1"}) EXPECT_THAT(lines()[0], Not(HasSubstr(secret)));
}

// --- ending ---

TEST_F(Served, StopLetsRunningRequestsEndAndTakesNoNewOnes) {
  std::promise<void> entered;
  start({}, [&](const web::Request& request) {
    entered.set_value();
    std::this_thread::sleep_for(300ms);
    return echo(request);
  });
  Wire busy(server_->port()), idle(server_->port());
  busy.say("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  entered.get_future().wait();
  const auto port = server_->port();
  auto stopping = std::async(std::launch::async, [&] { server_->stop(); });
  const auto answer = busy.hear_one();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(answer, HasSubstr("connection: close"));
  EXPECT_TRUE(idle.closed_by_server(2s));
  stopping.wait();
  EXPECT_FALSE(Wire(port).connected());
}

TEST_F(Served, StopDoesNotWaitForeverForAClient) {
  Options options;
  options.limits.drain_seconds_max = 1;
  start(options);
  Wire wire(server_->port());
  wire.say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  std::this_thread::sleep_for(50ms);
  const auto begun = std::chrono::steady_clock::now();
  server_->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 4s);
}

TEST_F(Served, ManyClientsAtOnce) {
  Options options;
  options.loops = 2;
  start(options);
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      Wire wire(server_->port());
      for (int i = 0; i < 200; ++i) {
        wire.say("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
        if (wire.hear_one().starts_with("HTTP/1.1 200")) ++good;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 1'600);
}

}  // namespace
}  // namespace yakuba::edge
