// Sending, receiving once, setting aside.
#include <fmt/format.h>

#include "hall/exchange/queries.hpp"
#include "hall/exchange/transport.hpp"

namespace yakuba::exchange {
namespace {

constexpr std::string_view owner_kind = "exchange";  // of files that nobody on this side keeps but a message

std::string setting_of(std::string_view what, const store::Town& town) {
  return fmt::format("exchange.{}.{}", what, town.name());
}

Result<std::string> setting(hall::Hall& hall, const store::Town& town, std::string_view what) {
  return TRY(hall.store.setting(setting_of(what, town))).value_or("");
}

std::unexpected<Error> unpaired(const store::Town& town) {
  return fail(ErrorKind::unavailable, "exchange.unpaired",
              fmt::format("the two sides of {} do not know each other: yakuba exchange key and yakuba exchange pair",
                          town.name()));
}

const hall::Receiver* receiver_of(const hall::Hall& hall, std::string_view kind) {
  for (const hall::Module& module : *hall.modules)
    for (const hall::Receiver& receiver : module.receivers)
      if (receiver.kind == kind) return &receiver;
  return nullptr;
}

// A fault that passes by itself: the message must come again. Everything else would come back for ever.
bool passes(const Error& error) {
  return error.kind == ErrorKind::unavailable || error.kind == ErrorKind::too_many;
}

// Files without a row are swept: until somebody keeps them they belong to the message. Those that were without.
Result<std::vector<std::string>> keep_blobs(store::Tx& tx, const std::vector<store::BlobInfo>& blobs,
                                            std::string_view key) {
  std::vector<std::string> ours;
  for (const store::BlobInfo& blob : blobs) {
    if (TRY(tx.blob(blob.id))) continue;
    TRY(tx.keep_blob(blob, owner_kind, key));
    ours.push_back(blob.id);
  }
  return ours;
}

struct Entry {
  std::string_view direction;
  std::string_view payload, refused;
  std::string blobs = "[]";
  std::optional<std::int64_t> done_at;
};

Result<> insert(hall::Hall& hall, store::Tx& tx, std::string_view kind, std::string_view key, const Entry& entry) {
  const std::int64_t serial = TRY(tx.next_serial(fmt::format("exchange-{}", entry.direction), 0));
  TRY(tx.run<sql::InsertMessage>({.direction = entry.direction,
                                  .serial = serial,
                                  .kind = kind,
                                  .key = key,
                                  .payload = entry.payload,
                                  .blobs = entry.blobs,
                                  .refused = entry.refused,
                                  .created_at = hall.clock.now().microseconds,
                                  .done_at = entry.done_at}));
  return {};
}

Result<> set_one_aside(hall::Hall& hall, store::Tx& tx, const Envelope& envelope, const std::string& refused) {
  const auto ours = TRY(keep_blobs(tx, envelope.blobs, envelope.key));
  return insert(hall, tx, envelope.kind, envelope.key,
                {.direction = "in",
                 .payload = envelope.sealed,
                 .refused = refused,
                 .blobs = to_json(envelope.blobs, ours),
                 .done_at = std::nullopt});
}

Result<Envelope> envelope_of(const sql::Waiting::Row& row) {
  return Envelope{row.serial, row.kind, row.key, row.payload, TRY(blobs_from(row.blobs))};
}

}  // namespace

// --- sending and receiving ---

Result<> receive(hall::Hall& hall, store::Tx& tx, const store::Town& town, const hall::Message& message) {
  const hall::Receiver* receiver = receiver_of(hall, message.kind);
  if (!receiver || !hall::serves(hall.settings.sides, receiver->side))
    return fail(ErrorKind::internal, "exchange.receiver", message.kind);
  if (TRY(tx.one<sql::MessageByKey>({.direction = "in", .kind = message.kind, .key = message.key}))) return {};
  TRY(insert(hall, tx, message.kind, message.key,
             {.direction = "in", .payload = {}, .refused = {}, .done_at = hall.clock.now().microseconds}));
  return receiver->receive(hall, tx, town, message);
}

Result<> Handover::send(store::Tx& tx, const store::Town& town, const hall::Message& message) {
  const hall::Receiver* receiver = receiver_of(*hall_, message.kind);
  if (!receiver) return fail(ErrorKind::internal, "exchange.receiver", message.kind);
  if (hall::serves(hall_->settings.sides, receiver->side)) return receive(*hall_, tx, town, message);
  if (TRY(tx.one<sql::MessageByKey>({.direction = "out", .kind = message.kind, .key = message.key}))) return {};
  const std::string sealed = TRY(seal_for(TRY(peer(town)), message));
  const auto ours = TRY(keep_blobs(tx, message.blobs, message.key));
  return insert(*hall_, tx, message.kind, message.key,
                {.direction = "out",
                 .payload = sealed,
                 .refused = {},
                 .blobs = to_json(message.blobs, ours),
                 .done_at = std::nullopt});
}

bool Handover::stays_here(std::string_view kind) const {
  const hall::Receiver* receiver = receiver_of(*hall_, kind);
  return receiver && hall::serves(hall_->settings.sides, receiver->side);
}

Result<Identity> Handover::peer(const store::Town& town) {
  {
    std::scoped_lock lock(mutex_);
    if (const auto known = peers_.find(town.name()); known != peers_.end()) return known->second;
  }
  const auto identity = TRY(peer_of(*hall_, town));
  if (!identity) return unpaired(town);
  std::scoped_lock lock(mutex_);
  return peers_[town.name()] = *identity;
}

void Handover::forget(const store::Town& town) {
  std::scoped_lock lock(mutex_);
  peers_.erase(town.name());
}

Result<Done> take(hall::Hall& hall, const store::Town& town, const Envelope& envelope) {
  std::string refused;
  const Result<> done = hall.store.change(town, [&](store::Tx& tx) -> Result<> {
    refused.clear();
    if (const auto known =
            TRY(tx.one<sql::MessageByKey>({.direction = "in", .kind = envelope.kind, .key = envelope.key}))) {
      refused = known->refused;
      return {};
    }
    return receive(hall, tx, town, TRY(open_envelope(hall, town, envelope)));
  });
  if (done) return Done{envelope.serial, refused};
  if (passes(done.error())) return std::unexpected(done.error());
  refused = done.error().code;
  TRY(hall.store.change(town, [&](store::Tx& tx) -> Result<> { return set_one_aside(hall, tx, envelope, refused); }));
  return Done{envelope.serial, refused};
}

Result<> confirm(hall::Hall& hall, const store::Town& town, const std::vector<Done>& done) {
  const Instant now = hall.clock.now();
  std::vector<std::string> ended;
  TRY(hall.store.change(town, [&](store::Tx& tx) -> Result<> {
    ended.clear();
    for (const Done& one : done) {
      const auto row = TRY(tx.one<sql::WaitingOne>({.direction = "out", .serial = one.serial}));
      if (!row) continue;  // said before
      for (const std::string& blob : TRY(our_blobs_from(row->blobs))) {
        TRY(tx.drop_blob(blob));
        ended.push_back(blob);
      }
      TRY(tx.run<sql::MarkDone>(
          {.direction = "out", .serial = one.serial, .refused = one.refused, .done_at = now.microseconds}));
    }
    return {};
  }));
  // The other side has them; what fails here is swept later.
  for (const std::string& blob : ended) (void)hall.store.blobs(town).remove(blob);
  return {};
}

// --- what was set aside ---

Result<std::vector<SetAside>> set_aside(store::ReadTx& tx) {
  std::vector<SetAside> found;
  for (const auto& row :
       TRY(tx.all<sql::Waiting>({.direction = "in", .after_serial = 0, .limit = messages_per_batch_max})))
    found.push_back({row.serial, row.kind, row.key, row.refused, Instant{row.created_at}});
  return found;
}

namespace {

Result<> receive_again(hall::Hall& hall, store::Tx& tx, const store::Town& town, const sql::Waiting::Row& row) {
  const hall::Receiver* receiver = receiver_of(hall, row.kind);
  if (!receiver || !hall::serves(hall.settings.sides, receiver->side))
    return fail(ErrorKind::internal, "exchange.receiver", row.kind);
  const hall::Message message = TRY(open_envelope(hall, town, TRY(envelope_of(row))));
  for (const std::string& blob : TRY(our_blobs_from(row.blobs))) TRY(tx.drop_blob(blob));  // its receiver keeps it
  TRY(receiver->receive(hall, tx, town, message));
  TRY(tx.run<sql::MarkDone>(
      {.direction = "in", .serial = row.serial, .refused = {}, .done_at = hall.clock.now().microseconds}));
  return {};
}

}  // namespace

Result<Retried> retry(hall::Hall& hall, const store::Town& town) {
  Retried retried;
  std::int64_t after = 0;
  for (;;) {
    const auto rows = TRY(hall.store.read(town, [&](store::ReadTx& tx) {
      return tx.all<sql::Waiting>({.direction = "in", .after_serial = after, .limit = messages_per_batch_max});
    }));
    if (rows.empty()) return retried;
    for (const auto& row : rows) {
      after = row.serial;
      const Result<> done = hall.store.change(town, [&](store::Tx& tx) { return receive_again(hall, tx, town, row); });
      if (done) {
        ++retried.received;
        continue;
      }
      if (passes(done.error())) return std::unexpected(done.error());
      retried.refused.push_back({row.serial, row.kind, row.key, done.error().code, Instant{row.created_at}});
      TRY(hall.store.change(town, [&](store::Tx& tx) -> Result<> {
        TRY(tx.run<sql::SetRefused>({.serial = row.serial, .refused = done.error().code}));
        return {};
      }));
    }
  }
}

// --- what waits ---

Result<std::vector<Envelope>> waiting(store::ReadTx& tx) {
  std::vector<Envelope> batch;
  std::size_t bytes = 0;
  for (const auto& row :
       TRY(tx.all<sql::Waiting>({.direction = "out", .after_serial = 0, .limit = messages_per_batch_max}))) {
    bytes += row.payload.size();
    if (!batch.empty() && bytes > batch_bytes_max) break;
    batch.push_back(TRY(envelope_of(row)));
  }
  return batch;
}

Result<Queue> queue(store::ReadTx& tx) {
  const auto out = TRY(tx.one<sql::QueueLength>({.direction = "out"}));
  const auto in = TRY(tx.one<sql::QueueLength>({.direction = "in"}));
  Queue queue{.waiting = out ? out->messages : 0, .oldest = {}};
  if (out && out->oldest) queue.oldest = Instant{*out->oldest};
  queue.set_aside = in ? in->messages : 0;
  return queue;
}

Result<bool> blob_is_waiting(store::ReadTx& tx, std::string_view id) {
  if (!PublicId::parse(id)) return false;
  return TRY(tx.one<sql::WaitingBlob>({.pattern = fmt::format("%\"{}\"%", id)})).has_value();
}

// --- pairing and state ---

namespace {

Result<> refuse_own(hall::Hall& hall, const store::Town& town, const Identity& peer) {
  if (identity_text(peer) != TRY(own_key(hall, town))) return {};
  return fail(ErrorKind::invalid, "exchange.key", "this is this side's own key: give the other side's",
              Place{.field = "key"});
}

}  // namespace

Result<std::optional<Identity>> peer_of(hall::Hall& hall, const store::Town& town) {
  const auto peer = identity_from(TRY(setting(hall, town, "peer_key")));
  if (peer) TRY(refuse_own(hall, town, *peer));
  return peer;
}

Result<> pair(hall::Hall& hall, const store::Town& town, const Pairing& pairing) {
  const auto peer = identity_from(pairing.peer_key);
  if (!peer)
    return fail(ErrorKind::invalid, "exchange.key", "not a key as `yakuba exchange key` prints it on the other side",
                Place{.field = "key"});
  TRY(refuse_own(hall, town, *peer));
  const bool office = hall.settings.sides == hall::Sides::office_only;
  const bool has_url = pairing.public_url.starts_with("https://") || pairing.public_url.starts_with("http://");
  if (office != has_url)
    return fail(ErrorKind::invalid, "exchange.url",
                office ? "say where the public side answers: --public-url https://HOST"
                       : "the public side never calls the office: no --public-url here",
                Place{.field = "public-url"});
  std::string url = pairing.public_url;
  while (url.ends_with('/')) url.pop_back();
  TRY(hall.store.set_setting(setting_of("peer_key", town), identity_text(*peer)));
  TRY(hall.store.set_setting(setting_of("public_url", town), url));
  TRY(hall.store.set_setting(setting_of("authority_file", town), pairing.authority_file));
  if (auto* handover = dynamic_cast<Handover*>(&hall.exchange)) handover->forget(town);
  return {};
}

Result<std::optional<Pairing>> pairing(hall::Hall& hall, const store::Town& town) {
  Pairing found{.peer_key = TRY(setting(hall, town, "peer_key"))};
  if (found.peer_key.empty()) return std::optional<Pairing>();
  found.public_url = TRY(setting(hall, town, "public_url"));
  found.authority_file = TRY(setting(hall, town, "authority_file"));
  return std::optional(std::move(found));
}

Result<> note_contact(hall::Hall& hall, const store::Town& town, const std::optional<Queue>& other) {
  const Instant now = hall.clock.now();
  const auto noted = Instant::parse(TRY(setting(hall, town, "contact")));
  if (noted && now.microseconds - noted->microseconds < contact_seconds * 1'000'000) return {};
  if (other) TRY(hall.store.set_setting(setting_of("public_queue", town), to_json(*other).canonical()));
  return hall.store.set_setting(setting_of("contact", town), now.text());
}

Result<State> state(hall::Hall& hall, const store::Town& town) {
  State state;
  if (const auto paired = TRY(pairing(hall, town))) {
    state.paired = true;
    state.public_url = paired->public_url;
  }
  state.contact = Instant::parse(TRY(setting(hall, town, "contact")));
  state.own = TRY(hall.store.read(town, queue));
  if (const std::string other = TRY(setting(hall, town, "public_queue")); !other.empty())
    state.other = queue_from(TRY(parse_json(other)));
  return state;
}

}  // namespace yakuba::exchange
