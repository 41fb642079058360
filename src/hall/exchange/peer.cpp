// The office's half of the transport: it asks, the public side answers.
#include <fmt/format.h>

#include "connect/http.hpp"
#include "hall/exchange/transport.hpp"

namespace yakuba::exchange {
namespace {

class Peer {
 public:
  Peer(hall::Hall& hall, const store::Town& town, Pairing pairing, Identity identity, SigningKey key)
      : hall_(hall),
        town_(town),
        pairing_(std::move(pairing)),
        identity_(std::move(identity)),
        key_(std::move(key)),
        host_(hall.info(town).public_host) {}

  // One signed request and its signed reply.
  Result<std::string> ask(std::string_view method, const std::string& path, std::string body = {}) {
    const std::string time = hall_.clock.now().text();
    const std::string signature = base64(sign(key_, view(request_text(method, path, time, body))));
    const auto reply = connect::http({.method = std::string(method),
                                      .url = pairing_.public_url + path,
                                      .headers = {{"Host", host_},
                                                  {"Content-Type", "application/octet-stream"},
                                                  {std::string(time_header), time},
                                                  {std::string(signature_header), signature}},
                                      .body = std::move(body),
                                      .timeout_seconds = request_seconds_max,
                                      .authority_file = pairing_.authority_file});
    if (!reply) return no_answer(method, path, reply.error().detail);
    if (reply->status == 404)
      return no_answer(method, path,
                       "404: is the public side paired with this office's key, and do both clocks agree to 2 minutes?");
    const auto answered = from_base64(reply->header(signature_header));
    if (!answered || !verify(identity_.signing, view(reply_text(signature, reply->status, reply->body)), *answered))
      return no_answer(method, path, fmt::format("{}, not signed by the paired public side", reply->status));
    if (reply->status != 200) return no_answer(method, path, fmt::format("{} {}", reply->status, reply->body));
    return reply->body;
  }

  Result<JsonValue> ask_json(std::string_view method, const std::string& path, const JsonValue& body = {}) {
    return parse_json(TRY(ask(method, path, body.is_null() ? std::string() : body.canonical())));
  }

  Result<> fetch(const store::BlobInfo& blob);
  Result<> bring(const store::BlobInfo& blob);
  Result<int> pull();
  Result<int> push();

 private:
  static constexpr int request_seconds_max = 20;

  std::unexpected<Error> no_answer(std::string_view method, std::string_view path, std::string_view why) const {
    return fail(ErrorKind::unavailable, "exchange.peer",
                fmt::format("{} {}{}: {}", method, pairing_.public_url, path, why));
  }
  static std::string path_of(const store::BlobInfo& blob) { return "/exchange/blobs/" + blob.id; }

  hall::Hall& hall_;
  const store::Town& town_;
  Pairing pairing_;
  Identity identity_;
  SigningKey key_;
  std::string host_;
};

// The sealed file as it lies on the public side, put under the same id before its message is received. What came before
// a broken connection is not asked for again.
Result<> Peer::fetch(const store::BlobInfo& blob) {
  const store::Blobs blobs = hall_.store.blobs(town_);
  if (TRY(blobs.sealed_file(blob.id))) return {};
  const JsonValue about = TRY(ask_json("GET", path_of(blob)));
  const store::Blobs::SealedFile announced{about.integer("bytes").value_or(0),
                                           std::string(about.text_or("sha256", ""))};
  for (std::int64_t offset = blobs.staged_bytes(blob.id); offset < announced.bytes;) {
    const std::string part = TRY(ask("GET", fmt::format("{}/{}", path_of(blob), offset)));
    if (part.empty()) break;
    TRY(blobs.stage_sealed(blob.id, offset, view(part)));
    offset += static_cast<std::int64_t>(part.size());
  }
  const Result<> placed = blobs.place_sealed(blob.id, announced);
  if (!placed) return no_answer("GET", path_of(blob), placed.error().detail);
  return {};
}

Result<> Peer::bring(const store::BlobInfo& blob) {
  const store::Blobs blobs = hall_.store.blobs(town_);
  const auto file = TRY(blobs.sealed_file(blob.id));
  if (!file) return fail(ErrorKind::corrupt, "store.blob", "the file of a waiting message is missing: " + blob.id);
  const JsonValue about = TRY(ask_json("GET", path_of(blob)));
  if (about.find("sha256")) return {};
  for (std::int64_t offset = about.integer("staged").value_or(0); offset < file->bytes;) {
    std::string part = TRY(blobs.read_sealed(blob.id, offset, part_bytes_max));
    const auto bytes = static_cast<std::int64_t>(part.size());
    TRY(ask("POST", fmt::format("{}/{}", path_of(blob), offset), std::move(part)));
    offset += bytes;
  }
  TRY(ask_json("POST", path_of(blob), JsonObject{{"bytes", file->bytes}, {"sha256", file->sha256}}));
  return {};
}

Result<int> Peer::pull() {
  for (int moved = 0;;) {
    const JsonValue reply = TRY(ask_json("GET", "/exchange/messages"));
    TRY(note_contact(hall_, town_, queue_from(reply)));
    const auto envelopes = TRY(envelopes_from(reply.find("messages")));
    if (envelopes.empty()) return moved;
    std::vector<Done> done;
    const auto take_all = [&]() -> Result<> {
      for (const Envelope& envelope : envelopes) {
        for (const store::BlobInfo& blob : envelope.blobs) TRY(fetch(blob));
        done.push_back(TRY(take(hall_, town_, envelope)));
      }
      return {};
    };
    const Result<> taken = take_all();
    if (!done.empty()) TRY(ask("POST", "/exchange/done", JsonValue(JsonObject{{"done", to_json(done)}}).canonical()));
    moved += static_cast<int>(done.size());
    if (!taken) return std::unexpected(taken.error());
  }
}

Result<int> Peer::push() {
  for (int moved = 0;;) {
    const auto batch = TRY(hall_.store.read(town_, waiting));
    if (batch.empty()) return moved;
    for (const Envelope& envelope : batch)
      for (const store::BlobInfo& blob : envelope.blobs) TRY(bring(blob));
    const JsonValue reply = TRY(ask_json("POST", "/exchange/messages", JsonObject{{"messages", to_json(batch)}}));
    const auto done = TRY(done_from(reply.find("done")));
    TRY(confirm(hall_, town_, done));
    moved += static_cast<int>(done.size());
    if (done.size() < batch.size())
      return fail(ErrorKind::unavailable, "exchange.peer",
                  "the public side cannot take messages now: " + std::string(reply.text_or("error", "")));
  }
}

}  // namespace

Result<int> exchange_now(hall::Hall& hall, const store::Town& town) {
  if (hall.settings.sides != hall::Sides::office_only) return 0;
  const auto paired = TRY(pairing(hall, town));
  const auto identity = TRY(peer_of(hall, town));
  if (!identity) return 0;
  Peer peer(hall, town, *paired, *identity, TRY(hall.keys.signing_key(town, "exchange")));
  const int pulled = TRY(peer.pull());
  return pulled + TRY(peer.push());
}

}  // namespace yakuba::exchange
