// Bytes and their written forms.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace yakuba {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;

inline BytesView view(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view text_view(BytesView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string hex(BytesView bytes);  // lower case
std::optional<Bytes> from_hex(std::string_view text);
std::string base64(BytesView bytes);  // with padding, RFC 4648 §4
std::optional<Bytes> from_base64(std::string_view text);
std::string base64url(BytesView bytes);  // without padding, RFC 4648 §5
std::optional<Bytes> from_base64url(std::string_view text);
std::string base32_crockford(BytesView bytes);  // lower case
std::optional<Bytes> from_base32_crockford(std::string_view text);

}  // namespace yakuba
