// Assignments that give rights: what waits for a second person, and his answer.
#include "base/text.hpp"
#include "hall/section/pages.hpp"

namespace yakuba::section {

namespace h = web::html;
using web::Html, web::Path, web::Permission, web::Response, web::Words;

namespace {

constexpr std::string_view page_path = "/staff/requests";

struct Shown {
  AssignmentRequest request;
  std::string name, section, asked_by;
  bool own = false;  // asked by the reader, or about him
};

// "staff:12" as his name; other actors as the log writes them.
Result<std::string> name_of_actor(store::ReadTx& tx, std::string_view actor) {
  const auto id = actor.starts_with("staff:") ? parse_integer(actor.substr(6)) : std::nullopt;
  const auto staff = id ? TRY(staff_by_id(tx, StaffId(*id))) : std::nullopt;
  return staff ? staff->name : std::string(actor);
}

Result<std::vector<Shown>> shown_requests(hall::Call& call) {
  const std::string me = access::log_name(*call.actor);
  const access::Staff* self = call.actor->staff();
  return call.hall.store.read(call.town, [&](store::ReadTx& tx) -> Result<std::vector<Shown>> {
    std::vector<Shown> list;
    for (AssignmentRequest& request : TRY(assignment_requests(tx))) {
      const auto staff = TRY(staff_by_id(tx, request.assignment.staff));
      const auto place = TRY(section_by_id(tx, request.assignment.section));
      Shown one{.request = std::move(request), .name = staff ? staff->name : "", .section = place ? place->name : ""};
      one.asked_by = TRY(name_of_actor(tx, one.request.asked_by));
      one.own = one.request.asked_by == me || (self && self->id == one.request.assignment.staff);
      list.push_back(std::move(one));
    }
    return list;
  });
}

std::string role_names(const hall::Call& call, const Assignment& assignment) {
  std::string names;
  for (const std::string& id : assignment.roles) {
    const pack::Role* role = call.pack->role(id);
    const std::string name = role                       ? role->name
                             : id == administrator_role ? call.words(Text::role_administrator).plain()
                                                        : id;
    names += (names.empty() ? "" : "、") + name;
  }
  return names;
}

Html answer_forms(const hall::Call& call, const Shown& one) {
  const Words& words = call.words;
  const std::string base = std::string(page_path) + "/" + one.request.public_id.text();
  const auto button = [&](std::string_view act, Text text, web::ButtonKind kind) {
    return h::form(h::method("post"), h::action(base + "/" + std::string(act)), hall::form_fields(call),
                   web::action_button(
                       {.text = Html(h::group(words(text), h::span(h::cls("vh"), "：" + one.name))), .kind = kind}));
  };
  return Html(h::group(h::when(
                           one.own, [&] { return h::p(h::cls("small muted"), words(Text::request_own_hint)); },
                           [&] { return button("confirm", Text::request_confirm, web::ButtonKind::main); }),
                       button("refuse", Text::request_refuse, web::ButtonKind::second)));
}

Response show(hall::Call& call) {
  const Words& words = call.words;
  const auto requests = shown_requests(call);
  if (!requests) return hall::problem(call, requests.error());
  web::Table table{.id = "requests", .caption = words(Text::requests_title), .caption_hidden = true};
  for (Text column : {Text::requests_who, Text::section, Text::roles, Text::from, Text::requests_asked})
    table.columns.push_back({.title = words(column)});
  table.columns.push_back({.title = Html(h::span(h::cls("vh"), words(Text::request_confirm)))});
  for (const Shown& one : *requests)
    table.rows.push_back(
        {.cells = {Html(one.name), Html(one.section), Html(role_names(call, one.request.assignment)),
                   shown_period(words, one.request.assignment.period), Html(one.asked_by), answer_forms(call, one)}});
  const Html content(h::div(
      h::cls("wrap stack"), web::back_link("/staff", words(Text::back_staff)), h::h1(words(Text::requests_title)),
      h::p(words(Text::requests_lead)),
      requests->empty() ? web::empty_state({.title = words(Text::requests_none)}) : web::table_of(words, table)));
  return hall::page(call,
                    {.title = words(Text::requests_title), .content = content, .current_menu = std::string(page_path)});
}

// The right, a factor shown lately, and the request of the address: otherwise the page to answer with.
std::expected<PublicId, Response> asked(hall::Call& call) {
  if (auto refused = unless_allowed(call, "staff", "change")) return std::unexpected(std::move(*refused));
  const auto session = access::session_of(call);
  if (!session || call.now.microseconds - session->proved.microseconds > access::reproof_seconds_max * 1'000'000)
    return std::unexpected(Response::see_other(Path::to("/prove").with("to", page_path)));
  const auto id = PublicId::parse(parameter(call, "request"));
  if (!id) return std::unexpected(hall::problem(call, {ErrorKind::not_found, "section.no_such_request", {}, {}, {}}));
  return *id;
}

Response confirm(hall::Call& call) {
  const auto id = asked(call);
  if (!id) return id.error();
  const auto done = call.hall.store.change(
      call.town, key_of(call), [&](store::Tx& tx) { return confirm_assignment(tx, act_of(call), *call.pack, *id); });
  call.hall.gate.forget(call.town);
  return done ? Response::see_other(Path::to("/staff")) : hall::problem(call, done.error());
}

Response refuse(hall::Call& call) {
  const auto id = asked(call);
  if (!id) return id.error();
  const auto done =
      call.hall.store.change(call.town, [&](store::Tx& tx) { return refuse_assignment(tx, act_of(call), *id); });
  return done ? Response::see_other(Path::to("/staff/requests")) : hall::problem(call, done.error());
}

}  // namespace

std::vector<hall::Route> request_routes() {
  using web::Fixture, web::Method, web::Side;
  const auto side = Side::office_side;
  const Permission change("staff.change");
  return {{Method::get, "/staff/requests", side, change, Fixture::of("administrator"), show},
          {Method::post, "/staff/requests/{request}/confirm", side, change, Fixture::none("writes"), confirm},
          {Method::post, "/staff/requests/{request}/refuse", side, change, Fixture::none("writes"), refuse}};
}

}  // namespace yakuba::section
