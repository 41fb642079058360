// The example of dmn/dmn.hpp, compiled and run as it stands there.
#include <fstream>

#include <gtest/gtest.h>

#include "base/json.hpp"
#include "base/text.hpp"
#include "dmn/dmn.hpp"

namespace yakuba {
namespace {

// example begins
std::string decide(std::string_view xml, std::string_view json) {
  const dmn::drg::Reading reading = dmn::drg::read(xml, "model.dmn");
  if (!reading.definitions) return dmn::describe(reading.faults.at(0), dmn::Words::en);
  const dmn::drg::GraphCompilation compiled = dmn::drg::compile(*reading.definitions);
  if (!compiled.graph) return dmn::describe(compiled.faults.at(0), dmn::Words::en);
  const Result<JsonValue> input = parse_json(json);
  if (!input) return describe(input.error());
  const feel::Value context = feel::from_json(*input);
  std::vector<dmn::drg::Given> given;
  for (const feel::Entry& e : context.entries()) given.push_back({std::string(e.name()), e.value});
  dmn::drg::GraphEvaluator evaluator;
  std::string out;
  for (const std::string& decision : compiled.graph->result_decisions()) {
    const dmn::drg::GraphResult result = evaluator.evaluate(*compiled.graph, decision, given);
    out += decision + " = " + feel::literal(result.value) + "\n";
    for (const feel::Diagnostic& why : result.diagnostics) out += "  " + feel::describe(why) + "\n";
  }
  return out;
}
// example ends

std::string content(std::string_view path) {
  std::ifstream in(std::string(YAKUBA_SOURCE_DIR) + "/" + std::string(path), std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(LibraryExample, DecidesAndSaysWhyNot) {
  const std::string model =
      "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' name='m' namespace='urn:m'>"
      "<inputData id='i' name='income'><variable name='income' typeRef='number'/></inputData>"
      "<decision id='t' name='tax'><variable name='tax'/><informationRequirement><requiredInput href='#i'/>"
      "</informationRequirement><literalExpression><text>income / 10</text></literalExpression></decision>"
      "</definitions>";
  EXPECT_EQ(decide(model, R"({"income":4300000})"), "tax = 430000\n");
  EXPECT_EQ(decide(model, "{}").substr(0, 11), "tax = null\n");
  EXPECT_EQ(decide("<a", "{}").substr(0, 10), "model.dmn:");
}

TEST(LibraryExample, IsTheOneOfTheHeader) {
  std::string header;
  for (const std::string_view line : split(content("src/dmn/dmn.hpp"), '\n'))
    if (line.starts_with("//   ")) header += std::string(line.substr(5)) + "\n";
  const std::string test = content("src/dmn/library_example_test.cpp");
  const std::string begin = "// example begins\n", end = "// example ends\n";
  const std::size_t from = test.find(begin) + begin.size();
  const std::string here = test.substr(from, test.find(end) - from);
  EXPECT_EQ(header, here);
  EXPECT_LE(std::ranges::count(here, '\n'), 21) << "twenty lines, and the bracket";
}

}  // namespace
}  // namespace yakuba
