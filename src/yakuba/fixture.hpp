// The address of a route in the demonstration, for whatever opens every page: the accessibility test, the week on both
// databases, the reference of routes.
//
//   fixture_path(hall, town, route.face())      // "/cases/{case}" with a case of the demo: "/cases/3f8k…"
//
// Errors: not_found "demo.fixture" (no such named object), those of the object's own search. Threads: any.
#pragma once

#include "hall/module.hpp"

namespace yakuba {

// Each parameter's demo object resolved; a parameter that the pattern does not hold becomes a query field.
Result<std::string> fixture_path(hall::Hall& hall, const store::Town& town, const web::RouteFace& face);

}  // namespace yakuba
