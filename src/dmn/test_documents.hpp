// Documents and small helpers that the tests of this folder share.
#pragma once

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "dmn/analyse.hpp"
#include "dmn/evaluate.hpp"
#include "dmn/explain.hpp"

namespace yakuba::dmn::test {

inline Date day(std::string_view iso) {
  return Date::parse(iso).value();
}

inline std::string faults_text(const Faults& faults, Words language = Words::ja) {
  std::string out;
  for (const Fault& fault : faults) out += describe(fault, language) + '\n';
  return out;
}

// A value written in FEEL: facts("{児童: {生年月日: @\"2024-06-15\"}}").
inline feel::Value feel_value(std::string_view text) {
  const auto compiled = feel::compile(text, feel::Scope{});
  EXPECT_TRUE(compiled.ok()) << text;
  feel::Machine machine;
  return machine.evaluate(compiled.program);
}

inline std::string front(std::string_view more = {}) {
  return "+++\nid = \"t\"\ntitle = \"試験\"\n" + std::string(more) + "+++\n\n";
}

inline Criterion compiled(std::string_view document, const CompileOptions& given = {}) {
  const Reading reading = read_criterion(document, "t.md");
  EXPECT_TRUE(reading.model) << faults_text(reading.faults);
  if (!reading.model) return compiled(front(), given);
  CompileOptions options = given;
  options.places = &reading.places;
  const Compilation compilation = compile(*reading.model, options);
  EXPECT_TRUE(compilation.criterion) << faults_text(compilation.faults);
  if (!compilation.criterion) return compiled(front(), given);
  return *compilation.criterion;
}

inline Evaluation evaluated(const Criterion& criterion, std::string_view facts, std::string_view as_of = "2026-11-20") {
  return Evaluator().evaluate(
      criterion, {.as_of = day(as_of), .facts = feel_value(facts), .missing = {}, .goals = {}, .given_terms = {}});
}

// 児童手当法 6条 in its present form (令和6年法律第47号): a library of three functions and one criterion.
inline constexpr std::string_view child_library = R"(+++
id = "test.dates"
title = "年齢と年度"
law = "年齢計算ニ関スル法律"
kind = "library"
+++

# 年齢と年度

## 関数 Function: age on(day: date, born: date) : integer

根拠: 年齢計算ニ関スル法律 第1項、民法 第143条

誕生日の前日の終わりに1歳を加える。

```feel
years and months duration(born, day + duration("P1D")).years
```

## 例 Examples: age on

| day | born | → | remark |
| --- | --- | --- | --- |
| 2026-03-31 | 2008-04-01 | 18 | 前日に達する |
| 2026-03-30 | 2008-04-01 | 17 | |
| 2027-02-27 | 2024-02-29 | 2 | |
| 2027-02-28 | 2024-02-29 | 3 | 平年は3月1日の前日 |

## 関数 Functions

| function | FEEL | law |
| --- | --- | --- |
| fiscal year end(day: date) : date | if day.month <= 3 then date(day.year, 3, 31) else date(day.year + 1, 3, 31) | 学校教育法施行規則 第59条 |
| month start(day: date) : date | date(day.year, day.month, 1) | |
)";

inline constexpr std::string_view child_allowance = R"(+++
id = "test.child-allowance"
title = "児童手当の月額"
law = "児童手当法 第6条第1項"
owner = "child"
public = true
valid_from = 2024-10-01
gaps = "none"
+++

# 児童手当の月額

> 第六条　児童手当は、月を単位として支給するものとし、その額は、一月につき…

## 入力 Inputs

| input | type | meaning |
| --- | --- | --- |
| 対象月 | date | その月の1日 |
| 児童.生年月日 | date | |
| 児童.同日の順 | integer >= 1 | 同じ日に生まれた子の中の順 |
| 算定対象 | list of date | 算定に数える子すべての生年月日 |

## 用語 Terms

| term | type | FEEL |
| --- | --- | --- |
| 三歳未満の月 | boolean | 対象月 <= month start(児童.生年月日) + duration("P3Y") |
| 年度末年齢 | age | age on(fiscal year end(対象月), 児童.生年月日) |
| 算定順 | integer >= 1 | count(算定対象[item < 児童.生年月日]) + 児童.同日の順 |

## 表 Decision: 月額   U

| | 三歳未満の月 | 年度末年齢 | 算定順 | → 月額 (円) | 根拠 |
| --- | --- | --- | --- | --- | --- |
| 1 | true | <= 18 | [1..2] | 15000 | 1号イ |
| 2 | true | <= 18 | >= 3 | 30000 | 1号ロ |
| 3 | false | <= 18 | [1..2] | 10000 | 2号イ |
| 4 | false | <= 18 | >= 3 | 30000 | 2号ロ |
| 5 | - | > 18 | - | 0 | 第3条第1項 |

## 例 Examples

| 児童.生年月日 | 対象月 | 算定順 | → 月額 | remark |
| --- | --- | --- | --- | --- |
| 2026-06-10 | 2026-07-01 | 1 | 15000 | A.8 1 |
| 2008-04-01 | 2026-03-01 | 1 | 10000 | A.8 11 |
| 2008-04-01 | 2026-04-01 | 1 | 0 | A.8 11: 4月1日生まれは前の学年 |
| 2008-04-02 | 2027-03-01 | 1 | 10000 | A.8 12 |
| 2008-04-02 | 2027-04-01 | 1 | 0 | A.8 12 |
| 2023-06-01 | 2026-06-01 | 1 | 15000 | A.8 13: 1日生まれも誕生月までは三歳未満の額 |
| 2023-06-01 | 2026-07-01 | 1 | 10000 | A.8 13 |
| 2024-02-29 | 2027-02-01 | 1 | 15000 | A.8 14 |
| 2024-02-29 | 2027-03-01 | 1 | 10000 | A.8 14 |
| 2026-06-10 | 2026-07-01 | 3 | 30000 | A.8 15: ふたごの2人目 |
| 2016-05-05 | 2026-07-01 | 3 | 30000 | A.8 17 |
)";

inline Library library(std::string_view document = child_library) {
  const Reading readings[] = {read_criterion(document, "library.md")};
  LibraryCompilation compilation = compile_library(readings);
  EXPECT_TRUE(compilation.faults.empty()) << faults_text(compilation.faults);
  return compilation.library;
}

}  // namespace yakuba::dmn::test
