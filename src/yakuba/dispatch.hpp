// From a request to a handler: which town and side by host name, which language, which route, who asks; then the answer
// with its security cookies. The only place where the capabilities' routes become one table.
//
//   Dispatcher dispatcher = TRY(Dispatcher::make(installation.hall()));
//   web::Response response = dispatcher.answer(request);
//
// Threads: answer is called by many at once.
#pragma once

#include "hall/module.hpp"

namespace yakuba {

class Dispatcher {
 public:
  static Result<Dispatcher> make(hall::Hall& hall);
  web::Response answer(const web::Request& request) const;
  const std::vector<hall::Route>& routes() const { return table_.routes(); }

 private:
  Dispatcher(hall::Hall& hall, web::RouteTable<hall::Handler> table) : hall_(&hall), table_(std::move(table)) {}
  web::Response installation_page(const web::Request& request) const;
  web::Response in_town(const web::Request& request, const store::Town& town, const hall::TownInfo& info,
                        web::Side side) const;

  hall::Hall* hall_;
  web::RouteTable<hall::Handler> table_;
};

// The language and furigana of this reader: ?lang=, ?easy=, ?ruby= (the head's switches), else the cookie, else
// Accept-Language. A switch is remembered in the cookie.
struct Reading {
  web::Reader reader;
  std::optional<web::Cookie> remember;
};
Reading reading_of(const web::Request& request);

}  // namespace yakuba
