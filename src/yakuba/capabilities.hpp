// The one flat list of what this town hall can do. Routes, tables, jobs, menu and permissions come from here only.
#pragma once

#include "hall/module.hpp"

namespace yakuba {

std::vector<hall::Module> capabilities();

// Their migrations, for the store: only those of the sides that are served.
std::vector<store::MigrationSet> migrations_of(const std::vector<hall::Module>& modules, hall::Sides sides);

}  // namespace yakuba
