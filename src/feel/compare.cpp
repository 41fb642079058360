// FEEL equality and order (DMN 1.5 §10.3.2.6, tables 42 and 49–51): three-valued, never across kinds.
#include <algorithm>

#include "feel/value.hpp"

namespace yakuba::feel {
namespace {

using Truth = std::optional<bool>;

int sign(auto difference) {
  return difference < 0 ? -1 : difference > 0 ? 1 : 0;
}

// Times and date-times compare by whole seconds: the standard maps both to seconds since an origin.
std::int64_t seconds_of(const Time& time) {
  return time.nanoseconds / nanoseconds_per_second - time.zone.offset_at_local(0, time.nanoseconds);
}
std::int64_t seconds_of(const DateTime& value) {
  return value.days * 86'400 + value.nanoseconds / nanoseconds_per_second -
         value.zone.offset_at_local(value.days, value.nanoseconds);
}
bool one_is_local(const Zone& a, const Zone& b) {
  return (a.kind == Zone::Kind::none) != (b.kind == Zone::Kind::none);
}

Truth all_equal(std::span<const Value> a, std::span<const Value> b) {
  if (a.size() != b.size()) return false;
  Truth out = true;
  for (std::size_t i = 0; i < a.size(); ++i) {
    Truth one = feel_equal(a[i], b[i]);
    if (one == Truth(false)) return false;
    if (!one) out = std::nullopt;
  }
  return out;
}

// The entries in order of their keys, so that large contexts are compared in n log n.
std::vector<const Entry*> sorted(const Value& context) {
  std::vector<const Entry*> out;
  for (const Entry& entry : context.entries()) out.push_back(&entry);
  std::ranges::sort(out, {}, [](const Entry* entry) { return entry->name(); });
  return out;
}

Truth contexts_equal(const Value& a, const Value& b) {
  if (a.entries().size() != b.entries().size()) return false;
  auto left = sorted(a), right = sorted(b);
  Truth out = true;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (left[i]->name() != right[i]->name()) return false;
    Truth one = feel_equal(left[i]->value, right[i]->value);
    if (one == Truth(false)) return false;
    if (!one) out = std::nullopt;
  }
  return out;
}

Truth ranges_equal(const Range& a, const Range& b) {
  if (a.form != b.form || a.low_closed != b.low_closed || a.high_closed != b.high_closed) return false;
  Truth low = feel_equal(a.low, b.low), high = feel_equal(a.high, b.high);
  if (low == Truth(false) || high == Truth(false)) return false;
  return low && high ? Truth(true) : std::nullopt;
}

}  // namespace

std::optional<bool> feel_equal(const Value& a, const Value& b) {
  if (a.is_null() || b.is_null()) return a.is_null() && b.is_null();
  if (a.kind() != b.kind()) return std::nullopt;
  switch (a.kind()) {
    case Kind::number:
      if (a.is_small_number() && b.is_small_number() && a.small_exponent() == b.small_exponent())
        return a.small_coefficient() == b.small_coefficient();
      return a.number() == b.number();
    case Kind::boolean:
      return a.truth() == b.truth();
    case Kind::string:
      return a.string() == b.string();
    case Kind::time:
      if (one_is_local(a.time().zone, b.time().zone)) return false;
      return seconds_of(a.time()) == seconds_of(b.time());
    case Kind::date_time:
      if (one_is_local(a.date_time().zone, b.date_time().zone)) return false;
      return seconds_of(a.date_time()) == seconds_of(b.date_time());
    case Kind::list:
      return all_equal(a.items(), b.items());
    case Kind::context:
      return contexts_equal(a, b);
    case Kind::range:
      return ranges_equal(a.range(), b.range());
    default:
      return a == b;
  }
}

std::optional<int> feel_compare(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return std::nullopt;
  switch (a.kind()) {
    case Kind::number: {
      if (a.is_small_number() && b.is_small_number() &&
          (a.small_exponent() == b.small_exponent() || a.small_coefficient() == 0 || b.small_coefficient() == 0))
        return a.small_coefficient() < b.small_coefficient() ? -1 : a.small_coefficient() > b.small_coefficient();
      auto order = compare(a.number(), b.number());
      return order < 0 ? -1 : order > 0 ? 1 : 0;
    }
    case Kind::string:
      return sign(a.string().compare(b.string()));
    case Kind::date:
      return sign(a.date().days - b.date().days);
    case Kind::time:
      if (one_is_local(a.time().zone, b.time().zone)) return std::nullopt;
      return sign(seconds_of(a.time()) - seconds_of(b.time()));
    case Kind::date_time:
      if (one_is_local(a.date_time().zone, b.date_time().zone)) return std::nullopt;
      return sign(seconds_of(a.date_time()) - seconds_of(b.date_time()));
    case Kind::days_duration:
      return sign(a.days_duration().total() - b.days_duration().total());
    case Kind::months_duration:
      return sign(a.months_duration().months - b.months_duration().months);
    default:
      return std::nullopt;
  }
}

std::optional<bool> in_range(const Value& value, const Range& range) {
  if (range.form == Range::Form::equal) return feel_equal(value, range.low);
  if (range.form == Range::Form::not_equal) {
    Truth same = feel_equal(value, range.low);
    return same ? Truth(!*same) : std::nullopt;
  }
  if (value.is_null()) return std::nullopt;
  bool half = range.form == Range::Form::comparison;
  Truth above, below;
  if (range.low.is_null()) {
    if (half) above = true;
  } else if (auto order = feel_compare(value, range.low)) {
    above = *order > 0 || (*order == 0 && range.low_closed);
  }
  if (range.high.is_null()) {
    if (half) below = true;
  } else if (auto order = feel_compare(value, range.high)) {
    below = *order < 0 || (*order == 0 && range.high_closed);
  }
  return above && below ? Truth(*above && *below) : std::nullopt;
}

}  // namespace yakuba::feel
