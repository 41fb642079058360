// A pack is what a town writes: procedures, facts, criteria, tables, calendars, sections, notices and words as text
// files. This header is its model in memory: plain values, immutable once read, shared by pointer between threads.
//
//   pack::Loaded loaded = pack::load({{"common", common_files}, {"nagi", nagi_files}});     // pack/load.hpp
//   if (!loaded.pack) print(loaded.faults);                                                  // pack/check.hpp
//   const pack::Procedure* procedure = loaded.pack->procedure("jido-teate-nintei");
//   procedure->texts.say("question.children.title", "ja-x-easy").text
//
// Nothing here reads a disk or a clock: the caller gives path → bytes. A town's pack is an overlay: common first, the
// town's own layer last; a layer adds, replaces by id, or retires an id with a reason. The version of a pack is the
// SHA-256 of everything in it; procedures, criteria, texts and notices have hashes of their own, and cases pin those.
// How to write a pack: docs/packs.md. Units: amounts in yen, terms in days as named by the field.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/crypto.hpp"
#include "base/date.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "pack/calendar.hpp"
#include "pack/check.hpp"
#include "pack/program.hpp"
#include "pack/template.hpp"

namespace yakuba::pack {

// ---- words ---

struct Said {
  std::string_view text;      // with furigana marks {漢字|かんじ} and holes {FEEL}; lives as long as the pack
  std::string_view language;  // the language it was found in
  bool fallback = false;      // not the language asked for: show the mark
};

struct TextHash : std::hash<std::string_view> {
  using is_transparent = void;
};
// Words by key in several languages (BCP 47 tags: ja, ja-x-easy, en …). Missing languages fall back to ja.
class Texts {
 public:
  bool has(std::string_view key, std::string_view language) const;
  bool has(std::string_view key) const { return has(key, "ja"); }
  Said say(std::string_view key, std::string_view language) const;  // the key itself when it is nowhere (never throws)
  // A text is a template of one line or more; its faults (furigana, holes) are added to `faults`.
  void set(std::string key, std::string language, std::string text, Place place, std::vector<Fault>& faults);
  // The parsed form of say(): for texts with holes.
  const std::vector<TemplatePart>* parts(std::string_view key, std::string_view language) const;
  // A text without holes, as it is shown; `furigana` false: {漢字|かんじ} is 漢字. Nothing when it has holes or is not
  // here. Lives as long as the pack.
  std::optional<std::string_view> whole(std::string_view key, std::string_view language, bool furigana) const;
  template <class F>  // f(key, language, text, place, parts&): for load() only, before the pack is shared
  void each(F&& f) {
    for (const std::string& key : keys())
      for (auto& [language, entry] : entries_.find(key)->second) f(key, language, entry.text, entry.place, entry.parts);
  }
  const Place* place(std::string_view key, std::string_view language) const;
  std::vector<std::string> keys() const;  // in order
  std::vector<std::string> languages() const;

 private:
  struct Entry {
    std::string text;
    Place place;
    std::vector<TemplatePart> parts;
    std::optional<std::string> whole;  // without holes: its words …
    std::string plain;                 // … and without furigana marks, where there are some
  };
  using Languages = std::vector<std::pair<std::string, Entry>>;  // two or three: looked through
  static const Languages::value_type* of(const Languages& languages, std::string_view language);
  const Entry* find(std::string_view key, std::string_view language, std::string_view* found) const;
  std::unordered_map<std::string, Languages, TextHash, std::equal_to<>> entries_;  // a page asks for dozens
};

// ---- facts ---

// The type of a fact or an answer. `record` names a record type of the schema ("児童"); `choices` the allowed words.
enum class TypeKind {
  text,
  integer,
  number,
  yen,
  date,
  month,
  yes_no,
  choice,
  multi_choice,
  record,
  file,
};
struct Type {
  TypeKind kind = TypeKind::text;
  bool list = false;                 // "list of 児童"
  std::string record;                // Japanese name of the record type, kind == record
  std::vector<std::string> choices;  // values as FEEL sees them, kind == choice or multi_choice
  std::int64_t minimum = INT64_MIN;  // integer, yen: allowed values
  std::int64_t maximum = INT64_MAX;
  bool operator==(const Type&) const = default;
};

// Who may supply a fact. Anything but `applicant` is recomputed by the server and never taken from a form.
enum class Source { applicant, register_, parameter, calendar, derived, clerk, decision, case_, town };

enum class Sensitivity { public_, personal, special };  // special: 要配慮個人情報 (個人情報保護法 2条3項)

struct Fact {
  std::string key;   // ASCII, in JSON and CSV: "claimant"
  std::string name;  // Japanese, in FEEL: "申請者"
  Type type;
  std::string unit;
  std::string law;
  Sensitivity sensitivity = Sensitivity::personal;
  std::vector<Source> sources;
  std::string how;        // how to get it when it is missing, Japanese ("配偶者の所得は税の記録で照会できます")
  Expression derived;     // FEEL over other facts; empty unless sources has `derived`
  bool optional = false;  // nobody need supply it: absent counts as known to be nothing (null)
  JsonValue otherwise;    // value when nobody supplied it ("default" in the file); null: none
  Place place;
};
struct Record {
  std::string key;
  std::string name;  // "児童"
  std::vector<Fact> fields;
  Place place;
  const Fact* field_by_key(std::string_view key) const;
  const Fact* field_by_name(std::string_view name) const;
};
struct FactSchema {
  std::vector<Record> records;
  std::vector<Fact> facts;
  const Fact* by_key(std::string_view key) const;
  const Fact* by_name(std::string_view name) const;
  const Record* record(std::string_view name) const;
};

// One dated value of a parameter table. `status` unconfirmed is shown wherever the value is used.
struct Parameter {
  std::string name;  // FEEL: 児童手当額.三歳未満
  Date valid_from;
  std::optional<Date> valid_to;  // last day, included
  std::string value;             // decimal text, exact
  std::string unit;
  std::string source, law;
  bool confirmed = true;
  Place place;
};
struct Table {
  std::string id;    // "child-allowance"
  std::string name;  // FEEL root name: "児童手当額"
  std::vector<Parameter> rows;
  Place place;
  std::vector<std::string> names() const;                         // distinct, in file order
  const Parameter* as_of(std::string_view name, Date day) const;  // nothing when no row is in force
};

// A function of the rule library (DMN: business knowledge model), written in FEEL.
struct LibraryFunction {
  std::string name;                                             // "age on"
  std::vector<std::pair<std::string, std::string>> parameters;  // name, FEEL type
  std::string result;                                           // FEEL type
  std::string law;
  Expression body;
  std::vector<std::pair<Expression, Expression>> examples;  // expression, expected value
  Place place;
};

// ---- notices ---

// One document text: front matter and Markdown with holes (pack/template.hpp). B.5 lists the elements a decision needs.
struct Notice {
  std::string id;
  std::string title;  // 児童手当認定通知書
  std::string kind;   // decision | request | receipt | expected (never sent: the check page shows it)
  bool adverse = false;
  bool numbered = true;       // 文書番号 is given
  std::string seal = "none";  // public | omitted | none
  std::string sender;         // mayor | section
  std::string appeal_to;      // governor | mayor | none   (審査請求, 行政不服審査法82条)
  bool suit = false;          // 取消しの訴え, 行政事件訴訟法46条
  std::vector<std::string> law;
  std::string retention_class;
  Template body;                                       // ja
  std::map<std::string, Template, std::less<>> plain;  // plain version beside it, by language (ja-x-easy, en)
  Hash hash{};
  Place place;
};

// ---- procedure ---

enum class AnswerType {
  text,
  long_text,
  integer,
  yen,
  date,
  yes_no,
  choice,
  multi_choice,
  person,
  list_of_person,
  bank_account,
  address,
  phone,
  mail,
  file,
  consent,
};

struct Check {  // something that makes an answer wrong; its words are texts "question.<q>.check.<id>"
  std::string id;
  Expression wrong_when;  // FEEL, sees the facts and `値` (the answer); with for_each also the item
  Place place;
};

struct Question {
  std::string id;
  AnswerType type = AnswerType::text;
  std::string fact;                  // key path of the fact it supplies: "children" or "children.lives_with"
  std::string page;                  // questions with the same page are shown together; default: the id
  std::string group;                 // chapter of the progress list ("you", "children", "account")
  std::vector<std::string> choices;  // values; words are texts "question.<id>.choice.<value>"
  std::vector<std::string> fields;   // person, list of person: field keys of the record that are asked
  Expression when;                   // asked only when true; empty: always
  std::string for_each;              // question id of the list whose items it is asked for
  std::string item;                  // name of that item in FEEL ("児童")
  std::string from;                  // fact key whose known value is offered ("household")
  Expression include;                // which of the known items are offered; sees `item`
  std::int64_t min = 0;              // items of a list, characters of a text, least number
  std::int64_t max = 0;              // 0: the type's own limit
  bool required = true;
  bool unknown = false;    // "cannot say" may be chosen: the fact stays missing, words "question.<id>.unknown"
  bool sensitive = false;  // masked on check pages and in lists
  std::vector<Check> checks;
  std::string law;
  Place place;
};

struct Attachment {
  std::string id;
  Expression when;  // required when true; empty: always
  std::string for_each, item;
  std::vector<std::string> types;  // pdf, image
  std::int64_t count_max = 5;
  bool may_follow = true;  // may be sent after the claim without losing the date (received_on)
  std::string law;
  Place place;
};

// Who takes a step: a role of roles.toml, in the procedure's section or in another one.
struct StepOwner {
  std::string role;     // "clerk"
  std::string section;  // empty: the procedure's section
};
struct Depart {      // may the step depart from its criterion, and who must then decide
  std::string rank;  // id of a rank; empty: no departure
  bool reason_required = true;
};
struct Step {
  std::string id;  // words are texts "step.<id>"; "accept" is where a case begins
  StepOwner by;
  std::string criterion;  // id of a criterion shown and run here
  std::string missing;    // "ask the applicant": → 補正 with the missing input's reason code
  Depart depart;
  std::string route;                                      // id of a route (決裁)
  std::optional<int> term_days_open;                      // open-office days
  std::string term;                                       // id of a term instead (補正の期限)
  std::map<std::string, std::string, std::less<>> moves;  // closing verb → next step id, or "close"
  std::vector<std::string> verbs;                         // other verbs allowed here (asked, consulted, returned …)
  bool terminal = false;                                  // the case ends here
  Place place;
};

// One stage of the decision, in order: run a criterion, once or for each item of a list, and keep the result as a fact.
// A record of `into` is filled by field name from the item, the criterion's outputs and terms, 理由 and 根拠 of the
// row.
struct Stage {
  std::string criterion;
  std::string for_each;  // fact key of a list; empty: once
  std::string item;      // FEEL name of the item in the criterion's inputs
  Expression when;       // skipped when false: an empty list
  std::string into;      // fact key
  Place place;
};

struct Outcome {
  std::string id;        // "granted", "refused"
  Expression when;       // over the criterion's outputs
  bool adverse = false;  // 申請に対する拒否 or 不利益処分: needs reason and 教示
  std::string notice;    // id of a notice
  std::string verb;      // closing verb of the deciding step: granted | rejected
  std::string kind;      // 種別 given to the 専決 criterion: "児童手当の認定"
  Expression amount;     // yen given to the 専決 criterion; empty: 0
  Place place;
};

struct ReasonCode {  // of corrections, returns, refusals; words are texts "reason.<code>"
  std::string code;  // "B-ACCOUNT", "K2"
  std::string use;   // correction | return | refusal | depart | withdrawal
  std::string fact;  // the missing fact (correction)
  std::string law;
  Place place;
};

struct Term {      // something that must happen in time
  std::string id;  // "standard", "correction"
  int days = 0;
  bool open_days = true;  // open-office days; else calendar days, moved to the next open day (自治法4条の2第4項)
  Expression from;        // a date; default: 受付日
  std::string law;
  Place place;
};

struct Fee {
  std::int64_t yen = 0;
  std::string law;
};

struct Retention {
  int years = 0;  // from the fiscal year after completion (F.4)
  std::string from = "completion";
  bool confirmed = true;
  std::string source;
};

struct Withdrawal {
  bool allowed = true;
  std::vector<std::string> until_steps;  // steps during which the applicant may withdraw
};

struct Procedure {
  std::string id;
  std::string section;  // id of the section table
  std::vector<std::string> law;
  std::vector<std::string> channels;  // online, counter, post, pittari
  int account_level = 0;              // model.md: 0 number + secret … 3 card
  int standard_days = 0;              // 標準処理期間 (行政手続法6条), open-office days
  bool standard_days_confirmed = true;
  std::vector<std::string> life_events;
  std::vector<std::string> search_words;
  int minutes = 0;     // how long the form takes
  bool listed = true;  // in the catalogue
  std::vector<Question> questions;
  std::vector<Attachment> attachments;
  std::vector<Step> steps;
  std::vector<Stage> stages;  // the decision
  std::vector<Outcome> outcomes;
  std::vector<ReasonCode> reasons;
  std::vector<Term> terms;
  std::string item_number_key;  // field of list items that holds their number as written, from 1; empty: none
  Fee fee;
  Retention retention;
  Withdrawal withdrawal;
  std::string receipt_notice;  // notice ids
  std::string correction_notice;
  std::string expected_notice;  // kind "expected": what the check page says of the result; empty: its outcome only
  std::string retired;          // reason when a layer retired it; empty: in force
  Texts texts;
  std::vector<Notice> notices;  // of procedures/<id>/notices/
  Hash hash{};                  // everything but the words
  Hash texts_hash{};
  Place place;

  const Question* question(std::string_view id) const;
  const Attachment* attachment(std::string_view id) const;
  const Step* step(std::string_view id) const;
  const Outcome* outcome(std::string_view id) const;
  const ReasonCode* reason(std::string_view code) const;
  const Term* term(std::string_view id) const;
  const Notice* notice(std::string_view id) const;
};

// ---- criteria ---

// A criterion document as it lies in the pack. The compiled decision model is reached through pack/evaluation.hpp.
struct Criterion {
  std::string id, title, law, owner;
  bool public_ = true;
  Date valid_from;
  std::string document;  // the Markdown text, or DMN XML
  Hash hash{};           // of document, library, schema and tables it may see
  std::string retired;
  Place place;
};

// ---- the town and its office ---

struct Section {
  std::string id;
  std::string name;         // こども・長寿課
  std::string parent;       // empty: top
  std::string mark;         // 文書番号 mark: 奈こ
  std::string phone, mail;  // invented
  std::string calendar;     // empty: the town's
  std::string head_rank;    // rank of its head, who agrees for it in 合議
  bool synthetic = false;   // not found in a public source
  Place place;
};
struct Rank {        // 職位, ordered by level; 町長 has the highest
  std::string id;    // "section head"
  std::string name;  // 課長
  int level = 0;
  bool passes = true;  // 回議 stops here on the way up
  Place place;
};
struct Post {  // 職: a rank in a section
  std::string id;
  std::string name;  // こども・長寿課長
  std::string rank, section;
  Place place;
};
struct Role {
  std::string id;                        // "clerk"
  std::string name;                      // 担当
  std::string scope;                     // own | section | town
  std::vector<std::string> permissions;  // "case.examine"
  Place place;
};
struct Route {            // 決裁の道筋: who decides is itself a criterion
  std::string id;         // "senketsu"
  std::string rule;       // 奈義町事務決裁規程（見本）
  std::string criterion;  // gives 決裁者 (rank id), 合議 (section ids), 根拠
  Place place;
};
struct ActingOrder {  // 代決: who acts while the holder is absent, in order
  std::string rank;
  std::vector<std::string> by;  // rank ids, or post ids
  std::string law;
  Place place;
};

// Words: "hours.<id>.place" and "hours.<id>.time". What residents read; measuring uses the calendar.
struct OpeningHours {
  std::string id;
};
// Words: "life.<id>.title" and "life.<id>.summary".
struct LifeEvent {
  std::string id;    // "child"
  std::string icon;  // name of the drawn icon
  std::vector<std::string> procedures;
  std::string page;  // id of an information page; empty: none
  Place place;
};
// Words: "news.<id>.title" and "news.<id>.body".
struct NewsItem {
  std::string id;
  Date date;                  // the day it is published; nobody sees it before
  std::optional<Date> until;  // the last day it is shown
  std::string tag;
  bool emergency = false;
  Place place;
  bool shown_on(Date day) const { return date <= day && (!until || day <= *until); }
};
// Words: "page.<id>.title" and "page.<id>.body" (Markdown of pack/template.hpp).
struct InformationPage {
  std::string id;
  Place place;
};
// What the town means to reach (kpi.toml), of what hall/insight measures: shares in percent, times in calendar days.
struct Target {
  std::string id;         // "online"
  std::string measure;    // online | decision-days | corrections | returns | by-rule
  std::string procedure;  // empty: of all procedures
  int value = 0;
  Date by;                // the day by which it is to be reached
  std::string source;     // 「奈義町第二期DX推進計画（案）第5章②」
  bool confirmed = true;  // false: the source names no number, the value is a sample
  bool more_is_better() const { return measure == "online" || measure == "by-rule"; }
  Place place;
};
struct Town {
  std::string id;                  // "nagi"
  std::string code;                // 全国地方公共団体コード, 6 digits, check digit verified
  std::string name;                // 奈義町
  std::string kind;                // 町 | 市 | 村
  std::string office;              // 役場 | 市役所
  std::string host_mark;           // first label of its host names: "nagi"
  std::string prefecture, county;  // 岡山県, 勝田郡
  std::string mayor_title;         // 奈義町長
  std::string mayor_name;          // invented
  std::string governor;            // 岡山県知事
  std::string address, postal_code, phone, mail;
  std::map<std::string, std::string, std::less<>> colours;  // CSS custom property → design token name
  std::vector<std::string> mark_paths;  // in a 44×44 box: "stroke <path data>" or "fill …"; no emblem
  std::string calendar;                 // id of the calendar the office works by
  std::string language = "ja";
  std::map<std::string, std::string, std::less<>> settings;  // "payment_day" → "10"
  std::vector<OpeningHours> hours;
  std::vector<LifeEvent> life_events;
  std::vector<NewsItem> news;
  std::vector<InformationPage> pages;
  Place place;
};

// ---- the whole ---

struct Layer {
  std::string id;       // "common", "nagi"
  std::string version;  // as the author wrote it: "2026.11"
  std::string extends;  // id of the layer below; empty for common
  std::string maintainer;
  std::string licence;
  std::vector<std::string> languages;
};

struct Compiled;  // compiled expressions and criteria, defined in pack/evaluation.cpp

struct Pack {
  std::vector<Layer> layers;           // lowest first
  std::vector<std::string> languages;  // that must be complete: ja, ja-x-easy, en
  FactSchema facts;
  std::vector<LibraryFunction> library;
  std::vector<Table> tables;
  std::map<std::string, Calendar, std::less<>> calendars;
  std::vector<Criterion> criteria;
  std::vector<Procedure> procedures;
  // people/*.toml as written, by file name ("synthetic.toml"): read by hall/people for demonstrations only.
  std::map<std::string, std::string, std::less<>> people;
  std::vector<Section> sections;
  std::vector<Rank> ranks;  // highest first
  std::vector<Post> posts;
  std::vector<Role> roles;
  std::vector<Route> routes;
  std::vector<ActingOrder> acting;
  std::vector<Target> targets;               // in file order
  std::optional<Town> town;                  // nothing when only common was loaded
  Texts texts;                               // words that belong to no procedure (town, sections, pages, reasons)
  Hash version{};                            // content hash of the whole
  std::shared_ptr<const Compiled> compiled;  // set by load()

  const Procedure* procedure(std::string_view id) const;  // retired ones too: running cases need them
  const Criterion* criterion(std::string_view id) const;
  const Section* section(std::string_view id) const;
  const Rank* rank(std::string_view id) const;
  const Post* post(std::string_view id) const;
  const Role* role(std::string_view id) const;
  const Route* route(std::string_view id) const;
  const Table* table(std::string_view id) const;
  const Calendar* calendar_of(std::string_view section) const;  // the section's, else the town's, else "national"
};
using PackPtr = std::shared_ptr<const Pack>;

// 全国地方公共団体コード with its check digit: weights 6 5 4 3 2, last digit of 11 − (Σ mod 11).
bool is_municipality_code(std::string_view code);

}  // namespace yakuba::pack
