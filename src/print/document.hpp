// Letters of an office on A4 paper as PDF: pages in, bytes out. No clock, no disk but the two font files, no network.
//
//   auto press = TRY(Press::open());
//   Letter letter{.number = "奈こ第12号", .date = *Date::parse("2026-11-22"), .title = "児童手当 認定通知書"};
//   letter.addressee = {.postal_code = "708-1323", .address_lines = {"岡山県勝田郡奈義町豊沢306番地1"}, .name =
//   "渡邉󠄏　花子"}; letter.body = {Paragraph{"令和8年11月4日に受け付けた請求について、次のとおり認定しました。"},
//   Code{.text = url}}; Bytes pdf = TRY(press.letter(letter));
//
// Characters: every code point and every variation sequence is asked of the font before anything is drawn. One that the
// font does not hold is an error (`print.no_glyph`, place.field = where, arguments character and code_points); nothing
// is ever substituted: fontconfig sees only our two fonts and Pango's fallback is off. Names are stored with Moji_Joho
// variation sequences (IVD collection of 一般社団法人文字情報技術促進協議会), which IPAmj Mincho answers to.
//
// The same input gives the same bytes: all dates come in as arguments. Text copied from a PDF loses variation
// selectors (ToUnicode cannot hold them), so what a machine shall read goes along as `attachments`.
//
// Errors: print.no_glyph, print.control_character, print.not_utf8, print.too_long, print.row_too_tall,
// print.too_many_pages, print.address_too_long, print.code_too_long (all `invalid`), print.font (`unavailable`).
// Units: millimetres on paper, points for type. A Press is thread-safe: it draws one document at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "base/date.hpp"
#include "base/result.hpp"

namespace yakuba::print {

inline constexpr int pages_max = 200;
inline constexpr std::size_t text_bytes_max = 64 * 1024;  // of one paragraph or cell
inline constexpr int address_lines_max = 5;

enum class Face {
  mincho,  // IPAmj Mincho: all running text and every name
  gothic,  // IPAex Gothic: titles, headings, table heads; no variation sequences, so never a name
};

struct Paragraph {
  std::string text;      // '\n' breaks the line
  double indent_mm = 0;  // of the whole paragraph; the first line takes one character more when `opening`
  bool opening = true;
  enum class Align { left, centre, right } align = Align::left;
  double size_pt = 10.5;
  bool operator==(const Paragraph&) const = default;
};
struct Heading {
  std::string text;
  bool operator==(const Heading&) const = default;
};
struct List {
  std::vector<std::string> items;
  bool numbered = false;
  bool operator==(const List&) const = default;
};
// A ruled table. `widths` are shares (empty: all alike). A table head is repeated on each page. `amounts` names the
// columns (from 0) that are set to the right.
struct Table {
  std::vector<std::string> head;
  std::vector<std::vector<std::string>> rows;
  std::vector<double> widths;
  std::vector<std::size_t> amounts;
  bool first_column_is_head = false;
  bool operator==(const Table&) const = default;
};
// A 2D code with its words beside it; `shown` is written below the caption in full for people without a camera.
struct Code {
  std::string text;  // what the code holds, usually an https address
  std::string caption;
  std::string shown;
  double size_mm = 24;
  bool operator==(const Code&) const = default;
};
struct PageBreak {
  bool operator==(const PageBreak&) const = default;
};
using Block = std::variant<Paragraph, Heading, List, Table, Code, PageBreak>;

// 公印 drawn as vectors: columns from right to left, each from top to bottom. `specimen` is set over a demo's seal.
struct Seal {
  std::vector<std::string> columns;  // {"奈義", "町長", "之印"}
  double size_mm = 24;
  std::string specimen;  // "見本"; empty for a real seal
  bool operator==(const Seal&) const = default;
};

struct Addressee {
  std::string postal_code;                 // "708-1323"; empty when unknown
  std::vector<std::string> address_lines;  // as the register writes them, 方書 on a line of its own
  std::string name;                        // with variation sequences
  std::string honorific = "様";
  bool operator==(const Addressee&) const = default;
};

struct Sender {
  std::string title;  // 奈義町長
  std::string name;   // 奈義　太郎 (may be empty: name left out by rule)
  std::optional<Seal> seal;
  std::string seal_omitted;  // 「（公印省略）」 when the town's rule lets the seal be left out
  bool operator==(const Sender&) const = default;
};

struct Attachment {
  std::string file_name;   // ASCII
  std::string media_type;  // "application/json"
  std::string description;
  Bytes bytes;
  bool operator==(const Attachment&) const = default;
};

struct Letter {
  std::string number;  // 文書番号; empty for a draft
  Date date;
  Addressee addressee;  // set where a 長形3号 window shows it when the sheet is folded in three
  Sender sender;
  std::string title;
  std::vector<Block> body;
  std::vector<Block> contact;        // kept together at the end: who answers questions
  std::optional<Code> verification;  // left of the sender on the first page: how to see that the paper is genuine
  std::vector<Block> annex;          // begins on a page of its own, after the contact: the version in plain words
  std::string footer;                // left of the page number: number and title in small
  std::string watermark;             // 「案」 across each page of a draft
  std::string author;                // PDF metadata: the authority
  std::string language = "ja";
  std::vector<Attachment> attachments;
  bool operator==(const Letter&) const = default;
};

// One sheet that shows an address in a window and says what shall be put in.
struct AddressSheet {
  Addressee addressee;
  std::string sender;  // who gets it when it cannot be delivered
  std::vector<std::string>
      contents;           // document numbers and titles, so that the right papers go into the right envelope
  std::string reference;  // row of the 発送 register
  bool operator==(const AddressSheet&) const = default;
};

struct FontFiles {
  std::string mincho = "/usr/share/fonts/truetype/ipamj/ipamjm.ttf";
  std::string gothic = "/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf";
};

class Press {
 public:
  static Result<Press> open(const FontFiles& fonts = {});
  Press(Press&&) noexcept;
  Press& operator=(Press&&) noexcept;
  ~Press();

  Result<Bytes> letter(const Letter& letter);
  Result<Bytes> address_sheets(const std::vector<AddressSheet>& sheets, Date date);

  // Everything that can be known of a letter without drawing it: every character, and the address in its window.
  Result<> check(const Letter& letter);
  // Nothing when every character of `text` can be drawn; the error that printing would give otherwise. For forms that
  // take names, so that the trouble is found at the counter and not at the printer.
  Result<> can_draw(std::string_view text, std::string_view field, Face face = Face::mincho);
  // The glyph numbers Pango would draw, in order. For tests and for comparing two written forms of a name.
  Result<std::vector<std::uint32_t>> glyphs(std::string_view text, Face face = Face::mincho);

 private:
  struct State;
  explicit Press(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The bytes of an attachment of a PDF. print.no_attachment (not_found), print.pdf (invalid).
Result<Bytes> attachment_of(BytesView pdf, std::string_view file_name);

}  // namespace yakuba::print
