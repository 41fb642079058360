// What a register must survive. Each pass takes persons who fit, in drawn order, until its share is reached.
#include "hall/people/synthetic/town.hpp"

namespace yakuba::people::synthetic {
namespace {

class Biter {
 public:
  explicit Biter(Town& town) : t_(town), d_(town.dice), shares_(town.p.shares) {}

  void run() {
    edge_births();
    unclear_births();
    variant_names();
    former_surnames();
    houses_shared();
    guardians_apart();
    the_dead();
    the_moved_out();
    moved_back();
    support_measures();
    suppressions();
    non_residents();
  }

 private:
  int share(int per_thousand, int least = 1) const {
    return per_thousand == 0 ? 0 : std::max(least, (t_.p.residents * per_thousand + 500) / 1000);
  }
  std::vector<Index> shuffled_residents() {
    std::vector<Index> all;
    for (Index i = 0; i < t_.souls.size(); ++i)
      if (t_.is_resident(i)) all.push_back(i);
    d_.shuffle(all);
    return all;
  }
  std::vector<Index> shuffled_homes() {
    std::vector<Index> all(t_.homes.size());
    for (Index i = 0; i < all.size(); ++i) all[i] = i;
    d_.shuffle(all);
    return all;
  }
  Soul& soul(Index i) { return t_.souls[i]; }
  Index head_of(const Home& home) const {
    for (const Seat& seat : home.seats)
      if (seat.relationship == "世帯主" && !seat.valid.until) return seat.soul;
    return nobody;
  }
  std::vector<Index> young_of(const Home& home) {
    std::vector<Index> young;
    for (const Seat& seat : home.seats)
      if (soul(seat.soul).age < 18 && t_.is_resident(seat.soul) && !soul(seat.soul).parents.empty())
        young.push_back(seat.soul);
    return young;
  }

  // --- births ---
  void edge_births() {
    int wanted = share(shares_.births_on_edge_days, 8), kind = 0;
    for (Index i : shuffled_residents()) {
      if (wanted == 0) return;
      Soul& s = soul(i);
      if (s.twin) continue;
      const Date born = s.record.birth.earliest();
      std::optional<Date> edge;
      switch (kind % 4) {
        case 0:
          edge = Date::of(born.year() - born.year() % 4, 2, 29);
          break;
        case 1:
          edge = Date::of(born.year(), 4, 1);
          break;
        case 2:
          edge = Date::of(born.year(), 4, 2);
          break;
        default:
          edge = born.month_start();
          break;
      }
      if (!edge || t_.p.as_of < *edge) continue;
      s.record.birth = BirthDate::on(*edge);
      ++kind, --wanted;
    }
  }
  void unclear_births() {
    int wanted = share(shares_.unclear_births, 6), kind = 0;
    for (Index i : shuffled_residents()) {
      if (wanted == 0) return;
      Soul& s = soul(i);
      if (!s.foreign && s.age < 80) continue;
      auto birth = parse_birth(unclear_words(s, kind));
      if (!birth) continue;
      s.record.birth = *birth;
      ++kind, --wanted;
    }
  }
  std::string unclear_words(const Soul& s, int kind) {
    const Date born = s.record.birth.earliest();
    if (s.foreign) return std::to_string(born.year()) + "年月日不詳";
    const auto era = era_of(born);
    const std::string year = era ? era->era + std::to_string(era->year) + "年" : "";
    const std::string month = std::to_string(born.month()) + "月";
    switch (kind % 6) {
      case 0:
        return year + "月日不詳";
      case 1:
        return year + "2月29日";  // taken only when the year had none: otherwise a common birth
      case 2:
        return year + month + "日不詳";
      case 3:
        return year + "頃";
      case 4:
        return year + month + "上旬";
      default:
        return "推定" + year + month;
    }
  }

  // --- names ---
  void variant_names() {
    int all = share(shares_.variant_names), sequences = share(shares_.variation_sequences);
    for (Index h : shuffled_homes()) {
      if (all <= 0 && sequences <= 0) return;
      const Index head = head_of(t_.homes[h]);
      if (head == nobody || soul(head).foreign) continue;
      const std::string usual = soul(head).usual_surname, kana = soul(head).surname_kana;
      const VariantSurname* variant = variant_of(usual, sequences > 0);
      if (!variant || (!variant->sequence && all <= sequences)) continue;
      for (const Seat& seat : t_.homes[h].seats) {
        if (soul(seat.soul).surname != usual) continue;
        t_.give_name(seat.soul, std::string(variant->written), kana, usual);
        if (!t_.is_resident(seat.soul)) continue;
        --all;
        if (variant->sequence) --sequences;
      }
    }
  }
  const VariantSurname* variant_of(std::string_view usual, bool sequence) {
    std::vector<const VariantSurname*> fitting;
    for (const VariantSurname& v : variant_surnames())
      if (v.usual == usual && v.sequence == sequence) fitting.push_back(&v);
    if (fitting.empty() && sequence) return variant_of(usual, false);
    if (fitting.empty()) return nullptr;
    return fitting[static_cast<std::size_t>(d_.below(static_cast<int>(fitting.size())))];
  }
  void former_surnames() {
    int wanted = share(shares_.former_surnames);
    for (Index i : shuffled_residents()) {
      if (wanted == 0) return;
      Soul& s = soul(i);
      if (s.spouse == nobody || s.foreign || s.age > 70 || (s.record.sex == Sex::male && !d_.chance(100))) continue;
      const Surname& before = draw_surname(d_.source());
      if (before.written == s.usual_surname) continue;
      s.record.name.former_surname = before.written;
      --wanted;
    }
  }

  // --- houses ---
  void houses_shared() {
    int wanted = static_cast<int>(t_.homes.size()) * shares_.two_households_in_a_house / 1000;
    const auto order = shuffled_homes();
    for (Index i = 0; i + 1 < order.size() && wanted > 0; i += 2, --wanted)
      t_.homes[order[i]].place = t_.homes[order[i + 1]].place;
  }

  // --- parents and guardians who live elsewhere ---
  void guardians_apart() {
    int children = 0;
    for (Index i = 0; i < t_.souls.size(); ++i)
      if (t_.is_resident(i) && soul(i).age < 18) ++children;
    int wanted = std::max(4, children * shares_.guardians_apart / 1000), kind = 0;
    for (Index h : shuffled_homes()) {
      if (wanted <= 0) return;
      const auto young = young_of(t_.homes[h]);
      if (young.empty()) continue;
      const bool single = soul(young.front()).parents.size() == 1;
      bool done = false;
      switch (kind % 3) {
        case 0:
          done = !single && posted_alone(t_.homes[h], young);
          break;
        case 1:
          done = single && divorced(young);
          break;
        default:
          done = single && guarded_from_elsewhere(young);
          break;
      }
      if (!done) continue;
      ++kind;
      wanted -= static_cast<int>(young.size());
    }
  }
  // 単身赴任: the father moved away for work, still looks after the children and shares the livelihood.
  bool posted_alone(Home& home, const std::vector<Index>& young) {
    const Index father = soul(young.front()).parents.front(), mother = soul(young.front()).parents.back();
    Seat *his = nullptr, *hers = nullptr;
    for (Seat& seat : home.seats) {
      if (seat.soul == father && seat.relationship == "世帯主") his = &seat;
      if (seat.soul == mother && seat.relationship == "妻") hers = &seat;
    }
    if (!his || !hers) return false;
    const Date left = t_.day_in_years(0, 2);
    move_out(father, left);
    his->valid.until = hers->valid.until = left.plus_days(-1);
    home.seats.push_back({mother, "世帯主", {left, {}}});
    for (Index child : young) {
      t_.ties.push_back({RelationKind::looks_after, child, father, "父", {left, {}}});
      t_.ties.push_back({RelationKind::shares_livelihood, child, father, "父", {left, {}}});
    }
    t_.ties.push_back({RelationKind::spouse, mother, father, "夫", {left, {}}});
    return true;
  }
  Index person_elsewhere(int age, Sex sex, Index family) {
    const Index other = t_.add_soul(age, sex);
    if (family == nobody) {
      t_.name_family(std::array{other});
    } else {
      t_.give_name(other, soul(family).surname, soul(family).surname_kana, soul(family).usual_surname);
    }
    soul(other).record.status = Status::non_resident;
    soul(other).record.last_reason = MoveReason::registered_as_non_resident;
    soul(other).record.addresses.push_back(t_.address_elsewhere(AddressKind::registered, {t_.day_in_years(1, 9), {}}));
    return other;
  }
  bool divorced(const std::vector<Index>& young) {
    const Index here = soul(young.front()).parents.front();
    const Sex sex = soul(here).record.sex == Sex::female ? Sex::male : Sex::female;
    const Index other = person_elsewhere(soul(here).age + d_.between(-2, 5), sex, nobody);
    for (Index child : young) soul(child).parents.push_back(other);
    return true;
  }
  bool guarded_from_elsewhere(const std::vector<Index>& young) {
    const Index guardian =
        person_elsewhere(d_.between(55, 72), d_.chance(500) ? Sex::male : Sex::female, young.front());
    for (Index child : young)
      t_.ties.push_back({RelationKind::legal_guardian, child, guardian, "未成年後見人", {t_.day_in_years(0, 2), {}}});
    return true;
  }

  // --- those who are gone, and those who came back ---
  void move_out(Index i, Date day) {
    Soul& s = soul(i);
    if (t_.is_resident(i)) --t_.residents;
    s.record.status = Status::moved_out;
    s.record.ended_on = day;
    s.record.last_reason = MoveReason::moved_out;
    s.record.last_moved_on = day;
  }
  void die(Index i, Date day) {
    Soul& s = soul(i);
    s.record.status = Status::dead;
    s.record.ended_on = day;
    s.record.last_reason = MoveReason::died;
    s.record.last_moved_on = day;
  }
  bool lived_here(const Home& home, Date day) const { return !home.dormitory && (!home.since || *home.since < day); }

  // A dead spouse who had been 世帯主, or a dead parent; both stay on the household's list until that day.
  void the_dead() {
    int wanted = share(shares_.dead);
    for (int round = 0; wanted > 0 && round < 8; ++round) {
      for (Index h : shuffled_homes()) {
        if (wanted == 0) return;
        Home& home = t_.homes[h];
        const Index head = head_of(home);
        const Date day = t_.day_in_years(0, 5);
        if (head == nobody || soul(head).foreign || soul(head).age < 45 || !lived_here(home, day)) continue;
        if (soul(head).spouse == nobody && soul(head).age >= 60) {
          dead_spouse(home, head, day);
        } else {
          dead_parent(home, head, day);
        }
        --wanted;
      }
    }
  }
  void dead_spouse(Home& home, Index head, Date day) {
    const bool widow = soul(head).record.sex == Sex::female;
    const Index gone = t_.add_soul(std::min(103, soul(head).age + d_.between(0, 5)), widow ? Sex::male : Sex::female);
    t_.give_name(gone, soul(head).surname, soul(head).surname_kana, soul(head).usual_surname);
    soul(gone).spouse = head;
    soul(head).spouse = gone;
    die(gone, day);
    for (Seat& seat : home.seats)
      if (seat.soul == head && !seat.valid.until) seat.valid.from = day.plus_days(1);
    home.seats.push_back({gone, "世帯主", {{}, day}});
    home.seats.push_back({head, widow ? "妻" : "夫", {{}, day}});
  }
  void dead_parent(Home& home, Index head, Date day) {
    const bool mother = d_.chance(550);
    const Index gone =
        t_.add_soul(std::min(104, soul(head).age + d_.between(21, 33)), mother ? Sex::female : Sex::male);
    t_.give_name(gone, soul(head).surname, soul(head).surname_kana, soul(head).usual_surname);
    die(gone, day);
    home.seats.push_back({gone, mother ? "母" : "父", {{}, day}});
  }

  // Half are grown children who left their parents for study or work, half whole households.
  void the_moved_out() {
    int wanted = share(shares_.moved_out);
    for (Index h : shuffled_homes()) {
      if (wanted == 0) return;
      Home& home = t_.homes[h];
      const Index head = head_of(home);
      if (head == nobody || soul(head).foreign || soul(head).spouse == nobody) continue;
      if (soul(head).age < 42 || soul(head).age > 60 || home.dormitory) continue;
      const Date day = t_.day_in_years(0, 3);
      if (!lived_here(home, day) || !t_.is_resident(soul(head).spouse)) continue;
      leave_for_study(home, head, day);
      --wanted;
      if (wanted % 2 == 1 && wanted > 0) wanted -= household_that_left(wanted);
    }
    while (wanted > 0) wanted -= household_that_left(wanted);
  }
  void leave_for_study(Home& home, Index head, Date day) {
    const Index child = t_.add_soul(d_.between(18, 23), d_.chance(500) ? Sex::male : Sex::female);
    t_.give_name(child, soul(head).surname, soul(head).surname_kana, soul(head).usual_surname);
    soul(child).parents = {head, soul(head).spouse};
    move_out_stranger(child, day);
    home.seats.push_back({child, "子", {{}, day.plus_days(-1)}});
  }
  void move_out_stranger(Index i, Date day) {
    ++t_.residents;  // add_soul made a resident that nobody counted
    move_out(i, day);
  }
  int household_that_left(int most) {
    const Date day = t_.day_in_years(0, 5);
    const Index head = t_.add_soul(d_.between(22, 45), d_.chance(600) ? Sex::male : Sex::female);
    std::vector<Seat> seats{{head, "世帯主", {{}, day.plus_days(-1)}}};
    if (most > 1 && d_.chance(450)) {
      const bool wife = soul(head).record.sex == Sex::male;
      const Index spouse = t_.add_soul(soul(head).age - d_.below(4), wife ? Sex::female : Sex::male);
      soul(head).spouse = spouse;
      soul(spouse).spouse = head;
      seats.push_back({spouse, wife ? "妻" : "夫", {{}, day.plus_days(-1)}});
    }
    std::vector<Index> family;
    for (const Seat& seat : seats) family.push_back(seat.soul);
    t_.name_family(family);
    for (Index i : family) move_out_stranger(i, day);
    t_.homes.push_back({.seats = std::move(seats),
                        .place = t_.new_place(true),
                        .since = day.plus_days(-d_.between(200, 2500)),
                        .until = day.plus_days(-1)});
    return static_cast<int>(family.size());
  }

  void moved_back() {
    int wanted = share(shares_.moved_back);
    for (Index h : shuffled_homes()) {
      if (wanted == 0) return;
      Home& home = t_.homes[h];
      const Index head = head_of(home);
      if (head == nobody || home.since || soul(head).foreign || home.seats.front().valid.from) continue;
      for (const Seat& seat : home.seats) {
        Soul& s = soul(seat.soul);
        if (wanted == 0 || !t_.is_resident(seat.soul) || s.age < 26 || s.age > 60 || s.away) continue;
        if (seat.valid.from || seat.valid.until) continue;
        const Date out = s.record.birth.earliest().plus_days(365 * 19 + d_.below(200));
        s.away = std::pair(out, out.plus_days(d_.between(700, 2000)));
        --wanted;
      }
    }
  }

  // --- standing ---
  // 支援措置 stands for a whole household: mostly a woman alone or with her children.
  void support_measures() {
    int wanted = share(shares_.support_measures, 4);
    for (Index h : shuffled_homes()) {
      if (wanted <= 0) return;
      const Home& home = t_.homes[h];
      const Index head = head_of(home);
      if (head == nobody || home.seats.size() > 4 || soul(head).record.sex != Sex::female) continue;
      if (soul(head).age < 20 || soul(head).age > 65 || soul(head).spouse != nobody || home.dormitory) continue;
      const Date from = t_.p.as_of.plus_days(-d_.between(5, 340));
      for (const Seat& seat : home.seats) {
        if (!t_.is_resident(seat.soul)) continue;
        Standing standing{.kind = StandingKind::support_measure,
                          .process = Process::certificate,
                          .level = Level::error,
                          .from = from,
                          .until = from.plus_months(12).plus_days(-1),
                          .provisional = d_.chance(150),
                          .basis = "住民基本台帳事務処理要領（DV等支援措置）"};
        t_.measures.push_back({seat.soul, std::move(standing)});
        --wanted;
      }
    }
  }
  void suppressions() {
    int wanted = share(shares_.suppressions, 3), kind = 0;
    for (Index i : shuffled_residents()) {
      if (wanted == 0) return;
      if (soul(i).age < 18) continue;
      Standing standing{.kind = StandingKind::suppression,
                        .process = kind % 3 == 2 ? Process::inquiry : Process::certificate,
                        .level = kind % 3 == 1 ? Level::alert : Level::error,
                        .from = t_.p.as_of.plus_days(-d_.between(1, 700)),
                        .basis = "住民記録事務取扱要領 第12条（見本）"};
      t_.measures.push_back({i, std::move(standing)});
      ++kind, --wanted;
    }
  }

  // 住登外: owners of land and houses who live elsewhere, sons and daughters who pay for their parents.
  void non_residents() {
    const int wanted = share(shares_.non_residents);
    for (int i = 0; i < wanted; ++i) {
      const Index other = person_elsewhere(d_.between(28, 88), d_.chance(650) ? Sex::male : Sex::female, nobody);
      if (d_.chance(300))
        soul(other).record.addresses.push_back(t_.address_elsewhere(AddressKind::mailing, {t_.day_in_years(0, 4), {}}));
    }
  }

  Town& t_;
  Dice& d_;
  const Shares& shares_;
};

}  // namespace

void make_it_bite(Town& town) {
  Biter(town).run();
}

}  // namespace yakuba::people::synthetic
