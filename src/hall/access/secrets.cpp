#include "hall/access/secrets.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>

#include <fmt/format.h>
#include <liboath/oath.h>
#include <sodium.h>

#include "base/text.hpp"
#include "base/waiting.hpp"
#include "hall/access/access.hpp"
#include "web/request.hpp"

namespace yakuba::access {

namespace {

constexpr int totp_digits = 6;
constexpr std::int64_t totp_step_seconds = 30;

// Four places for hashing in the whole process: 4 × 64 MiB is what a small server can spare.
class HashingPlaces {
 public:
  bool enter() {
    std::unique_lock lock(mutex_);
    if (free_ == 0 && waiting_ >= hashing_waiting_max) return false;
    ++waiting_;
    changed_.wait(lock, [&] { return free_ > 0; });
    --waiting_;
    --free_;
    return true;
  }
  void leave() {
    std::lock_guard lock(mutex_);
    ++free_;
    changed_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int free_ = hashing_places;
  int waiting_ = 0;
};
HashingPlaces& places() {
  static HashingPlaces places;
  return places;
}
// These places bound the hashing themselves, so it does not take a worker away from pages (base/waiting.hpp).
class HashingPlace {
 public:
  HashingPlace() : held_(places().enter()) {}
  ~HashingPlace() {
    if (held_) places().leave();
  }
  HashingPlace(const HashingPlace&) = delete;
  HashingPlace& operator=(const HashingPlace&) = delete;
  explicit operator bool() const { return held_; }

 private:
  const Waiting waiting_;
  bool held_;
};

bool sodium_ready() {
  static const bool ready = sodium_init() >= 0;
  return ready;
}

// Words that every guesser tries. Compared with the folded password, alone or with digits and signs around them.
constexpr std::array<std::string_view, 40> common_words{
    "password", "passw0rd",   "qwerty",        "qwertyuiop", "asdfghjkl", "zxcvbnm",    "iloveyou", "welcome",
    "letmein",  "admin",      "administrator", "yakuba",     "yakusho",   "shiyakusho", "abc",      "abcdef",
    "abcdefgh", "abcdefghij", "sakura",        "nippon",     "japan",     "himitsu",    "arigatou", "konnichiwa",
    "doraemon", "pokemon",    "baseball",      "football",   "dragon",    "monkey",     "sunshine", "princess",
    "master",   "shadow",     "secret",        "login",      "test",      "changeme",   "kanri",    "1q2w3e4r"};

std::string letters_of(std::string_view folded) {
  std::string letters;
  for (char c : folded)
    if (!(c >= '0' && c <= '9') &&
        !(static_cast<unsigned char>(c) < 0x80 && std::ispunct(static_cast<unsigned char>(c))))
      letters += c;
  return letters;
}

bool is_run(std::string_view text) {  // all alike, or each one more or one less than the one before: 12345678, hgfedcba
  bool same = true, up = true, down = true;
  for (std::size_t i = 1; i < text.size(); ++i) {
    same &= text[i] == text[i - 1];
    up &= text[i] == text[i - 1] + 1 || (text[i - 1] == '9' && text[i] == '0');
    down &= text[i] == text[i - 1] - 1;
  }
  return same || up || down;
}

bool repeats_a_part(std::string_view text) {  // "abcabcabc", "なぎなぎなぎ"
  for (std::size_t part = 1; part <= text.size() / 2 && part <= 12; ++part) {
    if (text.size() % part != 0) continue;
    bool repeated = true;
    for (std::size_t i = part; i < text.size() && repeated; ++i) repeated = text[i] == text[i - part];
    if (repeated) return true;
  }
  return false;
}

std::string normal(std::string_view password) {
  return nfkc(password);
}

}  // namespace

Result<> check_new_password(std::string_view password, int characters_min, std::span<const std::string> context) {
  if (password.size() > password_bytes_max) return fail(ErrorKind::invalid, "access.password.too_long");
  if (!is_utf8(password) || has_control_characters(password))
    return fail(ErrorKind::invalid, "access.password.ill_formed");
  std::string text = normal(password);
  if (length_in_code_points(text) < static_cast<std::size_t>(characters_min)) {
    auto error = fail(ErrorKind::invalid, "access.password.too_short");
    error.error().arguments.emplace_back("characters", std::to_string(characters_min));
    return error;
  }
  std::string folded = fold(text);
  std::string letters = letters_of(folded);
  bool guessable = is_run(folded) || repeats_a_part(folded) ||
                   std::ranges::any_of(common_words, [&](std::string_view w) { return folded == w || letters == w; });
  // What is left when the words an attacker would try first are taken out must still be something.
  std::string rest = folded;
  for (const std::string& word : context) {
    std::string known = fold(word);
    if (known.size() < 3) continue;
    for (std::size_t at = rest.find(known); at != std::string::npos; at = rest.find(known))
      rest.erase(at, known.size());
  }
  if (rest.size() < folded.size() && rest.size() < 6) guessable = true;
  if (guessable) return fail(ErrorKind::invalid, "access.password.guessable");
  return {};
}

Result<std::string> hash_password(const PasswordCost& cost, std::string_view password) {
  if (!sodium_ready()) return fail(ErrorKind::internal, "access.sodium");
  HashingPlace place;
  if (!place) return fail(ErrorKind::too_many, "access.busy");
  std::string text = normal(password);
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  int failed = crypto_pwhash_str_alg(hash.data(), text.data(), text.size(), cost.passes, cost.memory_bytes,
                                     crypto_pwhash_ALG_ARGON2ID13);
  sodium_memzero(text.data(), text.size());
  if (failed != 0) return fail(ErrorKind::unavailable, "access.memory", "no memory for password hashing");
  return std::string(hash.data());
}

Result<bool> password_matches(const PasswordCost& cost, std::string_view hash, std::string_view password) {
  // A hash of nobody's password: unknown accounts cost the same time as known ones. A process has one cost.
  static const std::string nobody = [&] {
    auto made = hash_password(cost, "nobody's password, for equal time");
    return made ? *made : std::string();
  }();
  if (!sodium_ready()) return fail(ErrorKind::internal, "access.sodium");
  if (password.size() > password_bytes_max) return false;
  HashingPlace place;
  if (!place) return fail(ErrorKind::too_many, "access.busy");
  std::string stored(hash.empty() ? std::string_view(nobody) : hash);
  std::string text = normal(password);
  bool matches = crypto_pwhash_str_verify(stored.c_str(), text.data(), text.size()) == 0;
  sodium_memzero(text.data(), text.size());
  return matches && !hash.empty();
}

// --- one-time codes ---

Bytes new_totp_secret(RandomSource& random) {
  Bytes secret(20);
  random.fill(secret);
  return secret;
}

std::int64_t totp_step_of(Instant at) {
  return at.microseconds / 1'000'000 / totp_step_seconds;
}

std::string totp_code_at(BytesView secret, std::int64_t step) {
  char code[totp_digits + 1] = {};
  int failed =
      oath_totp_generate(reinterpret_cast<const char*>(secret.data()), secret.size(),
                         static_cast<time_t>(step * totp_step_seconds), totp_step_seconds, 0, totp_digits, code);
  return failed == OATH_OK ? std::string(code, totp_digits) : std::string();
}

std::string totp_code(BytesView secret, Instant at) {
  return totp_code_at(secret, totp_step_of(at));
}

std::optional<std::int64_t> totp_step_matching(BytesView secret, std::string_view code, Instant at) {
  if (secret.empty()) return std::nullopt;
  std::string typed;
  for (char c : nfkc(code))  // full-width digits and the space in "123 456" are as good
    if (c != ' ') typed += c;
  std::optional<std::int64_t> found;
  for (std::int64_t step = totp_step_of(at) - 1; step <= totp_step_of(at) + 1; ++step) {
    std::string expected = totp_code_at(secret, step);
    if (!expected.empty() && equal_in_constant_time(view(expected), view(typed))) found = step;
  }
  return found;
}

std::string base32(BytesView bytes) {
  static constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string text;
  std::uint32_t buffer = 0;
  int bits = 0;
  for (std::uint8_t byte : bytes) {
    buffer = (buffer << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += letters[(buffer >> (bits - 5)) & 31];
  }
  if (bits > 0) text += letters[(buffer << (5 - bits)) & 31];
  return text;
}

std::string totp_uri(BytesView secret, std::string_view issuer, std::string_view account) {
  std::string name = web::percent_encode(issuer);
  return fmt::format("otpauth://totp/{}:{}?secret={}&issuer={}&algorithm=SHA1&digits={}&period={}", name,
                     web::percent_encode(account), base32(secret), name, totp_digits, totp_step_seconds);
}

// --- tokens ---

std::string token_hash(BytesView bytes) {
  return hex(sha256(bytes));
}

Token new_token(RandomSource& random) {
  Bytes bytes(32);
  random.fill(bytes);
  return {base64url(bytes), token_hash(bytes)};
}

std::optional<Bytes> token_bytes(std::string_view text) {
  if (text.size() != 43) return std::nullopt;
  auto bytes = from_base64url(text);
  if (!bytes || bytes->size() != 32) return std::nullopt;
  return bytes;
}

std::string form_token_of(BytesView token) {
  return base64url(hmac_sha256(token, view("yakuba form")));
}

namespace {
std::string link_mac(const Key256& key, std::string_view purpose, std::string_view id) {
  Hash mac = hmac_sha256(key.reveal(), view(fmt::format("yakuba link|{}|{}", purpose, id)));
  return base64url(BytesView(mac.data(), 16));
}
}  // namespace

std::string link_token(const Key256& key, std::string_view purpose, PublicId id) {
  return id.text() + link_mac(key, purpose, id.text());
}

std::optional<PublicId> link_id(const Key256& key, std::string_view purpose, std::string_view token) {
  if (token.size() != 26 + 22) return std::nullopt;
  auto id = PublicId::parse(token.substr(0, 26));
  if (!id) return std::nullopt;
  std::string mac = link_mac(key, purpose, id->text());
  if (!equal_in_constant_time(view(mac), view(token.substr(26)))) return std::nullopt;
  return id;
}

}  // namespace yakuba::access
