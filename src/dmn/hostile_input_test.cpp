// What the issue calls bad input, one test for each kind: it ends in a diagnostic with its place, soon, and in little
// memory. Time is CPU time of a debug build, memory what the process grew by at its peak.
#include <ctime>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "base/json.hpp"
#include "dmn/dmn.hpp"

namespace yakuba::dmn::drg {
namespace {

using testing::HasSubstr;

class Bounded {
 public:
  Bounded(double seconds_max, long megabytes_max)
      : seconds_max_(seconds_max), megabytes_max_(megabytes_max), began_(std::clock()), before_(peak()) {}
  ~Bounded() {
    const double seconds = static_cast<double>(std::clock() - began_) / CLOCKS_PER_SEC;
    EXPECT_LT(seconds, seconds_max_);
    EXPECT_LT((peak() - before_) / 1024, megabytes_max_) << "megabytes";
  }
  Bounded(const Bounded&) = delete;
  Bounded& operator=(const Bounded&) = delete;

 private:
  static long peak() {
    struct ::rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return used.ru_maxrss;
  }
  double seconds_max_;
  long megabytes_max_;
  std::clock_t began_;
  long before_;
};

std::string model(const std::string& inside) {
  return "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' name='m' namespace='urn:m'>" + inside +
         "</definitions>";
}
std::string decision(const std::string& logic) {
  return model("<decision id='d' name='d'><variable name='d'/>" + logic + "</decision>");
}
std::string first_fault(const std::string& xml) {
  const Reading reading = read(xml, "m.dmn");
  if (reading.definitions) return "read";
  return describe(reading.faults.at(0), Words::en);
}
std::string diagnosed(const std::string& text, std::span<const feel::Value> slots = {}, const feel::Scope& scope = {}) {
  const feel::Compilation compiled = feel::compile(text, scope);
  if (!compiled.ok()) return feel::describe(compiled.faults[0]);
  feel::Machine machine;
  const feel::Value value = machine.evaluate(compiled.program, slots);
  return machine.diagnostics().empty() ? feel::literal(value).substr(0, 40) : feel::describe(machine.diagnostics()[0]);
}

TEST(HostileInput, MalformedXmlNamesItsPlace) {
  const Bounded bounded(1, 50);
  EXPECT_THAT(first_fault(decision("<literalExpression><text>1</literalExpression>")), HasSubstr("m.dmn:1:"));
  EXPECT_THAT(first_fault("<definitions"), HasSubstr("This is not well-formed XML"));
  EXPECT_THAT(first_fault(""), HasSubstr("XML"));
  EXPECT_THAT(first_fault(model("<decision name='d'>\n\n<a></b>")), HasSubstr("m.dmn:3:"));
  // Found by fuzz/dmn_model_fuzz.cpp: a prefix that is declared elsewhere only was another one when written again.
  EXPECT_THAT(first_fault(model("<extensionElements>\n<v:note/></extensionElements><decision name='d' "
                                "xmlns:v='urn:v' v:a='b'/>")),
              HasSubstr("m.dmn:2:1: The prefix “v” stands for no namespace. Declare xmlns:v"));
}

TEST(HostileInput, EntityBombsAreNotRead) {
  const Bounded bounded(1, 50);
  std::string laughs = "<!DOCTYPE lolz [<!ENTITY lol0 'lol'>";
  for (int i = 1; i < 10; ++i) {
    laughs += "<!ENTITY lol" + std::to_string(i) + " '";
    for (int j = 0; j < 10; ++j) laughs += "&lol" + std::to_string(i - 1) + ";";
    laughs += "'>";
  }
  EXPECT_THAT(first_fault("<?xml version='1.0'?>" + laughs + "]>" +
                          decision("<literalExpression><text>\"&lol9;\"</text>"
                                   "</literalExpression>")),
              HasSubstr("DTD"));
  EXPECT_THAT(first_fault("<!DOCTYPE x SYSTEM 'file:///etc/passwd'>" + model("")), HasSubstr("DTD"));
  const Reading without = read(decision("<literalExpression><text>\"&lol9;\"</text></literalExpression>"), "m.dmn");
  ASSERT_TRUE(without.definitions) << "an entity that nobody declared stays the text that it is";
}

TEST(HostileInput, AModelOf100MegabytesIsRefusedBeforeItIsRead) {
  const std::string large = model(std::string(100'000'000, ' '));
  const Bounded bounded(1, 50);
  EXPECT_THAT(first_fault(large), HasSubstr("too large"));
}

TEST(HostileInput, AModelJustBelowTheLimitIsCountedBeforeItIsWalked) {
  std::string many;
  many.reserve(61'000'000);
  while (many.size() < 60'000'000) many += "<a/>";
  const std::string xml = model(many);
  const Bounded bounded(20, 2'000);
  EXPECT_THAT(first_fault(xml), HasSubstr("too many elements"));
}

TEST(HostileInput, ListsOfAMillionItems) {
  feel::Scope scope;
  scope.add("l");
  const std::vector<feel::Value> million = {
      feel::Value::list(std::vector<feel::Value>(1'000'000, feel::Value::number(1)))};
  const Bounded bounded(20, 1'000);
  EXPECT_EQ(diagnosed("sum(l)", million, scope), "1000000") << "what comes from outside is taken";
  EXPECT_THAT(diagnosed("append(l, 1)", million, scope), HasSubstr("limit_length"));
  EXPECT_THAT(diagnosed("for i in 1..1000001 return i", million, scope), HasSubstr("limit_length"));
  EXPECT_THAT(diagnosed("sort(l, function(a, b) a < b)", million, scope), HasSubstr("limit_steps"));
  EXPECT_THAT(diagnosed("[" + std::string(600'000, '1') + "]"), HasSubstr("1:1"))
      << "a text of more than 256 kB is not read";
  std::string items;
  for (int i = 0; i < 1'000'000; ++i) items += i == 0 ? "1" : ",1";
  EXPECT_TRUE(parse_json("[" + items + "]"));
  EXPECT_THAT(diagnosed("count([" + items + "])"), HasSubstr("1:1"));
}

TEST(HostileInput, DeepNesting) {
  const Bounded bounded(5, 200);
  const auto nested = [](std::size_t depth, const std::string& open, const std::string& close) {
    std::string out;
    for (std::size_t i = 0; i < depth; ++i) out += open;
    out += "1";
    for (std::size_t i = 0; i < depth; ++i) out += close;
    return out;
  };
  for (const auto& [open, close] : std::vector<std::pair<std::string, std::string>>{{"(", ")"},
                                                                                    {"[", "]"},
                                                                                    {"{a: ", "}"},
                                                                                    {"abs(", ")"},
                                                                                    {"-", ""},
                                                                                    {"if true then ", " else 1"},
                                                                                    {"function() ", ""}})
    EXPECT_THAT(diagnosed(nested(20'000, open, close)), HasSubstr("1:")) << open;
  EXPECT_THAT(first_fault(decision(nested(100'000, "<list>", "</list>"))), HasSubstr("nested too deeply"));
  EXPECT_FALSE(parse_json(nested(100'000, "[", "]")));
}

TEST(HostileInput, CyclicRequirements) {
  const Bounded bounded(10, 500);
  std::string circle;
  constexpr int count = 10'000;
  for (int i = 0; i < count; ++i)
    circle += "<decision id='d" + std::to_string(i) + "' name='d" + std::to_string(i) +
              "'><informationRequirement><requiredDecision href='#d" + std::to_string((i + 1) % count) +
              "'/></informationRequirement><literalExpression><text>1</text></literalExpression></decision>";
  const Reading reading = read(model(circle), "m.dmn");
  ASSERT_TRUE(reading.definitions);
  const GraphCompilation compiled = compile(*reading.definitions);
  EXPECT_FALSE(compiled.graph);
  EXPECT_THAT(describe(compiled.faults.at(0), Words::en), HasSubstr("circle"));

  const std::string self =
      "<import name='m' namespace='urn:m' importType='https://www.omg.org/spec/DMN/20230324/MODEL/'/>";
  const Reading imports = read(model(self), "m.dmn");
  ASSERT_TRUE(imports.definitions);
  const GraphCompilation again = compile(*imports.definitions, [&](const Import&) { return &*imports.definitions; });
  EXPECT_TRUE(again.graph || !again.faults.empty()) << "imports that lead to themselves come to an end";
}

TEST(HostileInput, WrongEncodings) {
  const Bounded bounded(1, 50);
  EXPECT_THAT(first_fault(model("<decision name='\x8a\x9a\x8e\xa1'/>")), HasSubstr("UTF-8")) << "Shift_JIS";
  EXPECT_THAT(first_fault(model("<decision name='\xed\xa0\x80'/>")), HasSubstr("UTF-8")) << "half a surrogate";
  EXPECT_THAT(first_fault("\xff\xfe<\0d\0" + std::string(3, '\0')), HasSubstr("m.dmn")) << "UTF-16 that breaks off";
  EXPECT_THAT(first_fault(model("") + std::string(1, '\0') + "<a>"), testing::Not(HasSubstr("read\n")));
  std::string utf16 = "\xff\xfe";
  for (const char c : model("<inputData id='i' name='i'/>")) utf16 += {c, '\0'};
  EXPECT_EQ(first_fault(utf16), "read") << "UTF-16 is XML, too";
  EXPECT_THAT(diagnosed("\"\xff\xfe\""), HasSubstr("1:1"));
  EXPECT_THAT(diagnosed(std::string("1 +\0 1", 6)), HasSubstr("1:4"));
}

TEST(HostileInput, HostileRegularExpressions) {
  const Bounded bounded(20, 200);
  const std::string many_a(30'000, 'a');
  for (const std::string pattern :
       {"^(a+)+$", "^(a|aa)+$", "^(a|a?)+$", "(.*)*b", "^(([a-z])+.)+[A-Z]([a-z])+$", "(x+x+)+y", "(a*)*\\1b"}) {
    const std::string out = diagnosed("matches(\"" + many_a + "!\", \"" + pattern + "\")");
    EXPECT_TRUE(out == "false" || out == "true" || out.find("limit_time_regex") != std::string::npos ||
                out.find("invalid_regex") != std::string::npos)
        << pattern << ": " << out;
  }
  EXPECT_THAT(diagnosed("matches(\"a\", \"" + std::string(100'000, '(') + "\")"), HasSubstr("invalid_regex"));
  EXPECT_THAT(diagnosed("matches(\"a\", \"(a{1000}){1000}\")"), testing::AnyOf("false", HasSubstr("regex")));
  EXPECT_THAT(diagnosed("count(split(\"" + many_a + "\", \"a\"))"), testing::AnyOf("30001", HasSubstr("limit")));
  EXPECT_THAT(diagnosed("string length(replace(\"" + many_a + "\", \"(a)\", \"$1$1$1$1\"))"), "120000");
}

}  // namespace
}  // namespace yakuba::dmn::drg
