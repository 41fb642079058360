#include "hall/cases/pages.hpp"
#include "hall/cases/queries.hpp"

namespace yakuba::cases {
namespace {

// The resident as the log names him: by his account, or as the one who holds the number and the secret.
Act resident_act(std::string_view account, std::string_view channel, Instant at) {
  Act act{.actor = account.empty() ? std::string("applicant") : "account:" + std::string(account), .at = at};
  act.channel = channel;
  return act;
}

std::vector<hall::Receiver> receivers() {
  const auto receiver = [](std::string_view kind, auto receive) {
    return hall::Receiver{.kind = std::string(kind), .side = web::Side::office_side, .receive = receive};
  };
  using Hall = hall::Hall;
  return {
      receiver(submitted_message,
               [](Hall& hall, store::Tx& tx, const store::Town& town, const hall::Message& message) -> Result<> {
                 const auto submission = TRY(hall::message_value<Submission>(message, submission_from));
                 TRY(receive(
                     hall, tx, town, *submission,
                     resident_act(submission->applicant.account, submission->channel, submission->submitted_at)));
                 return {};
               }),
      receiver(corrected_message,
               [](Hall& hall, store::Tx& tx, const store::Town& town, const hall::Message& message) -> Result<> {
                 const Corrected answer = TRY(corrected_from(message.payload));
                 return corrected(hall, tx, town, resident_act("", "online", answer.at), answer);
               }),
      receiver(withdrawn_message,
               [](Hall& hall, store::Tx& tx, const store::Town& town, const hall::Message& message) -> Result<> {
                 const JsonValue json = TRY(parse_json(message.payload));
                 const auto id = PublicId::parse(json.text_or("case", ""));
                 const auto at = json.integer("at");
                 if (!id || !at) return fail(ErrorKind::invalid, "case.message");
                 return withdraw(hall, tx, town, resident_act("", "online", Instant{*at}), *id,
                                 json.text_or("reason", ""));
               }),
  };
}

std::vector<hall::PermissionDoc> permissions() {
  return {{"case.read", "Open the inbox and the files of cases in scope"},
          {"case.receive", "Accept what arrived (受付)"},
          {"case.assign", "Give a case to a colleague"},
          {"case.examine", "Examine: take, ask for corrections, consult, find out facts (審査)"},
          {"case.draft", "Draft and propose a decision (起案)"},
          {"case.depart", "Draft a decision that departs from the criterion"},
          {"case.approve", "Stamp in the approval route (回議, 合議, 決裁)"}};
}

}  // namespace

hall::Module module() {
  hall::Module m{.name = "cases", .side = web::Side::office_side, .migrations = sql::migrations};
  m.routes = routes();
  m.menu = menu();
  m.permissions = permissions();
  m.receivers = receivers();
  m.approvals = {{.kind = "case", .settled = settled, .path = [](std::string_view subject) {
                    return "/cases/" + std::string(subject);
                  }}};
  m.notice_listeners = {
      [](hall::Hall& hall, store::Tx& tx, const store::Town& town, const hall::NoticeSent& sent) -> Result<> {
        const auto id = PublicId::parse(sent.case_id);
        if (!id) return {};
        Act act{.actor = sent.actor, .at = sent.at};
        act.channel = sent.channel;
        return notified(hall, tx, town, act, *id);
      }};
  m.fixtures = fixtures();
  m.demo = demo_steps();
  return m;
}

}  // namespace yakuba::cases
