#include "print/document.hpp"

#include <algorithm>
#include <mutex>

#include <fmt/format.h>

#include "print/canvas.hpp"
#include "print/flow.hpp"
#include "print/fonts.hpp"
#include "print/pdf.hpp"

namespace yakuba::print {

namespace {

constexpr double left_mm = 24, right_mm = 22, top_mm = 20, bottom_mm = 24;
constexpr double text_width_mm = page_width_mm - left_mm - right_mm;
// The window of a 長形3号 envelope over a sheet folded in three: 90 × 45 mm, 20 mm from the left edge of the envelope.
constexpr double window_x_mm = 24, window_y_mm = 19, window_width_mm = 82, window_height_mm = 37;

TextStyle style(double size_pt, double width_mm = 0, Paragraph::Align align = Paragraph::Align::left,
                Face face = Face::mincho) {
  return {.face = face, .size_pt = size_pt, .width_pt = width_mm * points_per_mm, .align = align, .line_spacing = 1.35};
}

struct AddressBlock {
  std::vector<Layout> lines;
  double height_mm = 0;
};

Result<AddressBlock> set_address(const Fonts& fonts, const Addressee& to, double shrink) {
  AddressBlock block;
  auto add = [&](std::string_view text, std::string_view field, double size_pt) -> Result<> {
    Layout layout = TRY(fonts.set(text, field, style(size_pt * shrink, window_width_mm)));
    block.height_mm += height_mm(layout.get()) + 0.8;
    block.lines.push_back(std::move(layout));
    return {};
  };
  if (!to.postal_code.empty()) TRY(add("〒" + to.postal_code, "addressee.postal_code", 10));
  for (const std::string& line : to.address_lines) TRY(add(line, "addressee.address_lines", 10));
  if (!to.name.empty()) {
    block.height_mm += 1.5;
    TRY(add(to.name + "　" + to.honorific, "addressee.name", 12.5));
  }
  return block;
}

// Into the window, smaller when it must be; never cut off.
Result<AddressBlock> fit_address(const Fonts& fonts, const Addressee& to) {
  if (to.address_lines.size() > static_cast<std::size_t>(address_lines_max))
    return fail(ErrorKind::invalid, "print.address_too_long", "too many lines", {.field = "addressee.address_lines"});
  for (double shrink : {1.0, 0.9, 0.8, 0.7}) {
    AddressBlock block = TRY(set_address(fonts, to, shrink));
    if (block.height_mm <= window_height_mm) return block;
  }
  return fail(ErrorKind::invalid, "print.address_too_long", "does not fit the window", {.field = "addressee"});
}

Result<> draw_address(Canvas& canvas, const Fonts& fonts, const Addressee& to) {
  const AddressBlock block = TRY(fit_address(fonts, to));
  double y = window_y_mm;
  canvas.begin_tag("P");
  for (std::size_t i = 0; i < block.lines.size(); ++i) {
    if (i + 1 == block.lines.size() && !to.name.empty()) y += 1.5;
    canvas.text(block.lines[i].get(), window_x_mm, y);
    y += height_mm(block.lines[i].get()) + 0.8;
  }
  canvas.end_tag("P");
  return {};
}

Result<> draw_right(Canvas& canvas, const Fonts& fonts, std::string_view text, std::string_view field, double y_mm,
                    double size_pt = 10.5) {
  Layout layout = TRY(fonts.set(text, field, style(size_pt)));
  canvas.begin_tag("P");
  canvas.text(layout.get(), page_width_mm - right_mm - width_mm(layout.get()), y_mm);
  canvas.end_tag("P");
  return {};
}

// The sender's line stands under the seal's right half: the seal covers the end of the name, as it does on paper.
Result<double> draw_sender(Canvas& canvas, const Fonts& fonts, const Sender& from, double y_mm) {
  const double seal_mm = from.seal ? from.seal->size_mm : 0;
  const std::string words = from.name.empty() ? from.title : from.title + "　" + from.name;
  Layout layout = TRY(fonts.set(words, "sender", style(12)));
  const double text_right = page_width_mm - right_mm - (from.seal ? seal_mm * 0.88 : 4);
  const double middle = y_mm + std::max(seal_mm, 8.0) / 2;
  canvas.begin_tag("P");
  canvas.text(layout.get(), text_right - width_mm(layout.get()), middle - height_mm(layout.get()) / 2);
  canvas.end_tag("P");
  if (from.seal) {
    for (const std::string& column : from.seal->columns) {
      if (column.empty()) return fail(ErrorKind::invalid, "print.seal_empty", "", {.field = "sender.seal"});
      TRY(fonts.check(column, "sender.seal", Face::mincho));
    }
    if (from.seal->columns.empty()) return fail(ErrorKind::invalid, "print.seal_empty", "", {.field = "sender.seal"});
    TRY(fonts.check(from.seal->specimen, "sender.seal.specimen", Face::gothic));
    canvas.begin_tag("Figure");
    canvas.seal(fonts, *from.seal, page_width_mm - right_mm - seal_mm, y_mm);
    canvas.end_tag("Figure");
  } else if (!from.seal_omitted.empty()) {
    TRY(draw_right(canvas, fonts, from.seal_omitted, "sender.seal_omitted", middle + 4, 9));
    return y_mm + 14;
  }
  return y_mm + std::max(seal_mm, 8.0);
}

Result<> draw_footer(Canvas& canvas, const Fonts& fonts, std::string_view words, std::size_t page, std::size_t pages) {
  const double y = page_height_mm - 15;
  canvas.line(left_mm, y - 1.5, page_width_mm - right_mm, y - 1.5, 0.3);
  if (!words.empty()) {
    Layout layout = TRY(fonts.set(words, "footer", style(8, text_width_mm - 25)));
    canvas.text(layout.get(), left_mm, y);
  }
  return draw_right(canvas, fonts, fmt::format("{} / {}", page, pages), "footer", y, 8);
}

Result<> draw_watermark(Canvas& canvas, const Fonts& fonts, const std::string& words) {
  if (words.empty()) return {};
  const double size = words.size() <= 6 ? 260 : 90;
  Layout layout = TRY(fonts.set(words, "watermark", style(size, 0, Paragraph::Align::left, Face::gothic)));
  canvas.watermark(layout.get());
  return {};
}

// In the free space between the window and the title.
Result<> draw_verification(Canvas& canvas, const Fonts& fonts, const Code& code, double y_mm) {
  constexpr double size_mm = 20, words_mm = 58;
  const QrMatrix matrix = TRY(encode_qr(code.text));
  Layout caption = TRY(fonts.set(code.caption, "verification, caption", style(8, words_mm)));
  Layout shown = TRY(fonts.set(code.shown, "verification, shown", style(7.5, words_mm)));
  canvas.begin_tag("Figure");
  canvas.code(matrix, left_mm - 2, y_mm, size_mm);
  canvas.end_tag("Figure");
  canvas.begin_tag("P");
  canvas.text(caption.get(), left_mm + size_mm, y_mm + 2.5);
  canvas.text(shown.get(), left_mm + size_mm, y_mm + 3.5 + height_mm(caption.get()));
  canvas.end_tag("P");
  return {};
}

// Number, date, addressee, sender and title; returns where the body begins.
Result<double> draw_head(Canvas& canvas, const Fonts& fonts, const Letter& letter) {
  double y = 18;
  if (!letter.number.empty()) {
    TRY(draw_right(canvas, fonts, letter.number, "number", y));
    y += 6;
  }
  TRY(draw_right(canvas, fonts, format_era(letter.date), "date", y));
  TRY(draw_address(canvas, fonts, letter.addressee));
  const double middle_y = window_y_mm + window_height_mm + 4;
  if (letter.verification) TRY(draw_verification(canvas, fonts, *letter.verification, middle_y));
  y = TRY(draw_sender(canvas, fonts, letter.sender, middle_y));
  if (letter.verification) y = std::max(y, middle_y + 20);
  Layout title =
      TRY(fonts.set(letter.title, "title", style(16, text_width_mm, Paragraph::Align::centre, Face::gothic)));
  canvas.begin_tag("H1");
  canvas.text(title.get(), left_mm, y + 6);
  canvas.end_tag("H1");
  return y + 6 + height_mm(title.get()) + 7;
}

Result<Bytes> draw_letter(const Fonts& fonts, const Letter& letter) {
  const Frame frame{left_mm, text_width_mm};
  const Flow body = TRY(flow_of(fonts, letter.body, frame, 100, "body"));
  const Flow contact = TRY(flow_of(fonts, letter.contact, frame, 10'000, "contact"));
  const Flow annex = TRY(flow_of(fonts, letter.annex, frame, 20'000, "annex"));
  Canvas canvas({letter.title, letter.author, letter.number, letter.date});
  canvas.begin_tag("Document");  // without a root element cairo writes no structure at all
  TRY(draw_watermark(canvas, fonts, letter.watermark));
  const double body_top = TRY(draw_head(canvas, fonts, letter));
  auto pages = TRY(paginate(body, contact, body_top, top_mm, page_height_mm - bottom_mm));
  if (!annex.pieces.empty())
    for (PlacedPage& page : TRY(paginate(annex, {}, top_mm, top_mm, page_height_mm - bottom_mm)))
      pages.push_back(std::move(page));
  for (std::size_t page = 0; page < pages.size(); ++page) {
    if (page > 0) TRY(draw_watermark(canvas, fonts, letter.watermark));
    draw_page(canvas, pages[page], left_mm);
    TRY(draw_footer(canvas, fonts, letter.footer, page + 1, pages.size()));
    canvas.end_page();
  }
  canvas.end_tag("Document");
  return finish_pdf(TRY(canvas.finish()),
                    {letter.title, letter.author, letter.language, letter.date, &letter.attachments});
}

struct BlockCheck {
  const Fonts& fonts;
  std::string field;

  Result<> all(const std::vector<std::string>& texts, std::string_view what, Face face = Face::mincho) const {
    for (std::size_t i = 0; i < texts.size(); ++i)
      TRY(fonts.check(texts[i], fmt::format("{}, {} {}", field, what, i + 1), face));
    return {};
  }
  Result<> operator()(const Paragraph& block) const { return fonts.check(block.text, field, Face::mincho); }
  Result<> operator()(const Heading& block) const { return fonts.check(block.text, field, Face::gothic); }
  Result<> operator()(const List& block) const { return all(block.items, "item"); }
  Result<> operator()(const Table& block) const {
    TRY(all(block.head, "head, column", Face::gothic));
    for (std::size_t i = 0; i < block.rows.size(); ++i)
      TRY((BlockCheck{fonts, fmt::format("{}, row {}", field, i + 1)}.all(block.rows[i], "column")));
    return {};
  }
  Result<> operator()(const Code& block) const {
    TRY(fonts.check(block.caption, field + ", caption", Face::mincho));
    return fonts.check(block.shown, field + ", shown", Face::mincho);
  }
  Result<> operator()(const PageBreak&) const { return {}; }
};

Result<> check_letter(const Fonts& fonts, const Letter& letter) {
  TRY(fonts.check(letter.number, "number", Face::mincho));
  TRY(fonts.check(letter.title, "title", Face::gothic));
  TRY(fonts.check(letter.sender.title + letter.sender.name, "sender", Face::mincho));
  TRY(fonts.check(letter.footer, "footer", Face::mincho));
  TRY(fit_address(fonts, letter.addressee));
  for (std::size_t i = 0; i < letter.body.size(); ++i)
    TRY(std::visit(BlockCheck{fonts, fmt::format("body, block {}", i + 1)}, letter.body[i]));
  for (std::size_t i = 0; i < letter.contact.size(); ++i)
    TRY(std::visit(BlockCheck{fonts, fmt::format("contact, block {}", i + 1)}, letter.contact[i]));
  for (std::size_t i = 0; i < letter.annex.size(); ++i)
    TRY(std::visit(BlockCheck{fonts, fmt::format("annex, block {}", i + 1)}, letter.annex[i]));
  if (letter.verification) TRY((BlockCheck{fonts, "verification"}(*letter.verification)));
  return {};
}

Result<> draw_sheet(Canvas& canvas, const Fonts& fonts, const AddressSheet& sheet) {
  TRY(draw_address(canvas, fonts, sheet.addressee));
  TRY(draw_right(canvas, fonts, sheet.reference, "reference", 19, 9));
  Flow flow = TRY(flow_of(fonts,
                          {Heading{"この封筒に入れるもの"}, List{.items = sheet.contents, .numbered = true},
                           Heading{"届かないときの返送先"}, Paragraph{.text = sheet.sender, .opening = false}},
                          {left_mm, text_width_mm}, 100, "sheet"));
  const auto pages = TRY(paginate(flow, {}, 105, top_mm, page_height_mm - bottom_mm));
  if (pages.size() > 1) return fail(ErrorKind::invalid, "print.too_many_pages", "", {.field = "contents"});
  // Marks for folding in three.
  canvas.line(4, 99, 9, 99, 0.4);
  canvas.line(4, 198, 9, 198, 0.4);
  draw_page(canvas, pages[0], left_mm);
  return {};
}

}  // namespace

struct Press::State {
  std::mutex mutex;  // Pango contexts are not shared between threads
  std::unique_ptr<Fonts> fonts;
};

Press::Press(std::unique_ptr<State> state) : state_(std::move(state)) {}
Press::Press(Press&&) noexcept = default;
Press& Press::operator=(Press&&) noexcept = default;
Press::~Press() = default;

Result<Press> Press::open(const FontFiles& files) {
  auto state = std::make_unique<State>();
  state->fonts = TRY(Fonts::open(files));
  return Press(std::move(state));
}

Result<Bytes> Press::letter(const Letter& letter) {
  std::lock_guard lock(state_->mutex);
  return draw_letter(*state_->fonts, letter);
}

Result<> Press::check(const Letter& letter) {
  std::lock_guard lock(state_->mutex);
  return check_letter(*state_->fonts, letter);
}

Result<Bytes> Press::address_sheets(const std::vector<AddressSheet>& sheets, Date date) {
  if (sheets.empty()) return fail(ErrorKind::invalid, "print.no_sheets");
  if (sheets.size() > static_cast<std::size_t>(pages_max)) return fail(ErrorKind::invalid, "print.too_many_pages");
  std::lock_guard lock(state_->mutex);
  Canvas canvas({"宛名票", "", "", date});
  canvas.begin_tag("Document");
  for (const AddressSheet& sheet : sheets) {
    TRY(draw_sheet(canvas, *state_->fonts, sheet));
    canvas.end_page();
  }
  canvas.end_tag("Document");
  return finish_pdf(TRY(canvas.finish()), {"宛名票", "", "ja", date, nullptr});
}

Result<> Press::can_draw(std::string_view text, std::string_view field, Face face) {
  std::lock_guard lock(state_->mutex);
  return state_->fonts->check(text, field, face);
}

Result<std::vector<std::uint32_t>> Press::glyphs(std::string_view text, Face face) {
  std::lock_guard lock(state_->mutex);
  return state_->fonts->glyphs(text, face);
}

}  // namespace yakuba::print
