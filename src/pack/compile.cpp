#include "pack/compile.hpp"

#include <algorithm>
#include <set>

#include "dmn/criterion.hpp"

namespace yakuba::pack {
namespace {

dmn::Type dmn_type(const Type& type) {
  using Base = dmn::Type::Base;
  dmn::Type out;
  out.list = type.list;
  switch (type.kind) {
    case TypeKind::integer:
      out.base = Base::integer;
      break;
    case TypeKind::number:
      out.base = Base::number;
      break;
    case TypeKind::yen:
      out.base = Base::yen;
      break;
    case TypeKind::date:
    case TypeKind::month:
      out.base = Base::date;
      break;
    case TypeKind::yes_no:
      out.base = Base::boolean;
      break;
    case TypeKind::choice:
      out.base = Base::string;
      out.values = type.choices;
      break;
    case TypeKind::multi_choice:
      out.base = Base::string;
      out.values = type.choices;
      out.list = true;
      break;
    case TypeKind::record:
      out.base = Base::named;
      out.name = type.record;
      break;
    case TypeKind::text:
    case TypeKind::file:
      out.base = Base::string;
      break;
  }
  if (type.minimum != INT64_MIN && type.maximum != INT64_MAX)
    out.constraint = "[" + std::to_string(type.minimum) + ".." + std::to_string(type.maximum) + "]";
  else if (type.minimum != INT64_MIN)
    out.constraint = ">= " + std::to_string(type.minimum);
  else if (type.maximum != INT64_MAX)
    out.constraint = "<= " + std::to_string(type.maximum);
  return out;
}

feel::Type table_type(const Table& table) {
  std::vector<feel::Field> fields;
  for (const std::string& name : table.names()) fields.push_back({name, feel::Type::number()});
  return feel::Type::context(std::move(fields));
}

feel::Type element_of(const FactSchema& facts, std::string_view fact_key) {
  const Fact* fact = facts.by_key(fact_key.substr(0, fact_key.find('.')));
  if (!fact) return feel::Type::any();
  Type type = fact->type;
  type.list = false;
  return feel_type(type, facts);
}

// The feel type of an answer, as checks see it under the name 値.
feel::Type answer_type(const Question& question, const FactSchema& facts) {
  const std::size_t dot = question.fact.find('.');
  const Fact* fact = facts.by_key(std::string_view(question.fact).substr(0, dot));
  if (!fact) return feel::Type::any();
  if (dot == std::string::npos) return feel_type(fact->type, facts);
  const Record* record = facts.record(fact->type.record);
  const Fact* field = record ? record->field_by_key(std::string_view(question.fact).substr(dot + 1)) : nullptr;
  return field ? feel_type(field->type, facts) : feel::Type::any();
}

// Names each name of the answer's item is known by, for a question or attachment with for_each.
std::vector<ExtraName> item_names(const Procedure& procedure, const FactSchema& facts, const std::string& for_each,
                                  const std::string& item) {
  if (for_each.empty() || item.empty()) return {};
  const Question* list = procedure.question(for_each);
  return {{item, element_of(facts, list ? list->fact : for_each)}};
}

class ProcedureCompiler {
 public:
  ProcedureCompiler(Procedure& procedure, const Pack& pack, const feel::Scope& scope, std::vector<Fault>& faults)
      : procedure_(procedure), facts_(pack.facts), scope_(scope), faults_(faults) {}

  void run() {
    for (Question& question : procedure_.questions) one(question);
    for (Attachment& attachment : procedure_.attachments)
      compile(attachment.when, scope_, item_names(procedure_, facts_, attachment.for_each, attachment.item), faults_);
    for (Stage& stage : procedure_.stages) compile(stage.when, scope_, {}, faults_);
    for (Outcome& outcome : procedure_.outcomes) {
      compile(outcome.when, scope_, {}, faults_);
      compile(outcome.amount, scope_, {}, faults_);
    }
    for (Term& term : procedure_.terms) compile(term.from, scope_, {}, faults_);
    for (Notice& notice : procedure_.notices) {
      body(notice.body);
      for (auto& [language, text] : notice.plain) body(text);
    }
    procedure_.texts.each([&](const std::string& key, const std::string&, const std::string&, const Place&,
                              std::vector<TemplatePart>& parts) { words(key, parts); });
  }

 private:
  void one(Question& question) {
    std::vector<ExtraName> names = item_names(procedure_, facts_, question.for_each, question.item);
    compile(question.when, scope_, names, faults_);
    if (!question.from.empty())
      compile(question.include, scope_, {{"item", element_of(facts_, question.from)}}, faults_);
    names.push_back({"値", answer_type(question, facts_)});
    for (Check& check : question.checks) compile(check.wrong_when, scope_, names, faults_);
  }

  void words(const std::string& key, std::vector<TemplatePart>& parts) {
    std::vector<ExtraName> names;
    for (const std::string_view prefix : {std::string_view("question."), std::string_view("attachment.")}) {
      if (!key.starts_with(prefix)) continue;
      const std::string id = key.substr(prefix.size(), key.find('.', prefix.size()) - prefix.size());
      if (const Question* question = prefix == "question." ? procedure_.question(id) : nullptr)
        names = item_names(procedure_, facts_, question->for_each, question->item);
      if (const Attachment* attachment = prefix == "attachment." ? procedure_.attachment(id) : nullptr)
        names = item_names(procedure_, facts_, attachment->for_each, attachment->item);
    }
    for (TemplatePart& part : parts)
      if (part.kind == TemplatePart::Kind::hole) compile(part.expression, scope_, names, faults_);
  }

  void body(Template& text) {
    std::vector<ExtraName> names;
    std::vector<std::size_t> open;
    for (TemplateLine& line : text.lines) {
      if (line.kind == TemplateLine::Kind::each || line.kind == TemplateLine::Kind::if_) {
        compile(line.expression, scope_, names, faults_);
        open.push_back(names.size());
        if (line.kind == TemplateLine::Kind::each) {
          const feel::Type list = line.expression.program ? line.expression.program->program.type() : feel::Type::any();
          names.push_back({line.item, list.kind() == feel::TypeKind::list ? list.element() : feel::Type::any()});
        }
      } else if (line.kind == TemplateLine::Kind::end && !open.empty()) {
        names.resize(open.back());
        open.pop_back();
      }
      for (TemplatePart& part : line.parts)
        if (part.kind == TemplatePart::Kind::hole) compile(part.expression, scope_, names, faults_);
    }
  }

  Procedure& procedure_;
  const FactSchema& facts_;
  const feel::Scope& scope_;
  std::vector<Fault>& faults_;
};

void compile_criteria(Pack& pack, Compiled& compiled, std::vector<Fault>& faults) {
  for (Criterion& criterion : pack.criteria) {
    const dmn::Reading reading = dmn::read_criterion(criterion.document, criterion.place.file);
    for (const dmn::Fault& fault : reading.faults) faults.push_back(from_dmn(fault));
    if (!reading.model) continue;
    const dmn::About& about = reading.model->about;
    criterion.id = about.id;
    criterion.title = about.title;
    criterion.law.clear();
    for (const std::string& law : about.law) criterion.law += (criterion.law.empty() ? "" : "、") + law;
    criterion.owner = about.owner;
    criterion.public_ = about.is_public;
    criterion.valid_from = about.valid_from.value_or(Date{});
    dmn::CompileOptions options;
    options.places = &reading.places;
    options.library = &compiled.library;
    options.schema = &compiled.schema;
    options.version = pack.layers.empty() ? "" : pack.layers.back().version;
    dmn::Compilation made = dmn::compile(*reading.model, options);
    for (const dmn::Fault& fault : made.faults) faults.push_back(from_dmn(fault));
    if (!made.criterion) continue;
    criterion.hash = sha256(made.criterion->program_hash());
    if (!compiled.criteria.emplace(criterion.id, std::move(*made.criterion)).second)
      faults.push_back({"pack.duplicate", Severity::error, criterion.place, {{"id", criterion.id}}});
  }
}

}  // namespace

dmn::FactSchema dmn_schema(const FactSchema& facts, const std::vector<Table>& tables) {
  dmn::FactSchema out;
  for (const Record& record : facts.records) {
    dmn::ItemDefinition item;
    item.name = record.name;
    for (const Fact& field : record.fields) item.members.push_back({field.name, dmn_type(field.type), field.how});
    out.types.push_back(std::move(item));
  }
  for (const Fact& fact : facts.facts) out.facts.push_back({fact.name, dmn_type(fact.type), fact.how});
  for (const Table& table : tables)
    for (const std::string& name : table.names()) {
      dmn::Type type;
      type.base = dmn::Type::Base::number;
      for (const Parameter& row : table.rows)
        if (row.name == name && row.unit == "円") type.base = dmn::Type::Base::yen;
      out.facts.push_back({table.name + "." + name, type, ""});
    }
  return out;
}

feel::Type feel_type(const Record& record, const FactSchema& facts) {
  std::vector<feel::Field> fields;
  for (const Fact& field : record.fields) fields.push_back({field.name, feel_type(field.type, facts)});
  return feel::Type::context(std::move(fields));
}

feel::Type feel_type(const Type& type, const FactSchema& facts) {
  feel::Type out;
  switch (type.kind) {
    case TypeKind::integer:
    case TypeKind::number:
    case TypeKind::yen:
      out = feel::Type::number();
      break;
    case TypeKind::date:
    case TypeKind::month:
      out = feel::Type::date();
      break;
    case TypeKind::yes_no:
      out = feel::Type::boolean();
      break;
    case TypeKind::text:
    case TypeKind::choice:
    case TypeKind::file:
      out = feel::Type::string();
      break;
    case TypeKind::multi_choice:
      return feel::Type::list(feel::Type::string());
    case TypeKind::record:
      if (const Record* record = facts.record(type.record)) out = feel_type(*record, facts);
      break;
  }
  return type.list ? feel::Type::list(out) : out;
}

void compile(Expression& expression, const feel::Scope& base, const std::vector<ExtraName>& extra,
             std::vector<Fault>& faults) {
  if (!expression) return;
  feel::Scope scope = base;
  auto program = std::make_shared<Program>();
  for (const ExtraName& name : extra) {
    scope.add(name.name, name.type);
    program->extra_names.push_back(name.name);
  }
  feel::CompileOptions options;
  options.name = expression.place.file;
  feel::Compilation made = feel::compile(expression.feel, scope, options);
  for (const feel::Diagnostic& diagnostic : made.faults) {
    Place place = expression.place;
    place.column =
        diagnostic.position.line > 1 ? diagnostic.position.column : place.column + diagnostic.position.column - 1;
    place.line += diagnostic.position.line - 1;
    faults.push_back({"pack.feel",
                      Severity::error,
                      place,
                      {{"code", std::string(feel::name_of(diagnostic.code))},
                       {"subject", diagnostic.subject},
                       {"detail", diagnostic.detail},
                       {"text", expression.feel}}});
  }
  program->program = std::move(made.program);
  expression.program = std::move(program);
}

Fault from_dmn(const dmn::Fault& fault) {
  Fault out;
  out.code = fault.code;
  out.severity = fault.severity == dmn::Severity::error ? Severity::error : Severity::warning;
  out.place = fault.place;
  out.arguments = fault.arguments;
  return out;
}

std::shared_ptr<const Compiled> compile(Pack& pack,
                                        const std::map<std::string, std::string, std::less<>>& library_files,
                                        std::vector<Fault>& faults) {
  auto compiled = std::make_shared<Compiled>();
  compiled->schema = dmn_schema(pack.facts, pack.tables);
  std::vector<dmn::Reading> documents;
  for (const auto& [file, text] : library_files) {
    documents.push_back(dmn::read_criterion(text, file));
    for (const dmn::Fault& fault : documents.back().faults) faults.push_back(from_dmn(fault));
  }
  dmn::LibraryCompilation library = dmn::compile_library(documents);
  for (const dmn::Fault& fault : library.faults) faults.push_back(from_dmn(fault));
  compiled->library = std::move(library.library);

  feel::Scope& scope = compiled->scope;
  for (const Record& record : pack.facts.records) scope.add_type(record.name, feel_type(record, pack.facts));
  for (const Fact& fact : pack.facts.facts) {
    scope.add(fact.name, feel_type(fact.type, pack.facts));
    compiled->slot_names.push_back(fact.name);
  }
  for (const Table& table : pack.tables) {
    scope.add(table.name, table_type(table));
    compiled->slot_names.push_back(table.name);
  }
  compiled->library.add_to(scope);

  for (Fact& fact : pack.facts.facts) compile(fact.derived, scope, {}, faults);
  for (Procedure& procedure : pack.procedures) ProcedureCompiler(procedure, pack, scope, faults).run();
  pack.texts.each(
      [&](const std::string&, const std::string&, const std::string&, const Place&, std::vector<TemplatePart>& parts) {
        for (TemplatePart& part : parts)
          if (part.kind == TemplatePart::Kind::hole) compile(part.expression, scope, {}, faults);
      });
  compile_criteria(pack, *compiled, faults);
  return compiled;
}

}  // namespace yakuba::pack
