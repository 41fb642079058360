#include "feel/value.hpp"

#include <algorithm>
#include <new>

#include "feel/boxes.hpp"

namespace yakuba::feel {
namespace {

constexpr std::size_t short_text_max = 14;

}  // namespace

namespace detail {
void destroy(Kind kind, const Payload* payload) {
  switch (kind) {
    case Kind::number:
      delete static_cast<const NumberBox*>(payload);
      return;
    case Kind::string: {
      auto* box = static_cast<const StringBox*>(payload);
      box->~StringBox();
      ::operator delete(const_cast<StringBox*>(box));
      return;
    }
    case Kind::date_time:
      delete static_cast<const DateTimeBox*>(payload);
      return;
    case Kind::range:
      delete static_cast<const RangeBox*>(payload);
      return;
    case Kind::list:
      delete static_cast<const ListBox*>(payload);
      return;
    case Kind::context:
      delete static_cast<const ContextBox*>(payload);
      return;
    case Kind::function:
      delete static_cast<const FunctionBox*>(payload);
      return;
    default:
      return;
  }
}
}  // namespace detail

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return "boolean";
    case Kind::number:
      return "number";
    case Kind::string:
      return "string";
    case Kind::date:
      return "date";
    case Kind::time:
      return "time";
    case Kind::date_time:
      return "date and time";
    case Kind::days_duration:
      return "days and time duration";
    case Kind::months_duration:
      return "years and months duration";
    case Kind::range:
      return "range";
    case Kind::list:
      return "list";
    case Kind::context:
      return "context";
    case Kind::function:
      return "function";
  }
  return "";
}

Value Value::box(Kind kind, const detail::Payload* payload) {
  Value out;
  out.kind_ = kind;
  out.tag_ = boxed_tag;
  out.payload_ = payload;
  return out;
}

Value Value::boolean(bool truth) {
  Value out;
  out.kind_ = Kind::boolean;
  out.major_ = truth ? 1 : 0;
  return out;
}

Value Value::number(std::int64_t coefficient, int exponent) {
  if (coefficient == INT64_MIN) return number(Decimal::of(coefficient, exponent));
  Value out;
  out.kind_ = Kind::number;
  out.minor_ = exponent;
  out.major_ = coefficient;
  return out;
}

Value Value::number(const Decimal& value) {
  if (value.coefficient >> 63 == 0) {
    auto small = static_cast<std::int64_t>(value.coefficient);
    return number(value.negative ? -small : small, value.exponent);
  }
  return box(Kind::number, new NumberBox(value));
}

Value Value::string(std::string_view utf8) {
  if (utf8.size() <= short_text_max) {
    Value out;
    out.kind_ = Kind::string;
    out.tag_ = static_cast<std::uint8_t>(utf8.size());
    if (!utf8.empty()) std::memcpy(out.short_text(), utf8.data(), utf8.size());
    return out;
  }
  auto* box = new (::operator new(sizeof(StringBox) + utf8.size())) StringBox;
  box->weight = 1 + utf8.size() / 64;
  box->size = static_cast<std::uint32_t>(utf8.size());
  std::memcpy(box->bytes(), utf8.data(), utf8.size());
  return Value::box(Kind::string, box);
}

Value Value::date(Date date) {
  Value out;
  out.kind_ = Kind::date;
  out.major_ = date.days;
  return out;
}

Value Value::time(const Time& time) {
  Value out;
  out.kind_ = Kind::time;
  out.zone_ = static_cast<std::uint16_t>(static_cast<int>(time.zone.kind) << 14 | time.zone.name);
  out.minor_ = time.zone.offset_seconds;
  out.major_ = time.nanoseconds;
  return out;
}

Value Value::date_time(const DateTime& value) {
  return box(Kind::date_time, new DateTimeBox(value));
}

Value Value::days_duration(DaysDuration value) {
  Value out;
  out.kind_ = Kind::days_duration;
  out.minor_ = value.nanoseconds;
  out.major_ = value.seconds;
  return out;
}

Value Value::months_duration(MonthsDuration value) {
  Value out;
  out.kind_ = Kind::months_duration;
  out.major_ = value.months;
  return out;
}

Value Value::range(Range range) {
  return box(Kind::range, new RangeBox(std::move(range)));
}
Value Value::list(std::vector<Value> items) {
  return box(Kind::list, new ListBox(std::move(items)));
}
Value Value::function(Function function) {
  return box(Kind::function, new FunctionBox(std::move(function)));
}

Value Value::context(std::vector<Entry> entries) {
  if (entries.size() > 1) {  // the last of equal keys wins, in the place of the first
    std::vector<std::size_t> order(entries.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return entries[a].name() < entries[b].name(); });
    std::vector<bool> dead(entries.size());
    bool any = false;
    for (std::size_t i = 1; i < order.size(); ++i) {
      if (entries[order[i - 1]].name() != entries[order[i]].name()) continue;
      std::swap(entries[order[i - 1]].value, entries[order[i]].value);
      dead[order[i]] = any = true;
      order[i] = order[i - 1];
    }
    if (any) {
      std::vector<Entry> kept;
      for (std::size_t i = 0; i < entries.size(); ++i)
        if (!dead[i]) kept.push_back(std::move(entries[i]));
      entries = std::move(kept);
    }
  }
  return box(Kind::context, new ContextBox(std::move(entries)));
}

Decimal Value::number() const {
  if (kind_ != Kind::number) return {};
  return boxed() ? Payloads::of<NumberBox>(*this)->value : Decimal::of(major_, minor_);
}

std::optional<std::int64_t> Value::integer() const {
  if (kind_ != Kind::number) return std::nullopt;
  if (!boxed() && minor_ == 0) return major_;
  return number().integer();
}

std::string_view Value::string() const {
  if (kind_ != Kind::string) return {};
  if (!boxed()) return {short_text(), tag_};
  auto* box = Payloads::of<StringBox>(*this);
  return {box->bytes(), box->size};
}

Time Value::time() const {
  if (kind_ != Kind::time) return {};
  return {major_, {static_cast<Zone::Kind>(zone_ >> 14), static_cast<std::uint16_t>(zone_ & 0x3fff), minor_}};
}

DateTime Value::date_time() const {
  return kind_ == Kind::date_time ? Payloads::of<DateTimeBox>(*this)->value : DateTime{};
}

DaysDuration Value::days_duration() const {
  return kind_ == Kind::days_duration ? DaysDuration{major_, minor_} : DaysDuration{};
}

const Range& Value::range() const {
  static const Range none{};
  return kind_ == Kind::range ? Payloads::of<RangeBox>(*this)->value : none;
}

std::span<const Value> Value::items() const {
  if (kind_ != Kind::list) return {};
  return Payloads::of<ListBox>(*this)->items;
}

std::span<const Entry> Value::entries() const {
  if (kind_ != Kind::context) return {};
  return Payloads::of<ContextBox>(*this)->entries;
}

const Function* Value::function() const {
  return kind_ == Kind::function ? &Payloads::of<FunctionBox>(*this)->value : nullptr;
}

const Value* Value::find(std::string_view key) const {
  for (const Entry& entry : entries())
    if (entry.name() == key) return &entry.value;
  return nullptr;
}

const Value* Value::find(const Value& key) const {
  if (!key.boxed()) {  // both short: two words compared
    for (const Entry& entry : entries())
      if (std::memcmp(static_cast<const void*>(&entry.key), static_cast<const void*>(&key), sizeof key) == 0)
        return &entry.value;
    return nullptr;
  }
  for (const Entry& entry : entries())
    if (entry.key.boxed() && (entry.key.payload_ == key.payload_ || entry.key.string() == key.string()))
      return &entry.value;
  return nullptr;
}

bool operator==(const Value& a, const Value& b) {
  if (a.kind_ != b.kind_) return false;
  switch (a.kind_) {
    case Kind::null:
      return true;
    case Kind::boolean:
    case Kind::date:
    case Kind::months_duration:
      return a.major_ == b.major_;
    case Kind::number:
      return a.number() == b.number();
    case Kind::string:
      return a.string() == b.string();
    case Kind::time:
      return a.time() == b.time();
    case Kind::date_time:
      return a.date_time() == b.date_time();
    case Kind::days_duration:
      return a.days_duration() == b.days_duration();
    case Kind::range: {
      const Range &x = a.range(), &y = b.range();
      return x.form == y.form && x.low_closed == y.low_closed && x.high_closed == y.high_closed && x.low == y.low &&
             x.high == y.high;
    }
    case Kind::list:
      return std::ranges::equal(a.items(), b.items());
    case Kind::context: {
      if (a.entries().size() != b.entries().size()) return false;
      return std::ranges::all_of(a.entries(), [&](const Entry& entry) {
        const Value* other = b.find(entry.key);
        return other != nullptr && *other == entry.value;
      });
    }
    case Kind::function:
      return a.payload_ == b.payload_;
  }
  return false;
}

}  // namespace yakuba::feel
