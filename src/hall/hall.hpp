// The town hall as its handlers see it: what is shared by every municipality, and the one call that is being answered.
//
//   web::Response show(hall::Call& call) {
//     auto found = call.hall.store.read(call.town, [&](store::ReadTx& tx) { return cases::open(tx, …); });
//     if (!found) return hall::problem(call, found.error());
//     return hall::page(call, …);
//   }
//
// Lifetime: Hall lives as long as the server; Call lives for one request and is never kept. Hall is shared by threads:
// every member is safe to use from several at once.
#pragma once

#include <any>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/date.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "hall/access/access.hpp"
#include "pack/pack.hpp"
#include "store/store.hpp"
#include "web/request.hpp"
#include "web/response.hpp"
#include "web/route.hpp"
#include "web/words.hpp"

namespace yakuba::hall {

// 三層の対策: which of the two sides this process serves. `both` hands messages over within one transaction.
enum class Sides { both, public_only, office_only };
inline bool serves(Sides sides, web::Side side) {
  return sides == Sides::both || (sides == Sides::public_only) == (side == web::Side::public_side);
}

// The keys of a town (files under keys/, wrapped by the installation key). A purpose is a stable word: "case" wraps the
// keys of cases, "session" signs tokens, "second-factor" seals TOTP secrets, "seal" signs notices, "log" signs
// checkpoints.
class Keys {
 public:
  virtual ~Keys() = default;
  virtual Result<Key256> key(const store::Town& town, std::string_view purpose) = 0;  // made on first use
  virtual Result<SigningKey> signing_key(const store::Town& town, std::string_view purpose) = 0;
  // A file that belongs to the key ring as it is (PEM of the signing certificate); empty when there is none yet.
  virtual Result<std::optional<Secret<std::string>>> file(const store::Town& town, std::string_view name) = 0;
  virtual Result<> put_file(const store::Town& town, std::string_view name, const Secret<std::string>& content) = 0;
};

// The packs in force. A version is the hash of the whole pack; cases and drafts pin it (hall/packs).
class PackShelf {
 public:
  virtual ~PackShelf() = default;
  virtual Result<pack::PackPtr> in_force(const store::Town& town, Date day) = 0;
  virtual Result<pack::PackPtr> version(const store::Town& town, const Hash& hash) = 0;
};

// A message between the public and the office side (hall/exchange). `key` makes it idempotent. Blobs go along sealed as
// they are and keep their ids; the key that opens them is in the payload (a draft's key becomes its case's key), which
// only the other side can open.
struct Message {
  std::string kind;                    // "application.submitted"; one receiver each
  std::string key;                     // unique per kind
  std::string payload;                 // JSON; may be empty when `value` is there and stays in this process
  std::vector<store::BlobInfo> blobs;  // present on the receiving side before it receives
  std::any value = {};                 // what payload says, shared with a receiver of this process (message_value)
};
class Exchange {
 public:
  virtual ~Exchange() = default;
  // In the caller's transaction: delivered at once when this process serves both sides, else queued for the other side.
  virtual Result<> send(store::Tx& tx, const store::Town& town, const Message& message) = 0;
  // Is such a message delivered in this process? Then nobody need write out what it says and read it again.
  virtual bool stays_here(std::string_view kind) const {
    (void)kind;
    return false;
  }
};

// A message that says `value`: written as JSON (to_json of its own namespace) only where it travels.
template <class T>
Message message_of(const Exchange& exchange, std::string_view kind, std::string key, std::shared_ptr<const T> value) {
  Message message{.kind = std::string(kind), .key = std::move(key), .payload = {}, .blobs = {}};
  if (exchange.stays_here(kind))
    message.value = std::move(value);
  else
    message.payload = to_json(*value);
  return message;
}
// What it says: as it was handed over, else read by `from_json`.
template <class T>
Result<std::shared_ptr<const T>> message_value(const Message& message, Result<T> (*from_json)(std::string_view)) {
  if (const auto* value = std::any_cast<std::shared_ptr<const T>>(&message.value)) return *value;
  return std::make_shared<const T>(TRY(from_json(message.payload)));
}

// What the installation knows of a town beside its store.
struct TownInfo {
  std::string id;           // "nagi": folder, schema and first label of the host
  std::string code;         // 団体コード, six digits
  std::string public_host;  // "nagi.localhost"
  std::string office_host;  // "office.nagi.localhost"
  bool demo = false;        // synthetic residents; refused for real data and the other way round
};

struct Settings {
  Sides sides = Sides::both;
  bool tls = false;   // cookies get Secure and __Host-
  bool demo = false;  // the whole installation is a demonstration
  int port = 8080;    // of the residents' side as browsers see it: for links in mails and 2D codes
  std::string public_scheme = "http";
  int office_port = 0;        // 0: the same
  std::string office_scheme;  // empty: the same
  std::string mail_url;       // "smtp://127.0.0.1:2525"; empty: mails stay in the outbox and the office is told
  std::string mail_from = "noreply@localhost";
  std::string mail_user;
  Secret<std::string> mail_password;
};

struct Hall {
  store::Store& store;
  const Clock& clock;
  RandomSource& random;
  Keys& keys;
  PackShelf& packs;
  Exchange& exchange;
  access::Gate& gate;
  Settings settings;
  std::map<std::string, TownInfo, std::less<>> towns;  // by id
  const std::vector<struct Module>* modules = nullptr;

  const TownInfo& info(const store::Town& town) const;
  // "http://nagi.localhost:8080/verify/…": absolute, for mails and 2D codes.
  std::string public_url(const TownInfo& town, std::string_view path) const;
  std::string office_url(const TownInfo& town, std::string_view path) const;
};

// One request being answered.
struct Call {
  Hall& hall;
  const web::Request& request;
  store::Town town;
  const TownInfo& info;
  pack::PackPtr pack;  // in force today
  Instant now;
  Date today;  // civil day in Japan
  web::Side side = web::Side::public_side;
  web::Words words;                      // in this reader's language, with or without furigana
  web::Parameters parameters;            // of the matched route
  const access::Actor* actor = nullptr;  // never null in a handler
  std::string form_token;                // synchroniser token of this session, for every form
  std::vector<web::Cookie> cookies;      // set on the way out by the dispatcher
};

using Handler = std::function<web::Response(Call&)>;
using Route = web::Route<Handler>;

}  // namespace yakuba::hall
