// The demonstration's past half year: claims of invented people that went through the office's own services, each act
// at its own past instant, so that the board has something to tell. As many as the town's pack says; refused outside a
// demonstration.
//
// Nothing here writes an event or a row of its own: cases and approval do, as they would have done on the day. What
// would have happened after now has not happened: those cases are still open.
#include <algorithm>

#include "base/text.hpp"
#include "hall/approval/approval.hpp"
#include "hall/cases/cases.hpp"
#include "hall/insight/pages.hpp"
#include "pack/evaluation.hpp"

namespace yakuba::insight {
namespace {

constexpr int months_back = 6;
constexpr int staff_max = 200;
constexpr std::int64_t cases_max = 500;
constexpr std::string_view cases_setting = "demo_history_cases";  // of the town's pack; without it there is no past
constexpr std::string_view procedure_id = "jido-teate-nintei";

// Small, the same everywhere and in every run: the demonstration shows the same figures each time.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed * 6364136223846793005ULL + 1442695040888963407ULL) {}
  int below(int n) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<int>((state_ >> 33) % static_cast<std::uint64_t>(n));
  }
  int between(int low, int high) { return low + below(high - low + 1); }

 private:
  std::uint64_t state_;
};

// The instant that lies so many open minutes later; the office's clock stands still at night and on closed days.
Instant after_open_minutes(const pack::Calendar& calendar, Instant from, std::int64_t minutes) {
  constexpr std::int64_t stride_minutes = 5;
  Instant at = from;
  while (minutes > 0 || !calendar.is_open_at(at)) {
    if (calendar.is_open_at(at)) minutes -= stride_minutes;
    at = at.plus_seconds(stride_minutes * 60);
  }
  return at;
}

struct Desk {  // everybody who may act, as of today
  std::vector<access::Staff> clerks, all;
};

bool grants(const access::Staff& staff, std::string_view permission) {
  return std::ranges::any_of(staff.standings, [&](const access::Standing& s) {
    return !s.acting_for &&
           std::ranges::any_of(s.grants, [&](const access::Grant& g) { return g.permission == permission; });
  });
}

Result<Desk> desk_of(store::ReadTx& tx, const pack::Pack& pack, std::string_view section, Date day) {
  Desk desk;
  for (const section::StaffMember& member : TRY(section::staff_list(tx, day, "", staff_max))) {
    access::Staff staff = TRY(access::staff_actor(tx, pack, member.id, day));
    const bool here = staff.main() && staff.main()->section_code == section;
    if (here && grants(staff, "case.draft") && !grants(staff, "case.approve")) desk.clerks.push_back(staff);
    desk.all.push_back(std::move(staff));
  }
  return desk;
}

const access::Staff* holder_of(const Desk& desk, const approval::Line& line) {
  for (const access::Staff& staff : desk.all)
    for (const access::Standing& s : staff.standings)
      if (!s.acting_for && s.rank == line.rank && (line.section.empty() || s.section_code == line.section))
        return &staff;
  return nullptr;
}

cases::Act act_of(const access::Staff& staff, Instant at) {
  cases::Act act{.actor = access::log_name(access::Actor{staff}), .at = at};
  act.staff = staff.id;
  act.channel = "web";
  if (const access::Standing* main = staff.main()) {
    act.post = main->title;
    act.section = main->section_code;
    act.rank = main->level;
  }
  return act;
}

std::string address_of(const pack::Pack& pack, int serial) {
  return (pack.town ? pack.town->name : std::string()) + "例示" + std::to_string(serial + 1) + "番地";
}

// What an invented claimant says. Every value is one that the question allows.
JsonValue said(const pack::Pack& pack, const pack::Ask& ask, int serial, Date day) {
  const pack::Question& q = *ask.question;
  const Date born = day.plus_days(-20 - serial % 8);
  if (q.id == "claimant")
    return JsonObject{{"name", "例示　" + std::to_string(serial + 1) + "号"},
                      {"kana", "レイジ　" + std::to_string(serial + 1) + "ゴウ"},
                      {"birth", "1991-07-0" + std::to_string(1 + serial % 9)},
                      {"address", address_of(pack, serial)},
                      {"residence", "町内"}};
  if (q.id == "children")
    return JsonArray{JsonObject{{"name", "例示　子"}, {"kana", "レイジ　コ"}, {"birth", born.text()}}};
  if (q.id == "has_spouse" || q.id == "has_elders") return JsonValue(false);
  if (q.id == "occupation") return JsonValue(serial % 13 == 6 ? "公務員" : "会社員");
  if (q.id == "cause_date") return JsonValue(born.text());
  switch (q.type) {
    case pack::AnswerType::choice:
      return JsonValue(q.choices.empty() ? std::string() : q.choices.front());
    case pack::AnswerType::yes_no:
    case pack::AnswerType::consent:
      return JsonValue(true);
    case pack::AnswerType::date:
      return JsonValue(born.text());
    case pack::AnswerType::phone:
      return JsonValue("0868-00-0000");
    default:
      return JsonValue("例示");
  }
}

Result<std::vector<cases::Answer>> answers_of(const pack::Pack& pack, const pack::Procedure& procedure, int serial,
                                              Date day) {
  std::vector<cases::Answer> answers;
  pack::Facts facts = pack::start(pack, day, &procedure);
  facts.known.insert_or_assign("received_on", day.text());
  // An answer opens further questions: ask again until nothing new is asked.
  for (std::size_t before = answers.size() + 1; before != answers.size();) {
    before = answers.size();
    for (const pack::Ask& ask : TRY(pack::asks(pack, procedure, facts))) {
      if (std::ranges::find(answers, ask.id(), &cases::Answer::ask) != answers.end()) continue;
      JsonValue value = said(pack, ask, serial, day);
      TRY(pack::put(pack, procedure, ask, value, facts));
      answers.push_back({.ask = ask.id(), .value = std::move(value), .source = "counter"});
      break;
    }
  }
  return answers;
}

// One claim and what the office did with it, until done or until now.
class Claim {
 public:
  Claim(hall::Hall& hall, store::Tx& tx, const store::Town& town, const pack::PackPtr& pack, const Desk& desk,
        int serial)
      : hall_(hall),
        tx_(tx),
        town_(town),
        pack_(pack),
        procedure_(*pack->procedure(procedure_id)),
        desk_(desk),
        serial_(serial),
        dice_(static_cast<std::uint64_t>(serial) + 1),
        clerk_(desk.clerks[static_cast<std::size_t>(serial) % desk.clerks.size()]),
        calendar_(*pack->calendar_of(procedure_.section)),
        now_(hall.clock.now()) {}

  Result<> go(Instant submitted) {
    at_ = submitted;
    const Hash hash = sha256("yakuba demonstration|history|" + std::to_string(serial_));
    std::ranges::copy_n(hash.begin(), static_cast<std::ptrdiff_t>(id_.bytes.size()), id_.bytes.begin());
    if (TRY(cases::find(tx_, id_))) return {};  // made by an earlier run
    TRY(receive());
    if (!later(20, 300)) return {};
    TRY(cases::accept(hall_, tx_, town_, act(), TRY(on())));
    TRY(examine());
    for (int round = 0; !stopped_ && round < 2; ++round) {
      const bool back = round == 0 && serial_ % 7 == 3;
      TRY(propose());
      TRY(stamp(back));
      if (!back) break;
    }
    if (stopped_ || !later(30, 240)) return {};
    return cases::notified(hall_, tx_, town_, act(), id_);
  }

 private:
  cases::Act act() const { return act_of(clerk_, at_); }
  Result<cases::On> on() {
    const auto row = TRY(cases::find(tx_, id_));
    if (!row) return fail(ErrorKind::not_found, "case.not_found");
    return cases::On{row->id, row->version};
  }
  // Moves the clock of this claim on by open minutes; false when that would be after now.
  bool later(int low, int high) {
    const Instant next = after_open_minutes(calendar_, at_, dice_.between(low, high));
    if (stopped_ || next >= now_) {
      stopped_ = true;
      return false;
    }
    at_ = next;
    return true;
  }

  Result<> receive() {
    const Date day = date_in_japan(at_);
    const int kind = dice_.below(10);
    cases::Submission s{.id = id_, .procedure = std::string(procedure_id), .pack_hash = hex(pack_->version)};
    s.channel = kind < 6 ? "online" : kind < 9 ? "counter" : "post";
    const bool online = s.channel == "online";
    const std::int64_t number = TRY(tx_.next_serial(online ? "case-online" : "case-office", fiscal_year(day)));
    s.number = cases::case_number(day, online ? number : number + cases::office_serial_offset);
    s.language = "ja";
    s.submitted_at = at_;
    s.answers = TRY(answers_of(*pack_, procedure_, serial_, day));
    s.applicant.name = "例示　" + std::to_string(serial_ + 1) + "号";
    s.applicant.kana = "レイジ　" + std::to_string(serial_ + 1) + "ゴウ";
    s.applicant.address = address_of(*pack_, serial_);
    s.key = Bytes(32);
    hall_.random.fill(s.key);
    TRY(cases::receive(hall_, tx_, town_, s, act()));
    return {};
  }

  Result<> examine() {
    if (!later(30, 900)) return {};
    TRY(cases::take(hall_, tx_, town_, act(), TRY(on())));
    if (serial_ % 6 == 1) TRY(correct());
    if (!later(20, 200)) return {};
    return cases::draft(hall_, tx_, town_, act(), TRY(on()), {});
  }

  Result<> correct() {
    if (!later(10, 90)) return {};
    const std::vector<std::string> reasons{serial_ % 4 == 1 ? "B-ACCOUNT" : "B-PAPER"};
    const Date due = calendar_.plus_open_days(date_in_japan(at_), 10);
    TRY(cases::ask_correction(hall_, tx_, town_, act(), TRY(on()), reasons, "書類を1つ確かめさせてください。", due));
    if (!later(600, 2400)) return {};
    const auto row = TRY(cases::find(tx_, id_));
    const cases::File file = TRY(cases::load(hall_, tx_, town_, *row));
    cases::Act applicant{.actor = "applicant", .at = at_};
    applicant.channel = row->channel;
    TRY(cases::corrected(
        hall_, tx_, town_, applicant,
        {.case_id = id_, .correction = file.corrections.back().id, .answers = {}, .attachments = {}, .at = at_}));
    if (!later(30, 400)) return {};
    return cases::take(hall_, tx_, town_, act(), TRY(on()));
  }

  Result<> propose() {
    if (!later(5, 60)) return {};
    TRY(cases::take(hall_, tx_, town_, act(), TRY(on())));
    if (!later(10, 90)) return {};
    return cases::propose(hall_, tx_, town_, act(), TRY(on()));
  }

  // Each waiting line in its turn; the last one decides, or sends the draft back.
  Result<> stamp(bool back) {
    while (!stopped_) {
      const auto sheet = TRY(approval::sheet(tx_, "case", id_.text()));
      if (!sheet || sheet->state != "open") return {};
      const auto line = std::ranges::find(sheet->lines, approval::LineState::waiting, &approval::Line::state);
      const access::Staff* holder = line == sheet->lines.end() ? nullptr : holder_of(desk_, *line);
      // The higher the desk, the longer the pile on it.
      if (!holder || !later(30, 300 + 600 * static_cast<int>(line - sheet->lines.begin()))) {
        stopped_ = true;
        return {};
      }
      const cases::Act as = act_of(*holder, at_);
      const approval::Act stamping{.actor = as.actor,
                                   .staff = holder->id,
                                   .acting_for = "",
                                   .post = as.post,
                                   .section = as.section,
                                   .channel = as.channel,
                                   .rank = as.rank,
                                   .at = at_};
      const approval::On on{sheet->id, line->order, sheet->version};
      if (back && line->kind == approval::LineKind::decision)
        return approval::send_back(hall_, tx_, town_, access::Actor{*holder}, stamping, on, "draft",
                                   serial_ % 2 == 1 ? "R-REASON" : "R-FACT", "理由を詳しく書いてください。");
      TRY(approval::approve(hall_, tx_, town_, access::Actor{*holder}, stamping, on, ""));
    }
    return {};
  }

  hall::Hall& hall_;
  store::Tx& tx_;
  const store::Town& town_;
  const pack::PackPtr& pack_;
  const pack::Procedure& procedure_;
  const Desk& desk_;
  int serial_;
  Dice dice_;
  const access::Staff& clerk_;
  const pack::Calendar& calendar_;
  Instant now_, at_;
  PublicId id_;
  bool stopped_ = false;
};

std::int64_t cases_wanted(const pack::Pack& pack) {
  if (!pack.town) return 0;
  const auto setting = pack.town->settings.find(cases_setting);
  if (setting == pack.town->settings.end()) return 0;
  return std::clamp<std::int64_t>(parse_integer(setting->second).value_or(0), 0, cases_max);
}

Result<> fill_history(hall::Hall& hall, const store::Town& town) {
  if (!hall.settings.demo || !hall.info(town).demo)
    return fail(ErrorKind::forbidden, "insight.demo", "an invented past is refused in a real town");
  const Instant now = hall.clock.now();
  const Date today = date_in_japan(now), first = today.plus_months(-months_back);
  const pack::PackPtr pack = TRY(hall.packs.in_force(town, today));
  // A town whose rules began today has no past to show.
  if (!hall.packs.in_force(town, first)) return {};
  const pack::Procedure* procedure = pack->procedure(procedure_id);
  if (!procedure || !pack->calendar_of(procedure->section)) return {};
  const Desk desk =
      TRY(hall.store.read(town, [&](store::ReadTx& tx) { return desk_of(tx, *pack, procedure->section, today); }));
  if (desk.clerks.empty()) return fail(ErrorKind::not_found, "insight.demo", "nobody drafts in " + procedure->section);
  const pack::Calendar& calendar = *pack->calendar_of(procedure->section);
  const int days = days_between(first, today), wanted = static_cast<int>(cases_wanted(*pack));
  for (int i = 0; i < wanted; ++i) {
    Dice dice(static_cast<std::uint64_t>(i) + 1000);
    const Date day = first.plus_days(days * i / wanted);
    const Instant submitted = after_open_minutes(calendar, from_japan({.date = day, .hour = 9}), dice.between(0, 400));
    if (submitted >= now) break;
    TRY(hall.store.change(
        town, [&](store::Tx& tx) -> Result<> { return Claim(hall, tx, town, pack, desk, i).go(submitted); }));
  }
  TRY(derive(hall, town));
  return {};
}

}  // namespace

std::vector<hall::DemoStep> demo() {
  return {{"a past half year of claims", fill_history, web::Side::office_side}};
}

}  // namespace yakuba::insight
