// What the pages of hall/criteria bring to its module; inside hall/criteria only.
#pragma once

#include "hall/module.hpp"

namespace yakuba::criteria {

std::vector<hall::Route> routes();

}  // namespace yakuba::criteria
