// Typed HTML. A page is a C++ expression; a string in it is text and is escaped, never markup.
//
//   using namespace yakuba::web::html;                       // inside the namespace of your folder
//   Html row = tr(cls("fired"), th(scope("row"), 1), td(name), each(cells, [](const Cell& c) { return td(c.text); }));
//   Html list = when(cases.empty(), [&] { return empty_state({.title = "…"}); }, [&] { return table_of(cases); });
//
// Text: anything that converts to string_view, whole numbers, Phrase (web/words.hpp), Html, std::optional of these.
// A bool or a char as text refuses to compile (say which word is meant), so does a pointer. Attributes have types:
// text, number, flag (checked(true)), true/false (aria_pressed(on)) and address (href, action: only paths, #…, ?…,
// http://, https:, tel:, mailto:; anything else, scripts above all, is written as "#refused").
//
// Cost: nodes are values that hold their parts; beside the output string nothing is allocated but copies of long
// strings. Lifetime: a node owns the strings it was given; a string_view or a named range in each() must outlive it.
// Functions return Html (rendered). Html carries the icons it uses; the page shell emits each used symbol once
// (components.hpp). Threads: pure values. Source: HTML Living Standard §13.3 (escaping in text and in double-quoted
// attributes).
#pragma once

#include <algorithm>
#include <array>
#include <bitset>
#include <charconv>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "web/icons.hpp"

namespace yakuba::web {

using IconSet = std::bitset<128>;
static_assert(static_cast<std::size_t>(Icon::count_) <= 128);

// Where nodes are written: the text so far and the icons it uses.
struct Writer {
  std::string text;
  IconSet icons;

  void literal(std::string_view markup);  // markup from this folder's own source only
  void escape(std::string_view plain);    // & < > " ' and NUL; valid in text and attributes
  void number(std::int64_t value);
};

// Where a piece is written before its size is known: one text a thread, used as a stack, so that a piece costs one
// allocation of its own size. A Scratch lives as long as one piece is written and never longer than the one around it.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  Writer& writer() { return writer_; }
  Writer take() const { return {writer_.text.substr(begin_), writer_.icons}; }

 private:
  Writer& writer_;
  std::size_t begin_;
  IconSet around_;  // icons of the piece around this one
};

// A string that is an address, after the check described above.
std::string_view safe_address(std::string_view address);

template <std::size_t N>
struct FixedString {
  char text[N]{};
  consteval FixedString(const char (&s)[N]) { std::copy_n(s, N, text); }
  constexpr std::string_view view() const { return {text, N - 1}; }
};

class Html;
class Raw;  // web/raw.hpp: markup that is already HTML; constructed only inside src/web

// "<" + "div" and the like, put together by the compiler: one append instead of three.
template <FixedString Before, FixedString Name, FixedString After>
struct Joined {
  static constexpr std::size_t size = sizeof(Before.text) + sizeof(Name.text) + sizeof(After.text) - 3;
  static constexpr auto text = [] {
    std::array<char, size> all{};
    std::size_t at = 0;
    for (const std::string_view part : {Before.view(), Name.view(), After.view()})
      for (const char c : part) all[at++] = c;
    return all;
  }();
  static constexpr std::string_view view{text.data(), size};
};

template <class T>
concept TextLike = std::convertible_to<const T&, std::string_view>;
template <class T>
concept WholeNumber =
    std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> && !std::same_as<T, char8_t> &&
    !std::same_as<T, char16_t> && !std::same_as<T, char32_t> && !std::same_as<T, wchar_t>;
template <class T>
concept WritesItself = requires(const T& node, Writer& out) { node.write(out); };
template <class T>
concept WritesAsValue = requires(const T& value, Writer& out) { value.write_plain(out); };  // in an attribute
template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
concept IsAttribute = requires { typename T::AttributeTag; };

// What may stand between tags.
template <class T>
concept Node = !IsAttribute<T> && (TextLike<T> || WholeNumber<T> || WritesItself<T> || IsOptional<T>::value);

template <class T>
void put(Writer& out, const T& node) {
  if constexpr (WritesItself<T>) {
    node.write(out);
  } else if constexpr (IsOptional<T>::value) {
    if (node) put(out, *node);
  } else if constexpr (WholeNumber<T>) {
    out.number(static_cast<std::int64_t>(node));
  } else {
    static_assert(TextLike<T>, "not text: give a string, a whole number, a Phrase or a node; a bool needs its word");
    out.escape(std::string_view(node));
  }
}

// How a part is kept inside a node: everything is moved or copied in, so that a node may leave the function that made
// it; only literals and string_views, which own nothing, are kept as views.
template <class T>
struct Kept {
  using Plain = std::remove_cvref_t<T>;
  static constexpr bool viewed = TextLike<Plain> && !WritesItself<Plain> && !std::same_as<Plain, std::string>;
  using type = std::conditional_t<viewed, std::string_view, Plain>;
};
template <class T>
using kept_t = typename Kept<T>::type;

// --- attributes ---
enum class AttributeKind { text, address, flag, true_false };

template <FixedString Name, AttributeKind Kind, class V>
struct Attribute {
  using AttributeTag = void;
  V value;
  bool present = true;

  Attribute only_if(bool condition) && {
    present = present && condition;
    return std::move(*this);
  }
  void write_attribute(Writer& out) const {
    if (!present) return;
    if constexpr (IsOptional<V>::value) {
      if (value) Attribute<Name, Kind, typename V::value_type>{*value}.write_attribute(out);
    } else if constexpr (Kind == AttributeKind::flag) {
      if (value) out.literal(Joined<" ", Name, "">::view);
    } else {
      out.literal(Joined<" ", Name, "=\"">::view);
      write_value(out);
      out.literal("\"");
    }
  }

 private:
  void write_value(Writer& out) const {
    if constexpr (Kind == AttributeKind::true_false) {
      out.literal(value ? "true" : "false");
    } else if constexpr (Kind == AttributeKind::address) {
      out.escape(safe_address(std::string_view(value)));
    } else if constexpr (WritesAsValue<V>) {
      value.write_plain(out);
    } else {
      put(out, value);
    }
  }
};

template <FixedString Name, AttributeKind Kind = AttributeKind::text>
struct AttributeName {
  template <class V>
    requires(Kind == AttributeKind::text && !std::same_as<std::remove_cvref_t<V>, bool>)
  constexpr auto operator()(V&& value) const {
    return Attribute<Name, Kind, kept_t<V&&>>{std::forward<V>(value)};
  }
  template <class V>
    requires(Kind == AttributeKind::address && std::convertible_to<V, std::string_view>)
  constexpr auto operator()(V&& value) const {
    return Attribute<Name, Kind, kept_t<V&&>>{std::forward<V>(value)};
  }
  constexpr auto operator()(std::same_as<bool> auto on) const
    requires(Kind == AttributeKind::flag || Kind == AttributeKind::true_false)
  {
    return Attribute<Name, Kind, bool>{on};
  }
};

// --- elements ---
template <FixedString Name, bool Void, class... Parts>
struct Element {
  std::tuple<Parts...> parts;

  void write(Writer& out) const {
    out.literal(Joined<"<", Name, "">::view);
    std::apply([&](const auto&... part) { (write_if_attribute(out, part), ...); }, parts);
    out.literal(">");
    if constexpr (!Void) {
      std::apply([&](const auto&... part) { (write_if_child(out, part), ...); }, parts);
      out.literal(Joined<"</", Name, ">">::view);
    }
  }

 private:
  template <class T>
  static void write_if_attribute(Writer& out, const T& part) {
    if constexpr (IsAttribute<T>) part.write_attribute(out);
  }
  template <class T>
  static void write_if_child(Writer& out, const T& part) {
    if constexpr (!IsAttribute<T>) put(out, part);
  }
};

template <class T>
concept Part = IsAttribute<std::remove_cvref_t<T>> || Node<std::remove_cvref_t<T>>;

template <FixedString Name, bool Void = false>
struct Tag {
  template <Part... Parts>
    requires(!Void || (IsAttribute<std::remove_cvref_t<Parts>> && ...))
  constexpr auto operator()(Parts&&... parts) const {
    return Element<Name, Void, kept_t<Parts&&>...>{{std::forward<Parts>(parts)...}};
  }
};

// Several nodes in a row, without an element around them.
template <class... Parts>
struct Fragment {
  std::tuple<Parts...> parts;
  void write(Writer& out) const {
    std::apply([&](const auto&... part) { (put(out, part), ...); }, parts);
  }
};
template <class... Parts>
  requires(Node<std::remove_cvref_t<Parts>> && ...)
auto group(Parts&&... parts) {
  return Fragment<kept_t<Parts&&>...>{{std::forward<Parts>(parts)...}};
}

// Nothing at all (the other branch of a choice).
struct Nothing {
  void write(Writer&) const {}
};
inline constexpr Nothing nothing{};

// each(range, [](const Item& item) { return li(…); }) or (item, index): evaluated when written.
template <class Range, class F>
struct Each {
  Range range;  // a reference when a named range was given
  F body;
  void write(Writer& out) const {
    if constexpr (std::invocable<const F&, decltype(*std::begin(range)), std::size_t>) {
      std::size_t index = 0;
      for (auto&& item : range) put(out, body(item, index++));
    } else {
      for (auto&& item : range) put(out, body(item));
    }
  }
};
template <class Range, class F>
auto each(Range&& range, F body) {
  using Held = std::conditional_t<std::is_lvalue_reference_v<Range>, const std::remove_reference_t<Range>&,
                                  std::remove_cvref_t<Range>>;
  return Each<Held, F>{std::forward<Range>(range), std::move(body)};
}

// when(condition, node or [&]{ return node; }[, otherwise]): the branch not taken is never evaluated when it is a
// lambda.
template <class Then, class Else>
struct When {
  bool condition;
  Then then;
  Else otherwise;
  void write(Writer& out) const { condition ? branch(out, then) : branch(out, otherwise); }

 private:
  template <class B>
  static void branch(Writer& out, const B& b) {
    if constexpr (std::invocable<const B&>) {
      put(out, b());
    } else {
      put(out, b);
    }
  }
};
template <class Then, class Else = Nothing>
auto when(std::same_as<bool> auto condition, Then&& then, Else&& otherwise = Else{}) {
  return When<kept_t<Then&&>, kept_t<Else&&>>{condition, std::forward<Then>(then), std::forward<Else>(otherwise)};
}

// A rendered piece: owns its markup and knows its icons. Implicit from any node, so `Html x = p(name);` and component
// fields take either. From a string it is escaped text.
class Html {
 public:
  Html() = default;
  Html(const Html&) = default;
  Html(Html&&) noexcept = default;
  Html& operator=(const Html&) = default;
  Html& operator=(Html&&) noexcept = default;
  template <class T>
    requires(Node<std::remove_cvref_t<T>> && !std::same_as<std::remove_cvref_t<T>, Html>)
  Html(const T& node) {
    if constexpr (WritesItself<T>) {
      Scratch scratch;
      put(scratch.writer(), node);
      written_ = scratch.take();
    } else {
      put(written_, node);
    }
  }
  void write(Writer& out) const {
    out.literal(written_.text);
    out.icons |= written_.icons;
  }
  bool empty() const { return written_.text.empty(); }
  const std::string& markup() const { return written_.text; }
  const IconSet& icons() const { return written_.icons; }
  // Adds a node at the end: for lists that grow in a loop.
  template <class T>
    requires(Node<std::remove_cvref_t<T>>)
  Html& add(const T& node) {
    put(written_, node);
    return *this;
  }
  bool operator==(const Html& other) const { return written_.text == other.written_.text; }

 private:
  Writer written_;
};

// A rendered piece that is only looked at: for parts that certainly outlive the node (a component's own arguments).
struct HtmlView {
  const Html* html;
  void write(Writer& out) const { html->write(out); }
};
inline HtmlView borrowed(const Html& html) {
  return {&html};
}

// An icon: <svg class="i"><use href="#i-…"></svg>, hidden from assistive technology (words stand beside it).
struct IconNode {
  Icon icon;
  void write(Writer& out) const;
};
inline IconNode icon(Icon which) {
  return {which};
}

namespace html {
using web::each;
using web::group;
using web::icon;
using web::nothing;
using web::when;

#define YAKUBA_TAG(name) inline constexpr Tag<#name> name{};
YAKUBA_TAG(a)
YAKUBA_TAG(abbr)
YAKUBA_TAG(address) YAKUBA_TAG(article) YAKUBA_TAG(aside) YAKUBA_TAG(b) YAKUBA_TAG(bdi) YAKUBA_TAG(blockquote)
    YAKUBA_TAG(button) YAKUBA_TAG(caption) YAKUBA_TAG(cite) YAKUBA_TAG(code) YAKUBA_TAG(colgroup) YAKUBA_TAG(dd)
        YAKUBA_TAG(del) YAKUBA_TAG(details) YAKUBA_TAG(div) YAKUBA_TAG(dl) YAKUBA_TAG(dt) YAKUBA_TAG(em)
            YAKUBA_TAG(fieldset) YAKUBA_TAG(figcaption) YAKUBA_TAG(figure) YAKUBA_TAG(footer) YAKUBA_TAG(form)
                YAKUBA_TAG(h1) YAKUBA_TAG(h2) YAKUBA_TAG(h3) YAKUBA_TAG(h4) YAKUBA_TAG(header) YAKUBA_TAG(ins)
                    YAKUBA_TAG(kbd) YAKUBA_TAG(label) YAKUBA_TAG(legend) YAKUBA_TAG(li) YAKUBA_TAG(nav) YAKUBA_TAG(ol)
                        YAKUBA_TAG(optgroup) YAKUBA_TAG(option) YAKUBA_TAG(p) YAKUBA_TAG(pre) YAKUBA_TAG(q)
                            YAKUBA_TAG(rp) YAKUBA_TAG(rt) YAKUBA_TAG(ruby) YAKUBA_TAG(section) YAKUBA_TAG(select)
                                YAKUBA_TAG(small) YAKUBA_TAG(span) YAKUBA_TAG(strong) YAKUBA_TAG(sub)
                                    YAKUBA_TAG(summary) YAKUBA_TAG(sup) YAKUBA_TAG(table) YAKUBA_TAG(tbody)
                                        YAKUBA_TAG(td) YAKUBA_TAG(textarea) YAKUBA_TAG(tfoot) YAKUBA_TAG(th)
                                            YAKUBA_TAG(thead) YAKUBA_TAG(time) YAKUBA_TAG(tr) YAKUBA_TAG(u)
                                                YAKUBA_TAG(ul) YAKUBA_TAG(var)
    // Drawings (SVG 2); <title> and <text> are named apart from the words they would hide.
    YAKUBA_TAG(svg) YAKUBA_TAG(g) YAKUBA_TAG(path) YAKUBA_TAG(rect) YAKUBA_TAG(circle) YAKUBA_TAG(line)
        YAKUBA_TAG(polyline) YAKUBA_TAG(polygon) YAKUBA_TAG(defs) YAKUBA_TAG(marker) YAKUBA_TAG(desc) YAKUBA_TAG(tspan)
#undef YAKUBA_TAG
            inline constexpr Tag<"main"> main_element{};
inline constexpr Tag<"title"> svg_title{};
inline constexpr Tag<"text"> svg_text{};
inline constexpr Tag<"br", true> br{};
inline constexpr Tag<"hr", true> hr{};
inline constexpr Tag<"input", true> input{};
inline constexpr Tag<"img", true> img{};
inline constexpr Tag<"col", true> col{};
inline constexpr Tag<"wbr", true> wbr{};

#define YAKUBA_TEXT(cpp, name) inline constexpr AttributeName<name> cpp{};
#define YAKUBA_FLAG(cpp, name) inline constexpr AttributeName<name, AttributeKind::flag> cpp{};
#define YAKUBA_BOTH(cpp, name) inline constexpr AttributeName<name, AttributeKind::true_false> cpp{};
#define YAKUBA_LINK(cpp, name) inline constexpr AttributeName<name, AttributeKind::address> cpp{};
YAKUBA_TEXT(cls, "class")
YAKUBA_TEXT(id, "id")
YAKUBA_TEXT(lang, "lang") YAKUBA_TEXT(dir, "dir") YAKUBA_TEXT(hreflang, "hreflang") YAKUBA_TEXT(rel, "rel") YAKUBA_TEXT(
    role, "role") YAKUBA_TEXT(tabindex,
                              "tabindex") YAKUBA_TEXT(title, "title") YAKUBA_TEXT(for_, "for") YAKUBA_TEXT(name, "name")
    YAKUBA_TEXT(value, "value") YAKUBA_TEXT(type, "type") YAKUBA_TEXT(method, "method") YAKUBA_TEXT(enctype, "enctype")
        YAKUBA_TEXT(accept, "accept") YAKUBA_TEXT(autocomplete, "autocomplete") YAKUBA_TEXT(inputmode, "inputmode")
            YAKUBA_TEXT(maxlength, "maxlength") YAKUBA_TEXT(minlength, "minlength") YAKUBA_TEXT(
                rows, "rows") YAKUBA_TEXT(cols, "cols") YAKUBA_TEXT(size, "size") YAKUBA_TEXT(min, "min")
                YAKUBA_TEXT(max, "max") YAKUBA_TEXT(step, "step") YAKUBA_TEXT(list, "list") YAKUBA_TEXT(
                    scope,
                    "scope") YAKUBA_TEXT(colspan, "colspan") YAKUBA_TEXT(rowspan, "rowspan") YAKUBA_TEXT(headers,
                                                                                                         "headers")
                    YAKUBA_TEXT(datetime, "datetime") YAKUBA_TEXT(form_id, "form") YAKUBA_TEXT(alt, "alt") YAKUBA_TEXT(
                        width, "width") YAKUBA_TEXT(height, "height")
                        YAKUBA_TEXT(download, "download") YAKUBA_TEXT(aria_label, "aria-label") YAKUBA_TEXT(
                            aria_labelledby, "aria-labelledby") YAKUBA_TEXT(aria_describedby, "aria-describedby")
                            YAKUBA_TEXT(aria_current, "aria-current") YAKUBA_TEXT(aria_sort, "aria-sort") YAKUBA_TEXT(
                                aria_controls,
                                "aria-controls") YAKUBA_TEXT(aria_live,
                                                             "aria-live") YAKUBA_FLAG(checked, "checked")
                                YAKUBA_FLAG(selected, "selected") YAKUBA_FLAG(required, "required")
                                    YAKUBA_FLAG(disabled, "disabled") YAKUBA_FLAG(readonly, "readonly") YAKUBA_FLAG(
                                        multiple, "multiple") YAKUBA_FLAG(novalidate, "novalidate")
                                        YAKUBA_FLAG(formnovalidate, "formnovalidate") YAKUBA_FLAG(
                                            open, "open") YAKUBA_FLAG(autofocus, "autofocus")
                                            YAKUBA_FLAG(hidden, "hidden") YAKUBA_FLAG(reversed, "reversed") YAKUBA_BOTH(
                                                aria_hidden, "aria-hidden") YAKUBA_BOTH(aria_pressed, "aria-pressed")
                                                YAKUBA_BOTH(aria_invalid, "aria-invalid") YAKUBA_BOTH(
                                                    aria_required,
                                                    "aria-required") YAKUBA_BOTH(aria_expanded,
                                                                                 "aria-expanded") YAKUBA_BOTH(focusable,
                                                                                                              "focusabl"
                                                                                                              "e")
                                                    YAKUBA_LINK(href, "href") YAKUBA_LINK(src, "src") YAKUBA_LINK(
                                                        action,
                                                        "action") YAKUBA_LINK(formaction, "formaction")
                                                        YAKUBA_TEXT(view_box, "viewBox") YAKUBA_TEXT(
                                                            d,
                                                            "d") YAKUBA_TEXT(x,
                                                                             "x") YAKUBA_TEXT(y,
                                                                                              "y") YAKUBA_TEXT(x1, "x1")
                                                            YAKUBA_TEXT(y1, "y1") YAKUBA_TEXT(
                                                                x2,
                                                                "x2") YAKUBA_TEXT(y2,
                                                                                  "y2") YAKUBA_TEXT(cx, "cx")
                                                                YAKUBA_TEXT(cy, "cy") YAKUBA_TEXT(r, "r") YAKUBA_TEXT(
                                                                    rx,
                                                                    "rx") YAKUBA_TEXT(points, "points")
                                                                    YAKUBA_TEXT(text_anchor, "text-anchor") YAKUBA_TEXT(
                                                                        stroke_width,
                                                                        "stroke-width") YAKUBA_TEXT(fill, "fill")
                                                                        YAKUBA_TEXT(stroke, "stroke") YAKUBA_TEXT(
                                                                            marker_end,
                                                                            "marker-end") YAKUBA_TEXT(transform,
                                                                                                      "transform")
                                                                            YAKUBA_TEXT(
                                                                                preserve_aspect_ratio,
                                                                                "preserveAspectRatio")
                                                                                YAKUBA_TEXT(
                                                                                    shape_rendering, "shape-rendering")
                                                                                    YAKUBA_TEXT(ref_x, "refX")
                                                                                        YAKUBA_TEXT(ref_y, "refY")
                                                                                            YAKUBA_TEXT(
                                                                                                marker_width,
                                                                                                "markerWidth")
                                                                                                YAKUBA_TEXT(
                                                                                                    marker_height,
                                                                                                    "markerHeight")
                                                                                                    YAKUBA_TEXT(
                                                                                                        marker_units,
                                                                                                        "markerUnits")
                                                                                                        YAKUBA_TEXT(
                                                                                                            orient,
                                                                                                            "orient")
#undef YAKUBA_TEXT
#undef YAKUBA_FLAG
#undef YAKUBA_BOTH
#undef YAKUBA_LINK
}  // namespace html

}  // namespace yakuba::web
