// What the pages of hall/approval bring to its module; inside hall/approval only.
#pragma once

#include "hall/approval/approval.hpp"

namespace yakuba::approval {

std::vector<hall::Route> routes();
std::vector<hall::MenuEntry> menu();
std::vector<hall::Fixture> fixtures();

}  // namespace yakuba::approval
