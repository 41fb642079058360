// The letters of a case: the request for a correction and the decision. hall/notice fills, checks, signs and sends
// them.
#include "base/text.hpp"
#include "hall/cases/rows.hpp"
#include "hall/notice/notice.hpp"
#include "hall/people/people.hpp"

namespace yakuba::cases {
namespace {

log::Event stamp_of(const Act& act, const Case& row) {
  return event_of(act, row, log::Verb::issued);
}

// How the applicant can be reached: by what he wrote, and by what the register and the office know of him.
Result<notice::Reach> reach_of(store::Tx& tx, const Act& act, const Case& row, const pack::Procedure& procedure) {
  notice::Reach reach{.party = "case:" + row.public_id.text(), .name = row.applicant_name};
  for (const auto& party : TRY(tx.all<sql::Parties>({.case_id = row.id.value}))) {
    if (party.role != "applicant") continue;
    reach.mail = party.mail;
    reach.mail_consented = party.mail_consent != 0 && !party.mail.empty();
    if (!party.address.empty()) reach.address_lines = {party.address};
  }
  const auto secrets = TRY(tx.one<sql::CaseSecrets>({.id = row.id.value}));
  reach.account = secrets && !secrets->account.empty();
  reach.online = reach.account || (secrets && !secrets->secret_hash.empty());
  if (!row.applicant_person) return reach;

  reach.party = "person:" + std::to_string(*row.applicant_person);
  reach.references = TRY(access::references_of_person(tx, *row.applicant_person));
  people::Reader reader{.actor = act.actor, .acting_for = act.acting_for, .post = act.post};
  reader.section = act.section;
  reader.purpose = people::Purpose::examination;
  if (!procedure.law.empty()) reader.law = procedure.law.front();
  reader.case_id = row.public_id.text();
  reader.at = act.at;
  const people::PersonFile file =
      TRY(people::reveal(tx, TRY(people::person(tx, reader, people::PersonId(*row.applicant_person)))));
  reach.name = std::string(file.person.name.shown());
  const Date today = date_in_japan(act.at);
  for (const people::Address& address : file.addresses) {
    if (!address.valid.contains(today)) continue;
    if (address.kind != people::AddressKind::registered && address.kind != people::AddressKind::mailing) continue;
    reach.postal_code = address.postal_code;
    reach.address_lines = {address.text()};
    if (address.kind == people::AddressKind::mailing) break;
  }
  for (const people::Contact& contact : file.contacts)
    if (contact.kind == people::ContactKind::mail && contact.usable(today) && !reach.mail_consented) {
      reach.mail = contact.value;
      reach.mail_consented = true;
    }
  return reach;
}

struct Letter {
  std::string key, notice;
  bool adverse = false;
  JsonObject extra;
  pack::Facts facts;
};

Result<notice::Request> request_of(store::Tx& tx, const Act& act, const Case& row, const pack::PackPtr& pack,
                                   const pack::Procedure& procedure, Letter letter) {
  notice::Request request{.key = std::move(letter.key),
                          .pack = pack,
                          .procedure = procedure.id,
                          .notice = std::move(letter.notice),
                          .step = row.step,
                          .adverse = letter.adverse,
                          .facts = std::move(letter.facts),
                          .extra = std::move(letter.extra)};
  request.section = row.section;
  request.case_id = row.public_id.text();
  request.case_number = row.number;
  request.language = row.language;
  request.extra.insert_or_assign("receipt", JsonObject{{"number", row.number}, {"date", row.received_on.text()}});
  request.retention_years = procedure.retention.years;
  request.reach = TRY(reach_of(tx, act, row, procedure));
  request.stamp = stamp_of(act, row);
  return request;
}

Result<> issue(hall::Hall& hall, store::Tx& tx, const store::Town& town, const Act& act, const Case& row,
               const pack::PackPtr& pack, const pack::Procedure& procedure, Letter letter) {
  TRY(notice::issue(tx, hall, town, TRY(request_of(tx, act, row, pack, procedure, std::move(letter)))));
  return {};
}

Result<Letter> decision_letter(hall::Hall& hall, store::Tx& tx, const store::Town& town, const Act& act,
                               const Case& row, const pack::Pack& pack, const pack::Procedure& procedure,
                               const pack::Outcome& outcome, std::string_view reason) {
  Letter letter{.key = "decision:" + row.public_id.text(), .notice = outcome.notice, .adverse = outcome.adverse};
  const pack::Facts facts =
      TRY(facts_of(hall, tx, town, pack, procedure, row, TRY(register_facts(tx, act, row, procedure))));
  letter.facts = TRY(pack::rule(pack, procedure, facts)).facts;
  letter.extra = {{"reason", reason}};
  return letter;
}

}  // namespace

Result<> tell_correction(hall::Hall& hall, store::Tx& tx, const store::Town& town, const Act& act, const Case& row) {
  const pack::PackPtr pack = TRY(pinned_pack(hall, town, row));
  const pack::Procedure* procedure = pack->procedure(row.procedure);
  const auto corrections = TRY(tx.all<sql::Corrections>({.case_id = row.id.value}));
  if (!procedure || procedure->correction_notice.empty() || corrections.empty()) return {};
  const auto& last = corrections.back();
  JsonArray reasons;
  if (const auto codes = parse_json(last.reasons); codes && codes->array())
    for (const JsonValue& code : *codes->array())
      if (code.string()) reasons.push_back(without_ruby(procedure->texts.say("reason." + *code.string(), "ja").text));
  Letter letter{.key = "correction:" + last.id, .notice = procedure->correction_notice};
  letter.facts = TRY(facts_of(hall, tx, town, *pack, *procedure, row, TRY(register_facts(tx, act, row, *procedure))));
  letter.extra = {
      {"correction", JsonObject{{"reasons", std::move(reasons)}, {"message", last.message}, {"due", last.due_on}}}};
  return issue(hall, tx, town, act, row, pack, *procedure, std::move(letter));
}

Result<> tell_decision(hall::Hall& hall, store::Tx& tx, const store::Town& town, const Act& act, const Case& row) {
  const pack::PackPtr pack = TRY(pinned_pack(hall, town, row));
  const pack::Procedure* procedure = pack->procedure(row.procedure);
  const pack::Outcome* outcome = procedure ? procedure->outcome(row.outcome) : nullptr;
  const auto drafted = TRY(tx.one<sql::DraftOf>({.case_id = row.id.value}));
  if (!outcome || !drafted) return fail(ErrorKind::corrupt, "case.outcome", row.outcome);
  return issue(hall, tx, town, act, row, pack, *procedure,
               TRY(decision_letter(hall, tx, town, act, row, *pack, *procedure, *outcome, drafted->reason)));
}

Result<Bytes> preview_of(hall::Hall& hall, const store::Town& town, const Act& act, const File& file) {
  if (!file.drafted) return fail(ErrorKind::conflict, "case.no_draft", "draft the decision first");
  const pack::Outcome* outcome = file.procedure->outcome(file.drafted->outcome);
  if (!outcome) return fail(ErrorKind::corrupt, "case.outcome", file.drafted->outcome);
  // Reading the register for the letter leaves its trace, so this is a change although nothing else is written.
  const notice::Request request = TRY(hall.store.change(town, [&](store::Tx& tx) -> Result<notice::Request> {
    return request_of(tx, act, file.row, file.pack, *file.procedure,
                      TRY(decision_letter(hall, tx, town, act, file.row, *file.pack, *file.procedure, *outcome,
                                          file.drafted->reason)));
  }));
  return notice::preview(hall, town, request);
}

}  // namespace yakuba::cases
