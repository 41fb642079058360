// The register on both databases: filled by a copy, found, read with a trace, kept apart by standing.
#include "hall/people/people.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "hall/people/copy.hpp"
#include "hall/people/queries.hpp"
#include "store/testing/towns.hpp"

namespace yakuba::people {
namespace {

Date day(std::string_view iso) {
  return *Date::parse(iso);
}
PartyNumber number(std::int64_t serial) {
  return *PartyNumber::of_serial(serial);
}

// A small town: 有本 (father, mother, two children; moved in), 早瀬 (mother and child; the father moved out), a
// protected mother 黒岩 with her child, 髙﨑 𠮷子 who lives alone, a man who is dead, one whose inquiries are
// suppressed.
class SmallTown {
 public:
  SmallTown() {
    copy.as_of = day("2026-11-20");
    copy.synthetic = true;
    person(1001, "有本　健太", "アリモト　ケンタ", "1990-04-18", Sex::male);
    person(1002, "有本　彩", "アリモト　アヤ", "1991-06-02", Sex::female).name.former_surname = "野々上";
    person(1003, "有本　美月", "アリモト　ミヅキ", "2019-08-03", Sex::female);
    person(1004, "有本　陽翔", "アリモト　ハルト", "2025-02-11", Sex::male);
    home(91, "123番地4", {{1001, "世帯主"}, {1002, "妻"}, {1003, "子"}, {1004, "子"}});
    contact(1001, ContactKind::mobile, "090-0123-0001");
    person(1005, "早瀬　由佳", "ハヤセ　ユカ", "1992-01-25", Sex::female);
    person(1006, "早瀬　蓮", "ハヤセ　レン", "2020-05-14", Sex::male);
    home(92, "45番地", {{1005, "世帯主"}, {1006, "子"}});
    PersonRecord& away = person(1007, "早瀬　大輔", "ハヤセ　ダイスケ", "1990-09-30", Sex::male);
    away.status = Status::moved_out;
    away.ended_on = day("2026-08-31");
    away.addresses = {{.kind = AddressKind::destination,
                       .municipality = "332038",
                       .place = "岡山県津山市",
                       .area = "見本町",
                       .lot = "1番1号",
                       .valid = {day("2026-08-31"), {}}}};
    relation(RelationKind::parent, 1006, 1005);
    relation(RelationKind::parent, 1006, 1007);
    relation(RelationKind::spouse, 1005, 1007);
    person(1008, "黒岩　真由", "クロイワ　マユ", "1993-05-21", Sex::female);
    person(1010, "黒岩　さくら", "クロイワ　サクラ", "2022-04-02", Sex::female);
    home(93, "501番地", {{1008, "世帯主"}, {1010, "子"}});
    contact(1008, ContactKind::mail, "mayu@example.jp");
    for (int serial : {1008, 1010})
      copy.standings.push_back({number(serial),
                                {.kind = StandingKind::support_measure,
                                 .process = Process::certificate,
                                 .level = Level::error,
                                 .from = day("2026-05-01"),
                                 .until = day("2027-04-30"),
                                 .basis = "事務処理要領（DV等支援措置）"}});
    person(1011, "髙﨑　𠮷子", "タカサキ　ヨシコ", "昭和10年月日不詳", Sex::female);
    home(94, "8番地", {{1011, "世帯主"}});
    PersonRecord& dead = person(1013, "有本　三郎", "アリモト　サブロウ", "1936-02-29", Sex::male);
    dead.status = Status::dead;
    dead.ended_on = day("2024-01-05");
    person(1014, "国定　静", "クニサダ　シズカ", "1970-04-01", Sex::female);
    home(95, "64番地", {{1014, "世帯主"}});
    copy.standings.push_back({number(1014),
                              {.kind = StandingKind::suppression,
                               .process = Process::inquiry,
                               .level = Level::error,
                               .from = day("2026-01-01"),
                               .sections = {"juumin"},
                               .basis = "取扱要領 第12条"}});
  }
  PersonRecord& of(int serial) {
    for (auto& p : copy.persons)
      if (p.number == number(serial)) return p;
    throw std::logic_error("no such serial");
  }
  RegisterCopy copy;

 private:
  PersonRecord& person(int serial, std::string name, std::string kana, std::string_view birth, Sex sex) {
    PersonRecord p;
    p.number = number(serial);
    p.name = {.registered = std::move(name), .kana = std::move(kana), .kana_confirmed = true};
    p.birth = *parse_birth(birth);
    p.sex = sex;
    copy.persons.push_back(std::move(p));
    return copy.persons.back();
  }
  void home(int serial, const std::string& lot, std::vector<std::pair<int, std::string>> members) {
    copy.households.push_back({.number = number(serial), .head = number(members.front().first)});
    for (const auto& [member, relationship] : members) {
      copy.members.push_back({number(serial), number(member), relationship, {}});
      of(member).addresses.push_back({.postal_code = "7089901",
                                      .municipality = "336238",
                                      .place = "岡山県勝田郡奈義町",
                                      .area = "見本",
                                      .lot = lot,
                                      .valid = {day("2020-04-01"), {}}});
    }
  }
  void contact(int serial, ContactKind kind, std::string value) {
    of(serial).contacts.push_back({.kind = kind, .value = std::move(value)});
  }
  void relation(RelationKind kind, int person, int other) {
    copy.relations.push_back({kind, number(person), number(other), "", {}});
  }
};

class PeopleTest : public store::testing::TownTest {
 protected:
  std::vector<store::MigrationSet> migrations() const override { return {{"people", sql::migrations}}; }

  Reader clerk(Purpose purpose = Purpose::counter) {
    return {.actor = "staff:12",
            .post = "shuji",
            .section = "child",
            .channel = "counter",
            .terminal = "desk-1",
            .purpose = purpose,
            .law = "児童手当法 第7条",
            .at = clock().now()};
  }
  Reader protector() {
    Reader reader = clerk();
    reader.sees_protected = true;
    return reader;
  }
  Result<ImportReport> import_copy(const RegisterCopy& copy, bool demo = true) {
    return store().change(
        town(), [&](store::Tx& tx) { return import(tx, clerk(Purpose::maintenance), copy, {.demo_town = demo}); });
  }
  void fill() {
    auto report = import_copy(small.copy);
    ASSERT_TRUE(report) << describe(report.error());
  }
  PersonId id(int serial) {
    return **store().read(town(), [&](store::ReadTx& tx) { return id_of(tx, number(serial)); });
  }
  Result<Found> find(const Query& query, const Reader& reader) {
    Bytes key(32);
    random().fill(key);
    return look(store(), town(), [&](store::ReadTx& tx) { return search(tx, reader, query, key); });
  }
  std::vector<std::string> found(const Query& query) {
    auto result = find(query, clerk());
    EXPECT_TRUE(result) << describe(result.error());
    std::vector<std::string> names;
    if (result)
      for (const auto& row : result->rows) names.push_back(row.name.registered);
    return names;
  }
  Result<PersonFile> open(int serial, const Reader& reader) {
    return look(store(), town(), [&](store::ReadTx& tx) { return person(tx, reader, number(serial)); });
  }
  std::vector<log::Event> events() {
    EXPECT_TRUE(store().place_now(town()));
    return store().read(town(), [](store::ReadTx& tx) { return tx.events_since(0, 1000); })->events;
  }
  std::size_t count_events() { return events().size(); }
  Result<JsonObject> ask_facts(int serial, const Reader& reader, std::vector<std::string> keys = {},
                               Date as_of = day("2026-11-20")) {
    return store().change(town(), [&](store::Tx& tx) -> Result<JsonObject> {
      auto sealed = TRY(facts(tx, reader, TRY(id_of(tx, number(serial))).value_or(PersonId()), as_of, keys));
      return reveal(tx, sealed);
    });
  }
  SmallTown small;
};
YAKUBA_ON_BOTH_DATABASES(PeopleTest);

using Names = std::vector<std::string>;

// --- finding ---

TEST_P(PeopleTest, FindsByKanaKanjiGivenNameAndFormerSurname) {
  fill();
  EXPECT_EQ(found({.name = "アリモト"}), (Names{"有本　彩", "有本　健太", "有本　陽翔", "有本　美月"}));
  EXPECT_EQ(found({.name = "ありもと けんた"}), Names{"有本　健太"});
  EXPECT_EQ(found({.name = "有本健太"}), Names{"有本　健太"});
  EXPECT_EQ(found({.name = "健太"}), Names{"有本　健太"});
  EXPECT_EQ(found({.name = "ｹﾝﾀ"}), Names{"有本　健太"});
  EXPECT_EQ(found({.name = "野々上"}), Names{"有本　彩"});
  EXPECT_EQ(found({.name = "だれもいない"}), Names{});
}

TEST_P(PeopleTest, FindsVariantCharactersByTheirUsualForm) {
  fill();
  for (std::string_view typed : {"高崎", "髙﨑", "高﨑 吉子", "たかさき"})
    EXPECT_EQ(found({.name = std::string(typed)}), Names{"髙﨑　𠮷子"}) << typed;
}

TEST_P(PeopleTest, FindsByBirthInAnyFormAndByYear) {
  fill();
  for (std::string_view typed : {"2019-08-03", "令和元年8月3日", "R1.8.3", "令和１年８月３日"})
    EXPECT_EQ(found({.birth = std::string(typed)}), Names{"有本　美月"}) << typed;
  EXPECT_EQ(found({.birth = "令和2年"}), Names{"早瀬　蓮"});
  EXPECT_EQ(found({.birth = "1935-05-05"}), Names{"髙﨑　𠮷子"}) << "an unclear birth may be that day";
  EXPECT_EQ(found({.birth = "1934-12-31"}), Names{});
}

TEST_P(PeopleTest, FindsByAddressNumberAndTelephoneHoweverWritten) {
  fill();
  for (std::string_view typed :
       {"見本123番地4", "見本１２３－４", "大字見本123の4", "岡山県勝田郡奈義町見本123番地4", "見本123-4"})
    EXPECT_EQ(found({.address = std::string(typed)}).size(), 4U) << typed;
  EXPECT_EQ(found({.number = number(1001).text()}), Names{"有本　健太"});
  EXPECT_EQ(found({.telephone = "０９０（０１２３）０００１"}), Names{"有本　健太"});
  EXPECT_EQ(found({.telephone = "+81 90 0123 0001"}), Names{"有本　健太"});
}

TEST_P(PeopleTest, JoinsAllThatWasTyped) {
  fill();
  EXPECT_EQ(found({.name = "ありもと", .birth = "R7.2.11", .address = "見本123"}), Names{"有本　陽翔"});
  EXPECT_EQ(found({.name = "ありもと", .address = "見本45"}), Names{});
  EXPECT_EQ(found({.name = "あ", .birth = "1990"}), Names{"有本　健太"});
}

TEST_P(PeopleTest, ShowsThoseWhoLeftOrDiedOnlyWhenAsked) {
  fill();
  EXPECT_EQ(found({.name = "ありもとさぶろう"}), Names{});
  EXPECT_EQ(found({.name = "ありもとさぶろう", .also_former = true}), Names{"有本　三郎"});
  EXPECT_EQ(found({.name = "はやせだいすけ", .also_former = true}), Names{"早瀬　大輔"});
}

TEST_P(PeopleTest, RefusesWhatCannotBeReadAtItsField) {
  fill();
  auto error = [&](const Query& query) { return find(query, clerk()).error(); };
  EXPECT_EQ(error({}).code, "people.query.empty");
  EXPECT_EQ(error({.name = "　"}).place.field, "name");
  EXPECT_EQ(error({.birth = "きのう"}).code, "people.query.birth");
  EXPECT_EQ(error({.number = "1234567890"}).code, "people.query.number");
  EXPECT_EQ(error({.telephone = "12"}).code, "people.query.telephone");
  EXPECT_EQ(error({.name = std::string(500, 'a')}).code, "people.query.too_long");
  EXPECT_EQ(error({.name = "\xff\xfe"}).code, "people.query.too_long");
  EXPECT_EQ(error({.name = "あ", .after = "???"}).code, "people.query.after");
  EXPECT_EQ(found({.name = "'; drop table people_person; --"}), Names{});
  EXPECT_EQ(found({.name = "%"}), Names{});
}

TEST_P(PeopleTest, PagesByKeyWithoutGapsOrRepeats) {
  RegisterCopy many;
  many.as_of = day("2026-11-20");
  many.synthetic = true;
  for (int serial = 2000; many.persons.size() < 130; ++serial) {
    auto n = PartyNumber::of_serial(serial);
    if (!n) continue;
    PersonRecord p;
    p.number = *n;
    p.name = {.registered = "山田　太郎", .kana = "ヤマダ　タロウ"};
    p.birth = BirthDate::on(day("1980-01-01"));
    p.addresses = {{.municipality = "336238", .area = "見本", .lot = "1番地"}};
    many.persons.push_back(p);
  }
  ASSERT_TRUE(import_copy(many));
  for (Query query : {Query{.name = "やまだ"}, Query{.birth = "S55.1.1"}, Query{.name = "やまだ", .address = "見本"},
                      Query{.name = "太郎", .birth = "1980"}}) {
    std::set<PersonId> seen;
    int pages = 0;
    do {
      auto page = find(query, clerk());
      ASSERT_TRUE(page) << describe(page.error());
      EXPECT_EQ(page->count, 130);
      EXPECT_FALSE(page->more_than_counted);
      for (const auto& row : page->rows) EXPECT_TRUE(seen.insert(row.id).second);
      query.after = page->next;
      ++pages;
    } while (!query.after.empty() && pages < 10);
    EXPECT_EQ(seen.size(), 130U);
    EXPECT_EQ(pages, 3);
  }
}

// --- nobody reads without a trace ---

TEST_P(PeopleTest, ASearchIsOneEventWithTheIdsAndWithoutTheTypedText) {
  fill();
  const auto before = count_events();
  found({.name = "ありもと"});
  const auto all = events();
  ASSERT_EQ(all.size(), before + 1);
  const log::Event& event = all.back();
  EXPECT_EQ(event.verb, log::Verb::viewed);
  EXPECT_EQ(event.object_kind, "inquiry");
  EXPECT_EQ(event.actor, "staff:12");
  EXPECT_EQ(event.section, "child");
  EXPECT_EQ(event.refs.size(), 4U);
  EXPECT_EQ(event.payload.json()->text_or("purpose", ""), "counter");
  EXPECT_EQ(event.payload.text().find("ありもと"), std::string::npos) << "personal data stays in its row";
  EXPECT_NE(event.payload.text().find("query_hmac"), std::string::npos);
}

TEST_P(PeopleTest, ASearchThatFindsNobodyLeavesATraceToo) {
  fill();
  const auto before = count_events();
  found({.name = "いないひと"});
  EXPECT_EQ(count_events(), before + 1);
}

TEST_P(PeopleTest, EveryReaderLeavesATrace) {
  fill();
  const PersonId kenta = id(1001);
  const Reader reader = clerk();
  const std::vector<PersonId> some{kenta, id(1005)};
  auto left_a_trace = [&](auto&& reading) {
    const auto before = count_events();
    auto result = look(store(), town(), reading);
    EXPECT_TRUE(result) << describe(result.error());
    return count_events() == before + 1;
  };
  EXPECT_TRUE(left_a_trace([&](store::ReadTx& tx) { return person(tx, reader, kenta); }));
  EXPECT_TRUE(left_a_trace([&](store::ReadTx& tx) { return household(tx, reader, kenta, day("2026-11-20")); }));
  EXPECT_TRUE(left_a_trace([&](store::ReadTx& tx) { return children(tx, reader, kenta, day("2026-11-20")); }));
  EXPECT_TRUE(left_a_trace([&](store::ReadTx& tx) { return briefs(tx, reader, some); }));
  EXPECT_TRUE(left_a_trace([&](store::ReadTx& tx) { return person_as_it_was(tx, reader, kenta, 1); }));
  EXPECT_TRUE(left_a_trace([&](store::ReadTx& tx) { return who_looked(tx, reader, kenta); }));
  EXPECT_TRUE(left_a_trace([&](store::ReadTx& tx) { return facts(tx, reader, kenta, day("2026-11-20")); }));
  Reader batch = clerk(Purpose::batch);
  EXPECT_TRUE(left_a_trace([&](store::ReadTx& tx) { return facts_of(tx, batch, some, day("2026-11-20")); }));
}

TEST_P(PeopleTest, AReadingWhoseTraceCannotBeWrittenShowsNothing) {
  fill();
  Reader nameless = clerk();
  nameless.actor.clear();
  auto refused = open(1001, nameless);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "people.purpose");
  Reader lawless = clerk(Purpose::batch);
  lawless.law.clear();
  EXPECT_FALSE(ask_facts(1001, lawless));
}

TEST_P(PeopleTest, ThePersonSeesWhoLookedWhenAndForWhat) {
  fill();
  ASSERT_TRUE(open(1001, clerk()));
  clock().advance_seconds(60);
  found({.name = "ありもと"});
  clock().advance_seconds(60);
  Reader examiner = clerk(Purpose::examination);
  examiner.case_id = "c4se";
  ASSERT_TRUE(ask_facts(1001, examiner));
  ASSERT_TRUE(store().place_now(town()));
  const PersonId kenta = id(1001);
  Reader auditor = clerk(Purpose::audit);
  auto looks = look(store(), town(), [&](store::ReadTx& tx) { return who_looked(tx, auditor, kenta); });
  ASSERT_TRUE(looks) << describe(looks.error());
  ASSERT_EQ(looks->rows.size(), 3U);
  EXPECT_EQ(looks->rows[0].what, "facts");
  EXPECT_EQ(looks->rows[0].case_id, "c4se");
  EXPECT_EQ(looks->rows[1].what, "search");
  EXPECT_EQ(looks->rows[2].what, "person");
  EXPECT_EQ(looks->rows[2].purpose, "counter");
  EXPECT_EQ(looks->rows[2].law, "児童手当法 第7条");
  EXPECT_EQ(looks->before, 0);
  ASSERT_TRUE(store().place_now(town()));
  auto page = look(store(), town(), [&](store::ReadTx& tx) { return who_looked(tx, auditor, kenta, 0, 2); });
  ASSERT_EQ(page->rows.size(), 2U);
  EXPECT_EQ(page->rows[0].what, "looks") << "looking at the list is a look";
  auto older =
      look(store(), town(), [&](store::ReadTx& tx) { return who_looked(tx, auditor, kenta, page->before, 2); });
  ASSERT_EQ(older->rows.size(), 2U);
  EXPECT_EQ(older->rows[0].what, "search");
  EXPECT_EQ(older->rows[1].what, "person");
}

TEST_P(PeopleTest, AnExportNeedsItsGroundAndIsAnEventOfItsOwn) {
  fill();
  Bytes key(32, 7);
  Reader groundless = clerk();
  groundless.law.clear();
  auto refused =
      look(store(), town(), [&](store::ReadTx& tx) { return search_csv(tx, groundless, {.name = "ありもと"}, key); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "people.export.purpose");
  auto csv =
      look(store(), town(), [&](store::ReadTx& tx) { return search_csv(tx, clerk(), {.name = "ありもと"}, key); });
  ASSERT_TRUE(csv) << describe(csv.error());
  EXPECT_NE(csv->find("有本　健太"), std::string::npos);
  EXPECT_EQ(events().back().verb, log::Verb::exported);
}

// --- standing ---

TEST_P(PeopleTest, AProtectedPersonIsFoundButWhereSheLivesIsNot) {
  fill();
  auto result = find({.name = "くろいわまゆ"}, clerk());
  ASSERT_TRUE(result);
  ASSERT_EQ(result->rows.size(), 1U);
  EXPECT_TRUE(result->rows[0].withheld);
  EXPECT_TRUE(result->rows[0].warn);
  EXPECT_EQ(result->rows[0].address, "");
  auto file = open(1008, clerk());
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->withheld);
  EXPECT_TRUE(file->addresses.empty());
  EXPECT_TRUE(file->contacts.empty());
  EXPECT_FALSE(file->household);
  ASSERT_EQ(file->standings.size(), 1U);
  EXPECT_EQ(file->standings[0].basis, "") << "that there is one, not why";
  const PersonId mayu = id(1008);
  EXPECT_EQ(look(store(), town(), [&](store::ReadTx& tx) { return household(tx, clerk(), mayu, day("2026-11-20")); })
                .error()
                .code,
            "people.protected");
  auto claim = ask_facts(1008, clerk(), {"claimant"});
  ASSERT_TRUE(claim);
  EXPECT_FALSE(claim->at("claimant").find("address"));
}

TEST_P(PeopleTest, WhoMaySeeProtectedPersonsSeesAll) {
  fill();
  auto file = open(1008, protector());
  ASSERT_TRUE(file);
  EXPECT_FALSE(file->withheld);
  EXPECT_EQ(file->addresses.front().text(), "岡山県勝田郡奈義町見本501番地");
  EXPECT_EQ(file->household->members.size(), 2U);
  EXPECT_EQ(file->standings[0].basis, "事務処理要領（DV等支援措置）");
}

TEST_P(PeopleTest, ProtectionEndsWithItsYear) {
  fill();
  clock().set(from_japan({day("2027-05-01"), 9}));
  EXPECT_FALSE(open(1008, clerk())->withheld);
}

TEST_P(PeopleTest, ASuppressedPersonIsThereOnlyForTheNamedSection) {
  fill();
  EXPECT_EQ(found({.name = "くにさだ"}), Names{});
  EXPECT_EQ(open(1014, clerk()).error().code, "people.suppressed");
  Reader named = clerk();
  named.section = "juumin";
  EXPECT_TRUE(open(1014, named));
  EXPECT_EQ(find({.name = "くにさだ"}, named)->rows.size(), 1U);
}

TEST_P(PeopleTest, StandingIsSetExtendedLiftedAndTheSecondClerkIsTold) {
  fill();
  const PersonId kenta = id(1001);
  Standing measure{.kind = StandingKind::support_measure,
                   .process = Process::certificate,
                   .level = Level::error,
                   .from = day("2026-11-01"),
                   .until = day("2027-10-31"),
                   .basis = "事務処理要領（DV等支援措置）"};
  auto set = store().change(
      town(), [&](store::Tx& tx) { return set_standing(tx, clerk(Purpose::maintenance), kenta, measure); });
  ASSERT_TRUE(set) << describe(set.error());
  EXPECT_TRUE(open(1001, clerk())->withheld);
  auto blocked = store().read(
      town(), [&](store::ReadTx& tx) { return check_process(tx, protector(), kenta, Process::certificate); });
  EXPECT_EQ(blocked.error().code, "people.suppressed") << "seeing is not issuing";
  auto extend = [&](std::int64_t version, std::string_view until) {
    return store().change(town(),
                          [&](store::Tx& tx) { return extend_standing(tx, clerk(), *set, version, day(until)); });
  };
  EXPECT_EQ(extend(1, "2029-01-01").error().code, "people.standing.dates") << "one year at a time";
  EXPECT_TRUE(extend(1, "2028-10-31"));
  EXPECT_EQ(extend(1, "2028-10-31").error().code, "people.standing.dates");
  auto lift = [&](std::int64_t version) {
    return store().change(town(),
                          [&](store::Tx& tx) { return lift_standing(tx, clerk(), *set, version, day("2026-11-22")); });
  };
  EXPECT_EQ(lift(1).error().kind, ErrorKind::conflict) << "another clerk extended it first";
  EXPECT_TRUE(lift(2));
  EXPECT_FALSE(open(1001, clerk())->withheld);
  measure.until = day("2028-12-31");
  EXPECT_FALSE(store().change(town(), [&](store::Tx& tx) { return set_standing(tx, clerk(), kenta, measure); }));
  measure.until = day("2027-10-31");
  measure.basis = " ";
  EXPECT_EQ(
      store().change(town(), [&](store::Tx& tx) { return set_standing(tx, clerk(), kenta, measure); }).error().code,
      "people.standing.basis");
}

// --- households, children, facts ---

TEST_P(PeopleTest, AHouseholdIsShownInTheOrderOfTheCertificate) {
  fill();
  const PersonId mizuki = id(1003);
  auto home =
      look(store(), town(), [&](store::ReadTx& tx) { return household(tx, clerk(), mizuki, day("2026-11-20")); });
  ASSERT_TRUE(home) << describe(home.error());
  Names order;
  for (const auto& m : home->members) order.push_back(m.name.registered + "/" + m.relationship);
  EXPECT_EQ(order, (Names{"有本　健太/世帯主", "有本　彩/妻", "有本　美月/子", "有本　陽翔/子"}));
  EXPECT_EQ(home->head, id(1001));
}

TEST_P(PeopleTest, ChildrenAreKnownByRelationAndByRelationship) {
  fill();
  auto of = [&](int serial) {
    const PersonId parent = id(serial);
    return *look(store(), town(), [&](store::ReadTx& tx) { return children(tx, clerk(), parent, day("2026-11-20")); });
  };
  auto arimoto = of(1002);
  ASSERT_EQ(arimoto.size(), 2U) << "the wife of the head is the mother of 子";
  EXPECT_EQ(arimoto[0].member.name.registered, "有本　美月");
  EXPECT_TRUE(arimoto[0].together && arimoto[0].certain && arimoto[0].looked_after);
  auto father = of(1007);
  ASSERT_EQ(father.size(), 1U) << "also a child who lives elsewhere";
  EXPECT_FALSE(father[0].together);
  EXPECT_FALSE(father[0].looked_after);
  EXPECT_TRUE(of(1011).empty());
}

TEST_P(PeopleTest, FactsCarryTheKeysOfTheSchemaAndOnlyThoseAskedFor) {
  fill();
  auto all = ask_facts(1001, clerk(Purpose::examination));
  ASSERT_TRUE(all) << describe(all.error());
  const JsonValue& claimant = all->at("claimant");
  EXPECT_EQ(claimant.text_or("name", ""), "有本　健太");
  EXPECT_EQ(claimant.text_or("person_id", ""), number(1001).text());
  EXPECT_EQ(claimant.text_or("birth", ""), "1990-04-18");
  EXPECT_EQ(claimant.text_or("address", ""), "岡山県勝田郡奈義町見本123番地4");
  EXPECT_EQ(claimant.text_or("residence", ""), "町内");
  EXPECT_EQ(all->at("household").array()->size(), 3U) << "the others of the household";
  EXPECT_EQ(all->at("spouse").text_or("name", ""), "有本　彩");
  EXPECT_EQ(all->at("children").array()->front().text_or("residence", ""), "国内");
  auto some = ask_facts(1001, clerk(Purpose::examination), {"children"});
  EXPECT_EQ(some->size(), 1U);
  EXPECT_TRUE(some->contains("children"));
}

TEST_P(PeopleTest, FactsLeaveOutWhatTheRegisterDoesNotKnow) {
  fill();
  auto alone = ask_facts(1011, clerk(Purpose::examination));
  EXPECT_FALSE(alone->at("claimant").find("birth"));
  EXPECT_EQ(alone->at("claimant").text_or("birth_words", ""), "昭和10年月日不詳");
  EXPECT_FALSE(alone->contains("has_spouse")) << "a spouse may live elsewhere: missing, not false";
  auto apart = ask_facts(1005, clerk(Purpose::examination));
  EXPECT_EQ(apart->at("spouse").text_or("residence", ""), "国内の町外");
}

TEST_P(PeopleTest, NobodyDealsWithHisOwnHousehold) {
  fill();
  auto same = [&](int one, int other) {
    return *store().read(town(), [&](store::ReadTx& tx) -> Result<bool> {
      return same_household(tx, *TRY(id_of(tx, number(one))), *TRY(id_of(tx, number(other))), day("2026-11-20"));
    });
  };
  EXPECT_TRUE(same(1001, 1004));
  EXPECT_TRUE(same(1013, 1013));
  EXPECT_FALSE(same(1001, 1005));
  EXPECT_FALSE(same(1013, 1007)) << "two without a household do not share one";
}

// --- the copy ---

TEST_P(PeopleTest, ASecondCopyAddsHistoryOnlyWhereSomethingDiffers) {
  fill();
  RegisterCopy next = small.copy;
  next.as_of = day("2026-11-21");
  SmallTown later;
  later.copy.as_of = next.as_of;
  later.of(1001).name.registered = "有本　健太郎";
  later.of(1001).last_reason = MoveReason::name_changed;
  later.of(1001).last_moved_on = day("2026-11-21");
  later.copy.persons.erase(later.copy.persons.begin() + 10);  // 有本 三郎 is no longer in the file
  auto report = import_copy(later.copy);
  ASSERT_TRUE(report) << describe(report.error());
  EXPECT_EQ(report->changed, 1);
  EXPECT_EQ(report->added, 0);
  EXPECT_EQ(report->unchanged, 10);
  EXPECT_EQ(report->missing, std::vector<PartyNumber>{number(1013)});
  auto file = open(1001, clerk());
  EXPECT_EQ(file->person.name.registered, "有本　健太郎");
  ASSERT_EQ(file->history.size(), 2U);
  EXPECT_EQ(file->history[0].reason, MoveReason::name_changed);
  EXPECT_EQ(file->history[0].changed, std::vector<std::string>{"name"});
  EXPECT_EQ(file->addresses.size(), 1U) << "replaced, not doubled";
  EXPECT_EQ(file->household->members.size(), 4U);
  const PersonId kenta = id(1001);
  auto before = look(store(), town(), [&](store::ReadTx& tx) { return person_as_it_was(tx, clerk(), kenta, 1); });
  EXPECT_EQ(before->text_or("name", ""), "有本　健太");
  EXPECT_EQ(found({.name = "有本健太郎"}), Names{"有本　健太郎"});
  auto again = import_copy(later.copy);
  EXPECT_EQ(again->changed + again->added, 0) << "the same file twice changes nothing";
}

TEST_P(PeopleTest, WhatTheOfficeEnteredSurvivesTheNextCopy) {
  fill();
  const PersonId kenta = id(1001);
  ASSERT_TRUE(store().change(town(), [&](store::Tx& tx) {
    return add_contact(tx, clerk(), kenta,
                       {.kind = ContactKind::mail, .value = "new@example.jp", .consented_on = day("2026-11-22")});
  }));
  small.copy.as_of = day("2026-11-21");
  small.of(1001).name.kana = "アリモト　ケンタロウ";
  ASSERT_TRUE(import_copy(small.copy));
  EXPECT_EQ(open(1001, clerk())->contacts.size(), 2U);
}

TEST_P(PeopleTest, InventedAndRealPeopleNeverMix) {
  EXPECT_EQ(import_copy(small.copy, false).error().code, "people.copy.synthetic_in_real_town");
  RegisterCopy real = small.copy;
  real.synthetic = false;
  EXPECT_EQ(import_copy(real, true).error().code, "people.copy.real_in_demo_town");
  ASSERT_TRUE(import_copy(small.copy));
  EXPECT_FALSE(import_copy(real, false)) << "not even when the town is declared real afterwards";
  EXPECT_TRUE(open(1001, clerk())->person.synthetic);
}

TEST_P(PeopleTest, AnOlderOrFaultyCopyIsRefusedWhole) {
  fill();
  RegisterCopy older = small.copy;
  older.as_of = day("2026-11-19");
  EXPECT_EQ(import_copy(older).error().code, "people.copy.older");
  RegisterCopy faulty = small.copy;
  faulty.members.push_back({number(91), number(7777), "子", {}});
  auto refused = import_copy(faulty);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "people.copy.faulty");
  EXPECT_EQ(refused.error().place.file, "members.csv");
  EXPECT_GT(refused.error().place.line, 1);
}

// --- what the office keeps ---

TEST_P(PeopleTest, ANonResidentGetsTheNextNumber) {
  fill();
  NewNonResident owner{.name = {.registered = "渡邉󠄏　太郎", .kana = "ワタナベ　タロウ"},
                       .birth = BirthDate::on(day("1960-01-01")),
                       .sex = Sex::male,
                       .address = {.municipality = "332038", .place = "岡山県津山市", .area = "見本町", .lot = "1番"}};
  auto made = store().change(
      town(), [&](store::Tx& tx) { return register_non_resident(tx, clerk(Purpose::reception), owner); });
  ASSERT_TRUE(made) << describe(made.error());
  auto got = *store().read(town(), [&](store::ReadTx& tx) { return number_of(tx, *made); });
  EXPECT_EQ(*got, number(1015));
  EXPECT_EQ(found({.name = "渡辺"}), Names{"渡邉󠄏　太郎"})
      << "the variation sequence is folded for finding, kept in the name";
  owner.name.registered = "\xF3\xA0\x84\x80";
  EXPECT_FALSE(store().change(town(), [&](store::Tx& tx) { return register_non_resident(tx, clerk(), owner); }));
}

TEST_P(PeopleTest, ContactsAreCheckedAndConsentIsWithdrawn) {
  fill();
  const PersonId yuka = id(1005);
  auto add = [&](ContactKind kind, std::string value) {
    return store().change(town(), [&](store::Tx& tx) {
      return add_contact(tx, clerk(), yuka, {.kind = kind, .value = value, .consented_on = day("2026-11-01")});
    });
  };
  for (std::string bad :
       {"", "no-at-sign", "a@b", "two@at@example.jp", "line\nbreak@example.jp", "<script>@example.jp"})
    EXPECT_EQ(add(ContactKind::mail, bad).error().code, "people.contact") << bad;
  EXPECT_FALSE(add(ContactKind::telephone, "12345"));
  auto good = add(ContactKind::mail, "yuka@example.jp");
  ASSERT_TRUE(good);
  EXPECT_TRUE(store().change(
      town(), [&](store::Tx& tx) { return withdraw_consent(tx, clerk(), yuka, *good, day("2026-11-22")); }));
  EXPECT_FALSE(store().change(
      town(), [&](store::Tx& tx) { return withdraw_consent(tx, clerk(), yuka, *good, day("2026-11-22")); }));
  EXPECT_FALSE(open(1005, clerk())->contacts.front().usable(day("2026-11-22")));
}

TEST_P(PeopleTest, RelationsOfTheCopyEndOnlyWithTheCopy) {
  fill();
  const PersonId kenta = id(1001), ren = id(1006);
  auto made = store().change(town(), [&](store::Tx& tx) {
    return add_relation(tx, clerk(), {.kind = RelationKind::agent, .person = ren, .other = kenta, .words = "代理人"});
  });
  ASSERT_TRUE(made) << describe(made.error());
  EXPECT_TRUE(
      store().change(town(), [&](store::Tx& tx) { return end_relation(tx, clerk(), *made, day("2026-11-30")); }));
  auto copied = open(1006, clerk())->relations.front();
  EXPECT_EQ(store()
                .change(town(), [&](store::Tx& tx) { return end_relation(tx, clerk(), copied.id, day("2026-11-30")); })
                .error()
                .kind,
            ErrorKind::conflict);
  EXPECT_FALSE(store().change(town(), [&](store::Tx& tx) {
    return add_relation(tx, clerk(), {.kind = RelationKind::agent, .person = ren, .other = ren});
  }));
}

}  // namespace
}  // namespace yakuba::people
