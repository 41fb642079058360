#include "edge/record.hpp"

#include <algorithm>
#include <cstdio>

#include "base/json.hpp"

namespace yakuba::edge {

std::string log_line(const Line& line) {
  static const web::Trail none;
  const auto& trail = line.trail ? *line.trail : none;
  JsonWriter json;
  json.object([&] {
    json.member("time", line.at.text()).member("method", line.method).member("route", trail.route);
    json.member("status", line.status).member("us", line.microseconds).member("bytes", line.bytes);
    json.member("town", trail.town).member("side", trail.side).member("id", line.id);
  });
  std::string text = std::move(json).text();
  text += '\n';
  return text;
}

std::string fault_line(Instant at, std::string_view what, std::string_view id) {
  JsonWriter json;
  json.object([&] { json.member("time", at.text()).member("fault", what).member("id", id); });
  return std::move(json).text() + "\n";
}

LogWriter::LogWriter(std::function<void(std::string_view)> sink) : sink_(std::move(sink)) {
  if (!sink_)
    sink_ = [](std::string_view lines) {
      std::fwrite(lines.data(), 1, lines.size(), stdout);
      std::fflush(stdout);
    };
  thread_ = std::thread([this] {
    std::unique_lock lock(mutex_);
    for (;;) {
      woken_.wait(lock, [&] { return ending_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      const std::string lines = std::exchange(waiting_, {});
      lock.unlock();
      sink_(lines);
      lock.lock();
      if (!ending_)  // gather some more
        woken_.wait_for(lock, std::chrono::milliseconds(log_gathered_milliseconds_max), [&] { return ending_; });
    }
  });
}

LogWriter::~LogWriter() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  woken_.notify_one();
  thread_.join();
}

void LogWriter::write(std::string line) {
  const std::lock_guard lock(mutex_);
  constexpr std::size_t waiting_bytes_max = 16 * 1024 * 1024;
  if (waiting_.size() > waiting_bytes_max) return;
  if (waiting_.empty()) woken_.notify_one();
  waiting_ += line;
}

void Tally::add(std::string_view route, int status, std::int64_t microseconds, std::int64_t bytes) {
  const std::lock_guard lock(mutex_);
  auto found = rows_.find(std::pair(route, status));
  if (found == rows_.end()) found = rows_.emplace(Key(route, status), Row()).first;
  Row& row = found->second;
  const auto bucket = std::lower_bound(bounds_us.begin(), bounds_us.end(), microseconds) - bounds_us.begin();
  ++row.buckets[static_cast<std::size_t>(bucket)];
  ++row.count;
  row.sum_us += microseconds;
  row.bytes += bytes;
}

void Tally::add_to(std::map<Key, Row>& total) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, row] : rows_) {
    auto& sum = total[key];
    for (std::size_t i = 0; i < row.buckets.size(); ++i) sum.buckets[i] += row.buckets[i];
    sum.count += row.count;
    sum.sum_us += row.sum_us;
    sum.bytes += row.bytes;
  }
}

namespace {

std::string seconds(std::int64_t microseconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%lld.%06lld", static_cast<long long>(microseconds / 1'000'000),
                static_cast<long long>(microseconds % 1'000'000));
  return text;
}

// Label values: backslash, quote and line feed are escaped (Prometheus text format 0.0.4).
std::string label(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::string prometheus_gauge(std::string_view name, std::string_view help, std::int64_t value, std::string_view type) {
  std::string out;
  out.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ").append(name).append(" ").append(type);
  return out.append("\n").append(name).append(" ").append(std::to_string(value)).append("\n");
}

std::string prometheus(const std::map<Tally::Key, Tally::Row>& rows) {
  std::string out =
      "# HELP yakuba_requests_total Requests answered, by route and status.\n# TYPE yakuba_requests_total counter\n";
  for (const auto& [key, row] : rows)
    out += "yakuba_requests_total{route=\"" + label(key.first) + "\",status=\"" + std::to_string(key.second) + "\"} " +
           std::to_string(row.count) + "\n";
  out +=
      "# HELP yakuba_request_seconds Time from the whole head to the last byte sent.\n"
      "# TYPE yakuba_request_seconds histogram\n";
  std::map<std::string, Tally::Row> by_route;
  for (const auto& [key, row] : rows) {
    auto& sum = by_route[key.first];
    for (std::size_t i = 0; i < row.buckets.size(); ++i) sum.buckets[i] += row.buckets[i];
    sum.count += row.count, sum.sum_us += row.sum_us, sum.bytes += row.bytes;
  }
  for (const auto& [route, row] : by_route) {
    const std::string name = "{route=\"" + label(route) + "\"";
    std::int64_t below = 0;
    for (std::size_t i = 0; i < Tally::bounds_us.size(); ++i) {
      below += row.buckets[i];
      out += "yakuba_request_seconds_bucket" + name + ",le=\"" + seconds(Tally::bounds_us[i]) + "\"} " +
             std::to_string(below) + "\n";
    }
    out += "yakuba_request_seconds_bucket" + name + ",le=\"+Inf\"} " + std::to_string(row.count) + "\n";
    out += "yakuba_request_seconds_sum" + name + "} " + seconds(row.sum_us) + "\n";
    out += "yakuba_request_seconds_count" + name + "} " + std::to_string(row.count) + "\n";
  }
  return out;
}

}  // namespace yakuba::edge
