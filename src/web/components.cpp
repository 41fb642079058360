// Components that move about and tell. Fields are in fields.cpp, tables in tables.cpp, charts in charts.cpp.
#include "web/components.hpp"

#include "web/texts.hpp"

namespace yakuba::web {

using namespace html;

namespace {

Html heading(int level, const Html& words, std::string_view heading_id = {}, std::string_view heading_class = {}) {
  const auto make = [&](const auto& element) -> Html {
    return element(id(heading_id).only_if(!heading_id.empty()), cls(heading_class).only_if(!heading_class.empty()),
                   words);
  };
  return level <= 1 ? make(h1) : level == 2 ? make(h2) : level == 3 ? make(h3) : make(h4);
}

struct ToneLook {
  std::string_view notice, tag;
  Icon icon;
};
ToneLook look(Tone tone) {
  switch (tone) {
    case Tone::ok:
      return {"notice notice-ok", "tag tag-ok", Icon::ok};
    case Tone::warn:
      return {"notice notice-warn", "tag tag-warn", Icon::question};
    case Tone::bad:
      return {"notice notice-bad", "tag tag-bad", Icon::alert};
    case Tone::accent:
      return {"notice", "tag tag-accent", Icon::info};
    case Tone::key:
      return {"notice", "tag tag-key", Icon::info};
    case Tone::solid:
      return {"notice", "tag tag-solid", Icon::info};
    case Tone::plain:
      break;
  }
  return {"notice", "tag", Icon::info};
}

// A link where there is somewhere to go, its words alone where there is not.
Html linked(const Plain& address, const Html& words) {
  return when(!address.empty(), [&] { return Html(a(href(address.text), words)); }, [&] { return words; });
}

}  // namespace

Html together(const Html& words) {
  const bool parted = words.markup().find("<ruby>") != std::string::npos;
  return parted ? Html(span(words)) : words;
}

Html back_link(const Plain& address, const Html& words) {
  return a(cls("back"), href(address.text), icon(Icon::back), together(words));
}

Html tabs(const Tabs& t) {
  return nav(cls("tabs"), aria_label(t.label.text), ul(each(t.tabs, [](const Link& tab) {
               return li(a(href(tab.href.text), aria_current("page").only_if(tab.current), tab.text,
                           when(tab.count.has_value(), [&] { return group(" ", span(cls("count"), *tab.count)); })));
             })));
}

Html steps(const Words& words, const std::vector<Step>& list) {
  return ol(cls("steps"), aria_label(words(Text::progress)), each(list, [&](const Step& s) {
              return li(cls("done").only_if(s.done && !s.current), aria_current("step").only_if(s.current),
                        span(borrowed(s.name),
                             when(s.done && !s.current, [&] { return span(cls("vh"), words(Text::done)); })),
                        when(!s.note.empty(), [&] { return group(" ", span(cls("nowrap"), borrowed(s.note))); }));
            }));
}

Html page_list(const Words& words, const Pages& pages) {
  if (pages.previous.empty() && pages.next.empty() && pages.first.empty()) return {};
  return nav(
      aria_label(words(Text::pages)),
      ul(cls("page-list"),
         when(!pages.first.empty(), [&] { return li(a(href(pages.first.text), words(Text::first_page))); }),
         when(!pages.previous.empty(),
              [&] { return li(a(href(pages.previous.text), rel("prev"), icon(Icon::back), words(Text::previous))); }),
         when(!pages.shown.empty(), [&] { return li(span(cls("page-here"), aria_current("page"), pages.shown)); }),
         when(!pages.next.empty(),
              [&] { return li(a(href(pages.next.text), rel("next"), words(Text::next_page), icon(Icon::next))); })));
}

Html contents(const Plain& title_id, const Html& title_words, const std::vector<Link>& links) {
  return nav(cls("panel panel-tint section"), aria_labelledby(title_id.text),
             h2(id(title_id.text), cls("h"), title_words),
             ul(cls("row toc"), each(links, [](const Link& link) { return li(a(href(link.href.text), link.text)); })));
}

Html notice(const Notice& n) {
  const auto l = look(n.kind);
  return div(cls(l.notice), icon(n.icon == Icon::count_ ? l.icon : n.icon),
             div(heading(n.level, n.title), borrowed(n.body)));
}

Html emergency(const Emergency& e) {
  return section(cls("emergency"), aria_labelledby(e.id), icon(Icon::alert), h2(id(e.id), e.title), p(borrowed(e.body)),
                 when(!e.meta.empty(), [&] { return p(cls("meta"), e.meta); }));
}

Html tag(const Html& words, Tone tone, std::optional<Icon> which) {
  return span(cls(look(tone).tag), when(which.has_value(), [&] { return icon(*which); }), together(words));
}

Html empty_state(const Empty& e) {
  return div(cls("empty stack-s"), icon(Icon::tray), heading(e.level, e.title),
             when(!e.body.empty(), [&] { return p(cls("muted"), borrowed(e.body)); }),
             when(!e.action.empty(), [&] { return p(e.action); }));
}

Html done_panel(const Done& d) {
  return div(cls("done-page stack-s"), icon(Icon::ok), h1(d.title),
             when(!d.number.empty(), [&] { return p(d.number_label, span(cls("number"), d.number)); }), d.body);
}

Html law_quote(const Html& words, const Html& source) {
  return blockquote(cls("law"), p(words), cite(source));
}

Html fold(const Fold& f) {
  return details(cls("fold"), open(f.open), summary(borrowed(f.summary)), div(borrowed(f.body)));
}

Html panel(const Panel& q) {
  std::string look_of = "panel";
  if (q.ground == Tone::key) look_of += " panel-tint";
  if (q.ground == Tone::solid) look_of += " panel-town";
  if (q.stack) look_of += " stack-s";
  // Smaller than its page's headings when it stands aside: level 3 keeps the element h2 only through `h`.
  const Html title_line = heading(q.level, q.title, q.id, q.ground == Tone::plain ? "" : "h");
  return section(cls(look_of), aria_labelledby(q.id),
                 when(
                     !q.aside.empty(), [&] { return div(cls("row row-between"), title_line, q.aside); }, title_line),
                 borrowed(q.body));
}

Html facts(const std::vector<Fact>& list, bool is_small) {
  return dl(cls(is_small ? "facts small" : "facts"),
            each(list, [](const Fact& fact) { return group(dt(borrowed(fact.term)), dd(borrowed(fact.value))); }));
}

Html summary_list(const std::vector<SummaryRow>& rows_of_list) {
  return dl(cls("summary"), each(rows_of_list, [](const SummaryRow& row) {
              return div(dt(borrowed(row.term)), dd(borrowed(row.value)),
                         when(!row.go.empty(), [&] { return dd(cls("go"), borrowed(row.go)); }));
            }));
}

Html change_link(const Words& words, const Plain& address, const Plain& of_what) {
  return a(href(address.text), words(Text::change), span(cls("vh"), words(Text::of_what, {{"what", of_what.text}})));
}

Html file_list(const std::vector<FileRow>& files) {
  return ul(cls("files"), each(files, [](const FileRow& file) {
              return li(
                  icon(file.icon),
                  span(linked(file.href, file.name),
                       when(!file.detail.empty(), [&] { return group(br(), span(cls("small muted"), file.detail)); })),
                  when(!file.end.empty(), [&] { return span(cls("end"), file.end); }));
            }));
}

Html timeline(const Words& words, const std::vector<Moment>& moments) {
  return ol(cls("timeline"), each(moments, [&](const Moment& m) {
              const bool now = m.when == Tense::now, later = m.when == Tense::next;
              return li(
                  cls(now ? "now" : "next").only_if(now || later), aria_current("step").only_if(now),
                  span(cls("dot"), when(now, icon(Icon::dot)), when(!now && !later, icon(Icon::check))),
                  when(
                      !m.datetime.empty(), [&] { return Html(time(datetime(m.datetime.text), borrowed(m.time))); },
                      [&] { return m.time.empty() ? Html() : Html(p(cls("when"), borrowed(m.time))); }),
                  h3(borrowed(m.title), when(!now && !later, [&] { return span(cls("vh"), words(Text::done)); })),
                  when(!m.body.empty(), [&] { return p(borrowed(m.body)); }));
            }));
}

Html event_log(const std::vector<LogRow>& entries) {
  return ol(cls("log"), each(entries, [](const LogRow& entry) {
              return li(time(datetime(entry.datetime.text), entry.time), span(entry.text));
            }));
}

Html event_cards(const std::vector<Event>& events) {
  return ul(cls("events"), each(events, [](const Event& e) {
              return li(div(cls("event"), icon(e.icon), h3(a(href(e.href.text), e.title)), p(borrowed(e.text))));
            }));
}

Html procedure_list(const std::vector<ProcedureRow>& procedures, int level) {
  return ul(cls("procs"), each(procedures, [level](const ProcedureRow& row) {
              return li(div(heading(level, Html(a(href(row.href.text), row.title)), {}, "h"),
                            when(!row.note.empty(), [&] { return p(cls("small muted"), row.note); })),
                        when(!row.facts.empty(), [&] {
                          return dl(each(row.facts, [](const std::pair<Icon, Fact>& fact) {
                            return div(dt(icon(fact.first), fact.second.term), dd(fact.second.value));
                          }));
                        }));
            }));
}

Html news_list(const std::vector<NewsRow>& news) {
  return ul(cls("news"), each(news, [](const NewsRow& row) {
              return li(time(datetime(row.datetime.text), row.date), row.kind, a(href(row.href.text), row.title));
            }));
}

Html verdict(const Verdict& v) {
  const std::string_view look_of = v.tone == Tone::ok     ? "verdict"
                                   : v.tone == Tone::bad  ? "verdict verdict-bad"
                                   : v.tone == Tone::warn ? "verdict verdict-warn"
                                                          : "verdict verdict-note";
  return div(cls(look_of),
             when(!v.mark.empty(), [&] { return span(cls("verdict-mark"), icon(look(v.tone).icon), v.mark); }),
             b(v.main), when(!v.note.empty(), [&] { return span(v.note); }));
}

Html in_language(std::string_view language, const Html& body) {
  return div(lang(language), body);
}

Html approval_route(const std::vector<Seal>& seals) {
  const auto look_of = [](SealState state) -> std::string_view {
    switch (state) {
      case SealState::stamped:
        return "seal";
      case SealState::later:
        return "seal seal-later";
      case SealState::waiting_later:
        return "seal seal-wait seal-later";
      case SealState::waiting:
      case SealState::not_needed:
        break;
    }
    return "seal seal-wait";
  };
  return ol(cls("route"), each(seals, [&](const Seal& seal) {
              return li(div(cls(look_of(seal.state)), aria_hidden(true), span(seal.top.text), span(seal.middle.text),
                            span(seal.bottom.text)),
                        strong(seal.title), span(seal.note));
            }));
}

Html version_list(const std::vector<VersionRow>& versions) {
  return ol(cls("versions"), each(versions, [](const VersionRow& version) {
              return li(cls(version.in_force ? "in-force" : "draft").only_if(version.in_force || version.draft),
                        b(version.title), br(), span(cls("small muted"), version.note));
            }));
}

// ISO/IEC 18004: four light modules around the symbol; dark runs of a row become one rectangle.
Html qr_code(const std::vector<bool>& modules, std::int64_t size_of_symbol, const Plain& title_words) {
  constexpr std::int64_t quiet = 4;
  std::string runs;
  for (std::int64_t row = 0; row < size_of_symbol; ++row)
    for (std::int64_t column = 0; column < size_of_symbol; ++column) {
      const auto dark = [&](std::int64_t c) {
        const auto index = static_cast<std::size_t>(row * size_of_symbol + c);
        return c < size_of_symbol && index < modules.size() && modules[index];
      };
      std::int64_t length = 0;
      while (dark(column + length)) ++length;
      if (length == 0) continue;
      runs += "M" + std::to_string(column + quiet) + " " + std::to_string(row + quiet) + "h" + std::to_string(length) +
              "v1h-" + std::to_string(length) + "z";
      column += length;
    }
  const std::string whole = std::to_string(size_of_symbol + 2 * quiet);
  return svg(cls("qr"), view_box("0 0 " + whole + " " + whole), role("img"), aria_label(title_words.text),
             shape_rendering("crispEdges"), path(d(runs), fill("currentColor")));
}

}  // namespace yakuba::web
