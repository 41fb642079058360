// Library documents and local functions: compiled in an order in which each finds what it calls.
#include "dmn/library.hpp"

#include "base/crypto.hpp"

namespace yakuba::dmn {
namespace {

feel::Type type_or_any(const Type& type, const TypeTable& types) {
  return feel_type(type, types).value_or(feel::Type::any());
}

feel::FunctionCompilation compile_one(const Function& function, const feel::Scope& scope, const TypeTable& types) {
  feel::FunctionDefinition definition{function.name, {}, type_or_any(function.result, types), function.expression};
  for (const TypedName& parameter : function.parameters)
    definition.parameters.push_back({parameter.name, type_or_any(parameter.type, types)});
  return feel::compile_function(definition, scope, {.name = function.name});
}

void check_types(const SourceFunction& source, const TypeTable& types, Faults& faults) {
  const auto check = [&](const Type& type) {
    if (auto feel = feel_type(type, types); !feel)
      faults.push_back(
          {Severity::error, feel.error().code, {{"type", feel.error().detail}}, source.places->at(source.heading)});
  };
  check(source.function->result);
  for (const TypedName& parameter : source.function->parameters) check(parameter.type);
}

}  // namespace

std::vector<SourceFunction> source_functions(const Model& model, const Places& places) {
  std::vector<SourceFunction> found;
  for (int b = 0; b < static_cast<int>(model.blocks.size()); ++b) {
    const Block& block = model.blocks[static_cast<std::size_t>(b)];
    if (const auto* table = std::get_if<Functions>(&block))
      for (int row = 0; row < static_cast<int>(table->functions.size()); ++row)
        found.push_back({&table->functions[static_cast<std::size_t>(row)], &places, {b, row, 0}, {b, row, 1}});
    if (const auto* one = std::get_if<LongFunction>(&block))
      found.push_back({&one->function, &places, {b, 0, 0}, {b, 0, 1}});
  }
  return found;
}

std::vector<Library::Body::Entry> compile_functions(std::vector<SourceFunction> waiting, feel::Scope& scope,
                                                    const TypeTable& types, Faults& faults) {
  std::vector<Library::Body::Entry> entries;
  for (const SourceFunction& source : waiting) check_types(source, types, faults);
  // Each round compiles those whose callees are known; what is left after a round without progress has real faults.
  for (bool progress = true; progress && !waiting.empty();) {
    progress = false;
    std::vector<SourceFunction> left;
    for (const SourceFunction& source : waiting) {
      auto compiled = compile_one(*source.function, scope, types);
      if (!compiled.ok()) {
        left.push_back(source);
        continue;
      }
      scope.add_constant(source.function->name, compiled.function, compiled.type);
      entries.push_back({*source.function, compiled.function, compiled.type});
      progress = true;
    }
    waiting = std::move(left);
  }
  for (const SourceFunction& source : waiting)
    add_faults(compile_one(*source.function, scope, types).faults, *source.places, source.body, faults);
  return entries;
}

Library::Library() : body_(std::make_shared<Body>()) {}

void Library::add_to(feel::Scope& scope) const {
  for (const Body::Entry& entry : body_->entries) scope.add_constant(entry.function.name, entry.value, entry.type);
}
std::vector<std::string> Library::names() const {
  std::vector<std::string> out;
  for (const Body::Entry& entry : body_->entries) out.push_back(entry.function.name);
  return out;
}
const Function* Library::find(std::string_view name) const {
  for (const Body::Entry& entry : body_->entries)
    if (entry.function.name == name) return &entry.function;
  return nullptr;
}
const std::string& Library::hash() const {
  return body_->hash;
}

LibraryCompilation compile_library(std::span<const Reading> documents) {
  auto body = std::make_shared<Library::Body>();
  Faults faults;
  body->documents.assign(documents.begin(), documents.end());
  std::vector<SourceFunction> waiting;
  std::set<std::string> names;
  TypeTable types;
  std::string hashes;
  for (const Reading& document : body->documents) {
    faults.insert(faults.end(), document.faults.begin(), document.faults.end());
    if (!document.model) continue;
    hashes += content_hash(*document.model) + '\n';
    for (const Block& block : document.model->blocks)
      if (const auto* own = std::get_if<Types>(&block)) types.add(own->types);
    for (SourceFunction& source : source_functions(*document.model, document.places)) {
      if (names.insert(source.function->name).second)
        waiting.push_back(std::move(source));
      else
        faults.push_back({Severity::error,
                          "criterion.repeated_name",
                          {{"name", source.function->name}},
                          document.places.at(source.heading)});
    }
  }
  feel::Scope scope;
  body->entries = compile_functions(std::move(waiting), scope, types, faults);
  const Hash hash = sha256(std::string_view(hashes));
  body->hash = "sha256:" + hex(hash);
  return {Library(std::move(body)), std::move(faults)};
}

}  // namespace yakuba::dmn
