#include "log/checkpoint.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace yakuba::log {
namespace {

constexpr std::string_view dash = "\xE2\x80\x94 ";  // U+2014 and a space, as C2SP signed-note has it
constexpr std::uint8_t algorithm_ed25519 = 0x01;

std::unexpected<Error> no_note(std::string detail) {
  return fail(ErrorKind::invalid, "log.note", std::move(detail));
}

// C2SP signed-note: SHA-256(name ‖ LF ‖ algorithm ‖ public key)[:4].
std::array<std::uint8_t, 4> key_id(std::string_view name, BytesView public_key) {
  Bytes message(name.begin(), name.end());
  message.push_back('\n');
  message.push_back(algorithm_ed25519);
  message.insert(message.end(), public_key.begin(), public_key.end());
  Hash hash = sha256(BytesView(message));
  return {hash[0], hash[1], hash[2], hash[3]};
}

std::string body_of(const Checkpoint& checkpoint) {
  return checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" + base64(checkpoint.root) + "\n";
}

// One line without its line feed; `rest` moves behind it. Nothing when no line feed is left.
std::optional<std::string_view> next_line(std::string_view& rest) {
  auto end = rest.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

Result<std::uint64_t> parse_size(std::string_view text) {
  auto value = parse_integer(text);
  if (!value || *value < 0 || std::to_string(*value) != text) return no_note("the size is not a number");
  return static_cast<std::uint64_t>(*value);
}

Result<Hash> parse_hash(std::string_view text) {
  auto bytes = from_base64(text);
  Hash hash{};
  if (!bytes || bytes->size() != hash.size() || base64(*bytes) != text)
    return no_note("a hash is not 32 bytes of base64");
  std::copy(bytes->begin(), bytes->end(), hash.begin());
  return hash;
}

}  // namespace

std::string origin_of(std::string_view town) {
  return "yakuba/" + std::string(town);
}

std::string sign_checkpoint(const Checkpoint& checkpoint, const SigningKey& key) {
  std::string body = body_of(checkpoint);
  auto id = key_id(checkpoint.origin, key.public_key);
  Bytes blob(id.begin(), id.end());
  Bytes signature = sign(key, view(body));
  blob.insert(blob.end(), signature.begin(), signature.end());
  return body + "\n" + std::string(dash) + checkpoint.origin + " " + base64(blob) + "\n";
}

Result<Checkpoint> read_checkpoint_unverified(std::string_view note) {
  Checkpoint checkpoint;
  std::string_view rest = note;
  auto origin = next_line(rest), size = next_line(rest), root = next_line(rest);
  if (!origin || !size || !root || origin->empty()) return no_note("a checkpoint has three lines");
  checkpoint.origin = std::string(*origin);
  checkpoint.size = TRY(parse_size(*size));
  checkpoint.root = TRY(parse_hash(*root));
  return checkpoint;
}

Result<std::string> open_note(std::string_view note, std::string_view name, BytesView public_key) {
  auto gap = note.rfind("\n\n");
  if (gap == std::string_view::npos) return no_note("the note has no signature");
  std::string_view body = note.substr(0, gap + 1), rest = note.substr(gap + 2);
  auto id = key_id(name, public_key);
  std::string start = std::string(dash) + std::string(name) + " ";
  while (auto line = next_line(rest)) {
    if (!line->starts_with(dash)) return no_note("a signature line does not begin with a dash");
    if (!line->starts_with(start)) continue;  // somebody else's signature, a witness's for example
    auto blob = from_base64(line->substr(start.size()));
    if (!blob || blob->size() != 68 || !std::equal(id.begin(), id.end(), blob->begin())) continue;
    if (verify(public_key, view(body), BytesView(*blob).subspan(4))) return std::string(body);
    return fail(ErrorKind::corrupt, "log.signature", "the signature of the note is wrong");
  }
  return fail(ErrorKind::corrupt, "log.signature", "the note is not signed by this key");
}

Result<Checkpoint> open_checkpoint(std::string_view note, std::string_view origin, BytesView public_key) {
  std::string body = TRY(open_note(note, origin, public_key));
  Checkpoint checkpoint = TRY(read_checkpoint_unverified(body));
  if (checkpoint.origin != origin) return fail(ErrorKind::corrupt, "log.signature", "the checkpoint is of another log");
  return checkpoint;
}

std::string write_receipt(const Receipt& receipt) {
  std::string out = "yakuba-receipt 1\n" + canonical(receipt.event) + "\n";
  out += "index " + std::to_string(receipt.index) + "\n";
  for (const Hash& hash : receipt.proof) out += base64(hash) + "\n";
  return out + "\n" + receipt.checkpoint;
}

Result<Receipt> parse_receipt(std::string_view text) {
  auto wrong = [](std::string detail) { return fail(ErrorKind::invalid, "log.receipt", std::move(detail)); };
  std::string_view rest = text;
  auto head = next_line(rest);
  if (!head || *head != "yakuba-receipt 1") return wrong("not a receipt");
  auto event = next_line(rest);
  auto index = next_line(rest);
  if (!event || !index || !index->starts_with("index ")) return wrong("the receipt is cut off");
  Receipt receipt;
  receipt.event = TRY(parse_event(*event));
  receipt.index = TRY(parse_size(index->substr(6)));
  while (true) {
    auto line = next_line(rest);
    if (!line) return wrong("the receipt is cut off");
    if (line->empty()) break;
    if (receipt.proof.size() == 64) return wrong("the proof is too long");
    receipt.proof.push_back(TRY(parse_hash(*line)));
  }
  receipt.checkpoint = std::string(rest);
  receipt.event.sequence = static_cast<std::int64_t>(receipt.index) + 1;
  return receipt;
}

Result<> verify_receipt(const Receipt& receipt, std::string_view origin, BytesView public_key) {
  Checkpoint checkpoint = TRY(open_checkpoint(receipt.checkpoint, origin, public_key));
  if (!verify_inclusion(receipt.index, checkpoint.size, leaf_hash(receipt.event), receipt.proof, checkpoint.root)) {
    return fail(ErrorKind::corrupt, "log.receipt", "the event does not stand in the log at this place");
  }
  return {};
}

}  // namespace yakuba::log
