#include "hall/people/values.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace yakuba::people {
namespace {

// The stored word of each value, in the order of the enum.
template <class E, std::size_t N>
struct Codes {
  std::array<std::string_view, N> words;
  std::string_view of(E value) const { return words[static_cast<std::size_t>(value)]; }
  std::optional<E> parse(std::string_view word) const {
    auto found = std::ranges::find(words, word);
    if (found == words.end()) return {};
    return static_cast<E>(found - words.begin());
  }
};

constexpr Codes<Sex, 4> sexes{{"0", "1", "2", "9"}};
constexpr Codes<Status, 5> statuses{{"resident", "moved_out", "dead", "removed", "non_resident"}};
constexpr Codes<AddressKind, 4> address_kinds{{"registered", "previous", "destination", "mailing"}};
constexpr Codes<ContactKind, 4> contact_kinds{{"mail", "telephone", "mobile", "line"}};
constexpr Codes<HouseholdKind, 3> household_kinds{{"resident_register", "health_insurance", "benefit"}};
constexpr Codes<RelationKind, 11> relation_kinds{{"parent", "looks_after", "shares_livelihood", "maintains",
                                                  "legal_guardian", "named_by_parents", "spouse", "agent", "payer",
                                                  "nominal_head", "same_household_insured"}};
constexpr Codes<StandingKind, 2> standing_kinds{{"support_measure", "suppression"}};
constexpr Codes<Process, 3> processes{{"inquiry", "certificate", "move"}};
constexpr Codes<Level, 3> levels{{"none", "alert", "error"}};
constexpr Codes<MoveReason, 15> move_reasons{{"moved_in", "moved_in_from_abroad", "born", "entered_by_office",
                                              "moved_out", "moved_abroad", "died", "removed_by_office", "moved_within",
                                              "corrected", "household_changed", "name_changed", "number_changed",
                                              "registered_as_non_resident", "copied"}};

std::vector<std::string_view> links_of(std::string_view words) {
  std::vector<std::string_view> links;
  constexpr std::string_view joint = "の";
  for (std::size_t from = 0;;) {
    auto at = words.find(joint, from);
    links.push_back(words.substr(from, at - from));
    if (at == std::string_view::npos) return links;
    from = at + joint.size();
  }
}

constexpr std::array<std::string_view, 4> spouse_words{"夫", "妻", "夫（未届）", "妻（未届）"};
constexpr std::array<std::string_view, 11> kin_words{"夫", "妻", "夫（未届）", "妻（未届）", "子", "父",
                                                     "母", "兄", "姉",         "弟",         "妹"};
bool is_spouse_word(std::string_view word) {
  return std::ranges::find(spouse_words, word) != spouse_words.end();
}
constexpr std::size_t relationship_links_max = 4;

}  // namespace

std::string_view code(Sex value) {
  return sexes.of(value);
}
std::string_view code(Status value) {
  return statuses.of(value);
}
std::string_view code(AddressKind value) {
  return address_kinds.of(value);
}
std::string_view code(ContactKind value) {
  return contact_kinds.of(value);
}
std::string_view code(HouseholdKind value) {
  return household_kinds.of(value);
}
std::string_view code(RelationKind value) {
  return relation_kinds.of(value);
}
std::string_view code(StandingKind value) {
  return standing_kinds.of(value);
}
std::string_view code(Process value) {
  return processes.of(value);
}
std::string_view code(Level value) {
  return levels.of(value);
}
std::string_view code(MoveReason value) {
  return move_reasons.of(value);
}
std::optional<Sex> parse_sex(std::string_view word) {
  return sexes.parse(word);
}
std::optional<Status> parse_status(std::string_view word) {
  return statuses.parse(word);
}
std::optional<AddressKind> parse_address_kind(std::string_view word) {
  return address_kinds.parse(word);
}
std::optional<ContactKind> parse_contact_kind(std::string_view word) {
  return contact_kinds.parse(word);
}
std::optional<HouseholdKind> parse_household_kind(std::string_view word) {
  return household_kinds.parse(word);
}
std::optional<RelationKind> parse_relation_kind(std::string_view word) {
  return relation_kinds.parse(word);
}
std::optional<StandingKind> parse_standing_kind(std::string_view word) {
  return standing_kinds.parse(word);
}
std::optional<Process> parse_process(std::string_view word) {
  return processes.parse(word);
}
std::optional<Level> parse_level(std::string_view word) {
  return levels.parse(word);
}
std::optional<MoveReason> parse_move_reason(std::string_view word) {
  return move_reasons.parse(word);
}

std::string party_text(const Party& party) {
  constexpr std::array<std::string_view, 3> kinds{"person:", "household:", "organisation:"};
  return std::string(kinds[party.index()]) + std::to_string(std::visit([](auto id) { return id.value; }, party));
}
std::optional<Party> parse_party(std::string_view text) {
  auto colon = text.find(':');
  if (colon == std::string_view::npos) return {};
  auto id = parse_integer(text.substr(colon + 1));
  if (!id || *id < 1) return {};
  auto kind = text.substr(0, colon);
  if (kind == "person") return PersonId(*id);
  if (kind == "household") return HouseholdId(*id);
  if (kind == "organisation") return OrganisationId(*id);
  return {};
}

std::string Address::text() const {
  return place + local();
}
std::string Address::local() const {
  std::string text = area + lot;
  if (!building.empty()) text += " " + building;
  return text;
}

Result<> check_relationship(std::string_view words) {
  auto bad = [&](std::string_view why) {
    return fail(ErrorKind::invalid, "people.relationship", std::string(why), Place{.field = "relationship"});
  };
  if (words == "世帯主" || words == "縁故者" || words == "同居人") return {};
  auto links = links_of(words);
  if (links.size() > relationship_links_max) return bad("more than four links: write 縁故者");
  for (auto link : links)
    if (std::ranges::find(kin_words, link) == kin_words.end()) return bad("a word that 続柄 does not know");
  return {};
}

int relationship_rank(std::string_view words) {
  if (words == "世帯主" || is_spouse_word(words) || words == "子") return 1;
  if (words == "縁故者" || words == "同居人") return 4;
  auto links = links_of(words);
  if (links.front() == "子") return 2;
  if (links.size() == 1 || (links.size() == 2 && (links[1] == "父" || links[1] == "母"))) return 3;
  return 4;
}

std::string relationship_of_child(std::string_view parent) {
  if (parent == "世帯主" || is_spouse_word(parent)) return "子";
  if (parent == "縁故者" || parent == "同居人") return std::string(parent);
  auto links = links_of(parent);
  std::string_view base = parent;
  if (links.size() > 1 && is_spouse_word(links.back()))
    base = parent.substr(0, links.back().data() - parent.data() - 3);
  if (links_of(base).size() >= relationship_links_max) return "縁故者";
  return std::string(base) + "の子";
}

bool is_spouse_of(std::string_view one, std::string_view other) {
  auto spouse_of = [](std::string_view a, std::string_view b) {
    if (a == "世帯主") return is_spouse_word(b);
    auto links = links_of(b);
    if (links.size() < 2 || !is_spouse_word(links.back())) return false;
    return b.substr(0, links.back().data() - b.data() - 3) == a;
  };
  if ((one == "父" && other == "母") || (one == "母" && other == "父")) return true;
  return spouse_of(one, other) || spouse_of(other, one);
}

bool Standing::in_force(Instant now) const {
  Date today = date_in_japan(now);
  if (today < from || (lifted_on && *lifted_on <= today)) return false;
  if (lifted_until && now < *lifted_until) return false;
  if (kind == StandingKind::support_measure && until && *until < today) return false;
  return true;
}

}  // namespace yakuba::people
