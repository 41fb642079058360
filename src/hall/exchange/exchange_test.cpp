// Messages between the sides on both databases: sealed, received once and in order, set aside when refused, and only at
// the office's signature. Here is the public side; two processes are tested in tests/sides.
#include "hall/exchange/exchange.hpp"

#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hall/exchange/transport.hpp"
#include "hall/testing/hall.hpp"

namespace yakuba::exchange {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// The key ring of the other side.
class OfficeKeys final : public hall::Keys {
 public:
  Result<Key256> key(const store::Town&, std::string_view purpose) override {
    const Hash hash = sha256("office " + std::string(purpose));
    return Key256(Bytes(hash.begin(), hash.end()));
  }
  Result<SigningKey> signing_key(const store::Town& town, std::string_view purpose) override {
    return signing_key_from(Secret<Bytes>(TRY(key(town, "sign " + std::string(purpose))).reveal()));
  }
  Result<std::optional<Secret<std::string>>> file(const store::Town&, std::string_view) override {
    return std::optional<Secret<std::string>>();
  }
  Result<> put_file(const store::Town&, std::string_view, const Secret<std::string>&) override { return {}; }
};

class ExchangeTest : public hall::testing::HallTest {
 protected:
  std::vector<hall::Module> modules() const override {
    hall::Module other{.name = "other"};
    const auto hears = [this](std::string kind, web::Side side) {
      return hall::Receiver{
          .kind = std::move(kind),
          .side = side,
          .receive = [this](hall::Hall&, store::Tx& tx, const store::Town&, const hall::Message& message) -> Result<> {
            if (const auto fault = faults_.find(message.key); fault != faults_.end())
              return fail(fault->second, "test.refused");
            for (const store::BlobInfo& blob : message.blobs) TRY(tx.keep_blob(blob, "test", message.key));
            heard_.push_back(message.payload);
            return {};
          }};
    };
    other.receivers = {hears("to.office", web::Side::office_side), hears("to.public", web::Side::public_side)};
    return {packs::module(), module(), other};
  }
  hall::Sides sides() const override { return hall::Sides::public_only; }

  void SetUp() override {
    HallTest::SetUp();
    office_.reset(new hall::Hall{hall().store, hall().clock, hall().random, office_keys_, hall().packs, hall().exchange,
                                 hall().gate, hall().settings, hall().towns, hall().modules});
    office_->settings.sides = hall::Sides::office_only;
    ASSERT_TRUE(pair(hall(), town(), {.peer_key = *own_key(*office_, town()), .public_url = {}, .authority_file = {}}));
  }

  Result<> send(std::string kind, std::string key, std::string payload, std::vector<store::BlobInfo> blobs = {}) {
    return hall().store.change(town(), [&](store::Tx& tx) {
      return hall().exchange.send(tx, town(), {std::move(kind), std::move(key), std::move(payload), std::move(blobs)});
    });
  }
  std::vector<Envelope> waits() {
    const auto batch = hall().store.read(town(), waiting);
    EXPECT_TRUE(batch);
    return batch.value_or(std::vector<Envelope>());
  }
  std::vector<std::string> waiting_keys() {
    std::vector<std::string> keys;
    for (const Envelope& envelope : waits()) keys.push_back(envelope.key);
    return keys;
  }
  // As the office seals what it has to say.
  Envelope from_office(std::int64_t serial, std::string key, std::string payload,
                       std::vector<store::BlobInfo> blobs = {}) {
    const hall::Message message{"to.public", std::move(key), std::move(payload), blobs};
    const auto sealed = seal_for(*identity_from(*own_key(hall(), town())), message);
    EXPECT_TRUE(sealed);
    return {serial, message.kind, message.key, sealed.value_or(""), std::move(blobs)};
  }
  std::vector<SetAside> aside() { return hall().store.read(town(), set_aside).value(); }

  // --- the wire ---
  struct Asking {
    std::string path = "/exchange/messages";
    web::Method method = web::Method::get;
    std::string body = {};
    std::int64_t seconds_ago = 0;
    std::string signed_path = {}, signed_body = {};  // where the signature is of something else
  };
  web::Request asked(const Asking& asking, const SigningKey& key) {
    const std::string time = clock().now().plus_seconds(-asking.seconds_ago).text();
    const std::string& path = asking.signed_path.empty() ? asking.path : asking.signed_path;
    const std::string& body = asking.signed_body.empty() ? asking.body : asking.signed_body;
    web::Request request{.method = asking.method, .path = asking.path};
    request.body = asking.body;
    request.headers.add(std::string(time_header), time);
    request.headers.add(std::string(signature_header),
                        base64(sign(key, view(request_text(web::method_name(asking.method), path, time, body)))));
    return request;
  }
  web::Response ask(const Asking& asking) { return answer(asked(asking, office_key()), web::Side::public_side); }
  SigningKey office_key() { return office_keys_.signing_key(town(), "exchange").value(); }

  store::BlobInfo put(std::string_view content) {
    return hall().store.blobs(town()).put(view(content), Key256(Bytes(32, 5))).value();
  }
  bool lies_there(const store::BlobInfo& blob) {
    return std::filesystem::exists(hall().store.blobs(town()).path_of(blob.id));
  }

  mutable std::vector<std::string> heard_;
  std::map<std::string, ErrorKind> faults_;  // by key: what the receiver says
  OfficeKeys office_keys_;
  std::unique_ptr<hall::Hall> office_;
};
YAKUBA_ON_BOTH_DATABASES(ExchangeTest);

// --- sending ---

TEST_P(ExchangeTest, WhatThisSideMayHearIsHandedOverAtOnce) {
  ASSERT_TRUE(send("to.public", "1", "now"));
  EXPECT_THAT(heard_, ElementsAre("now"));
  EXPECT_THAT(waits(), IsEmpty());
}

TEST_P(ExchangeTest, WhatIsSaidTwiceIsHeardOnce) {
  ASSERT_TRUE(send("to.public", "1", "now"));
  ASSERT_TRUE(send("to.public", "1", "now"));
  ASSERT_TRUE(send("to.public", "2", "another"));
  EXPECT_THAT(heard_, ElementsAre("now", "another"));
}

TEST_P(ExchangeTest, WhatTheOtherSideMustHearWaitsInOrder) {
  ASSERT_TRUE(send("to.office", "b", "first"));
  ASSERT_TRUE(send("to.office", "a", "second"));
  ASSERT_TRUE(send("to.office", "b", "first again"));  // the same key: the same message
  EXPECT_THAT(heard_, IsEmpty());
  EXPECT_THAT(waiting_keys(), ElementsAre("b", "a"));
  ASSERT_TRUE(confirm(hall(), town(), {{waits()[0].serial, ""}}));
  EXPECT_THAT(waiting_keys(), ElementsAre("a"));
  ASSERT_TRUE(confirm(hall(), town(), {{1, ""}}));  // said twice: nothing more happens
  EXPECT_THAT(waiting_keys(), ElementsAre("a"));
}

TEST_P(ExchangeTest, AWaitingMessageIsOpenedByTheOtherSideOnly) {
  ASSERT_TRUE(send("to.office", "1", "the key of the attachments"));
  const Envelope envelope = waits().at(0);
  EXPECT_THAT(envelope.sealed, Not(HasSubstr("attachments")));
  EXPECT_THAT(text_view(*from_base64(envelope.sealed)), Not(HasSubstr("attachments")));
  EXPECT_EQ(open_envelope(*office_, town(), envelope)->payload, "the key of the attachments");
  EXPECT_EQ(open_envelope(hall(), town(), envelope).error().code, "exchange.sealed") << "not even by its sender";
  Envelope as_another = envelope;
  as_another.key = "2";
  EXPECT_EQ(open_envelope(*office_, town(), as_another).error().code, "exchange.sealed");
  Envelope changed = envelope;
  changed.sealed[20] = changed.sealed[20] == 'A' ? 'B' : 'A';
  EXPECT_EQ(open_envelope(*office_, town(), changed).error().code, "exchange.sealed");
}

TEST_P(ExchangeTest, WithoutAPairNothingIsSent) {
  dynamic_cast<Handover&>(hall().exchange).forget(town());
  ASSERT_TRUE(hall().store.set_setting("exchange.peer_key." + town().name(), ""));
  EXPECT_EQ(send("to.office", "1", "lost?").error().code, "exchange.unpaired");
  EXPECT_THAT(waits(), IsEmpty());
}

TEST_P(ExchangeTest, AMessageTooLargeForARequestIsRefusedAtOnce) {
  EXPECT_EQ(send("to.office", "1", std::string(payload_bytes_max + 1, 'x')).error().code, "exchange.too_large");
  ASSERT_TRUE(send("to.office", "2", std::string(payload_bytes_max, 'x')));
  ASSERT_TRUE(send("to.office", "3", std::string(payload_bytes_max, 'x')));
  EXPECT_THAT(waiting_keys(), ElementsAre("2")) << "a batch fits into one request";
}

TEST_P(ExchangeTest, PairingRefusesWhatIsNoKeyOrTheOwnOrAnAddressOnThePublicSide) {
  const auto code = [&](Pairing pairing) { return pair(hall(), town(), pairing).error().code; };
  const std::string office = *own_key(*office_, town());
  for (const char* bad : {"", "x", "AAAA", "not base64 at all"}) EXPECT_EQ(code({bad, "", ""}), "exchange.key") << bad;
  EXPECT_EQ(code({*own_key(hall(), town()), "", ""}), "exchange.key");
  EXPECT_EQ(code({office, "http://127.0.0.1:8080", ""}), "exchange.url");
  EXPECT_EQ(pair(*office_, town(), {*own_key(hall(), town()), "", ""}).error().code, "exchange.url");
}

// --- receiving ---

TEST_P(ExchangeTest, AMessageIsReceivedOnce) {
  EXPECT_EQ(take(hall(), town(), from_office(1, "1", "once")), (Done{1, ""}));
  EXPECT_EQ(take(hall(), town(), from_office(1, "1", "once")), (Done{1, ""})) << "its confirmation was lost";
  EXPECT_THAT(heard_, ElementsAre("once"));
}

TEST_P(ExchangeTest, WhatIsRefusedIsSetAsideAndStopsNothing) {
  faults_["1"] = ErrorKind::invalid;
  EXPECT_EQ(take(hall(), town(), from_office(1, "1", "first")), (Done{1, "test.refused"}));
  EXPECT_EQ(take(hall(), town(), from_office(2, "2", "second")), (Done{2, ""}));
  EXPECT_EQ(take(hall(), town(), from_office(1, "1", "first")), (Done{1, "test.refused"})) << "the same answer again";
  EXPECT_THAT(heard_, ElementsAre("second"));
  ASSERT_EQ(aside().size(), 1u);
  EXPECT_EQ(aside()[0].key, "1");
  EXPECT_EQ(aside()[0].refused, "test.refused");
  EXPECT_EQ(state(hall(), town())->own.set_aside, 1);

  EXPECT_EQ(retry(hall(), town())->refused.size(), 1u) << "the cause is still there";
  faults_.clear();
  EXPECT_EQ(retry(hall(), town())->received, 1);
  EXPECT_THAT(heard_, ElementsAre("second", "first"));
  EXPECT_THAT(aside(), IsEmpty());
  EXPECT_EQ(retry(hall(), town())->received, 0);
  EXPECT_EQ(take(hall(), town(), from_office(1, "1", "first")), (Done{1, ""}));
  EXPECT_EQ(heard_.size(), 2u);
}

TEST_P(ExchangeTest, AFaultThatPassesLeavesTheMessageWithItsSender) {
  faults_["1"] = ErrorKind::unavailable;
  EXPECT_FALSE(take(hall(), town(), from_office(1, "1", "later")));
  EXPECT_THAT(aside(), IsEmpty());
  faults_.clear();
  EXPECT_EQ(take(hall(), town(), from_office(1, "1", "later")), (Done{1, ""}));
  EXPECT_THAT(heard_, ElementsAre("later"));
}

TEST_P(ExchangeTest, WhatNobodyHearsOrNobodyCanOpenIsSetAside) {
  Envelope strange = from_office(1, "1", "x");
  strange.kind = "to.nobody";
  EXPECT_EQ(take(hall(), town(), strange)->refused, "exchange.sealed");
  Envelope wrong_side = from_office(2, "2", "x");
  wrong_side.sealed = *seal_for(*identity_from(*own_key(*office_, town())), {"to.public", "2", "x", {}});
  EXPECT_EQ(take(hall(), town(), wrong_side)->refused, "exchange.sealed");
  EXPECT_THAT(heard_, IsEmpty());
}

// --- files ---

TEST_P(ExchangeTest, AFileIsKeptWhileItsMessageWaitsAndGoesAfterwards) {
  const store::BlobInfo blob = put("a paper");
  ASSERT_TRUE(send("to.office", "1", "with a paper", {blob}));
  ASSERT_TRUE(hall().store.sweep(town(), clock().now(), 0));
  ASSERT_TRUE(lies_there(blob)) << "swept although its message waits";
  EXPECT_EQ(waits().at(0).blobs, std::vector<store::BlobInfo>{blob});
  ASSERT_TRUE(confirm(hall(), town(), {{waits()[0].serial, ""}}));
  EXPECT_FALSE(lies_there(blob)) << "the office has it: the internet side keeps no papers";
}

TEST_P(ExchangeTest, AFileComesInPartsAndIsCheckedBeforeItCounts) {
  const store::Blobs blobs = hall().store.blobs(town());
  const store::BlobInfo source = put(std::string(200'000, 'p'));
  const auto whole = *blobs.sealed_file(source.id);
  const std::string bytes = *blobs.read_sealed(source.id, 0, 1'000'000);
  ASSERT_TRUE(blobs.remove(source.id));
  const std::string path = "/exchange/blobs/" + source.id;
  const auto part = [&](std::size_t from, std::size_t to) {
    return ask(
        {.path = fmt::format("{}/{}", path, from), .method = web::Method::post, .body = bytes.substr(from, to - from)});
  };
  const auto place = [&](std::int64_t size, const std::string& sha256) {
    return ask({.path = path,
                .method = web::Method::post,
                .body = JsonValue(JsonObject{{"bytes", size}, {"sha256", sha256}}).canonical()});
  };
  EXPECT_EQ(part(0, 100'000).status, 200);
  EXPECT_EQ(place(whole->bytes, whole->sha256).status, 500) << "cut off on the way";
  EXPECT_FALSE(lies_there(source));
  EXPECT_EQ(part(0, 100'000).status, 200);
  EXPECT_EQ(part(150'000, bytes.size()).status, 409) << "a hole";
  EXPECT_EQ(part(0, 100'000).status, 200) << "begun anew";
  EXPECT_THAT(ask({.path = path}).body_text(), HasSubstr("\"staged\":100000")) << "what came needs not come again";
  EXPECT_EQ(part(100'000, bytes.size()).status, 200);
  EXPECT_EQ(place(whole->bytes, whole->sha256).status, 200);
  EXPECT_EQ(*blobs.sealed_file(source.id), whole);
  EXPECT_EQ(part(0, 10).status, 200);
  EXPECT_EQ(place(10, whole->sha256).status, 200);
  EXPECT_EQ(*blobs.sealed_file(source.id), whole) << "nothing is written over";
  EXPECT_EQ(take(hall(), town(), from_office(1, "1", "it came", {source})), (Done{1, ""}));
}

TEST_P(ExchangeTest, OnlyFilesOfWaitingMessagesAreGivenOut) {
  const store::BlobInfo sent = put("a paper"), other = put("nobody's business");
  ASSERT_TRUE(send("to.office", "1", "with a paper", {sent}));
  const auto status = [&](const std::string& path) { return ask({.path = "/exchange/blobs/" + path}).status; };
  EXPECT_EQ(status(sent.id + "/0"), 200);
  EXPECT_EQ(status(other.id + "/0"), 404);
  EXPECT_EQ(status(sent.id + "/-1"), 400);
  EXPECT_EQ(status(sent.id + "/x"), 400);
  EXPECT_EQ(status(sent.id + "/99999999"), 400);
  EXPECT_EQ(status("passwd/0"), 404);
}

// --- the wire ---

TEST_P(ExchangeTest, AStrangerLearnsNothing) {
  ASSERT_TRUE(send("to.office", "1", "secret"));
  const auto refused = [&](const web::Request& request) {
    const auto response = answer(request, web::Side::public_side);
    return response.status == 404 && response.body_text().empty() && response.header(signature_header).empty();
  };
  EXPECT_TRUE(refused({.method = web::Method::get, .path = "/exchange/messages"}));
  EXPECT_TRUE(refused(asked({}, signing_key_from(Secret<Bytes>(Bytes(32, 8)))))) << "another key";
  EXPECT_TRUE(refused(asked({.seconds_ago = 121}, office_key()))) << "too old";
  EXPECT_TRUE(refused(asked({.seconds_ago = -121}, office_key()))) << "from the future";
  EXPECT_TRUE(refused(asked({.signed_path = "/exchange/done"}, office_key()))) << "signed for another path";
  EXPECT_TRUE(refused(asked({.path = "/exchange/done",
                             .method = web::Method::post,
                             .body = R"({"done":[{"serial":1,"refused":""}]})",
                             .signed_body = R"({"done":[]})"},
                            office_key())))
      << "another body";
  EXPECT_THAT(waiting_keys(), ElementsAre("1"));
  EXPECT_EQ(ask({}).status, 200);
  EXPECT_EQ(ask({.seconds_ago = 119}).status, 200);
}

// A folder made by copying the other side's has its keys, too: nobody may speak for the office with the public side's.
TEST_P(ExchangeTest, ItsOwnKeyIsNotTheOtherSides) {
  ASSERT_TRUE(hall().store.set_setting("exchange.peer_key." + town().name(), *own_key(hall(), town())));
  const SigningKey own = hall().keys.signing_key(town(), "exchange").value();
  EXPECT_NE(answer(asked({}, own), web::Side::public_side).status, 200);
  EXPECT_EQ(send("to.office", "1", "secret").error().code, "exchange.key");
  EXPECT_THAT(waits(), IsEmpty());
  EXPECT_EQ(peer_of(hall(), town()).error().code, "exchange.key");
}

TEST_P(ExchangeTest, AReplyIsSignedAndBoundToItsRequest) {
  const web::Request request = asked({}, office_key());
  const auto response = answer(request, web::Side::public_side);
  const Identity own = *identity_from(*own_key(hall(), town()));
  const auto signature = from_base64(response.header(signature_header));
  ASSERT_TRUE(signature);
  const auto signs = [&](std::string_view request_signature, std::string_view body) {
    return verify(own.signing, view(reply_text(request_signature, 200, body)), *signature);
  };
  EXPECT_TRUE(signs(request.header(signature_header), response.body_text()));
  EXPECT_FALSE(signs(request.header(signature_header), response.body_text() + " "));
  EXPECT_FALSE(signs(asked({.seconds_ago = 1}, office_key()).header(signature_header), response.body_text()));
}

TEST_P(ExchangeTest, AReplayedRequestDoesNoHarm) {
  const std::string body =
      JsonValue(JsonObject{{"messages", to_json(std::vector{from_office(7, "1", "once")})}}).canonical();
  const web::Request request = asked({.method = web::Method::post, .body = body}, office_key());
  const auto first = answer(request, web::Side::public_side);
  EXPECT_EQ(first.body_text(), R"({"done":[{"refused":"","serial":7}]})");
  EXPECT_EQ(answer(request, web::Side::public_side).body_text(), first.body_text());
  EXPECT_THAT(heard_, ElementsAre("once"));

  ASSERT_TRUE(send("to.office", "1", "first"));
  const web::Request done =
      asked({.path = "/exchange/done", .method = web::Method::post, .body = R"({"done":[{"serial":1,"refused":""}]})"},
            office_key());
  EXPECT_EQ(answer(done, web::Side::public_side).status, 200);
  ASSERT_TRUE(send("to.office", "2", "second"));
  EXPECT_EQ(answer(done, web::Side::public_side).status, 200);
  EXPECT_THAT(waiting_keys(), ElementsAre("2"));
}

TEST_P(ExchangeTest, ABatchEndsBeforeAFaultThatPasses) {
  faults_["2"] = ErrorKind::unavailable;
  const std::string body =
      JsonValue(JsonObject{{"messages", to_json(std::vector{from_office(1, "1", "a"), from_office(2, "2", "b"),
                                                            from_office(3, "3", "c")})}})
          .canonical();
  const auto response = ask({.method = web::Method::post, .body = body});
  EXPECT_EQ(response.body_text(), R"({"done":[{"refused":"","serial":1}],"error":"test.refused"})");
  EXPECT_THAT(heard_, ElementsAre("a")) << "nothing overtakes what must come again";
}

TEST_P(ExchangeTest, BadMessagesAreRefused) {
  const std::string blob = R"({"id":"../../../etc/passwd","bytes":1,"sha256":"00"})";
  for (const std::string& bad :
       {std::string("{}"), std::string("[]"), std::string("null"), std::string("not json"),
        std::string(R"({"messages":[{"kind":"x"}]})"),
        std::string(R"({"messages":[{"serial":1,"kind":"x","key":"","sealed":"","blobs":[]}]})"),
        R"({"messages":[{"serial":1,"kind":"x","key":"y","sealed":"","blobs":[)" + blob + "]}]}"}) {
    const int status = ask({.method = web::Method::post, .body = bad}).status;
    EXPECT_TRUE(status == 400 || status == 422) << status << " for " << bad;
  }
  EXPECT_THAT(aside(), IsEmpty());
}

// --- how it stands ---

TEST_P(ExchangeTest, TheStateTellsQueueAgeAndContact) {
  EXPECT_FALSE(state(hall(), town())->contact);
  ASSERT_TRUE(send("to.office", "1", "x"));
  const Instant sent = clock().now();
  clock().advance_seconds(100);
  ASSERT_TRUE(send("to.office", "2", "x"));
  const auto response = ask({});
  EXPECT_THAT(response.body_text(), HasSubstr(R"("waiting":2)"));
  const State now = *state(hall(), town());
  EXPECT_TRUE(now.paired);
  EXPECT_EQ(now.contact, clock().now());
  EXPECT_EQ(now.own, (Queue{.waiting = 2, .oldest = sent, .set_aside = 0}));
}

}  // namespace
}  // namespace yakuba::exchange
