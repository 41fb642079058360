// Test cases as a TCK file.
#include "dmn/tck.hpp"

namespace yakuba::dmn::tck {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

std::string_view type_of(feel::Kind kind) {
  switch (kind) {
    case feel::Kind::boolean:
      return "boolean";
    case feel::Kind::number:
      return "decimal";
    case feel::Kind::date:
      return "date";
    case feel::Kind::time:
      return "time";
    case feel::Kind::date_time:
      return "dateTime";
    case feel::Kind::days_duration:
    case feel::Kind::months_duration:
      return "duration";
    default:
      return "string";
  }
}

void append(const feel::Value& value, const std::string& indent, std::string& out) {
  if (value.kind() == feel::Kind::list) {
    out += indent + "<list>\n";
    for (const feel::Value& item : value.items()) {
      out += indent + "  <item>\n";
      append(item, indent + "    ", out);
      out += indent + "  </item>\n";
    }
    out += indent + "</list>\n";
    return;
  }
  if (value.kind() == feel::Kind::context) {
    for (const feel::Entry& entry : value.entries()) {
      out += indent + "<component name=\"" + escaped(entry.name()) + "\">\n";
      append(entry.value, indent + "  ", out);
      out += indent + "</component>\n";
    }
    return;
  }
  if (value.is_null()) {
    out += indent + "<value xsi:nil=\"true\"/>\n";
    return;
  }
  out += indent + "<value xsi:type=\"xsd:" + std::string(type_of(value.kind())) + "\">" + escaped(feel::text(value)) +
         "</value>\n";
}

}  // namespace

std::string write(const Suite& suite) {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testCases xmlns=\"http://www.omg.org/spec/DMN/20160719/testcase\"\n"
      "           xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
      "xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\">\n";
  out += "  <modelName>" + escaped(suite.model_name) + "</modelName>\n";
  if (!suite.labels.empty()) {
    out += "  <labels>\n";
    for (const std::string& label : suite.labels) out += "    <label>" + escaped(label) + "</label>\n";
    out += "  </labels>\n";
  }
  for (const Case& test : suite.cases) {
    out += "  <testCase id=\"" + escaped(test.id) + "\"";
    if (test.kind != Case::Kind::decision)
      out += std::string(" type=\"") + (test.kind == Case::Kind::service ? "decisionService" : "bkm") + "\"";
    if (!test.invocable.empty()) out += " invocableName=\"" + escaped(test.invocable) + "\"";
    out += ">\n";
    if (!test.description.empty()) out += "    <description>" + escaped(test.description) + "</description>\n";
    for (const drg::Given& input : test.inputs) {
      out += "    <inputNode name=\"" + escaped(input.name) + "\"";
      if (!input.namespace_uri.empty()) out += " namespace=\"" + escaped(input.namespace_uri) + "\"";
      out += ">\n";
      append(input.value, "      ", out);
      out += "    </inputNode>\n";
    }
    for (const Expected& result : test.results) {
      out += "    <resultNode name=\"" + escaped(result.name) + "\"";
      if (!result.namespace_uri.empty()) out += " namespace=\"" + escaped(result.namespace_uri) + "\"";
      out += result.error ? " errorResult=\"true\">\n" : ">\n";
      if (result.given) {
        out += "      <expected>\n";
        append(result.value, "        ", out);
        out += "      </expected>\n";
      }
      out += "    </resultNode>\n";
    }
    out += "  </testCase>\n";
  }
  return out + "</testCases>\n";
}

}  // namespace yakuba::dmn::tck
