// Rows of the store into values of section.hpp (inside this folder only).
#pragma once

#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"
#include "hall/section/queries.hpp"
#include "hall/section/section.hpp"
#include "store/tx.hpp"

namespace yakuba::section {

template <class T>
bool has(const std::vector<T>& values, const T& value) {  // std::ranges::contains comes with GCC 13
  return std::find(values.begin(), values.end(), value) != values.end();
}

inline Result<Date> day_from(std::string_view text) {
  auto day = Date::parse(text);
  if (!day) return fail(ErrorKind::corrupt, "section.date", "a stored day is no date");
  return *day;
}
inline Result<Period> period_from(std::string_view from, const std::optional<std::string>& to) {
  Period period{TRY(day_from(from)), std::nullopt};
  if (to) period.to = TRY(day_from(*to));
  return period;
}
inline std::optional<std::string> day_text(const std::optional<Date>& day) {
  return day ? std::optional(day->text()) : std::nullopt;
}
inline Result<PublicId> public_id_from(std::string_view text) {
  auto id = PublicId::parse(text);
  if (!id) return fail(ErrorKind::corrupt, "section.public_id", "a stored public id is none");
  return *id;
}

template <class Row>
Result<Section> section_from(const Row& row) {
  Section value{SectionId(row.id), TRY(public_id_from(row.public_id)),
                row.code,          row.name,
                std::nullopt,      row.telephone,
                row.place,         TRY(period_from(row.valid_from, row.valid_to)),
                row.version};
  if (row.parent) value.parent = SectionId(*row.parent);
  return value;
}

template <class Row>
Result<StaffMember> staff_from(const Row& row) {
  return StaffMember{StaffId(row.id), TRY(public_id_from(row.public_id)),
                     row.number,      row.name,
                     row.kana,        row.mail,
                     row.person,      TRY(period_from(row.valid_from, row.valid_to)),
                     row.version};
}

template <class Row>
Result<Assignment> assignment_from(const Row& row) {
  Assignment value{AssignmentId(row.id),
                   StaffId(row.staff),
                   SectionId(row.section),
                   row.rank,
                   row.title,
                   {},
                   row.concurrent != 0,
                   TRY(period_from(row.valid_from, row.valid_to))};
  for (std::string_view role : split(row.roles, ' '))
    if (!role.empty()) value.roles.emplace_back(role);
  return value;
}

template <class Row>
Result<Delegation> delegation_from(const Row& row) {
  return Delegation{DelegationId(row.id),
                    StaffId(row.principal),
                    StaffId(row.delegate),
                    row.kind == "senketsu" ? DelegationKind::senketsu : DelegationKind::daiketsu,
                    TRY(period_from(row.valid_from, row.valid_to)),
                    row.reason};
}

template <class Row>
Result<Absence> absence_from(const Row& row) {
  return Absence{AbsenceId(row.id), StaffId(row.staff), TRY(period_from(row.valid_from, std::optional(row.valid_to))),
                 row.reason};
}

// Every row through one of the functions above.
template <class Rows, class F>
auto all_from(const Rows& rows, F from) {
  using T = typename std::invoke_result_t<F, typename Rows::const_reference>::value_type;
  std::vector<T> values;
  values.reserve(rows.size());
  for (const auto& row : rows) {
    auto value = from(row);
    if (!value) return Result<std::vector<T>>(std::unexpected(std::move(value).error()));
    values.push_back(std::move(*value));
  }
  return Result<std::vector<T>>(std::move(values));
}
template <class Row, class F>
auto maybe_from(const std::optional<Row>& row, F from) {
  using T = typename std::invoke_result_t<F, const Row&>::value_type;
  if (!row) return Result<std::optional<T>>(std::optional<T>());
  auto value = from(*row);
  if (!value) return Result<std::optional<T>>(std::unexpected(std::move(value).error()));
  return Result<std::optional<T>>(std::optional<T>(std::move(*value)));
}

}  // namespace yakuba::section
