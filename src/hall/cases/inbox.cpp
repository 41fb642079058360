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
  in.section_on = query.section.empty() ? 0 : 1;
  in.section = query.section;
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

Result<std::vector<Case>> found_by_words(store::ReadTx& tx, const InboxQuery& query) {
  std::vector<Case> rows;
  if (is_case_number(query.words)) {
    if (auto row = TRY(find_by_number(tx, query.words));
        row && (query.section.empty() || row->section == query.section))
      rows.push_back(std::move(*row));
    return rows;
  }
  store::SearchQuery search{
      .words = query.words, .object_kinds = {"case"}, .scopes = {"section:" + query.section}, .limit = query.limit};
  for (const store::SearchHit& hit : TRY(tx.search(search)))
    if (const auto id = PublicId::parse(hit.object_id))
      if (auto row = TRY(find(tx, *id))) rows.push_back(std::move(*row));
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
  inbox.count = TRY(count_inbox(tx, query));
  inbox.more_than_counted = inbox.count > count_max;
  return inbox;
}

Result<std::int64_t> count_inbox(store::ReadTx& tx, const InboxQuery& query) {
  const auto row = TRY(tx.one<sql::CountInbox>(input<sql::CountInbox>(query)));
  return row ? row->n : 0;
}

}  // namespace yakuba::cases
