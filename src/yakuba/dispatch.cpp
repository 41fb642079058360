#include "yakuba/dispatch.hpp"

#include "hall/page.hpp"
#include "web/components.hpp"
#include "web/problem.hpp"

namespace yakuba {
namespace {

constexpr std::string_view reading_cookie = "reading";
constexpr std::int64_t reading_age_seconds = 365 * 86'400;

std::string reading_value(const web::Reader& reader) {
  return std::string(web::language_tag(reader.language)) + (reader.furigana ? ".ruby" : "");
}

web::Reader reading_from(std::string_view value) {
  web::Reader reader;
  reader.furigana = value.ends_with(".ruby");
  if (const auto language = web::language_from(value.substr(0, value.find('.')))) reader.language = *language;
  return reader;
}

}  // namespace

Reading reading_of(const web::Request& request) {
  const std::string_view remembered = web::read_cookie(request, reading_cookie);
  Reading reading;
  reading.reader = remembered.empty() ? web::Reader{web::language_accepted(request.header("accept-language")), false}
                                      : reading_from(remembered);
  const web::Reader before = reading.reader;
  // On a page with a form the switches send it along, so that nothing typed is lost: they are looked for there, too.
  for (const web::Fields* fields : {&request.query, &request.form}) {
    if (const auto language = web::language_from(fields->first("lang"))) reading.reader.language = *language;
    if (const auto easy = fields->find("easy"))
      reading.reader.language = *easy == "1" ? web::Language::ja_easy : web::Language::ja;
    if (const auto ruby = fields->find("ruby")) reading.reader.furigana = *ruby == "1";
  }
  if (reading.reader != before)
    reading.remember = web::Cookie{.name = std::string(reading_cookie),
                                   .value = reading_value(reading.reader),
                                   .age_seconds = reading_age_seconds};
  return reading;
}

Result<Dispatcher> Dispatcher::make(hall::Hall& hall) {
  std::vector<hall::Route> routes;
  for (const hall::Module& module : *hall.modules)
    for (const hall::Route& route : module.routes)
      if (hall::serves(hall.settings.sides, route.face().side)) routes.push_back(route);
  return Dispatcher(hall, TRY(web::RouteTable<hall::Handler>::compile(std::move(routes))));
}

web::Response Dispatcher::answer(const web::Request& request) const {
  for (const auto& [id, info] : hall_->towns) {
    const bool office = request.host == info.office_host;
    if (!office && request.host != info.public_host) continue;
    const web::Side side = office ? web::Side::office_side : web::Side::public_side;
    if (!hall::serves(hall_->settings.sides, side)) break;
    const auto town = hall_->store.town(id);
    if (!town) return web::problem_response({.status = web::status_of(town.error().kind), .request_id = request.id});
    return in_town(request, *town, info, side);
  }
  if (request.path == "/" && web::is_safe(request.method) && hall_->settings.demo) return installation_page(request);
  return web::problem_response({.status = 404, .request_id = request.id}, web::Words(reading_of(request).reader));
}

web::Response Dispatcher::in_town(const web::Request& request, const store::Town& town, const hall::TownInfo& info,
                                  web::Side side) const {
  const Reading reading = reading_of(request);
  const Instant now = hall_->clock.now();
  hall::Call call{.hall = *hall_,
                  .request = request,
                  .town = town,
                  .info = info,
                  .pack = nullptr,
                  .now = now,
                  .today = date_in_japan(now),
                  .side = side,
                  .words = web::Words(reading.reader),
                  .parameters = {}};
  static const access::Actor nobody{};
  call.actor = &nobody;
  auto finish = [&](web::Response response, std::string_view route) {
    for (const web::Cookie& cookie : call.cookies) response.with_cookie(cookie);
    if (reading.remember) response.with_cookie(*reading.remember);
    response.trail = {std::string(route), info.id, std::string(web::side_name(side))};
    return response;
  };

  auto pack = hall_->packs.in_force(town, call.today);
  if (pack) call.pack = std::move(*pack);

  const auto match = table_.match(request.method, side, request.path);
  if (match.method_not_allowed())
    return finish(web::problem_response({.status = 405, .request_id = request.id, .allow = match.allow}, call.words),
                  "-");
  if (!match) return finish(hall::problem(call, {ErrorKind::not_found, "web.no_such_page", {}, {}, {}}), "-");
  call.parameters = match.parameters;
  if (match.route->face().permission == web::Permission::signature())
    return finish(match.route->handler()(call), match.route->face().pattern);
  if (!call.pack && match.route->face().permission != web::Permission::anyone())
    return finish(hall::problem(call, pack.error()), match.route->face().pattern);

  const access::Entry entry = hall_->gate.open(*hall_, town, request, side, match.route->face());
  call.actor = entry.actor.get();
  call.form_token = entry.form_token;
  call.cookies = entry.cookies;
  if (entry.refusal != access::Refusal::none) return finish(access::refuse(call, entry), match.route->face().pattern);
  return finish(match.route->handler()(call), match.route->face().pattern);
}

// The demo's first page: the towns of this installation. A real installation shows strangers nothing.
web::Response Dispatcher::installation_page(const web::Request& request) const {
  using namespace web::html;
  const web::Words words(reading_of(request).reader);
  std::vector<web::ProcedureRow> rows;
  for (const auto& [id, info] : hall_->towns) {
    const auto town = hall_->store.town(id);
    const auto pack = town ? hall_->packs.in_force(*town, date_in_japan(hall_->clock.now())) : Result<pack::PackPtr>();
    const std::string name = pack && *pack && (*pack)->town ? (*pack)->town->name : id;
    if (hall::serves(hall_->settings.sides, web::Side::public_side))
      rows.push_back(
          {.href = hall_->public_url(info, "/"), .title = web::Html(name), .note = web::Html("住民の方の窓口")});
    if (hall::serves(hall_->settings.sides, web::Side::office_side))
      rows.push_back({.href = hall_->office_url(info, "/"),
                      .title = web::Html(name + " 職員"),
                      .note = web::Html("受付箱、審査、決裁")});
  }
  web::ResidentShell shell{.words = words,
                           .frame = web::resident_frame(words, {.name = "Yakuba", .office = "Yakuba", .window = "役場"}, {}, {}),
                           .title = "町を選ぶ"};
  shell.can_log_in = false;
  return web::Response::page(
      web::resident_page(shell, web::Html(div(cls("wrap stack"), h1("町を選んでください"), web::procedure_list(rows)))),
      web::Privacy::common);
}

}  // namespace yakuba
