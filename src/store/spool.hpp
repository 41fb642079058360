// Internal: reads that could not reach the database wait in an fsynced file of canonical lines, each with a random
// mark, and are appended later with their own time. A mark is the change key of its append, so one that was appended
// just before a kill is not appended twice.
#pragma once

#include <filesystem>
#include <functional>

#include "log/event.hpp"

namespace yakuba::store {

Result<> spool_event(const std::filesystem::path& town_folder, const log::Event& event);
// Hands over every waiting event; a line stays until `append` succeeded for all before it. Returns how many went.
Result<int> drain_spool(const std::filesystem::path& town_folder,
                        const std::function<Result<>(const std::string& mark, const log::Event&)>& append);

}  // namespace yakuba::store
