// From a pack's template to what a notice says, and the assertion that it says what the law asks for.
#include <fmt/format.h>

#include "base/text.hpp"
#include "hall/notice/notice.hpp"
#include "hall/notice/rows.hpp"

namespace yakuba::notice {

namespace {

constexpr std::string_view easy_japanese = "ja-x-easy";

std::string text_of_section(const std::vector<pack::Block>& blocks, std::string_view section) {
  std::string text;
  for (const pack::Block& block : blocks)
    if (block.section == section && block.kind != pack::Block::Kind::heading)
      for (const std::string& cell : block.cells) text += without_ruby(cell);
  return text;
}

Error incomplete(std::string code, std::string_view section, std::string why) {
  return {ErrorKind::invalid, std::move(code), std::move(why), {.field = std::string(section)}, {}};
}

// The reason is given with the refusal (行政手続法8条, 14条). `pack check` looks at the template; here it is the filled
// text.
Result<> assert_reason(const Request& request, const pack::Notice& notice, const std::vector<pack::Block>& blocks) {
  if (!request.adverse && !notice.adverse) return {};
  if (trim(text_of_section(blocks, "reason")).empty())
    return std::unexpected(incomplete("notice.reason", "reason", notice.id + ": an adverse act without its reason"));
  return {};
}

// 教示 (行政不服審査法82条, 行政事件訴訟法46条): on every decision, granted ones too; it names the right authority.
Result<> assert_remedies(const pack::Pack& pack, const pack::Notice& notice, const std::vector<pack::Block>& blocks) {
  if (notice.kind != "decision" || !pack.town) return {};
  const bool adverse_without = notice.appeal_to == "none" && notice.adverse;
  if (adverse_without)
    return std::unexpected(incomplete("notice.appeal", "review", notice.id + ": no authority named"));
  if (notice.appeal_to != "none") {
    const std::string& authority = notice.appeal_to == "governor" ? pack.town->governor : pack.town->mayor_title;
    if (authority.empty() || text_of_section(blocks, "review").find(authority) == std::string::npos)
      return std::unexpected(incomplete("notice.appeal", "review", notice.id + ": does not name " + authority));
  }
  if (notice.suit && text_of_section(blocks, "suit").find(pack.town->name) == std::string::npos)
    return std::unexpected(incomplete("notice.suit", "suit", notice.id + ": does not name the defendant"));
  return {};
}

// The pack's own contact section, when it has one, says more.
std::vector<std::string> contact_lines(const pack::Pack& pack, const pack::Section* section) {
  if (!pack.town || !section) return {};
  const std::string phone = section->phone.empty() ? pack.town->phone : section->phone;
  std::vector<std::string> lines{fmt::format("問合せ先　{} {}　電話 {}", pack.town->office, section->name, phone)};
  if (!section->mail.empty()) lines.push_back("　　　　　メール " + section->mail);
  return lines;
}

// 役場.担当課 and its telephone are the ones of the section that sends.
void name_section(pack::Facts& facts, const pack::Section* section) {
  const JsonValue* known = facts.known.contains("office") ? &facts.known.find("office")->second : nullptr;
  if (!section || !known || !known->object()) return;
  JsonObject office = *known->object();
  office["section"] = section->name;
  if (!section->phone.empty()) office["phone"] = section->phone;
  facts.known["office"] = std::move(office);
}

}  // namespace

Result<const pack::Notice*> notice_of_pack(const Request& request) {
  const pack::Procedure* procedure = request.pack->procedure(request.procedure);
  const pack::Notice* notice = procedure ? procedure->notice(request.notice) : nullptr;
  if (!notice) return fail(ErrorKind::not_found, "notice.unknown", request.procedure + " " + request.notice);
  return notice;
}

std::optional<Channel> choose_channel(const Reach& reach, const pack::Pack& pack) {
  std::string order = "mail online post";
  if (pack.town)
    if (auto at = pack.town->settings.find("notice-channels"); at != pack.town->settings.end()) order = at->second;
  for (std::string_view word : split(order, ' ')) {
    const auto channel = parse_channel(word);
    if (channel == Channel::mail && reach.mail_consented && !reach.mail.empty()) return channel;
    if (channel == Channel::online && (reach.account || !reach.references.empty())) return channel;
    if (channel == Channel::post && !reach.address_lines.empty()) return channel;
    if (channel == Channel::counter) return channel;
  }
  return reach.online ? std::optional(Channel::online) : std::nullopt;
}

Result<document::Content> compose(const Request& request) {
  const pack::Pack& pack = *request.pack;
  const pack::Notice* notice = TRY(notice_of_pack(request));
  const Date dated = date_in_japan(request.stamp.at);
  const pack::Section* section = pack.section(request.section);
  document::Content content{.title = notice->title, .dated = dated};
  content.postal_code = request.reach.postal_code;
  content.address_lines = request.reach.address_lines;
  content.name = request.reach.name;
  content.honorific = request.reach.honorific;
  content.seal = notice->seal;
  if (notice->sender == "mayor" && pack.town) {
    content.sender_title = pack.town->mayor_title;
    content.sender_name = pack.town->mayor_name;
  } else if (section) {
    content.sender_title = section->name;
  }

  pack::Facts facts = request.facts;
  for (const auto& [key, value] : request.extra) facts.known[key] = value;
  facts.known["notice"] =
      JsonObject{{"date", dated.text()}, {"addressee", request.reach.name}, {"subject", without_ruby(notice->title)}};
  name_section(facts, section);
  content.body = TRY(pack::fill(pack, notice->body, "ja", facts));
  auto plain = notice->plain.find(request.language);  // another language's readers get it in theirs
  if (plain == notice->plain.end()) plain = notice->plain.find(easy_japanese);
  if (plain != notice->plain.end()) content.plain = TRY(pack::fill(pack, plain->second, plain->first, facts));
  if (text_of_section(content.body, "contact").empty()) content.contact = contact_lines(pack, section);
  TRY(assert_reason(request, *notice, content.body));
  TRY(assert_remedies(pack, *notice, content.body));
  return content;
}

Result<Bytes> preview(hall::Hall& hall, const store::Town& town, const Request& request) {
  return document::draft(hall, town, *request.pack, TRY(compose(request)));
}

}  // namespace yakuba::notice
