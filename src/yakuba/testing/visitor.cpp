#include "yakuba/testing/visitor.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.hpp"

namespace yakuba::testing {
namespace {

constexpr int redirects_max = 6;
constexpr std::int64_t code_seconds = 30;  // RFC 6238: a code counts once

struct Tag {
  std::string name;
  std::map<std::string, std::string, std::less<>> attributes;
  bool closing = false;
  std::size_t end = 0;  // behind '>'
  std::string of(std::string_view key) const {
    const auto found = attributes.find(key);
    return found == attributes.end() ? std::string() : found->second;
  }
  bool has(std::string_view key) const { return attributes.contains(key); }
};

// The tag that begins at `at` ('<'); nothing for comments and text.
std::optional<Tag> tag_at(std::string_view html, std::size_t at) {
  Tag tag;
  std::size_t i = at + 1;
  if (i < html.size() && html[i] == '/') tag.closing = true, ++i;
  while (i < html.size() && std::isalnum(static_cast<unsigned char>(html[i]))) tag.name += html[i++];
  if (tag.name.empty()) return std::nullopt;
  while (i < html.size() && html[i] != '>') {
    if (html[i] == ' ' || html[i] == '/' || html[i] == '\n') {
      ++i;
      continue;
    }
    std::string key;
    while (i < html.size() && html[i] != '=' && html[i] != ' ' && html[i] != '>') key += html[i++];
    std::string value;
    if (i + 1 < html.size() && html[i] == '=' && html[i + 1] == '"') {
      const std::size_t close = html.find('"', i + 2);
      if (close == std::string_view::npos) return std::nullopt;
      value = unescape(html.substr(i + 2, close - i - 2));
      i = close + 1;
    } else if (i < html.size() && html[i] == '=') {
      ++i;  // no page of ours: a file that holds a '<'
    }
    tag.attributes.emplace(std::move(key), std::move(value));
  }
  tag.end = i + 1;
  return tag;
}

template <class F>
void each_tag(std::string_view html, F&& take) {
  for (std::size_t at = html.find('<'); at != std::string_view::npos; at = html.find('<', at + 1))
    if (const auto tag = tag_at(html, at)) take(*tag);
}

// Collects the controls into forms while the tags pass by.
struct FormReader {
  std::string_view html;
  std::vector<PageForm> forms;
  std::vector<std::pair<std::string, Control>> strays;  // with form="…"
  std::optional<std::size_t> open;
  std::string select;
  bool select_has_chosen = false;

  void put(const Tag& tag, Control control) {
    if (tag.has("disabled")) return;
    if (tag.has("form"))
      strays.emplace_back(tag.of("form"), std::move(control));
    else if (open)
      forms[*open].controls.push_back(std::move(control));
  }
  void take(const Tag& tag) {
    if (tag.name == "form") {
      if (tag.closing)
        open.reset();
      else {
        open = forms.size();
        forms.push_back({tag.of("id"), tag.of("action"), tag.has("method") ? tag.of("method") : "get", {}});
      }
    }
    if (tag.closing) {
      if (tag.name == "select") select.clear();
      return;
    }
    if (tag.name == "input") {
      const std::string type = tag.has("readonly") ? "hidden" : tag.has("type") ? tag.of("type") : "text";
      const bool box = type == "radio" || type == "checkbox";
      put(tag, {tag.of("name"), type, box && !tag.has("value") ? "on" : tag.of("value"), tag.has("checked"), {}});
    } else if (tag.name == "button") {
      put(tag, {tag.of("name"), "button", tag.of("value"), false, tag.of("formaction")});
    } else if (tag.name == "select") {
      select = tag.of("name");
    } else if (tag.name == "option" && !select.empty()) {
      put(tag, {select, "select", tag.of("value"), tag.has("selected"), {}});
    } else if (tag.name == "textarea") {
      const std::size_t close = html.find("</textarea", tag.end);
      std::string value = unescape(html.substr(tag.end, close - tag.end));
      if (value.starts_with('\n')) value.erase(0, 1);  // as a parser of HTML drops it
      put(tag, {tag.of("name"), "textarea", std::move(value), false, {}});
    }
  }
  std::vector<PageForm> finish() {
    for (auto& [id, control] : strays)
      for (PageForm& form : forms)
        if (form.id == id) form.controls.push_back(control);
    return std::move(forms);
  }
};

}  // namespace

std::string unescape(std::string_view html) {
  static constexpr std::array<std::pair<std::string_view, char>, 6> entities{
      {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}, {"&#x27;", '\''}}};
  std::string text;
  text.reserve(html.size());
  for (std::size_t i = 0; i < html.size();) {
    const std::size_t sign = std::min(html.find('&', i), html.size());
    text.append(html, i, sign - i);
    i = sign;
    if (i == html.size()) break;
    const auto found =
        std::ranges::find_if(entities, [&](const auto& e) { return html.substr(i).starts_with(e.first); });
    text += found == entities.end() ? '&' : found->second;
    i += found == entities.end() ? 1 : found->first.size();
  }
  return text;
}

web::Fields PageForm::as_sent(const web::Fields& typed) const {
  web::Fields sent;
  const auto typed_over = [&](const std::string& name) { return typed.has(name); };
  std::set<std::string> selects;
  for (const Control& control : controls) {
    if (control.name.empty() || typed_over(control.name) || control.type == "button" || control.type == "file")
      continue;
    if ((control.type == "radio" || control.type == "checkbox") && !control.chosen) continue;
    if (control.type == "select") {
      // Nothing chosen: a browser sends the first option.
      const bool any = std::ranges::any_of(
          controls, [&](const Control& c) { return c.type == "select" && c.name == control.name && c.chosen; });
      if (any ? !control.chosen : !selects.insert(control.name).second) continue;
    }
    sent.add(control.name, control.value);
  }
  for (const auto& [name, value] : typed.items) sent.add(name, value);
  return sent;
}

bool PageForm::has(std::string_view field) const {
  return std::ranges::find(controls, field, &Control::name) != controls.end();
}

std::vector<PageForm> Page::forms() const {
  if (!html.starts_with("<!doctype html>")) return {};  // a file
  FormReader reader{.html = html, .forms = {}, .strays = {}, .open = {}, .select = {}};
  each_tag(html, [&](const Tag& tag) { reader.take(tag); });
  std::vector<PageForm> found = reader.finish();
  for (PageForm& form : found)
    if (form.action.empty()) form.action = address.substr(0, address.find('?'));
  return found;
}

std::vector<std::string> Page::links() const {
  if (!html.starts_with("<!doctype html>")) return {};  // a file
  std::vector<std::string> found;
  each_tag(html, [&](const Tag& tag) {
    if (tag.name != "a" || tag.closing) return;
    std::string href = tag.of("href");
    href = href.substr(0, href.find('#'));
    if (href.starts_with('?')) href = address.substr(0, address.find('?')) + href;
    if (href.starts_with('/') && std::ranges::find(found, href) == found.end()) found.push_back(std::move(href));
  });
  return found;
}

std::optional<PageForm> Page::form(std::string_view action_end) const {
  for (PageForm& form : forms())
    if (form.method == "post" && std::string_view(form.action).substr(0, form.action.find('?')).ends_with(action_end))
      return std::move(form);
  return std::nullopt;
}

std::string Page::text() const {
  std::string out;
  for (std::size_t at = 0; at < html.size();) {
    const std::size_t tag = std::min(html.find('<', at), html.size());
    out.append(html, at, tag - at);
    const std::size_t end = html.find('>', tag);
    if (end == std::string::npos) break;
    at = end + 1;
  }
  return unescape(out);
}

web::Request Visitor::request(web::Method method, std::string_view target) const {
  web::Request request = web::Request::get(target);
  request.method = method;
  request.host = side_ == web::Side::office_side ? "office.nagi.localhost" : "nagi.localhost";
  request.client_address = address;
  request.headers.add("host", request.host);
  request.headers.add("accept-language", "ja");
  if (!web::is_safe(method)) request.headers.add("sec-fetch-site", "same-origin");
  for (const auto& [name, value] : cookies) request.cookies.add(name, value);
  return request;
}

Page Visitor::take(const web::Request& request) {
  web::Response response = demo_.answer(request);
  for (const web::Cookie& cookie : response.cookies) {
    if (cookie.age_seconds == 0)
      cookies.erase(cookie.name);
    else
      cookies[cookie.name] = cookie.value;
  }
  std::string body = response.body_text();
  if (const auto* stream = std::get_if<web::StreamBody>(&response.body))
    for (;;) {
      auto piece = stream->source(64 * 1024);
      if (!piece) ADD_FAILURE() << request.target << ": " << describe(piece.error());
      if (!piece || piece->empty()) break;
      body += *piece;
    }
  Page page{response.status, request.target, std::string(response.header("location")), std::move(body),
            response.headers};
  if (on_page) on_page(request, page);
  return page;
}

Page Visitor::get(std::string_view target) {
  return take(request(web::Method::get, target));
}

Page Visitor::post(std::string_view action, web::Fields fields, std::vector<web::Upload> uploads) {
  web::Request sent = request(web::Method::post, action);
  sent.form = std::move(fields);
  sent.uploads = std::move(uploads);
  return take(sent);
}

Page Visitor::submit(const PageForm& form, const web::Fields& typed, std::vector<web::Upload> uploads) {
  return post(form.action, form.as_sent(typed), std::move(uploads));
}

Page Visitor::follow(Page page) {
  for (int i = 0; i < redirects_max && page.status == 303; ++i) page = get(page.location);
  return page;
}

void Visitor::sign_in(std::string_view who) {
  demo_.clock().advance_seconds(code_seconds);
  const auto logins = access::demo_logins(demo_.hall(), demo_.town());
  ASSERT_TRUE(logins) << describe(logins.error());
  for (const access::DemoLogin& login : *logins) {
    if (login.side != side_ || (login.part != who && login.login != who)) continue;
    const auto form = get("/login").form("/login");
    ASSERT_TRUE(form);
    const Page page = side_ == web::Side::office_side
                          ? submit(*form, {{"number", login.login}, {"password", login.password}, {"code", login.code}})
                          : submit(*form, {{"mail", login.login}, {"password", login.password}});
    ASSERT_EQ(page.status, 303) << who << ": " << page.text();
    return;
  }
  FAIL() << "the demonstration has no login for " << who;
}

web::Upload small_pdf(std::string field, std::string_view words) {
  std::string bytes = fmt::format("%PDF-1.7\n% {}\n%%EOF\n", words);
  const auto size = static_cast<std::int64_t>(bytes.size());
  return {.field = field,
          .file_name = field + ".pdf",
          .kind = web::FileKind::pdf,
          .bytes = size,
          .sha256 = sha256(bytes),
          .content = web::memory_spool(std::move(bytes))};
}

}  // namespace yakuba::testing
