#include "dmn/fault.hpp"

#include <iterator>

namespace yakuba::dmn {
namespace {

struct Text {
  std::string_view code;
  std::string_view ja, ja_remedy;
  std::string_view en, en_remedy;
};

// {name} is replaced by the fault's argument of that name.
constexpr Text texts[] = {
    // ---- reading
    {"criterion.no_front_matter", "文書の最初に +++ がありません。",
     "1行目を +++ とし、id と title を書いて +++ で閉じてください。", "The document does not begin with +++.",
     "Make the first line +++, give id and title, and close with +++."},
    {"criterion.front_matter_open", "最初の +++ が閉じられていません。", "項目のあとに +++ だけの行を足してください。",
     "The front matter is not closed.", "Add a line +++ behind its keys."},
    {"criterion.front_line", "「{line}」を項目として読めません。", "項目 = 値 の形で1行に書いてください。",
     "“{line}” is not a key with a value.", "Write key = value on one line."},
    {"criterion.unknown_key", "「{key}」という項目はありません。", "使える項目: {known}。", "There is no key “{key}”.",
     "Known keys: {known}."},
    {"criterion.repeated_key", "「{key}」が2回あります。", "1つにしてください。", "“{key}” is given twice.",
     "Keep one of them."},
    {"criterion.bad_value", "「{key}」の値を読めません。", "{expects} の形で書いてください。",
     "The value of “{key}” cannot be read.", "Write it as {expects}."},
    {"criterion.missing_key", "「{key}」がありません。", "最初の +++ の間に {key} = \"…\" を足してください。",
     "“{key}” is missing.", "Add {key} = \"…\" between the +++ lines."},
    {"criterion.dates_reversed", "valid_to が valid_from より前です。", "期間の終わりを始まり以後にしてください。",
     "valid_to is before valid_from.", "Let the period end on or after its beginning."},
    {"criterion.no_table", "この見出しの下に表がありません。", "| で始まる表を書くか、見出しを消してください。",
     "There is no table below this heading.", "Write a table whose lines begin with |, or remove the heading."},
    {"criterion.no_separator", "表の2行目に区切り（| --- | --- |）がありません。",
     "見出しの行の下に、列と同じ数の --- を足してください。",
     "The table's second line is not a separator (| --- | --- |).", "Add --- for each column below the heading line."},
    {"criterion.no_feel_block", "この見出しの下に式がありません。", "```feel と ``` の間に式を書いてください。",
     "There is no FEEL block below this heading.", "Write the expression between ```feel and ```."},
    {"criterion.feel_block_open", "```feel が閉じられていません。", "式のあとに ``` だけの行を足してください。",
     "The FEEL block is not closed.", "Add a line ``` behind the expression."},
    {"criterion.no_name", "見出しに名前がありません。",
     "コロンのあとに名前を書いてください（例 ## 表 Decision: 月額   U）。", "The heading has no name.",
     "Write the name behind the colon (e.g. ## 表 Decision: 月額   U)."},
    {"criterion.hit_policy", "「{text}」は決まり方（ヒットポリシー）ではありません。",
     "名前のあとに空白と U A P F R O C C+ C< C> C# のどれかを書いてください。", "“{text}” is not a hit policy.",
     "Write one of U A P F R O C C+ C< C> C# behind the name and a blank."},
    {"criterion.first_column", "最初の列は行の番号です。「{column}」という条件は置けません。",
     "最初の列の見出しを空け、条件は2列目から書いてください。",
     "The first column is the row's number; “{column}” cannot be a condition.",
     "Leave its heading empty; conditions begin in the second column."},
    {"criterion.no_output_column", "結論の列がありません。", "結論の見出しを → で始めてください（例 → 月額 (円)）。",
     "There is no output column.", "Begin the output's heading with → (e.g. → 月額 (円))."},
    {"criterion.output_after_annotation", "結論「{column}」が注記の列より後ろにあります。",
     "→ の列を、条件のすぐ後ろに並べてください。", "The output “{column}” stands behind an annotation.",
     "Put all → columns directly behind the inputs."},
    {"criterion.empty_cell", "「{column}」が空です。", "値を書いてください。何もないことが値なら null と書きます。",
     "“{column}” is empty.", "Give a value; write null when nothing is the value."},
    {"criterion.cell_count", "この行は {cells} 個のセルですが、見出しは {columns} 列です。",
     "| の数を見出しに合わせてください。セルの中の | は \\| と書きます。",
     "This row has {cells} cells, the heading has {columns}.", "Match the | signs; a | inside a cell is written \\|."},
    {"criterion.missing_column", "列「{column}」がありません。", "見出しに {column} の列を足してください。",
     "The column “{column}” is missing.", "Add a column {column} to the heading."},
    {"criterion.unknown_column", "この表に列「{column}」は置けません。", "その列を消すか、本文に移してください。",
     "The column “{column}” has no place in this table.", "Remove it or move it to the text."},
    {"criterion.type_unknown", "「{type}」という型はありません。",
     "integer yen age number boolean string date などか、\"甲\" \\| \"乙\"、list of "
     "…、または型の表にある名前を書いてください。",
     "There is no type “{type}”.",
     "Use integer yen age number boolean string date …, \"a\" \\| \"b\", list of …, or a name from a Types table."},
    {"criterion.type_cycle", "型「{type}」が自分自身を使っています。", "型の定義の輪を断ってください。",
     "The type “{type}” uses itself.", "Break the circle."},
    {"criterion.signature", "「{text}」を関数の形として読めません。",
     "名前(引数: 型, 引数: 型) : 型 の形で書いてください。", "“{text}” is not a function's form.",
     "Write name(parameter: type, parameter: type) : type."},
    {"criterion.repeated_row", "行「{row}」が2回あります。", "行の番号を変えてください。",
     "The row “{row}” is there twice.", "Give it another number."},
    {"criterion.repeated_name", "「{name}」という名前が2回使われています。", "どちらかの名前を変えてください。",
     "The name “{name}” is used twice.", "Rename one of them."},
    {"criterion.annotation_typed", "注記の列に型は書けません。", "このセルを空けてください。",
     "An annotation has no type.", "Empty this cell."},
    {"criterion.default_inputs", "既定の行には結論だけを書きます。", "このセルを空けてください。",
     "The default row gives outputs only.", "Empty this cell."},
    {"criterion.not_in_library", "ライブラリには関数と例だけを置けます。",
     "この表を基準の文書に移すか、kind を消してください。", "A library holds functions and examples only.",
     "Move this block to a criterion or remove kind."},
    {"criterion.too_long", "長すぎます（上限 {limit}）。", "文書を分けてください。", "Too long (at most {limit}).",
     "Divide the document."},
    {"criterion.too_wide", "列が多すぎます（上限 {limit}）。", "表を分けてください。",
     "Too many columns (at most {limit}).", "Divide the table."},
    {"criterion.cell_too_long", "セルが長すぎます（上限 {limit} バイト）。", "用語にして、その名前を使ってください。",
     "The cell is too long (at most {limit} bytes).", "Make it a term and use its name."},
    {"criterion.too_large", "文書が大きすぎます（上限 {limit} バイト）。", "文書を分けてください。",
     "The document is too large (at most {limit} bytes).", "Divide it."},
    {"criterion.not_utf8", "この行は UTF-8 ではありません。", "文字コードを UTF-8 にして保存してください。",
     "This line is not UTF-8.", "Save the file as UTF-8."},
    {"criterion.control_character", "この行に見えない制御文字があります。", "その文字を消してください。",
     "This line holds a control character.", "Remove it."},
    // ---- DMN's XML
    {"xml.too_large", "ファイルが大きすぎます（上限 {cause} バイト）。", "モデルを分けてください。",
     "The file is too large (at most {cause} bytes).", "Divide the model."},
    {"xml.not_utf8", "UTF-8 ではない文字があります。", "文字コードを UTF-8 にして保存してください。",
     "The file holds bytes that are not UTF-8.", "Save it as UTF-8."},
    {"xml.syntax", "XML として読めません（{cause}）。", "この位置の前後を直してください。",
     "This is not well-formed XML ({cause}).", "Correct it at this place."},
    {"xml.dtd", "DTD（<!DOCTYPE …>）のある文書は読みません。", "その宣言を消してください。",
     "Documents with a DTD (<!DOCTYPE …>) are refused.", "Remove the declaration."},
    {"xml.too_deep", "要素の入れ子が深すぎます（上限 {cause}）。", "式を分けてください。",
     "Elements are nested too deeply (at most {cause}).", "Divide the expression."},
    {"xml.undeclared_prefix", "接頭辞「{name}」の名前空間が宣言されていません。",
     "xmlns:{name}=\"…\" をこの要素か外側の要素に書いてください。", "The prefix “{name}” stands for no namespace.",
     "Declare xmlns:{name} on this element or around it."},
    {"xml.too_many_elements", "要素が多すぎます（上限 {cause}）。", "モデルを分けてください。",
     "There are too many elements (at most {cause}).", "Divide the model."},
    {"dmn.not_a_model", "「{element}」は DMN 1.1〜1.5 のモデルではありません。",
     "definitions 要素と、その名前空間を確かめてください。", "“{element}” is no model of DMN 1.1 to 1.5.",
     "Look at the element definitions and its namespace."},
    {"dmn.bad_value", "{key} に「{value}」は書けません。", "{expects} のどれかにしてください。",
     "{key} cannot be “{value}”.", "Use one of {expects}."},
    {"dmn.part_missing", "{element} に {part} がありません。", "{part} を足してください。", "{element} has no {part}.",
     "Add it."},
    {"dmn.rule_cells", "この行は {cells} 個のセルですが、表は {columns} 列です。", "列と同じ数にしてください。",
     "This row has {cells} cells, the table has {columns} columns.", "Give one cell for each column."},
    {"dmn.type_unknown", "「{type}」という型はありません。",
     "itemDefinition の名前か FEEL の型（number、string、date など）を書いてください。", "There is no type “{type}”.",
     "Use the name of an itemDefinition or a type of FEEL (number, string, date …)."},
    {"dmn.type_circle", "型「{type}」が自分自身を使っています。そこから下の型は調べません。", "",
     "The type “{type}” uses itself; what lies below is not checked.", ""},
    {"dmn.language", "式の言語「{language}」は実行できません。", "FEEL で書いてください。",
     "Expressions in “{language}” are not run.", "Write it in FEEL."},
    {"dmn.import_missing", "読み込む「{name}」（{namespace}）が見つかりません。",
     "そのモデルを同じフォルダーに置いてください。", "The import “{name}” ({namespace}) is not there.",
     "Put that model into the same folder."},
    {"mcdc.left_out",
     "判断「{decision}」の試験例は作れません：入力データの名前でない列か、範囲や値の並びでない欄があります。",
     "列を入力データの名前に、欄を範囲や値にしてください。",
     "No test cases are made for “{decision}”: a column is no input data by name, or a cell is no set of values.",
     "Name input data in the columns and write intervals or values into the cells."},
    {"dmn.too_many_imports", "読み込むモデルが多すぎます（上限 {limit}）。", "モデルをまとめてください。",
     "Too many models are imported (at most {limit}).", "Join some of them."},
    {"dmn.repeated_id", "id「{id}」が2回使われています。", "どちらかの id を変えてください。",
     "The id “{id}” is used twice.", "Change one of them."},
    {"dmn.reference", "参照「{href}」の先がありません。", "#id または 名前空間#id の形で、ある要素を指してください。",
     "The reference “{href}” leads nowhere.", "Name an element as #id or namespace#id."},
    {"dmn.no_document_form", "「{name}」（{what}）は判断基準の文書に書けないため、除きました。", "",
     "“{name}” ({what}) has no form in a criterion document and is left out.", ""},
    {"tck.not_a_suite", "「{element}」はテストケースのファイルではありません。",
     "testCases 要素と、その名前空間を確かめてください。", "“{element}” is no file of test cases.",
     "Look at the element testCases and its namespace."},
    {"tck.value", "「{text}」を {type} として読めません。", "xsi:type に合う値を書いてください。",
     "“{text}” is no {type}.", "Write a value of its xsi:type."},
    {"tck.no_model", "モデル「{name}」がありません。", "modelName を、同じフォルダーのファイル名に合わせてください。",
     "There is no model “{name}”.", "Let modelName be a file of the same folder."},
    // ---- compiling
    {"compile.shadows_fact", "「{name}」は事実の名前でもあります。", "別の名前にしてください。",
     "“{name}” is also the name of a fact.", "Use another name."},
    {"compile.priority_values", "{policy} の表には結論の順位が要ります。",
     "型の行で、結論の列に \"甲\" \\| \"乙\" のように上から順に並べてください。",
     "A table with {policy} needs an order of outputs.", "List the outputs in the row of types, best first."},
    {"compile.aggregation_outputs", "{policy} の表に結論は1列だけです。", "表を分けてください。",
     "A table with {policy} has one output only.", "Divide the table."},
    {"compile.bare_date", "{date} は引き算になります。", "日付は @\"{date}\" と書いてください。",
     "{date} is a subtraction.", "Write a date as @\"{date}\"."},
    {"compile.unknown_member", "「{of}」に「{member}」はありません。", "事実の一覧にある名前を書いてください。",
     "“{of}” has no “{member}”.", "Use a name from the fact schema."},
    {"compile.type_differs", "{declared} と書かれていますが、式は {actual} です。",
     "型か式のどちらかを直してください。", "Declared as {declared}, but the expression gives {actual}.",
     "Correct the type or the expression."},
    {"compile.cell_type", "{value} は {type} の列の値ではありません。", "列の型に合う値を書いてください。",
     "{value} is no value of a column of type {type}.", "Write a value of the column's type."},
    {"compile.not_allowed", "{value} は {type} にありません。", "列挙された値のどれかを書くか、型に足してください。",
     "{value} is not among {type}.", "Use one of the listed values, or add it to the type."},
    {"compile.output_type", "結論 {value} は {type} ではありません。", "型に合う値にしてください。",
     "The output {value} is not of type {type}.", "Give a value of that type."},
    {"compile.constraint", "型 {type} の条件を読めません: {cause}", "条件を [0..10] や >= 0 のように書いてください。",
     "The constraint of {type} cannot be read: {cause}", "Write it like [0..10] or >= 0."},
    {"compile.cycle", "定義が輪になっています: {path}", "どれか1つを、ほかを使わない式にしてください。",
     "The definitions form a circle: {path}", "Let one of them do without the others."},
    {"compile.example_input", "例の列「{column}」は事実でも用語でもありません。",
     "事実の名前（児童.生年月日 など）か用語の名前を書いてください。",
     "The example's column “{column}” is neither a fact nor a term.", "Use the name of a fact or a term."},
    {"compile.example_output", "例の列「→ {column}」という結論はありません。",
     "表か用語の名前、または 表.結論 を書いてください。", "There is no result “{column}”.",
     "Use the name of a table or term, or table.output."},
    // ---- FEEL
    {"feel.syntax", "式として読めません（{cause}）。", "", "This is not FEEL ({cause}).", ""},
    {"feel.unknown_name", "「{subject}」という名前はありません。",
     "用語に足すか、事実の一覧かライブラリにある名前を書いてください。", "There is no name “{subject}”.",
     "Add a term, or use a name of the fact schema or the library."},
    {"feel.unknown_function", "「{subject}」という関数はありません。",
     "ライブラリにある関数を使うか、関数を足してください。", "There is no function “{subject}”.",
     "Use a function of the library, or add one."},
    {"feel.no_such_member", "「{subject}」という項目はありません。", "事実の一覧にある名前を書いてください。",
     "There is no member “{subject}”.", "Use a name from the fact schema."},
    {"feel.argument_count", "「{subject}」の引数の数が合いません。", "", "Wrong number of arguments for “{subject}”.",
     ""},
    {"feel.unknown_parameter", "「{subject}」という引数はありません。", "", "There is no parameter “{subject}”.", ""},
    {"feel.type_mismatch", "型が合いません（{cause}）。", "", "The types do not fit ({cause}).", ""},
    // ---- examples
    {"example.unreadable", "「{text}」を値として読めません。",
     "数、\"文字\"、true / false、2024-06-15 のように書いてください。", "“{text}” is not a value.",
     "Write a number, \"text\", true / false or 2024-06-15."},
    {"example.failed", "例が合いません。期待は {expected}、結果は {actual} です。",
     "例か表のどちらかを直してください。", "The example fails: expected {expected}, got {actual}.",
     "Correct the example or the table."},
    {"example.uncovered_rule", "{row}行目に当てはまる例がありません。", "この行の例を1つ足してください。",
     "No example reaches rule {row}.", "Add one."},
    {"example.none", "例がありません。", "## 例 Examples の表を足してください。", "There are no examples.",
     "Add a table ## 例 Examples."},
    {"example.no_function", "「{name}」という関数はありません。", "見出しを関数の名前に合わせてください。",
     "There is no function “{name}”.", "Name a function in the heading."},
    // ---- analysis
    {"analysis.gap", "すき間があります。{where} のとき、どの行にも当てはまりません（例 {example}）。",
     "足す行の案: {row}", "There is a gap: no rule covers {where} (for example {example}).", "Proposed row: {row}"},
    {"analysis.gap_declared", "{where} のとき、どの行にも当てはまりません（{decided_by}が判断。例 {example}）。", "",
     "No rule covers {where} ({decided_by} decides; for example {example}).", ""},
    {"analysis.overlap", "行 {rows} が重なります。{where} のとき、どちらも当てはまります（例 {example}）。",
     "どちらかの条件を狭めてください。", "Rules {rows} overlap where {where} (for example {example}).",
     "Narrow one of them."},
    {"analysis.masked", "{row}行目は使われません。先に {by} 行目が決めます。",
     "行を消すか、順序や条件を直してください。", "Rule {row} never counts: {by} decide before it.",
     "Remove it, or change order or conditions."},
    {"analysis.subsumed", "{row}行目は {by} 行目に含まれ、結論も同じです。", "行を消せます。",
     "Rule {row} is contained in {by} with the same output.", "It can be removed."},
    {"analysis.never", "{row}行目の条件を満たす値はありません。", "列の型と条件を見直してください。",
     "No value meets the conditions of rule {row}.", "Look at the column's type and the conditions."},
    {"analysis.unreachable_output", "結論「{value}」になる行がありません。", "行を足すか、型から消してください。",
     "No rule gives “{value}”.", "Add a rule, or remove it from the type."},
    {"analysis.unused_input", "列「{column}」はどの行でも使われていません。", "列を消せます。",
     "The column “{column}” is not used by any rule.", "It can be removed."},
    {"analysis.unused_term", "用語「{name}」は使われていません。", "消すか、表で使ってください。",
     "The term “{name}” is not used.", "Remove it or use it."},
    {"analysis.inexact", "「{text}」は区画に分けられないため、成り立つ場合と成り立たない場合の両方を調べました。", "",
     "“{text}” cannot be cut into regions; both cases were examined.", ""},
    {"analysis.incomplete", "大きすぎるため、途中までしか調べていません。", "表を分けてください。",
     "Too large: the search was ended early.", "Divide the table."},
};

std::string filled(std::string_view text, const Fault& fault) {
  std::string out;
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) break;
    out += text.substr(0, open);
    const std::string_view name = text.substr(open + 1, close - open - 1);
    const auto argument =
        std::find_if(fault.arguments.begin(), fault.arguments.end(), [&](const auto& a) { return a.first == name; });
    if (argument != fault.arguments.end()) out += argument->second;
    text.remove_prefix(close + 1);
  }
  return out + std::string(text);
}

const Text* text_of(const Fault& fault) {
  const auto found =
      std::find_if(std::begin(texts), std::end(texts), [&](const Text& t) { return t.code == fault.code; });
  return found == std::end(texts) ? nullptr : &*found;
}

// A code without words of its own (further FEEL codes): the cause as it is.
std::string plain(const Fault& fault) {
  for (const auto& [name, value] : fault.arguments)
    if (name == "cause") return fault.code + ": " + value;
  return fault.code;
}

}  // namespace

bool has_errors(const Faults& faults) {
  return std::any_of(faults.begin(), faults.end(), [](const Fault& f) { return f.severity == Severity::error; });
}

std::string message(const Fault& fault, Words language) {
  const Text* text = text_of(fault);
  return text ? filled(language == Words::ja ? text->ja : text->en, fault) : plain(fault);
}
std::string remedy(const Fault& fault, Words language) {
  const Text* text = text_of(fault);
  return text ? filled(language == Words::ja ? text->ja_remedy : text->en_remedy, fault) : std::string();
}

std::string describe(const Fault& fault, Words language) {
  std::string out = fault.place.file;
  if (fault.place.line > 0) out += ':' + std::to_string(fault.place.line) + ':' + std::to_string(fault.place.column);
  if (!out.empty()) out += ": ";
  if (!fault.place.field.empty()) out += fault.place.field + ": ";
  out += message(fault, language);
  if (const std::string what = remedy(fault, language); !what.empty()) out += ' ' + what;
  return out;
}

Error as_error(const Faults& faults) {
  for (const Fault& fault : faults)
    if (fault.severity == Severity::error)
      return {ErrorKind::invalid, fault.code, message(fault, Words::en), fault.place, fault.arguments};
  return {ErrorKind::invalid, "dmn.no_fault", "", {}, {}};
}

}  // namespace yakuba::dmn
