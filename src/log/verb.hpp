// The closed vocabulary of what can happen. An event says one of these words and never free text.
//
//   verb_name(Verb::decided_by_rule) == "decided-by-rule"
//   verb_from("pulled-back")         == Verb::pulled_back
//   verb_entry(Verb::approved).opposite == "returned"
//
// A verb never changes its meaning: a rename is a new verb with a mapping. Only in the table of verb.cpp
// is the vocabulary extended; the reference page of events is generated from it.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace yakuba::log {

enum class Verb {
  drafted,
  saved,
  submitted,
  received,
  assigned,
  taken,
  opened,
  examined,
  decided_by_rule,
  departed,
  asked,
  corrected,
  consulted,
  consented,
  objected,
  proposed,
  pulled_back,
  returned,
  approved,
  acted_for,
  reviewed_after,
  rejected,
  granted,
  issued,
  notified,
  delivered,
  bounced,
  booked,
  moved,
  cancelled,
  arrived,
  called,
  served,
  charged,
  paid,
  overpaid,
  refunded,
  dunned,
  written_off,
  filed,
  transferred,
  destroyed,
  imported,
  exported,
  linked,
  viewed,
  printed,
  exempted,
  suppressed,
  lifted,
  published,
  withdrawn,
  closed,
  reopened,
  // The office's own acts on registers, rights and versions.
  recorded,
  amended,
  unlinked,
  appointed,
  relieved,
  signed_in,
  signed_out,
  denied,
  repinned,
  answered,
  skipped_number,
};

struct VerbEntry {
  Verb verb;
  std::string_view name;      // as written in the log
  std::string_view japanese;  // as shown to staff
  std::string_view meaning;
  std::string_view opposite;  // what undoes or answers it; "" when nothing does
};

std::span<const VerbEntry> verbs();
const VerbEntry& verb_entry(Verb verb);
std::string_view verb_name(Verb verb);
std::optional<Verb> verb_from(std::string_view name);

}  // namespace yakuba::log
