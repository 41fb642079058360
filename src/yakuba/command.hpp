// The commands of `yakuba` that work on an installation. Each is one function, so that it runs the same in a process of
// its own and inside the server that holds the stores (one process owns a SQLite town): yakuba/control.hpp carries it
// there.
//
//   Result<> add_town(Installation&, const JsonValue& arguments, std::string& out);
//
// Arguments are an object of texts by option name; `out` is what the terminal shows. Errors say what to do next.
#pragma once

#include "base/json.hpp"
#include "yakuba/installation.hpp"

namespace yakuba {

using CommandFunction = Result<> (*)(Installation&, const JsonValue& arguments, std::string& out);

struct Command {
  std::string_view name;  // "town add"
  CommandFunction run;
};
std::span<const Command> commands();

// town.cpp
Result<> add_town(Installation&, const JsonValue&, std::string&);
Result<> list_towns(Installation&, const JsonValue&, std::string&);
Result<> administrator_link(Installation&, const JsonValue&, std::string&);
// sides.cpp
Result<> show_exchange_key(Installation&, const JsonValue&, std::string&);
Result<> pair_sides(Installation&, const JsonValue&, std::string&);
Result<> retry_messages(Installation&, const JsonValue&, std::string&);
// pack.cpp
Result<> import_pack(Installation&, const JsonValue&, std::string&);
Result<bool> check_pack(const std::vector<std::filesystem::path>& folders, std::string_view language, std::string& out);
// keep.cpp
Result<> verify_audit(Installation&, const JsonValue&, std::string&);
Result<> export_audit(Installation&, const JsonValue&, std::string&);
Result<> doctor(Installation&, const JsonValue&, std::string&);
Result<> backup(Installation&, const JsonValue&, std::string&);
Result<> restore(Installation&, const JsonValue&, std::string&);
// demo.cpp
Result<> seed_demo(Installation&, const JsonValue&, std::string&);
Result<> list_logins(Installation&, const JsonValue&, std::string&);
Result<> list_pages(Installation&, const JsonValue&, std::string&);

struct Finding {  // of `yakuba doctor`
  bool good;
  std::string text;
};
std::vector<Finding> examine_sides(Installation& installation, const store::Town& town);  // sides.cpp

// Needs an argument: invalid with the option's name when it is missing.
Result<std::string> needed(const JsonValue& arguments, std::string_view option);
Result<store::Town> town_of(Installation& installation, const JsonValue& arguments);

}  // namespace yakuba
