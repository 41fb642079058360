// JSON text straight into values and back, without a tree of JSON between: for whoever decides a million cases.
//
//   std::vector<Value> out(fields.size());
//   Result<> good = read_members(R"({"年齢":23,"日":"2026-04-01"})", fields, out);   // fields: name and declared type
//   std::string line;
//   write_json(value, line);                                     // appended: {"区分":"A","額":0.85}
//
// read_members gives what from_json(*parse_json(text), type) gives for each member: ISO strings become dates where the
// type says so; a member that is not there is null. Errors: those of parse_json, `json.unknown_member` for a
// name that is no field, `feel.type_mismatch` for a value that is not of its type (the place names the member).
// write_json gives what to_json(value).canonical() gives, but members stand in the context's order.
// Pure; any number of threads.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "feel/type.hpp"

namespace yakuba::feel {

Result<> read_members(std::string_view json, std::span<const Field> fields, std::span<Value> out);
void write_json(const Value& value, std::string& out);

}  // namespace yakuba::feel
