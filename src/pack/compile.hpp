// Compiling a pack: scopes of FEEL, programs of every expression, criteria with library and schema. Internal to
// src/pack.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dmn/evaluate.hpp"
#include "feel/feel.hpp"
#include "pack/pack.hpp"

namespace yakuba::pack {

// A compiled expression: slots of the base scope (facts, then tables) first, then the extra names in order.
struct Program {
  feel::Program program;
  std::vector<std::string> extra_names;
};

struct Compiled {
  dmn::FactSchema schema;  // facts and parameter tables as dmn sees them
  dmn::Library library;
  feel::Scope scope;                    // base scope: facts and tables as slots, library as constants
  std::vector<std::string> slot_names;  // of the base scope, in order of slots
  std::map<std::string, dmn::Criterion, std::less<>> criteria;
};

struct ExtraName {
  std::string name;
  feel::Type type;
};

dmn::FactSchema dmn_schema(const FactSchema& facts, const std::vector<Table>& tables);
feel::Type feel_type(const Type& type, const FactSchema& facts);
feel::Type feel_type(const Record& record, const FactSchema& facts);

// Compiles everything in the pack; faults are added, the programs set into the expressions.
std::shared_ptr<const Compiled> compile(Pack& pack,
                                        const std::map<std::string, std::string, std::less<>>& library_files,
                                        std::vector<Fault>& faults);

void compile(Expression& expression, const feel::Scope& base, const std::vector<ExtraName>& extra,
             std::vector<Fault>& faults);

// Faults of dmn in the form of this folder.
Fault from_dmn(const dmn::Fault& fault);

}  // namespace yakuba::pack
