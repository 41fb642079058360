// Named time zones by today's POSIX rules. Internal to feel.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace yakuba::feel::zones {

std::optional<std::uint16_t> find(std::string_view name);
std::string_view name(std::uint16_t index);
// Seconds east of UTC at a local civil time.
std::int32_t offset(std::uint16_t index, std::int64_t days, std::int64_t seconds_of_day);

}  // namespace yakuba::feel::zones
