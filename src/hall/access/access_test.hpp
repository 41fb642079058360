// A little town hall for the tests of this folder: fakes for keys, packs and the exchange, everything else is real.
#pragma once

#include <gtest/gtest.h>

#include "hall/access/accounts.hpp"
#include "hall/access/parts.hpp"
#include "hall/access/queries.hpp"
#include "hall/access/staff_login.hpp"
#include "hall/hall.hpp"
#include "store/testing/towns.hpp"
#include "web/form.hpp"

namespace yakuba::access::testing {

class FakeKeys final : public hall::Keys {
 public:
  Result<Key256> key(const store::Town& town, std::string_view purpose) override {
    Hash hash = sha256(town.name() + "|" + std::string(purpose));
    return Key256(Bytes(hash.begin(), hash.end()));
  }
  Result<SigningKey> signing_key(const store::Town&, std::string_view) override {
    return fail(ErrorKind::internal, "test.no_signing_key");
  }
  Result<std::optional<Secret<std::string>>> file(const store::Town&, std::string_view) override {
    return std::optional<Secret<std::string>>();
  }
  Result<> put_file(const store::Town&, std::string_view, const Secret<std::string>&) override { return {}; }
};

class FakeShelf final : public hall::PackShelf {
 public:
  std::shared_ptr<pack::Pack> pack = std::make_shared<pack::Pack>();
  Result<pack::PackPtr> in_force(const store::Town&, Date) override { return pack::PackPtr(pack); }
  Result<pack::PackPtr> version(const store::Town&, const Hash&) override { return pack::PackPtr(pack); }
};

// Both sides in one process: the receiver runs in the sender's transaction.
class FakeExchange final : public hall::Exchange {
 public:
  hall::Hall* hall = nullptr;
  std::vector<hall::Message> sent;
  Result<> send(store::Tx& tx, const store::Town& town, const hall::Message& message) override {
    sent.push_back(message);
    for (const hall::Receiver& receiver : receivers())
      if (receiver.kind == message.kind) return receiver.receive(*hall, tx, town, message);
    return fail(ErrorKind::internal, "test.no_receiver", message.kind);
  }
};

inline std::shared_ptr<pack::Pack> office_pack() {
  auto pack = std::make_shared<pack::Pack>();
  auto rank = [&](const char* id, const char* name, int level) {
    pack::Rank row;
    row.id = id;
    row.name = name;
    row.level = level;
    pack->ranks.push_back(row);
  };
  rank("section head", "課長", 50);
  rank("chief", "係長", 30);
  rank("officer", "主事", 10);
  auto role = [&](const char* id, const char* name, const char* scope, std::vector<std::string> permissions) {
    pack::Role row;
    row.id = id;
    row.name = name;
    row.scope = scope;
    row.permissions = std::move(permissions);
    pack->roles.push_back(row);
  };
  role("clerk", "担当", "section", {"case.read", "case.examine"});
  role("approver", "決裁者", "section", {"case.read", "case.approve"});
  role("own", "自分の件", "own", {"case.note"});
  role("jido", "児童手当担当", "procedure:jido-teate-nintei jido-teate-shometsu", {"case.examine"});
  role("auditor", "監査", "town", {"audit.*"});
  pack->acting.push_back({"section head", {"chief"}, "", {}});
  return pack;
}

class AccessTest : public store::testing::TownTest {
 protected:
  std::vector<store::MigrationSet> migrations() const override {
    return {{"section", section::module().migrations}, {"access", sql::migrations}};
  }

  void SetUp() override {
    TownTest::SetUp();
    shelf.pack = office_pack();
    hall_ = std::make_unique<hall::Hall>(hall::Hall{.store = store(),
                                                    .clock = clock(),
                                                    .random = random(),
                                                    .keys = keys,
                                                    .packs = shelf,
                                                    .exchange = exchange,
                                                    .gate = gate});
    hall_->towns.emplace(town().name(), hall::TownInfo{.id = town().name(),
                                                       .code = "336238",
                                                       .public_host = "nagi.localhost",
                                                       .office_host = "office.nagi.localhost"});
    exchange.hall = hall_.get();
    child = make_section("child", "こども・長寿課");
    tax = make_section("tax", "税務課");
  }

  hall::Hall& the_hall() { return *hall_; }
  Instant now() { return clock().now(); }
  Date today() { return date_in_japan(now()); }
  section::Act act() { return {now(), "console:test"}; }

  template <class F>
  auto change(F f) {
    return store().change(town(), [&](store::Tx& tx) { return f(tx); });
  }
  template <class F>
  auto read(F f) {
    return store().read(town(), [&](store::ReadTx& tx) { return f(tx); });
  }

  SectionId make_section(std::string code, std::string name) {
    PublicId id = PublicId::random(random());
    auto made = change([&](store::Tx& tx) {
      return section::found(tx, act(), {id, code, name, std::nullopt, "", {*Date::parse("2020-04-01"), {}}});
    });
    EXPECT_TRUE(made) << describe(made.error());
    return made.value_or(SectionId());
  }
  StaffId make_staff(std::string number, SectionId section, std::string rank, std::vector<std::string> roles) {
    PublicId id = PublicId::random(random());
    Date from = *Date::parse("2020-04-01");
    auto made = change([&](store::Tx& tx) -> Result<StaffId> {
      auto staff = TRY(section::employ(tx, act(), {id, number, "見本　" + number, "", "", from}));
      TRY(section::assign(tx, act(), *shelf.pack, {{}, staff, section, rank, "", roles, false, {from, {}}}));
      return staff;
    });
    EXPECT_TRUE(made) << describe(made.error());
    return made.value_or(StaffId());
  }
  // With a password and a second factor.
  StaffId make_enrolled(std::string number, SectionId section, std::string rank, std::vector<std::string> roles) {
    StaffId staff = make_staff(number, section, rank, roles);
    auto done = enrol_directly(the_hall(), town(), staff, Secret<std::string>(std::string(password)), factor(staff));
    EXPECT_TRUE(done) << describe(done.error());
    return staff;
  }
  Bytes factor(StaffId staff) {
    Hash hash = sha256("factor " + std::to_string(staff.value));
    return Bytes(hash.begin(), hash.begin() + 20);
  }
  std::string code(StaffId staff) { return totp_code(factor(staff), now()); }
  void next_code() { clock().advance_seconds(30); }

  Staff actor(StaffId staff) {
    auto made = read([&](store::ReadTx& tx) { return staff_actor(tx, *shelf.pack, staff, today()); });
    EXPECT_TRUE(made) << describe(made.error());
    return made.value_or(Staff{});
  }

  static constexpr std::string_view password = "correct horse 電池 staple";
  Visitor visitor{"192.0.2.7", "Test/1.0"};
  FakeKeys keys;
  FakeShelf shelf;
  FakeExchange exchange;
  Gate gate{{.passes = 1, .memory_bytes = 8 * 1024}};
  SectionId child, tax;

 private:
  std::unique_ptr<hall::Hall> hall_;
};

}  // namespace yakuba::access::testing
