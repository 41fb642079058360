// The town while it is being invented: souls and homes by index, before numbers are given and the copy is written.
#pragma once

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "hall/people/synthetic/generator.hpp"
#include "hall/people/synthetic/names.hpp"

namespace yakuba::people::synthetic {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  int below(int bound) { return static_cast<int>(random_.below(static_cast<std::uint64_t>(std::max(1, bound)))); }
  int between(int least, int most) { return least + below(most - least + 1); }
  bool chance(int per_thousand) { return below(1000) < per_thousand; }
  // The index of a weight, drawn in proportion.
  template <class Weights>
  std::size_t weighted(const Weights& weights) {
    int total = 0;
    for (int w : weights) total += std::max(0, w);
    int at = below(total);
    std::size_t i = 0;
    for (; i + 1 < std::size(weights); ++i) {
      if (at < std::max(0, weights[i])) break;
      at -= std::max(0, weights[i]);
    }
    return i;
  }
  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[random_.below(i)]);
  }
  RandomSource& source() { return random_; }

 private:
  SeededRandom random_;
};

using Index = std::size_t;
inline constexpr Index nobody = static_cast<Index>(-1);

struct Soul {
  PersonRecord record;
  std::string surname;  // as its family writes it
  std::string surname_kana;
  std::string usual_surname;  // before a variant was chosen
  std::string given, given_kana;
  int age = 0;  // on the day of the copy, as planned
  bool foreign = false, twin = false;
  std::vector<Index> parents;
  std::optional<std::pair<Date, Date>> away;  // moved out on the first day, back on the second
  Index spouse = nobody;
};
struct Seat {
  Index soul;
  std::string relationship;
  Period valid;
};
struct House {
  Index area = 0;
  std::string lot, building;
};
struct Home {
  std::vector<Seat> seats;
  House place;
  std::optional<Date> since;  // moved in together; none: from of old
  std::optional<Date> until;  // dissolved or moved away together
  bool dormitory = false;
};
struct Tie {
  RelationKind kind;
  Index person, other;
  std::string words;
  Period valid;
};
struct Measure {
  Index soul;
  Standing standing;
};

class Town {
 public:
  explicit Town(const Parameters& parameters) : p(parameters), dice(parameters.seed) {}

  const Parameters& p;
  Dice dice;
  std::vector<Soul> souls;
  std::vector<Home> homes;
  std::vector<Tie> ties;
  std::vector<Measure> measures;
  int residents = 0;

  bool is_resident(Index soul) const { return souls[soul].record.status == Status::resident; }
  // A person of that age on the day of the copy; the name is given later by name_family.
  Index add_soul(int age, Sex sex);
  // The same birth day as `other`.
  Index add_twin(Index other, Sex sex);
  void give_name(Index soul, const std::string& surname, const std::string& kana, const std::string& usual);
  void name_family(std::span<const Index> family);  // one surname for all
  void make_foreign(Index soul, const ForeignName& name);
  Index add_home(std::vector<Seat> seats);
  House new_place(bool flat);
  Address address_here(const House& place, Period valid) const;
  Address address_elsewhere(AddressKind kind, Period valid);
  Date day_in_years(int least, int most);  // a day that many years before the copy
  Date day_after(Date least);              // a day between then and the copy

 private:
  std::set<std::pair<Index, std::string>> lots_;
};

void settle(Town& town);         // families, couples, singles until the town is full (households.cpp)
void make_it_bite(Town& town);   // what a register must survive (biting.cpp)
void give_contacts(Town& town);  // telephone and mail, or none (contacts.cpp)

}  // namespace yakuba::people::synthetic
