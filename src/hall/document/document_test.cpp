// Documents on both databases: numbered without gaps, made once, never delivered to the wrong person, verifiable.
#include "hall/document/document.hpp"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "hall/document/letter.hpp"
#include "hall/section/section.hpp"
#include "hall/testing/hall.hpp"
#include "print/sign.hpp"

namespace yakuba::document {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class DocumentTest : public hall::testing::HallTest {
 protected:
  std::vector<hall::Module> modules() const override {
    return {packs::module(), exchange::module(), section::module(), document::module()};
  }

  void SetUp() override {
    HallTest::SetUp();
    if (HasFatalFailure()) return;
    // One sealing key for all tests: making an RSA key takes a second.
    static const Secret<std::string> pem =
        print::to_pem(print::make_demo_seal_key("奈義町", clock().now().plus_seconds(-86400),
                                                clock().now().plus_seconds(86400 * 365))
                          .value())
            .value();
    ASSERT_TRUE(hall().keys.put_file(town(), "seal.pem", pem));
  }

  Content content(std::string name = "渡邉　花子") {
    Content content{.title = "児童手当認定通知書", .dated = today()};
    content.postal_code = "708-1323";
    content.address_lines = {"岡山県勝田郡奈義町見本1番地"};
    content.name = std::move(name);
    content.sender_title = "奈義町長";
    content.sender_name = "見本　太郎";
    content.seal = "public";
    using Kind = pack::Block::Kind;
    content.body = {{Kind::paragraph, 0, "", {"次のとおり{認定|にんてい}しました。"}},
                    {Kind::heading, 2, "decision", {"決定"}},
                    {Kind::table_head, 0, "decision", {"児童", "月額"}},
                    {Kind::table_row, 0, "decision", {"渡邉　一郎", "15,000円"}},
                    {Kind::item, 0, "decision", {"支払は偶数月です"}}};
    content.plain = {{Kind::paragraph, 0, "", {"{児童手当|じどうてあて}を うけとれます。"}}};
    return content;
  }
  Order an_order(std::string key, std::string case_id = "case-1", std::string addressee = "person:1") {
    Order order{.key = std::move(key),
                .kind = "grant",
                .kind_name = "児童手当認定通知書",
                .section = "child",
                .binding = {std::move(case_id), std::move(addressee)}};
    order.case_number = "26-1120-0047-F";
    order.retention_class = "jido-teate";
    order.pack_version = pack().version;
    order.content = content();
    order.stamp = {.at = clock().now(), .actor = "staff:1", .section = "child", .channel = "web"};
    return order;
  }
  Result<PublicId> ordered(const Order& order) {
    return hall().store.change(town(),
                               [&](store::Tx& tx) { return document::order(tx, hall(), town(), pack(), order); });
  }
  PublicId issued(std::string key, std::string case_id = "case-1", std::string addressee = "person:1") {
    const PublicId id = ordered(an_order(std::move(key), std::move(case_id), std::move(addressee))).value();
    const auto made = make(hall(), town(), id);
    EXPECT_TRUE(made) << describe(made.error());
    return id;
  }
  Document found(PublicId id) {
    return **hall().store.read(town(), [&](store::ReadTx& tx) { return find(tx, id); });
  }
  std::vector<log::Event> events(PublicId id) {
    EXPECT_TRUE(store().place_now(town()));
    return hall()
        .store.read(town(), [&](store::ReadTx& tx) { return tx.events_of_object("document", id.text()); })
        ->events;
  }
  Verified verify(std::string_view token) {
    return *hall().store.read(town(), [&](store::ReadTx& tx) { return verified(tx, token); });
  }
  access::Actor clerk() {
    access::Standing standing{.section_name = "こども・長寿課", .section_code = "child", .title = "主事"};
    standing.grants = {
        {.permission = "document.read", .scope = access::Scope::town, .procedures = {}, .role = "clerk"},
        {.permission = "document.issue", .scope = access::Scope::town, .procedures = {}, .role = "clerk"}};
    return {access::Staff{.id = access::StaffId(1), .name = "小林　恵", .standings = {standing}}};
  }
};
YAKUBA_ON_BOTH_DATABASES(DocumentTest);

std::string text_of(const Bytes& pdf) {
  store::testing::TemporaryFolder folder;
  const std::string path = (folder.path() / "a.pdf").string();
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(pdf.data()), static_cast<std::streamsize>(pdf.size()));
  FILE* pipe = ::popen(("pdftotext -layout " + path + " - 2>&1").c_str(), "r");
  std::string out;
  char buffer[4096];
  while (std::size_t n = std::fread(buffer, 1, sizeof buffer, pipe)) out.append(buffer, n);
  ::pclose(pipe);
  return out;
}

// --- numbers ---

TEST_P(DocumentTest, NumbersRunBySectionMarkAndFiscalYearWithoutGaps) {
  EXPECT_EQ(found(ordered(an_order("a")).value()).number, "奈こ第1号");
  Order unprintable = an_order("b");
  unprintable.content.name = "田中😀";
  EXPECT_EQ(ordered(unprintable).error().code, "print.no_glyph");  // the failed change draws no number
  EXPECT_EQ(found(ordered(an_order("c")).value()).number, "奈こ第2号");
  Order general = an_order("d");
  general.section = "general";
  EXPECT_EQ(found(ordered(general).value()).number, "奈総第1号");
  Order next_year = an_order("e");
  next_year.content.dated = *Date::parse("2027-04-01");
  EXPECT_EQ(found(ordered(next_year).value()).number, "奈こ第1号");
}

TEST_P(DocumentTest, TheSameOrderGivesTheSameDocument) {
  const PublicId first = ordered(an_order("once")).value();
  EXPECT_EQ(ordered(an_order("once")).value(), first);
  EXPECT_EQ(found(ordered(an_order("another")).value()).number, "奈こ第2号");
}

TEST_P(DocumentTest, AnUnknownSectionIsRefused) {
  Order order = an_order("a");
  order.section = "nowhere";
  EXPECT_EQ(ordered(order).error().code, "document.section");
}

// --- making ---

TEST_P(DocumentTest, IsMadeSealedAndLogged) {
  const PublicId id = issued("a");
  const Document document = found(id);
  EXPECT_EQ(document.state, State::issued);
  const Bytes pdf = deliver(hall(), town(), id, document.binding).value();
  EXPECT_EQ(hex(sha256(pdf)), document.sha256);
  EXPECT_TRUE(print::verify_signature(pdf).value().genuine());
  const std::string text = text_of(pdf);
  for (const char* words :
       {"奈こ第1号", "渡邉", "15,000円", "次のとおり認定しました", "/verify/", "児童手当（じどうてあて）"})
    EXPECT_THAT(text, HasSubstr(words));
  const auto log = events(id);
  ASSERT_EQ(log.size(), 2u);
  EXPECT_EQ(log[0].verb, log::Verb::recorded);
  EXPECT_EQ(log[0].actor, "staff:1");
  EXPECT_EQ(log[1].verb, log::Verb::issued);
  EXPECT_THAT(log[1].payload.text(), HasSubstr(*document.sha256));
  EXPECT_THAT(log[1].payload.text(), Not(HasSubstr("渡邉")));
}

TEST_P(DocumentTest, ATownWithoutASealingKeyGetsOneThatSaysWhatItIs) {
  if (on_postgres()) return;  // nothing of the store's is asked
  ASSERT_TRUE(hall().keys.put_file(town(), "other", Secret<std::string>("x")));
  const store::Town fresh = installed().add_town("fresh");
  hall().towns["fresh"] = hall().towns[town().name()];
  const print::SealKey made = seal_key(hall(), fresh, "奈義町").value();
  EXPECT_EQ(seal_key(hall(), fresh, "奈義町").value().certificate_der, made.certificate_der);
}

TEST_P(DocumentTest, MakingAgainChangesNothing) {
  const PublicId id = issued("a");
  const Document before = found(id);
  clock().advance_seconds(3600);
  ASSERT_TRUE(make(hall(), town(), id));
  EXPECT_EQ(found(id).sha256, before.sha256);
  EXPECT_EQ(found(id).version, before.version);
}

TEST_P(DocumentTest, WhatFollowsIsEnqueuedWithTheIssue) {
  Order order = an_order("a");
  order.then = store::Job{.kind = "notice.dispatch", .key = "n:1", .due = {}, .payload = "n"};
  const PublicId id = ordered(order).value();
  auto waiting = [&] {
    return *hall().store.read(town(), [](store::ReadTx& tx) { return tx.counted_jobs("waiting"); });
  };
  EXPECT_EQ(waiting(), 1);  // document.make
  ASSERT_TRUE(make(hall(), town(), id));
  EXPECT_EQ(waiting(), 2);
}

TEST_P(DocumentTest, ADraftHasNoNumberNoSealAndLeavesNothing) {
  const Bytes pdf = draft(hall(), town(), pack(), content()).value();
  const std::string text = text_of(pdf);
  EXPECT_THAT(text, HasSubstr("案"));
  EXPECT_THAT(text, Not(HasSubstr("奈こ第")));
  EXPECT_THAT(text, Not(HasSubstr("/verify/")));
  EXPECT_FALSE(print::verify_signature(pdf).value().has_signature);
  EXPECT_TRUE(hall().store.read(town(), [](store::ReadTx& tx) { return list(tx, {}); })->rows.empty());
}

// --- delivering ---

TEST_P(DocumentTest, NobodyElseGetsIt) {
  const PublicId id = issued("a", "case-1", "person:1");
  EXPECT_EQ(deliver(hall(), town(), id, {"case-2", "person:1"}).error().code, "document.not_yours");
  EXPECT_EQ(deliver(hall(), town(), id, {"case-1", "person:2"}).error().code, "document.not_yours");
  EXPECT_EQ(deliver(hall(), town(), PublicId::random(random()), {"case-1", "person:1"}).error().code,
            "document.not_found");
}

TEST_P(DocumentTest, IsNotDeliveredBeforeItIsMade) {
  const PublicId id = ordered(an_order("a")).value();
  EXPECT_EQ(deliver(hall(), town(), id, {"case-1", "person:1"}).error().code, "document.not_ready");
}

TEST_P(DocumentTest, TheFileItselfSaysWhoseItIs) {
  const PublicId id = issued("a");
  const Bytes pdf = deliver(hall(), town(), id, {"case-1", "person:1"}).value();
  EXPECT_TRUE(check_marker(pdf, town(), id, {"case-1", "person:1"}));
  EXPECT_EQ(check_marker(pdf, town(), id, {"case-1", "person:2"}).error().code, "document.corrupt");
  EXPECT_EQ(check_marker(pdf, town(), PublicId::random(random()), {"case-1", "person:1"}).error().code,
            "document.corrupt");
}

TEST_P(DocumentTest, AChangedFileIsNotDelivered) {
  const PublicId id = issued("a");
  int changed = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(hall().store.blobs(town()).folder())) {
    if (!entry.is_regular_file() || entry.file_size() < 6000) continue;
    std::fstream stream(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(5000);
    const char old = static_cast<char>(stream.get());
    stream.seekp(5000);
    stream.put(static_cast<char>(old ^ 1));
    ++changed;
  }
  ASSERT_EQ(changed, 1);
  EXPECT_FALSE(deliver(hall(), town(), id, {"case-1", "person:1"}));
}

// The national accident of 2023 in small: many threads order, make and fetch at once; each byte carries its own person.
TEST_P(DocumentTest, ManyAtOnceEachGetsHisOwn) {
  constexpr int threads = 4, each = 6;
  std::atomic<int> wrong = 0, right = 0;
  std::vector<std::thread> workers;
  for (int thread = 0; thread < threads; ++thread)
    workers.emplace_back([&, thread] {
      for (int i = 0; i < each; ++i) {
        const std::string who = fmt::format("person:{}", thread * 100 + i),
                          case_id = fmt::format("case-{}-{}", thread, i);
        Order order = an_order(case_id, case_id, who);
        order.content.name = "渡邉　" + who;
        const auto id = ordered(order);
        if (!id || !make(hall(), town(), *id)) continue;
        const auto pdf = deliver(hall(), town(), *id, {case_id, who});
        const bool own =
            pdf && check_marker(*pdf, town(), *id, {case_id, who}) && text_of(*pdf).find(who) != std::string::npos;
        const auto other = deliver(hall(), town(), *id, {case_id, "person:99999"});
        ++(own && !other ? right : wrong);
      }
    });
  for (auto& worker : workers) worker.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(right, threads * each);
  const auto listed = hall().store.read(town(), [](store::ReadTx& tx) { return list(tx, {}); });
  std::set<std::string> numbers;
  for (const Document& document : listed->rows) EXPECT_TRUE(numbers.insert(document.number).second);
  EXPECT_TRUE(numbers.contains(fmt::format("奈こ第{}号", threads * each)));
}

// --- withdrawing and verifying ---

TEST_P(DocumentTest, ThePublicSideKnowsWhetherItIsGenuineAndNothingPersonal) {
  const PublicId id = issued("a");
  const Document document = found(id);
  EXPECT_EQ(verify("nonsense").is, Genuineness::unknown);
  EXPECT_EQ(verify(PublicId::random(random()).text()).is, Genuineness::unknown);
  const Verified genuine = verify(document.token);
  EXPECT_EQ(genuine.is, Genuineness::genuine);
  EXPECT_EQ(genuine.sha256, *document.sha256);
  EXPECT_EQ(genuine.kind_name, "児童手当認定通知書");

  const log::Event stamp{.at = clock().now(), .actor = "staff:1", .channel = "web"};
  auto withdrawn = [&](std::int64_t version) {
    return hall().store.change(
        town(), [&](store::Tx& tx) { return withdraw(tx, hall(), town(), id, version, "mistake", stamp); });
  };
  EXPECT_EQ(withdrawn(document.version + 7).error().code, "document.conflict");
  ASSERT_TRUE(withdrawn(document.version));
  EXPECT_EQ(withdrawn(document.version + 1).error().code, "document.withdrawn");
  EXPECT_EQ(verify(document.token).is, Genuineness::withdrawn);
  EXPECT_EQ(found(id).withdrawn_reason, "mistake");
  EXPECT_TRUE(deliver(hall(), town(), id, document.binding)) << "a withdrawn document stays";
}

TEST_P(DocumentTest, TheVerificationPageTellsInWords) {
  const Document document = found(issued("a"));
  auto page = [&](std::string path) { return answer(web::Request::get(path), web::Side::public_side); };
  const auto genuine = page("/verify/" + document.token);
  EXPECT_EQ(genuine.status, 200);
  EXPECT_THAT(genuine.body_text(), HasSubstr("本物です"));
  EXPECT_THAT(genuine.body_text(), Not(HasSubstr("渡邉")));
  std::string typed = document.token;
  typed.insert(13, " - ");
  EXPECT_EQ(page("/verify?code=" + web::percent_encode(typed)).header("location"), "/verify/" + document.token);
  EXPECT_EQ(page("/verify?code=abc").status, 422);
  EXPECT_EQ(page("/verify/" + PublicId::random(random()).text()).status, 404);
  EXPECT_EQ(page("/verify/%3Cscript%3E").status, 404);
  EXPECT_THAT(page("/verify/%3Cscript%3E").body_text(), Not(HasSubstr("<script>")));
  EXPECT_THAT(page("/verify/" + document.token + "?sha256=" + *document.sha256).body_text(), HasSubstr("のままです"));
  EXPECT_THAT(page("/verify/" + document.token + "?sha256=" + std::string(64, '0')).body_text(), HasSubstr("違"));
  EXPECT_THAT(page("/verify/" + document.token + "?sha256=abc").body_text(), HasSubstr("64文字"));
}

TEST_P(DocumentTest, TheRegisterShowsAndEachReadingIsAnEvent) {
  const PublicId id = issued("a");
  const auto page = answer(web::Request::get("/documents"), web::Side::office_side, clerk());
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body_text(), HasSubstr("奈こ第1号"));
  const auto one = answer(web::Request::get("/documents/" + id.text()), web::Side::office_side, clerk());
  EXPECT_THAT(one.body_text(), HasSubstr("署名は正しく"));
  const auto file = answer(web::Request::get("/documents/" + id.text() + "/file"), web::Side::office_side, clerk());
  EXPECT_EQ(file.header("content-type"), "application/pdf");
  const auto log = events(id);
  ASSERT_EQ(log.size(), 5u);  // recorded, issued, list, page, file
  EXPECT_EQ(log[2].object_id, "list");
  EXPECT_EQ(log[3].verb, log::Verb::viewed);
  EXPECT_EQ(log[4].verb, log::Verb::printed);
  EXPECT_EQ(log[4].actor, "staff:1");
}

TEST_P(DocumentTest, WithoutTheRightThereIsNoDocument) {
  const PublicId id = issued("a");
  const access::Actor nobody{access::Staff{.id = access::StaffId(2)}};
  EXPECT_EQ(answer(web::Request::get("/documents/" + id.text()), web::Side::office_side, nobody).status, 403);
  EXPECT_EQ(answer(web::Request::get("/documents/" + id.text() + "/file"), web::Side::office_side, nobody).status, 403);
  EXPECT_THAT(answer(web::Request::get("/documents"), web::Side::office_side, nobody).body_text(),
              Not(HasSubstr("奈こ第1号")));
  EXPECT_EQ(answer(web::Request::get("/documents/nonsense"), web::Side::office_side, clerk()).status, 404);
}

TEST_P(DocumentTest, WithdrawingByThePageNeedsAReasonAndTheVersionShown) {
  const PublicId id = issued("a");
  const std::string path = "/documents/" + id.text() + "/withdraw";
  const std::string version = std::to_string(found(id).version);
  EXPECT_EQ(
      answer(web::Request::post(path, {{"version", version}, {"_key", "1"}}), web::Side::office_side, clerk()).status,
      422);
  EXPECT_EQ(answer(web::Request::post(path, {{"reason", "mistake"}, {"version", "99"}, {"_key", "2"}}),
                   web::Side::office_side, clerk())
                .status,
            409);
  EXPECT_EQ(found(id).state, State::issued);
  EXPECT_EQ(answer(web::Request::post(path, {{"reason", "mistake"}, {"version", version}, {"_key", "3"}}),
                   web::Side::office_side, clerk())
                .status,
            303);
  EXPECT_EQ(found(id).state, State::withdrawn);
}

// --- content ---

TEST_P(DocumentTest, ContentSurvivesJson) {
  const Content before = content();
  EXPECT_EQ(content_from(parse_json(to_json(before).canonical()).value()).value(), before);
  EXPECT_FALSE(content_from(parse_json("{}").value()));
  EXPECT_FALSE(content_from(parse_json(R"({"dated":"2026-11-22","body":[{"kind":"script"}]})").value()));
}

}  // namespace
}  // namespace yakuba::document
