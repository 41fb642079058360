#include "yakuba/testing/demo_hall.hpp"

#include <fmt/format.h>

#include "print/sign.hpp"
#include "store/jobs.hpp"
#include "yakuba/capabilities.hpp"

namespace yakuba::testing {
namespace {

constexpr std::string_view long_history = "insight";  // its demo step: half a year of claims, too long for a test
constexpr std::string_view few_residents = "residents = 120\n";

const Secret<std::string>& seal_of_the_town() {
  static const Secret<std::string> pem = [] {
    const Instant from = *Instant::parse("2026-01-01T00:00:00Z");
    auto key = print::make_demo_seal_key("奈義町", from, from.plus_seconds(5LL * 365 * 86'400));
    if (!key) ADD_FAILURE() << describe(key.error());
    return print::to_pem(*key).value();
  }();
  return pem;
}

store::testing::Installed& without_sequencer(store::testing::Installed& installed) {
  installed.close();
  installed.options.sequencer = false;
  installed.open();
  return installed;
}

}  // namespace

pack::PackPtr small_pack() {
  static const pack::PackPtr small = [] {
    auto copy = std::make_shared<pack::Pack>(*hall::testing::nagi_pack());
    std::string& text = copy->people["synthetic.toml"];
    const std::size_t at = text.find("residents = ");
    if (at == std::string::npos) ADD_FAILURE() << "people/synthetic.toml says no number of residents";
    text.replace(at, text.find('\n', at) + 1 - at, few_residents);
    return pack::PackPtr(copy);
  }();
  return small;
}

DemoHall::DemoHall(store::testing::Database database)
    : modules_(capabilities()), installed_(database, migrations_of(modules_, hall::Sides::both)) {
  town_ = without_sequencer(installed_).add_town("nagi");
  hall_.reset(new hall::Hall{installed_.store(),
                             installed_.clock,
                             installed_.random,
                             keys_,
                             shelf_,
                             handover_,
                             gate_,
                             hall::Settings{.demo = true},
                             {},
                             &modules_});
  hall_->towns["nagi"] = {.id = "nagi",
                          .code = "336238",
                          .public_host = "nagi.localhost",
                          .office_host = "office.nagi.localhost",
                          .demo = true};
  handover_.attach(*hall_);
  if (auto kept = keys_.put_file(*town_, "seal.pem", seal_of_the_town()); !kept)
    ADD_FAILURE() << describe(kept.error());
  auto made = Dispatcher::make(*hall_);
  if (!made) ADD_FAILURE() << describe(made.error());
  dispatcher_.emplace(std::move(*made));
}

DemoHall::~DemoHall() = default;

void DemoHall::seed() {
  for (const hall::Module& module : modules_) {
    if (module.name == long_history) continue;
    for (const hall::DemoStep& step : module.demo) {
      const auto done = step.run(*hall_, *town_);
      ASSERT_TRUE(done) << step.name << ": " << describe(done.error());
      place();
    }
  }
}

void DemoHall::place() {
  const auto placed = store().place_now(*town_);
  ASSERT_TRUE(placed) << describe(placed.error());
}

void DemoHall::settle() {
  store::JobRunner jobs(store());
  for (const hall::Module& module : modules_)
    for (const hall::JobHandler& handler : module.jobs)
      jobs.handle(handler.kind, [this, run = handler.run](store::Town town, const store::Job& job) {
        return run(*hall_, town, job);
      });
  for (int round = 0; round < 2; ++round) {
    const auto done = jobs.run_due();
    ASSERT_TRUE(done) << describe(done.error());
    place();
    if (round > 0) break;
    for (const hall::Module& module : modules_)
      for (const hall::PeriodicTask& task : module.tasks) {
        const auto ran = task.run(*hall_, *town_);
        ASSERT_TRUE(ran) << task.name << ": " << describe(ran.error());
        place();
      }
  }
}

web::Response DemoHall::answer(web::Request request) {
  request.id = fmt::format("request-{}", ++requests_);
  web::Response response = dispatcher_->answer(request);
  if (places_by_itself && !web::is_safe(request.method)) place();
  return response;
}

std::vector<log::Event> DemoHall::events() {
  place();
  std::vector<log::Event> all;
  for (std::int64_t after = 0;;) {
    auto page = store().read(*town_, [&](store::ReadTx& tx) { return tx.events_since(after, store::event_page_max); });
    if (!page) {
      ADD_FAILURE() << describe(page.error());
      return all;
    }
    all.insert(all.end(), page->events.begin(), page->events.end());
    if (page->next == 0) return all;
    after = page->next;
  }
}

}  // namespace yakuba::testing
