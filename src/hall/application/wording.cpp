#include "hall/application/wording.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <tuple>

#include "hall/page.hpp"

namespace yakuba::application {
namespace {

constexpr std::size_t wordings_max = 1'024;  // towns × procedures × ways of reading, with some versions of each

class Maker {
 public:
  Maker(const pack::Pack& pack, const pack::Procedure& procedure, const web::Reader& reader)
      : pack_(pack), procedure_(procedure), reader_(reader) {}

  QuestionWords question(const pack::Question& question) const {
    const std::string key = "question." + question.id;
    QuestionWords words{.title = always(key + ".title"),
                        .hint = perhaps(key + ".hint"),
                        .why = perhaps(key + ".why"),
                        .unknown = always(key + ".unknown"),
                        .choices = {},
                        .choice_hints = {}};
    if (question.type == pack::AnswerType::yes_no) words.choices = {always("word.yes"), always("word.no")};
    for (const std::string& value : question.choices) {
      words.choices.push_back(always(key + ".choice." + value));
      words.choice_hints.push_back(perhaps(key + ".choice_hint." + value));
    }
    return words;
  }
  ReadyWords always(std::string key) const {
    ReadyWords ready{.key = std::move(key)};
    if (const auto phrase = whole_words(pack_, procedure_, ready.key, reader_)) ready.html = web::Html(*phrase);
    return ready;
  }

 private:
  ReadyWords perhaps(std::string key) const {
    return procedure_.texts.has(key) || pack_.texts.has(key) ? always(std::move(key)) : ReadyWords{};
  }

  const pack::Pack& pack_;
  const pack::Procedure& procedure_;
  const web::Reader& reader_;
};

std::shared_ptr<const Wording> make(const pack::PackPtr& pack, const pack::Procedure& procedure,
                                    const web::Reader& reader) {
  const Maker maker(*pack, procedure, reader);
  Wording wording{.pack = pack,
                  .procedure = &procedure,
                  .reader = reader,
                  .questions = {},
                  .chapters = {},
                  .formal_title = maker.always("formal_title"),
                  .title = maker.always("title")};
  for (const pack::Question& question : procedure.questions) {
    wording.questions.push_back(maker.question(question));
    if (std::ranges::find(wording.chapters, question.group, &std::pair<std::string, ReadyWords>::first) ==
        wording.chapters.end())
      wording.chapters.emplace_back(question.group, maker.always("group." + question.group));
  }
  return std::make_shared<const Wording>(std::move(wording));
}

}  // namespace

std::optional<web::Phrase> whole_words(const pack::Pack& pack, const pack::Procedure& procedure, std::string_view key,
                                       const web::Reader& reader) {
  const pack::Texts& texts = procedure.texts.has(key) ? procedure.texts : pack.texts;
  const auto whole = texts.whole(key, hall::pack_language(reader.language), reader.furigana);
  if (!whole) return {};
  return web::Phrase::of_constant(*whole, reader.furigana, reader.language, reader.language);
}

std::shared_ptr<const Wording> wording_of(const pack::PackPtr& pack, const pack::Procedure& procedure,
                                          const web::Reader& reader) {
  using Key = std::tuple<const pack::Procedure*, web::Language, bool>;  // the pack is held, so its parts stay
  static std::mutex mutex;
  static std::map<Key, std::shared_ptr<const Wording>> shelf;
  const Key key{&procedure, reader.language, reader.furigana};
  {
    const std::lock_guard lock(mutex);
    if (const auto known = shelf.find(key); known != shelf.end()) return known->second;
  }
  auto made = make(pack, procedure, reader);
  const std::lock_guard lock(mutex);
  if (shelf.size() >= wordings_max) shelf.clear();
  return shelf.emplace(key, std::move(made)).first->second;
}

}  // namespace yakuba::application
