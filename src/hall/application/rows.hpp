// Between rows and values; inside hall/application only.
#pragma once

#include "hall/application/application.hpp"
#include "hall/application/queries.hpp"

namespace yakuba::application {

Result<std::vector<cases::Answer>> answers_from(std::string_view json);
std::string to_json(const std::vector<cases::Answer>& answers);

// Facts as the server knows them: pack, released register facts, then the answers in order. Nothing derived is
// believed. The same stored texts mean the same: what was understood last of a draft is kept for its next page, and an
// answer added to it is understood alone. Thread-safe.
struct Stored {
  pack::PackPtr pack;
  const pack::Procedure* procedure = nullptr;
  Date as_of;
  std::string released, answers;  // JSON as it lies in the store; released: empty for none
};
Result<std::shared_ptr<const Meaning>> meaning_of(PublicId draft, Stored stored);

// A draft as it was read last, for as long as its row (and what was released, and the day) says the same.
struct Known {
  Draft draft;
  std::string released;
  Date as_of;
};
std::shared_ptr<const Known> known_draft(PublicId draft);
void keep_known(std::shared_ptr<const Known> known);
// Of what is asked now: what has no right answer. Worked out once for one meaning.
std::vector<std::string> asks_missing(const Draft& draft);
inline constexpr std::size_t meanings_max = 512;  // drafts that are kept understood

// The applicant as the office will address him: released register facts win over what was typed.
cases::Applicant applicant_of(const pack::Facts& facts, const Holder& holder);

// draft.not_found also when the holder is not the one who may see it. `keep` only where nothing can be rolled back.
enum class Keep : bool { no, yes };
Result<Draft> load(hall::Hall& hall, store::ReadTx& tx, const store::Town& town, const Holder& holder, PublicId id,
                   Keep keep = Keep::no);
Result<Key256> draft_key(hall::Hall& hall, const store::Town& town, PublicId id, BytesView key_box);
Result<Key256> draft_key(hall::Hall& hall, store::ReadTx& tx, const store::Town& town, PublicId id);
Result<> destroy(store::Tx& tx, PublicId id, const std::vector<Upload>& uploads);
// With its number it opens the state of a case. Derived, not drawn: the same device can be shown it again.
Result<std::string> secret_of(hall::Hall& hall, const store::Town& town, PublicId id);
// The newest published state of a case, as the public side keeps it.
Result<> keep_published(store::Tx& tx, const cases::Published& published);

}  // namespace yakuba::application
