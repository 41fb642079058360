// A browser without a window, for tests of the whole program: cookies, links, forms as they stand in the page.
//
//   Visitor resident(demo, web::Side::public_side);
//   Page page = resident.get("/procedures/jido-teate-nintei");
//   page = resident.submit(*page.form("/begin"), {{"agree", "yes"}});   // what the form holds, these typed over it
//   page = resident.follow(page);                                      // where a 303 leads
//
// A form is sent as a browser would: hidden fields, what is chosen, nothing for what is not. Only what our own pages
// hold is read: every attribute in double quotes, no nesting of forms. Threads: one test at a time.
#pragma once

#include <map>

#include "yakuba/testing/demo_hall.hpp"

namespace yakuba::testing {

struct Control {
  std::string name, type, value;  // type: that of input (hidden: also read only), select, textarea, button
  bool chosen = false;            // radio, checkbox, option
  std::string form_action;        // of a button that sends its form elsewhere
};

struct PageForm {
  std::string id, action, method;
  std::vector<Control> controls;  // a select stands as one control for each option
  web::Fields as_sent(const web::Fields& typed = {}) const;
  bool has(std::string_view field) const;
};

struct Page {
  int status = 0;
  std::string address;   // path and query asked for
  std::string location;  // of a redirect
  std::string html;
  web::Fields headers;
  std::vector<PageForm> forms() const;
  std::vector<std::string> links() const;  // of this host, each once, in order
  // The form whose action ends so; nothing when there is none.
  std::optional<PageForm> form(std::string_view action_end) const;
  std::string text() const;  // without markup
  bool ok() const { return status == 200; }
};

// Every character of HTML that our pages escape, as it was.
std::string unescape(std::string_view html);

class Visitor {
 public:
  Visitor(DemoHall& demo, web::Side side) : demo_(demo), side_(side) {}

  Page get(std::string_view target);
  Page post(std::string_view action, web::Fields fields, std::vector<web::Upload> uploads = {});
  // Sends the form; `typed` replaces the fields of the same name. `button` is the action of a button with its own.
  Page submit(const PageForm& form, const web::Fields& typed = {}, std::vector<web::Upload> uploads = {});
  Page follow(Page page);  // at most a few redirects on this host

  // As one of the demonstration's people: staff by the part of his login ("clerk"), residents by mail. The clock moves
  // on until the second factor is a fresh one.
  void sign_in(std::string_view who);
  // The request as it would be sent: cookies, host, same-origin.
  web::Request request(web::Method method, std::string_view target) const;
  Page take(const web::Request& request);

  web::Side side() const { return side_; }
  DemoHall& demo() { return demo_; }
  std::function<void(const web::Request&, const Page&)> on_page;  // told of every answer
  std::map<std::string, std::string> cookies;
  std::string address = "192.0.2.1";

 private:
  DemoHall& demo_;
  web::Side side_;
};

web::Upload small_pdf(std::string field, std::string_view words);

}  // namespace yakuba::testing
