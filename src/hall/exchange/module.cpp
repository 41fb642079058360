// The public side's half of the transport: machine routes, each open only to the office's signature.
#include <fmt/format.h>

#include "base/text.hpp"
#include "hall/exchange/queries.hpp"
#include "hall/exchange/transport.hpp"

namespace yakuba::exchange {
namespace {

using web::Response;

constexpr std::int64_t clock_difference_max_microseconds = 120'000'000;
constexpr int poll_seconds = 1;
constexpr std::int64_t pause_seconds_max = 8;  // between tries while the public side does not answer

Result<> check_signature(hall::Call& call) {
  const auto refuse = [] {
    return fail(ErrorKind::forbidden, "exchange.signature", "not signed by this town's office");
  };
  const auto office = TRY(peer_of(call.hall, call.town));
  const auto signature = from_base64(call.request.header(signature_header));
  const auto time = Instant::parse(call.request.header(time_header));
  if (!office || !signature || !time) return refuse();
  if (std::abs(time->microseconds - call.now.microseconds) > clock_difference_max_microseconds) return refuse();
  const std::string text = request_text(web::method_name(call.request.method), call.request.path,
                                        call.request.header(time_header), call.request.body);
  if (!verify(office->signing, view(text), *signature)) return refuse();
  return {};
}

Result<Response> signed_response(hall::Call& call, int status, std::string body) {
  const SigningKey key = TRY(call.hall.keys.signing_key(call.town, "exchange"));
  const Bytes signature = sign(key, view(reply_text(call.request.header(signature_header), status, body)));
  Response response = Response::text(std::move(body), status);
  response.with_header(signature_header, base64(signature));
  return response;
}

template <class F>
Response answer(hall::Call& call, F&& act) {
  // A stranger learns nothing, not even that this path exists.
  if (!check_signature(call)) return Response::text("", 404);
  const auto run = [&]() -> Result<std::string> {
    TRY(note_contact(call.hall, call.town, std::nullopt));
    return act();
  };
  const Result<std::string> body = run();
  auto response = body ? signed_response(call, 200, *body)
                       : signed_response(call, web::status_of(body.error().kind), describe(body.error()));
  return response ? std::move(*response) : Response::text("", 503);
}

std::string blob_of(const hall::Call& call) {
  return call.parameters.empty() ? std::string() : call.parameters.front().second;
}

Result<std::int64_t> offset_of(const hall::Call& call) {
  const auto offset = call.parameters.size() > 1 ? parse_integer(call.parameters[1].second) : std::nullopt;
  if (!offset || *offset < 0) return fail(ErrorKind::invalid, "exchange.blob", "not an offset");
  return *offset;
}

Response give_messages(hall::Call& call) {
  return answer(call, [&] {
    return call.hall.store.read(call.town, [](store::ReadTx& tx) -> Result<std::string> {
      JsonValue reply = to_json(TRY(queue(tx)));
      reply.object()->emplace("messages", to_json(TRY(waiting(tx))));
      return reply.canonical();
    });
  });
}

Response take_done(hall::Call& call) {
  return answer(call, [&]() -> Result<std::string> {
    TRY(confirm(call.hall, call.town, TRY(done_from(TRY(parse_json(call.request.body)).find("done")))));
    return "{}";
  });
}

Response take_messages(hall::Call& call) {
  return answer(call, [&]() -> Result<std::string> {
    const auto envelopes = TRY(envelopes_from(TRY(parse_json(call.request.body)).find("messages")));
    std::vector<Done> done;
    JsonObject reply;
    for (const Envelope& envelope : envelopes) {
      auto one = take(call.hall, call.town, envelope);
      if (!one) {  // those before it are received; this one and those behind it come again
        reply.emplace("error", one.error().code);
        break;
      }
      done.push_back(std::move(*one));
    }
    reply.emplace("done", to_json(done));
    return JsonValue(std::move(reply)).canonical();
  });
}

Response about_blob(hall::Call& call) {
  return answer(call, [&]() -> Result<std::string> {
    const store::Blobs blobs = call.hall.store.blobs(call.town);
    const std::string id = blob_of(call);
    if (const auto file = TRY(blobs.sealed_file(id)))
      return JsonValue(JsonObject{{"bytes", file->bytes}, {"sha256", file->sha256}}).canonical();
    return JsonValue(JsonObject{{"staged", blobs.staged_bytes(id)}}).canonical();
  });
}

// Only files of messages that wait: the office has no other business here.
Response give_part(hall::Call& call) {
  return answer(call, [&]() -> Result<std::string> {
    const std::string id = blob_of(call);
    if (!TRY(call.hall.store.read(call.town, [&](store::ReadTx& tx) { return blob_is_waiting(tx, id); })))
      return fail(ErrorKind::not_found, "exchange.blob", "no message carries this file");
    return call.hall.store.blobs(call.town).read_sealed(id, TRY(offset_of(call)), part_bytes_max);
  });
}

Response take_part(hall::Call& call) {
  return answer(call, [&]() -> Result<std::string> {
    const store::Blobs blobs = call.hall.store.blobs(call.town);
    const std::string id = blob_of(call);
    const std::int64_t offset = TRY(offset_of(call));
    if (TRY(blobs.sealed_file(id))) return "{}";  // there already: nothing is overwritten
    TRY(blobs.stage_sealed(id, offset, view(call.request.body)));
    return "{}";
  });
}

Response place_blob(hall::Call& call) {
  return answer(call, [&]() -> Result<std::string> {
    const JsonValue json = TRY(parse_json(call.request.body));
    TRY(call.hall.store.blobs(call.town).place_sealed(
        blob_of(call), {json.integer("bytes").value_or(-1), std::string(json.text_or("sha256", ""))}));
    return "{}";
  });
}

// While the public side does not answer, it is asked less and less often. By town.
struct Pauses {
  struct Pause {
    Instant until;
    std::int64_t seconds = 0;
  };
  std::mutex mutex;
  std::map<std::string, Pause> towns;
};

Result<> exchange_in_turn(hall::Hall& hall, const store::Town& town, Pauses& pauses) {
  std::scoped_lock lock(pauses.mutex);
  Pauses::Pause& pause = pauses.towns[town.name()];
  const Instant now = hall.clock.now();
  if (now < pause.until) return {};
  const Result<int> moved = exchange_now(hall, town);
  if (moved) {
    pause = {};
    return {};
  }
  pause.seconds = std::clamp<std::int64_t>(pause.seconds * 2, 1, pause_seconds_max);
  pause.until = hall.clock.now().plus_seconds(pause.seconds);
  return std::unexpected(moved.error());
}

}  // namespace

hall::Module module() {
  using web::Fixture, web::Method, web::Permission, web::Side;
  const auto route = [](Method method, std::string_view pattern, hall::Handler handler) {
    return hall::Route(method, pattern, Side::public_side, Permission::signature(),
                       Fixture::none("answers the office's machine, signed"), std::move(handler));
  };
  hall::Module m{.name = "exchange", .migrations = sql::migrations};
  m.routes = {route(Method::get, "/exchange/messages", give_messages),
              route(Method::post, "/exchange/messages", take_messages),
              route(Method::post, "/exchange/done", take_done),
              route(Method::get, "/exchange/blobs/{blob}", about_blob),
              route(Method::post, "/exchange/blobs/{blob}", place_blob),
              route(Method::get, "/exchange/blobs/{blob}/{offset}", give_part),
              route(Method::post, "/exchange/blobs/{blob}/{offset}", take_part)};
  m.tasks = {{.name = "exchange",
              .seconds = poll_seconds,
              .side = Side::office_side,
              .run = [pauses = std::make_shared<Pauses>()](
                         hall::Hall& hall, const store::Town& town) { return exchange_in_turn(hall, town, *pauses); },
              .calls_out = true}};
  m.permissions = {{"signature", "A machine that signs each request: the office fetches and brings messages"}};
  return m;
}

}  // namespace yakuba::exchange
