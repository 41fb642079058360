// Document → Model. One pass over the lines; every fault is collected with its cell, reading goes on behind it.
#include "base/text.hpp"
#include "dmn/front_matter.hpp"
#include "dmn/table_reader.hpp"

namespace yakuba::dmn {
namespace {

enum class Heading { none, terms, long_term, inputs, types, decision, examples, functions, long_function };

struct KnownHeading {
  Heading heading;
  std::string rest;  // behind the colon
};

struct HeadingWords {
  std::string_view japanese, english, english_singular;
  Heading whole, named;  // without and with a colon
};
constexpr HeadingWords heading_words[] = {
    {"用語", "Terms", "Term", Heading::terms, Heading::long_term},
    {"入力", "Inputs", "Inputs", Heading::inputs, Heading::none},
    {"型", "Types", "Types", Heading::types, Heading::none},
    {"表", "Decision", "Decision", Heading::decision, Heading::decision},
    {"例", "Examples", "Examples", Heading::examples, Heading::examples},
    {"関数", "Functions", "Function", Heading::functions, Heading::long_function},
};

KnownHeading known_heading(std::string_view line) {
  constexpr std::string_view mark = "## ";
  if (!line.starts_with(mark)) return {Heading::none, {}};
  std::string text(trim(line.substr(mark.size())));
  constexpr std::string_view wide_colon = "：";
  if (const std::size_t at = text.find(wide_colon); at != std::string::npos && at < text.find(':'))
    text.replace(at, wide_colon.size(), ":");
  const std::size_t colon = text.find(':');
  const std::string_view head = trim(std::string_view(text).substr(0, colon));
  for (const HeadingWords& words : heading_words) {
    const auto is_word = [&](std::string_view word) {
      return word == words.japanese || word == words.english || word == words.english_singular;
    };
    const std::size_t blank = head.find_first_of(" \t");
    const bool known = blank == std::string_view::npos
                           ? is_word(head)
                           : head.substr(0, blank) == words.japanese && is_word(trim(head.substr(blank)));
    if (!known) continue;
    if (colon == std::string::npos) return {words.whole, {}};
    return {words.named, std::string(trim(std::string_view(text).substr(colon + 1)))};
  }
  return {Heading::none, {}};
}

constexpr std::string_view code_fence = "```";

class DocumentReader {
 public:
  DocumentReader(std::string_view text, std::string_view file, const ReadLimits& limits)
      : lines_(split_lines(text)), limits_(limits) {
    reading_.places.file = std::string(file);
  }

  Reading read() {
    at_ = read_front_matter(lines_, model_.about, reading_.places, reading_.faults);
    while (at_ < lines_.size() && model_.blocks.size() < limits_.blocks_max &&
           reading_.faults.size() < limits_.faults_max)
      read_block();
    if (model_.blocks.size() >= limits_.blocks_max)
      fault("criterion.too_long", {{"limit", std::to_string(limits_.blocks_max)}}, line_place(""));
    check_names(model_, reading_.places, reading_.faults);
    if (reading_.faults.size() > limits_.faults_max) reading_.faults.resize(limits_.faults_max);
    if (!has_errors(reading_.faults)) reading_.model = std::move(model_);
    return std::move(reading_);
  }

 private:
  const LineView& line() const { return lines_[at_]; }
  bool more() const { return at_ < lines_.size(); }
  Place line_place(std::string field) const {
    const int number = lines_.empty() ? 1 : lines_[std::min(at_, lines_.size() - 1)].number;
    return {reading_.places.file, number, 1, std::move(field)};
  }
  void fault(std::string code, std::vector<std::pair<std::string, std::string>> arguments, Place place) {
    reading_.faults.push_back({Severity::error, std::move(code), std::move(arguments), std::move(place)});
  }

  void read_block() {
    if (is_blank(line().text)) {
      ++at_;
      return;
    }
    const KnownHeading known = known_heading(line().text);
    if (known.heading != Heading::none) return read_known(known);
    if (line().text.starts_with('>')) return read_quotation();
    read_prose();
  }

  void read_quotation() {
    std::string text;
    for (bool first = true; more() && line().text.starts_with('>'); ++at_, first = false) {
      std::string_view one = line().text.substr(1);
      if (one.starts_with(' ')) one.remove_prefix(1);
      text += (first ? "" : "\n") + std::string(one);
    }
    add(Quotation{std::move(text)});
  }

  void read_prose() {
    std::string text;
    std::string fence;
    const std::size_t begin = at_;
    for (; more(); ++at_) {
      const std::string_view one = line().text;
      if (fence.empty() && (one.starts_with('>') || known_heading(one).heading != Heading::none)) break;
      if (one.starts_with(code_fence) || one.starts_with("~~~")) {
        const std::string mark(one.substr(0, 3));
        fence = fence.empty() ? mark : fence == mark ? "" : fence;
      }
      text += (at_ == begin ? "" : "\n") + std::string(one);
    }
    add(Prose{without_blank_ends(text)});
  }

  static std::string without_blank_ends(std::string_view text) {
    while (true) {
      const std::size_t end = text.find('\n');
      if (end == std::string_view::npos || !is_blank(text.substr(0, end))) break;
      text.remove_prefix(end + 1);
    }
    while (true) {
      const std::size_t begin = text.rfind('\n');
      if (begin == std::string_view::npos || !is_blank(text.substr(begin + 1))) break;
      text = text.substr(0, begin);
    }
    return is_blank(text) ? std::string() : std::string(text);
  }

  // A known heading: its note, then its table or FEEL block.
  void read_known(const KnownHeading& known) {
    const bool in_fence = known.heading == Heading::long_term || known.heading == Heading::long_function;
    const Place place = line_place(std::string(trim(line().text.substr(3))));
    reading_.places.set({next_block(), -1, -1}, place);
    ++at_;
    std::string note;
    while (more() && known_heading(line().text).heading == Heading::none &&
           !(in_fence ? line().text.starts_with(code_fence) : is_table_line(line().text))) {
      note += (note.empty() ? "" : "\n") + std::string(line().text);
      ++at_;
    }
    note = without_blank_ends(note);
    const bool found = more() && known_heading(line().text).heading == Heading::none;
    if (!found) return fault(in_fence ? "criterion.no_feel_block" : "criterion.no_table", {}, place);
    if (in_fence)
      read_fenced(known, std::move(note), place);
    else
      read_table(known, std::move(note), place);
  }

  void read_fenced(const KnownHeading& known, std::string note, const Place& place) {
    std::string body;
    const Place begin{reading_.places.file, line().number + 1, 1, place.field};
    bool closed = false;
    for (++at_; more() && !closed; ++at_) {
      closed = trim(line().text) == code_fence;
      if (!closed) body += std::string(line().text) + '\n';
    }
    if (!closed) return fault("criterion.feel_block_open", {}, place);
    if (is_blank(body)) return fault("criterion.no_feel_block", {}, place);
    body.pop_back();
    TableReader reader(reading_.places, reading_.faults, next_block());
    if (known.heading == Heading::long_term) {
      if (auto term = reader.long_term(known.rest, std::move(body), place, begin))
        add(LongTerm{std::move(note), std::move(*term)});
    } else if (auto function = reader.long_function(known.rest, std::move(body), note, place, begin)) {
      add(LongFunction{std::move(note), std::move(*function)});
    }
  }

  void read_table(const KnownHeading& known, std::string note, const Place& place) {
    std::vector<MarkdownRow> rows;
    for (; more() && is_table_line(line().text); ++at_) {
      rows.push_back(parse_row(line()));
      if (!within_limits(rows)) return skip_table();
    }
    if (rows.size() < 2 || !is_separator(rows[1])) return fault("criterion.no_separator", {}, place);
    TableReader reader(reading_.places, reading_.faults, next_block());
    add_block(reader.read_block(known.heading == Heading::terms       ? TableKind::terms
                                : known.heading == Heading::inputs    ? TableKind::inputs
                                : known.heading == Heading::types     ? TableKind::types
                                : known.heading == Heading::decision  ? TableKind::decision
                                : known.heading == Heading::functions ? TableKind::functions
                                                                      : TableKind::examples,
                                known.rest, std::move(note), rows, place));
  }

  bool within_limits(const std::vector<MarkdownRow>& rows) {
    const MarkdownRow& row = rows.back();
    const Place place{reading_.places.file, row.line, 1, ""};
    if (rows.size() > limits_.rows_per_table_max + 2) {
      fault("criterion.too_long", {{"limit", std::to_string(limits_.rows_per_table_max)}}, place);
      return false;
    }
    if (row.cells.size() > limits_.columns_per_table_max) {
      fault("criterion.too_wide", {{"limit", std::to_string(limits_.columns_per_table_max)}}, place);
      return false;
    }
    for (const MarkdownCell& cell : row.cells) {
      if (cell.text.size() <= limits_.cell_bytes_max) continue;
      fault("criterion.cell_too_long", {{"limit", std::to_string(limits_.cell_bytes_max)}},
            {reading_.places.file, row.line, cell.column, ""});
      return false;
    }
    return true;
  }
  void skip_table() {
    while (more() && is_table_line(line().text)) ++at_;
  }

  int next_block() const { return static_cast<int>(model_.blocks.size()); }
  void add(Block block) {
    if (const auto* prose = std::get_if<Prose>(&block); prose && prose->text.empty()) return;
    model_.blocks.push_back(std::move(block));
  }
  void add_block(std::optional<Block> block) {
    if (block) add(std::move(*block));
  }

  std::vector<LineView> lines_;
  const ReadLimits& limits_;
  std::size_t at_ = 0;
  Model model_;
  Reading reading_;
};

std::optional<Fault> unreadable(std::string_view text, const std::string& file, const ReadLimits& limits) {
  const auto error = [&](std::string code, int line, std::vector<std::pair<std::string, std::string>> arguments = {}) {
    return Fault{Severity::error, std::move(code), std::move(arguments), {file, line, 1, ""}};
  };
  if (text.size() > limits.document_bytes_max)
    return error("criterion.too_large", 1, {{"limit", std::to_string(limits.document_bytes_max)}});
  for (const LineView& line : split_lines(text)) {
    if (!is_utf8(line.text)) return error("criterion.not_utf8", line.number);
    if (has_control_characters(line.text) || line.text.find('\r') != std::string_view::npos)
      return error("criterion.control_character", line.number);
  }
  return std::nullopt;
}

}  // namespace

Reading read_criterion(std::string_view text, std::string_view file, const ReadLimits& limits) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  if (auto fault = unreadable(text, std::string(file), limits)) {
    Reading reading;
    reading.places.file = std::string(file);
    reading.faults.push_back(std::move(*fault));
    return reading;
  }
  return DocumentReader(text, file, limits).read();
}

Place Places::at(const Ref& ref, int offset) const {
  for (const Ref& candidate : {ref, Ref{ref.block, ref.row, -1}, Ref{ref.block, -1, -1}}) {
    const auto found = places_.find(candidate);
    if (found == places_.end()) continue;
    Place place = found->second;
    if (candidate == ref) place.column += offset;
    return place;
  }
  return {file, 0, 0, ""};
}

Place Places::at_key(std::string_view key) const {
  const auto found = keys_.find(key);
  return found == keys_.end() ? Place{file, 0, 0, std::string(key)} : found->second;
}

}  // namespace yakuba::dmn
