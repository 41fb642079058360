#include "base/json.hpp"
#include "hall/document/document.hpp"
#include "hall/document/pages.hpp"
#include "hall/document/queries.hpp"

namespace yakuba::document {

namespace {

Result<> receive_verified(hall::Hall&, store::Tx& tx, const store::Town&, const hall::Message& message) {
  const JsonValue json = TRY(parse_json(message.payload));
  TRY(tx.run<sql::PutVerified>({.token = std::string(json.text_or("token", "")),
                                .kind_name = std::string(json.text_or("kind_name", "")),
                                .number = std::string(json.text_or("number", "")),
                                .dated = std::string(json.text_or("dated", "")),
                                .sha256 = std::string(json.text_or("sha256", "")),
                                .state = std::string(json.text_or("state", "")),
                                .changed_on = std::string(json.text_or("changed_on", ""))}));
  return {};
}

Result<> make_job(hall::Hall& hall, const store::Town& town, const store::Job& job) {
  const auto id = PublicId::parse(job.payload);
  if (!id) return fail(ErrorKind::corrupt, "document.job", job.key);
  return make(hall, town, *id);
}

// The newest issued document of the demonstration, for tests of pages.
Result<std::string> newest_issued(hall::Hall& hall, const store::Town& town, bool token) {
  return hall.store.read(town, [&](store::ReadTx& tx) -> Result<std::string> {
    const Listed listed = TRY(list(tx, {}));
    for (const Document& document : listed.rows)
      if (document.state == State::issued) return token ? document.token : document.id.text();
    return fail(ErrorKind::not_found, "document.not_found", "no issued document in the demo data");
  });
}

}  // namespace

hall::Module module() {
  using web::Side;
  return {
      .name = "document",
      .side = std::nullopt,  // documents lie on the office side, what may be verified on the public side
      .routes = routes(),
      .migrations = sql::migrations,
      .jobs = {{"document.make", Side::office_side, make_job}},
      .menu = {{.order = 60,
                .side = Side::office_side,
                .label = menu_label,
                .path = "/documents",
                .permission = "document.read"}},
      .permissions = {{"document.read", "see the register of documents and open a document"},
                      {"document.issue", "declare an issued document no longer in force"}},
      .receivers = {{"document.verified", Side::public_side, receive_verified}},
      .fixtures = {{"issued-document",
                    [](hall::Hall& hall, const store::Town& town) { return newest_issued(hall, town, false); }},
                   {"issued-document-token",
                    [](hall::Hall& hall, const store::Town& town) { return newest_issued(hall, town, true); }}},
  };
}

}  // namespace yakuba::document
