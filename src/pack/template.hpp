// Texts with holes: notices (Markdown) and words of pages. One syntax for both:
//
//   {児童|じどう}             furigana: base and reading
//   {申請者.氏名}             a FEEL expression over the facts; dates, numbers and yes/no are written in the language's
//   form {開始月; month}           the same with a format: date era month yen number text masked {each 児童 in
//   決定.児童}   … {end}        on lines of their own: repeats the lines between {if 決定.月額合計 > 0}     … {else} …
//   {end} {include kyouji}          another notice part of the pack (notices/parts/kyouji.md)
//   {{ and }}                 braces themselves
//
// Markdown understood: "# " to "### " headings ("## 理由 {#reason}" names a section), paragraphs, "- " and "1. " lists,
// "| a | b |" tables, "> " quoted law. Nothing else is special; HTML is plain text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "pack/program.hpp"

namespace yakuba::pack {

struct TemplatePart {
  enum class Kind { text, hole };
  Kind kind = Kind::text;
  std::string text;       // kind text: literal with furigana marks kept
  Expression expression;  // kind hole
  std::string format;     // kind hole; empty: by the value's type
};
struct TemplateLine {
  enum class Kind { text, each, if_, else_, end, include };  // include: replaced by load()
  Kind kind = Kind::text;
  std::vector<TemplatePart> parts;  // kind text
  std::string item;                 // kind each: the name bound to each item; kind include: the part's id
  Expression expression;            // kind each: a list; kind if: a boolean
  Place place;
};
struct Template {
  std::vector<TemplateLine> lines;
  bool empty() const { return lines.empty(); }
  std::vector<std::string> sections() const;            // ids of "{#id}" headings, in order
  std::string section_text(std::string_view id) const;  // source text under that heading, for checking
};

// One block of a filled text, ready for print or web. Text keeps furigana marks; it holds no markup.
struct Block {
  enum class Kind { heading, paragraph, item, numbered, quote, table_head, table_row };
  Kind kind = Kind::paragraph;
  int level = 0;                   // heading: 1–3
  std::string section;             // id of the section it lies in; empty before the first
  std::vector<std::string> cells;  // one cell but for table rows
  bool operator==(const Block&) const = default;
};

}  // namespace yakuba::pack
