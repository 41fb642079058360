// What the stored answers of a draft mean, kept from one page to the next.
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

// By draft. Every entry holds the texts it was made from and is used for equal texts only, so nothing here can be out
// of date, whichever process wrote last.
class Shelf {
 public:
  std::shared_ptr<const Kept> find(const std::string& draft) {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(draft);
    return found == kept_.end() ? nullptr : found->second;
  }
  void keep(const std::string& draft, std::shared_ptr<const Kept> kept) {
    const std::lock_guard lock(mutex_);
    if (kept_.size() >= meanings_max && !kept_.contains(draft)) kept_.erase(kept_.begin());
    kept_[draft] = std::move(kept);
  }

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const Kept>> kept_;
};

Result<Meaning> first_meaning(const Stored& stored) {
  Meaning meaning{.pack = stored.pack, .answers = {}, .released = {}, .understood = {}};
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

Result<std::shared_ptr<const Meaning>> meaning_of(PublicId draft, Stored stored) {
  static Shelf shelf;
  const std::string key = draft.text();
  const auto kept = shelf.find(key);
  if (kept && same_ground(kept->stored, stored) && kept->stored.answers == stored.answers) return kept->meaning;

  Meaning meaning = kept && goes_on(kept->stored, stored) ? *kept->meaning : TRY(first_meaning(stored));
  const std::size_t known = meaning.answers.size();
  meaning.answers = TRY(answers_from(stored.answers));
  for (std::size_t i = known; i < meaning.answers.size(); ++i)
    TRY(pack::put(*stored.pack, *stored.procedure, meaning.answers[i].ask, meaning.answers[i].value,
                  meaning.understood));
  auto made = std::make_shared<const Meaning>(std::move(meaning));
  shelf.keep(key, std::make_shared<const Kept>(Kept{std::move(stored), made}));
  return made;
}

}  // namespace yakuba::application
