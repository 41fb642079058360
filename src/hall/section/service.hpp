// Helpers shared by the services of this folder.
#pragma once

#include "hall/section/rows.hpp"
#include "log/event.hpp"

namespace yakuba::section {

bool is_reason_code(std::string_view code);
// A role of the pack, or the program's own `administrator`.
bool is_known_role(const pack::Pack& pack, std::string_view role);
std::string joined_roles(const std::vector<std::string>& roles);

// Is everything about it right, for its days? Gives the section.
Result<Section> check_assignment(store::ReadTx& tx, const pack::Pack& pack, const Assignment& assignment);

Result<> record(store::Tx& tx, const Act& act, log::Verb verb, std::string_view kind, std::int64_t id,
                JsonObject payload = {}, std::vector<log::Ref> refs = {}, std::string reason_code = {});

}  // namespace yakuba::section
