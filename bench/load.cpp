// yakuba_load: one thread that sends prepared HTTP/1.1 requests over kept connections and checks every answer.
//
//   yakuba_load --port 8330 --requests FILE --connections 64 (--seconds 5 [--warm 1] | --once)
//               [--status 200] [--contains TEXT] [--cpu 1] [--pid SERVER]
//
// FILE holds requests, each as a line with its number of bytes, then the bytes. Connection i sends requests i, i+C,
// i+2C…: with --seconds round and round, with --once each of them a single time. Prints one line of JSON: requests,
// seconds, per second, p50/p99/max in microseconds, answers that were wrong (with the first of them), sizes of bodies,
// and the processor time the server spent per request. A connection that the server closes is opened again.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void stop(const std::string& why) {
  std::cerr << "yakuba_load: " << why << "\n";
  std::exit(1);
}

struct Options {
  int port = 0, connections = 64, status = 200, cpu = -1, pid = 0;
  double seconds = 0, warm = 1;
  bool once = false;
  std::string requests, contains;
};

Options read_options(int count, char** words) {
  std::map<std::string, std::string> given;
  Options o;
  for (int i = 1; i < count; ++i) {
    const std::string name = words[i];
    if (name == "--once")
      o.once = true;
    else if (name.starts_with("--") && i + 1 < count)
      given[name.substr(2)] = words[++i];
    else
      stop("what is " + name + "?");
  }
  const auto take = [&](const char* name, auto& into) {
    if (const auto it = given.find(name); it != given.end()) {
      std::istringstream(it->second) >> into;
      given.erase(it);
    }
  };
  take("port", o.port), take("connections", o.connections), take("status", o.status), take("cpu", o.cpu);
  take("pid", o.pid), take("seconds", o.seconds), take("warm", o.warm), take("requests", o.requests);
  if (given.contains("contains")) o.contains = given.extract("contains").mapped();
  if (!given.empty()) stop("what is --" + given.begin()->first + "?");
  if (o.port == 0 || o.requests.empty() || o.connections < 1 || (o.seconds <= 0 && !o.once))
    stop("--port, --requests and one of --seconds or --once are needed");
  return o;
}

std::vector<std::string> read_requests(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) stop("cannot read " + file);
  std::vector<std::string> requests;
  for (std::string line; std::getline(in, line);) {
    std::size_t bytes = 0;
    if (std::from_chars(line.data(), line.data() + line.size(), bytes).ec != std::errc() || bytes == 0 ||
        bytes > 1 << 24)
      stop(file + ": a number of bytes is wanted, not " + line.substr(0, 40));
    std::string request(bytes, '\0');
    if (!in.read(request.data(), static_cast<std::streamsize>(request.size()))) stop(file + " ends in a request");
    requests.push_back(std::move(request));
  }
  if (requests.empty()) stop(file + " has no request");
  return requests;
}

// User and system time of a whole process, in seconds.
double processor_seconds(int pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
  std::string text((std::istreambuf_iterator<char>(in)), {});
  const auto behind_name = text.rfind(')');
  if (behind_name == std::string::npos) stop("no process " + std::to_string(pid));
  std::istringstream fields(text.substr(behind_name + 2));
  std::string field;
  double ticks = 0;
  for (int i = 3; fields >> field; ++i)
    if (i == 14 || i == 15) ticks += std::stod(field);
  return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

struct Connection {
  int fd = -1;
  std::size_t next = 0;  // which request comes next
  std::string in;
  std::size_t sent = 0;
  bool waiting = false;
  Clock::time_point began;
};

struct Answer {
  int status = 0;
  std::string_view body;
  std::size_t bytes = 0;  // head and body
  bool last = false;      // the server closes behind it
};

// Nothing while the answer is not whole.
bool read_answer(const std::string& in, Answer& answer) {
  const auto end = in.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  const std::string_view head = std::string_view(in).substr(0, end + 2);
  if (head.size() < 12) stop("no HTTP answer");
  std::from_chars(head.data() + 9, head.data() + 12, answer.status);
  const auto field = [&](std::string_view name) {
    for (std::size_t at = head.find("\r\n"); at + 2 < head.size(); at = head.find("\r\n", at + 2)) {
      const std::string_view line = head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
      if (line.size() > name.size() && line[name.size()] == ':' &&
          std::equal(name.begin(), name.end(), line.begin(), [](char a, char b) { return a == (b | 0x20); }))
        return line.substr(line.find_first_not_of(' ', name.size() + 1));
    }
    return std::string_view();
  };
  std::size_t length = 0;
  const std::string_view stated = field("content-length");
  std::from_chars(stated.data(), stated.data() + stated.size(), length);
  if (in.size() < end + 4 + length) return false;
  answer.body = std::string_view(in).substr(end + 4, length);
  answer.bytes = end + 4 + length;
  answer.last = field("connection") == "close";
  return true;
}

class Load {
 public:
  Load(const Options& options, std::vector<std::string> requests)
      : o_(options), requests_(std::move(requests)), connections_(static_cast<std::size_t>(options.connections)) {
    epoll_ = ::epoll_create1(0);
    for (std::size_t i = 0; i < connections_.size(); ++i) connections_[i].next = i;
  }

  void run() {
    const auto began = Clock::now();
    counting_from_ = o_.once ? began : began + to_time(o_.warm);
    until_ = o_.once ? Clock::time_point::max() : counting_from_ + to_time(o_.seconds);
    if (o_.once) processor_before_ = processor();
    for (Connection& c : connections_) go_on(c);
    epoll_event events[64];
    while (open_ > 0) {
      const int ready = ::epoll_wait(epoll_, events, 64, 5000);
      if (ready == 0) stop("the server has been silent for five seconds");
      for (int i = 0; i < ready; ++i) receive(connections_[events[i].data.u64]);
    }
    const auto ended = o_.once ? last_ : until_;
    print(std::chrono::duration<double>(ended - counting_from_).count(),
          processor_after_ < 0 ? processor() : processor_after_);
  }

 private:
  static Clock::duration to_time(double seconds) {
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  }
  double processor() const { return o_.pid > 0 ? processor_seconds(o_.pid) : 0; }

  void connect(Connection& c) {
    c.fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(o_.port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(c.fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) stop("nobody listens");
    const int one = 1;
    ::setsockopt(c.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = static_cast<std::uint64_t>(&c - connections_.data());
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, c.fd, &event);
    c.in.clear();
    ++open_;
  }
  void close(Connection& c) {
    ::close(c.fd);
    c.fd = -1;
    --open_;
  }

  void go_on(Connection& c) {
    const auto now = Clock::now();
    if (processor_before_ < 0 && now >= counting_from_) processor_before_ = processor();
    if (now >= until_ && processor_after_ < 0) processor_after_ = processor();
    const bool done = o_.once ? c.next >= requests_.size() : now >= until_;
    if (done) {
      if (c.fd >= 0) close(c);
      return;
    }
    if (c.fd < 0) connect(c);
    const std::string& request = requests_[c.next % requests_.size()];
    c.began = now;
    c.waiting = true;
    if (::send(c.fd, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
      stop("a request was not taken whole");
  }

  void receive(Connection& c) {
    char buffer[65536];
    const ssize_t got = ::recv(c.fd, buffer, sizeof buffer, 0);
    if (got <= 0) {  // closed while idle: the request is sent again on a new connection
      if (!c.in.empty()) stop("an answer ended in its middle");
      close(c);
      return go_on(c);
    }
    c.in.append(buffer, static_cast<std::size_t>(got));
    Answer answer;
    if (!read_answer(c.in, answer)) return;
    last_ = Clock::now();
    judge(answer, c);
    const bool last = answer.last;
    c.in.erase(0, answer.bytes);
    c.next += connections_.size();
    if (last) close(c);
    go_on(c);
  }

  void judge(const Answer& answer, const Connection& c) {
    const bool right =
        answer.status == o_.status && (o_.contains.empty() || answer.body.find(o_.contains) != std::string_view::npos);
    if (!right && wrong_++ == 0) first_wrong_ = std::to_string(answer.status) + " to request " + std::to_string(c.next);
    if (last_ < counting_from_ || last_ > until_) return;
    body_min_ = std::min(body_min_, answer.body.size());
    body_max_ = std::max(body_max_, answer.body.size());
    microseconds_.push_back(
        static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::microseconds>(last_ - c.began).count()));
  }

  void print(double seconds, double processor_after) {
    std::sort(microseconds_.begin(), microseconds_.end());
    const auto n = microseconds_.size();
    if (n == 0) stop("no answer was counted");
    const double rate = static_cast<double>(n) / seconds;
    std::printf(
        "{\"requests\":%zu,\"seconds\":%.3f,\"per_second\":%.1f,\"p50_us\":%u,\"p99_us\":%u,\"max_us\":%u,"
        "\"wrong\":%zu,\"first_wrong\":\"%s\",\"body_bytes_min\":%zu,\"body_bytes_max\":%zu,\"cpu_us\":%.1f}\n",
        n, seconds, rate, microseconds_[n / 2], microseconds_[n * 99 / 100], microseconds_.back(), wrong_,
        first_wrong_.c_str(), body_min_, body_max_,
        (processor_after - processor_before_) * 1e6 / static_cast<double>(n));
  }

  const Options& o_;
  std::vector<std::string> requests_;
  std::vector<Connection> connections_;
  int epoll_ = -1, open_ = 0;
  Clock::time_point counting_from_, until_, last_;
  double processor_before_ = -1, processor_after_ = -1;
  std::vector<std::uint32_t> microseconds_;
  std::size_t wrong_ = 0, body_min_ = SIZE_MAX, body_max_ = 0;
  std::string first_wrong_;
};

}  // namespace

int main(int count, char** words) {
  const Options options = read_options(count, words);
  if (options.cpu >= 0) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<unsigned>(options.cpu), &set);
    if (::sched_setaffinity(0, sizeof set, &set) != 0) stop("cannot stay on that processor");
  }
  Load(options, read_requests(options.requests)).run();
}
