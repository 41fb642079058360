// The components of Yakuba's pages, each once. A component is a function from a plain struct to Html; fields named
// `…_id` are element ids, fields of type Html take text (escaped), phrases or nodes, fields of type Plain stand in
// attributes. Pages compose them and use the stylesheet's layout classes (wrap, stack, cols-main, row, panel).
//
//   notice({.kind = Tone::warn, .title = words(Text::one_missing), .body = p(words(Text::send_until, {{"date",
//   due}}))}) text_field({.name = "name", .label = "氏名", .value = form.typed("name"), .error = error_for(form,
//   "name", words)})
//
// Everything works without scripts, says nothing by colour alone, and is named for assistive technology.
// Sources: WCAG 2.2 AA, WAI-ARIA 1.2, HTML Living Standard; look: assets/yakuba.css.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.hpp"
#include "web/form.hpp"
#include "web/html.hpp"
#include "web/words.hpp"

namespace yakuba::web {

// How something is judged; always beside a word and a shape.
enum class Tone : std::uint8_t { plain, key, ok, warn, bad, accent, solid };

struct Link {
  Plain href;
  Html text;
  bool current = false;
  std::optional<std::int64_t> count = {};
};

// --- the house: page shells (shell.cpp) ---
// A town's face comes from its pack.
struct MarkShape {
  std::string path;  // SVG path data in a 44 × 44 box; other characters than path data are refused
  bool filled = false;
  double stroke_width = 2;
};
struct TownFace {
  std::string name;    // "奈義町"
  std::string office;  // "奈義町役場"
  std::string window;  // "オンライン役場"
  std::vector<MarkShape> mark;
  std::string stylesheet;  // address of town_stylesheet()'s text; empty: the house's own colour
  std::string home = "/";
};
struct TownColours {  // "#rrggbb"; a pack's four variables
  std::string town, weak, first, second;
};
// The stylesheet of a town, to be served as text/css under a path that holds its hash. invalid: not a colour, or `town`
// on white or on `weak` below 4.5:1 (WCAG 2.2 SC 1.4.3).
Result<std::string> town_stylesheet(const TownColours& colours);
double contrast_ratio(std::string_view first_colour, std::string_view second_colour);

struct LanguageChoice {
  std::string tag;   // value of ?lang=
  std::string name;  // in itself: "Tiếng Việt"
  bool current = false;
};
struct FootColumn {
  Html title;
  std::vector<Link> links;
};
// What is the same on every page of a town in one way of reading: made once, shared by its pages. Immutable.
struct ResidentFrame {
  std::string name, stylesheet;
  Html brand, foot;
  std::vector<LanguageChoice> languages;
  std::vector<Html> switches;  // the reading switches inside a form: the pieces between which the form's id stands
};
struct Foot {
  std::vector<Html> office_lines = {};  // address, telephone, hours
  std::vector<FootColumn> columns = {};
  Html note = {};
};
std::shared_ptr<const ResidentFrame> resident_frame(const Words& words, const TownFace& face, const Foot& foot,
                                                    std::vector<LanguageChoice> languages);

struct ResidentShell {
  Words words;
  std::shared_ptr<const ResidentFrame> frame;  // never null
  Plain title;                                 // of the page; the town's name follows
  bool has_errors = false;                     // title begins with エラー
  Fields query = {};                // of this page, kept by the reading switches of pages without a form
  std::string reading_form = {};    // id of the page's form: the switches send it, so that nothing typed is lost
  std::optional<Link> person = {};  // logged in: "有本 健太 さん"; otherwise the log-in button
  std::string login_href = "/login";
  bool can_log_in = true;
  std::string main_class = {};          // "home"
  std::string script = {}, nonce = {};  // an island's asset name; Response::with_script_nonce takes the same nonce
};
std::string resident_page(const ResidentShell& shell, const Html& main);

struct DeskShell {
  Words words;
  TownFace face;
  Plain title;
  bool has_errors = false;
  std::vector<Link> menu;                                  // with counts; the current one marked
  Html section = {}, person = {};                          // "こども・長寿課", "小林 恵"; empty before log-in
  std::string leave_action = "/logout", leave_token = {};  // a POST form; not shown when person is empty
  Html foot_note = {};
  std::string script = {}, nonce = {};
};
std::string desk_page(const DeskShell& shell, const Html& main);

Html town_mark(const std::vector<MarkShape>& mark);
Html brand(const TownFace& face, bool with_window);

// --- moving about ---
// Words as one box. A button or a link with an icon lays its children in a line: each reading would part the words.
Html together(const Html& words);
Html back_link(const Plain& href, const Html& text);
struct Tabs {
  Plain label;
  std::vector<Link> tabs;
};
Html tabs(const Tabs& t);
struct Step {
  Html name;
  Html note = {};
  bool done = false;
  bool current = false;
};
Html steps(const Words& words, const std::vector<Step>& list);
struct Pages {  // by key, never by number: first, previous, next; `shown` says which part this is
  Plain previous = {}, next = {}, first = {};
  Html shown = {};
};
Html page_list(const Words& words, const Pages& pages);
Html contents(const Plain& id, const Html& title, const std::vector<Link>& links);

// --- telling ---
struct Notice {
  Tone kind = Tone::plain;
  Html title;
  Html body = {};
  int level = 2;
  Icon icon = Icon::count_;
};
Html notice(const Notice& n);
struct Emergency {
  std::string id;
  Html title;
  Html body;
  Html meta = {};
};
Html emergency(const Emergency& e);
Html tag(const Html& text, Tone tone = Tone::plain, std::optional<Icon> icon = {});
struct Empty {
  Html title;
  Html body = {};
  Html action = {};
  int level = 2;
};
Html empty_state(const Empty& e);
struct Done {
  Html title;
  Html number_label = {};
  Html number = {};
  Html body = {};
};
Html done_panel(const Done& d);  // confirmation: title is the page's h1
Html law_quote(const Html& text, const Html& source);
struct Fold {
  Html summary;
  Html body;
  bool open = false;
};
Html fold(const Fold& f);
struct Panel {
  std::string id;
  Html title;
  Html body;
  Html aside = {};
  Tone ground = Tone::plain;
  int level = 2;
  bool stack = true;
};
Html panel(const Panel& p);  // ground: plain, key (tint) or solid (town)
struct Fact {
  Html term;
  Html value;
};
Html facts(const std::vector<Fact>& list, bool small = false);
struct SummaryRow {
  Html term;
  Html value;
  Html go = {};
};  // go: change_link, a tag, or where the value comes from
Html summary_list(const std::vector<SummaryRow>& rows);
Html change_link(const Words& words, const Plain& href, const Plain& of_what);
struct FileRow {
  Html name;
  Plain href = {};
  Html detail = {};
  Html end = {};
  Icon icon = Icon::file;
};
Html file_list(const std::vector<FileRow>& files);
enum class Tense : std::uint8_t { past, now, next };
struct Moment {
  Tense when = Tense::past;
  Html time;
  Plain datetime = {};
  Html title;
  Html body = {};
};
Html timeline(const Words& words, const std::vector<Moment>& moments);
struct LogRow {
  Html time;
  Plain datetime;
  Html text;
};
Html event_log(const std::vector<LogRow>& rows);
struct Event {
  Icon icon;
  Plain href;
  Html title;
  Html text;
};
Html event_cards(const std::vector<Event>& events);
struct ProcedureRow {
  Plain href;
  Html title;
  Html note;
  std::vector<std::pair<Icon, Fact>> facts;
};
Html procedure_list(const std::vector<ProcedureRow>& rows, int level = 3);  // level: of each procedure's heading
struct NewsRow {
  Html date;
  Plain datetime;
  Html kind;
  Plain href;
  Html title;
};
Html news_list(const std::vector<NewsRow>& rows);
struct Verdict {
  Tone tone = Tone::ok;
  Html mark = {};
  Html main;
  Html note = {};
};
Html verdict(const Verdict& v);
Html in_language(std::string_view lang, const Html& body);  // <div lang="…"> for a block in another language

// --- asking
// ------------------------------------------------------------------------------------------------------------ The
// words of a field's fault, or nothing: what the `error` members below take.
std::optional<Html> error_for(const Form& form, std::string_view name, const Words& words);
// The summary on top of a page with faults: takes the focus, links to each control. Nothing when the form is fine.
Html error_summary(const Form& form, const Words& words);
struct Field {
  std::string name;
  Html label;
  Html hint = {};
  std::string value = {};
  std::optional<Html> error = {};
  bool required = false;
  std::string type = "text";  // text, search, email, tel, password, url
  std::string autocomplete = {}, inputmode = {};
  std::string width = {};  // "w-4", "w-8", "w-20"
  std::int64_t characters_max = 0;
  std::string id = {};  // the name when empty
};
Html text_field(const Words& words, const Field& f);
Html number_field(const Words& words, const Field& f, const Html& unit = {});
struct Area : Field {
  std::int64_t rows = 3;
};
Html text_area(const Words& words, const Area& f);
struct Option {
  std::string value;
  Html label;
  Html hint = {};
  bool chosen = false;
  std::optional<std::int64_t> count = {};
};
struct Select : Field {
  std::vector<Option> options;
};
Html select_field(const Words& words, const Select& f);
struct Choices {
  std::string name;
  Html legend;
  bool legend_is_heading = false;  // the question of the page: <h1> in the legend
  Html hint = {};
  std::vector<Option> options;
  std::optional<Html> error = {};
  bool required = false;
  bool several = false;  // checkboxes
  bool lines = false;    // compact lines instead of cards
};
Html choice_field(const Words& words, const Choices& c);
Html declaration(const Words& words, const Field& f);  // one checkbox with its sentence
struct DateField {
  std::string name;
  Html legend;
  bool legend_is_heading = false;
  Html hint = {};
  std::string year = {}, month = {}, day = {};
  std::optional<Html> error = {};
  bool required = false;
  bool birthday = false;  // autocomplete bday-*
};
Html date_field(const Words& words, const DateField& f);
struct FileField : Field {
  bool multiple = false;
  std::string accept = ".pdf,.png,.jpg,.jpeg,.heic";
};
Html file_field(const Words& words, const FileField& f);
enum class ButtonKind : std::uint8_t { main, second, warn };
struct Button {
  Html text;
  ButtonKind kind = ButtonKind::main;
  std::string name = {}, value = {};
  bool big = false, end = false;
};
Html action_button(const Button& b);
Html link_button(const Plain& href, const Html& text, ButtonKind kind = ButtonKind::second);
struct Search {
  std::string action;
  Html label;
  bool label_is_heading = false;
  Html hint = {};
  std::string value = {};
};
Html search_form(const Words& words, const Search& s);
// Hills at the foot of the front page's first block, in the town's colours; decoration, hidden from readers and print.
Html landscape();
struct Confirm {  // a page instead of a dialog
  std::string id;
  std::string action;
  Html title;
  Html body;
  Html hidden;
  Html fields = {};
  Html yes;
  bool warn = true;
  Plain back;
  Html back_text;
};
Html confirm_panel(const Confirm& c);
struct FilterBar {
  Plain label;
  Html fields;
  Html submit;
  Plain reset;
};
Html filter_bar(const Words& words, const FilterBar& f);

// --- tables ---
enum class Align : std::uint8_t { start, number, middle };
enum class Sorted : std::uint8_t { no, ascending, descending };
struct Column {
  Html title;
  Align align = Align::start;
  Plain sort_href = {};
  Sorted sorted = Sorted::no;
  bool group_start = false;
};
enum class RowTone : std::uint8_t { plain, fired, idle, proposed, selected };
struct Row {
  std::vector<Html> cells;
  RowTone tone = RowTone::plain;
  std::string id = {};
};  // the first cell is the row's head
struct Table {
  std::string id;  // of the caption
  Html caption;
  bool caption_hidden = false;
  std::vector<Column> columns;
  std::vector<Row> rows;
  Html head = {};       // own <tr>s instead of `columns`' titles (grouped heads)
  bool sticky = false;  // first column stays on narrow screens
  bool scrolls = true;  // inside a labelled, focusable region
};
Html table_of(const Words& words, const Table& t);
Html judged(const Words& words, bool fits);  // ✓ or ✗ with its hidden word
struct Waiting {
  std::int64_t days = 0;
  std::int64_t standard_days = 0;
  std::int64_t scale_days = 0;
};
Html waiting_bar(const Words& words, const Waiting& w);

// --- approval ---
enum class SealState : std::uint8_t { stamped, later, waiting, waiting_later, not_needed };
struct Seal {
  SealState state = SealState::waiting;
  Plain top, middle, bottom;
  Html title;
  Html note;
};
Html approval_route(const std::vector<Seal>& seals);
struct VersionRow {
  Html title;
  Html note;
  bool in_force = false;
  bool draft = false;
};
Html version_list(const std::vector<VersionRow>& versions);

// --- money
// --------------------------------------------------------------------------------------------------------------- A 2D
// code as one path; `modules` row by row, true is dark, size × size, with its quiet zone added here.
Html qr_code(const std::vector<bool>& modules, std::int64_t size, const Plain& title);

}  // namespace yakuba::web
