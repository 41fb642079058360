// Typed HTML: what is written, and what refuses to compile.
#include "web/html.hpp"

#include <gtest/gtest.h>

#include "web/words.hpp"

namespace yakuba::web {
namespace {

using namespace html;

std::string written(const Html& node) {
  return node.markup();
}

TEST(Html, TextIsEscapedAndNeverMarkup) {
  const std::string name = "<script>alert('x')</script> & \"有本\"";
  EXPECT_EQ(written(p(name)), "<p>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;有本&quot;</p>");
  EXPECT_EQ(written(Html(name)), "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;有本&quot;");
  EXPECT_EQ(written(p(std::string("a\0b", 3))),
            "<p>a\xEF\xBF\xBD"
            "b</p>");
}

// Texts are looked at many bytes at once: at every length, wherever it stands, the one character is found.
TEST(Html, EveryLengthOfTextIsEscapedAtEveryPlace) {
  for (std::size_t size = 1; size <= 50; ++size)
    for (std::size_t at = 0; at < size; ++at)
      for (const std::size_t other : {at, size - 1 - at, std::size_t{0}}) {
        std::string text(size, 'x'), escaped;
        text[at] = '<';
        text[other] = '&';
        for (const char c : text) escaped += c == '<' ? "&lt;" : c == '&' ? "&amp;" : "x";
        ASSERT_EQ(Html(text).markup(), escaped) << text;
      }
}

TEST(Html, AttributesAreEscapedInsideTheirQuotes) {
  const std::string typed = "\" onmouseover=\"alert(1)";
  EXPECT_EQ(written(input(name("n"), value(typed))), "<input name=\"n\" value=\"&quot; onmouseover=&quot;alert(1)\">");
}

TEST(Html, AttributesHaveTypes) {
  EXPECT_EQ(written(input(type("checkbox"), checked(true), disabled(false))), "<input type=\"checkbox\" checked>");
  EXPECT_EQ(written(button(aria_pressed(false), "x")), "<button aria-pressed=\"false\">x</button>");
  EXPECT_EQ(written(td(colspan(3), 15000)), "<td colspan=\"3\">15000</td>");
  EXPECT_EQ(written(td(cls(std::optional<std::string>()), "x")), "<td>x</td>");
  EXPECT_EQ(written(li(aria_current("page").only_if(false), "x")), "<li>x</li>");
}

TEST(Html, AddressesThatCouldRunSomethingAreRefused) {
  for (const char* bad : {"javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "data:text/html,x",
                          "//evil.example", "vbscript:x", "java\nscript:x", "\\\\evil.example", "/a\\b"})
    EXPECT_EQ(written(a(href(bad), "x")), "<a href=\"#refused\">x</a>") << bad;
  for (const char* good : {"/cases/3", "#main", "?lang=en", "https://laws.e-gov.go.jp/", "tel:0868001234",
                           "mailto:a@example.jp", "staff/a:b", "next.html"})
    EXPECT_EQ(written(a(href(good), "x")), "<a href=\"" + std::string(good) + "\">x</a>");
}

TEST(Html, ChoicesAndListsAreEvaluatedWhenWritten) {
  int evaluated = 0;
  const std::vector<std::string> rows = {"一", "二"};
  const Html list = group(when(rows.empty(), [&] { return ++evaluated, p("なし"); }),
                          ul(each(rows, [](const std::string& row, std::size_t i) { return li(i, " ", row); })));
  EXPECT_EQ(evaluated, 0);
  EXPECT_EQ(written(list), "<ul><li>0 一</li><li>1 二</li></ul>");
  EXPECT_EQ(written(when(false, "a", "b")), "b");
  EXPECT_EQ(written(p(std::optional<int>(), nothing)), "<p></p>");
}

TEST(Html, ANodeMayLeaveTheFunctionThatMadeIt) {
  const auto make = [](int i) {
    const std::string local_id = "a-rather-long-identifier-" + std::to_string(i);
    return p(id(local_id), local_id);
  };
  EXPECT_EQ(written(make(7)), "<p id=\"a-rather-long-identifier-7\">a-rather-long-identifier-7</p>");
}

TEST(Html, ATemporaryStringLivesAsLongAsItsNode) {
  const auto node = p(std::string(200, 'x'));
  EXPECT_EQ(written(node).size(), 207u);
}

TEST(Html, RenderedPiecesKeepTheirIcons) {
  const Html inner = p(icon(Icon::alert), "あ");
  const Html outer = div(inner, icon(Icon::ok));
  EXPECT_TRUE(outer.icons().test(static_cast<std::size_t>(Icon::alert)));
  EXPECT_TRUE(outer.icons().test(static_cast<std::size_t>(Icon::ok)));
  EXPECT_EQ(outer.icons().count(), 2u);
  EXPECT_NE(
      outer.markup().find("<svg class=\"i\" aria-hidden=\"true\"><use href=\"#i-alert\"/></svg>"),
      std::string::npos);
}

TEST(Html, EveryIconHasAnIdAndAShape) {
  std::set<std::string_view> ids;
  for (std::size_t i = 0; i < static_cast<std::size_t>(Icon::count_); ++i) {
    EXPECT_TRUE(ids.insert(icon_id(static_cast<Icon>(i))).second);
    EXPECT_TRUE(icon_shape(static_cast<Icon>(i)).starts_with("<"));
  }
  EXPECT_EQ(icon_named("q3"), Icon::state_3);
  EXPECT_EQ(icon_named("no-such"), Icon::info);
}

// --- what does not compile ---
template <class T>
concept CanBeChild = requires(T t) { p(t); };
template <class T>
concept CanBeValue = requires(T t) { value(t); };
template <class T>
concept CanBeAddress = requires(T t) { href(t); };
template <class T>
concept CanBeFlag = requires(T t) { checked(t); };
template <class T>
concept CanFillVoid = requires(T t) { br(t); };
template <class T>
concept CanBeHtml = std::constructible_from<Html, T>;

static_assert(CanBeChild<std::string> && CanBeChild<int> && CanBeChild<Html> && CanBeChild<Phrase>);
static_assert(!CanBeChild<bool>, "say which word is meant");
static_assert(!CanBeChild<char> && !CanBeChild<wchar_t>);
static_assert(!CanBeChild<int*> && !CanBeChild<void*> && !CanBeChild<double>);
static_assert(!CanBeHtml<bool> && !CanBeHtml<char> && CanBeHtml<const char*>);
static_assert(!CanBeValue<bool> && CanBeValue<std::string> && CanBeValue<int>);
static_assert(!CanBeAddress<int> && !CanBeAddress<bool>);
static_assert(!CanBeFlag<const char*> && !CanBeFlag<int> && CanBeFlag<bool>);
static_assert(!CanFillVoid<const char*>, "an empty element has no children");
static_assert(!CanBeChild<Raw>, "markup from a string needs web/raw.hpp, which only src/web includes");

}  // namespace
}  // namespace yakuba::web
