// Models and their imports into one graph: references resolved, names in scope, circles found.
#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "dmn/drg_program.hpp"

namespace yakuba::dmn::drg {
namespace {

constexpr std::size_t models_max = 100;

bool is_builtin(const std::string& name) {
  static const std::set<std::string> names = [] {
    std::set<std::string> out;
    for (feel::BuiltinInfo& builtin : feel::builtins()) out.insert(std::move(builtin.name));
    return out;
  }();
  return names.contains(name);
}

struct Model {
  const Definitions* definitions = nullptr;
  TypeCatalog types;
};

struct Built {  // a node and where it came from
  const Decision* decision = nullptr;
  const KnowledgeModel* knowledge = nullptr;
  const DecisionService* service = nullptr;
  const InputData* input = nullptr;
  std::size_t model = 0;
  Place place;
};

class GraphCompiler {
 public:
  GraphCompiler(const ImportResolver& resolver, Faults& faults) : resolver_(resolver), faults_(faults) {}
  std::shared_ptr<Graph::Body> compile(const Definitions& definitions);

 private:
  bool load(const Definitions& definitions);
  void add_types(TypeCatalog& types, const Definitions& definitions, const std::string& prefix, std::size_t depth);
  template <class Source>
  void add_nodes(const std::vector<Source>& sources, NodeKind kind, const Source* Built::* member, std::size_t model);
  std::optional<int> resolve(std::string_view href, std::size_t model) const;
  void require(int node, std::string_view href, const Place& place);
  void signature(int index);
  void service_signature(Node& node, const Built& built);
  void logic(int index);
  void bind(Node& node, const std::vector<int>& names, std::size_t model, Surroundings& around);
  std::string import_prefix(std::size_t model, const std::string& uri) const;
  bool circle(int node, std::vector<int>& path, std::vector<char>& state);

  const ImportResolver& resolver_;
  Faults& faults_;
  std::vector<Model> models_;
  std::size_t import_walks_ = 0;  // models that import each other many times are not followed without end
  std::vector<Built> built_;
  std::shared_ptr<Graph::Body> body_ = std::make_shared<Graph::Body>();
  std::map<std::pair<std::string, std::string>, int> by_id_;  // namespace, id
};

bool GraphCompiler::load(const Definitions& definitions) {
  models_.push_back({&definitions, {}});
  for (std::size_t i = 0; i < models_.size(); ++i) {
    for (const Import& import : models_[i].definitions->imports) {
      // Other imports (PMML, XML Schema) are no part of the graph.
      const bool dmn = import.import_type.empty() || import.import_type.find("/DMN/") != std::string::npos;
      if (!dmn) continue;
      const bool known = std::ranges::any_of(
          models_, [&](const Model& m) { return m.definitions->namespace_uri == import.namespace_uri; });
      if (known) continue;
      const Definitions* found = resolver_ ? resolver_(import) : nullptr;
      if (!found) {
        faults_.push_back({Severity::error,
                           "dmn.import_missing",
                           {{"name", import.name}, {"namespace", import.namespace_uri}},
                           import.place});
        continue;
      }
      if (models_.size() >= models_max) {
        faults_.push_back(
            {Severity::error, "dmn.too_many_imports", {{"limit", std::to_string(models_max)}}, import.place});
        return false;
      }
      models_.push_back({found, {}});
    }
  }
  return true;
}

// The types of the model, then those of its imports below their names; imports of imports below both.
void GraphCompiler::add_types(TypeCatalog& types, const Definitions& definitions, const std::string& prefix,
                              std::size_t depth) {
  types.add(definitions, prefix);
  constexpr std::size_t depth_max = 5, walks_max = 1'000;
  if (depth >= depth_max || ++import_walks_ > walks_max) return;
  for (const Import& import : definitions.imports) {
    const auto found = std::ranges::find_if(
        models_, [&](const Model& m) { return m.definitions->namespace_uri == import.namespace_uri; });
    if (found == models_.end() || found->definitions == &definitions) continue;
    std::string below = prefix;
    if (!import.name.empty()) below += (below.empty() ? "" : ".") + import.name;
    add_types(types, *found->definitions, below, depth + 1);
  }
}

template <class Source>
void GraphCompiler::add_nodes(const std::vector<Source>& sources, NodeKind kind, const Source* Built::* member,
                              std::size_t model) {
  const std::string& uri = models_[model].definitions->namespace_uri;
  for (const Source& source : sources) {
    Built built;
    built.*member = &source;
    built.model = model;
    built.place = source.place;
    Node node;
    node.info = {kind, source.name, uri, source.id, {}, {}, false};
    const int index = static_cast<int>(body_->nodes.size());
    if (!source.id.empty() && !by_id_.emplace(std::pair(uri, source.id), index).second)
      faults_.push_back({Severity::error, "dmn.repeated_id", {{"id", source.id}}, source.place});
    body_->nodes.push_back(std::move(node));
    built_.push_back(built);
  }
}

std::optional<int> GraphCompiler::resolve(std::string_view href, std::size_t model) const {
  const auto hash = href.find('#');
  std::string uri = models_[model].definitions->namespace_uri;
  std::string id(href);
  if (hash != std::string_view::npos) {
    if (hash > 0) uri = href.substr(0, hash);
    id = href.substr(hash + 1);
  }
  const auto found = by_id_.find({uri, id});
  if (found != by_id_.end()) return found->second;
  return std::nullopt;
}

void GraphCompiler::require(int node, std::string_view href, const Place& place) {
  const auto found = resolve(href, built_[static_cast<std::size_t>(node)].model);
  if (!found) {
    faults_.push_back({Severity::error, "dmn.reference", {{"href", std::string(href)}}, place});
    return;
  }
  Node& of = body_->nodes[static_cast<std::size_t>(node)];
  if (std::ranges::find(of.requires_, *found) != of.requires_.end()) return;
  of.requires_.push_back(*found);
  of.info.needs.push_back(body_->nodes[static_cast<std::size_t>(*found)].info.name);
  if (of.info.kind == NodeKind::decision) body_->nodes[static_cast<std::size_t>(*found)].info.required = true;
}

// Types and parameters, so that names have types before any logic is compiled.
void GraphCompiler::signature(int index) {
  Node& node = body_->nodes[static_cast<std::size_t>(index)];
  const Built& built = built_[static_cast<std::size_t>(index)];
  const TypeCatalog& types = models_[built.model].types;
  const auto declared = [&](const Variable& variable) { return types.find(variable.type, variable.place, faults_); };
  if (built.input) node.type = declared(built.input->variable);
  if (built.decision) {
    node.type = declared(built.decision->variable);
    if (node.type->any() && !built.decision->logic.type.empty() && built.decision->variable.type.empty())
      node.type = types.find(built.decision->logic.type, built.decision->place, faults_);
  }
  if (built.knowledge) {
    const auto* function = built.knowledge->logic.as<FunctionDefinition>();
    std::vector<feel::Type> parameters;
    if (function)
      for (const Variable& parameter : function->parameters) {
        node.parameters.push_back({parameter.name, declared(parameter)});
        parameters.push_back(node.parameters.back().type->type());
      }
    // The variable's type is either that of the function or, as many tools write it, that of its result.
    auto type = declared(built.knowledge->variable);
    if (type->type().kind() == feel::TypeKind::function && !type->type().open())
      node.type = std::make_shared<const ItemType>(type->type().result());
    else if (type->type().kind() == feel::TypeKind::function)
      node.type = std::make_shared<const ItemType>();
    else
      node.type = type;
    if (function && !function->body.empty() && node.type->any() && !function->body[0].type.empty())
      node.type = types.find(function->body[0].type, built.place, faults_);
    node.info.type = feel::Type::function(std::move(parameters), node.type->type());
    return;
  }
  if (!built.service) node.info.type = node.type->type();
}

void GraphCompiler::service_signature(Node& node, const Built& built) {
  const DecisionService& service = *built.service;
  const auto take = [&](const std::vector<std::string>& hrefs, std::vector<int>& out) {
    for (const std::string& href : hrefs) {
      const auto found = resolve(href, built.model);
      if (found)
        out.push_back(*found);
      else
        faults_.push_back({Severity::error, "dmn.reference", {{"href", href}}, built.place});
    }
  };
  take(service.inputs, node.parameter_nodes);
  take(service.input_decisions, node.parameter_nodes);
  take(service.outputs, node.outputs);
  std::vector<feel::Type> parameters;
  for (const int parameter : node.parameter_nodes) {
    const Node& of = body_->nodes[static_cast<std::size_t>(parameter)];
    node.parameters.push_back({of.info.name, of.type ? of.type : std::make_shared<const ItemType>()});
    parameters.push_back(node.parameters.back().type->type());
  }
  for (const int output : node.outputs)
    node.info.needs.push_back(body_->nodes[static_cast<std::size_t>(output)].info.name);
  const auto declared = models_[built.model].types.find(service.variable.type, built.place, faults_);
  feel::Type result = declared->type();
  node.type = declared;
  if (result.kind() == feel::TypeKind::function) {
    node.type = std::make_shared<const ItemType>(result.open() ? feel::Type::any() : result.result());
    result = node.type->type();
  }
  if (result.is_any() && node.outputs.size() == 1)
    result = body_->nodes[static_cast<std::size_t>(node.outputs[0])].info.type;
  node.info.type = feel::Type::function(std::move(parameters), std::move(result));
}

std::string GraphCompiler::import_prefix(std::size_t model, const std::string& uri) const {
  for (const Import& import : models_[model].definitions->imports)
    if (import.namespace_uri == uri) return import.name;
  return {};
}

// The names that the node's logic may use: what it requires, under an import's name when it stands in another model.
void GraphCompiler::bind(Node& node, const std::vector<int>& required, std::size_t model, Surroundings& around) {
  std::map<std::string, std::vector<int>> imported;
  const std::string& own = models_[model].definitions->namespace_uri;
  for (const int index : required) {
    const Node& of = body_->nodes[static_cast<std::size_t>(index)];
    const std::string prefix = of.info.namespace_uri == own ? "" : import_prefix(model, of.info.namespace_uri);
    if (!prefix.empty()) {
      imported[prefix].push_back(index);
      continue;
    }
    node.bound.push_back({around.scope.add(of.info.name, of.info.type), index, {}});
  }
  for (const auto& [prefix, nodes] : imported) {
    Bound bound;
    std::vector<feel::Field> fields;
    for (const int index : nodes) {
      const NodeInfo& info = body_->nodes[static_cast<std::size_t>(index)].info;
      fields.push_back({info.name, info.type});
      bound.members.emplace_back(info.name, index);
    }
    bound.slot = around.scope.add(prefix, feel::Type::context(std::move(fields)));
    node.bound.push_back(std::move(bound));
  }
}

void GraphCompiler::logic(int index) {
  Node& node = body_->nodes[static_cast<std::size_t>(index)];
  const Built& built = built_[static_cast<std::size_t>(index)];
  if (!built.decision && !built.knowledge) return;
  const TypeCatalog& types = models_[built.model].types;
  Surroundings around;
  around.path = node.info.name;
  around.slot_count = &node.slot_count;
  std::vector<int> required = node.requires_;
  // A knowledge model may call itself, whether it says so or not; one that is named as a builtin must say so.
  if (built.knowledge && !is_builtin(node.info.name) && std::ranges::find(required, index) == required.end())
    required.push_back(index);
  bind(node, required, built.model, around);
  StepCompiler compiler(types, faults_);
  if (built.decision) {
    if (built.decision->logic.empty()) return;
    node.logic = compiler.compile(built.decision->logic, around);
    node.held = node.logic->hold(*node.type, compiler.machine());
    if (node.info.type.is_any()) node.info.type = compiler.type_of_last();
  } else if (const auto* function = built.knowledge->logic.as<FunctionDefinition>()) {
    if (function->kind != FunctionKind::feel) {
      node.logic = compiler.compile(built.knowledge->logic, around);
      return;
    }
    for (const TypedParameter& parameter : node.parameters)
      node.parameter_slots.push_back(around.scope.add(parameter.name, parameter.type->type()));
    if (!function->body.empty()) {
      node.logic = compiler.compile(function->body[0], around);
      node.held = node.logic->hold(*node.type, compiler.machine());
    }
  }
  node.slot_count = std::max(node.slot_count, around.scope.slot_count());
}

// Decisions that need themselves have no value. Functions may call themselves.
bool GraphCompiler::circle(int index, std::vector<int>& path, std::vector<char>& state) {
  enum : char { fresh, open, done };
  if (state[static_cast<std::size_t>(index)] == done) return false;
  path.push_back(index);
  if (state[static_cast<std::size_t>(index)] == open || path.size() > 2'000) return true;
  state[static_cast<std::size_t>(index)] = open;
  for (const int next : body_->nodes[static_cast<std::size_t>(index)].requires_)
    if (body_->nodes[static_cast<std::size_t>(next)].info.kind == NodeKind::decision && circle(next, path, state))
      return true;
  state[static_cast<std::size_t>(index)] = done;
  path.pop_back();
  return false;
}

std::shared_ptr<Graph::Body> GraphCompiler::compile(const Definitions& definitions) {
  if (!load(definitions)) return nullptr;
  body_->name = definitions.name;
  body_->namespace_uri = definitions.namespace_uri;
  for (std::size_t i = 0; i < models_.size(); ++i) {
    add_types(models_[i].types, *models_[i].definitions, "", 0);
    models_[i].types.compile(faults_);
    add_nodes(models_[i].definitions->inputs, NodeKind::input, &Built::input, i);
    add_nodes(models_[i].definitions->decisions, NodeKind::decision, &Built::decision, i);
    add_nodes(models_[i].definitions->knowledge, NodeKind::knowledge, &Built::knowledge, i);
    add_nodes(models_[i].definitions->services, NodeKind::service, &Built::service, i);
  }
  const int count = static_cast<int>(body_->nodes.size());
  for (int i = 0; i < count; ++i) {
    signature(i);
    const Built& built = built_[static_cast<std::size_t>(i)];
    if (!built.decision && !built.knowledge) continue;
    const auto& requirements = built.decision ? built.decision->requirements : built.knowledge->requirements;
    for (const Requirement& requirement : requirements)
      if (requirement.kind != RequirementKind::authority) require(i, requirement.href, requirement.place);
  }
  for (int i = 0; i < count; ++i)
    if (built_[static_cast<std::size_t>(i)].service)
      service_signature(body_->nodes[static_cast<std::size_t>(i)], built_[static_cast<std::size_t>(i)]);
  std::vector<char> state(body_->nodes.size());
  for (int i = 0; i < count; ++i) {
    std::vector<int> path;
    if (body_->nodes[static_cast<std::size_t>(i)].info.kind != NodeKind::decision || !circle(i, path, state)) continue;
    std::string names;
    for (const int node : path) {
      if (!names.empty()) names += " → ";
      names += body_->nodes[static_cast<std::size_t>(node)].info.name;
    }
    faults_.push_back({Severity::error, "compile.cycle", {{"path", names}}, built_[static_cast<std::size_t>(i)].place});
    return nullptr;
  }
  for (int i = 0; i < count; ++i) logic(i);
  for (const Node& node : body_->nodes) body_->infos.push_back(node.info);
  return std::move(body_);
}

}  // namespace

GraphCompilation compile(const Definitions& definitions, const ImportResolver& resolver) {
  GraphCompilation out;
  if (auto body = GraphCompiler(resolver, out.faults).compile(definitions)) out.graph = Graph(std::move(body));
  return out;
}

const std::string& Graph::name() const {
  return body_->name;
}
const std::string& Graph::namespace_uri() const {
  return body_->namespace_uri;
}
const std::vector<NodeInfo>& Graph::nodes() const {
  return body_->infos;
}
std::vector<std::string> Graph::result_decisions() const {
  std::vector<std::string> out;
  for (const NodeInfo& info : body_->infos)
    if (info.kind == NodeKind::decision && !info.required && info.namespace_uri == body_->namespace_uri)
      out.push_back(info.name);
  return out;
}

}  // namespace yakuba::dmn::drg
