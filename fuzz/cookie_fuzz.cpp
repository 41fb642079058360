// Cookie and language headers, and the head check before the parser: any bytes, never a crash.
#include <cstdint>
#include <cstdlib>

#include "base/text.hpp"
#include "edge/intake.hpp"
#include "web/words.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto cookies = yakuba::web::parse_cookies(text))
    for (const auto& [name, value] : cookies->items)
      if (name.empty() || yakuba::has_control_characters(value)) std::abort();
  (void)yakuba::web::language_accepted(text);
  (void)yakuba::edge::host_of(text);
  if (yakuba::edge::head_is_strict(text) && text.find('\0') != std::string_view::npos) std::abort();
  return 0;
}
