// What a document says as JSON (the form it is stored in and attached to its own PDF) and as a letter for the press.
#include <fmt/format.h>

#include "base/text.hpp"
#include "hall/document/letter.hpp"

namespace yakuba::document {

namespace {

constexpr std::string_view kind_names[] = {"heading", "paragraph",  "item",     "numbered",
                                           "quote",   "table_head", "table_row"};

JsonValue block_to_json(const pack::Block& block) {
  JsonArray cells(block.cells.begin(), block.cells.end());
  JsonObject json{{"kind", std::string(kind_names[static_cast<int>(block.kind)])}, {"cells", std::move(cells)}};
  if (block.level) json["level"] = block.level;
  if (!block.section.empty()) json["section"] = block.section;
  return json;
}

JsonArray blocks_to_json(const std::vector<pack::Block>& blocks) {
  JsonArray all;
  for (const pack::Block& block : blocks) all.push_back(block_to_json(block));
  return all;
}

std::vector<std::string> strings(const JsonValue* value) {
  std::vector<std::string> all;
  if (value && value->array())
    for (const JsonValue& item : *value->array())
      if (const std::string* text = item.string()) all.push_back(*text);
  return all;
}

Result<std::vector<pack::Block>> blocks_from(const JsonValue* value) {
  std::vector<pack::Block> blocks;
  if (!value || !value->array()) return blocks;
  for (const JsonValue& item : *value->array()) {
    const auto kind = std::ranges::find(kind_names, item.text_or("kind", ""));
    if (kind == std::end(kind_names)) return fail(ErrorKind::corrupt, "document.content", "unknown kind of block");
    blocks.push_back({.kind = static_cast<pack::Block::Kind>(kind - std::begin(kind_names)),
                      .level = static_cast<int>(item.integer("level").value_or(0)),
                      .section = std::string(item.text_or("section", "")),
                      .cells = strings(item.find("cells"))});
  }
  return blocks;
}

// {漢字|かんじ}: plain in the document itself, 漢字（かんじ） in the plain version, which people with little kanji
// read.
std::string words(std::string_view marked, bool with_readings) {
  if (!with_readings) return without_ruby(marked);
  std::string out;
  for (std::size_t at = 0; at < marked.size();) {
    const std::size_t end = marked[at] == '{' ? marked.find('}', at) : std::string_view::npos;
    const std::size_t bar = marked[at] == '{' ? marked.find('|', at) : std::string_view::npos;
    if (end != std::string_view::npos && bar < end) {
      out += fmt::format("{}（{}）", marked.substr(at + 1, bar - at - 1), marked.substr(bar + 1, end - bar - 1));
      at = end + 1;
    } else {
      out += marked[at++];
    }
  }
  return out;
}

std::vector<std::string> words(const std::vector<std::string>& marked, bool with_readings) {
  std::vector<std::string> all;
  for (const std::string& cell : marked) all.push_back(words(cell, with_readings));
  return all;
}

bool is_amount(std::string_view cell) {
  return !cell.empty() && cell.ends_with("円") && cell.front() >= '0' && cell.front() <= '9';
}

// Columns in which every cell is an amount of yen are set to the right.
void find_amounts(print::Table& table) {
  for (std::size_t column = 0; !table.rows.empty() && column < table.rows[0].size(); ++column)
    if (std::ranges::all_of(table.rows, [&](const auto& row) { return column < row.size() && is_amount(row[column]); }))
      table.amounts.push_back(column);
}

// Neighbouring items become one list, neighbouring rows one table.
std::vector<print::Block> printed(const std::vector<pack::Block>& blocks, bool with_readings) {
  using Kind = pack::Block::Kind;
  std::vector<print::Block> out;
  auto list = [&](bool numbered) -> print::List& {
    auto* last = out.empty() ? nullptr : std::get_if<print::List>(&out.back());
    if (!last || last->numbered != numbered) {
      out.push_back(print::List{.items = {}, .numbered = numbered});
      last = &std::get<print::List>(out.back());
    }
    return *last;
  };
  for (const pack::Block& block : blocks) {
    const std::vector<std::string> cells = words(block.cells, with_readings);
    const std::string text = cells.empty() ? std::string() : cells[0];
    switch (block.kind) {
      case Kind::heading:
        out.push_back(print::Heading{text});
        break;
      case Kind::paragraph:
        out.push_back(print::Paragraph{.text = text, .opening = !with_readings});
        break;
      case Kind::quote:
        out.push_back(print::Paragraph{.text = text, .indent_mm = 8, .opening = false, .size_pt = 9.5});
        break;
      case Kind::item:
      case Kind::numbered:
        list(block.kind == Kind::numbered).items.push_back(text);
        break;
      case Kind::table_head:
        out.push_back(print::Table{.head = cells});
        break;
      case Kind::table_row:
        if (out.empty() || !std::holds_alternative<print::Table>(out.back())) out.push_back(print::Table{});
        std::get<print::Table>(out.back()).rows.push_back(cells);
        break;
    }
  }
  for (print::Block& block : out)
    if (auto* table = std::get_if<print::Table>(&block)) find_amounts(*table);
  return out;
}

}  // namespace

JsonValue to_json(const Content& content) {
  return JsonObject{{"title", content.title},
                    {"dated", content.dated.text()},
                    {"postal_code", content.postal_code},
                    {"address", JsonArray(content.address_lines.begin(), content.address_lines.end())},
                    {"name", content.name},
                    {"honorific", content.honorific},
                    {"sender_title", content.sender_title},
                    {"sender_name", content.sender_name},
                    {"seal", content.seal},
                    {"body", blocks_to_json(content.body)},
                    {"plain", blocks_to_json(content.plain)},
                    {"contact", JsonArray(content.contact.begin(), content.contact.end())}};
}

Result<Content> content_from(const JsonValue& json) {
  const auto dated = Date::parse(json.text_or("dated", ""));
  if (!json.object() || !dated) return fail(ErrorKind::corrupt, "document.content", "no date");
  Content content{.title = std::string(json.text_or("title", "")), .dated = *dated};
  content.postal_code = json.text_or("postal_code", "");
  content.address_lines = strings(json.find("address"));
  content.name = json.text_or("name", "");
  content.honorific = json.text_or("honorific", "様");
  content.sender_title = json.text_or("sender_title", "");
  content.sender_name = json.text_or("sender_name", "");
  content.seal = json.text_or("seal", "none");
  content.body = TRY(blocks_from(json.find("body")));
  content.plain = TRY(blocks_from(json.find("plain")));
  content.contact = strings(json.find("contact"));
  return content;
}

JsonValue marker_json(std::string_view town, PublicId id, const Binding& binding) {
  return JsonObject{
      {"town", town}, {"document", id.text()}, {"case", binding.case_id}, {"addressee", binding.addressee}};
}

print::Letter letter_of(const Content& content, const Look& look) {
  print::Letter letter{.number = look.number, .date = content.dated, .title = without_ruby(content.title)};
  letter.addressee = {content.postal_code, content.address_lines, content.name, content.honorific};
  letter.sender = {.title = content.sender_title, .name = content.sender_name};
  if (content.seal == "public" && !look.draft)
    letter.sender.seal = print::Seal{.columns = look.seal_columns, .specimen = look.demo ? "見本" : ""};
  if (content.seal == "omitted") letter.sender.seal_omitted = "（公印省略）";
  letter.body = printed(content.body, false);
  for (const std::string& line : content.contact)
    letter.contact.push_back(print::Paragraph{.text = without_ruby(line), .opening = false, .size_pt = 9.5});
  if (!look.verify_url.empty())
    letter.verification = print::Code{.text = look.verify_url,
                                      .caption = "この文書が本物かどうかは、次のページで確かめられます。",
                                      .shown = look.verify_url};
  letter.annex = printed(content.plain, true);
  letter.footer = look.number.empty() ? letter.title : look.number + "　" + letter.title;
  letter.author = look.authority;
  if (look.draft) letter.watermark = "案";
  if (!look.marker.empty())
    letter.attachments.push_back({.file_name = "document.json",
                                  .media_type = "application/json",
                                  .description = "machine-readable copy",
                                  .bytes = Bytes(look.marker.begin(), look.marker.end())});
  return letter;
}

std::vector<std::string> seal_columns(std::string_view office) {
  // 「奈義町長」 → 奈義 | 町長 | 之印: the title and 之印 over three columns, filled from the right.
  std::vector<std::string> characters;
  const std::string all = std::string(office) + "之印";
  for (unsigned char byte : all) {
    if ((byte & 0xC0) != 0x80) characters.emplace_back();
    characters.back().push_back(static_cast<char>(byte));
  }
  const std::size_t per_column = (characters.size() + 2) / 3;
  std::vector<std::string> columns;
  for (std::size_t at = 0; at < characters.size(); at += per_column) {
    columns.emplace_back();
    for (std::size_t i = at; i < std::min(characters.size(), at + per_column); ++i) columns.back() += characters[i];
  }
  return columns;
}

}  // namespace yakuba::document
