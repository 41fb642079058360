// Between rows and values; inside hall/application only.
#pragma once

#include "hall/application/application.hpp"
#include "hall/application/queries.hpp"

namespace yakuba::application {

Result<std::vector<cases::Answer>> answers_from(std::string_view json);
std::string to_json(const std::vector<cases::Answer>& answers);

// Facts as the server knows them: pack, released register facts, then the answers in order. Nothing derived is
// believed.
Result<pack::Facts> facts_of(const pack::Pack& pack, const pack::Procedure& procedure, const JsonObject& released,
                             const std::vector<cases::Answer>& answers, Date as_of);

// The applicant as the office will address him: released register facts win over what was typed.
cases::Applicant applicant_of(const pack::Facts& facts, const Holder& holder);

// draft.not_found also when the holder is not the one who may see it.
Result<Draft> load(hall::Hall& hall, store::ReadTx& tx, const store::Town& town, const Holder& holder, PublicId id);
Result<Key256> draft_key(hall::Hall& hall, store::ReadTx& tx, const store::Town& town, PublicId id);
Result<> destroy(store::Tx& tx, PublicId id, const std::vector<Upload>& uploads);
// The newest published state of a case, as the public side keeps it.
Result<> keep_published(store::Tx& tx, const cases::Published& published);

}  // namespace yakuba::application
