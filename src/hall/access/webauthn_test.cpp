// Passkeys with an authenticator made here: what it signs is accepted, everything else is not.
#include "hall/access/webauthn.hpp"

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include "base/json.hpp"
#include "hall/access/access_test.hpp"

namespace yakuba::access {
namespace {

// A soft authenticator: one P-256 key, counter, user verified.
class Authenticator {
 public:
  Authenticator() : key_(EVP_EC_gen("P-256")) {}
  ~Authenticator() { EVP_PKEY_free(key_); }
  Authenticator(const Authenticator&) = delete;
  Authenticator& operator=(const Authenticator&) = delete;

  std::string party = "office.nagi.localhost", origin = "http://office.nagi.localhost";
  std::uint8_t flags = 0x05;  // present, verified
  std::uint32_t count = 1;

  static Bytes bytes(std::string_view text) { return Bytes(text.begin(), text.end()); }
  Bytes client_data(std::string_view type, std::string_view challenge) const {
    return bytes("{\"type\":\"" + std::string(type) + "\",\"challenge\":\"" + std::string(challenge) +
                 "\",\"origin\":\"" + origin + "\",\"crossOrigin\":false}");
  }
  Bytes head(std::uint8_t more) const {
    Hash hash = sha256(party);
    Bytes data(hash.begin(), hash.end());
    data.push_back(flags | more);
    for (int shift = 24; shift >= 0; shift -= 8) data.push_back(static_cast<std::uint8_t>(count >> shift));
    return data;
  }
  Bytes attestation() const {
    Bytes data = head(0x40);
    data.insert(data.end(), 16, 0);  // AAGUID
    data.insert(data.end(), {0, 16});
    data.insert(data.end(), id_.begin(), id_.end());
    // COSE key: {1: 2, 3: -7, -1: 1, -2: x, -3: y}
    Bytes point = public_point();
    data.insert(data.end(), {0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20});
    data.insert(data.end(), point.begin() + 1, point.begin() + 33);
    data.insert(data.end(), {0x22, 0x58, 0x20});
    data.insert(data.end(), point.begin() + 33, point.end());
    Bytes object{0xa3,
                 0x63,
                 'f',
                 'm',
                 't',
                 0x64,
                 'n',
                 'o',
                 'n',
                 'e',
                 0x67,
                 'a',
                 't',
                 't',
                 'S',
                 't',
                 'm',
                 't',
                 0xa0,
                 0x68,
                 'a',
                 'u',
                 't',
                 'h',
                 'D',
                 'a',
                 't',
                 'a',
                 0x59,
                 static_cast<std::uint8_t>(data.size() >> 8),
                 static_cast<std::uint8_t>(data.size())};
    object.insert(object.end(), data.begin(), data.end());
    return object;
  }
  Assertion assertion(std::string_view challenge) {
    ++count;
    Assertion made{base64url(id_), client_data("webauthn.get", challenge), head(0), {}};
    Bytes message = made.authenticator_data;
    Hash hash = sha256(made.client_data);
    message.insert(message.end(), hash.begin(), hash.end());
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    std::size_t size = 0;
    EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key_);
    EVP_DigestSign(context, nullptr, &size, message.data(), message.size());
    made.signature.resize(size);
    EVP_DigestSign(context, made.signature.data(), &size, message.data(), message.size());
    made.signature.resize(size);
    EVP_MD_CTX_free(context);
    return made;
  }

 private:
  Bytes public_point() const {
    Bytes point(65);
    std::size_t size = 0;
    EVP_PKEY_get_octet_string_param(key_, "pub", point.data(), point.size(), &size);
    return point;
  }
  EVP_PKEY* key_;
  Bytes id_ = Bytes(16, 0x5a);
};

class PasskeyTest : public testing::AccessTest {
 protected:
  void SetUp() override {
    AccessTest::SetUp();
    the_hall().settings.port = 80;
    clerk = make_enrolled("1001", child, "officer", {"clerk"});
    authenticator.origin = office_party(the_hall(), town()).origin;
  }
  std::string challenge(std::string_view binding = "visitor") {
    return *passkey_challenge(the_hall(), town(), binding);
  }
  Result<> add() {
    std::string asked = challenge();
    return add_passkey(the_hall(), town(), actor(clerk), "机の端末", asked, "visitor",
                       authenticator.client_data("webauthn.create", asked), authenticator.attestation());
  }
  Result<Token> sign_in(std::string_view asked, const Assertion& assertion, std::string_view binding = "visitor") {
    return sign_in_with_passkey(the_hall(), town(), visitor, office_party(the_hall(), town()), asked, binding,
                                assertion);
  }
  Authenticator authenticator;
  StaffId clerk;
};
YAKUBA_ON_BOTH_DATABASES(PasskeyTest);

TEST_P(PasskeyTest, APasskeySignsInAndItsChallengeCountsOnce) {
  auto added = add();
  ASSERT_TRUE(added) << describe(added.error());
  std::string asked = challenge();
  Assertion assertion = authenticator.assertion(asked);
  auto session = sign_in(asked, assertion);
  ASSERT_TRUE(session) << describe(session.error());
  EXPECT_FALSE(sign_in(asked, assertion)) << "replayed";
}

TEST_P(PasskeyTest, WhatIsNotSignedForUsIsRefused) {
  ASSERT_TRUE(add());
  std::string asked = challenge();
  EXPECT_FALSE(sign_in(asked, authenticator.assertion(challenge()))) << "another challenge";
  EXPECT_FALSE(sign_in(asked, authenticator.assertion(asked), "another visitor")) << "bound to the visitor's cookie";
  std::string invented = base64url(Bytes(40, 1));
  EXPECT_FALSE(sign_in(invented, authenticator.assertion(invented))) << "not ours";
  Assertion tampered = authenticator.assertion(asked);
  tampered.signature[10] ^= 1;
  EXPECT_FALSE(sign_in(asked, tampered));
  authenticator.flags = 0x01;
  EXPECT_FALSE(sign_in(asked, authenticator.assertion(asked))) << "the user was not verified";
  authenticator.flags = 0x05;
  std::string origin = std::exchange(authenticator.origin, "https://evil.example");
  EXPECT_FALSE(sign_in(asked, authenticator.assertion(asked))) << "phished";
  authenticator.origin = origin;
  std::string party = std::exchange(authenticator.party, "evil.example");
  EXPECT_FALSE(sign_in(asked, authenticator.assertion(asked)));
  authenticator.party = party;
  EXPECT_TRUE(sign_in(asked, authenticator.assertion(asked)));
  clock().advance_seconds(challenge_seconds_max + 1);
  std::string late = asked;
  EXPECT_FALSE(sign_in(late, authenticator.assertion(late)));
}

TEST_P(PasskeyTest, ACopiedKeyBetraysItselfByItsCounter) {
  ASSERT_TRUE(add());
  authenticator.count = 100;
  std::string first = challenge();
  ASSERT_TRUE(sign_in(first, authenticator.assertion(first)));
  authenticator.count = 50;
  std::string second = challenge();
  EXPECT_FALSE(sign_in(second, authenticator.assertion(second)));
}

TEST_P(PasskeyTest, RegistrationTakesOnlyWhatItAskedFor) {
  std::string asked = challenge();
  auto with = [&](BytesView client, BytesView attestation) {
    auto done = add_passkey(the_hall(), town(), actor(clerk), "鍵", asked, "visitor", client, attestation);
    return done ? std::string() : done.error().code;
  };
  Bytes good_client = authenticator.client_data("webauthn.create", asked);
  Bytes good = authenticator.attestation();
  EXPECT_EQ(with(authenticator.client_data("webauthn.get", asked), good), "access.passkey.type");
  EXPECT_EQ(with(authenticator.client_data("webauthn.create", challenge()), good), "access.passkey.challenge");
  EXPECT_EQ(with(Bytes{'{'}, good), "access.passkey.client_data");
  EXPECT_EQ(with(good_client, {}), "access.passkey.attestation");
  for (std::size_t length = 0; length < good.size(); length += 7)
    EXPECT_NE(with(good_client, BytesView(good).first(length)), "") << length;
  EXPECT_EQ(with(good_client, Bytes(20'000, 0xff)), "access.passkey.too_large");
  EXPECT_EQ(with(good_client, good), "");
  EXPECT_EQ(with(good_client, good), "access.passkey.challenge") << "a challenge registers once";
}

}  // namespace
}  // namespace yakuba::access
