// Notices: front matter between +++ lines, then Markdown with holes.
#include <array>

#include "base/text.hpp"
#include "pack/parse_template.hpp"
#include "pack/read.hpp"
#include "pack/reader.hpp"

namespace yakuba::pack {
namespace {

constexpr std::array<std::string_view, 4> kinds{"decision", "request", "receipt", "expected"};
constexpr std::array<std::string_view, 3> seals{"public", "omitted", "none"};
constexpr std::array<std::string_view, 2> senders{"mayor", "section"};
constexpr std::array<std::string_view, 3> appeals{"governor", "mayor", "none"};

}  // namespace

FrontMatter split_front_matter(std::string_view text, const std::string& file, std::vector<Fault>& faults) {
  FrontMatter out;
  out.body = text;
  if (!text.starts_with("+++\n") && !text.starts_with("+++\r\n")) {
    faults.push_back({"pack.no_front_matter", Severity::error, {file, 1, 1, ""}, {}});
    return out;
  }
  const std::size_t begin = text.find('\n') + 1;
  const std::size_t end = text.find("\n+++", begin - 1);
  if (end == std::string_view::npos) {
    faults.push_back({"pack.no_front_matter", Severity::error, {file, 1, 1, ""}, {}});
    return out;
  }
  // Kept at its own lines, so that faults point into the file.
  const std::string front = "\n" + std::string(text.substr(begin, end + 1 > begin ? end + 1 - begin : 0));
  out.node = read_toml(front, file, faults);
  const std::size_t body = text.find('\n', end + 1);
  out.body = body == std::string_view::npos ? std::string_view() : text.substr(body + 1);
  out.body_line =
      1 + static_cast<int>(std::count(text.begin(), text.end() - static_cast<std::ptrdiff_t>(out.body.size()), '\n'));
  return out;
}

void read_notice(const TextFile& file, const std::string& language, Notice& notice, std::vector<Fault>& faults) {
  if (!is_utf8(file.bytes)) {
    faults.push_back({"pack.not_utf8", Severity::error, {file.file, 0, 0, ""}, {}});
    return;
  }
  if (language != "ja") {
    notice.plain[language] = parse_template(file.bytes, {file.file, 1, 1, ""}, faults);
    return;
  }
  const FrontMatter front = split_front_matter(file.bytes, file.file, faults);
  notice.place = {file.file, 1, 1, ""};
  notice.body = parse_template(front.body, {file.file, front.body_line, 1, ""}, faults);
  if (!front.node) return;
  TableReader in(*front.node, faults);
  in.text("id", notice.id, Need::yes)
      .text("title", notice.title, Need::yes)
      .word("kind", notice.kind, kinds, Need::yes);
  in.boolean("adverse", notice.adverse).boolean("numbered", notice.numbered).word("seal", notice.seal, seals);
  in.word("sender", notice.sender, senders, Need::yes)
      .word("appeal_to", notice.appeal_to, appeals)
      .boolean("suit", notice.suit);
  in.texts("law", notice.law).text("retention_class", notice.retention_class);
  in.finish();
}

}  // namespace yakuba::pack
