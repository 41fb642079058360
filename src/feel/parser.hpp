// The parser's class: a Pratt-like descent over text, with the scope at hand since names are found by longest match.
// parser.cpp holds expressions, parser_names.cpp names and scopes, infer.cpp types. Internal to feel.
#pragma once

#include <functional>

#include "feel/ast.hpp"
#include "feel/scanner.hpp"

namespace yakuba::feel {

class Parser {
 public:
  Parser(std::string_view text, const Scope& scope, const CompileOptions& options);
  Parsed expression();
  Parsed unary_tests();
  Parsed function(const FunctionDefinition& definition);

 private:
  struct Variable {
    std::string name;
    std::uint32_t local = 0;
    Type type;
    bool item = false;  // the item of a filter: its members are names, too
    bool used = false;
  };
  struct Frame {
    Frame* outer = nullptr;
    std::vector<Variable> variables;
    std::uint32_t next_local = 0, size = 0;
    std::string self;  // the function's own name, for recursion
    Type self_type;
    bool hides_slots = false;  // a library function
    std::vector<Capture> captures;
    std::vector<std::string> capture_names;
    std::vector<Type> capture_types;
  };
  struct Found {
    AstPointer node;
    std::string name;
    std::uint32_t end = 0;
  };

  // --- parser.cpp
  Parsed finish(AstPointer root, std::uint32_t frame_size);
  AstPointer parse_expression();
  AstPointer parse_chain(AstKind kind, std::string_view word, AstPointer (Parser::*operand)());
  AstPointer parse_disjunction();
  AstPointer parse_conjunction();
  AstPointer parse_comparison();
  AstPointer parse_in(AstPointer value, std::uint32_t begin);
  AstPointer parse_additive();
  AstPointer parse_multiplicative();
  AstPointer parse_power();
  AstPointer parse_instance_of();
  AstPointer no_type(std::uint32_t begin, const Type& type);
  AstPointer parse_unary();
  AstPointer parse_postfix();
  AstPointer parse_path(AstPointer value, std::uint32_t begin);
  AstPointer parse_filter(AstPointer value, std::uint32_t begin);
  AstPointer parse_call(AstPointer callee, std::uint32_t begin);
  AstPointer parse_primary();
  AstPointer parse_number();
  AstPointer parse_string();
  AstPointer parse_at_literal();
  AstPointer parse_parenthesis();
  AstPointer parse_bracket();
  AstPointer parse_range_end(AstPointer low, bool low_closed, std::uint32_t begin);
  AstPointer parse_operator_range(std::uint32_t begin);
  AstPointer parse_context();
  AstPointer parse_if();
  AstPointer parse_for();
  AstPointer parse_quantified(bool every);
  AstPointer parse_function_literal(std::string self_name);
  bool parse_parameters(std::vector<Parameter>& out);
  AstPointer parse_test(const Type& input);
  AstPointer parse_test_list(AstPointer node, std::string_view closing);
  std::optional<Operator> take_comparison();
  bool range_closes_here();
  bool expression_goes_on();

  // --- parser_names.cpp
  AstPointer parse_name();
  std::optional<Found> longest_name(bool builtins_only_before_parenthesis);
  AstPointer resolve(std::string_view name, std::uint32_t begin, std::uint32_t end);
  AstPointer resolve_in(Frame& frame, std::string_view name);
  std::optional<std::pair<Capture, Type>> capture_in(Frame& frame, std::string_view name);
  AstPointer wrap_dynamic(AstPointer found, std::string_view name);
  bool names_something(std::string_view name) const;
  bool dynamic_here() const;
  std::string word_run(bool stop_at_keywords);
  std::string parse_new_name(std::string_view what, std::initializer_list<std::string_view> ends);
  std::optional<std::string> named_argument();
  std::string member_name(const Type& type);
  void candidates(const std::function<bool(const std::string&, std::uint32_t)>& visit);
  std::optional<Type> parse_type();
  std::uint32_t push(std::string_view name, Type type, bool item = false);
  void pop(std::size_t count);

  // --- infer.cpp
  Type arithmetic_type(const Ast& node);
  void check_comparison(const Ast& node);
  void check_boolean(const Ast* node, std::string_view what);
  Type path_type(const Ast& node);
  static Type common(const Type& a, const Type& b);
  static Type item_type(const Type& domain);
  void check_builtin_arguments(const Ast& call);

  // --- nodes and faults
  AstPointer node(AstKind kind, std::uint32_t begin, Type type = Type::any());
  AstPointer node(AstKind kind, std::uint32_t begin, Type type, AstPointer a, AstPointer b = nullptr);
  AstPointer constant(Value value, std::uint32_t begin, Type type);
  bool add(Ast& parent, AstPointer child);
  AstPointer error(std::string detail, std::uint32_t offset, std::uint32_t length = 1);
  AstPointer expected(std::string_view what);
  void fault(Code code, const Ast& at, std::string detail, std::string subject = {});
  bool enter();
  bool spend(std::uint64_t work) const;  // false when the text asks for too much work
  struct Depth {
    Parser& parser;
    ~Depth() { --parser.depth_; }
  };

  Scanner in_;
  const Scope& scope_;
  const CompileOptions& options_;
  Frame root_;
  Frame* frame_ = &root_;
  std::vector<Diagnostic> faults_;
  std::uint32_t depth_ = 0;
  mutable std::uint64_t work_ = 0;
  bool failed_ = false;
  bool in_range_end_ = false;
  std::size_t longest_name_ = 0;
};

}  // namespace yakuba::feel
