// The parts of this folder that module.cpp puts together.
#pragma once

#include <vector>

#include "hall/module.hpp"

namespace yakuba::access {

std::vector<hall::Receiver> receivers();
std::vector<hall::Route> desk_routes();            // sign-in, enrolment, own sessions and passkeys
std::vector<hall::Route> administration_routes();  // ways to sign in of others, resets, links for residents
std::vector<hall::Route> account_routes();         // residents' accounts
hall::JobHandler mail_job();
Result<> fill_demo_staff(hall::Hall& hall, const store::Town& town);     // before anything that staff do
Result<> fill_demo_accounts(hall::Hall& hall, const store::Town& town);  // after the people are there

}  // namespace yakuba::access
