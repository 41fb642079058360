// The pages of documents. Inside hall/document only.
#pragma once

#include <vector>

#include "hall/hall.hpp"

namespace yakuba::document {

std::vector<hall::Route> routes();
std::string menu_label(hall::Call& call);

}  // namespace yakuba::document
