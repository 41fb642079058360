#include "log/verb.hpp"

#include <array>
#include <unordered_map>

namespace yakuba::log {
namespace {

// The one table. Order is that of the enum (checked below). Names, once used in a log, never change.
constexpr VerbEntry table[] = {
    {Verb::drafted, "drafted", "起案", "an internal draft (起案) was begun", "withdrawn"},
    {Verb::saved, "saved", "保存", "answers were kept to be continued later", ""},
    {Verb::submitted, "submitted", "提出", "the applicant handed it in", "withdrawn"},
    {Verb::received, "received", "受付", "the office accepted it and the terms began to run", "returned"},
    {Verb::assigned, "assigned", "割当", "an owner (section or person) was named", "assigned"},
    {Verb::taken, "taken", "着手", "the owner began to work on it", "closed"},
    {Verb::opened, "opened", "閲覧（ファイル）", "a case file or record was opened by a person", ""},
    {Verb::examined, "examined", "審査", "the examination of the step was finished", "returned"},
    {Verb::decided_by_rule, "decided-by-rule", "基準判定", "a criterion gave its outcome for stated facts", "departed"},
    {Verb::departed, "departed", "基準からの逸脱", "a person decided otherwise than the criterion, with a ground", ""},
    {Verb::asked, "asked", "補正依頼", "a correction or an explanation was asked for, with a term", "corrected"},
    {Verb::corrected, "corrected", "補正", "what was asked for was corrected", ""},
    {Verb::consulted, "consulted", "協議", "another section was asked", "consented"},
    {Verb::consented, "consented", "合議同意", "the asked section or person agreed", "objected"},
    {Verb::objected, "objected", "合議不同意", "the asked section or person did not agree", "consented"},
    {Verb::proposed, "proposed", "回議", "the draft was put to the approvers", "pulled-back"},
    {Verb::pulled_back, "pulled-back", "引き戻し", "the drafter took the draft back before it was decided", "proposed"},
    {Verb::returned, "returned", "差し戻し", "an approver or the counter sent it back with a reason", "proposed"},
    {Verb::approved, "approved", "決裁", "the person with the power to decide approved", "returned"},
    {Verb::acted_for, "acted-for", "代決", "somebody approved in place of the absent holder", "reviewed-after"},
    {Verb::reviewed_after, "reviewed-after", "後閲", "the holder saw afterwards what was approved in his place", ""},
    {Verb::rejected, "rejected", "却下", "the outcome is adverse to the applicant", "reopened"},
    {Verb::granted, "granted", "認定", "the outcome is what was applied for", "reopened"},
    {Verb::issued, "issued", "発行", "a document got its number and became immutable", "cancelled"},
    {Verb::notified, "notified", "通知", "a notice was sent on a channel", "bounced"},
    {Verb::delivered, "delivered", "到達", "the notice reached the addressee", "bounced"},
    {Verb::bounced, "bounced", "返戻", "the notice came back", "notified"},
    {Verb::booked, "booked", "予約", "a place in a calendar was taken", "cancelled"},
    {Verb::moved, "moved", "変更（日時）", "a booking or deadline was moved", "moved"},
    {Verb::cancelled, "cancelled", "取消", "a booking, document or act was cancelled", ""},
    {Verb::arrived, "arrived", "来庁", "the person came to the counter", ""},
    {Verb::called, "called", "呼出", "the person was called to the counter", ""},
    {Verb::served, "served", "対応済", "the person was served at the counter", ""},
    {Verb::charged, "charged", "調定", "a claim for money was set", "written-off"},
    {Verb::paid, "paid", "収納", "money came in for a claim, or went out for a benefit", "refunded"},
    {Verb::overpaid, "overpaid", "過納", "more came in than was claimed", "refunded"},
    {Verb::refunded, "refunded", "還付", "money was given back", ""},
    {Verb::dunned, "dunned", "督促", "payment was demanded after the due date", "paid"},
    {Verb::written_off, "written-off", "不納欠損", "a claim was given up by law", ""},
    {Verb::filed, "filed", "保存（文書）", "a document was put into its file with class and retention", "destroyed"},
    {Verb::transferred, "transferred", "移管", "a file was handed to another keeper", "transferred"},
    {Verb::destroyed, "destroyed", "廃棄", "a file was destroyed at the end of its retention", ""},
    {Verb::imported, "imported", "取込", "data came in from outside as a file or message", ""},
    {Verb::exported, "exported", "出力", "data went out as a file or message", ""},
    {Verb::linked, "linked", "紐付け", "two records were found to be the same party, by proof", "unlinked"},
    {Verb::viewed, "viewed", "参照", "a list, search or page that shows names was seen", ""},
    {Verb::printed, "printed", "印刷", "a document or sheet was printed", ""},
    {Verb::exempted, "exempted", "減免", "a duty or charge was lifted by rule", "charged"},
    {Verb::suppressed, "suppressed", "抑止", "seeing or issuing was stopped for a person (支援措置)", "lifted"},
    {Verb::lifted, "lifted", "解除", "a suppression was ended", "suppressed"},
    {Verb::published, "published", "公開", "a version came into force or a page became public", "withdrawn"},
    {Verb::withdrawn, "withdrawn", "取下げ", "the applicant or author took it back", "reopened"},
    {Verb::closed, "closed", "完結", "nothing is left to do", "reopened"},
    {Verb::reopened, "reopened", "再開", "a closed matter is worked on again", "closed"},
    {Verb::recorded, "recorded", "登録", "a register entry or record was made", "amended"},
    {Verb::amended, "amended", "訂正", "a register entry was followed by a corrected one", ""},
    {Verb::unlinked, "unlinked", "紐付け解除", "a link between records was ended", "linked"},
    {Verb::appointed, "appointed", "任命", "a person got a post, role or delegation", "relieved"},
    {Verb::relieved, "relieved", "解任", "a post, role or delegation ended", "appointed"},
    {Verb::signed_in, "signed-in", "ログイン", "a person proved who he is and got a session", "signed-out"},
    {Verb::signed_out, "signed-out", "ログアウト", "a session ended", "signed-in"},
    {Verb::denied, "denied", "拒否", "an act was refused for want of right or proof", ""},
    {Verb::repinned, "repinned", "適用版変更", "a case changed to another version of texts or criteria", "repinned"},
    {Verb::answered, "answered", "回答", "a question or consultation was answered", ""},
    {Verb::skipped_number, "skipped-number", "欠番", "a serial number was drawn and not used, with the reason", ""},
};

consteval bool in_order() {
  for (std::size_t i = 0; i < std::size(table); ++i) {
    if (static_cast<std::size_t>(table[i].verb) != i) return false;
  }
  return static_cast<std::size_t>(Verb::skipped_number) + 1 == std::size(table);
}
static_assert(in_order(), "the table of verbs has one row for each verb, in the order of the enum");

}  // namespace

std::span<const VerbEntry> verbs() {
  return table;
}

const VerbEntry& verb_entry(Verb verb) {
  return table[static_cast<std::size_t>(verb)];
}

std::string_view verb_name(Verb verb) {
  return verb_entry(verb).name;
}

std::optional<Verb> verb_from(std::string_view name) {
  static const auto* by_name = [] {
    auto* map = new std::unordered_map<std::string_view, Verb>();
    for (const auto& row : table) map->emplace(row.name, row.verb);
    return map;
  }();
  auto found = by_name->find(name);
  if (found == by_name->end()) return std::nullopt;
  return found->second;
}

}  // namespace yakuba::log
