#include "hall/notice/notice.hpp"
#include "hall/notice/pages.hpp"
#include "hall/notice/queries.hpp"
#include "hall/notice/rows.hpp"

namespace yakuba::notice {

namespace {

Result<> dispatch_job(hall::Hall& hall, const store::Town& town, const store::Job& job) {
  const auto id = PublicId::parse(job.payload);
  if (!id) return fail(ErrorKind::corrupt, "notice.job", job.key);
  return dispatch(hall, town, *id);
}

Result<> mail_job(hall::Hall& hall, const store::Town& town, const store::Job& job) {
  const JsonValue json = TRY(parse_json(job.payload));
  const auto id = PublicId::parse(json.text_or("notice", ""));
  const auto attempt = json.integer("attempt");
  if (!id || !attempt) return fail(ErrorKind::corrupt, "notice.job", job.key);
  return send_by_mail(hall, town, *id, *attempt);
}

Result<std::string> any_notice(hall::Hall& hall, const store::Town& town) {
  return hall.store.read(town, [&](store::ReadTx& tx) -> Result<std::string> {
    const auto rows = TRY(register_of_dispatch(tx, {})).rows;
    if (rows.empty()) return fail(ErrorKind::not_found, "notice.not_found", "no notice in the demo data");
    return rows.front().id.text();
  });
}

}  // namespace

hall::Module module() {
  using web::Side;
  std::vector<hall::Route> routes = desk_routes();
  for (hall::Route& route : public_routes()) routes.push_back(std::move(route));
  return {
      .name = "notice",
      .side = std::nullopt,  // notices lie on the office side, the residents' copies on the public side
      .routes = std::move(routes),
      .migrations = sql::migrations,
      .jobs = {{"notice.dispatch", Side::office_side, dispatch_job}, {"notice.mail", Side::office_side, mail_job}},
      .menu = {{.order = 50,
                .side = Side::office_side,
                .label = menu_label,
                .path = "/dispatch",
                .permission = "notice.send",
                .count = menu_count}},
      .permissions = {{"notice.send", "mark notices as posted, returned or handed over, and send them again"}},
      .receivers = {{"notice.published", Side::public_side, receive_published},
                    {"notice.opened", Side::office_side, receive_opened}},
      .fixtures = {{"notice", any_notice}},
  };
}

}  // namespace yakuba::notice
