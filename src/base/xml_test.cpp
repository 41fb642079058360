#include "base/xml.hpp"

#include <gtest/gtest.h>

namespace yakuba {
namespace {

TEST(Xml, TextKeepsWhatAReaderWouldTakeForMarkupOrChange) {
  EXPECT_EQ(xml_text("子ども & 親 <1>"), "子ども &amp; 親 &lt;1&gt;");
  EXPECT_EQ(xml_text("]]>"), "]]&gt;") << "XML 1.0, 2.4: not in text as it is";
  EXPECT_EQ(xml_text("a\r\nb\tc"), "a&#13;\nb\tc") << "only the carriage return would be changed";
}

TEST(Xml, AttributesKeepQuotationMarksAndLines) {
  EXPECT_EQ(xml_attribute("5\" 幅"), "5&quot; 幅");
  EXPECT_EQ(xml_attribute("a\r\nb\tc"), "a&#13;&#10;b&#9;c") << "XML 1.0, 3.3.3: they would become spaces";
}

}  // namespace
}  // namespace yakuba
