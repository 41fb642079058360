#include "dmn/table_index.hpp"

#include <algorithm>

#include "dmn/program.hpp"

namespace yakuba::dmn {
namespace {

constexpr std::int64_t powers_of_ten[] = {1,
                                          10,
                                          100,
                                          1'000,
                                          10'000,
                                          100'000,
                                          1'000'000,
                                          10'000'000,
                                          100'000'000,
                                          1'000'000'000,
                                          10'000'000'000,
                                          100'000'000'000,
                                          1'000'000'000'000,
                                          10'000'000'000'000,
                                          100'000'000'000'000,
                                          1'000'000'000'000'000,
                                          10'000'000'000'000'000,
                                          100'000'000'000'000'000,
                                          1'000'000'000'000'000'000};
constexpr std::int32_t powers = static_cast<std::int32_t>(std::size(powers_of_ten));

// Kinds whose equality is the equality of their order: times compare by whole seconds and are left to in_set().
bool indexed(feel::Kind kind) {
  return kind == feel::Kind::number || kind == feel::Kind::string || kind == feel::Kind::date ||
         kind == feel::Kind::boolean || kind == feel::Kind::months_duration;
}

std::optional<std::int64_t> scaled(const feel::Value& number, std::int32_t exponent) {
  if (!number.is_small_number()) return std::nullopt;
  const std::int32_t up = number.small_exponent() - exponent;
  std::int64_t out = 0;
  if (number.small_coefficient() == 0) return 0;
  if (up < 0 || up >= powers || __builtin_mul_overflow(number.small_coefficient(), powers_of_ten[up], &out))
    return std::nullopt;
  return out;
}

std::int64_t plain_key(const feel::Value& value) {
  switch (value.kind()) {
    case feel::Kind::date:
      return value.date().days;
    case feel::Kind::months_duration:
      return value.months_duration().months;
    default:
      return value.truth() ? 1 : 0;
  }
}

// The one kind of all ends of a set; null when it has no end, nothing when it is beyond the index.
std::optional<feel::Kind> kind_of(const feel::TestSet& set) {
  if (set.any) return std::nullopt;
  feel::Kind kind = feel::Kind::null;
  for (const feel::TestInterval& interval : set.intervals)
    for (const feel::Value* end : {&interval.low, &interval.high}) {
      if (end->is_null()) continue;
      if (kind == feel::Kind::null) kind = end->kind();
      if (end->kind() != kind || !indexed(kind)) return std::nullopt;
    }
  if (kind == feel::Kind::boolean)
    for (const feel::TestInterval& interval : set.intervals)
      if (!(interval.low == interval.high)) return std::nullopt;
  return kind;
}

}  // namespace

// --- look-up ---

std::uint32_t TableIndex::Column::place_of_key(std::int64_t key, bool between) const {
  // Few keys are counted without a branch, many are halved.
  std::size_t below = 0;
  if (keys.size() <= 16) {
    for (const std::int64_t one : keys) below += one < key ? 1 : 0;
  } else {
    below = static_cast<std::size_t>(std::lower_bound(keys.begin(), keys.end(), key) - keys.begin());
  }
  const bool met = below < keys.size() && keys[below] == key;
  if (!met) return static_cast<std::uint32_t>(2 * below);
  return static_cast<std::uint32_t>(between ? 2 * below + 2 : 2 * below + 1);
}

std::uint32_t TableIndex::Column::place_of_number(const feel::Value& value) const {
  const std::int64_t coefficient = value.small_coefficient();
  const std::int32_t up = value.small_exponent() - exponent;
  if (up == 0 || coefficient == 0) return place_of_key(coefficient, false);
  std::int64_t key = 0;
  if (up > 0) {
    if (up < powers && !__builtin_mul_overflow(coefficient, powers_of_ten[up], &key)) return place_of_key(key, false);
    return coefficient < 0 ? 0 : static_cast<std::uint32_t>(2 * keys.size());  // beyond every key
  }
  if (-up >= powers) return place_of_key(coefficient < 0 ? -1 : 0, true);
  const std::int64_t divisor = powers_of_ten[-up];
  key = coefficient / divisor;
  const std::int64_t rest = coefficient % divisor;
  if (rest == 0) return place_of_key(key, false);
  return place_of_key(rest < 0 ? key - 1 : key, true);
}

std::uint32_t TableIndex::Column::place_among_ends(const feel::Value& value) const {
  std::size_t low = 0, high = ends.size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    const int order = feel::feel_compare(ends[middle], value).value_or(0);
    if (order == 0) return static_cast<std::uint32_t>(2 * middle + 1);
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return static_cast<std::uint32_t>(2 * low);
}

std::uint32_t TableIndex::Column::place(const feel::Value& value) const {
  if (!ends.empty()) return place_among_ends(value);
  if (kind != feel::Kind::number) return place_of_key(plain_key(value), false);
  if (value.is_small_number()) return place_of_number(value);
  // Beyond 18 digits: the keys are compared as numbers.
  std::size_t below = 0;
  for (const std::int64_t key : keys) {
    const int order = feel::feel_compare(feel::Value::number(key, exponent), value).value_or(0);
    if (order == 0) return static_cast<std::uint32_t>(2 * below + 1);
    if (order > 0) break;
    ++below;
  }
  return static_cast<std::uint32_t>(2 * below);
}

bool TableIndex::takes(std::size_t row, std::span<const std::uint32_t> positions) const {
  return std::ranges::all_of(by_reaches_, [&](std::uint32_t c) {
    const Column& column = columns_[c];
    for (std::uint32_t i = column.first_reach[row]; i < column.first_reach[row + 1]; ++i)
      if (positions[c] >= column.reaches[i].from && positions[c] <= column.reaches[i].to) return true;
    return false;
  });
}

// --- making ---

class TableIndexMaker {
 public:
  TableIndexMaker(std::size_t rows, std::size_t columns, const TableIndex::CellAt& cell)
      : rows_(rows), columns_(columns), cell_(cell) {
    out_.words_ = (rows + 63) / 64;
    out_.last_word_ = rows % 64 == 0 ? ~std::uint64_t{0} : (std::uint64_t{1} << (rows % 64)) - 1;
    out_.columns_.resize(columns);
  }

  TableIndex make(std::size_t budget_bytes) {
    std::vector<std::uint32_t> plain(rows_, static_cast<std::uint32_t>(columns_));
    for (std::size_t c = 0; c < columns_; ++c) choose_kind(c, plain);
    if (std::ranges::any_of(plain, [&](std::uint32_t first) { return first < columns_; })) out_.first_plain_ = plain;
    for (std::size_t c = 0; c < columns_; ++c) {
      if (!out_.columns_[c].used) continue;
      gather_ends(c, plain);
      reach(c, plain);
      const std::size_t positions = TableIndex::first_position + 2 * out_.columns_[c].count() + 1;
      const std::size_t bytes = positions * out_.words_ * sizeof(std::uint64_t);
      if (bytes <= budget_bytes) {
        budget_bytes -= bytes;
        spread(out_.columns_[c], positions);
        out_.by_sets_.push_back(static_cast<std::uint32_t>(c));
      } else {
        out_.by_reaches_.push_back(static_cast<std::uint32_t>(c));
      }
    }
    return std::move(out_);
  }

 private:
  using Column = TableIndex::Column;
  bool in_index(std::size_t row, std::size_t c, const std::vector<std::uint32_t>& plain) const {
    return c < plain[row] && !cell_(row, c).any;
  }

  // The kind of the first cell that has one; cells that differ from it are plain, and all behind them in their row.
  void choose_kind(std::size_t c, std::vector<std::uint32_t>& plain) {
    Column& column = out_.columns_[c];
    for (std::size_t row = 0; row < rows_; ++row) {
      if (c >= plain[row]) continue;
      const TableIndex::Cell cell = cell_(row, c);
      if (cell.any) continue;
      const auto kind = cell.set != nullptr ? kind_of(*cell.set) : std::nullopt;
      if (kind && column.kind == feel::Kind::null) column.kind = *kind;
      if (!kind || (*kind != feel::Kind::null && *kind != column.kind))
        plain[row] = static_cast<std::uint32_t>(c);
      else
        column.used = true;
    }
  }

  void gather_ends(std::size_t c, const std::vector<std::uint32_t>& plain) {
    Column& column = out_.columns_[c];
    std::vector<feel::Value> ends;
    for (std::size_t row = 0; row < rows_; ++row) {
      if (!in_index(row, c, plain)) continue;
      for (const feel::TestInterval& interval : cell_(row, c).set->intervals)
        for (const feel::Value* end : {&interval.low, &interval.high})
          if (!end->is_null()) ends.push_back(*end);
    }
    if (column.kind != feel::Kind::string && as_keys(column, ends)) return;
    const auto less = [](const feel::Value& a, const feel::Value& b) {
      return feel::feel_compare(a, b).value_or(0) < 0;
    };
    std::ranges::sort(ends, less);
    const auto [last, end] = std::ranges::unique(
        ends, [](const feel::Value& a, const feel::Value& b) { return feel::feel_compare(a, b).value_or(0) == 0; });
    ends.erase(last, end);
    column.ends = std::move(ends);
  }

  static bool as_keys(Column& column, const std::vector<feel::Value>& ends) {
    if (column.kind == feel::Kind::number) {
      column.exponent = INT32_MAX;
      for (const feel::Value& end : ends)
        if (!end.is_small_number())
          return false;
        else if (end.small_coefficient() != 0)
          column.exponent = std::min(column.exponent, end.small_exponent());
      if (column.exponent == INT32_MAX) column.exponent = 0;
    }
    for (const feel::Value& end : ends) {
      const auto key = column.kind == feel::Kind::number ? scaled(end, column.exponent) : plain_key(end);
      if (!key) {
        column.keys.clear();
        return false;
      }
      column.keys.push_back(*key);
    }
    std::ranges::sort(column.keys);
    const auto [last, end] = std::ranges::unique(column.keys);
    column.keys.erase(last, end);
    return true;
  }

  // The positions that each row takes.
  void reach(std::size_t c, const std::vector<std::uint32_t>& plain) {
    Column& column = out_.columns_[c];
    const auto top = static_cast<std::uint32_t>(TableIndex::first_position + 2 * column.count());
    const feel::Value other = column.kind == feel::Kind::boolean ? feel::Value::number(0) : feel::Value::boolean(true);
    column.first_reach.push_back(0);
    for (std::size_t row = 0; row < rows_; ++row) {
      if (!in_index(row, c, plain)) {
        column.reaches.push_back({0, top});
      } else {
        const feel::TestSet& set = *cell_(row, c).set;
        if (in_set(set, feel::Value()).value_or(false))
          column.reaches.push_back({TableIndex::null_position, TableIndex::null_position});
        if (in_set(set, other).value_or(false))
          column.reaches.push_back({TableIndex::other_position, TableIndex::other_position});
        reach_of(column, set, top);
      }
      column.first_reach.push_back(static_cast<std::uint32_t>(column.reaches.size()));
    }
  }

  static void reach_of(Column& column, const feel::TestSet& set, std::uint32_t top) {
    constexpr std::uint32_t first = TableIndex::first_position;
    std::vector<TableIndex::Reach> taken;
    for (const feel::TestInterval& interval : set.intervals) {
      std::uint32_t from = first, to = top;
      if (!interval.low.is_null()) from = first + column.place(interval.low) + (interval.low_closed ? 0 : 1);
      if (!interval.high.is_null()) to = first + column.place(interval.high) - (interval.high_closed ? 0 : 1);
      if (from <= to) taken.push_back({from, to});
    }
    std::ranges::sort(taken, {}, &TableIndex::Reach::from);
    std::uint32_t next = first;  // the first position that is not taken yet
    for (const TableIndex::Reach& one : taken) {
      if (set.negated && one.from > next) column.reaches.push_back({next, one.from - 1});
      const std::uint32_t from = std::max(next, one.from);
      if (!set.negated && from <= one.to) column.reaches.push_back({from, one.to});
      next = std::max(next, one.to + 1);
    }
    if (set.negated && next <= top) column.reaches.push_back({next, top});
  }

  // From the first position to the last, with the set of the rows that take it: a row comes in at one and leaves at
  // another.
  void spread(Column& column, std::size_t positions) {
    struct Turn {
      std::uint32_t position, row;
    };
    std::vector<Turn> turns;
    for (std::uint32_t row = 0; row < rows_; ++row)
      for (std::uint32_t i = column.first_reach[row]; i < column.first_reach[row + 1]; ++i) {
        turns.push_back({column.reaches[i].from, row});
        turns.push_back({column.reaches[i].to + 1, row});
      }
    std::ranges::stable_sort(turns, {}, &Turn::position);
    std::vector<std::uint64_t> now(out_.words_);
    column.sets.reserve(positions * out_.words_);
    std::size_t next = 0;
    for (std::uint32_t p = 0; p < positions; ++p) {
      for (; next < turns.size() && turns[next].position == p; ++next)
        now[turns[next].row / 64] ^= std::uint64_t{1} << (turns[next].row % 64);
      column.sets.insert(column.sets.end(), now.begin(), now.end());
    }
    column.first_reach = {};
    column.reaches = {};
  }

  std::size_t rows_, columns_;
  const TableIndex::CellAt& cell_;
  TableIndex out_;
};

TableIndex TableIndex::make(std::size_t rows, std::size_t columns, const CellAt& cell, std::size_t budget_bytes) {
  return TableIndexMaker(rows, columns, cell).make(budget_bytes);
}

}  // namespace yakuba::dmn
