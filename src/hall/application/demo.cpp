// The demonstration's resident: one application that was sent and must be corrected, one draft just begun, one written
// up to the check page. All of them the way a resident and a clerk go; the words are the pack's people/cases.toml.
#include "hall/access/access.hpp"
#include "hall/application/rows.hpp"

namespace yakuba::application {

Result<> send_released(hall::Hall& hall, const store::Town& town);  // office.cpp

namespace {

Result<> ask_for_correction(hall::Hall& hall, const store::Town& town, const cases::DemoDraft& one, PublicId id) {
  const Instant now = hall.clock.now();
  const access::Staff clerk = TRY(cases::demo_staff(hall, town, "clerk"));
  const cases::Act act = cases::act_of(clerk, now);
  const Date due = date_in_japan(now).plus_days(one.days);
  const auto change = [&](auto&& f) {
    return hall.store.change(town, [&](store::Tx& tx) -> Result<> {
      const auto row = TRY(cases::find(tx, id));
      if (!row) return fail(ErrorKind::not_found, "case.not_found");
      return f(tx, cases::On{row->id, row->version});
    });
  };
  TRY(change([&](store::Tx& tx, const cases::On& on) { return cases::accept(hall, tx, town, act, on); }));
  TRY(change([&](store::Tx& tx, const cases::On& on) { return cases::take(hall, tx, town, act, on); }));
  return change([&](store::Tx& tx, const cases::On& on) {
    return cases::ask_correction(hall, tx, town, act, on, {one.reason}, one.message, due);
  });
}

Result<> tell(hall::Hall& hall, const store::Town& town, const pack::Pack& pack, const Holder& holder,
              const cases::DemoDraft& one) {
  const Instant now = hall.clock.now();
  const Begun begun = TRY(begin(hall, town, holder, pack, one.procedure, "ja", now));
  for (const cases::Answer& given : one.answers) TRY(answer(hall, town, holder, begun.id, {given}, now));
  if (!one.submit) return {};
  TRY(submit(hall, town, holder, begun.id, now));
  return one.reason.empty() ? Result<>() : ask_for_correction(hall, town, one, begun.id);
}

}  // namespace

Result<> fill_demo(hall::Hall& hall, const store::Town& town) {
  if (hall.settings.sides != hall::Sides::both) return {};  // a resident and a clerk take turns in it
  const pack::PackPtr pack = TRY(hall.packs.in_force(town, date_in_japan(hall.clock.now())));
  const cases::DemoMatters matters = TRY(cases::demo_matters(*pack));
  if (matters.drafts.empty()) return {};
  TRY(send_released(hall, town));  // what the forms offer
  for (const cases::DemoDraft& one : matters.drafts) {
    const access::Resident resident = TRY(access::demo_resident(hall, town, one.holder));
    Holder holder{.account = resident.public_id.text(), .level = resident.level, .mail = resident.shown};
    if (resident.person) holder.reference = resident.person->text();
    const bool known = !TRY(drafts_of(hall, town, holder)).empty();
    if (known && &one == &matters.drafts.front()) return {};  // seeded before
    auto done = tell(hall, town, *pack, holder, one);
    if (!done) {
      done.error().detail = "a draft of " + one.holder + ": " + done.error().code + " " + done.error().detail;
      return done;
    }
  }
  return {};
}

}  // namespace yakuba::application
