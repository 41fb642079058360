// Messages and what became of them as JSON.
#include "hall/exchange/transport.hpp"

namespace yakuba::exchange {
namespace {

std::unexpected<Error> bad_message(const char* detail) {
  return fail(ErrorKind::invalid, "exchange.message", detail);
}

JsonObject blob_json(const store::BlobInfo& blob) {
  return {{"id", blob.id}, {"bytes", blob.bytes}, {"sha256", hex(blob.sha256)}};
}

Result<store::BlobInfo> blob_from(const JsonValue& json) {
  store::BlobInfo blob{.id = std::string(json.text_or("id", "")), .bytes = json.integer("bytes").value_or(-1)};
  const auto hash = from_hex(json.text_or("sha256", ""));
  if (!PublicId::parse(blob.id) || blob.bytes < 0 || !hash || hash->size() != blob.sha256.size())
    return bad_message("a file without id, size or hash");
  std::ranges::copy(*hash, blob.sha256.begin());
  return blob;
}

Result<std::vector<store::BlobInfo>> blobs_in(const JsonValue* list) {
  std::vector<store::BlobInfo> blobs;
  if (!list || !list->array()) return bad_message("no list of files");
  for (const JsonValue& one : *list->array()) blobs.push_back(TRY(blob_from(one)));
  return blobs;
}

}  // namespace

JsonValue to_json(const std::vector<Envelope>& envelopes) {
  JsonArray list;
  for (const Envelope& envelope : envelopes) {
    JsonArray blobs;
    for (const store::BlobInfo& blob : envelope.blobs) blobs.push_back(blob_json(blob));
    list.push_back(JsonObject{{"serial", envelope.serial},
                              {"kind", envelope.kind},
                              {"key", envelope.key},
                              {"sealed", envelope.sealed},
                              {"blobs", std::move(blobs)}});
  }
  return list;
}

Result<std::vector<Envelope>> envelopes_from(const JsonValue* list) {
  if (!list || !list->array()) return bad_message("no list of messages");
  std::vector<Envelope> envelopes;
  for (const JsonValue& json : *list->array()) {
    Envelope envelope{.serial = json.integer("serial").value_or(0),
                      .kind = std::string(json.text_or("kind", "")),
                      .key = std::string(json.text_or("key", "")),
                      .sealed = std::string(json.text_or("sealed", "")),
                      .blobs = TRY(blobs_in(json.find("blobs")))};
    if (envelope.serial <= 0 || envelope.kind.empty() || envelope.key.empty())
      return bad_message("a message without serial, kind or key");
    envelopes.push_back(std::move(envelope));
  }
  return envelopes;
}

JsonValue to_json(const std::vector<Done>& done) {
  JsonArray list;
  for (const Done& one : done) list.push_back(JsonObject{{"serial", one.serial}, {"refused", one.refused}});
  return list;
}

Result<std::vector<Done>> done_from(const JsonValue* list) {
  if (!list || !list->array()) return bad_message("no list of what was done");
  std::vector<Done> done;
  for (const JsonValue& json : *list->array()) {
    const auto serial = json.integer("serial");
    if (!serial) return bad_message("what was done has no serial");
    done.push_back({*serial, std::string(json.text_or("refused", ""))});
  }
  return done;
}

JsonValue to_json(const Queue& queue) {
  JsonObject json{{"waiting", queue.waiting}, {"set_aside", queue.set_aside}};
  if (queue.oldest) json.emplace("oldest", queue.oldest->microseconds);
  return json;
}

Queue queue_from(const JsonValue& json) {
  Queue queue{.waiting = json.integer("waiting").value_or(0), .oldest = {}};
  queue.set_aside = json.integer("set_aside").value_or(0);
  if (const auto oldest = json.integer("oldest")) queue.oldest = Instant{*oldest};
  return queue;
}

std::string to_json(const std::vector<store::BlobInfo>& blobs, const std::vector<std::string>& ours) {
  JsonArray list;
  for (const store::BlobInfo& blob : blobs) {
    JsonObject json = blob_json(blob);
    json.emplace("ours", std::ranges::find(ours, blob.id) != ours.end());
    list.push_back(std::move(json));
  }
  return JsonValue(std::move(list)).canonical();
}

Result<std::vector<store::BlobInfo>> blobs_from(std::string_view json) {
  const JsonValue list = TRY(parse_json(json));
  return blobs_in(&list);
}

Result<std::vector<std::string>> our_blobs_from(std::string_view json) {
  const JsonValue list = TRY(parse_json(json));
  std::vector<std::string> ours;
  if (list.array())
    for (const JsonValue& one : *list.array())
      if (const JsonValue* own = one.find("ours"); own && own->boolean() && *own->boolean())
        ours.emplace_back(one.text_or("id", ""));
  return ours;
}

}  // namespace yakuba::exchange
