// The one question: may this actor do this to that?
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "hall/access/access.hpp"

namespace yakuba::access {

namespace {

// What nobody does in a matter of his own or of his household; reading one's own case is the case file's own question.
bool is_reading(std::string_view verb) {
  return verb == "read" || verb == "list";
}
bool is_deciding(std::string_view verb) {
  static constexpr std::array<std::string_view, 3> verbs{"approve", "decide", "consent"};
  return std::ranges::find(verbs, verb) != verbs.end();
}

bool covers(std::string_view granted, std::string_view permission) {
  if (granted == permission) return true;
  return granted.ends_with(".*") && permission.size() > granted.size() - 1 &&
         permission.starts_with(granted.substr(0, granted.size() - 1));
}

bool in_scope(const Grant& grant, const Standing& standing, const Staff& staff, const Object& object) {
  switch (grant.scope) {
    case Scope::town:
      return true;
    case Scope::own: {
      StaffId self = standing.acting_for.value_or(staff.id);
      return object.owner && (*object.owner == self || *object.owner == staff.id);
    }
    case Scope::section:
      return object.section && std::ranges::find(standing.below, *object.section) != standing.below.end();
    case Scope::procedure:
      return !object.procedure.empty() &&
             std::ranges::find(grant.procedures, object.procedure) != grant.procedures.end();
  }
  return false;
}

std::string_view scope_name(Scope scope) {
  switch (scope) {
    case Scope::own:
      return "own";
    case Scope::section:
      return "section";
    case Scope::procedure:
      return "procedure";
    case Scope::town:
      return "town";
  }
  return "";
}

Decision refused(std::string reason, std::string rule) {
  return {.reason = std::move(reason), .rule = std::move(rule)};
}

Decision granted_by(const Standing& standing, const Grant& grant, std::string_view permission) {
  return {.allowed = true,
          .reason = "granted",
          .rule = fmt::format("{}: {} in {}{}", grant.role, permission, scope_name(grant.scope),
                              grant.scope == Scope::section ? " " + standing.section_name : std::string()),
          .acting_for = standing.acting_for,
          .title = standing.title,
          .rank = standing.rank,
          .section = standing.section};
}

Decision may_staff(const Staff& staff, std::string_view verb, const Object& object) {
  std::string permission = fmt::format("{}.{}", object.kind, verb);
  if (staff.person && !is_reading(verb) && std::ranges::find(object.parties, *staff.person) != object.parties.end())
    return refused("party-to-the-case", permission);
  if (is_deciding(verb) && object.drafter == staff.id) return refused("own-draft", permission);
  Decision best = refused("no-permission", permission);
  for (const Standing& standing : staff.standings)
    for (const Grant& grant : standing.grants) {
      if (!covers(grant.permission, permission)) continue;
      if (!in_scope(grant, standing, staff, object)) {
        if (best.reason == "no-permission") best.reason = "out-of-scope";
      } else if (is_deciding(verb) && standing.level < object.level_needed) {
        best.reason = "rank-too-low";
      } else {
        return granted_by(standing, grant, permission);
      }
    }
  return best;
}

// A resident's rights do not come from roles: what is his is his, from the level the page states upward.
Decision may_resident(const Resident& resident, std::string_view verb, const Object& object) {
  std::string permission = fmt::format("{}.{}", object.kind, verb);
  bool his = (object.account && *object.account == resident.account) ||
             (object.person && resident.person && *object.person == *resident.person);
  if (!his) return refused("not-yours", permission);
  if (resident.level < object.account_level_needed) return refused("account-level", permission);
  return {.allowed = true, .reason = "granted", .rule = "owner: " + permission};
}

Decision may_system(const System& system, std::string_view verb, const Object& object) {
  std::string permission = fmt::format("{}.{}", object.kind, verb);
  if (is_deciding(verb) || verb == "examine") return refused("no-permission", permission);  // a program decides nothing
  return {.allowed = true, .reason = "granted", .rule = "job " + system.job + ": " + permission};
}

Decision may_console(std::string_view verb, const Object& object) {
  static constexpr std::array<std::string_view, 6> kinds{"staff", "section", "access", "pack", "town", "job"};
  std::string permission = fmt::format("{}.{}", object.kind, verb);
  if (std::ranges::find(kinds, object.kind) == kinds.end()) return refused("no-permission", permission);
  return {.allowed = true, .reason = "granted", .rule = "console: " + permission};
}

}  // namespace

Decision may(const Actor& actor, std::string_view verb, const Object& object) {
  struct Ask {
    std::string_view verb;
    const Object& object;
    Decision operator()(const Anonymous&) const {
      return refused("not-signed-in", fmt::format("{}.{}", object.kind, verb));
    }
    Decision operator()(const Resident& resident) const { return may_resident(resident, verb, object); }
    Decision operator()(const Staff& staff) const { return may_staff(staff, verb, object); }
    Decision operator()(const System& system) const { return may_system(system, verb, object); }
    Decision operator()(const Administrator&) const { return may_console(verb, object); }
  };
  return std::visit(Ask{verb, object}, actor.is);
}

bool holds(const Actor& actor, std::string_view permission) {
  if (permission == "anyone") return true;
  if (const Resident* resident = actor.resident()) {
    if (permission == permission_resident) return resident->level >= 1;
    if (permission == permission_linked) return resident->level >= 2 && resident->person.has_value();
    if (permission == permission_card) return resident->level >= 3 && resident->person.has_value();
    return false;
  }
  const Staff* staff = actor.staff();
  if (!staff) return false;
  if (permission == permission_staff) return true;
  return std::ranges::any_of(staff->standings, [&](const Standing& standing) {
    return std::ranges::any_of(standing.grants, [&](const Grant& g) { return covers(g.permission, permission); });
  });
}

std::string log_name(const Actor& actor) {
  struct Name {
    std::string operator()(const Anonymous&) const { return "anonymous"; }
    std::string operator()(const Resident& resident) const { return fmt::format("account:{}", resident.account.value); }
    std::string operator()(const Staff& staff) const { return fmt::format("staff:{}", staff.id.value); }
    std::string operator()(const System& system) const { return "system:" + system.job; }
    std::string operator()(const Administrator& console) const { return "console:" + console.name; }
  };
  return std::visit(Name{}, actor.is);
}

}  // namespace yakuba::access
