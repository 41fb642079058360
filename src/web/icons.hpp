// The icons of the house: 24 × 24 outlines drawn by us, named by what they mean. A page emits only those it uses.
#pragma once

#include <cstdint>
#include <string_view>

namespace yakuba::web {

enum class Icon : std::uint8_t {
  // acting and judging
  alert,
  back,
  check,
  next,
  cross,
  dot,
  up,
  down,
  decrease,
  globe,
  info,
  ok,
  person,
  question,
  plus,
  returned,
  sort,
  tray,
  // how far a case is: a circle that fills
  state_0,
  state_1,
  state_2,
  state_3,
  state_4,
  // things
  bag,
  bin,
  care,
  child,
  clock,
  download,
  eye,
  file,
  flood,
  flower,
  house,
  lock,
  medical,
  move,
  pin,
  pram,
  print,
  rings,
  school,
  search,
  work,
  yen,
  count_,
};

std::string_view icon_id(Icon icon);     // "i-alert"
std::string_view icon_shape(Icon icon);  // what stands inside <symbol>
// By the id without "i-" ("alert", "q2"), for icons that a pack names; Icon::info when there is none.
Icon icon_named(std::string_view name);

}  // namespace yakuba::web
