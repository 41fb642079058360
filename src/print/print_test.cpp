// Letters, codes and seals, looked at with other people's programs: poppler reads the PDF, ZXing reads the code.
#include <filesystem>
#include <fstream>

#include <sys/wait.h>
#include <unistd.h>

#define ZX_USE_UTF8
#include <ZXing/ReadBarcode.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/crypto.hpp"
#include "print/document.hpp"
#include "print/qr.hpp"
#include "print/sign.hpp"

namespace yakuba::print {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "yakuba-print-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

void write_file(const std::string& path, BytesView bytes) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string output_of(const std::string& command) {
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  std::string out;
  char buffer[4096];
  while (std::size_t n = std::fread(buffer, 1, sizeof buffer, pipe)) out.append(buffer, n);
  ::pclose(pipe);
  return out;
}

std::string text_of(const Bytes& pdf) {
  TemporaryFolder folder;
  write_file(folder.file("a.pdf"), pdf);
  return output_of("pdftotext -layout " + folder.file("a.pdf") + " -");
}

struct Picture {
  int width = 0, height = 0;
  std::string pixels;  // 8 bit grey
};

// One page drawn by poppler as a binary PGM.
Picture picture_of(const Bytes& pdf, int page = 1, int dots_per_inch = 150) {
  TemporaryFolder folder;
  write_file(folder.file("a.pdf"), pdf);
  output_of(fmt::format("pdftoppm -gray -r {0} -f {1} -l {1} -singlefile {2} {3}", dots_per_inch, page,
                        folder.file("a.pdf"), folder.file("page")));
  const std::string pgm = read_file(folder.file("page.pgm"));
  Picture picture;
  int most = 0, at = 0;
  if (std::sscanf(pgm.c_str(), "P5 %d %d %d%n", &picture.width, &picture.height, &most, &at) == 3)
    picture.pixels = pgm.substr(static_cast<std::size_t>(at) + 1);
  return picture;
}

std::string code_in(const Picture& picture) {
  const auto result = ZXing::ReadBarcode({reinterpret_cast<const std::uint8_t*>(picture.pixels.data()), picture.width,
                                          picture.height, ZXing::ImageFormat::Lum});
  return result.isValid() ? result.text() : "";
}

Press& press() {
  static Press shared = Press::open().value();
  return shared;
}

const Date issued = *Date::parse("2026-11-22");

Letter grant_notice() {
  Letter letter{.number = "奈こ第12号", .date = issued, .title = "児童手当 認定通知書"};
  letter.addressee = {.postal_code = "708-1323",
                      .address_lines = {"岡山県勝田郡奈義町豊沢306番地1", "コーポ見本 102号"},
                      .name = "渡邉󠄏　花子"};
  letter.sender = {
      .title = "奈義町長", .name = "見本　太郎", .seal = Seal{.columns = {"奈義", "町長", "之印"}, .specimen = "見本"}};
  letter.body = {
      Paragraph{"令和8年11月4日に受け付けた児童手当の認定の請求について、児童手当法（昭和46年法律第73号）第7条第1項の"
                "規定により、次のとおり受給資格及び児童手当の額を認定しましたので通知します。"},
      Heading{"1　認定の内容"},
      Table{.head = {"児童", "生年月日", "算定の順", "月額", "期間"},
            .rows = {{"渡邉󠄏　一郎", "令和6年6月15日", "第1子", "15,000円", "令和9年5月まで"},
                     {"渡邉󠄏　𠮷子", "平成30年4月1日", "第2子", "10,000円", "令和18年3月まで"}},
            .widths = {3, 3, 2, 2, 3},
            .amounts = {3}},
      Heading{"2　支払"},
      List{{"支払の月は、偶数月です。", "初回の支払は、令和8年12月10日です。"}, true},
      Heading{"教示"},
      Paragraph{
          "この処分に不服があるときは、この処分があったことを知った日の翌日から起算して3か月以内に、岡山県知事に対して"
          "審査請求をすることができます。"},
  };
  letter.contact = {
      Paragraph{.text = "問合せ先　奈義町役場 こども課　電話 0868-00-0000", .opening = false},
      Code{"https://nagi.example.jp/verify/3f8k2m", "この通知書が本物かどうかは、次のページで確かめられます。",
           "https://nagi.example.jp/verify/3f8k2m"}};
  letter.footer = "奈こ第12号　児童手当 認定通知書";
  letter.author = "奈義町";
  return letter;
}

Bytes printed(const Letter& letter) {
  auto pdf = press().letter(letter);
  if (!pdf) ADD_FAILURE() << describe(pdf.error());
  return pdf.value_or(Bytes{});
}

const Instant sealed_at = *Instant::parse("2026-11-22T05:00:00Z");

const SealKey& demo_key() {
  static const SealKey key =
      make_demo_seal_key("奈義町（見本）", sealed_at.plus_seconds(-86400), sealed_at.plus_seconds(365 * 86400)).value();
  return key;
}

const Bytes& sealed() {
  static const Bytes pdf =
      sign_pdf(printed(grant_notice()), demo_key(), {"奈義町長", "児童手当 認定通知書", "奈義町", sealed_at}).value();
  return pdf;
}

// --- letters ---

// YAKUBA_KEEP=folder keeps the sample for the eye.
TEST(Letter, HoldsAllItsWordsAsText) {
  if (const char* folder = std::getenv("YAKUBA_KEEP")) {
    write_file(std::string(folder) + "/letter.pdf", sealed());
    Letter draft = grant_notice();
    draft.number.clear();
    draft.watermark = "案";
    write_file(std::string(folder) + "/draft.pdf", printed(draft));
  }
  const std::string text = text_of(printed(grant_notice()));
  for (const char* words :
       {"奈こ第12号", "令和8年11月22日", "〒708-1323", "岡山県勝田郡奈義町豊沢306番地1", "様", "奈義町長",
        "児童手当 認定通知書", "15,000円", "令和18年3月まで", "（2）", "岡山県知事", "0868-00-0000", "1/1", "渡邉󠄏"})
    EXPECT_THAT(text, HasSubstr(words));
}

TEST(Letter, SaysItsTitleAndLanguageAndEmbedsItsFonts) {
  TemporaryFolder folder;
  write_file(folder.file("a.pdf"), printed(grant_notice()));
  const std::string info = output_of("pdfinfo " + folder.file("a.pdf"));
  EXPECT_THAT(info, HasSubstr("児童手当 認定通知書"));
  EXPECT_THAT(info, HasSubstr("Tagged:          yes"));
  EXPECT_THAT(info, HasSubstr("A4"));
  EXPECT_THAT(output_of("pdfinfo -meta " + folder.file("a.pdf")), HasSubstr("<rdf:li>ja</rdf:li>"));
  const std::string fonts = output_of("pdffonts " + folder.file("a.pdf"));
  EXPECT_THAT(fonts, HasSubstr("IPAmjMincho"));
  EXPECT_THAT(fonts, HasSubstr("IPAexGothic"));
  EXPECT_THAT(fonts, Not(HasSubstr(" no  yes")));  // "emb sub uni": every font is embedded
  for (std::size_t at = 0, line = 0; at < fonts.size(); ++line) {
    const std::size_t end = fonts.find('\n', at);
    if (line >= 2) {
      EXPECT_THAT(fonts.substr(at, end - at), HasSubstr("yes yes yes"));
    }
    at = end + 1;
  }
}

TEST(Letter, TheSameInputGivesTheSameBytes) {
  const Bytes first = printed(grant_notice());
  EXPECT_EQ(first, printed(grant_notice()));
  Press other = Press::open().value();
  EXPECT_EQ(first, other.letter(grant_notice()).value());
  Letter later = grant_notice();
  later.date = issued.plus_days(1);
  EXPECT_NE(first, printed(later));
}

TEST(Letter, ItsCodeIsReadBackFromTheDrawnPage) {
  EXPECT_EQ(code_in(picture_of(printed(grant_notice()))), "https://nagi.example.jp/verify/3f8k2m");
}

TEST(Letter, LongTextsGoOverPagesWithTheTableHeadRepeated) {
  Letter letter = grant_notice();
  Table table{.head = {"番号の見出し", "内容"}};
  for (int i = 1; i <= 90; ++i) table.rows.push_back({fmt::format("行{}", i), "同じ内容"});
  letter.body = {table, Paragraph{"表の後の文。"}};
  const std::string text = text_of(printed(letter));
  std::size_t heads = 0;
  for (std::size_t at = text.find("番号の見出し"); at != std::string::npos; at = text.find("番号の見出し", at + 1))
    ++heads;
  EXPECT_GE(heads, 3u);
  EXPECT_THAT(text, HasSubstr(fmt::format("{0}/{0}", heads)));
  EXPECT_THAT(text, HasSubstr("行90"));
  EXPECT_THAT(text, HasSubstr("表の後の文"));
}

TEST(Letter, TheCodeStandsOnTheFirstPageAndTheAnnexOnItsOwn) {
  Letter letter = grant_notice();
  letter.contact.pop_back();
  letter.verification =
      Code{"https://nagi.example.jp/verify/first", "確かめるページ", "https://nagi.example.jp/verify/first"};
  letter.annex = {Heading{"やさしい日本語"}, Paragraph{.text = "お金を受け取れます。", .opening = false}};
  const Bytes pdf = printed(letter);
  EXPECT_EQ(code_in(picture_of(pdf, 1)), "https://nagi.example.jp/verify/first");
  const std::string text = text_of(pdf);
  EXPECT_LT(text.find('\f'), text.find("お金を受け取れます"));
  EXPECT_THAT(text, HasSubstr("2/2"));
  letter.annex.push_back(Paragraph{"😀"});
  EXPECT_EQ(press().letter(letter).error().place.field, "annex, block 3");
  EXPECT_EQ(press().check(letter).error().place.field, "annex, block 3");
}

TEST(Letter, EveryLineOfALongParagraphIsThere) {
  Letter letter = grant_notice();
  std::string words;
  for (int i = 1; i <= 400; ++i) words += fmt::format("文{}。", i);
  letter.body = {Paragraph{words}, Paragraph{words}, Paragraph{words}};
  std::string text = text_of(printed(letter));
  std::erase_if(text, [](char c) { return c == '\n' || c == ' '; });
  for (int i : {1, 2, 150, 200, 399, 400}) EXPECT_THAT(text, HasSubstr(fmt::format("文{}。", i)));
}

TEST(Letter, ADraftIsWatermarkedAndShowsNoNumber) {
  Letter draft = grant_notice();
  draft.number.clear();
  draft.footer = "下書き";
  draft.watermark = "案";
  const std::string text = text_of(printed(draft));
  EXPECT_THAT(text, HasSubstr("案"));
  EXPECT_THAT(text, Not(HasSubstr("奈こ第")));
}

TEST(Letter, CarriesAMachineReadableCopyThatKeepsVariationSelectors) {
  Letter letter = grant_notice();
  const std::string json = R"({"name":"渡邉󠄏　花子"})";
  letter.attachments = {{"notice.json", "application/json", "機械が読む写し", Bytes(json.begin(), json.end())}};
  TemporaryFolder folder;
  write_file(folder.file("a.pdf"), printed(letter));
  output_of("pdfdetach -save 1 -o " + folder.file("copy.json") + " " + folder.file("a.pdf"));
  EXPECT_EQ(read_file(folder.file("copy.json")), json);
  EXPECT_EQ(text_view(attachment_of(printed(letter), "notice.json").value()), json);
  const Bytes signed_copy = sign_pdf(printed(letter), demo_key(), {"奈義町長", "x", "奈義町", sealed_at}).value();
  EXPECT_EQ(text_view(attachment_of(signed_copy, "notice.json").value()), json);
  EXPECT_EQ(attachment_of(printed(letter), "other").error().code, "print.no_attachment");
  EXPECT_EQ(attachment_of(view("no pdf"), "notice.json").error().code, "print.pdf");
}

// --- characters ---

TEST(Characters, EachVariationSequenceIsDrawnWithItsOwnGlyph) {
  auto glyph = [](std::string_view text) {
    const auto glyphs = press().glyphs(text).value();
    EXPECT_EQ(glyphs.size(), 1u) << text;
    return glyphs.at(0);
  };
  const std::string nabe = "\u9089";
  std::set<std::uint32_t> seen{glyph(nabe)};
  EXPECT_EQ(glyph(nabe + "\U000E010F"), glyph(nabe)) << "the sequence of the usual form";
  for (const char* selector : {"\U000E0110", "\U000E0111", "\U000E0112", "\U000E0117"})
    EXPECT_TRUE(seen.insert(glyph(nabe + selector)).second) << "drawn as another form";
  EXPECT_NE(glyph("\u8FBB"), glyph("\u8FBB\U000E0102"));  // 辻 with one and two dots
}

TEST(Characters, TheDrawnPagesOfTwoFormsOfANameDiffer) {
  Letter plain = grant_notice(), variant = grant_notice();
  plain.addressee.name = "渡邉　花子";
  variant.addressee.name = "渡邉\U000E0110　花子";
  EXPECT_NE(picture_of(printed(plain)).pixels, picture_of(printed(variant)).pixels);
}

TEST(Characters, NamesOfTheRegisterAreDrawable) {
  for (const char* name :
       {"髙橋　﨑子", "𠮷田　桒子", "土屋　𡈽次", "葛\U000E0102城　祇", "NGUYEN VAN A", "グエン・ヴァン・アー"})
    EXPECT_TRUE(press().can_draw(name, "name")) << name;
}

struct RefusedText {
  const char* text;
  const char* code;
  const char* points;
};
class Refused : public ::testing::TestWithParam<RefusedText> {};
TEST_P(Refused, NamesTheCharacterAndTheField) {
  Letter letter = grant_notice();
  letter.addressee.name = GetParam().text;
  const auto pdf = press().letter(letter);
  ASSERT_FALSE(pdf);
  EXPECT_EQ(press().check(letter).error(), pdf.error()) << "found before anything is drawn";
  EXPECT_EQ(pdf.error().kind, ErrorKind::invalid);
  EXPECT_EQ(pdf.error().code, GetParam().code);
  EXPECT_EQ(pdf.error().place.field, "addressee.name");
  EXPECT_THAT(pdf.error().detail, HasSubstr(GetParam().points));
}
INSTANTIATE_TEST_SUITE_P(Characters, Refused,
                         ::testing::Values(RefusedText{"渡邉\U000E0101　花子", "print.no_glyph",
                                                       "U+9089 U+E0101"},  // Adobe-Japan1 style
                                           RefusedText{"田中 😀", "print.no_glyph", "U+1F600"},
                                           RefusedText{"田中\u200B花子", "print.control_character", "U+200B"},
                                           RefusedText{"田中\t花子", "print.control_character", "U+0009"},
                                           RefusedText{"\U000E0102田中", "print.control_character", "U+E0102"},
                                           RefusedText{"田中\u202E花子", "print.control_character", "U+202E"},
                                           RefusedText{"\uE000田中", "print.no_glyph", "U+E000"},
                                           RefusedText{"田\xFF中", "print.not_utf8", ""}));

TEST(Characters, ARefusalInATableNamesRowAndColumn) {
  Letter letter = grant_notice();
  letter.body = {Table{.head = {"児童"}, .rows = {{"太郎"}, {"次郎😀"}}}};
  const auto pdf = press().letter(letter);
  ASSERT_FALSE(pdf);
  EXPECT_EQ(pdf.error().place.field, "body, block 1, row 2, column 1");
  EXPECT_EQ(press().check(letter).error(), pdf.error());
}

TEST(Characters, AMissingFontIsSaid) {
  const auto none = Press::open({.mincho = "/nonexistent/font.ttf"});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, "print.font");
  const auto no_font = Press::open({.mincho = "/etc/passwd"});
  ASSERT_FALSE(no_font);
  EXPECT_EQ(no_font.error().code, "print.font");
}

// --- bad input ---

TEST(Letter, AnAddressThatDoesNotFitTheWindowIsRefusedNotCut) {
  Letter letter = grant_notice();
  letter.addressee.address_lines.assign(
      5, std::string(20, 'x') + "岡山県勝田郡奈義町豊沢見本町見本台一丁目二番三号見本ビルディング東館十二階");
  const auto pdf = press().letter(letter);
  ASSERT_FALSE(pdf);
  EXPECT_EQ(pdf.error().code, "print.address_too_long");
  EXPECT_EQ(press().check(letter).error().code, "print.address_too_long");
  EXPECT_TRUE(press().check(grant_notice()));
}

TEST(Letter, ARowHigherThanAPageIsRefused) {
  Letter letter = grant_notice();
  std::string words;
  for (int i = 0; i < 3000; ++i) words += "長い";
  letter.body = {Table{.rows = {{words, "短い"}}}};
  const auto pdf = press().letter(letter);
  ASSERT_FALSE(pdf);
  EXPECT_EQ(pdf.error().code, "print.row_too_tall");
}

TEST(Letter, TooManyPagesAreRefused) {
  Letter letter = grant_notice();
  letter.body.assign(2 * pages_max, PageBreak{});
  for (std::size_t i = 0; i < letter.body.size(); i += 2) letter.body[i] = Paragraph{"頁"};
  letter.body.push_back(PageBreak{});
  letter.body.push_back(Paragraph{"終わり"});
  letter.contact.clear();
  const auto pdf = press().letter(letter);
  ASSERT_FALSE(pdf);
  EXPECT_EQ(pdf.error().code, "print.too_many_pages");
}

TEST(AddressSheets, OnePageEachWithItsOwnContents) {
  std::vector<AddressSheet> sheets;
  for (const char* name : {"渡邉󠄏　花子", "髙橋　一郎"})
    sheets.push_back(
        {.addressee = {.postal_code = "708-1323", .address_lines = {"岡山県勝田郡奈義町豊沢1"}, .name = name},
         .sender = "〒708-1323 奈義町役場 こども課",
         .contents = {fmt::format("奈こ第{}号　通知書", sheets.size() + 12)},
         .reference = fmt::format("発送 {}", sheets.size() + 1)});
  const Bytes pdf = press().address_sheets(sheets, issued).value();
  const std::string text = text_of(pdf);
  const std::string first = text.substr(0, text.find('\f'));
  EXPECT_THAT(first, HasSubstr("奈こ第12号"));
  EXPECT_THAT(first, Not(HasSubstr("奈こ第13号")));
  EXPECT_THAT(first, Not(HasSubstr("髙橋")));
  EXPECT_THAT(text.substr(first.size()), HasSubstr("髙橋"));
  EXPECT_FALSE(press().address_sheets({}, issued));
}

// --- 2D codes ---

Picture picture_of(const QrMatrix& code, int scale = 4) {
  Picture picture{(code.width + 8) * scale, (code.width + 8) * scale, {}};
  picture.pixels.assign(static_cast<std::size_t>(picture.width) * picture.height, '\xFF');
  for (int y = 0; y < code.width * scale; ++y)
    for (int x = 0; x < code.width * scale; ++x)
      if (code.at(x / scale, y / scale))
        picture.pixels[static_cast<std::size_t>(y + 4 * scale) * picture.width + x + 4 * scale] = '\0';
  return picture;
}

TEST(Qr, WhatIsWrittenIsRead) {
  for (const std::string& text : {std::string("https://nagi.example.jp/verify/x"), std::string("奈義町 こども課"),
                                  std::string("0123456789"), std::string(800, 'a')})
    EXPECT_EQ(code_in(picture_of(encode_qr(text).value())), text);
}

TEST(Qr, TooLongAndEmptyAreRefused) {
  EXPECT_EQ(encode_qr(std::string(code_bytes_max + 1, 'a')).error().code, "print.code_too_long");
  EXPECT_EQ(encode_qr("").error().code, "print.code_empty");
  EXPECT_TRUE(encode_qr(std::string(code_bytes_max, '\x80'), QrCorrection::high));
}

TEST(Qr, TheSvgSaysWhatItIsAndEscapesIt) {
  const std::string svg = qr_svg(encode_qr("x").value(), "<確認> & \"コード\"");
  EXPECT_THAT(svg, HasSubstr("<title>&lt;確認&gt; &amp; &quot;コード&quot;</title>"));
  EXPECT_THAT(svg, HasSubstr("role=\"img\""));
}

// --- the electronic seal ---

TEST(Seal, OursIsGenuineAndSaysWhoAndWhen) {
  const SignatureReport report = verify_signature(sealed()).value();
  EXPECT_TRUE(report.genuine());
  EXPECT_EQ(report.signer, "奈義町（見本）");
  EXPECT_EQ(report.at, sealed_at);
  EXPECT_EQ(report.certificate_der, demo_key().certificate_der);
  EXPECT_EQ(text_of(sealed()), text_of(printed(grant_notice())));
}

TEST(Seal, PopplerAgrees) {
  TemporaryFolder folder;
  write_file(folder.file("a.pdf"), sealed());
  const std::string report = output_of("pdfsig -nocert " + folder.file("a.pdf"));
  EXPECT_THAT(report, HasSubstr("Signature is Valid"));
  EXPECT_THAT(report, HasSubstr("Total document signed"));
  EXPECT_THAT(report, HasSubstr("ETSI.CAdES.detached"));
}

TEST(Seal, IsDeterministic) {
  EXPECT_EQ(
      sealed(),
      sign_pdf(printed(grant_notice()), demo_key(), {"奈義町長", "児童手当 認定通知書", "奈義町", sealed_at}).value());
}

TEST(Seal, AnyFlippedByteIsFound) {
  const Bytes& pdf = sealed();
  // Bytes all over the file, a few of them inside the signature itself. Padding after the CMS is not signed, but must
  // stand in the gap unharmed: its hexadecimal digits are compared as a whole with what was parsed.
  const std::string_view text = text_view(pdf);
  const std::size_t gap = text.find("/Contents <");
  for (std::size_t at = 7; at < pdf.size(); at += pdf.size() / 97) {
    if (at > gap && at < gap + 26'000) continue;
    Bytes changed = pdf;
    changed[at] ^= 0x01;
    EXPECT_FALSE(verify_signature(changed).value().genuine()) << "byte " << at;
  }
  for (std::size_t into : {20u, 400u, 2000u}) {
    Bytes changed = pdf;
    std::uint8_t& digit = changed[gap + 11 + into];
    digit = digit == '0' ? '1' : '0';
    EXPECT_FALSE(verify_signature(changed).value().genuine()) << "signature digit " << into;
  }
}

TEST(Seal, WhatIsAddedAfterwardsIsNotCovered) {
  Bytes longer = sealed();
  for (char c : std::string("\n% appended\n")) longer.push_back(static_cast<std::uint8_t>(c));
  const SignatureReport report = verify_signature(longer).value();
  EXPECT_FALSE(report.covers_whole_file);
  EXPECT_FALSE(report.genuine());
}

TEST(Seal, UnsignedAndNonsenseAreReportedNotErrors) {
  EXPECT_FALSE(verify_signature(printed(grant_notice())).value().has_signature);
  EXPECT_FALSE(verify_signature(Bytes{}).value().has_signature);
  EXPECT_FALSE(verify_signature(view("%PDF-1.5 nonsense")).value().has_signature);
  Bytes cut(sealed().begin(), sealed().begin() + static_cast<long>(sealed().size() / 2));
  EXPECT_FALSE(verify_signature(cut).value().genuine());
}

TEST(Seal, ACertificateOutOfForceIsNotGenuine) {
  const Bytes late = sign_pdf(printed(grant_notice()), demo_key(),
                              {"奈義町長", "x", "奈義町", sealed_at.plus_seconds(3 * 365 * 86400LL)})
                         .value();
  const SignatureReport report = verify_signature(late).value();
  EXPECT_TRUE(report.intact);
  EXPECT_FALSE(report.valid_at_signing);
  EXPECT_FALSE(report.genuine());
}

TEST(Seal, IsSetOnceAndOnlyOnPdf) {
  EXPECT_EQ(sign_pdf(sealed(), demo_key(), {}).error().code, "print.pdf");
  EXPECT_EQ(sign_pdf(view("no pdf"), demo_key(), {}).error().code, "print.pdf");
  EXPECT_EQ(sign_pdf(printed(grant_notice()), SealKey{}, {}).error().code, "print.seal_key");
}

TEST(Seal, PemThatDoesNotBelongTogetherIsRefused) {
  EXPECT_EQ(load_seal_key("nonsense").error().code, "print.seal_key");
  const SealKey other = make_demo_seal_key("別の町", sealed_at, sealed_at.plus_seconds(60)).value();
  EXPECT_EQ(load_seal_key(to_pem({demo_key().certificate_der, other.private_key_der}).value().reveal()).error().code,
            "print.seal_key");
  const SealKey again = load_seal_key(to_pem(demo_key()).value().reveal()).value();
  EXPECT_EQ(again.certificate_der, demo_key().certificate_der);
  EXPECT_EQ(again.private_key_der.reveal(), demo_key().private_key_der.reveal());
}

TEST(Speed, ALaterLetterTakesLessThanThirtyFiveMilliseconds) {
  printed(grant_notice());
  const auto start = std::chrono::steady_clock::now();
  constexpr int letters = 10;
  for (int i = 0; i < letters; ++i) printed(grant_notice());
  const auto each = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start) / letters;
  RecordProperty("milliseconds", fmt::format("{:.1f}", each.count()));
  fmt::print("a letter: {:.1f} ms\n", each.count());
  EXPECT_LT(each.count(), 100.0);  // the bar of 35 ms is for a release build on a quiet machine
}

}  // namespace
}  // namespace yakuba::print
