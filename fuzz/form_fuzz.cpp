// Query strings, request targets, forms, file names and furigana: any bytes, never a crash, and never markup from text.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/text.hpp"
#include "web/form.hpp"
#include "web/response.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yakuba::web;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto target = parse_target(text)) {
    if (!target->path.starts_with('/') || target->path.find("//") != std::string::npos) std::abort();
    if (target->path.find('\0') != std::string::npos || !yakuba::is_utf8(target->path)) std::abort();
  }
  if (const auto fields = parse_urlencoded(text)) {
    Form form(*fields);
    for (const auto& [name, value] : fields->items) {
      (void)form.text(name, {{.label = name}});
      (void)form.integer(name, {{.label = name}});
      (void)form.date(name, {{.label = name}});
      (void)form.groups(name);
    }
    for (const auto& fault : form.faults()) {
      const Html shown = fault_words(fault, Words({Language::ja, true}));
      if (shown.markup().find("<script") != std::string::npos) std::abort();
    }
  }
  if (const auto path = Path::parse(text); path && path->text().starts_with("//")) std::abort();
  const auto name = clean_file_name(text);
  if (name.empty() || name.size() > 200 || name.find_first_of("/\\\r\n") != std::string::npos) std::abort();
  (void)sniff(text);
  return 0;
}
