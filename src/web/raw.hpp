// Markup that is already HTML. Only for files of src/web (tools/tidy refuses this include elsewhere): literals of our
// own and text that a function of this folder has checked.
#pragma once

#include "web/html.hpp"

namespace yakuba::web {

class Raw {
 public:
  explicit Raw(std::string_view checked_markup) : markup_(checked_markup) {}
  void write(Writer& out) const { out.literal(markup_); }

 private:
  std::string_view markup_;
};

}  // namespace yakuba::web
