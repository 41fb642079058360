// Decisions on paper: reason (行政手続法8条), 審査請求の教示 (行政不服審査法82条), 取消訴訟の教示 (行政事件訴訟法46条).
// A town is not let to put a decision in force that lacks them, granted ones too: the amount or the month can be
// disputed.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "pack/check_rules.hpp"
#include "pack/parse_template.hpp"

namespace yakuba::pack {
namespace {

struct Must {
  std::string_view section;
  std::string_view words;  // one of these, parted by spaces
  std::string_view law;
};
// B.2 and B.4: that an appeal can be made, to whom, within what period; defendant and period of the suit.
constexpr std::array musts{
    Must{"review", "審査請求", "行政不服審査法 第82条"},
    Must{"review", "3か月以内 三月以内 3月以内", "行政不服審査法 第18条第1項"},
    Must{"review", "1年 一年", "行政不服審査法 第18条第2項"},
    Must{"suit", "取消しの訴え", "行政事件訴訟法 第46条"},
    Must{"suit", "6か月以内 六月以内 6月以内", "行政事件訴訟法 第14条第1項"},
    Must{"suit", "被告", "行政事件訴訟法 第11条"},
};

class NoticeChecker {
 public:
  NoticeChecker(const Pack& pack, const Procedure& procedure, const Notice& notice, std::vector<Fault>& faults)
      : pack_(pack), procedure_(procedure), notice_(notice), faults_(faults) {}

  void run() {
    if (notice_.body.empty()) return fault("pack.notice_empty", notice_.place, {});
    for (const std::string& language : pack_.languages)
      if (language != "ja" && !notice_.plain.contains(language))
        fault("pack.notice_language", notice_.place, {{"language", language}});
    for (const auto& [language, text] : notice_.plain) check_furigana(language, text);
    if (notice_.kind != "decision") return;
    if (notice_.sender != "mayor") fault("pack.notice_sender", notice_.place, {});
    if (notice_.seal == "none") fault("pack.notice_seal", notice_.place, {});
    if (notice_.law.empty()) fault("pack.notice_law", notice_.place, {});
    check_reason();
    check_appeal();
  }

 private:
  void fault(std::string code, const Place& place, std::vector<std::pair<std::string, std::string>> arguments) {
    arguments.insert(arguments.begin(), {"notice", notice_.id});
    faults_.push_back({std::move(code), Severity::error, place, std::move(arguments)});
  }

  bool has_section(std::string_view id) const {
    const auto sections = notice_.body.sections();
    return std::find(sections.begin(), sections.end(), id) != sections.end();
  }

  // A reason is the facts found and how they miss the standard: a fixed sentence cannot be one, so a hole is demanded.
  void check_reason() {
    const std::string text = notice_.body.section_text("reason");
    if (!has_section("reason") || trim(text).empty())
      return fault("pack.notice_reason", notice_.place, {{"law", "行政手続法 第8条"}});
    bool hole = false, inside = false;
    for (const TemplateLine& line : notice_.body.lines) {
      if (const auto heading = heading_of(line)) inside = heading->section == "reason";
      for (const TemplatePart& part : line.parts) hole = hole || (inside && part.kind == TemplatePart::Kind::hole);
    }
    if (!hole) fault("pack.notice_reason_fixed", notice_.place, {{"law", "行政手続法 第8条"}});
  }

  void check_appeal() {
    if (notice_.appeal_to.empty() || notice_.appeal_to == "none")
      fault("pack.notice_appeal", notice_.place, {{"law", "行政不服審査法 第82条"}});
    if (!notice_.suit) fault("pack.notice_suit", notice_.place, {{"law", "行政事件訴訟法 第46条"}});
    for (const Must& must : musts) {
      const std::string text = notice_.body.section_text(must.section);
      const auto words = split(must.words, ' ');
      if (std::none_of(words.begin(), words.end(),
                       [&](std::string_view word) { return text.find(word) != std::string::npos; }))
        fault("pack.notice_must_say", notice_.place,
              {{"section", std::string(must.section)},
               {"words", std::string(words.front())},
               {"law", std::string(must.law)}});
    }
    // 法定受託事務 such as 児童手当: the appeal goes to the governor (地方自治法255条の2), a fixed name would be a
    // town's mistake.
    const std::string review = notice_.body.section_text("review");
    const std::string_view authority = notice_.appeal_to == "governor" ? "役場.知事" : "役場.長";
    if (!review.empty() && review.find(authority) == std::string::npos)
      fault("pack.notice_authority", notice_.place,
            {{"authority", std::string(authority)}, {"law", "行政不服審査法 第82条"}});
  }

  void check_furigana(const std::string& language, const Template& text) {
    if (language != "ja-x-easy") return;
    for (const TemplateLine& line : text.lines)
      for (const TemplatePart& part : line.parts) {
        if (part.kind != TemplatePart::Kind::text) continue;
        if (const auto bare = bare_kanji(part.text))
          faults_.push_back(
              {"pack.easy_kanji", Severity::error, line.place, {{"key", notice_.id}, {"character", bare->character}}});
      }
  }

  const Pack& pack_;
  const Procedure& procedure_;
  const Notice& notice_;
  std::vector<Fault>& faults_;
};

}  // namespace

void check_notices(const Pack& pack, std::vector<Fault>& faults) {
  for (const Procedure& procedure : pack.procedures)
    for (const Notice& notice : procedure.notices) NoticeChecker(pack, procedure, notice, faults).run();
}

}  // namespace yakuba::pack
