#include "base/bytes.hpp"

namespace yakuba {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base64url_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view crockford_digits = "0123456789abcdefghjkmnpqrstvwxyz";

constexpr std::array<std::int8_t, 256> inverse(std::string_view digits, bool fold_case) {
  std::array<std::int8_t, 256> table{};
  table.fill(-1);
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const auto c = static_cast<unsigned char>(digits[i]);
    table[c] = static_cast<std::int8_t>(i);
    if (fold_case && c >= 'a' && c <= 'z') table[c - 'a' + 'A'] = static_cast<std::int8_t>(i);
  }
  return table;
}
constexpr auto hex_values = inverse(hex_digits, true);
constexpr auto base64_values = inverse(base64_digits, false);
constexpr auto base64url_values = inverse(base64url_digits, false);
constexpr auto crockford_values = inverse(crockford_digits, true);

// Packs bytes into digits of `Bits` bits, most significant first; the last digit is filled with zero bits.
template <int Bits>
std::string encode(BytesView bytes, std::string_view digits) {
  constexpr std::uint32_t mask = (1u << Bits) - 1;
  std::string out;
  const std::size_t size = (bytes.size() * 8 + Bits - 1) / Bits;
  out.resize_and_overwrite(size, [&](char* to, std::size_t) {  // GCC 12 tells the room that it made, not the size
    const char* const table = digits.data();
    std::uint32_t buffer = 0;  // only its lowest `held` bits count
    int held = 0;
    for (const std::uint8_t byte : bytes) {
      buffer = (buffer << 8) | byte;
      for (held += 8; held >= Bits; *to++ = table[(buffer >> held) & mask]) held -= Bits;
    }
    if (held > 0) *to = table[(buffer << (Bits - held)) & mask];
    return size;
  });
  return out;
}

std::optional<Bytes> decode(std::string_view text, const std::array<std::int8_t, 256>& values, int bits) {
  Bytes out;
  out.reserve(text.size() * static_cast<std::size_t>(bits) / 8);
  std::uint32_t buffer = 0;
  int held = 0;
  for (const char c : text) {
    const int value = values[static_cast<unsigned char>(c)];
    if (value < 0) return std::nullopt;
    buffer = (buffer << bits) | static_cast<std::uint32_t>(value);
    held += bits;
    if (held >= 8) {
      held -= 8;
      out.push_back(static_cast<std::uint8_t>(buffer >> held));
      buffer &= (1u << held) - 1;
    }
  }
  if (held >= bits || buffer != 0) return std::nullopt;  // not what encode() writes
  return out;
}

}  // namespace

std::string hex(BytesView bytes) {
  return encode<4>(bytes, hex_digits);
}
std::optional<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  return decode(text, hex_values, 4);
}

std::string base64(BytesView bytes) {
  std::string out = encode<6>(bytes, base64_digits);
  while (out.size() % 4 != 0) out += '=';
  return out;
}
std::optional<Bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  return decode(text, base64_values, 6);
}

std::string base64url(BytesView bytes) {
  return encode<6>(bytes, base64url_digits);
}
std::optional<Bytes> from_base64url(std::string_view text) {
  return decode(text, base64url_values, 6);
}

std::string base32_crockford(BytesView bytes) {
  return encode<5>(bytes, crockford_digits);
}
std::optional<Bytes> from_base32_crockford(std::string_view text) {
  return decode(text, crockford_values, 5);
}

}  // namespace yakuba
