// Claims of src/print: a later letter takes at most 35 ms (the first one loads the fonts), sealing it 25 ms, a 2D code
// 1 ms. The text and the seal of what was drawn are checked before timing.
#include <cstdlib>
#include <iostream>

#include <benchmark/benchmark.h>

#include "base/bytes.hpp"
#include "print/document.hpp"
#include "print/qr.hpp"
#include "print/sign.hpp"

namespace {

using namespace yakuba;
using namespace yakuba::print;

template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  std::cerr << describe(result.error()) << "\n";
  std::exit(1);
}

Letter letter() {
  Letter letter{.number = "奈こ第12号", .date = *Date::parse("2026-11-22"), .title = "児童手当 認定通知書"};
  letter.addressee = {
      .postal_code = "708-1323", .address_lines = {"岡山県勝田郡奈義町見本306番地1"}, .name = "渡邉\U000E0110　花子"};
  letter.sender = {
      .title = "奈義町長", .name = "見本　太郎", .seal = Seal{.columns = {"奈義", "町長", "之印"}, .specimen = "見本"}};
  Table table{.head = {"児童", "生年月日", "月額", "期間"}, .amounts = {2}};
  for (int i = 0; i < 4; ++i)
    table.rows.push_back({"渡邉\U000E0110　一郎", "令和6年6月15日", "15,000円", "令和9年5月まで"});
  letter.body = {
      Paragraph{"次のとおり受給資格及び児童手当の額を認定しましたので通知します。"}, Heading{"1　認定の内容"}, table,
      Heading{"教示"},
      Paragraph{"この処分に不服があるときは、この処分があったことを知った日の翌日から起算して3か月以内に、岡山県知事に"
                "対して審査請求をすることができます。"}};
  letter.contact = {Code{"https://nagi.example.jp/verify/3f8k2m", "確かめるページ", "https://nagi.example.jp/verify/"}};
  return letter;
}

Press& press() {
  static Press shared = must(Press::open());
  return shared;
}
const SealKey& key() {
  static const SealKey made = must(make_demo_seal_key("奈義町", Instant{0}, Instant{4'000'000'000'000'000}));
  return made;
}
const Instant at{1'795'314'756'000'000};

void first_letter(benchmark::State& state) {
  for (auto _ : state) {
    Press fresh = must(Press::open());
    benchmark::DoNotOptimize(must(fresh.letter(letter())));
  }
}
void later_letter(benchmark::State& state) {
  must(press().letter(letter()));
  for (auto _ : state) benchmark::DoNotOptimize(must(press().letter(letter())));
}
void check_letter(benchmark::State& state) {
  for (auto _ : state)
    if (!press().check(letter())) std::exit(1);
}
void seal_letter(benchmark::State& state) {
  const Bytes pdf = must(press().letter(letter()));
  if (!must(verify_signature(must(sign_pdf(pdf, key(), {"奈義町長", "x", "奈義町", at})))).genuine()) std::exit(1);
  for (auto _ : state) benchmark::DoNotOptimize(must(sign_pdf(pdf, key(), {"奈義町長", "x", "奈義町", at})));
}
void verify_letter(benchmark::State& state) {
  const Bytes sealed = must(sign_pdf(must(press().letter(letter())), key(), {"奈義町長", "x", "奈義町", at}));
  for (auto _ : state) benchmark::DoNotOptimize(must(verify_signature(sealed)));
}
void draw_code(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(must(encode_qr("https://nagi.example.jp/verify/3f8k2m")));
}

BENCHMARK(first_letter)->Unit(benchmark::kMillisecond)->Iterations(5);
BENCHMARK(later_letter)->Unit(benchmark::kMillisecond);
BENCHMARK(check_letter)->Unit(benchmark::kMillisecond);
BENCHMARK(seal_letter)->Unit(benchmark::kMillisecond);
BENCHMARK(verify_letter)->Unit(benchmark::kMillisecond);
BENCHMARK(draw_code)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
