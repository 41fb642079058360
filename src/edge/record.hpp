// What the server writes down: one log line per request, figures for /metrics. Inside edge/ only.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "base/date.hpp"
#include "web/response.hpp"

namespace yakuba::edge {

struct Line {
  Instant at;
  std::string_view method;
  const web::Trail* trail = nullptr;
  int status = 0;
  std::int64_t microseconds = 0;
  std::int64_t bytes = 0;
  std::string_view id;
};
std::string log_line(const Line& line);
std::string fault_line(Instant at, std::string_view what, std::string_view id);

// The access log, written by one thread so that a slow terminal or disk never holds a request: `sink` gets whole lines,
// many at once, at most log_gathered_milliseconds_max after the first of them. Standard output without a sink.
inline constexpr int log_gathered_milliseconds_max = 50;
class LogWriter {
 public:
  explicit LogWriter(std::function<void(std::string_view)> sink);
  ~LogWriter();
  void write(std::string line);

 private:
  std::function<void(std::string_view)> sink_;
  std::mutex mutex_;
  std::condition_variable woken_;
  std::string waiting_;
  bool ending_ = false;
  std::thread thread_;
};

// Counted per event loop, added up when asked for; a loop's lock is contended only by a scrape.
class Tally {
 public:
  static constexpr std::array<std::int64_t, 12> bounds_us = {
      500, 1'000, 2'500, 5'000, 10'000, 25'000, 50'000, 100'000, 250'000, 1'000'000, 2'500'000, 10'000'000};
  struct Row {
    std::array<std::int64_t, bounds_us.size() + 1> buckets{};
    std::int64_t count = 0, sum_us = 0, bytes = 0;
  };
  using Key = std::pair<std::string, int>;  // route, status
  struct Order {                            // a route may be looked for without a copy of it
    using is_transparent = void;
    bool operator()(const auto& a, const auto& b) const {
      const int routes = std::string_view(a.first).compare(std::string_view(b.first));
      return routes != 0 ? routes < 0 : a.second < b.second;
    }
  };
  void add(std::string_view route, int status, std::int64_t microseconds, std::int64_t bytes);
  void add_to(std::map<Key, Row>& total) const;

 private:
  mutable std::mutex mutex_;
  std::map<Key, Row, Order> rows_;
};

std::string prometheus(const std::map<Tally::Key, Tally::Row>& rows);
std::string prometheus_gauge(std::string_view name, std::string_view help, std::int64_t value,
                             std::string_view type = "gauge");

}  // namespace yakuba::edge
