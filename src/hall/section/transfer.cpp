// The 1st of April: a file of transfers is compared with the store, shown, and then carried out as a whole or not at
// all.
#include <algorithm>
#include <map>

#include "hall/section/csv.hpp"
#include "hall/section/service.hpp"
#include "pack/pack.hpp"

namespace yakuba::section {

namespace {

enum Column { c_kind, c_number, c_name, c_kana, c_mail, c_section, c_rank, c_roles, c_day, c_count };
constexpr std::string_view column_names[c_count] = {"区分", "職員番号", "氏名", "フリガナ", "メール",
                                                    "所属", "職",       "役割", "発令日"};

// One line understood: what carry_out does.
struct Step {
  TransferLine shown;
  std::string kana, mail;
  std::optional<Section> section;
  std::string rank;
  std::vector<std::string> roles;
};

// What the store will look like while the lines before have been carried out.
struct Person {
  StaffMember staff;
  std::vector<Assignment> held;
};

class Planner {
 public:
  Planner(store::ReadTx& tx, const pack::Pack& pack) : tx_(tx), pack_(pack) {}

  Result<> read(std::string_view csv) {
    auto rows = read_csv(csv, {.bytes_max = transfer_bytes_max, .lines_max = transfer_lines_max});
    if (!rows) {
      if (rows.error().kind != ErrorKind::invalid && rows.error().kind != ErrorKind::too_large)
        return std::unexpected(rows.error());
      errors.push_back(rows.error());
      return {};
    }
    if (rows->empty() || !read_head(rows->front())) return {};
    for (std::size_t i = 1; i < rows->size(); ++i) TRY(read_line((*rows)[i]));
    if (rows->size() == 1) fault(rows->front().line, c_kind, "section.csv.empty");
    return {};
  }

  std::vector<Step> steps;
  std::vector<Error> errors;

 private:
  void fault(int line, int column, std::string code, std::string detail = {}) {
    errors.push_back(Error{ErrorKind::invalid,
                           std::move(code),
                           detail,
                           Place{.line = line, .field = std::string(column_names[column])},
                           {{"value", std::move(detail)}}});
  }

  bool read_head(const CsvRow& head) {
    columns_.assign(c_count, -1);
    for (std::size_t i = 0; i < head.cells.size(); ++i) {
      auto known = std::ranges::find(column_names, std::string_view(head.cells[i]));
      if (known == std::end(column_names)) {
        errors.push_back(Error{ErrorKind::invalid,
                               "section.csv.unknown_column",
                               head.cells[i],
                               Place{.line = head.line, .field = head.cells[i]},
                               {{"value", head.cells[i]}}});
        return false;
      }
      columns_[static_cast<std::size_t>(known - std::begin(column_names))] = static_cast<int>(i);
    }
    bool complete = true;
    for (int column : {c_kind, c_number, c_name, c_section, c_rank, c_day})
      if (columns_[static_cast<std::size_t>(column)] < 0) {
        fault(head.line, column, "section.csv.missing_column");
        complete = false;
      }
    return complete;
  }

  std::string cell(const CsvRow& row, int column) const {
    int at = columns_[static_cast<std::size_t>(column)];
    return at >= 0 && static_cast<std::size_t>(at) < row.cells.size() ? row.cells[static_cast<std::size_t>(at)] : "";
  }

  Result<> read_line(const CsvRow& row) {
    static const std::map<std::string, TransferKind, std::less<>> kinds = {
        {"採用", TransferKind::hire}, {"異動", TransferKind::move},    {"昇任", TransferKind::move},
        {"兼務", TransferKind::add},  {"兼務解除", TransferKind::end}, {"退職", TransferKind::leave}};
    Step step;
    step.shown.line = row.line;
    step.shown.number = cell(row, c_number);
    step.shown.name = cell(row, c_name);
    step.kana = cell(row, c_kana);
    step.mail = cell(row, c_mail);
    std::size_t faults_before = errors.size();
    auto kind = kinds.find(cell(row, c_kind));
    if (kind == kinds.end())
      fault(row.line, c_kind, "section.csv.unknown_kind", cell(row, c_kind));
    else
      step.shown.kind = kind->second;
    auto day = parse_any_date(cell(row, c_day));
    if (!day)
      fault(row.line, c_day, "section.csv.bad_date", cell(row, c_day));
    else
      step.shown.day = *day;
    if (step.shown.number.empty()) fault(row.line, c_number, "section.csv.missing");
    if (errors.size() != faults_before) return {};
    if (step.shown.kind != TransferKind::leave) TRY(read_place(row, step));
    if (errors.size() != faults_before) return {};
    TRY(foresee(step));
    if (errors.size() == faults_before) steps.push_back(std::move(step));
    return {};
  }

  Result<> read_place(const CsvRow& row, Step& step) {
    auto& known = sections_[step.shown.day];
    if (known.empty()) known = TRY(sections(tx_, step.shown.day));
    std::string wanted = cell(row, c_section);
    for (const Section& section : known)
      if (section.code == wanted || section.name == wanted) step.section = section;
    if (!step.section)
      fault(row.line, c_section, wanted.empty() ? "section.csv.missing" : "section.csv.unknown_section", wanted);
    if (step.shown.kind == TransferKind::end && cell(row, c_rank).empty()) return {};
    std::string rank = cell(row, c_rank);
    for (const pack::Rank& known_rank : pack_.ranks)
      if (known_rank.id == rank || known_rank.name == rank) step.rank = known_rank.id;
    if (step.rank.empty())
      fault(row.line, c_rank, rank.empty() ? "section.csv.missing" : "section.csv.unknown_rank", rank);
    std::string roles = cell(row, c_roles);
    for (std::string_view word : split(roles, ' ')) {
      if (word.empty()) continue;
      std::string found;
      for (const pack::Role& role : pack_.roles)
        if (role.id == word || role.name == word) found = role.id;
      if (word == administrator_role) found = administrator_role;
      if (found.empty())
        fault(row.line, c_roles, "section.csv.unknown_role", std::string(word));
      else
        step.roles.push_back(std::move(found));
    }
    return {};
  }

  Result<Person*> person(const std::string& number) {
    auto found = people_.find(number);
    if (found == people_.end()) {
      auto staff = TRY(staff_by_number(tx_, number));
      if (!staff) return nullptr;
      auto held = TRY(assignment_history(tx_, staff->id));
      found = people_.emplace(number, Person{std::move(*staff), std::move(held)}).first;
    }
    return &found->second;
  }

  std::string words_of(const Assignment& held) {
    auto section = section_by_id(tx_, held.section);
    std::string name = section && *section ? (*section)->name : std::string("?");
    const pack::Rank* rank = pack_.rank(held.rank);
    return name + " " + (!held.title.empty() ? held.title : rank ? rank->name : held.rank);
  }

  Assignment assignment_of(const Step& step, StaffId staff) const {
    return {{},
            staff,
            step.section->id,
            step.rank,
            "",
            step.roles,
            step.shown.kind == TransferKind::add,
            {step.shown.day, std::nullopt}};
  }

  // Changes the foreseen state by this line, or adds a fault.
  Result<> foresee(Step& step) {
    TransferLine& shown = step.shown;
    Person* who = TRY(person(shown.number));
    if (shown.kind == TransferKind::hire) {
      if (who) return fault(shown.line, c_number, "section.csv.number_in_use", shown.number), Result<>();
      if (shown.name.empty()) return fault(shown.line, c_name, "section.csv.missing"), Result<>();
      Person hired;
      hired.staff.number = shown.number;
      hired.staff.name = shown.name;
      hired.staff.employed = {shown.day, std::nullopt};
      check_rights(step, {});
      hired.held.push_back(assignment_of(step, {}));
      shown.after = words_of(hired.held.back());
      people_.emplace(shown.number, std::move(hired));
      return {};
    }
    if (!who) return fault(shown.line, c_number, "section.csv.unknown_number", shown.number), Result<>();
    if (!who->staff.employed.contains(shown.day))
      return fault(shown.line, c_day, "section.csv.not_employed", shown.day.text()), Result<>();
    if (!shown.name.empty() && fold(shown.name) != fold(who->staff.name))
      return fault(shown.line, c_name, "section.csv.other_name", who->staff.name), Result<>();
    shown.name = who->staff.name;
    switch (shown.kind) {
      case TransferKind::move:
        return foresee_move(step, *who);
      case TransferKind::add:
        return foresee_add(step, *who);
      case TransferKind::end:
        return foresee_end(step, *who);
      default:
        return foresee_leave(step, *who);
    }
  }

  Result<> foresee_move(Step& step, Person& who) {
    Date day = step.shown.day;
    for (Assignment& held : who.held) {
      if (held.concurrent || (held.period.to && *held.period.to < day)) continue;
      if (held.period.from >= day)
        return fault(step.shown.line, c_day, "section.csv.already_planned", held.period.from.text()), Result<>();
      step.shown.before = words_of(held);
      held.period.to = day.plus_days(-1);
    }
    return foresee_begin(step, who);
  }

  Result<> foresee_add(Step& step, Person& who) { return foresee_begin(step, who); }

  // A file is one person's: a role that gives rights is asked for on the staff member's page, where a second confirms.
  void check_rights(const Step& step, const std::vector<Assignment>& held) {
    for (const std::string& role : step.roles) {
      const bool kept = std::ranges::any_of(held, [&](const Assignment& row) {
        return has(row.roles, role) && row.period.contains(step.shown.day.plus_days(-1));
      });
      if (!kept && gives_rights(pack_, role)) fault(step.shown.line, c_roles, "section.csv.second_person", role);
    }
  }

  Result<> foresee_begin(Step& step, Person& who) {
    check_rights(step, who.held);
    for (const Assignment& held : who.held)
      if ((!held.period.to || *held.period.to >= step.shown.day) && held.section == step.section->id &&
          held.rank == step.rank)
        return fault(step.shown.line, c_section, "section.csv.same_assignment", words_of(held)), Result<>();
    who.held.push_back(assignment_of(step, who.staff.id));
    step.shown.after = words_of(who.held.back());
    return {};
  }

  Result<> foresee_end(Step& step, Person& who) {
    bool ended = false;
    for (Assignment& held : who.held)
      if (held.concurrent && held.period.contains(step.shown.day) && held.section == step.section->id &&
          (step.rank.empty() || step.rank == held.rank)) {
        step.shown.before = words_of(held);
        held.period.to = step.shown.day.plus_days(-1);
        ended = true;
      }
    if (!ended) fault(step.shown.line, c_section, "section.csv.no_such_assignment", step.section->name);
    return {};
  }

  Result<> foresee_leave(Step& step, Person& who) {
    for (Assignment& held : who.held)
      if (!held.period.to || *held.period.to > step.shown.day) {
        if (!held.concurrent) step.shown.before = words_of(held);
        held.period.to = step.shown.day;
      }
    who.staff.employed.to = step.shown.day;
    return {};
  }

  store::ReadTx& tx_;
  const pack::Pack& pack_;
  std::vector<int> columns_;
  std::map<Date, std::vector<Section>> sections_;
  std::map<std::string, Person, std::less<>> people_;
};

Hash hash_of(const std::vector<Step>& steps) {
  JsonArray lines;
  for (const Step& step : steps)
    lines.push_back(JsonArray{static_cast<int>(step.shown.kind), step.shown.number, step.shown.name, step.kana,
                              step.mail, step.shown.before, step.shown.after, step.shown.day.text(),
                              joined_roles(step.roles)});
  return sha256(JsonValue(std::move(lines)).canonical());
}

// Ends what the line ends. `main` true: the main assignment, false: the concurrent one the line names.
Result<> end_held(store::Tx& tx, const Act& act, StaffId staff, const Step& step, bool main) {
  for (const Assignment& held : TRY(assignment_history(tx, staff))) {
    bool meant =
        main ? !held.concurrent
             : held.concurrent && held.section == step.section->id && (step.rank.empty() || held.rank == step.rank);
    if (meant && held.period.contains(step.shown.day))
      TRY(end_assignment(tx, act, held.id, step.shown.day.plus_days(-1)));
  }
  return {};
}

Result<> carry_out_step(store::Tx& tx, const Act& act, const pack::Pack& pack, const Step& step, PublicId fresh) {
  if (step.shown.kind == TransferKind::hire) {
    auto id = TRY(employ(tx, act, {fresh, step.shown.number, step.shown.name, step.kana, step.mail, step.shown.day}));
    TRY(assign(tx, act, pack, {{}, id, step.section->id, step.rank, "", step.roles, false, {step.shown.day, {}}}));
    return {};
  }
  auto staff = TRY(staff_by_number(tx, step.shown.number));
  if (!staff) return fail(ErrorKind::conflict, "section.changed_meanwhile");
  if (step.shown.kind == TransferKind::leave) return leave(tx, act, staff->id, staff->version, step.shown.day);
  if (step.shown.kind != TransferKind::add)
    TRY(end_held(tx, act, staff->id, step, step.shown.kind == TransferKind::move));
  if (step.shown.kind == TransferKind::end) return {};
  bool concurrent = step.shown.kind == TransferKind::add;
  TRY(assign(tx, act, pack,
             {{}, staff->id, step.section->id, step.rank, "", step.roles, concurrent, {step.shown.day, {}}}));
  return {};
}

}  // namespace

Result<TransferPlan> plan_transfer(store::ReadTx& tx, const pack::Pack& pack, std::string_view csv) {
  Planner planner(tx, pack);
  TRY(planner.read(csv));
  TransferPlan plan;
  plan.hash = hash_of(planner.steps);
  plan.errors = std::move(planner.errors);
  for (Step& step : planner.steps) plan.lines.push_back(std::move(step.shown));
  return plan;
}

Result<int> carry_out_transfer(store::Tx& tx, const Act& act, const pack::Pack& pack, std::string_view csv,
                               const Hash& seen, const std::vector<PublicId>& public_ids) {
  Planner planner(tx, pack);
  TRY(planner.read(csv));
  if (!planner.errors.empty()) return std::unexpected(planner.errors.front());
  if (hash_of(planner.steps) != seen) return fail(ErrorKind::conflict, "section.changed_meanwhile");
  if (public_ids.size() < planner.steps.size()) return fail(ErrorKind::internal, "section.csv.ids");
  for (std::size_t i = 0; i < planner.steps.size(); ++i) {
    auto done = carry_out_step(tx, act, pack, planner.steps[i], public_ids[i]);
    if (!done) {
      Error error = std::move(done).error();
      error.place.line = planner.steps[i].shown.line;
      return std::unexpected(std::move(error));
    }
  }
  return static_cast<int>(planner.steps.size());
}

}  // namespace yakuba::section
