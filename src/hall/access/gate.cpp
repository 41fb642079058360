// The gate: session → actor → route's permission → origin and form token. A hit in the cache touches no store.
#include <algorithm>
#include <atomic>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include <fmt/format.h>

#include "hall/access/access.hpp"
#include "hall/access/queries.hpp"
#include "hall/access/secrets.hpp"
#include "hall/access/sessions.hpp"
#include "hall/hall.hpp"
#include "hall/page.hpp"
#include "web/form.hpp"

namespace yakuba::access {

namespace {

constexpr std::int64_t epoch_microseconds_max = 1'000'000;  // how old a look at the rights epoch may be
constexpr std::int64_t seen_microseconds_max = 60'000'000;  // how far `last_seen` in the store may lag behind
constexpr std::size_t cached_sessions_max = 100'000;

std::int64_t idle_seconds(web::Side side) {
  return side == web::Side::office_side ? office_idle_seconds_max : resident_idle_seconds_max;
}
std::int64_t life_seconds(web::Side side) {
  return side == web::Side::office_side ? office_session_seconds_max : resident_session_seconds_max;
}

struct Cached {
  Session session;
  std::shared_ptr<const Actor> actor;
  std::string form_token;
  std::atomic<std::int64_t> seen{0};     // microseconds
  std::atomic<std::int64_t> written{0};  // what the store has
};

struct SideCache {
  std::int64_t epoch = -1;
  std::int64_t checked = 0;      // when the epoch was looked at
  std::uint64_t generation = 0;  // moves with every clearing: a row read before it is not put in after it
  Date day;
  std::unordered_map<std::string, std::shared_ptr<Cached>> sessions;  // by hash of the token
};

}  // namespace

struct Gate::State {
  std::shared_mutex mutex;
  std::unordered_map<std::string, SideCache> sides;  // by town and side

  static std::string key(std::string_view town, web::Side side) {
    return fmt::format("{}/{}", town, web::side_name(side));
  }

  void clear(SideCache& cache) {
    cache.sessions.clear();
    ++cache.generation;
  }

  std::shared_ptr<Cached> hit(const std::string& key, const std::string& hash, Instant now) {
    std::shared_lock lock(mutex);
    auto side = sides.find(key);
    if (side == sides.end() || now.microseconds - side->second.checked > epoch_microseconds_max ||
        side->second.day != date_in_japan(now))
      return nullptr;
    auto found = side->second.sessions.find(hash);
    return found == side->second.sessions.end() ? nullptr : found->second;
  }

  // Forgets everything when the epoch moved or a new day began (roles are dated). Gives the generation to put under.
  std::uint64_t renew(const std::string& key, std::int64_t epoch, Instant now) {
    std::unique_lock lock(mutex);
    SideCache& cache = sides[key];
    Date day = date_in_japan(now);
    if (cache.epoch != epoch || cache.day != day) clear(cache);
    cache.epoch = epoch;
    cache.day = day;
    cache.checked = now.microseconds;
    return cache.generation;
  }

  std::shared_ptr<Cached> after_renewal(const std::string& key, const std::string& hash) {
    std::shared_lock lock(mutex);
    auto side = sides.find(key);
    if (side == sides.end()) return nullptr;
    auto found = side->second.sessions.find(hash);
    return found == side->second.sessions.end() ? nullptr : found->second;
  }

  void put(const std::string& key, const std::string& hash, std::shared_ptr<Cached> cached, std::uint64_t generation) {
    std::unique_lock lock(mutex);
    SideCache& cache = sides[key];
    if (cache.generation != generation) return;
    if (cache.sessions.size() >= cached_sessions_max) clear(cache);
    cache.sessions[hash] = std::move(cached);
  }

  void drop(const std::string& key, const std::string& hash) {
    std::unique_lock lock(mutex);
    sides[key].sessions.erase(hash);
  }
};

Gate::Gate(PasswordCost cost) : state_(std::make_unique<State>()), cost_(cost) {}
Gate::~Gate() = default;

void Gate::forget(const store::Town& town) {
  std::unique_lock lock(state_->mutex);
  for (web::Side side : {web::Side::public_side, web::Side::office_side}) {
    SideCache& cache = state_->sides[State::key(town.name(), side)];
    state_->clear(cache);
    cache.checked = 0;
  }
}

namespace {

struct Loaded {
  std::optional<Session> session;
  std::optional<Actor> actor;  // nothing: the staff member has left, the account is gone
};

Result<std::int64_t> read_epoch(store::ReadTx& tx, web::Side side) {
  if (side == web::Side::office_side) return section::rights_epoch(tx);
  auto row = TRY(tx.one<sql::AccountEpoch>());
  return row ? row->value : 0;
}

Result<Loaded> load_staff(store::ReadTx& tx, const pack::Pack& pack, const std::string& hash, Date day) {
  auto row = TRY(tx.one<sql::StaffSessionByToken>({.token_hash = hash}));
  if (!row) return Loaded{};
  Loaded loaded{session_from(*row, web::Side::office_side), std::nullopt};
  auto staff = staff_actor(tx, pack, loaded.session->staff, day);
  if (!staff && staff.error().kind != ErrorKind::not_found) return std::unexpected(staff.error());
  if (staff) loaded.actor = Actor{std::move(*staff)};
  return loaded;
}

Result<Loaded> load_resident(store::ReadTx& tx, const std::string& hash) {
  auto row = TRY(tx.one<sql::AccountSessionByToken>({.token_hash = hash}));
  if (!row) return Loaded{};
  Loaded loaded{session_from(*row, web::Side::public_side), std::nullopt};
  auto account = TRY(tx.one<sql::AccountById>({.id = row->who}));
  if (!account) return loaded;
  auto public_id = PublicId::parse(account->public_id);
  if (!public_id) return fail(ErrorKind::corrupt, "access.account");
  Resident resident{AccountId(account->id), *public_id, static_cast<int>(account->level), std::nullopt, account->mail};
  if (account->reference) resident.person = PublicId::parse(*account->reference);
  loaded.actor = Actor{std::move(resident)};
  return loaded;
}

bool expired(const Session& session, std::int64_t seen, web::Side side, Instant now) {
  return now.microseconds - seen > idle_seconds(side) * 1'000'000 ||
         now.microseconds - session.created.microseconds > life_seconds(side) * 1'000'000;
}

std::shared_ptr<const Actor> nobody() {
  static const auto anonymous = std::make_shared<const Actor>(Actor{Anonymous{}});
  return anonymous;
}

struct Opened {
  std::shared_ptr<Cached> cached;  // none: nobody is signed in
  bool stale_cookie = false;
};

class Opening {
 public:
  Opening(Gate::State& state, hall::Hall& hall, const store::Town& town, web::Side side)
      : state_(state), hall_(hall), town_(town), side_(side), key_(Gate::State::key(town.name(), side)) {}

  Opened open(BytesView token) {
    std::string hash = token_hash(token);
    Instant now = hall_.clock.now();
    auto cached = state_.hit(key_, hash, now);
    if (cached && expired(cached->session, cached->seen, side_, now)) {
      state_.drop(key_, hash);  // another process may have seen him since: ask the store
      cached = nullptr;
    }
    if (!cached) cached = load(token, hash, now);
    if (!cached) return {nullptr, true};
    cached->seen = now.microseconds;
    if (now.microseconds - cached->written > seen_microseconds_max) write_seen(*cached, hash, now);
    return {cached, false};
  }

 private:
  std::shared_ptr<Cached> load(BytesView token, const std::string& hash, Instant now) {
    // Most misses are only an old look at the epoch: one short read, and the cache serves again.
    auto epoch = hall_.store.read(town_, [&](store::ReadTx& tx) { return read_epoch(tx, side_); });
    if (!epoch) return nullptr;
    std::uint64_t generation = state_.renew(key_, *epoch, now);
    auto known = state_.after_renewal(key_, hash);
    if (known && !expired(known->session, known->seen, side_, now)) return known;

    auto pack = hall_.packs.in_force(town_, date_in_japan(now));
    static const pack::Pack no_pack;
    const pack::Pack& rules = pack && *pack ? **pack : no_pack;
    auto loaded = hall_.store.read(town_, [&](store::ReadTx& tx) -> Result<Loaded> {
      return side_ == web::Side::office_side ? load_staff(tx, rules, hash, date_in_japan(now))
                                             : load_resident(tx, hash);
    });
    if (!loaded || !loaded->session) return nullptr;
    const Session& session = *loaded->session;
    std::string why = !loaded->actor                                                 ? "left"
                      : expired(session, session.last_seen.microseconds, side_, now) ? "term"
                                                                                     : "";
    if (!why.empty()) {
      (void)end_session(hall_, town_, session, why, now);
      return nullptr;
    }
    auto cached = std::make_shared<Cached>();
    cached->session = session;
    cached->actor = std::make_shared<const Actor>(std::move(*loaded->actor));
    cached->form_token = form_token_of(token);
    cached->seen = session.last_seen.microseconds;
    cached->written = session.last_seen.microseconds;
    state_.put(key_, hash, cached, generation);
    return cached;
  }

  void write_seen(Cached& cached, const std::string& hash, Instant now) {
    cached.written = now.microseconds;
    (void)hall_.store.change(town_, [&](store::Tx& tx) -> Result<bool> {
      std::int64_t changed =
          side_ == web::Side::office_side
              ? TRY(tx.run<sql::StaffSessionSeen>({.token_hash = hash, .seen_at = now.microseconds}))
              : TRY(tx.run<sql::AccountSessionSeen>({.token_hash = hash, .seen_at = now.microseconds}));
      return changed > 0;
    });
  }

  Gate::State& state_;
  hall::Hall& hall_;
  const store::Town& town_;
  web::Side side_;
  std::string key_;
};

// --- judging ---

Refusal judge(web::Side side, const Actor& actor, std::string_view permission, std::string& reason) {
  if (holds(actor, permission)) return Refusal::none;
  if (side == web::Side::office_side) {
    if (actor.anonymous()) return reason = "not-signed-in", Refusal::sign_in;
    return reason = "no-permission", Refusal::forbidden;
  }
  if (!permission.starts_with("resident")) return reason = "no-permission", Refusal::hidden;
  if (actor.anonymous()) return reason = "not-signed-in", Refusal::sign_in;
  return reason = "account-level", Refusal::account_level;
}

void note_denied(hall::Hall& hall, const store::Town& town, const Entry& entry, const web::RouteFace& route,
                 const web::Request& request) {
  if (!entry.session) return;  // strangers' tries belong to the server's log; here stand acts of known people
  (void)hall.store.change(town, [&](store::Tx& tx) -> Result<> {
    log::Event event;
    event.at = hall.clock.now();
    event.verb = log::Verb::denied;
    event.object_kind = "route";
    event.object_id = route.pattern;
    event.actor = log_name(*entry.actor);
    event.reason_code = entry.reason;
    event.channel = "web";
    event.terminal = request.client_address;
    return tx.append(event);
  });
}

}  // namespace

Entry Gate::open(hall::Hall& hall, const store::Town& town, const web::Request& request, web::Side side,
                 const web::RouteFace& route) {
  Entry entry;
  entry.actor = nobody();
  std::string cookie = session_cookie_name(side, town.name());
  auto token = token_bytes(web::read_cookie(request, cookie));
  if (token) {
    Opened opened = Opening(*state_, hall, town, side).open(*token);
    if (opened.cached) {
      entry.actor = opened.cached->actor;
      entry.session = opened.cached->session;
      entry.session->last_seen = Instant{opened.cached->seen};
      entry.form_token = opened.cached->form_token;
    }
    if (opened.stale_cookie) entry.cookies.push_back({.name = cookie, .value = "", .age_seconds = 0});
  }
  if (!entry.session) {
    // Forms of strangers (sign-in, applications without an account) are bound to a cookie of their own.
    std::string form_cookie = form_cookie_name(side, town.name());
    auto visitor = token_bytes(web::read_cookie(request, form_cookie));
    if (!visitor) {
      visitor = Bytes(32);
      hall.random.fill(*visitor);
      entry.cookies.push_back({.name = form_cookie, .value = base64url(*visitor)});
    }
    entry.form_token = form_token_of(*visitor);
  }
  entry.refusal = judge(side, *entry.actor, route.permission.name(), entry.reason);
  if (entry.refusal == Refusal::none && !web::is_safe(request.method)) {
    bool same = web::same_origin(request);
    bool own = equal_in_constant_time(view(request.form.first(web::token_field)), view(entry.form_token));
    if (!same || !own) {
      entry.refusal = Refusal::forged;
      entry.reason = same ? "form-token" : "cross-site";
    }
  }
  if (entry.refusal == Refusal::forbidden || entry.refusal == Refusal::forged)
    note_denied(hall, town, entry, route, request);
  return entry;
}

std::optional<Session> Gate::session(hall::Hall& hall, const store::Town& town, const web::Request& request,
                                     web::Side side) {
  auto token = token_bytes(web::read_cookie(request, session_cookie_name(side, town.name())));
  if (!token) return std::nullopt;
  Opened opened = Opening(*state_, hall, town, side).open(*token);
  return opened.cached ? std::optional(opened.cached->session) : std::nullopt;
}

std::optional<Session> session_of(hall::Call& call) {
  return call.hall.gate.session(call.hall, call.town, call.request, call.side);
}

web::Response refuse(hall::Call& call, const Entry& entry) {
  switch (entry.refusal) {
    case Refusal::sign_in: {
      web::Path to = web::Path::to("/login");
      if (web::is_safe(call.request.method)) to = to.with("to", call.request.target);
      return web::Response::see_other(to);
    }
    case Refusal::account_level:
      return web::Response::see_other(web::Path::to("/account/link").with("to", call.request.target));
    case Refusal::hidden:
      return hall::problem(call, Error{ErrorKind::not_found, "access.not_found", {}, {}, {}});
    default:
      return hall::problem(call, Error{ErrorKind::forbidden, "access." + entry.reason, {}, {}, {}});
  }
}

}  // namespace yakuba::access
