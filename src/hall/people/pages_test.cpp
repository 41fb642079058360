// The pages of the register as a clerk meets them: nothing without a purpose, nothing typed stands in an address, every
// refusal beside its field.
#include "hall/people/pages.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "hall/people/copy.hpp"
#include "hall/people/synthetic/generator.hpp"
#include "hall/testing/hall.hpp"

namespace yakuba::people {

namespace {

access::Actor staff_with(std::vector<std::string> permissions) {
  access::Standing standing{
      .section = section::SectionId(1), .section_name = "こども・長寿課", .section_code = "child"};
  for (auto& permission : permissions)
    standing.grants.push_back({.permission = std::move(permission), .scope = access::Scope::town});
  return {access::Staff{.id = section::StaffId(12), .number = "1001", .name = "小林　恵", .standings = {standing}}};
}

class PeoplePagesTest : public hall::testing::HallTest {
 protected:
  std::vector<hall::Module> modules() const override {
    return {packs::module(), exchange::module(), section::module(), access::module(), module()};
  }
  void SetUp() override {
    HallTest::SetUp();
    if (HasFatalFailure()) return;
    auto filled = fill_some();
    ASSERT_TRUE(filled) << describe(filled.error());
  }
  // The demo persons alone: drawing the whole town in each test would take longer than the tests.
  Result<> fill_some() {
    const auto& files = hall::testing::nagi_pack()->people;
    const auto parameters = TRY(synthetic::parse_parameters(files.at("synthetic.toml"), "synthetic.toml"));
    const auto demo = TRY(synthetic::parse_demo_persons(files.at("demo.toml"), "demo.toml", parameters));
    for (const auto& [key, number] : demo.by_key) numbers_[key] = number;
    const Reader by{.actor = "system:test", .purpose = Purpose::maintenance, .at = clock().now()};
    TRY(store().change(town(), [&](store::Tx& tx) { return import(tx, by, demo.copy, {.demo_town = true}); }));
    return {};
  }
  std::string path(const std::string& key, std::string_view below = {}) { return person_path(numbers_.at(key), below); }
  web::Response get(const std::string& target) {
    return answer(web::Request::get(target), web::Side::office_side, actor);
  }
  web::Response post(const std::string& target, web::Fields form) {
    return answer(web::Request::post(target, std::move(form)), web::Side::office_side, actor);
  }
  std::size_t count_events() {
    EXPECT_TRUE(store().place_now(town()));
    return store().read(town(), [](store::ReadTx& tx) { return tx.events_since(0, 1000); })->events.size();
  }
  PersonId person_id(const std::string& key) {
    return **store().read(town(), [&](store::ReadTx& tx) { return id_of(tx, numbers_.at(key)); });
  }
  // As if the resident had typed the code that a clerk gave him: the reference under which the public side knows him.
  PublicId linked(const std::string& key) {
    access::Staff clerk = *actor.staff();
    const auto employed = store().change(town(), [&](store::Tx& tx) {
      const section::Act by{.at = clock().now(), .actor = "console:test"};
      const std::string number = "9" + std::to_string(++clerks_);
      return section::employ(tx, by, {PublicId::random(random()), number, clerk.name, "", "", today()});
    });
    EXPECT_TRUE(employed) << describe(employed.error());
    clerk.id = *employed;
    const auto offer =
        access::offer_link(hall(), town(), clerk, person_id(key).value, access::LinkWay::counter, "driving-licence");
    EXPECT_TRUE(offer) << describe(offer.error());
    const JsonObject said{{"reference", offer->reference.text()}, {"account", offer->reference.text()}};
    const auto redeemed = store().change(town(), [&](store::Tx& tx) {
      return hall().exchange.send(
          tx, town(),
          {.kind = "access.link-redeemed", .key = offer->reference.text(), .payload = JsonValue(said).canonical()});
    });
    EXPECT_TRUE(redeemed) << describe(redeemed.error());
    return offer->reference;
  }
  // Releases what was looked at since, and counts what the person sees of it.
  std::size_t released_to(PublicId reference) {
    EXPECT_TRUE(store().place_now(town()));
    const auto done = release_looks(hall(), town());
    EXPECT_TRUE(done) << describe(done.error());
    return store()
        .read(town(),
              [&](store::ReadTx& tx) {
                return access::released_reads(tx, reference, clock().now().plus_seconds(60), 100);
              })
        ->size();
  }
  static bool has(const web::Response& page, std::string_view text) {
    return page.body_text().find(text) != std::string::npos;
  }

  access::Actor actor = staff_with({"person.find", "person.read"});

 private:
  int clerks_ = 0;
  std::map<std::string, PartyNumber> numbers_;
};
YAKUBA_ON_BOTH_DATABASES(PeoplePagesTest);

TEST_P(PeoplePagesTest, ASearchShowsATableAndLeavesATrace) {
  const auto before = count_events();
  auto page = post("/people", {{"name", "ありもと"}, {"purpose", "examination"}});
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(has(page, "有本　健太"));
  EXPECT_TRUE(has(page, "見本123番地4"));
  EXPECT_TRUE(has(page, "平成2年4月18日（1990年）"));
  EXPECT_TRUE(has(page, "?for=examination"));
  EXPECT_FALSE(has(page, "有本　健太\" action")) << "names never stand in addresses";
  EXPECT_EQ(count_events(), before + 1);
}

TEST_P(PeoplePagesTest, TheEmptyFormReadsNobody) {
  const auto before = count_events();
  auto page = get("/people");
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(has(page, "人をさがす"));
  EXPECT_EQ(count_events(), before);
}

TEST_P(PeoplePagesTest, AWrongFieldIsSaidAtTheFieldAndEverythingTypedSurvives) {
  auto page = post("/people", {{"name", "ありもと"}, {"birth", "きのう"}, {"former", "1"}});
  EXPECT_EQ(page.status, 422);
  EXPECT_TRUE(has(page, "生年月日を読めません"));
  EXPECT_TRUE(has(page, "value=\"ありもと\""));
  EXPECT_TRUE(has(page, "value=\"きのう\""));
  EXPECT_TRUE(has(page, "エラー"));
  EXPECT_EQ(post("/people", {}).status, 422);
  EXPECT_EQ(post("/people", {{"number", "1"}}).status, 422);
  EXPECT_EQ(post("/people", {{"name", "<script>alert(1)</script>"}}).status, 200);
  EXPECT_FALSE(has(post("/people", {{"name", "<script>alert(1)</script>"}}), "<script>alert"));
}

TEST_P(PeoplePagesTest, ARecordOpensOnlyAfterItIsSaidWhatFor) {
  const auto before = count_events();
  auto asked = get(path("arimoto.kenta"));
  EXPECT_EQ(asked.status, 200);
  EXPECT_TRUE(has(asked, "何のために見るか"));
  EXPECT_FALSE(has(asked, "有本")) << "nothing is shown before";
  EXPECT_EQ(count_events(), before);
  auto page = get(path("arimoto.kenta") + "?for=counter");
  EXPECT_EQ(page.status, 200);
  for (std::string_view text :
       {"有本　健太", "アリモト　ケンタ", "有本　美月", "岡山県勝田郡奈義町見本123番地4", "岡山県津山市見本町",
        "kenta.arimoto@example.jp", "転入", "架空の人物", "令和8年11月20日の写し"})
    EXPECT_TRUE(has(page, text)) << text;
  EXPECT_EQ(count_events(), before + 1);
  EXPECT_EQ(get("/people/0000000000?for=counter").status, 404);
  EXPECT_EQ(get("/people/x?for=counter").status, 404);
}

TEST_P(PeoplePagesTest, AProtectedPersonsPageWarnsAndWithholds) {
  auto page = get(path("kuroiwa.mayu") + "?for=counter");
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(has(page, "この人には支援措置か抑止があります"));
  EXPECT_FALSE(has(page, "501番地"));
  EXPECT_FALSE(has(page, "黒岩　さくら"));
  actor = staff_with({"person.find", "person.read", "person.see_protected"});
  page = get(path("kuroiwa.mayu") + "?for=counter");
  EXPECT_TRUE(has(page, "501番地"));
  EXPECT_TRUE(has(page, "黒岩　さくら"));
}

TEST_P(PeoplePagesTest, NamesLeaveTheHouseOnlyWithAGround) {
  actor = staff_with({"person.find", "person.export"});
  EXPECT_TRUE(has(post("/people/export", {{"name", "ありもと"}}), "根拠"));
  auto refused = post("/people/export", {{"name", "ありもと"}, {"asked", "1"}, {"law", " "}});
  EXPECT_EQ(refused.status, 422);
  EXPECT_TRUE(has(refused, "根拠を入れてください"));
  auto file = post("/people/export", {{"name", "ありもと"}, {"asked", "1"}, {"law", "児童手当法 第7条"}});
  EXPECT_EQ(file.status, 200);
  EXPECT_TRUE(file.header("content-disposition").starts_with("attachment"));
  EXPECT_TRUE(has(file, "有本　彩"));
}

TEST_P(PeoplePagesTest, WhoLookedIsShownWithNameAndPurpose) {
  get(path("arimoto.kenta") + "?for=examination");
  ASSERT_TRUE(store().place_now(town()));
  actor = staff_with({"person.audit"});
  auto page = get(path("arimoto.kenta", "/looks"));
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(has(page, "審査"));
  EXPECT_TRUE(has(page, "個人の記録"));
  EXPECT_EQ(get("/people/0000000000/looks").status, 404);
}

TEST_P(PeoplePagesTest, AStandingIsEnteredOnceAndLifted) {
  actor = staff_with({"person.read", "person.protect", "person.see_protected"});
  const std::string form_page = path("arimoto.kenta", "/standing/new");
  EXPECT_TRUE(has(get(form_page), "支援措置・抑止を入れる"));
  web::Fields form{{"kind", "support_measure"},
                   {"process", "certificate"},
                   {"level", "error"},
                   {"from-y", "2026"},
                   {"from-m", "11"},
                   {"from-d", "22"},
                   {"until-y", "2028"},
                   {"until-m", "1"},
                   {"until-d", "1"},
                   {"basis", "事務処理要領（DV等支援措置）"},
                   {"_key", "k1"}};
  auto refused = post(form_page, form);
  EXPECT_EQ(refused.status, 422);
  EXPECT_TRUE(has(refused, "1年以内"));
  for (auto& [name, value] : form.items)
    if (name == "until-y") value = "2027";
  EXPECT_EQ(post(form_page, form).status, 303);
  EXPECT_EQ(post(form_page, form).status, 303) << "a double submit";
  auto page = get(path("arimoto.kenta") + "?for=maintenance");
  const auto at = page.body_text().find("/standing/", page.body_text().find("/lift") - 30);
  ASSERT_NE(at, std::string::npos);
  const std::string id(page.body_text().substr(at + 10, page.body_text().find("/lift", at) - at - 10));
  const std::string lift_page = path("arimoto.kenta", "/standing/" + id + "/lift");
  EXPECT_TRUE(has(get(lift_page), "この措置を解除しますか"));
  EXPECT_EQ(post(lift_page, {{"version", "7"}}).status, 409) << "a stale page";
  EXPECT_EQ(post(lift_page, {{"version", "1"}}).status, 303);
  EXPECT_EQ(get(path("hayase.yuka", "/standing/" + id + "/lift")).status, 404) << "of this person only";
}

TEST_P(PeoplePagesTest, LooksGoOutwardOnlyForLinkedPersons) {
  const PublicId kenta = linked("arimoto.kenta");
  for (const char* seen : {"arimoto.kenta", "hayase.yuka"}) get(path(seen) + "?for=counter");
  EXPECT_EQ(released_to(kenta), 1u);
  EXPECT_EQ(released_to(kenta), 1u) << "again, nothing new";
  EXPECT_EQ(released_to(linked("hayase.yuka")), 0u) << "what was looked at before the link stays inside";
}

// Somebody else may hold the account's password: while a support measure is in force nothing goes outward.
TEST_P(PeoplePagesTest, UnderASupportMeasureNoLookGoesOutward) {
  const PublicId kenta = linked("arimoto.kenta");
  const Reader by{.actor = "system:test", .purpose = Purpose::maintenance, .at = clock().now()};
  const Standing measure{.kind = StandingKind::support_measure,
                         .process = Process::certificate,
                         .level = Level::error,
                         .from = today(),
                         .until = today().plus_days(300),
                         .basis = "事務処理要領（DV等支援措置）"};
  const auto set =
      store().change(town(), [&](store::Tx& tx) { return set_standing(tx, by, person_id("arimoto.kenta"), measure); });
  ASSERT_TRUE(set) << describe(set.error());
  get(path("arimoto.kenta") + "?for=counter");
  EXPECT_EQ(released_to(kenta), 0u);
}

TEST_P(PeoplePagesTest, EveryFixtureOfTheRoutesResolves) {
  for (const hall::Fixture& fixture : module().fixtures) {
    auto value = fixture.resolve(hall(), town());
    EXPECT_TRUE(value) << fixture.name << " " << describe(value.error());
  }
}

}  // namespace
}  // namespace yakuba::people
