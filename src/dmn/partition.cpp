#include "dmn/partition.hpp"

namespace yakuba::dmn {
namespace {

using feel::Kind;
using feel::Value;

Kind kind_of(const CheckedType& type, std::span<const feel::TestSet* const> sets) {
  switch (type.feel().kind()) {
    case feel::TypeKind::boolean:
      return Kind::boolean;
    case feel::TypeKind::number:
      return Kind::number;
    case feel::TypeKind::string:
      return Kind::string;
    case feel::TypeKind::date:
      return Kind::date;
    case feel::TypeKind::time:
      return Kind::time;
    case feel::TypeKind::date_time:
      return Kind::date_time;
    case feel::TypeKind::days_duration:
      return Kind::days_duration;
    case feel::TypeKind::months_duration:
      return Kind::months_duration;
    case feel::TypeKind::any:
      break;
    default:
      return Kind::null;
  }
  // Not declared: what the cells compare with.
  for (const feel::TestSet* set : sets)
    for (const feel::TestInterval& interval : set->intervals) {
      if (!interval.low.is_null()) return interval.low.kind();
      if (!interval.high.is_null()) return interval.high.kind();
    }
  return Kind::null;
}

bool is_point(const feel::TestInterval& interval) {
  return !interval.low.is_null() && interval.low == interval.high;
}

// Discrete kinds as integers.
bool is_discrete(Kind kind, const CheckedType& type) {
  return kind == Kind::date || kind == Kind::months_duration || (kind == Kind::number && type.declared().discrete());
}
std::optional<std::int64_t> ordinal(const Value& value, feel::Rounding rounding) {
  switch (value.kind()) {
    case Kind::date:
      return value.date().days;
    case Kind::months_duration:
      return value.months_duration().months;
    case Kind::number: {
      const auto whole = feel::round(value.number(), 0, rounding);
      return whole ? whole->integer() : std::nullopt;
    }
    default:
      return std::nullopt;
  }
}
Value from_ordinal(Kind kind, std::int64_t n) {
  if (kind == Kind::date) return Value::date(feel::Date{n});
  if (kind == Kind::months_duration) return Value::months_duration({n});
  return Value::number(n);
}

// Something strictly between two values (null: unbounded).
Value between(Kind kind, const Value& low, const Value& high) {
  const auto middle = [](__int128 a, __int128 b) { return a + (b - a) / 2; };
  constexpr __int128 hour = 3'600 * static_cast<__int128>(feel::nanoseconds_per_second);
  const auto pick = [&](auto&& of) -> __int128 {
    if (low.is_null() && high.is_null()) return 0;
    if (low.is_null()) return of(high) - hour;
    return high.is_null() ? of(low) + hour : middle(of(low), of(high));
  };
  switch (kind) {
    case Kind::number: {
      const feel::Decimal one = feel::Decimal::of(1);
      if (low.is_null() && high.is_null()) return Value::number(0);
      if (low.is_null()) return Value::number(feel::subtract(high.number(), one).value_or(high.number()));
      if (high.is_null()) return Value::number(feel::add(low.number(), one).value_or(low.number()));
      const auto sum = feel::add(low.number(), high.number());
      const auto half = sum ? feel::divide(*sum, feel::Decimal::of(2)) : std::nullopt;
      return Value::number(half.value_or(low.number()));
    }
    case Kind::days_duration:
      return Value::days_duration(feel::DaysDuration::of_nanoseconds(pick([](const Value& v) {
                                    return v.days_duration().total();
                                  })).value_or(feel::DaysDuration{}));
    case Kind::time: {
      const auto of = [](const Value& v) { return static_cast<__int128>(v.time().nanoseconds); };
      feel::Time time = low.is_null() ? high.time() : low.time();
      const __int128 from = low.is_null() ? 0 : of(low);
      const __int128 to = high.is_null() ? static_cast<__int128>(feel::nanoseconds_per_day) : of(high);
      time.nanoseconds = static_cast<std::int64_t>(middle(from, to));
      return Value::time(time);
    }
    case Kind::date_time: {
      const auto of = [](const Value& v) {
        const feel::DateTime t = v.date_time();
        return static_cast<__int128>(t.days) * feel::nanoseconds_per_day + t.nanoseconds;
      };
      feel::DateTime moment = low.is_null() ? high.date_time() : low.date_time();
      const __int128 total = pick(of);
      __int128 days = total / feel::nanoseconds_per_day;
      if (total % feel::nanoseconds_per_day < 0) --days;
      moment.days = static_cast<std::int64_t>(days);
      moment.nanoseconds = static_cast<std::int64_t>(total - days * feel::nanoseconds_per_day);
      return Value::date_time(moment);
    }
    default:
      return {};
  }
}

class Cutter {
 public:
  Cutter(Kind kind, const CheckedType& type) : kind_(kind), type_(type), discrete_(is_discrete(kind, type)) {}

  void add(const feel::TestSet& set) {
    for (const feel::TestInterval& interval : set.intervals)
      for (const Value* end : {&interval.low, &interval.high})
        if (!end->is_null()) ends_.push_back(*end);
  }

  std::vector<Region> cut() {
    std::sort(ends_.begin(), ends_.end(),
              [](const Value& a, const Value& b) { return feel::feel_compare(a, b).value_or(0) < 0; });
    ends_.erase(std::unique(ends_.begin(), ends_.end(),
                            [](const Value& a, const Value& b) { return feel::feel_compare(a, b) == 0; }),
                ends_.end());
    Value before;
    for (const Value& end : ends_) {
      open(before, end);
      point(end);
      before = end;
    }
    open(before, Value());
    return std::move(regions_);
  }

 private:
  void point(const Value& value) {
    if (discrete_ && kind_ == Kind::number && !value.number().is_integer()) return;
    regions_.push_back({value, value, true, true, false, false, value});
  }
  void open(const Value& low, const Value& high) {
    if (!discrete_) {
      const Value sample = between(kind_, low, high);
      const bool inside = (low.is_null() || feel::feel_compare(sample, low).value_or(0) > 0) &&
                          (high.is_null() || feel::feel_compare(sample, high).value_or(0) < 0);
      if (inside) regions_.push_back({low, high, false, false, false, false, sample});
      return;
    }
    Region region;
    std::optional<std::int64_t> from;
    std::optional<std::int64_t> to;
    if (!low.is_null()) from = plus(ordinal(low, feel::Rounding::floor), 1);
    if (!high.is_null()) to = plus(ordinal(high, feel::Rounding::ceiling), -1);
    if ((!low.is_null() && !from) || (!high.is_null() && !to) || (from && to && *from > *to)) return;
    if (from) region.low = from_ordinal(kind_, *from);
    if (to) region.high = from_ordinal(kind_, *to);
    region.low_closed = from.has_value();
    region.high_closed = to.has_value();
    region.sample = from ? region.low : to ? region.high : from_ordinal(kind_, 0);
    regions_.push_back(std::move(region));
  }
  static std::optional<std::int64_t> plus(std::optional<std::int64_t> n, std::int64_t m) {
    std::int64_t sum = 0;
    if (!n || __builtin_add_overflow(*n, m, &sum)) return std::nullopt;
    return sum;
  }

  Kind kind_;
  const CheckedType& type_;
  bool discrete_;
  std::vector<Value> ends_;
  std::vector<Region> regions_;
};

Region value_region(Value value) {
  return {value, value, true, true, false, false, value};
}

std::vector<Region> string_regions(const CheckedType& type, std::span<const feel::TestSet* const> sets) {
  std::vector<Region> regions;
  if (!type.declared().values.empty()) {
    for (const std::string& value : type.declared().values) regions.push_back(value_region(Value::string(value)));
    return regions;
  }
  std::set<std::string> mentioned;
  for (const feel::TestSet* set : sets)
    for (const feel::TestInterval& interval : set->intervals) mentioned.emplace(interval.low.string());
  for (const std::string& value : mentioned) regions.push_back(value_region(Value::string(value)));
  std::string other = "…";
  while (mentioned.contains(other)) other += "…";
  Region rest;
  rest.other = true;
  rest.sample = Value::string(other);
  regions.push_back(std::move(rest));
  return regions;
}

std::string interval_cell(const Region& first, const Region& last, bool from_start, bool to_end) {
  const bool low = !from_start && !first.low.is_null();
  const bool high = !to_end && !last.high.is_null();
  if (&first == &last && !first.low.is_null() && first.low == first.high) return feel::literal(first.low);
  if (low && high && first.low == last.high) return feel::literal(first.low);
  if (low && high)
    return (first.low_closed ? "[" : "(") + feel::literal(first.low) + ".." + feel::literal(last.high) +
           (last.high_closed ? "]" : ")");
  if (low) return (first.low_closed ? ">= " : "> ") + feel::literal(first.low);
  if (high) return (last.high_closed ? "<= " : "< ") + feel::literal(last.high);
  return "-";
}

}  // namespace

bool has_regions(const CheckedType& type, const feel::TestSet& set) {
  const feel::TestSet* sets[] = {&set};
  const Kind kind = kind_of(type, sets);
  if (set.intervals.empty()) return true;
  if (kind == Kind::null || type.declared().list) return false;
  for (const feel::TestInterval& interval : set.intervals) {
    if ((kind == Kind::string || kind == Kind::boolean) && !is_point(interval)) return false;
    for (const Value* end : {&interval.low, &interval.high})
      if (!end->is_null() && end->kind() != kind) return false;
  }
  return true;
}

std::optional<Partition> partition(const CheckedType& type, std::span<const feel::TestSet* const> sets) {
  Partition out;
  const Kind kind = kind_of(type, sets);
  for (const feel::TestSet* set : sets)
    if (!has_regions(type, *set)) return std::nullopt;
  if (kind == Kind::boolean) {
    out.regions = {value_region(Value::boolean(true)), value_region(Value::boolean(false))};
  } else if (kind == Kind::string) {
    out.regions = string_regions(type, sets);
  } else if (kind == Kind::null || type.declared().list) {
    Region any;
    any.other = true;
    out.regions = {any};
    return out;
  } else {
    Cutter cutter(kind, type);
    for (const feel::TestSet* set : sets) {
      for (const feel::TestInterval& interval : set->intervals)
        for (const Value* end : {&interval.low, &interval.high})
          if (!end->is_null() && end->kind() != kind) return std::nullopt;
      cutter.add(*set);
    }
    if (type.constraint_set()) cutter.add(*type.constraint_set());
    out.regions = cutter.cut();
  }
  const bool asks_null =
      std::any_of(sets.begin(), sets.end(), [](const feel::TestSet* set) { return set->includes_null; });
  if (asks_null) {
    Region nothing;
    nothing.null = true;
    out.regions.insert(out.regions.begin(), std::move(nothing));
  }
  if (type.constraint_set())
    std::erase_if(out.regions, [&](const Region& r) {
      return !r.other && !r.null && !in_set(*type.constraint_set(), r.sample).value_or(false);
    });
  return out;
}

Bits Partition::regions_of(const feel::TestSet& set) const {
  Bits bits(regions.size());
  for (std::size_t r = 0; r < regions.size(); ++r)
    if (in_set(set, regions[r].sample).value_or(false) || (set.any && !set.negated)) bits.set(r);
  return bits;
}

std::string Partition::as_cell(const Bits& chosen) const {
  if (chosen.all()) return "-";
  const auto listed = [&](bool in) {
    std::string out;
    for (std::size_t r = 0; r < regions.size(); ++r)
      if (chosen.test(r) == in) out += (out.empty() ? "" : ", ") + feel::literal(regions[r].sample);
    return out;
  };
  if (!regions.empty() && regions.back().other)
    return chosen.test(regions.size() - 1) ? "not(" + listed(false) + ")" : listed(true);
  const std::size_t begin = !regions.empty() && regions[0].null ? 1 : 0;
  const Kind kind = regions.size() <= begin ? Kind::null : regions[begin].sample.kind();
  if (kind == Kind::string || kind == Kind::boolean) return listed(true);
  std::string out = begin == 1 && chosen.test(0) ? "null" : "";
  for (std::size_t r = begin; r < regions.size(); ++r) {
    if (!chosen.test(r)) continue;
    std::size_t last = r;
    while (last + 1 < regions.size() && chosen.test(last + 1)) ++last;
    const bool from_start = r == begin;
    const bool to_end = last + 1 == regions.size();
    // Every value but null has no cell of one interval.
    out += (out.empty() ? "" : ", ") +
           (from_start && to_end ? "not(null)" : interval_cell(regions[r], regions[last], from_start, to_end));
    r = last;
  }
  return out;
}

Outcome outcome_over_all(const CheckedType& type, const feel::TestSet& set) {
  const feel::TestSet* sets[] = {&set};
  const auto cut = partition(type, sets);
  if (!cut) return Outcome::unknown;
  const Bits met = cut->regions_of(set);
  return met.all() ? Outcome::yes : met.none() ? Outcome::no : Outcome::unknown;
}

}  // namespace yakuba::dmn
