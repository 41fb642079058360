#include <fstream>

#include <fmt/format.h>

#include "base/json.hpp"
#include "base/text.hpp"
#include "connect/http.hpp"
#include "hall/exchange/exchange.hpp"
#include "hall/exchange/queries.hpp"
#include "hall/exchange/transport.hpp"

namespace yakuba::exchange {
namespace {

constexpr int messages_per_pull_max = 100;

std::string encode_blobs(const std::vector<std::string>& blobs) {
  JsonArray list;
  for (const std::string& id : blobs) list.push_back(id);
  return JsonValue(std::move(list)).canonical();
}

Result<std::vector<std::string>> decode_blobs(std::string_view json) {
  const JsonValue list = TRY(parse_json(json));
  std::vector<std::string> blobs;
  if (list.array())
    for (const JsonValue& id : *list.array())
      if (id.string()) blobs.push_back(*id.string());
  return blobs;
}

const hall::Receiver* receiver_of(const hall::Hall& hall, std::string_view kind) {
  for (const hall::Module& module : *hall.modules)
    for (const hall::Receiver& receiver : module.receivers)
      if (receiver.kind == kind) return &receiver;
  return nullptr;
}

Result<> remember(hall::Hall& hall, store::Tx& tx, std::string_view direction, const hall::Message& message,
                  std::optional<std::int64_t> done_at) {
  const std::int64_t serial = TRY(tx.next_serial(fmt::format("exchange-{}", direction), 0));
  TRY(tx.run<sql::InsertMessage>(
      {.direction = direction,
       .serial = serial,
       .kind = message.kind,
       .key = message.key,
       .payload = direction == "out" ? std::string_view(message.payload) : std::string_view(),
       .blobs = encode_blobs(message.blobs),
       .created_at = hall.clock.now().microseconds,
       .done_at = done_at}));
  return {};
}

}  // namespace

std::string encode_message(const hall::Message& message, std::int64_t serial) {
  JsonArray blobs;
  for (const std::string& id : message.blobs) blobs.push_back(id);
  return JsonValue(JsonObject{{"serial", serial},
                              {"kind", message.kind},
                              {"key", message.key},
                              {"payload", message.payload},
                              {"blobs", std::move(blobs)}})
      .canonical();
}

Result<hall::Message> decode_message(const JsonValue& json) {
  hall::Message message{.kind = std::string(json.text_or("kind", "")),
                        .key = std::string(json.text_or("key", "")),
                        .payload = std::string(json.text_or("payload", "")),
                        .blobs = {}};
  if (message.kind.empty() || message.key.empty())
    return fail(ErrorKind::invalid, "exchange.message", "no kind or key");
  if (const JsonValue* blobs = json.find("blobs"); blobs && blobs->array())
    for (const JsonValue& id : *blobs->array())
      if (id.string()) message.blobs.push_back(*id.string());
  return message;
}

Result<> receive(hall::Hall& hall, store::Tx& tx, const store::Town& town, const hall::Message& message) {
  const hall::Receiver* receiver = receiver_of(hall, message.kind);
  if (!receiver) return fail(ErrorKind::internal, "exchange.receiver", message.kind);
  if (TRY(tx.one<sql::MessageByKey>({.direction = "in", .kind = message.kind, .key = message.key}))) return {};
  TRY(remember(hall, tx, "in", message, hall.clock.now().microseconds));
  return receiver->receive(hall, tx, town, message);
}

Result<> Handover::send(store::Tx& tx, const store::Town& town, const hall::Message& message) {
  const hall::Receiver* receiver = receiver_of(*hall_, message.kind);
  if (!receiver) return fail(ErrorKind::internal, "exchange.receiver", message.kind);
  if (hall::serves(hall_->settings.sides, receiver->side)) return receive(*hall_, tx, town, message);
  if (TRY(tx.one<sql::MessageByKey>({.direction = "out", .kind = message.kind, .key = message.key}))) return {};
  return remember(*hall_, tx, "out", message, std::nullopt);
}

Result<std::string> waiting_messages(store::ReadTx& tx) {
  const auto rows = TRY(tx.all<sql::Waiting>({.limit = messages_per_pull_max}));
  std::string lines;
  for (const auto& row : rows)
    lines += encode_message({row.kind, row.key, row.payload, TRY(decode_blobs(row.blobs))}, row.serial) + "\n";
  return lines;
}

Result<bool> blob_is_waiting(store::ReadTx& tx, std::string_view id) {
  if (!PublicId::parse(id)) return false;
  return TRY(tx.one<sql::WaitingBlob>({.pattern = fmt::format("%\"{}\"%", id)})).has_value();
}

Result<> mark_done(store::Tx& tx, std::int64_t serial, Instant at) {
  TRY(tx.run<sql::MarkDone>({.serial = serial, .done_at = at.microseconds}));
  return {};
}

std::string signed_text(std::string_view method, std::string_view path, std::string_view time, std::string_view body) {
  return fmt::format("yakuba-exchange\n{}\n{}\n{}\n{}", method, path, time, hex(sha256(body)));
}

namespace {

// One signed request from the office to the public side.
class Peer {
 public:
  Peer(hall::Hall& hall, const store::Town& town, std::string url, SigningKey key)
      : hall_(hall), host_(hall.info(town).public_host), url_(std::move(url)), key_(std::move(key)) {}

  Result<std::string> ask(std::string_view method, std::string_view path, std::string body = {}) {
    const std::string time = hall_.clock.now().text();
    const Bytes signature = sign(key_, view(signed_text(method, path, time, body)));
    const auto reply = TRY(connect::http({.method = std::string(method),
                                          .url = url_ + std::string(path),
                                          .headers = {{"Host", host_},
                                                      {"Content-Type", "application/json"},
                                                      {"X-Yakuba-Time", time},
                                                      {"X-Yakuba-Signature", base64(signature)}},
                                          .body = std::move(body)}));
    if (reply.status != 200)
      return fail(ErrorKind::unavailable, "exchange.peer", fmt::format("{} {} gave {}", method, path, reply.status));
    return reply.body;
  }

 private:
  hall::Hall& hall_;
  std::string host_, url_;
  SigningKey key_;
};

// The sealed file as it lies on the public side, written under the same id before its message is received.
Result<> fetch_blob(hall::Hall& hall, const store::Town& town, Peer& peer, const std::string& id) {
  const auto path = hall.store.blobs(town).path_of(id);
  std::error_code error;
  if (std::filesystem::exists(path, error)) return {};
  const std::string bytes = TRY(peer.ask("GET", "/exchange/blobs/" + id));
  return write_blob_file(path, bytes);
}

Result<int> pull(hall::Hall& hall, const store::Town& town, Peer& peer) {
  int moved = 0;
  for (;;) {
    const std::string lines = TRY(peer.ask("GET", "/exchange/messages"));
    if (lines.empty()) return moved;
    for (const std::string_view line : split(lines, '\n')) {
      if (line.empty()) continue;
      const JsonValue json = TRY(parse_json(line));
      const hall::Message message = TRY(decode_message(json));
      for (const std::string& id : message.blobs) TRY(fetch_blob(hall, town, peer, id));
      TRY(hall.store.change(town, [&](store::Tx& tx) -> Result<bool> {
        TRY(receive(hall, tx, town, message));
        return true;
      }));
      TRY(peer.ask("POST", "/exchange/done",
                   JsonValue(JsonObject{{"serial", json.integer("serial").value_or(0)}}).canonical()));
      ++moved;
    }
  }
}

Result<int> push(hall::Hall& hall, const store::Town& town, Peer& peer) {
  int moved = 0;
  for (;;) {
    const auto rows = TRY(hall.store.read(
        town, [](store::ReadTx& tx) { return tx.all<sql::Waiting>({.limit = messages_per_pull_max}); }));
    if (rows.empty()) return moved;
    for (const auto& row : rows) {
      const hall::Message message{row.kind, row.key, row.payload, TRY(decode_blobs(row.blobs))};
      for (const std::string& id : message.blobs) {
        const std::string bytes = TRY(read_blob_file(hall.store.blobs(town).path_of(id)));
        TRY(peer.ask("POST", "/exchange/blobs/" + id, bytes));
      }
      TRY(peer.ask("POST", "/exchange/messages", encode_message(message, row.serial)));
      TRY(hall.store.change(town, [&](store::Tx& tx) -> Result<bool> {
        TRY(mark_done(tx, row.serial, hall.clock.now()));
        return true;
      }));
      ++moved;
    }
  }
}

}  // namespace

Result<int> exchange_now(hall::Hall& hall, const store::Town& town) {
  const auto url = TRY(hall.store.setting(peer_setting));
  if (hall.settings.sides != hall::Sides::office_only || !url || url->empty()) return 0;
  Peer peer(hall, town, *url, TRY(hall.keys.signing_key(town, "exchange")));
  const int pulled = TRY(pull(hall, town, peer));
  return pulled + TRY(push(hall, town, peer));
}

Result<std::string> read_blob_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(ErrorKind::not_found, "exchange.blob", "no such file");
  return std::string(std::istreambuf_iterator<char>(in), {});
}

}  // namespace yakuba::exchange
