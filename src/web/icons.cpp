#include "web/icons.hpp"

namespace yakuba::web {

namespace {

struct Shape {
  std::string_view id;
  std::string_view markup;
};

constexpr Shape shapes[] = {
    {"i-alert", R"(<path d="M12 3.5 22 20.5H2zM12 10v5M12 17.6v.2"/>)"},    // alert
    {"i-back", R"(<path d="m15 5-7 7 7 7"/>)"},                             // back
    {"i-check", R"(<path d="m5 12.5 4.5 4.5L19 7"/>)"},                     // check
    {"i-chev", R"(<path d="m9 5 7 7-7 7"/>)"},                              // next
    {"i-cross", R"(<path d="M6.5 6.5l11 11M17.5 6.5l-11 11"/>)"},           // cross
    {"i-dot", R"(<circle cx="12" cy="12" r="3.5" fill="currentColor"/>)"},  // dot
    {"i-up", R"(<path d="m6 14 6-6 6 6"/>)"},                               // up
    {"i-down", R"(<path d="m5 9 7 7 7-7"/>)"},                              // down
    {"i-dn", R"(<path d="m6 10 6 6 6-6"/>)"},                               // decrease
    // globe
    {"i-globe", R"(<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18"/>)"},
    {"i-info", R"(<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.4v.2"/>)"},    // info
    {"i-ok", R"(<circle cx="12" cy="12" r="9"/><path d="m8 12.3 2.8 2.8L16.2 9.5"/>)"},  // ok
    {"i-person", R"(<circle cx="12" cy="8" r="4"/><path d="M4 21c1-9 15-9 16 0"/>)"},    // person
    // question
    {"i-qm",
     R"(<circle cx="12" cy="12" r="9"/><path d="M9.3 9.5a2.7 2.7 0 1 1 3.8 2.5c-.8.4-1.1 1-1.1 1.8M12 16.8v.2"/>)"},
    {"i-plus", R"(<path d="M12 5v14M5 12h14"/>)"},                                                          // plus
    {"i-ret", R"(<path d="M9 6 4 11l5 5M4 11h11a5 5 0 0 1 0 10h-3"/>)"},                                    // returned
    {"i-sort", R"(<path d="m8 9 4-4 4 4M8 15l4 4 4-4"/>)"},                                                 // sort
    {"i-tray", R"(<path d="M4 13 6.5 5h11L20 13v6H4zM4 13h5l1 2.5h4L15 13h5"/>)"},                          // tray
    {"i-q0", R"(<circle cx="12" cy="12" r="8"/>)"},                                                         // state_0
    {"i-q1", R"(<circle cx="12" cy="12" r="8"/><path d="M12 4a8 8 0 0 1 8 8h-8z" fill="currentColor"/>)"},  // state_1
    {"i-q2", R"(<circle cx="12" cy="12" r="8"/><path d="M12 4a8 8 0 0 1 0 16z" fill="currentColor"/>)"},    // state_2
    {"i-q3", R"(<circle cx="12" cy="12" r="8"/><path d="M12 4a8 8 0 1 1-8 8h8z" fill="currentColor"/>)"},   // state_3
    {"i-q4", R"(<circle cx="12" cy="12" r="8" fill="currentColor"/>)"},                                     // state_4
    {"i-bag", R"(<path d="M6 3h9l4 4v14H6zM15 3v4h4M9 12h7M9 16h7"/>)"},                                    // bag
    {"i-bin", R"(<path d="M4.5 7h15M9 7V4h6v3M6.5 7l1 14h9l1-14M10.5 11v6M13.5 11v6"/>)"},                  // bin
    // care
    {"i-care", R"(<path d="M12 9.5C10.3 6.5 6 7.3 6 10.3c0 3 6 6.5 6 6.5s6-3.5 6-6.5c0-3-4.3-3.8-6-.8zM3 20.5h18"/>)"},
    // child
    {"i-child",
     R"(<circle cx="8" cy="6" r="2.7"/><circle cx="17" cy="10" r="2"/><path d="M3.5 20v-4c0-6 9-6 9 0v4M14 20v-3c0-4 6-4 6 0v3M2 20h20"/>)"},
    {"i-clock", R"(<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.5 2"/>)"},                     // clock
    {"i-dl", R"(<path d="M12 4v11M7.5 10.5 12 15l4.5-4.5M4 19.5h16"/>)"},                           // download
    {"i-eye", R"(<path d="M2 12c4-7 16-7 20 0-4 7-16 7-20 0z"/><circle cx="12" cy="12" r="3"/>)"},  // eye
    {"i-file", R"(<path d="M6 3h8l4 4v14H6zM14 3v4h4"/>)"},                                         // file
    // flood
    {"i-flood",
     R"(<path d="m4 11 8-7 8 7M6.5 9.5V15M17.5 9.5V15M2.5 18.5c1.6-1.4 3.2-1.4 4.8 0s3.1 1.4 4.7 0 3.1-1.4 4.7 0 3.2 1.4 4.8 0"/>)"},
    // flower
    {"i-flower",
     R"(<circle cx="12" cy="8" r="2"/><path d="M12 6c-2-3 2-4.5 0 0M14 8c3-2 4.5 2 0 0M10 8c-3 2-4.5-2 0 0M12 10v11M12 17c-3 0-5-1.5-5.5-4 3 0 5 1.5 5.5 4zM12 19c3 0 4.8-1.3 5.5-3.5"/><path d="M13.4 6.6c1-3 4-.8 0 0M10.6 6.6c-1-3-4-.8 0 0M13.4 9.4c3 1 .8 4 0 0M10.6 9.4c-3 1-.8 4 0 0"/>)"},
    {"i-house", R"(<path d="m3.5 11 8.5-7.5 8.5 7.5M6 9v11.5h12V9M10 20.5V14h4v6.5"/>)"},              // house
    {"i-lock", R"(<path d="M6 11h12v10H6zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11"/>)"},                       // lock
    {"i-heart", R"(<path d="M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6zM12 8.5v6.5M8.8 11.7h6.4"/>)"},  // medical
    // move
    {"i-move", R"(<path d="M3.5 8 12 4l8.5 4v8.5L12 20.5l-8.5-4zM3.5 8l8.5 4 8.5-4M12 12v8.5M7.7 6l8.5 4"/>)"},
    // pin
    {"i-pin", R"(<path d="M12 21c5-6 7-9 7-12a7 7 0 0 0-14 0c0 3 2 6 7 12z"/><circle cx="12" cy="9" r="2.5"/>)"},
    // pram
    {"i-pram",
     R"(<path d="M4 11h16c0 4.5-3.5 7-8 7s-8-2.5-8-7zM12 11V4c4.5 0 8 3 8 7M4 11 3 7.5H1.5"/><circle cx="8" cy="20.5" r="1.2"/><circle cx="16" cy="20.5" r="1.2"/>)"},
    {"i-print", R"(<path d="M7 8V3h10v5M7 17H4V8h16v9h-3M7 14h10v7H7z"/>)"},  // print
    // rings
    {"i-rings",
     R"(<circle cx="8.5" cy="14" r="5.5"/><circle cx="15.5" cy="14" r="5.5"/><path d="m10 4.5 2-1.5 2 1.5-2 2.5z"/>)"},
    // school
    {"i-school",
     R"(<path d="M6 10a6 6 0 0 1 12 0v9a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2zM9.5 4.5V3h5v1.5M6 13h12M12 13v3M4 14v5M20 14v5"/>)"},
    {"i-search", R"(<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.5 21 21"/>)"},  // search
    {"i-work", R"(<path d="M3.5 8h17v11.5h-17zM9 8V5h6v3M3.5 13h17M12 12v2.5"/>)"},        // work
    {"i-yen", R"(<circle cx="12" cy="12" r="9"/><path d="m8.5 7.5 3.5 5 3.5-5M12 12.5V17M9 13h6M9 15.2h6"/>)"},  // yen
};
static_assert(std::size(shapes) == static_cast<std::size_t>(Icon::count_));

const Shape& shape(Icon icon) {
  const auto index = static_cast<std::size_t>(icon);
  return shapes[index < std::size(shapes) ? index : static_cast<std::size_t>(Icon::info)];
}

}  // namespace

std::string_view icon_id(Icon icon) {
  return shape(icon).id;
}

std::string_view icon_shape(Icon icon) {
  return shape(icon).markup;
}

Icon icon_named(std::string_view name) {
  for (std::size_t i = 0; i < std::size(shapes); ++i)
    if (shapes[i].id.substr(2) == name) return static_cast<Icon>(i);
  return Icon::info;
}

}  // namespace yakuba::web
