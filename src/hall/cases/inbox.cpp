// Lists of cases, paged by key; every filter × sort has an index behind it.
#include "base/text.hpp"
#include "hall/cases/rows.hpp"

namespace yakuba::cases {
namespace {

constexpr std::int64_t count_max = 1'000;

// The page begins after this row: "2026-12-21.47".
struct Cursor {
  std::string key;
  std::int64_t id = 0;
};
Result<Cursor> cursor_from(std::string_view text) {
  if (text.empty()) return Cursor{};
  const auto dot = text.rfind('.');
  const auto id = dot == std::string_view::npos ? std::nullopt : parse_integer(text.substr(dot + 1));
  if (!id) return fail(ErrorKind::invalid, "case.after", "not a page of this list", Place{.field = "after"});
  return Cursor{std::string(text.substr(0, dot)), *id};
}

template <class Q>
typename Q::In input(const InboxQuery& query) {
  typename Q::In in{};
  const bool consulted = query.view == "consulted";  // other sections' cases, asked of the reader's section
  in.section_on = query.section.empty() || consulted ? 0 : 1;
  in.section = query.section;
  in.consulted_on = consulted ? 1 : 0;
  in.consulted = query.section;
  in.owner_on = query.view == "mine" ? 1 : 0;
  in.owner = query.staff ? query.staff->value : 0;
  in.unowned = query.view == "unowned" ? 1 : 0;
  in.procedure_on = query.procedure.empty() ? 0 : 1;
  in.procedure = query.procedure;
  in.step_on = query.step.empty() ? 0 : 1;
  in.step = query.step;
  in.closed = query.view == "closed" ? 1 : 0;
  return in;
}

template <class Q>
Result<std::vector<Case>> page(store::ReadTx& tx, const InboxQuery& query, const Cursor& cursor) {
  typename Q::In in = input<Q>(query);
  in.after_key = cursor.key;
  in.after_id = cursor.id;
  in.limit = query.limit + 1;  // one more than shown: is there a next page?
  std::vector<Case> rows;
  TRY(tx.each<Q>(in, [&](typename Q::Row&& row) { rows.push_back(case_from(row)); }));
  return rows;
}

std::string key_of(const Case& row, std::string_view sort) {
  if (sort == "received") return row.received_on.text();
  if (sort == "number") return row.number;
  return row.due_on.text();
}

Result<bool> fits_view(store::ReadTx& tx, const InboxQuery& query, const Case& row) {
  if (query.view == "consulted") {
    const auto asked = TRY(tx.one<sql::IsConsulted>({.case_id = row.id.value, .section = query.section}));
    if (!asked || asked->n == 0) return false;
  } else if (!query.section.empty() && row.section != query.section) {
    return false;
  }
  if (query.view == "mine" && row.owner != query.staff) return false;
  if (query.view == "unowned" && row.owner) return false;
  return (query.procedure.empty() || row.procedure == query.procedure) &&
         (query.step.empty() || row.step == query.step);
}

Result<std::vector<Case>> found_by_words(store::ReadTx& tx, const InboxQuery& query) {
  std::vector<Case> rows;
  const auto add = [&](std::optional<Case> row) -> Result<> {
    if (row && TRY(fits_view(tx, query, *row))) rows.push_back(std::move(*row));
    return {};
  };
  if (is_case_number(query.words)) {
    TRY(add(TRY(find_by_number(tx, query.words))));
    return rows;
  }
  store::SearchQuery search{.words = query.words, .object_kinds = {"case"}, .scopes = {}, .limit = query.limit};
  for (const std::string& section : query.sections) search.scopes.push_back("section:" + section);
  for (const store::SearchHit& hit : TRY(tx.search(search)))
    if (const auto id = PublicId::parse(hit.object_id)) TRY(add(TRY(find(tx, *id))));
  return rows;
}

}  // namespace

Result<Inbox> inbox(store::ReadTx& tx, const InboxQuery& query) {
  std::vector<Case> rows;
  if (!query.words.empty()) {
    rows = TRY(found_by_words(tx, query));
  } else {
    const Cursor cursor = TRY(cursor_from(query.after));
    rows = query.sort == "received" ? TRY(page<sql::InboxByReceived>(tx, query, cursor))
           : query.sort == "number" ? TRY(page<sql::InboxByNumber>(tx, query, cursor))
                                    : TRY(page<sql::InboxByDue>(tx, query, cursor));
  }
  Inbox inbox;
  if (std::cmp_greater(rows.size(), query.limit)) {
    rows.resize(static_cast<std::size_t>(query.limit));
    inbox.next = key_of(rows.back(), query.sort) + "." + std::to_string(rows.back().id.value);
  }
  std::map<section::StaffId, std::string> names;
  for (Case& row : rows) {
    InboxRow shown{.row = std::move(row)};
    if (shown.row.owner) {
      auto [it, fresh] = names.try_emplace(*shown.row.owner);
      if (fresh)
        if (const auto staff = TRY(section::staff_by_id(tx, *shown.row.owner))) it->second = staff->name;
      shown.owner_name = it->second;
    }
    inbox.rows.push_back(std::move(shown));
  }
  inbox.count = query.words.empty() ? TRY(count_inbox(tx, query)) : static_cast<std::int64_t>(inbox.rows.size());
  inbox.more_than_counted = inbox.count > count_max;
  return inbox;
}

Result<std::int64_t> count_inbox(store::ReadTx& tx, const InboxQuery& query) {
  const auto row = TRY(tx.one<sql::CountInbox>(input<sql::CountInbox>(query)));
  return row ? row->n : 0;
}

}  // namespace yakuba::cases
