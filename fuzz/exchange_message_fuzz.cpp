// What the other side of the hall sends: messages and what they carry, and the log's own lines. Any bytes, never a
// crash; what is read is written and read again equal. The first byte chooses the reader.
#include <cstdint>
#include <cstdlib>

#include "hall/cases/cases.hpp"
#include "hall/exchange/transport.hpp"
#include "log/event.hpp"
#include "log/export.hpp"

namespace {

template <class T>
void again(const T& value, yakuba::Result<T> (*read)(std::string_view)) {
  const std::string written = to_json(value);
  const auto second = read(written);
  if (!second || to_json(*second) != written) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yakuba;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 6) {
    case 0:
      if (const auto json = parse_json(text)) {
        if (const auto read = exchange::envelopes_from(&*json))
          if (const JsonValue written = exchange::to_json(*read);
              exchange::to_json(*exchange::envelopes_from(&written)) != written)
            std::abort();
        (void)exchange::done_from(&*json);
        (void)exchange::queue_from(*json);
      }
      break;
    case 1:
      if (const auto value = cases::submission_from(text)) again(*value, cases::submission_from);
      break;
    case 2:
      if (const auto value = cases::corrected_from(text)) again(*value, cases::corrected_from);
      break;
    case 3:
      if (const auto value = cases::published_from(text)) again(*value, cases::published_from);
      break;
    case 4:
      if (const auto event = log::parse_event(text))
        if (const auto second = log::parse_event(log::canonical(*event)); !second || *second != *event) std::abort();
      break;
    default: {
      std::size_t at = 0;
      (void)log::verify_export(
          [&]() -> std::optional<std::string> {
            if (at >= text.size()) return std::nullopt;
            const std::size_t end = std::min(text.find('\n', at), text.size());
            std::string line(text.substr(at, end - at));
            at = end + 1;
            return line;
          },
          std::nullopt);
    }
  }
  return 0;
}
