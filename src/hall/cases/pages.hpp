// What the pages of hall/cases bring to its module; inside hall/cases only.
#pragma once

#include "hall/cases/cases.hpp"

namespace yakuba::cases {

std::vector<hall::Route> routes();
std::vector<hall::MenuEntry> menu();
std::vector<hall::Fixture> fixtures();
std::vector<hall::DemoStep> demo_steps();

}  // namespace yakuba::cases
