// The end of an account: what goes, what stays, and afterwards the numbers and secrets of what stays.
#include "hall/application/pages.hpp"
#include "hall/application/texts.hpp"

namespace yakuba::application {
namespace {

using web::Html, web::Response;
using namespace web::html;

struct Belongings {
  std::size_t drafts = 0, cases = 0;
};
Result<Belongings> belongings(hall::Call& call) {
  const Holder holder = holder_of(call, PublicId{});
  return Belongings{TRY(drafts_of(call.hall, call.town, holder)).size(),
                    TRY(cases_of(call.hall, call.town, holder)).size()};
}

Html what_happens(const hall::Call& call, const Belongings& own) {
  const web::Words& words = call.words;
  const auto count = [](std::size_t n) { return static_cast<std::int64_t>(n); };
  return Html(
      group(h2(cls("h"), words(Text::end_gone)),
            ul(li(words(Text::end_gone_login)), li(words(Text::end_gone_drafts, {{"n", count(own.drafts)}})),
               when(call.actor->resident()->person.has_value(), [&] { return li(words(Text::end_gone_link)); })),
            h2(cls("h"), words(Text::end_kept)),
            ul(li(words(Text::end_kept_cases, {{"n", count(own.cases)}})), li(words(Text::end_kept_log))),
            when(own.cases > 0, [&] { return p(words(Text::end_kept_way)); })));
}

Html proof_fields(const web::Words& words, const web::Form& form) {
  return Html(group(web::text_field(words, {.name = "password",
                                            .label = words(Text::end_password),
                                            .error = web::error_for(form, "password", words),
                                            .required = true,
                                            .type = "password",
                                            .autocomplete = "current-password",
                                            .width = "w-20"}),
                    web::text_field(words, {.name = "code",
                                            .label = words(Text::end_code),
                                            .hint = words(Text::end_code_hint),
                                            .error = web::error_for(form, "code", words),
                                            .autocomplete = "one-time-code",
                                            .inputmode = "numeric",
                                            .width = "w-8"})));
}

Response end_page(hall::Call& call, const web::Form& form, int status) {
  const web::Words& words = call.words;
  const auto own = belongings(call);
  if (!own) return hall::problem(call, own.error());
  const Html content(div(cls("wrap stack read"), web::error_summary(form, words),
                         web::confirm_panel({.id = "end",
                                             .action = "/account/end",
                                             .title = Html(words(Text::end_title)),
                                             .body = what_happens(call, *own),
                                             .hidden = hall::form_fields(call),
                                             .fields = proof_fields(words, form),
                                             .yes = Html(words(Text::end_yes)),
                                             .back = "/account",
                                             .back_text = Html(words(Text::end_no))})));
  return hall::page(call,
                    {.title = words(Text::end_title), .content = content, .has_errors = !form.ok(), .status = status});
}

Response get_end(hall::Call& call) {
  return end_page(call, web::Form(web::Fields{}), 200);
}

// What an error of the proof says at its field; nothing for errors that no field can mend.
std::optional<Text> fault_of(const Error& error) {
  if (error.code == "access.wrong_password") return Text::end_password_wrong;
  if (error.code == "access.wrong_code") return Text::end_code_wrong;
  if (error.code == "access.too_many_attempts") return Text::end_too_many;
  return std::nullopt;
}

// Shown in place of a redirect: the account is gone, nobody could be shown the secrets after one.
Response ended_page(hall::Call& call, const std::vector<StillThere>& kept) {
  const web::Words& words = call.words;
  static const access::Actor nobody{};
  call.actor = &nobody;
  std::vector<web::Row> rows;
  for (const StillThere& one : kept) rows.push_back({.cells = {Html(one.number), Html(b(one.secret))}});
  const Html content(
      div(cls("wrap stack read"), h1(words(Text::ended_title)), p(words(Text::ended_lead)), when(!rows.empty(), [&] {
            return group(p(words(Text::ended_secrets)),
                         web::table_of(words, {.id = "kept",
                                               .caption = words(Text::my_cases),
                                               .columns = {{.title = words(Text::receipt_number)},
                                                           {.title = words(Text::secret_title)}},
                                               .rows = rows}),
                         p(web::link_button("/status", words(Text::see_status))));
          })));
  return hall::page(call, {.title = words(Text::ended_title), .content = content});
}

Response post_end(hall::Call& call) {
  const access::Resident resident = *call.actor->resident();
  web::Form form(call.request);
  const auto proved =
      access::prove_resident(call.hall, call.town, resident, form.typed("password"), form.typed("code"));
  if (!proved) {
    const auto words = fault_of(proved.error());
    if (!words) return hall::problem(call, proved.error());
    const std::string field = proved.error().code == "access.wrong_code" ? "code" : "password";
    form.fault_at(field, field, call.words(*words).plain());
    return end_page(call, form, proved.error().kind == ErrorKind::too_many ? 429 : 422);
  }
  const auto kept = end_account(call.hall, call.town, resident, call.now);
  if (!kept) return hall::problem(call, kept.error());
  return ended_page(call, *kept);
}

}  // namespace

std::vector<hall::Route> end_routes() {
  using web::Fixture, web::Method, web::Permission, web::Side;
  const Permission account(access::permission_resident);
  return {{Method::get, "/account/end", Side::public_side, account, Fixture::of("resident"), get_end},
          {Method::post, "/account/end", Side::public_side, account, Fixture::none("writes"), post_end}};
}

}  // namespace yakuba::application
