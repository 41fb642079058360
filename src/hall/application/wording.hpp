// The words of a procedure's questions, ready to be written; inside hall/application only.
//
//   const Wording& wording = *wording_of(pack, procedure, reader);
//   wording.question(ask).title.html;             // nothing when the words have a hole: Context::say fills it
//
// Made once for a version of a pack, a procedure and a way of reading. What depends on a draft is never here.
// Threads: immutable once made; wording_of may be called from any.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pack/pack.hpp"
#include "web/html.hpp"
#include "web/words.hpp"

namespace yakuba::application {

struct ReadyWords {
  std::string key;  // of the pack's text; empty: the question has none
  std::optional<web::Html> html = {};

  bool there() const { return !key.empty(); }
};

struct QuestionWords {
  ReadyWords title, hint, why, unknown;
  std::vector<ReadyWords> choices, choice_hints;  // as Question::choices; of a yes-no question: yes, no
};

struct Wording {
  pack::PackPtr pack;
  const pack::Procedure* procedure = nullptr;
  web::Reader reader;
  std::vector<QuestionWords> questions;                       // as Procedure::questions
  std::vector<std::pair<std::string, ReadyWords>> chapters;  // the groups of the questions, in their order
  ReadyWords formal_title, title;

  const QuestionWords& of(const pack::Question& question) const {
    return questions[static_cast<std::size_t>(&question - procedure->questions.data())];
  }
};

std::shared_ptr<const Wording> wording_of(const pack::PackPtr& pack, const pack::Procedure& procedure,
                                          const web::Reader& reader);

// The words of the pack under a key for this reader, when they have no hole.
std::optional<web::Phrase> whole_words(const pack::Pack& pack, const pack::Procedure& procedure, std::string_view key,
                                       const web::Reader& reader);

}  // namespace yakuba::application
