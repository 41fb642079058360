// What the stored answers of a draft mean, kept from one page to the next.
#include <cstring>
#include <list>
#include <mutex>
#include <unordered_map>

#include "hall/application/rows.hpp"

namespace yakuba::application {
namespace {

struct Kept {
  Stored stored;
  std::shared_ptr<const Meaning> meaning;
};

bool same_ground(const Stored& a, const Stored& b) {
  return a.pack == b.pack && a.procedure == b.procedure && a.as_of == b.as_of && a.released == b.released;
}

// Do the answers of `now` begin with all those of `then`? Both are canonical JSON lists: "[…]".
bool goes_on(const Stored& then, const Stored& now) {
  if (!same_ground(then, now) || then.answers.size() < 2 || now.answers.size() <= then.answers.size()) return false;
  const std::string_view begun = std::string_view(then.answers).substr(0, then.answers.size() - 1);
  return begun.size() > 1 && now.answers.starts_with(begun) && now.answers[begun.size()] == ',';
}

// Of the drafts used last.
template <class T>
class Shelf {
 public:
  std::shared_ptr<const T> find(PublicId draft) {
    const std::lock_guard lock(mutex_);
    const auto found = places_.find(draft);
    if (found == places_.end()) return nullptr;
    order_.splice(order_.begin(), order_, found->second);
    return found->second->second;
  }
  void keep(PublicId draft, std::shared_ptr<const T> kept) {
    const std::lock_guard lock(mutex_);
    if (const auto found = places_.find(draft); found != places_.end()) {
      found->second->second = std::move(kept);
      order_.splice(order_.begin(), order_, found->second);
      return;
    }
    order_.emplace_front(draft, std::move(kept));
    places_.emplace(draft, order_.begin());
    if (order_.size() <= meanings_max) return;
    places_.erase(order_.back().first);
    order_.pop_back();
  }

 private:
  struct OfId {  // ids are random
    std::size_t operator()(const PublicId& id) const {
      std::size_t head = 0;
      std::memcpy(&head, id.bytes.data(), sizeof head);
      return head;
    }
  };
  using Order = std::list<std::pair<PublicId, std::shared_ptr<const T>>>;
  std::mutex mutex_;
  Order order_;  // used last: first
  std::unordered_map<PublicId, typename Order::iterator, OfId> places_;
};

// Every entry holds the texts it was made from and is used for equal texts only, so nothing here can be out of date,
// whichever process wrote last.
Shelf<Kept>& meanings() {
  static Shelf<Kept> shelf;
  return shelf;
}
Shelf<Known>& drafts() {
  static Shelf<Known> shelf;
  return shelf;
}

std::vector<Page> pages_of(const std::vector<pack::Ask>& asks) {
  std::vector<Page> pages;
  pages.reserve(asks.size());
  for (const pack::Ask& ask : asks) {
    const std::string& base = ask.question->page.empty() ? ask.question->id : ask.question->page;
    std::string name = ask.item < 0 ? base : base + "." + std::to_string(ask.item);
    const auto known = std::ranges::find(pages, name, &Page::name);
    if (known == pages.end())
      pages.push_back({std::move(name), {ask}});
    else
      known->asks.push_back(ask);
  }
  return pages;
}

Result<Meaning> first_meaning(const Stored& stored) {
  Meaning meaning{.pack = stored.pack, .answers = {}, .released = {}, .understood = {}, .pages = {}};
  if (!stored.released.empty()) {
    JsonValue facts = TRY(parse_json(stored.released));
    if (JsonObject* object = facts.object()) meaning.released = std::move(*object);
  }
  pack::Facts facts = pack::start(*stored.pack, stored.as_of, stored.procedure);
  for (const auto& [key, value] : meaning.released) facts.known.insert_or_assign(key, value);
  facts.known.insert_or_assign("received_on", stored.as_of.text());  // as if it were sent today
  meaning.understood = TRY(pack::begin_answers(*stored.pack, *stored.procedure, std::move(facts)));
  return meaning;
}

}  // namespace

class WorkedOut {
 public:
  std::optional<Expectation> expectation() const {
    const std::lock_guard lock(mutex_);
    return expectation_;
  }
  void keep(const Expectation& expectation) {
    const std::lock_guard lock(mutex_);
    expectation_ = expectation;
  }
  // Of two threads at once both may work it out: they find the same.
  template <class F>
  std::vector<std::string> missing(F&& work_out) {
    {
      const std::lock_guard lock(mutex_);
      if (missing_) return *missing_;
    }
    std::vector<std::string> missing = work_out();
    const std::lock_guard lock(mutex_);
    missing_ = missing;
    return missing;
  }

 private:
  mutable std::mutex mutex_;
  std::optional<Expectation> expectation_;
  std::optional<std::vector<std::string>> missing_;
};

Result<pack::Ruling> rule(const Draft& draft) {
  auto ruling = TRY(pack::rule(*draft.pack, *draft.procedure_model, draft.facts()));
  if (draft.meaning->worked_out)
    draft.meaning->worked_out->keep({.outcome = ruling.outcome ? ruling.outcome->id : std::string(),
                                     .missing = static_cast<std::int64_t>(ruling.missing.size())});
  return ruling;
}

Result<Expectation> expectation_of(const Draft& draft) {
  const auto& worked_out = draft.meaning->worked_out;
  if (const auto known = worked_out ? worked_out->expectation() : std::nullopt) return *known;
  const pack::Ruling ruling = TRY(rule(draft));
  return Expectation{.outcome = ruling.outcome ? ruling.outcome->id : std::string(),
                     .missing = static_cast<std::int64_t>(ruling.missing.size())};
}

std::vector<std::string> asks_missing(const Draft& draft) {
  const auto work_out = [&] {
    std::vector<std::string> missing;
    const std::vector<cases::Answer>& answers = draft.answers();
    for (const pack::Ask& ask : draft.asks()) {
      const auto given = std::ranges::find(answers, ask.id(), &cases::Answer::ask);
      const bool right = given != answers.end() &&
                         pack::wrong(*draft.pack, *draft.procedure_model, ask, given->value, draft.seen()).empty();
      if (!right && (ask.question->required || given != answers.end())) missing.push_back(ask.id());
    }
    return missing;
  };
  return draft.meaning->worked_out ? draft.meaning->worked_out->missing(work_out) : work_out();
}

Result<std::shared_ptr<const Meaning>> meaning_of(PublicId draft, Stored stored) {
  const auto kept = meanings().find(draft);
  if (kept && same_ground(kept->stored, stored) && kept->stored.answers == stored.answers) return kept->meaning;

  Meaning meaning = kept && goes_on(kept->stored, stored) ? *kept->meaning : TRY(first_meaning(stored));
  const std::size_t known = meaning.answers.size();
  meaning.answers = TRY(answers_from(stored.answers));
  for (std::size_t i = known; i < meaning.answers.size(); ++i)
    TRY(pack::put(*stored.pack, *stored.procedure, meaning.answers[i].ask, meaning.answers[i].value,
                  meaning.understood));
  meaning.pages = pages_of(meaning.understood.asked);
  meaning.worked_out = std::make_shared<WorkedOut>();
  auto made = std::make_shared<const Meaning>(std::move(meaning));
  meanings().keep(draft, std::make_shared<const Kept>(Kept{std::move(stored), made}));
  return made;
}

std::shared_ptr<const Known> known_draft(PublicId draft) {
  return drafts().find(draft);
}
void keep_known(std::shared_ptr<const Known> known) {
  const PublicId id = known->draft.id;
  drafts().keep(id, std::move(known));
}

}  // namespace yakuba::application
