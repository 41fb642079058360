// The public side's half of the transport: four machine routes, each open only to the office's signature.
#include "base/text.hpp"
#include "hall/exchange/exchange.hpp"
#include "hall/exchange/queries.hpp"
#include "hall/exchange/transport.hpp"

namespace yakuba::exchange {
namespace {

using web::Response;

constexpr std::int64_t clock_difference_max_microseconds = 120'000'000;
constexpr int poll_seconds = 1;

Result<> check_signature(hall::Call& call) {
  const auto refuse = [] {
    return fail(ErrorKind::forbidden, "exchange.signature", "not signed by this town's office");
  };
  const auto key = TRY(call.hall.store.setting(std::string(office_key_setting) + call.town.name()));
  const auto public_key = key ? from_base64(*key) : std::nullopt;
  const auto signature = from_base64(call.request.header("x-yakuba-signature"));
  const auto time = Instant::parse(call.request.header("x-yakuba-time"));
  if (!public_key || !signature || !time) return refuse();
  if (std::abs(time->microseconds - call.now.microseconds) > clock_difference_max_microseconds) return refuse();
  const std::string text = signed_text(web::method_name(call.request.method), call.request.path,
                                       call.request.header("x-yakuba-time"), call.request.body);
  if (!verify(*public_key, view(text), *signature)) return refuse();
  return {};
}

template <class F>
Response signed_reply(hall::Call& call, F&& answer) {
  const auto run = [&]() -> Result<std::string> {
    TRY(check_signature(call));
    return answer();
  };
  const Result<std::string> body = run();
  if (body) return Response::text(*body);
  // A stranger learns nothing, not even that this path exists.
  return Response::text("", body.error().kind == ErrorKind::forbidden ? 404 : web::status_of(body.error().kind));
}

Response messages(hall::Call& call) {
  return signed_reply(call, [&] { return call.hall.store.read(call.town, waiting_messages); });
}

Response done(hall::Call& call) {
  return signed_reply(call, [&]() -> Result<std::string> {
    const JsonValue json = TRY(parse_json(call.request.body));
    TRY(call.hall.store.change(call.town, [&](store::Tx& tx) -> Result<bool> {
      TRY(mark_done(tx, json.integer("serial").value_or(0), call.now));
      return true;
    }));
    return "ok";
  });
}

Response deliver(hall::Call& call) {
  return signed_reply(call, [&]() -> Result<std::string> {
    const hall::Message message = TRY(decode_message(TRY(parse_json(call.request.body))));
    TRY(call.hall.store.change(call.town, [&](store::Tx& tx) -> Result<bool> {
      TRY(receive(call.hall, tx, call.town, message));
      return true;
    }));
    return "ok";
  });
}

Response give_blob(hall::Call& call) {
  return signed_reply(call, [&]() -> Result<std::string> {
    const std::string id = call.parameters.empty() ? "" : call.parameters.front().second;
    if (!TRY(call.hall.store.read(call.town, [&](store::ReadTx& tx) { return blob_is_waiting(tx, id); })))
      return fail(ErrorKind::not_found, "exchange.blob", "no message carries this file");
    return read_blob_file(call.hall.store.blobs(call.town).path_of(id));
  });
}

Response take_blob(hall::Call& call) {
  return signed_reply(call, [&]() -> Result<std::string> {
    const std::string id = call.parameters.empty() ? "" : call.parameters.front().second;
    if (!PublicId::parse(id)) return fail(ErrorKind::invalid, "exchange.blob", "not a file's id");
    TRY(write_blob_file(call.hall.store.blobs(call.town).path_of(id), call.request.body));
    return "ok";
  });
}

}  // namespace

hall::Module module() {
  using web::Fixture, web::Method, web::Permission, web::Side;
  const auto route = [](Method method, std::string_view pattern, hall::Handler handler) {
    return hall::Route(method, pattern, Side::public_side, Permission("exchange.office"),
                       Fixture::none("answers the office's machine, signed"), std::move(handler));
  };
  hall::Module m{.name = "exchange", .migrations = sql::migrations};
  m.routes = {route(Method::get, "/exchange/messages", messages), route(Method::post, "/exchange/messages", deliver),
              route(Method::post, "/exchange/done", done), route(Method::get, "/exchange/blobs/{blob}", give_blob),
              route(Method::post, "/exchange/blobs/{blob}", take_blob)};
  m.tasks = {{.name = "exchange",
              .seconds = poll_seconds,
              .side = Side::office_side,
              .run = [](hall::Hall& hall, const store::Town& town) -> Result<> {
                TRY(exchange_now(hall, town));
                return {};
              }}};
  m.permissions = {{"exchange.office", "Fetch and bring messages: the office's machine, by its signature"}};
  return m;
}

}  // namespace yakuba::exchange
