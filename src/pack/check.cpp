// The words of every fault. One table, so that docs, editor, command and tests say the same.
#include "pack/check.hpp"

#include <algorithm>
#include <array>

#include "base/result.hpp"
#include "dmn/fault.hpp"

namespace yakuba::pack {
namespace {

constexpr std::array texts{
    FaultText{"pack.no_layer", "パックがありません。", "共通のパックと町のパックを渡してください。",
              "No pack was given.", "Give the common pack and the town's."},
    FaultText{"pack.no_file", "ファイル {file} がありません。", "ファイルを作るか、参照を直してください。",
              "The file {file} is missing.", "Create it or mend the reference."},
    FaultText{"pack.unknown_file", "このファイルはパックでは使われません。",
              "名前と置き場所を確かめるか、消してください。", "A pack has no use for this file.",
              "Check its name and folder, or remove it."},
    FaultText{"pack.too_many_files", "ファイルが多すぎます（{files_max}まで）。", "パックを分けてください。",
              "Too many files (at most {files_max}).", "Divide the pack."},
    FaultText{"pack.file_too_large", "ファイルが大きすぎます（{bytes_max}バイトまで）。",
              "分けるか、短くしてください。", "The file is too large (at most {bytes_max} bytes).",
              "Divide or shorten it."},
    FaultText{"pack.not_utf8", "UTF-8の文字ではありません。", "UTF-8で保存し直してください。", "The text is not UTF-8.",
              "Save it as UTF-8."},
    FaultText{"pack.toml", "TOMLとして読めません: {reason}", "その行の書き方を直してください。",
              "Not readable as TOML: {reason}", "Mend that line."},
    FaultText{"pack.wrong_layer", "extends は「{below}」のはずですが「{extends}」です。",
              "下の層の id を書いてください。", "extends must be \"{below}\" but is \"{extends}\".",
              "Name the layer below."},
    FaultText{"pack.unknown_key", "知らないキー「{key}」です。",
              "「{near}」のことなら直し、そうでなければ消してください。", "Unknown key \"{key}\".",
              "Did you mean \"{near}\"? Otherwise remove it."},
    FaultText{"pack.missing_key", "キー「{key}」がありません。", "書き足してください。",
              "The key \"{key}\" is missing.", "Add it."},
    FaultText{"pack.empty", "「{key}」が空です。", "値を書いてください。", "\"{key}\" is empty.", "Give it a value."},
    FaultText{"pack.wrong_type", "「{key}」は{expected}のはずですが{actual}です。", "値の形を直してください。",
              "\"{key}\" has the wrong kind of value ({actual} instead of {expected}).", "Change the kind of value."},
    FaultText{"pack.unknown_word", "「{key}」に「{word}」は使えません。", "使えるもの: {allowed}。",
              "\"{word}\" is not a value of \"{key}\".", "Allowed: {allowed}."},
    FaultText{"pack.out_of_range", "「{key}」の値が範囲の外です。", "値を確かめてください。",
              "\"{key}\" is out of range.", "Check the value."},
    FaultText{"pack.duplicate", "「{id}」が二度あります。", "どちらかを消すか、名前を変えてください。",
              "\"{id}\" occurs twice.", "Remove or rename one."},
    FaultText{"pack.unknown_type", "知らない型「{type}」です。", "「{near}」のことなら直してください。",
              "Unknown type \"{type}\".", "Did you mean \"{near}\"?"},
    FaultText{"pack.choices_without_choice", "型「{type}」に選択肢は書けません。",
              "型を choice にするか、choices を消してください。", "A type \"{type}\" has no choices.",
              "Make it a choice or remove choices."},
    FaultText{"pack.record_empty", "型「{record}」に項目がありません。", "[[record.field]] を書き足してください。",
              "The record \"{record}\" has no fields.", "Add a [[record.field]]."},
    FaultText{"pack.derived_source", "「{fact}」には derived がありますが、source に derived がありません。",
              "source に derived を書き足してください。", "\"{fact}\" has derived but its source does not say so.",
              "Add derived to source."},
    FaultText{"pack.unknown_reference", "{what}「{id}」はありません。",
              "「{near}」のことなら直すか、{what}を作ってください。", "There is no {what} \"{id}\".",
              "Did you mean \"{near}\"? Otherwise create it."},
    FaultText{"pack.id_and_folder", "id「{id}」が置き場所「{folder}」と違います。", "どちらかに合わせてください。",
              "The id \"{id}\" differs from its place \"{folder}\".", "Make them the same."},
    FaultText{"pack.no_procedure", "手続「{folder}」に procedure.toml がありません。",
              "作るか、このファイルを消してください。", "The procedure \"{folder}\" has no procedure.toml.",
              "Create it, or remove this file."},
    FaultText{"pack.csv_empty", "表が空です。", "見出しの行を書いてください。", "The table is empty.",
              "Write its header line."},
    FaultText{"pack.csv_quote", "引用符が閉じていません。", "セルを \" で閉じ、中の \" は \"\" と書いてください。",
              "A quotation mark is not closed.", "Close the cell with \" and write \"\" inside."},
    FaultText{"pack.csv_columns", "列が多すぎます（{columns_max}まで）。", "列を減らしてください。",
              "Too many columns (at most {columns_max}).", "Use fewer columns."},
    FaultText{"pack.csv_rows", "行が多すぎます（{rows_max}まで）。", "表を分けてください。",
              "Too many rows (at most {rows_max}).", "Divide the table."},
    FaultText{"pack.csv_length", "セルが{cells}個ですが、列は{columns}列です。", "カンマの数をそろえてください。",
              "The row has {cells} cells but there are {columns} columns.", "Make them equal."},
    FaultText{"pack.csv_header", "{column}列目の見出しは「{expected}」のはずです。",
              "見出しは name,valid_from,valid_to,value,unit,source,law,status の順です。",
              "Column {column} must be headed \"{expected}\".",
              "Headers: name,valid_from,valid_to,value,unit,source,law,status."},
    FaultText{"pack.csv_cell", "「{column}」が空です。", "値を書いてください。", "\"{column}\" is empty.",
              "Give it a value."},
    FaultText{"pack.csv_date", "「{text}」は日付ではありません。", "2024-10-01 の形で書いてください。",
              "\"{text}\" is no date.", "Write 2024-10-01."},
    FaultText{"pack.csv_order", "終わりの日が始まりの日より前です。", "日付を直してください。",
              "It ends before it begins.", "Mend the dates."},
    FaultText{"pack.csv_number", "「{text}」は数ではありません。", "桁区切りのない数で書いてください。",
              "\"{text}\" is no number.", "Write a number without separators."},
    FaultText{"pack.csv_status", "「{text}」は使えません。", "confirmed か unconfirmed と書いてください。",
              "\"{text}\" is no status.", "Write confirmed or unconfirmed."},
    FaultText{"pack.table_overlap", "「{name}」の期間が{line}行目と重なっています。",
              "前の行の valid_to を書いてください。", "The period of \"{name}\" overlaps with line {line}.",
              "Give the earlier row a valid_to."},
    FaultText{"pack.holiday_rule", "祝日「{name}」の決まりが分かりません。",
              "month と day、または month と nth と weekday、または equinox、または date を書いてください。",
              "The rule of the holiday \"{name}\" cannot be understood.",
              "Give month and day, or month, nth and weekday, or equinox, or date."},
    FaultText{"pack.closed_range", "休み「{name}」の期間が分かりません。",
              "\"12-29\" と \"01-03\" の形か、日付で書いてください。",
              "The closed period \"{name}\" cannot be understood.", "Write \"12-29\" and \"01-03\", or dates."},
    FaultText{"pack.hours", "時間が分かりません。", "[\"8:30\", \"17:15\"] の形で書いてください。",
              "The hours cannot be understood.", "Write [\"8:30\", \"17:15\"]."},
    FaultText{"pack.municipality_code", "団体コード「{code}」の検査数字が合いません。",
              "6桁の全国地方公共団体コードを確かめてください。",
              "The check digit of the municipality code \"{code}\" is wrong.", "Check the six digits."},
    FaultText{"pack.life_event_empty", "出来事「{id}」に手続もページもありません。",
              "procedures か page を書いてください。", "The life event \"{id}\" leads nowhere.",
              "Give procedures or a page."},
    FaultText{"pack.news_until", "お知らせ「{id}」は、載せる前の日（{until}）に終わります。",
              "until を date と同じ日か、そのあとの日にしてください。",
              "The news \"{id}\" end before they begin ({until}).", "Set until to date or a later day."},
    FaultText{"pack.target_value", "目標「{id}」の値 {value} は、測れる範囲にありません。",
              "割合は0から100まで、日数は0以上の整数にしてください。",
              "The value {value} of the target \"{id}\" cannot be measured.",
              "Give a share from 0 to 100, or days from 0."},
    FaultText{"pack.ruby", "ふりがなの書き方が違います: {text}", "{{漢字|かんじ}} の形で、読みはかなで書いてください。",
              "Furigana cannot be understood: {text}", "Write {{漢字|かんじ}} with a reading in kana."},
    FaultText{"pack.brace", "かっこ {{ }} の組が合いません。", "閉じるか、文字としてなら {{{{ と書いてください。",
              "A brace has no partner.", "Close it, or write {{{{ for the character itself."},
    FaultText{"pack.hole_empty", "穴の中が空です。", "FEELの式を書いてください。", "The hole is empty.",
              "Write a FEEL expression."},
    FaultText{"pack.hole_format", "知らない書式「{format}」です。",
              "使えるもの: date era month yen number text masked。", "Unknown format \"{format}\".",
              "Allowed: date era month yen number text masked."},
    FaultText{"pack.each", "each の書き方が違います。", "{{each 名前 in 一覧}} と書いてください。",
              "each cannot be understood.", "Write {{each name in list}}."},
    FaultText{"pack.end_without_begin", "対になる each や if がありません。",
              "この行を消すか、始まりを書いてください。", "There is no each or if for it.",
              "Remove the line, or write the beginning."},
    FaultText{"pack.begin_without_end", "{{end}} がありません。", "繰り返しや条件の終わりに {{end}} を書いてください。",
              "There is no {{end}}.", "Write {{end}} where it ends."},
    FaultText{"pack.no_part", "通知の部品「{part}」がありません。", "notices/parts/{part}.md を作ってください。",
              "There is no notice part \"{part}\".", "Create notices/parts/{part}.md."},
    FaultText{"pack.nested_part", "部品の中で部品は使えません。", "include を消してください。",
              "A part cannot include a part.", "Remove the include."},
    FaultText{"pack.no_front_matter", "ファイルの初めに +++ で囲んだ見出しがありません。",
              "+++ の行で始め、+++ の行で閉じてください。",
              "The file does not begin with front matter between +++ lines.", "Begin with +++ and close with +++."},
    FaultText{"pack.feel", "式が読めません（{code}）: {subject} {detail}", "事実の名前と書き方を確かめてください。",
              "The expression cannot be compiled ({code}): {subject} {detail}",
              "Check the names of facts and the syntax."},
    FaultText{"pack.list_later", "質問「{question}」より後に、一覧「{list}」があります。",
              "一覧の質問を前に置いてください。", "The list \"{list}\" comes after the question \"{question}\".",
              "Put the list first."},
    FaultText{"pack.choice_not_of_fact", "選択肢「{choice}」は事実「{fact}」の値ではありません。",
              "facts.toml の choices に足すか、直してください。", "\"{choice}\" is not a value of the fact \"{fact}\".",
              "Add it to facts.toml, or mend it."},
    FaultText{"pack.not_the_applicants", "事実「{fact}」は申請者に聞けません（質問「{question}」）。",
              "facts.toml の source に applicant を足すか、質問を消してください。",
              "The fact \"{fact}\" is not the applicant's to tell (question \"{question}\").",
              "Add applicant to its source, or remove the question."},
    FaultText{"pack.never_asked", "質問「{question}」は、どの答えのときも聞かれません。",
              "when を直すか、質問を消してください。",
              "The question \"{question}\" is never asked, whatever is answered.",
              "Mend when, or remove the question."},
    FaultText{"pack.never_required", "添付「{attachment}」は、どの答えのときも求められません。",
              "when を直すか、添付を消してください。",
              "The attachment \"{attachment}\" is never required, whatever is answered.", "Mend when, or remove it."},
    FaultText{"pack.no_steps", "手続「{procedure}」に段階がありません。", "[[step]] を書いてください。",
              "The procedure \"{procedure}\" has no steps.", "Write [[step]]."},
    FaultText{"pack.no_end", "手続「{procedure}」は終わりません。",
              "terminal = true の段階につながる moves を書いてください。", "The procedure \"{procedure}\" never ends.",
              "Let moves lead to a step with terminal = true."},
    FaultText{"pack.step_without_end", "段階「{step}」を終える動詞がありません。",
              "moves を書くか、terminal = true と書いてください。", "Nothing closes the step \"{step}\".",
              "Give it moves, or terminal = true."},
    FaultText{"pack.step_unreachable", "段階「{step}」には、どこからも進めません。",
              "moves を直すか、段階を消してください。", "No step leads to \"{step}\".", "Mend moves, or remove it."},
    FaultText{"pack.nobody", "段階「{step}」をできる人がいません（役割「{role}」に権限がない）。",
              "役割に permissions を書いてください。",
              "Nobody may take the step \"{step}\" (the role \"{role}\" has no permissions).",
              "Give the role permissions."},
    FaultText{"pack.outcome_without_move", "結果「{outcome}」の動詞「{verb}」で終わる道がありません。",
              "決める段階の moves に足してください。",
              "No move of the deciding step closes with \"{verb}\" for the outcome \"{outcome}\".", "Add it to moves."},
    FaultText{"pack.into_not_decision", "「{fact}」は判断の結果を入れる事実ではありません。",
              "facts.toml の source を decision にしてください。",
              "\"{fact}\" is not a fact that takes a decision's result.", "Make its source decision."},
    FaultText{"pack.not_a_list", "「{fact}」は一覧ではありません。", "型を list of … にしてください。",
              "\"{fact}\" is not a list.", "Make its type list of …."},
    FaultText{"pack.outcome_without_notice", "結果「{outcome}」に通知がありません。", "notice を書いてください。",
              "The outcome \"{outcome}\" has no notice.", "Give it a notice."},
    FaultText{"pack.notice_not_decision", "通知「{notice}」は決定の通知ではありません。",
              "kind = \"decision\" にしてください。", "The notice \"{notice}\" is no decision.",
              "Make its kind decision."},
    FaultText{"pack.notice_not_adverse", "不利益な結果「{outcome}」の通知「{notice}」に adverse = true がありません。",
              "adverse = true を書いてください。",
              "The notice \"{notice}\" of the adverse outcome \"{outcome}\" is not marked adverse.",
              "Write adverse = true."},
    FaultText{"pack.notice_empty", "通知「{notice}」に日本語の本文がありません。", "{notice}.md を書いてください。",
              "The notice \"{notice}\" has no Japanese body.", "Write {notice}.md."},
    FaultText{"pack.notice_language", "通知「{notice}」に{language}の文がありません。",
              "{notice}.{language}.md を書いてください（ja-x-easy は ja-easy）。",
              "The notice \"{notice}\" has no text in {language}.",
              "Write {notice}.{language}.md (ja-easy for ja-x-easy)."},
    FaultText{"pack.notice_sender", "決定の通知「{notice}」の差出人は長でなければなりません。",
              "sender = \"mayor\" にしてください。", "The decision \"{notice}\" must be sent by the mayor.",
              "Write sender = \"mayor\"."},
    FaultText{"pack.notice_seal", "決定の通知「{notice}」に公印の扱いがありません。",
              "seal を public か omitted にしてください。", "The decision \"{notice}\" does not say how it is sealed.",
              "Write seal = \"public\" or \"omitted\"."},
    FaultText{"pack.notice_law", "決定の通知「{notice}」に根拠の法令がありません。", "law を書いてください。",
              "The decision \"{notice}\" cites no law.", "Write law."},
    FaultText{"pack.notice_reason", "決定の通知「{notice}」に理由がありません（{law}）。",
              "「## 理由 {{#reason}}」の節を書いてください。", "The decision \"{notice}\" gives no reason ({law}).",
              "Write a section \"## 理由 {{#reason}}\"."},
    FaultText{"pack.notice_reason_fixed", "通知「{notice}」の理由が決まり文句だけです（{law}）。",
              "確かめた事実が入る穴（{{決定.理由}} など）を書いてください。",
              "The reason of \"{notice}\" is a fixed sentence only ({law}).",
              "Put in a hole for the facts found, such as {{決定.理由}}."},
    FaultText{"pack.notice_appeal", "決定の通知「{notice}」に審査請求の教示がありません（{law}）。",
              "appeal_to を書いてください。", "The decision \"{notice}\" does not tell how to appeal ({law}).",
              "Write appeal_to."},
    FaultText{"pack.notice_suit", "決定の通知「{notice}」に取消しの訴えの教示がありません（{law}）。",
              "suit = true と書いてください。",
              "The decision \"{notice}\" does not tell about the action for annulment ({law}).", "Write suit = true."},
    FaultText{"pack.notice_must_say", "決定の通知「{notice}」の節「{section}」に「{words}」がありません（{law}）。",
              "部品 kyouji を include するか、書き足してください。",
              "The section \"{section}\" of the decision \"{notice}\" does not say \"{words}\" ({law}).",
              "Include the part kyouji, or add it."},
    FaultText{"pack.notice_authority", "決定の通知「{notice}」の教示に審査庁 {{{authority}}} がありません（{law}）。",
              "審査請求をする相手を穴で書いてください。",
              "The decision \"{notice}\" does not name the authority {{{authority}}} ({law}).",
              "Name the authority by a hole."},
    FaultText{"pack.missing_text", "ことば「{key}」が{language}にありません。",
              "その言語のファイルに書き足してください。", "The words \"{key}\" are missing in {language}.",
              "Add them to the file of that language."},
    FaultText{"pack.unknown_text", "ことば「{key}」は使われません。",
              "「{near}」のことなら直し、そうでなければ消してください。", "Nothing uses the words \"{key}\".",
              "Did you mean \"{near}\"? Otherwise remove them."},
    FaultText{"pack.easy_kanji", "やさしい日本語の「{key}」で、漢字「{character}」にふりがながありません。",
              "{{漢字|かんじ}} の形でふりがなを付けてください。",
              "The kanji \"{character}\" has no furigana in the plain Japanese \"{key}\".", "Write {{漢字|かんじ}}."},
    FaultText{"pack.route_rank", "専決の表の{row}行目の職位「{rank}」はありません。",
              "office.toml の [[rank]] を確かめてください。",
              "Row {row} of the approval rule names the rank \"{rank}\", which does not exist.",
              "Check [[rank]] in office.toml."},
    FaultText{"pack.rank_without_post", "専決の表の{row}行目の職位「{rank}」に就く職がありません。",
              "office.toml に [[post]] を足してください。", "No post holds the rank \"{rank}\" of row {row}.",
              "Add a [[post]] to office.toml."},
    FaultText{"pack.route_section", "専決の表の{row}行目の合議先「{section}」はありません。",
              "office.toml の [[section]] を確かめてください。",
              "Row {row} asks the section \"{section}\", which does not exist.", "Check [[section]] in office.toml."},
    FaultText{"pack.route_without_decider", "基準「{criterion}」は「決裁者」を決めません。",
              "出力の列「→ 決裁者」を足してください。", "The criterion \"{criterion}\" decides no 決裁者.",
              "Add an output column \"→ 決裁者\"."},
    FaultText{"pack.example_failed", "例「{id}」の{what}は「{expected}」のはずですが「{actual}」です。",
              "例か、判断基準を直してください。",
              "Example \"{id}\": {what} should be \"{expected}\" but is \"{actual}\".",
              "Mend the example or the criterion."},
    FaultText{"pack.example_undecided", "例「{id}」は決まりません。足りない事実: {missing}",
              "例に事実を書き足してください。", "Example \"{id}\" is not decided. Missing: {missing}",
              "Give the facts."},
};

std::string filled(std::string_view text, const Fault& fault) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (text.substr(i, 2) == "{{" || text.substr(i, 2) == "}}") {
      out += text[i];
      i += 2;
      continue;
    }
    const std::size_t end = text[i] == '{' ? text.find('}', i) : std::string_view::npos;
    if (end == std::string_view::npos) {
      out += text[i++];
      continue;
    }
    const std::string_view name = text.substr(i + 1, end - i - 1);
    for (const auto& [key, value] : fault.arguments)
      if (key == name) out += value;
    i = end + 1;
  }
  return out;
}

const FaultText* find_text(std::string_view code) {
  const auto found = std::find_if(texts.begin(), texts.end(), [&](const FaultText& text) { return text.code == code; });
  return found == texts.end() ? nullptr : &*found;
}

// Faults of criteria carry dmn's own codes and words.
dmn::Fault as_dmn(const Fault& fault) {
  return {fault.severity == Severity::error ? dmn::Severity::error : dmn::Severity::warning, fault.code,
          fault.arguments, fault.place};
}
dmn::Words dmn_words(std::string_view language) {
  return language == "ja" ? dmn::Words::ja : dmn::Words::en;
}

}  // namespace

std::string message(const Fault& fault, std::string_view language) {
  const FaultText* text = find_text(fault.code);
  if (!text) return dmn::message(as_dmn(fault), dmn_words(language));
  return filled(language == "ja" ? text->ja : text->en, fault);
}

std::string remedy(const Fault& fault, std::string_view language) {
  const FaultText* text = find_text(fault.code);
  if (!text) return dmn::remedy(as_dmn(fault), dmn_words(language));
  return filled(language == "ja" ? text->ja_remedy : text->en_remedy, fault);
}

std::string describe(const Fault& fault, std::string_view language) {
  std::string out = fault.place.file;
  if (fault.place.line > 0) out += ":" + std::to_string(fault.place.line);
  if (fault.place.line > 0 && fault.place.column > 0) out += ":" + std::to_string(fault.place.column);
  if (!out.empty()) out += ": ";
  if (fault.severity == Severity::warning) out += language == "ja" ? "注意: " : "warning: ";
  if (!find_text(fault.code) && !fault.place.field.empty()) out += fault.place.field + ": ";
  out += message(fault, language);
  const std::string mend = remedy(fault, language);
  if (!mend.empty()) out += (language == "ja" ? " 直し方: " : " Remedy: ") + mend;
  return out + " [" + fault.code + "]";
}

std::vector<FaultText> fault_texts() {
  return {texts.begin(), texts.end()};
}

}  // namespace yakuba::pack
