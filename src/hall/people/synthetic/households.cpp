// Who lives with whom: families first, until the pyramid's children are placed, then those without children.
#include "hall/people/synthetic/town.hpp"

namespace yakuba::people::synthetic {
namespace {

constexpr int age_max = 104;

// How many persons of each age the pyramid still wants.
class Quota {
 public:
  Quota(const Parameters& p) {
    int total = 0;
    for (int weight : p.pyramid) total += weight;
    for (std::size_t band = 0; band < p.pyramid.size(); ++band)
      for (int i = 0; i < 5; ++i)
        left_[band * 5 + static_cast<std::size_t>(i)] =
            static_cast<double>(p.residents) * p.pyramid[band] / total / 5.0;
  }
  void take(int age) { left_[static_cast<std::size_t>(std::clamp(age, 0, age_max))] -= 1.0; }
  double left(int least, int most) const {
    double sum = 0;
    for (int age = least; age <= most; ++age) sum += std::max(0.0, left_[static_cast<std::size_t>(age)]);
    return sum;
  }
  // An age within the bounds, where the pyramid still has room; anywhere within when it has none.
  int draw(Dice& dice, int least, int most) const {
    least = std::clamp(least, 0, age_max);
    most = std::clamp(most, least, age_max);
    std::vector<int> weights;
    int total = 0;
    for (int age = least; age <= most; ++age) {
      weights.push_back(static_cast<int>(std::max(0.0, left_[static_cast<std::size_t>(age)]) * 100));
      total += weights.back();
    }
    if (total == 0) return dice.between(least, most);
    return least + static_cast<int>(dice.weighted(weights));
  }

 private:
  std::array<double, 105> left_{};
};

class Settler {
 public:
  explicit Settler(Town& town) : t_(town), d_(town.dice), quota_(town.p) {}

  void run() {
    abroad();
    if (t_.p.residents >= 1000) nine_under_one_roof();
    while (quota_.left(0, 19) > 4 && t_.residents < t_.p.residents) family();
    while (t_.residents < t_.p.residents) adults();
    t_.dice.shuffle(t_.homes);
  }

 private:
  Index soul(int age, Sex sex) {
    quota_.take(age);
    return t_.add_soul(age, sex);
  }
  static Sex other(Sex sex) { return sex == Sex::male ? Sex::female : Sex::male; }
  Sex any_sex(int age) { return d_.chance(age >= 85 ? 300 : age >= 75 ? 430 : 500) ? Sex::male : Sex::female; }
  void marry(Index a, Index b) {
    t_.souls[a].spouse = b;
    t_.souls[b].spouse = a;
  }
  const char* spouse_word(Index soul) const { return t_.souls[soul].record.sex == Sex::female ? "妻" : "夫"; }

  // --- children ---
  std::vector<Index> children(int oldest_age, int count) {
    std::vector<Index> all;
    int age = oldest_age;
    while (static_cast<int>(all.size()) < count && age >= 0) {
      const Index child = soul(age, any_sex(age));
      all.push_back(child);
      if (static_cast<int>(all.size()) < count && d_.chance(t_.p.shares.twins)) {
        quota_.take(age);
        all.push_back(t_.add_twin(child, any_sex(age)));
      }
      age -= d_.between(1, 4);
    }
    return all;
  }
  void beget(const std::vector<Index>& children, std::initializer_list<Index> parents) {
    for (Index child : children)
      for (Index parent : parents)
        if (parent != nobody) t_.souls[child].parents.push_back(parent);
  }

  // --- families with children ---
  void family() {
    const int oldest = quota_.draw(d_, 0, 21);
    const auto brood = children(oldest, 1 + static_cast<int>(d_.weighted(std::array{340, 420, 170, 45, 18, 7})));
    const int mother_age = oldest + d_.between(20, 30) + d_.below(9);
    const std::size_t kind = d_.weighted(std::array{700, 110, 190});
    if (kind == 1) return single_parent(brood, mother_age);
    const Index mother = soul(mother_age, Sex::female);
    const Index father = soul(std::max(20, mother_age + d_.between(-3, 6)), Sex::male);
    marry(mother, father);
    beget(brood, {father, mother});
    kind == 0 ? couple_with(brood, father, mother) : three_generations(brood, father, mother);
  }

  // Chance alone makes such a household rarely, and lists and forms must hold it.
  void nine_under_one_roof() {
    const auto brood = children(15, 4);
    const Index mother = soul(41, Sex::female), father = soul(44, Sex::male);
    const Index grandmother = soul(67, Sex::female), grandfather = soul(70, Sex::male), eldest = soul(93, Sex::female);
    marry(mother, father);
    marry(grandmother, grandfather);
    beget(brood, {father, mother});
    beget({father}, {grandfather, grandmother});
    std::vector<Seat> seats{{grandfather, "世帯主", {}},
                            {grandmother, "妻", {}},
                            {father, "子", {}},
                            {mother, "子の妻", {}},
                            {eldest, "母", {}}};
    for (Index child : brood) seats.push_back({child, "子の子", {}});
    close(std::move(seats));
  }

  void single_parent(const std::vector<Index>& brood, int age) {
    const Index parent = soul(age, d_.chance(850) ? Sex::female : Sex::male);
    beget(brood, {parent});
    std::vector<Seat> seats{{parent, "世帯主", {}}};
    for (Index child : brood) seats.push_back({child, "子", {}});
    close(std::move(seats));
  }
  void couple_with(const std::vector<Index>& brood, Index father, Index mother) {
    const bool she_heads = d_.chance(40);
    const Index head = she_heads ? mother : father, partner = she_heads ? father : mother;
    const bool unregistered = d_.chance(12);  // 事実婚: their surnames stay apart
    std::vector<Seat> seats{{head, "世帯主", {}},
                            {partner, std::string(spouse_word(partner)) + (unregistered ? "（未届）" : ""), {}}};
    for (Index child : brood) seats.push_back({child, "子", {}});
    close(std::move(seats), unregistered ? partner : nobody);
  }
  // Three generations, now and then four: 世帯主 is the grandfather, the couple are 子 and 子の妻.
  void three_generations(const std::vector<Index>& brood, Index father, Index mother) {
    const int age = std::min(age_max - 6, t_.souls[father].age + d_.between(22, 34));
    const bool widow = d_.chance(age > 78 ? 600 : 250);
    const Index grandmother = soul(age - d_.below(4), Sex::female);
    const Index grandfather = widow ? nobody : soul(age, Sex::male);
    if (!widow) marry(grandmother, grandfather);
    beget({father}, {grandfather, grandmother});
    std::vector<Seat> seats;
    if (widow) {
      seats.push_back({grandmother, "世帯主", {}});
    } else {
      seats.push_back({grandfather, "世帯主", {}});
      seats.push_back({grandmother, "妻", {}});
    }
    seats.push_back({father, "子", {}});
    seats.push_back({mother, "子の妻", {}});
    for (Index child : brood) seats.push_back({child, "子の子", {}});
    if (age < 72 && d_.chance(260))
      seats.push_back({soul(std::min(age_max, age + d_.between(22, 30)), Sex::female), "母", {}});
    if (d_.chance(90)) seats.push_back({aunt_or_uncle(father, {grandfather, grandmother}), "子", {}});
    close(std::move(seats));
  }
  Index aunt_or_uncle(Index sibling, std::initializer_list<Index> parents) {
    const Index one = soul(std::max(18, t_.souls[sibling].age - d_.between(1, 8)), any_sex(30));
    beget({one}, parents);
    return one;
  }

  // --- households of grown-ups ---
  void adults() {
    const int age = quota_.draw(d_, 18, age_max);
    if (age < 30) return d_.chance(520) ? alone(age) : with_parents(age);
    if (age < 60) {
      switch (d_.weighted(std::array{330, 270, 290, 20, 90})) {
        case 0:
          return alone(age);
        case 1:
          return couple(age);
        case 2:
          return with_parents(age);
        case 3:
          return siblings(age);
        default:
          return with_lodger(age);
      }
    }
    if (age < 80) {
      switch (d_.weighted(std::array{290, 570, 90, 50})) {
        case 0:
          return alone(age);
        case 1:
          return couple(age);
        case 2:
          return with_grown_child(age);
        default:
          return with_old_parent(age);
      }
    }
    switch (d_.weighted(std::array{480, 380, 140})) {
      case 0:
        return alone(age);
      case 1:
        return couple(age);
      default:
        return with_grown_child(age);
    }
  }
  void alone(int age) { close({{soul(age, any_sex(age)), "世帯主", {}}}); }
  void couple(int age) {
    const Index husband = soul(age, Sex::male);
    const Index wife = soul(std::max(18, quota_.draw(d_, age - 6, age + 2)), Sex::female);
    marry(husband, wife);
    close({{husband, "世帯主", {}}, {wife, "妻", {}}});
  }
  void with_parents(int age) {
    const Index child = soul(age, any_sex(age));
    const int older = age + d_.between(22, 36);
    const Index mother = soul(std::min(age_max, older - d_.below(4)), Sex::female);
    if (d_.chance(300)) {
      beget({child}, {mother});
      return d_.chance(500) ? close({{child, "世帯主", {}}, {mother, "母", {}}})
                            : close({{mother, "世帯主", {}}, {child, "子", {}}});
    }
    const Index father = soul(std::min(age_max, older), Sex::male);
    marry(father, mother);
    beget({child}, {father, mother});
    close({{father, "世帯主", {}}, {mother, "妻", {}}, {child, "子", {}}});
  }
  void with_grown_child(int age) {
    const Index parent = soul(age, any_sex(age));
    const Index child = soul(std::max(18, age - d_.between(22, 36)), any_sex(50));
    beget({child}, {parent});
    close({{parent, "世帯主", {}}, {child, "子", {}}});
  }
  void with_old_parent(int age) {
    const Index husband = soul(age, Sex::male), wife = soul(age - d_.below(5), Sex::female);
    marry(husband, wife);
    const Index mother = soul(std::min(age_max, age + d_.between(20, 28)), Sex::female);
    beget({husband}, {mother});
    close({{husband, "世帯主", {}}, {wife, "妻", {}}, {mother, "母", {}}});
  }
  void siblings(int age) {
    const Index elder = soul(age, any_sex(age)), younger = soul(std::max(18, age - d_.between(1, 6)), any_sex(age));
    close({{elder, "世帯主", {}}, {younger, t_.souls[younger].record.sex == Sex::male ? "弟" : "妹", {}}});
  }
  void with_lodger(int age) {
    const Index head = soul(age, any_sex(age)), lodger = soul(quota_.draw(d_, 20, 80), any_sex(age));
    close({{head, "世帯主", {}}, {lodger, d_.chance(500) ? "同居人" : "縁故者", {}}}, lodger);
  }

  // Names the household (one member may keep another surname) and gives it a house.
  void close(std::vector<Seat> seats, Index own_name = nobody) {
    std::vector<Index> family;
    for (const Seat& seat : seats)
      if (seat.soul != own_name) family.push_back(seat.soul);
    t_.name_family(family);
    if (own_name != nobody) t_.name_family(std::array{own_name});
    t_.add_home(std::move(seats));
  }

  // --- residents from abroad: workers in dormitories, each a household of its own in one house; married couples ---
  void abroad() {
    const int wanted = t_.p.residents * t_.p.shares.foreigners / 1000;
    const auto names = foreign_names();
    int made = 0;
    while (made < wanted) {
      if (d_.chance(150)) {
        married_to_a_foreigner(names[static_cast<std::size_t>(d_.below(static_cast<int>(names.size())))]);
        ++made;
        continue;
      }
      const House house = t_.new_place(true);
      for (int rooms = d_.between(1, 4); rooms > 0 && made < wanted; --rooms, ++made) {
        const ForeignName& name = names[static_cast<std::size_t>(d_.below(static_cast<int>(names.size())))];
        const Index worker = soul(d_.between(19, 41), name.sex);
        t_.make_foreign(worker, name);
        Home& home = t_.homes[t_.add_home({{worker, "世帯主", {}}})];
        home.place = house;
        home.dormitory = true;
        home.since = t_.day_in_years(0, 4);
      }
    }
  }
  void married_to_a_foreigner(const ForeignName& name) {
    const int age = d_.between(28, 60);
    const Index spouse = soul(age, name.sex);
    const Index here = soul(age + d_.between(0, 12), other(name.sex));
    marry(spouse, here);
    t_.name_family(std::array{here});
    t_.make_foreign(spouse, name);
    t_.add_home({{here, "世帯主", {}}, {spouse, spouse_word(spouse), {}}});
  }

  Town& t_;
  Dice& d_;
  Quota quota_;
};

}  // namespace

void settle(Town& town) {
  Settler(town).run();
}

}  // namespace yakuba::people::synthetic
