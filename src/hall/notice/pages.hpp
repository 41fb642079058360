// The pages of notices. Inside hall/notice only.
#pragma once

#include <vector>

#include "hall/hall.hpp"

namespace yakuba::notice {

std::vector<hall::Route> desk_routes();    // 発送 register
std::vector<hall::Route> public_routes();  // a linked resident's own notices
std::string menu_label(hall::Call& call);
std::optional<std::int64_t> menu_count(hall::Call& call);

}  // namespace yakuba::notice
