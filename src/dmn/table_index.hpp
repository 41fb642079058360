// Which rules of a table match, looked up instead of tried one by one: the cells of a column cut its values into
// positions, each position holds the set of rules whose cell takes it, and a decision is one position a column and
// an AND of the sets. Exactly the outcome of in_set() on each cell (property test: table_index_test.cpp). Inside the
// folder only.
//
//   TableIndex index = TableIndex::make(rows, columns, [&](std::size_t row, std::size_t column) { return cell; });
//   std::vector<std::uint32_t> positions;
//   for each column: auto p = index.position(c, value); if (!p) … a list: compare it the plain way …
//   index.each(positions, [&](std::size_t row) { …; return true; });   // rows in their order; false ends it
//
// Cells that are no sets (expressions over `?`, names) or of another kind than their column stay with the caller: each
// visits a row whose cells before first_plain(row) match, and the caller evaluates those from there on, as if there
// were no index. Immutable after make(): any number of threads.
#pragma once

#include <bit>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "feel/feel.hpp"

namespace yakuba::dmn {

class TableIndex {
 public:
  struct Cell {
    bool any = false;                    // "-"
    const feel::TestSet* set = nullptr;  // nullptr: beyond sets
  };
  using CellAt = std::function<Cell(std::size_t row, std::size_t column)>;
  static constexpr std::size_t bytes_max = 64 * 1024 * 1024;  // of a table's sets of rules; beyond: cells are compared
  static TableIndex make(std::size_t rows, std::size_t columns, const CellAt& cell,
                         std::size_t budget_bytes = bytes_max);

  // Where the value lies among the cells of the column; nothing for a list, which a cell may take item by item.
  std::optional<std::uint32_t> position(std::size_t column, const feel::Value& value) const {
    const Column& c = columns_[column];
    if (value.kind() == feel::Kind::list) return std::nullopt;
    if (!c.used) return 0;
    if (value.is_null()) return null_position;
    if (value.kind() != c.kind) return other_position;
    return first_position + c.place(value);
  }

  // Visits the rows whose indexed cells take the positions, in order; visit(row) gives false to end.
  template <class Visit>
  void each(std::span<const std::uint32_t> positions, Visit&& visit) const {
    for (std::size_t w = 0; w < words_; ++w) {
      std::uint64_t word = w + 1 == words_ ? last_word_ : ~std::uint64_t{0};
      for (const std::uint32_t c : by_sets_) word &= columns_[c].sets[positions[c] * words_ + w];
      for (; word != 0; word &= word - 1) {
        const std::size_t row = w * 64 + static_cast<std::size_t>(std::countr_zero(word));
        if (takes(row, positions) && !visit(row)) return;
      }
    }
  }
  std::size_t first_plain(std::size_t row) const { return first_plain_.empty() ? columns_.size() : first_plain_[row]; }
  std::size_t columns() const { return columns_.size(); }

 private:
  static constexpr std::uint32_t null_position = 0, other_position = 1, first_position = 2;
  struct Reach {  // positions from … to, of a row
    std::uint32_t from, to;
  };
  struct Column {
    bool used = false;  // some cell of it is in the index
    feel::Kind kind = feel::Kind::null;
    std::int32_t exponent = 0;        // of the keys
    std::vector<std::int64_t> keys;   // ends of the cells, ascending, when all fit
    std::vector<feel::Value> ends;    // else
    std::vector<std::uint64_t> sets;  // of rows, for each position
    // When the sets would take too much memory: each row's reaches, and whether it takes null and other kinds.
    std::vector<std::uint32_t> first_reach;
    std::vector<Reach> reaches;
    std::uint32_t place(const feel::Value& value) const;
    std::uint32_t place_of_key(std::int64_t key, bool between) const;
    std::uint32_t place_of_number(const feel::Value& value) const;
    std::uint32_t place_among_ends(const feel::Value& value) const;
    std::size_t count() const { return ends.empty() ? keys.size() : ends.size(); }
  };
  friend class TableIndexMaker;
  bool takes(std::size_t row, std::span<const std::uint32_t> positions) const;

  std::size_t words_ = 0;
  std::uint64_t last_word_ = 0;
  std::vector<Column> columns_;
  std::vector<std::uint32_t> by_sets_, by_reaches_;  // columns
  std::vector<std::uint32_t> first_plain_;           // of each row; empty: no row has plain cells
};

}  // namespace yakuba::dmn
