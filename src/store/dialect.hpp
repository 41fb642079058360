// Internal: the common dialect of migrations, made into that of one database.
#pragma once

#include <string>
#include <string_view>

#include "store/statement.hpp"

namespace yakuba::store {

std::string to_sqlite(std::string_view common);    // every table becomes STRICT
std::string to_postgres(std::string_view common);  // integer → bigint, blob → bytea, integer primary key → identity
// The text that runs, overlays used where there are any.
std::string migration_text(const Migration& migration, bool postgres);
std::string migration_hash(const Migration& migration);  // hex, over all texts: the same on both databases

}  // namespace yakuba::store
