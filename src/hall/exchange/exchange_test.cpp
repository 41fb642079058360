// Messages between the sides on both databases: received once, in order, and only at the office's signature.
#include "hall/exchange/exchange.hpp"

#include <gtest/gtest.h>

#include "hall/exchange/transport.hpp"
#include "hall/testing/hall.hpp"

namespace yakuba::exchange {
namespace {

class ExchangeTest : public hall::testing::HallTest {
 protected:
  std::vector<hall::Module> modules() const override {
    hall::Module other{.name = "other"};
    const auto hears = [this](std::string kind, web::Side side) {
      return hall::Receiver{
          .kind = std::move(kind),
          .side = side,
          .receive = [this](hall::Hall&, store::Tx&, const store::Town&, const hall::Message& message) -> Result<> {
            heard_.push_back(message.payload);
            return {};
          }};
    };
    other.receivers = {hears("to.office", web::Side::office_side), hears("to.public", web::Side::public_side)};
    return {packs::module(), module(), other};
  }
  hall::Sides sides() const override { return hall::Sides::public_only; }

  Result<> send(std::string kind, std::string key, std::string payload) {
    return hall().store.change(town(), [&](store::Tx& tx) {
      return hall().exchange.send(tx, town(), {std::move(kind), std::move(key), std::move(payload), {}});
    });
  }
  Result<> take(const hall::Message& message) {
    return hall().store.change(town(), [&](store::Tx& tx) { return receive(hall(), tx, town(), message); });
  }
  std::string waiting() {
    const auto lines = hall().store.read(town(), waiting_messages);
    EXPECT_TRUE(lines);
    return lines.value_or("");
  }
  web::Request asked(std::string_view time = {}, std::string_view signature = {}) {
    web::Request request{.method = web::Method::get, .path = "/exchange/messages"};
    if (!time.empty()) request.headers.add("x-yakuba-time", std::string(time));
    if (!signature.empty()) request.headers.add("x-yakuba-signature", std::string(signature));
    return request;
  }
  mutable std::vector<std::string> heard_;
};
YAKUBA_ON_BOTH_DATABASES(ExchangeTest);

TEST_P(ExchangeTest, AMessageIsReceivedOnce) {
  const hall::Message message{"to.public", "1", "once", {}};
  ASSERT_TRUE(take(message));
  ASSERT_TRUE(take(message));
  EXPECT_EQ(heard_, (std::vector<std::string>{"once"}));
  EXPECT_EQ(take({"to.nobody", "1", "", {}}).error().code, "exchange.receiver");
}

TEST_P(ExchangeTest, WhatTheOtherSideMustHearWaitsInOrder) {
  ASSERT_TRUE(send("to.office", "b", "first"));
  ASSERT_TRUE(send("to.office", "a", "second"));
  ASSERT_TRUE(send("to.office", "b", "first again"));  // the same key: the same message
  EXPECT_TRUE(heard_.empty());
  const std::string lines = waiting();
  ASSERT_NE(lines.find("\"first\""), std::string::npos);
  EXPECT_LT(lines.find("\"first\""), lines.find("\"second\""));
  EXPECT_EQ(lines.find("first again"), std::string::npos);
  const auto first = decode_message(*parse_json(lines.substr(0, lines.find('\n'))));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->key, "b");

  const auto serial = parse_json(lines.substr(0, lines.find('\n')))->integer("serial");
  ASSERT_TRUE(serial);
  ASSERT_TRUE(hall().store.change(town(), [&](store::Tx& tx) { return mark_done(tx, *serial, clock().now()); }));
  EXPECT_EQ(waiting().find("\"first\""), std::string::npos);
  EXPECT_NE(waiting().find("\"second\""), std::string::npos);
}

TEST_P(ExchangeTest, WhatThisSideMayHearIsHandedOverAtOnce) {
  ASSERT_TRUE(send("to.public", "1", "now"));
  EXPECT_EQ(heard_, (std::vector<std::string>{"now"}));
  EXPECT_TRUE(waiting().empty());
}

TEST_P(ExchangeTest, AStrangerLearnsNothing) {
  const auto key = signing_key_from(Secret<Bytes>(Bytes(32, 7)));
  const auto wrong = signing_key_from(Secret<Bytes>(Bytes(32, 8)));
  ASSERT_TRUE(hall().store.set_setting(std::string(office_key_setting) + town().name(), base64(key.public_key)));
  ASSERT_TRUE(send("to.office", "1", "secret"));
  const auto signed_by = [&](const SigningKey& by, Instant at, std::string_view path = "/exchange/messages") {
    return base64(sign(by, view(signed_text("GET", path, at.text(), ""))));
  };
  const auto status = [&](const web::Request& request) { return answer(request, web::Side::public_side).status; };
  const Instant now = clock().now(), old = now.plus_seconds(-600);
  EXPECT_EQ(status(asked()), 404);
  EXPECT_EQ(status(asked(now.text(), "AAAA")), 404);
  EXPECT_EQ(status(asked(now.text(), signed_by(wrong, now))), 404);
  EXPECT_EQ(status(asked(old.text(), signed_by(key, old))), 404) << "too old: a replay";
  EXPECT_EQ(status(asked(now.text(), signed_by(key, now, "/exchange/done"))), 404) << "signed for another path";
  EXPECT_EQ(status(asked(now.text(), signed_by(key, now))), 200);
}

TEST_P(ExchangeTest, BadMessagesAreRefused) {
  for (const char* bad : {"{}", "[]", "null", R"({"kind":"x"})", R"({"key":"x"})"})
    EXPECT_FALSE(decode_message(*parse_json(bad))) << bad;
}

}  // namespace
}  // namespace yakuba::exchange
