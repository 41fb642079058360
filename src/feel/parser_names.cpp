// Names: longest match against locals, members of a filter's item, the scope and the builtins; types by name.
#include <algorithm>

#include "feel/parser.hpp"

namespace yakuba::feel {

// Calls visit(normal name, end) for every end at which a name could stop, shortest first, until visit says stop or no
// known name is that long.
void Parser::candidates(const std::function<bool(const std::string&, std::uint32_t)>& visit) {
  Scanner scan = in_;
  std::string name;
  bool space = false;
  while (!scan.done()) {
    if (auto blank = Scanner::blank_length(scan.rest())) {
      scan.move_to(scan.at() + blank);
      space = true;
      continue;
    }
    std::string_view piece = scan.word();
    if (piece.empty()) {
      char c = scan.peek();
      if (name.empty() ? c != '?' : std::string_view("./-'+*").find(c) == std::string_view::npos) return;
      piece = scan.rest().substr(0, 1);
      scan.move_to(scan.at() + 1);
    }
    if (space && !name.empty()) name += ' ';
    space = false;
    name += piece;
    if (name.size() > longest_name_) return;
    if (!visit(name, scan.at())) return;
    if (name == "?") return;
  }
}

bool Parser::names_something(std::string_view name) const {
  for (const Frame* frame = frame_; frame != nullptr; frame = frame->outer) {
    if (!spend(frame->variables.size())) return false;
    for (const Variable& variable : frame->variables)
      if (variable.name == name || (variable.item && variable.type.field(name) != nullptr)) return true;
    if (!frame->self.empty() && frame->self == name) return true;
    if (frame->hides_slots) return scope_.constants().contains(name);
  }
  return scope_.slots().contains(name) || scope_.constants().contains(name);
}

std::optional<Parser::Found> Parser::longest_name(bool builtins_only_before_parenthesis) {
  Found best;
  candidates([&](const std::string& name, std::uint32_t end) {
    bool found = names_something(name);
    if (!found && find_builtin(name) != nullptr) {
      Scanner after = in_;
      after.move_to(end);
      found = !builtins_only_before_parenthesis || after.looking_at("(");
    }
    if (found) {
      best.name = name;
      best.end = end;
    }
    return true;
  });
  if (best.end == 0) return std::nullopt;
  return best;
}

// Words side by side, as far as no keyword comes: never valid FEEL but as one name.
std::string Parser::word_run(bool stop_at_keywords) {
  std::string name;
  std::uint32_t end = in_.at();
  while (true) {
    Scanner scan = in_;
    scan.move_to(end);
    if (!name.empty() && Scanner::blank_length(scan.rest()) == 0) break;
    scan.skip();
    if (!name.empty() && scan.text().substr(end, scan.at() - end).find('/') != std::string_view::npos) break;
    std::string_view word = scan.word();
    if (word.empty() || (name.empty() && word[0] >= '0' && word[0] <= '9')) break;
    if (stop_at_keywords && is_keyword(word) && !name.empty()) break;
    if (!name.empty()) name += ' ';
    name += word;
    end = scan.at();
  }
  in_.move_to(end);
  return name;
}

bool Parser::dynamic_here() const {
  return std::ranges::any_of(frame_->variables, [](const Variable& v) { return v.item && v.type.is_any(); });
}

AstPointer Parser::parse_name() {
  std::uint32_t begin = in_.at();
  auto found = longest_name(true);
  Scanner before = in_;
  std::string run = word_run(true);
  std::uint32_t run_end = in_.at();
  bool call = in_.looking_at("(");
  in_ = before;
  if (found && !(dynamic_here() && run.size() > found->name.size() && !call)) {
    in_.move_to(found->end);
    return resolve(found->name, begin, found->end);
  }
  if (run.empty()) return expected("an expression");
  in_.move_to(run_end);
  if (!call) {
    if (auto dynamic = wrap_dynamic(nullptr, run)) {
      dynamic->offset = begin;
      dynamic->length = run_end - begin;
      return dynamic;
    }
    if (const Builtin* builtin = find_builtin(run)) {
      auto out = node(AstKind::builtin, begin, Type::function());
      out->builtin = builtin;
      out->name = run;
      return out;
    }
  }
  auto out = node(AstKind::unknown, begin);
  out->name = run;
  out->code = call ? Code::unknown_function : Code::unknown_name;
  fault(out->code, *out, call ? "no function has this name" : "no variable has this name", run);
  return out;
}

AstPointer Parser::resolve(std::string_view name, std::uint32_t begin, std::uint32_t end) {
  AstPointer found = resolve_in(*frame_, name);
  if (!found) {
    if (auto constant_found = scope_.constants().find(name); constant_found != scope_.constants().end()) {
      found = std::make_unique<Ast>(Ast{AstKind::constant});
      found->value = constant_found->second.value;
      found->type = constant_found->second.type;
    } else if (const Builtin* builtin = find_builtin(name)) {
      found = std::make_unique<Ast>(Ast{AstKind::builtin});
      found->builtin = builtin;
      found->type = Type::function();
    }
  }
  if (!found) return error("no such name", begin);
  found->name = name;
  found->offset = begin;
  found->length = end - begin;
  auto wrapped = wrap_dynamic(std::move(found), name);
  wrapped->offset = begin;
  wrapped->length = end - begin;
  return wrapped;
}

namespace {
AstPointer local_node(std::uint32_t local, const Type& type, std::string_view name) {
  auto out = std::make_unique<Ast>(Ast{AstKind::local});
  out->index = local;
  out->type = type;
  out->name = name;
  return out;
}
}  // namespace

// A local, a member of a filter's item, the function itself, or a slot; captured when it stands outside the function.
AstPointer Parser::resolve_in(Frame& frame, std::string_view name) {
  for (std::size_t i = frame.variables.size(); i-- > 0;) {
    Variable& variable = frame.variables[i];
    if (variable.item) {
      if (const Type* field = variable.type.field(name)) {
        auto out = std::make_unique<Ast>(Ast{AstKind::path});
        out->name = name;
        out->type = *field;
        out->flag = true;  // a missing member is null without complaint
        out->children.push_back(local_node(variable.local, variable.type, variable.name));
        return out;
      }
    }
    if (variable.name == name) {
      variable.used = true;
      return local_node(variable.local, variable.type, name);
    }
  }
  if (!frame.self.empty() && frame.self == name) {
    auto out = std::make_unique<Ast>(Ast{AstKind::self});
    out->type = frame.self_type;
    return out;
  }
  if (frame.outer == nullptr) {
    if (frame.hides_slots) return nullptr;
    auto slot = scope_.slots().find(name);
    if (slot == scope_.slots().end()) return nullptr;
    if (auto constant = scope_.constants().find(name); constant != scope_.constants().end()) return nullptr;
    auto out = std::make_unique<Ast>(Ast{AstKind::slot});
    out->index = slot->second;
    out->type = scope_.type_of(slot->second);
    return out;
  }
  for (std::size_t i = 0; i < frame.captures.size(); ++i)
    if (frame.capture_names[i] == name) return local_node(frame.captures[i].local, frame.capture_types[i], name);
  AstPointer outside = resolve_in(*frame.outer, name);
  if (!outside) return nullptr;
  if (outside->kind == AstKind::path) {  // a member of a filter's item outside: capture the item
    Ast& item = *outside->children[0];
    AstPointer inside = resolve_in(frame, item.name);
    if (!inside) return nullptr;
    outside->children[0] = std::move(inside);
    return outside;
  }
  Capture capture{outside->kind, outside->index, frame.next_local++};
  frame.size = std::max(frame.size, frame.next_local);
  frame.captures.push_back(capture);
  frame.capture_names.emplace_back(name);
  frame.capture_types.push_back(outside->type);
  return local_node(capture.local, outside->type, name);
}

// Inside filters over items of unknown type a name may be a member of the item: decided at evaluation, innermost
// filter first. Without `found`, nothing when there is no such filter.
AstPointer Parser::wrap_dynamic(AstPointer found, std::string_view name) {
  std::vector<std::pair<const Variable*, bool>> items;  // innermost first
  for (std::size_t i = frame_->variables.size(); i-- > 0;) {
    const Variable& variable = frame_->variables[i];
    if (variable.item && !variable.type.field(name)) {
      bool unknown = variable.type.is_any();
      bool any_member = !found && variable.type.kind() == TypeKind::context;
      if (unknown || any_member) items.emplace_back(&variable, any_member);
    }
    // A local declared inside the filter hides the items outside it.
    if (!variable.item && variable.name == name) break;
  }
  if (items.empty() || name == "?") return found;
  bool known_context = items.back().second && items.size() == 1;
  AstPointer out = std::move(found);
  for (std::size_t i = items.size(); i-- > 0;) {
    auto member = std::make_unique<Ast>(Ast{AstKind::member_or});
    member->name = name;
    if (out) {
      member->offset = out->offset;
      member->length = out->length;
      member->depth = out->depth + 1;
    }
    member->children.push_back(local_node(items[i].first->local, items[i].first->type, "item"));
    if (out) member->children.push_back(std::move(out));
    out = std::move(member);
  }
  if (known_context) {
    out->offset = in_.at() - static_cast<std::uint32_t>(std::min<std::size_t>(name.size(), in_.at()));
    out->length = static_cast<std::uint32_t>(name.size());
    fault(Code::unknown_name, *out, "no variable and no member of the items has this name", std::string(name));
  }
  return out;
}

// The name of a variable, parameter or iterator that is being declared: everything up to one of the end words or
// symbols.
std::string Parser::parse_new_name(std::string_view what, std::initializer_list<std::string_view> ends) {
  in_.skip();
  std::uint32_t begin = in_.at();
  Scanner scan = in_;
  while (!scan.done()) {
    Scanner probe = scan;
    bool stop = false;
    for (std::string_view end : ends) {
      bool word = end[0] >= 'a' && end[0] <= 'z';
      if (word ? Scanner::blank_length(scan.rest()) != 0 && probe.looking_at_word(end) : scan.rest().starts_with(end))
        stop = true;
      probe = scan;
    }
    if (stop) break;
    if (auto blank = Scanner::blank_length(scan.rest())) {
      scan.move_to(scan.at() + blank);
    } else if (scan.word().empty()) {
      if (std::string_view("./-'+*").find(scan.peek()) == std::string_view::npos) break;
      scan.move_to(scan.at() + 1);
    }
  }
  std::string name = normal_name(in_.text().substr(begin, scan.at() - begin));
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) {
    error("expected the name of " + std::string(what), begin);
    return {};
  }
  in_.move_to(scan.at());
  longest_name_ = std::max(longest_name_, name.size());
  return name;
}

// At the beginning of an argument: `name:` when it is named.
std::optional<std::string> Parser::named_argument() {
  in_.skip();
  if (!in_.at_name_start()) return std::nullopt;
  std::uint32_t begin = in_.at();
  Scanner scan = in_;
  while (!scan.done() && scan.peek() != ':') {
    if (auto blank = Scanner::blank_length(scan.rest()))
      scan.move_to(scan.at() + blank);
    else if (scan.word().empty()) {
      if (std::string_view("./-'+*").find(scan.peek()) == std::string_view::npos) return std::nullopt;
      scan.move_to(scan.at() + 1);
    }
  }
  if (scan.done()) return std::nullopt;
  std::string name = normal_name(in_.text().substr(begin, scan.at() - begin));
  in_.move_to(scan.at() + 1);
  return name;
}

// After a point: the longest member of the known type, or words side by side.
std::string Parser::member_name(const Type& type) {
  in_.skip();
  Type of = type.kind() == TypeKind::list ? type.element() : type;
  std::string best;
  std::uint32_t best_end = 0;
  if (!of.fields().empty()) {
    std::size_t before = longest_name_;
    for (const Field& field : of.fields()) longest_name_ = std::max(longest_name_, field.name.size());
    candidates([&](const std::string& name, std::uint32_t end) {
      if (of.field(name) != nullptr) {
        best = name;
        best_end = end;
      }
      return true;
    });
    longest_name_ = before;
  }
  if (best_end != 0) {
    in_.move_to(best_end);
    return best;
  }
  return word_run(true);
}

std::optional<Type> Parser::parse_type() {
  in_.skip();
  std::uint32_t begin = in_.at();
  static constexpr std::string_view longest = "years and months duration";
  std::size_t before = longest_name_;
  longest_name_ = std::max(longest_name_, longest.size());
  for (const auto& [name, type] : scope_.types()) longest_name_ = std::max(longest_name_, name.size());
  std::optional<Type> best;
  std::string best_name;
  std::uint32_t best_end = 0;
  candidates([&](const std::string& name, std::uint32_t end) {
    std::optional<Type> type;
    if (auto own = scope_.types().find(name); own != scope_.types().end())
      type = own->second;
    else
      type = Type::named(name);
    if (type) {
      best = type;
      best_name = name;
      best_end = end;
    }
    return true;
  });
  longest_name_ = before;
  if (!best) {
    std::string run = word_run(true);
    if (run.empty()) {
      expected("a type");
      return std::nullopt;
    }
    Ast at{AstKind::unknown};
    at.offset = begin;
    at.length = in_.at() - begin;
    fault(Code::unknown_type, at, "no type has this name", run);
    return Type::null();  // nothing is an instance of it
  }
  in_.move_to(best_end);
  if (best_name != "list" && best_name != "range" && best_name != "context" && best_name != "function") return best;
  if (!in_.take("<")) return best;
  if (!enter()) return std::nullopt;
  Depth depth{*this};
  if (best_name == "list" || best_name == "range") {
    auto element = parse_type();
    if (!element) return std::nullopt;
    if (!in_.take(">")) return expected("\">\""), std::nullopt;
    return best_name == "list" ? Type::list(*element) : Type::range(*element);
  }
  if (best_name == "context") {
    std::vector<Field> fields;
    while (!in_.looking_at(">")) {
      std::string name = parse_new_name("a member", {":", ",", ">"});
      if (name.empty()) return std::nullopt;
      if (!in_.take(":")) return expected("\":\""), std::nullopt;
      auto type = parse_type();
      if (!type) return std::nullopt;
      fields.push_back({name, *type});
      if (!in_.take(",")) break;
    }
    if (!in_.take(">")) return expected("\">\""), std::nullopt;
    return Type::context(std::move(fields));
  }
  std::vector<Type> parameters;
  while (!in_.looking_at(">")) {
    auto type = parse_type();
    if (!type) return std::nullopt;
    parameters.push_back(*type);
    if (!in_.take(",")) break;
  }
  if (!in_.take(">")) return expected("\">\""), std::nullopt;
  if (!in_.take("->")) return expected("\"->\""), std::nullopt;
  auto result = parse_type();
  if (!result) return std::nullopt;
  return Type::function(std::move(parameters), *result);
}

std::uint32_t Parser::push(std::string_view name, Type type, bool item) {
  std::uint32_t local = frame_->next_local++;
  frame_->size = std::max(frame_->size, frame_->next_local);
  longest_name_ = std::max(longest_name_, name.size());
  if (item)
    for (const Field& field : type.fields()) longest_name_ = std::max(longest_name_, field.name.size());
  frame_->variables.push_back({std::string(name), local, std::move(type), item});
  return local;
}

void Parser::pop(std::size_t count) {
  frame_->variables.resize(frame_->variables.size() - count);
}

}  // namespace yakuba::feel
