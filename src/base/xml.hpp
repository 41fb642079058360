// Text inside XML that is written by hand (XML 1.0, 2.4 and 3.3.3): what a reader gives back is what was given here.
//
//   "<title>" + xml_text("子ども & 親") + "</title>"
//   "<item name=\"" + xml_attribute("5\" 幅") + "\"/>"
//
// A carriage return is written as a reference, as readers change it otherwise; so are line feeds and tabs of
// attributes. Input is UTF-8 without characters that XML forbids. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace yakuba {

std::string xml_text(std::string_view text);
std::string xml_attribute(std::string_view text);

}  // namespace yakuba
