// A decision table of a model, ready to run: its rules found through TableIndex, outputs that are constant made once.
// Inside the folder only. Source: OMG DMN 1.5 §8.2.
#pragma once

#include "dmn/drg_program.hpp"
#include "dmn/hit_policy.hpp"
#include "dmn/table_index.hpp"

namespace yakuba::dmn::drg {

class TableStep : public Step {
 public:
  struct Cell {
    bool any = false;
    std::optional<feel::TestSet> set;
    feel::Program test;
    bool shared = false;  // the program of an earlier rule with the same text, under whose name it runs
  };
  struct Input {
    feel::Program expression;
    std::shared_ptr<const ItemType> type;
    std::optional<Constraint> values;
    std::string text;
    std::optional<feel::Slot> direct;  // the expression is nothing but this name
  };
  struct Output {
    std::string name;
    std::shared_ptr<const ItemType> type;
    std::optional<Constraint> values;
    std::optional<feel::Program> default_entry;
  };
  struct Rule {
    std::vector<Cell> cells;
    std::vector<feel::Program> outputs;
    std::optional<feel::Value> constant;  // its output, when it is always the same and without fault
    std::string id;                       // for the trace
    std::vector<std::string> annotations;
  };
  HitPolicy policy = HitPolicy::unique;
  Aggregation aggregation = Aggregation::none;
  std::vector<Input> inputs;
  std::vector<Output> outputs;
  std::vector<Rule> rules;
  feel::Slot tested = 0;
  std::string path;

  // After everything above is filled in.
  void make_ready(feel::Machine& machine);
  feel::Value run(Frame& frame) const override;
  bool hold(const ItemType& type, feel::Machine& machine) override;
  // For the property tests: the same without an index, and with one of few bytes.
  void forget_index() { index_.reset(); }
  void make_index(std::size_t budget_bytes = TableIndex::bytes_max);

 private:
  struct Room;
  class RoomLease;
  bool read_input(std::size_t column, Room& room, Frame& frame) const;
  bool find_by_index(Room& room, Frame& frame) const;
  void find_one_by_one(Room& room, Frame& frame) const;
  bool matches(std::size_t row, std::size_t from, const Room& room, Frame& frame) const;
  bool cell_met(std::size_t row, std::size_t column, const feel::Value& value, Frame& frame) const;
  bool meets(std::size_t row, std::size_t column, const feel::Value& value, Frame& frame) const;
  // What every cell says of the values, for the trace; reports nothing.
  TableTrace traced(const Room& room, Frame& frame) const;
  bool gives_one() const;
  bool has_default() const;
  template <class ProgramOf>
  feel::Value joined(feel::Machine& machine, std::span<const feel::Value> slots, ProgramOf&& program_of) const;
  feel::Value output(int row, Frame& frame) const;
  Settled without_match(Frame& frame) const;
  Settled by_policy(std::vector<int> matched, Frame& frame) const;

  std::optional<TableIndex> index_;
};

}  // namespace yakuba::dmn::drg
