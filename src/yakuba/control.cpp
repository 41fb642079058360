#include "yakuba/control.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace yakuba {
namespace {

constexpr std::string_view socket_name = "control.sock";
constexpr std::size_t line_bytes_max = 64 * 1024 * 1024;
constexpr int poll_milliseconds = 200;

Result<sockaddr_un> address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string text = path.string();
  if (text.size() >= sizeof address.sun_path)
    return fail(ErrorKind::invalid, "control.path", "the folder's path is too long for a socket (107 bytes)",
                Place{.file = text});
  std::memcpy(address.sun_path, text.data(), text.size());
  return address;
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

std::optional<std::string> read_line(int fd) {
  std::string line;
  std::array<char, 4096> buffer;
  while (line.size() < line_bytes_max) {
    const ssize_t n = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (n <= 0) return std::nullopt;
    line.append(buffer.data(), static_cast<std::size_t>(n));
    if (line.ends_with('\n')) {
      line.pop_back();
      return line;
    }
  }
  return std::nullopt;
}

const Command* find_command(std::string_view name) {
  for (const Command& command : commands())
    if (command.name == name) return &command;
  return nullptr;
}

Result<std::string> run_here(Installation& installation, std::string_view name, const JsonValue& arguments) {
  const Command* command = find_command(name);
  if (!command) return fail(ErrorKind::invalid, "command.unknown", std::string(name));
  std::string out;
  TRY(command->run(installation, arguments, out));
  return out;
}

std::string encode_reply(const Result<std::string>& result) {
  if (result) return JsonValue(JsonObject{{"out", *result}}).canonical();
  const Error& e = result.error();
  return JsonValue(JsonObject{{"kind", static_cast<int>(e.kind)},
                              {"code", e.code},
                              {"detail", e.detail},
                              {"file", e.place.file},
                              {"line", e.place.line},
                              {"column", e.place.column},
                              {"field", e.place.field}})
      .canonical();
}

Result<std::string> decode_reply(std::string_view line) {
  const JsonValue json = TRY(parse_json(line, {.bytes_max = line_bytes_max}));
  if (const JsonValue* out = json.find("out"); out && out->string()) return *out->string();
  return std::unexpected(
      Error{static_cast<ErrorKind>(json.integer("kind").value_or(8)),
            std::string(json.text_or("code", "control.reply")),
            std::string(json.text_or("detail", "")),
            {std::string(json.text_or("file", "")), static_cast<int>(json.integer("line").value_or(0)),
             static_cast<int>(json.integer("column").value_or(0)), std::string(json.text_or("field", ""))},
            {}});
}

Result<std::string> ask_server(const std::filesystem::path& folder, std::string_view name, const JsonValue& arguments) {
  const auto address = TRY(address_of(folder / socket_name));
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto close_at_end = std::unique_ptr<const int, void (*)(const int*)>(&fd, [](const int* f) { ::close(*f); });
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return fail(
        ErrorKind::unavailable, "control.no_server",
        "another process holds the stores, but no server answers on its socket; stop that process and try again",
        Place{.file = (folder / socket_name).string()});
  const std::string line = JsonValue(JsonObject{{"command", name}, {"arguments", arguments}}).canonical() + "\n";
  const auto reply = write_all(fd, line) ? read_line(fd) : std::nullopt;
  if (!reply) return fail(ErrorKind::unavailable, "control.broken", "the server closed the connection");
  return decode_reply(*reply);
}

}  // namespace

Result<std::string> run_command(const std::filesystem::path& folder, std::string_view name,
                                const JsonValue& arguments) {
  auto installation = Installation::open(folder, {.sequencer = false});
  if (!installation) {
    if (installation.error().code == "store.locked") return ask_server(folder, name, arguments);
    return std::unexpected(installation.error());
  }
  return run_here(**installation, name, arguments);
}

Result<std::unique_ptr<ControlServer>> ControlServer::start(Installation& installation) {
  const auto path = installation.folder() / socket_name;
  const auto address = TRY(address_of(path));
  ::unlink(address.sun_path);  // ours: the store's lock says that no other server lives
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const mode_t mask = ::umask(0177);
  const bool bound = ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::umask(mask);
  if (!bound || ::listen(fd, 4) != 0) {
    ::close(fd);
    return fail(ErrorKind::unavailable, "control.bind", "cannot open the command socket", Place{.file = path.string()});
  }
  return std::unique_ptr<ControlServer>(new ControlServer(installation, fd, path));
}

ControlServer::ControlServer(Installation& installation, int socket, std::filesystem::path path)
    : installation_(installation), socket_(socket), path_(std::move(path)), thread_([this] { loop(); }) {}

ControlServer::~ControlServer() {
  stopping_ = true;
  thread_.join();
  ::close(socket_);
  ::unlink(path_.c_str());
}

void ControlServer::loop() {
  while (!stopping_) {
    pollfd waiting{socket_, POLLIN, 0};
    if (::poll(&waiting, 1, poll_milliseconds) <= 0) continue;
    const int connection = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    serve_one(connection);
    ::close(connection);
  }
}

void ControlServer::serve_one(int connection) {
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  ::setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const auto line = read_line(connection);
  if (!line) return;
  const auto json = parse_json(*line);
  const auto run = [&]() -> Result<std::string> {
    if (!json) return std::unexpected(json.error());
    const JsonValue* arguments = json->find("arguments");
    return run_here(installation_, json->text_or("command", ""), arguments ? *arguments : JsonValue());
  };
  write_all(connection, encode_reply(run()) + "\n");
}

}  // namespace yakuba
