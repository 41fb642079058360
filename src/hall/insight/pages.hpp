// What the pages of hall/insight share; inside hall/insight only.
#pragma once

#include "hall/insight/insight.hpp"
#include "hall/page.hpp"

namespace yakuba::insight {

// What the reader chose, as it stands in addresses.
struct Asked {
  Scope scope;
  std::string period;         // "fy2026", "12m", "6m"
  bool usual_period = false;  // the one without asking: addresses leave it out
  bool own_section = false;   // the right reaches no further than the reader's section
};
Asked asked_of(const hall::Call& call);
// "/insight/cases?period=…&channel=online"
web::Path link_to(const Asked& asked, std::string_view path,
                  std::initializer_list<std::pair<std::string_view, std::string_view>> narrowed = {});

// The pack's words; the id when it has none.
std::string procedure_name(const hall::Call& call, std::string_view procedure);
std::string step_name(const hall::Call& call, std::string_view procedure, std::string_view step);
std::string reason_name(const hall::Call& call, std::string_view procedure, std::string_view reason);
std::string rank_name(const hall::Call& call, std::string_view rank);
std::string channel_name(const hall::Call& call, std::string_view channel);
std::string verb_name(const hall::Call& call, std::string_view verb);

std::string one_decimal(double value);  // "6.2", "-0.4", "12"
std::string percent(double share);      // "64.2" of 0.642
std::string hours(double minutes);      // "2.1" of 126

web::Response get_cases(hall::Call& call);
web::Response get_csv(hall::Call& call);         // every stay in a step
web::Response get_months_csv(hall::Call& call);  // the figures month by month
std::vector<hall::Route> routes();

// The demonstration's past half year (demo.cpp).
std::vector<hall::DemoStep> demo();

}  // namespace yakuba::insight
