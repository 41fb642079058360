#include "store/event_row.hpp"

namespace yakuba::store {

Result<std::vector<log::Ref>> refs_from_json(std::string_view json) {
  JsonValue value = TRY(parse_json(json));
  if (!value.array()) return fail(ErrorKind::corrupt, "store.log", "refs is not a list");
  std::vector<log::Ref> refs;
  for (const auto& item : *value.array()) {
    refs.push_back({std::string(item.text_or("kind", "")), std::string(item.text_or("id", ""))});
  }
  return refs;
}

}  // namespace yakuba::store
