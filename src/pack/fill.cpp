// Filling templates: notices into blocks, words of pages into one text.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "base/yen.hpp"
#include "pack/facts_in_feel.hpp"
#include "pack/parse_template.hpp"

namespace yakuba::pack {
namespace {

constexpr std::size_t blocks_max = 5'000;
constexpr int shown_digits = 3;  // of a masked account number

bool japanese(std::string_view language) {
  return language.starts_with("ja");
}

Date day_of(const feel::Value& value) {
  return Date{static_cast<std::int32_t>(value.date().days)};
}

std::string month_words(Date day, std::string_view language) {
  if (japanese(language)) {
    const auto era = era_of(day);
    const std::string year = era ? era->era + (era->year == 1 ? "元" : std::to_string(era->year)) : "";
    return year + "年（" + std::to_string(day.year()) + "年）" + std::to_string(day.month()) + "月";
  }
  static constexpr std::array<std::string_view, 12> months{"January",   "February", "March",    "April",
                                                           "May",       "June",     "July",     "August",
                                                           "September", "October",  "November", "December"};
  return std::string(months[static_cast<std::size_t>(day.month() - 1)]) + " " + std::to_string(day.year());
}

std::string number_words(const feel::Value& value) {
  if (const auto whole = value.integer()) return format_number(*whole);
  return value.number().text();
}

// Values are text, never template syntax: braces and bars of a name must not become furigana or cells.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '{')
      out += "｛";
    else if (c == '}')
      out += "｝";
    else if (c == '|')
      out += "｜";
    else if (c == '\n' || c == '\r')
      out += ' ';
    else
      out += c;
  }
  return out;
}

std::string words_of(const feel::Value& value, const std::string& format, std::string_view language) {
  switch (value.kind()) {
    case feel::Kind::date:
      if (format == "month") return month_words(day_of(value), language);
      if (format == "era") return format_era(day_of(value));
      return japanese(language) ? format_resident(day_of(value)) : format_english(day_of(value));
    case feel::Kind::number:
      if (format == "yen") return number_words(value) + (japanese(language) ? "円" : " yen");
      return format == "text" ? value.number().text() : number_words(value);
    case feel::Kind::boolean:
      if (japanese(language)) return value.is_true() ? "はい" : "いいえ";
      return value.is_true() ? "yes" : "no";
    case feel::Kind::list: {
      std::string out;
      for (const feel::Value& item : value.items())
        out += (out.empty() ? "" : japanese(language) ? "、" : ", ") + words_of(item, format, language);
      return out;
    }
    case feel::Kind::string:
      return format == "masked" ? masked(value.string()) : plain(value.string());
    case feel::Kind::null:
      return "";
    default:
      return plain(feel::text(value));
  }
}

std::string block_cell(std::string_view text) {
  return std::string(trim(text));
}

class Filler {
 public:
  Filler(std::string_view language) : language_(language) {}

  Result<std::vector<Block>> run(const Template& text, const FeelFacts& facts) {
    std::size_t at = 0;
    TRY(lines(text.lines, at, facts, true));
    end_paragraph();
    return std::move(blocks_);
  }

 private:
  // Fills lines until the matching {end} or {else}; with `live` false they are only skipped.
  Result<> lines(const std::vector<TemplateLine>& all, std::size_t& at, const FeelFacts& facts, bool live) {
    for (; at < all.size(); ++at) {
      const TemplateLine& line = all[at];
      using Kind = TemplateLine::Kind;
      if (line.kind == Kind::end || line.kind == Kind::else_) return {};
      if (line.kind == Kind::each) {
        TRY(each(all, at, facts, live));
      } else if (line.kind == Kind::if_) {
        TRY(choose(all, at, facts, live));
      } else if (live) {
        TRY(text_line(line, facts));
      }
      if (blocks_.size() > blocks_max) return fail(ErrorKind::too_large, "pack.blocks", "blocks_max", line.place);
    }
    return {};
  }

  Result<> each(const std::vector<TemplateLine>& all, std::size_t& at, const FeelFacts& facts, bool live) {
    const TemplateLine& head = all[at];
    const std::size_t begin = at + 1;
    const feel::Value list = live ? TRY(facts.evaluate(head.expression)) : feel::Value();
    for (const feel::Value& item : list.items()) {
      std::size_t inner = begin;
      TRY(lines(all, inner, facts.with_value(head.item, item), true));
    }
    at = begin;
    return lines(all, at, facts, false);
  }

  Result<> choose(const std::vector<TemplateLine>& all, std::size_t& at, const FeelFacts& facts, bool live) {
    const feel::Value value = live ? TRY(facts.evaluate(all[at].expression)) : feel::Value();
    ++at;
    TRY(lines(all, at, facts, live && value.is_true()));
    if (at < all.size() && all[at].kind == TemplateLine::Kind::else_) {
      ++at;
      TRY(lines(all, at, facts, live && !value.is_true()));
    }
    return {};
  }

  Result<> text_line(const TemplateLine& line, const FeelFacts& facts) {
    std::string filled;
    for (const TemplatePart& part : line.parts) {
      if (part.kind == TemplatePart::Kind::text) {
        filled += part.text;
        continue;
      }
      const feel::Value value = TRY(facts.evaluate(part.expression));
      if (value.is_null())
        return fail(ErrorKind::invalid, "pack.hole", "no value for {" + part.expression.feel + "}",
                    part.expression.place);
      filled += words_of(value, part.format, language_);
    }
    add(filled, heading_of(line));
    return {};
  }

  void add(std::string_view line, const std::optional<Heading>& heading) {
    const std::string_view text = trim(line);
    if (text.empty()) return end_paragraph();
    if (heading) {
      end_paragraph();
      section_ = heading->section;
      std::string_view title = trim(text.substr(static_cast<std::size_t>(heading->level)));
      if (const std::size_t mark = title.rfind("{#"); mark != std::string_view::npos)
        title = trim(title.substr(0, mark));
      blocks_.push_back({Block::Kind::heading, heading->level, section_, {std::string(title)}});
    } else if (text.starts_with("- ")) {
      push(Block::Kind::item, text.substr(2));
    } else if (text.starts_with("> ")) {
      push(Block::Kind::quote, text.substr(2));
    } else if (const std::size_t dot = text.find(". ");
               dot != std::string_view::npos && dot > 0 && dot < 3 && parse_integer(text.substr(0, dot))) {
      push(Block::Kind::numbered, text.substr(dot + 2));
    } else if (text.starts_with("|") && text.ends_with("|") && text.size() > 1) {
      table_row(text);
    } else {
      paragraph_ += (paragraph_.empty() || japanese(language_) ? "" : " ") + std::string(text);
    }
  }

  void push(Block::Kind kind, std::string_view text) {
    end_paragraph();
    blocks_.push_back({kind, 0, section_, {block_cell(text)}});
  }

  void table_row(std::string_view text) {
    end_paragraph();
    const bool first = blocks_.empty() || (blocks_.back().kind != Block::Kind::table_row &&
                                           blocks_.back().kind != Block::Kind::table_head);
    Block block{first ? Block::Kind::table_head : Block::Kind::table_row, 0, section_, {}};
    bool rule = true;
    for (std::string_view cell : table_cells(text)) {
      block.cells.push_back(block_cell(cell));
      rule = rule && block.cells.back().find_first_not_of("-: ") == std::string::npos;
    }
    if (!rule) blocks_.push_back(std::move(block));  // | --- | --- | only marks the head
  }

  // Cells between bars; the bar of a furigana mark {漢字|かんじ} is no border.
  static std::vector<std::string_view> table_cells(std::string_view text) {
    std::vector<std::string_view> out;
    std::size_t from = 1;
    int depth = 0;
    for (std::size_t i = 1; i < text.size(); ++i) {
      if (text[i] == '{') ++depth;
      if (text[i] == '}') --depth;
      if (text[i] != '|' || depth > 0) continue;
      out.push_back(text.substr(from, i - from));
      from = i + 1;
    }
    return out;
  }

  void end_paragraph() {
    if (paragraph_.empty()) return;
    blocks_.push_back({Block::Kind::paragraph, 0, section_, {std::exchange(paragraph_, {})}});
  }

  std::string_view language_;
  std::string section_, paragraph_;
  std::vector<Block> blocks_;
};

// `facts()` is asked only when the words have a hole.
template <class F>
std::string words_with(const Texts& texts, const Texts& common, std::string_view key, std::string_view language,
                       F&& facts) {
  const Texts* holder = &texts;
  const std::vector<TemplatePart>* parts = texts.parts(key, language);
  if (!parts && !texts.has(key)) {
    holder = &common;
    parts = common.parts(key, language);
  }
  if (!parts) return std::string(key);
  const bool plain =
      std::ranges::all_of(*parts, [](const TemplatePart& part) { return part.kind == TemplatePart::Kind::text; });
  std::string out;
  if (plain) {
    for (const TemplatePart& part : *parts) out += part.text;
    return out;
  }
  const std::string_view found = holder->say(key, language).language;
  const FeelFacts known = facts();
  for (const TemplatePart& part : *parts) {
    if (part.kind == TemplatePart::Kind::text) {
      out += part.text;
    } else if (const auto value = known.evaluate(part.expression)) {
      out += words_of(*value, part.format, found);
    }
  }
  return out;
}

// The facts, with the item that a question or paper is about bound to its name.
FeelFacts about(const Procedure& procedure, const Seen& seen, std::string_view for_each, std::string_view item_name,
                int item) {
  if (item >= 0)
    if (const Question* list = procedure.question(for_each))
      return seen->with_item(item_name, list->fact, static_cast<std::size_t>(item));
  return *seen;
}

}  // namespace

std::string masked(std::string_view text) {
  const std::size_t shown = text.size() > shown_digits ? shown_digits : 0;
  return std::string(text.size() - shown, '*') + std::string(text.substr(text.size() - shown));
}

Result<std::vector<Block>> fill(const Pack& pack, const Template& text, std::string_view language, const Facts& facts,
                                const JsonObject& extra) {
  Facts all = facts;
  for (const auto& [name, value] : extra) {
    const Fact* fact = pack.facts.by_name(name);
    all.known[fact ? fact->key : name] = value;
  }
  return Filler(language).run(text, FeelFacts(pack, all));
}

std::string words(const Pack& pack, const Procedure& procedure, std::string_view text_key, std::string_view language,
                  const Facts& facts, const Ask* ask) {
  return words(pack, procedure, text_key, language, see(pack, facts), ask);
}

std::string words(const Pack& pack, const Procedure& procedure, std::string_view text_key, std::string_view language,
                  const Seen& seen, const Ask* ask) {
  return words_with(procedure.texts, pack.texts, text_key, language, [&] {
    return ask ? about(procedure, seen, ask->question->for_each, ask->question->item, ask->item) : *seen;
  });
}

std::string words(const Pack& pack, const Procedure& procedure, const Needed& needed, std::string_view text_key,
                  std::string_view language, const Facts& facts) {
  return words(pack, procedure, needed, text_key, language, see(pack, facts));
}

std::string words(const Pack& pack, const Procedure& procedure, const Needed& needed, std::string_view text_key,
                  std::string_view language, const Seen& seen) {
  return words_with(procedure.texts, pack.texts, text_key, language, [&] {
    return about(procedure, seen, needed.attachment->for_each, needed.attachment->item, needed.item);
  });
}

}  // namespace yakuba::pack
