// Components that ask: fields with hint and fault, choices, dates, files, buttons, the summary of faults.
#include "web/components.hpp"
#include "web/texts.hpp"

namespace yakuba::web {

using namespace html;

namespace {

std::string id_of(const Field& f) {
  return f.id.empty() ? f.name : f.id;
}

// The id of one control of several: "lives_with-2".
struct ControlId {
  std::string_view name;
  std::size_t number;
  void write(Writer& out) const {
    out.escape(name);
    out.literal("-");
    out.number(static_cast<std::int64_t>(number));
  }
};

// What describes a control: its hint and its fault, as ids; nothing when it has neither.
std::optional<std::string> described_by(const std::string& control, bool has_hint, bool has_error) {
  if (!has_hint && !has_error) return {};
  std::string ids = has_hint ? control + "-hint" : "";
  if (has_error) ids += (ids.empty() ? "" : " ") + control + "-error";
  return ids;
}

Html hint_line(const std::string& control, const Html& hint) {
  if (hint.empty()) return {};
  return span(cls("hint"), id(control + "-hint"), hint);
}

Html error_line(const Words& words, const std::string& control, const std::optional<Html>& error) {
  if (!error) return {};
  return p(cls("error"), id(control + "-error"), icon(Icon::alert),
           span(span(cls("vh"), words(Text::error_prefix)), *error));
}

Html required_mark(const Words& words, bool is_required) {
  if (!is_required) return {};
  return span(cls("req"), words(Text::required));
}

// Label, hint, fault, control: the order in which they are read.
Html framed(const Words& words, const Field& f, const Html& control) {
  const std::string control_id = id_of(f);
  return div(cls(f.error ? "field invalid" : "field"),
             label(for_(control_id), borrowed(f.label), required_mark(words, f.required)),
             hint_line(control_id, f.hint), error_line(words, control_id, f.error), control);
}

std::string input_class(const Field& f) {
  return f.width.empty() ? "input" : "input " + f.width;
}

Html input_of(const Field& f, const std::string& kind, const std::string& mode) {
  const std::string control = id_of(f);
  return input(cls(input_class(f)), id(control), name(f.name), type(kind), value(f.value).only_if(!f.value.empty()),
               autocomplete(f.autocomplete).only_if(!f.autocomplete.empty()), inputmode(mode).only_if(!mode.empty()),
               maxlength(f.characters_max).only_if(f.characters_max > 0), required(f.required),
               aria_invalid(true).only_if(f.error.has_value()),
               aria_describedby(described_by(control, !f.hint.empty(), f.error.has_value())));
}

Html legend_of(const Words& words, const Html& legend_words, bool is_heading, bool is_required) {
  if (is_heading) return legend(h1(borrowed(legend_words)));
  return legend(cls("label"), borrowed(legend_words), required_mark(words, is_required));
}

std::string fieldset_class(bool is_heading, bool is_invalid) {
  return std::string(is_heading ? "stack" : "stack-s") + (is_invalid ? " invalid" : "");
}

}  // namespace

std::optional<Html> error_for(const Form& form, std::string_view field, const Words& words) {
  const Fault* fault = form.error_of(field);
  return fault ? std::optional(Html(fault_words(*fault, words))) : std::nullopt;
}

Html error_summary(const Form& form, const Words& words) {
  if (form.ok()) return {};
  const auto count = static_cast<std::int64_t>(form.faults().size());
  return div(cls("error-summary read"), role("alert"), tabindex(-1), autofocus(true),
             aria_labelledby("error-summary-title"),
             h2(id("error-summary-title"), icon(Icon::alert), words(Text::error_summary, {{"count", count}})),
             ul(each(form.faults(),
                     [&](const Fault& fault) { return li(a(href("#" + fault.control), fault_words(fault, words))); })));
}

Html text_field(const Words& words, const Field& f) {
  return framed(words, f, input_of(f, f.type, f.inputmode));
}

Html number_field(const Words& words, const Field& f, const Html& unit) {
  const Html control = input_of(f, "text", "numeric");
  return framed(words, f,
                when(!unit.empty(), [&] { return Html(span(cls("with-unit"), control, span(unit))); }, control));
}

Html text_area(const Words& words, const Area& f) {
  const std::string control = id_of(f);
  return framed(words, f,
                textarea(cls("textarea"), id(control), name(f.name), rows(f.rows),
                         maxlength(f.characters_max).only_if(f.characters_max > 0), required(f.required),
                         aria_invalid(true).only_if(f.error.has_value()),
                         aria_describedby(described_by(control, !f.hint.empty(), f.error.has_value())),
                         // A parser drops one line break after the tag: a text that begins with one keeps it so.
                         when(f.value.starts_with('\n'), "\n"), f.value));
}

Html select_field(const Words& words, const Select& f) {
  const std::string control = id_of(f);
  return framed(words, f,
                select(cls(f.width.empty() ? "select" : "select " + f.width), id(control), name(f.name),
                       required(f.required), aria_invalid(true).only_if(f.error.has_value()),
                       aria_describedby(described_by(control, !f.hint.empty(), f.error.has_value())),
                       each(f.options, [](const Option& o) {
                         return option(value(o.value), selected(o.chosen), borrowed(o.label));
                       })));
}

Html choice_field(const Words& words, const Choices& c) {
  const std::string_view all = c.name;
  const auto described = described_by(c.name, !c.hint.empty(), c.error.has_value());
  const auto control = [&](const Option& o, std::size_t index) {
    const ControlId control_id{all, index + 1};
    return div(
        cls(c.lines ? "choice choice-line" : "choice"),
        input(type(c.several ? "checkbox" : "radio"), id(control_id), name(all), value(std::string_view(o.value)),
              checked(o.chosen), required(c.required && !c.several)),
        label(for_(control_id), borrowed(o.label),
              when(o.count.has_value(), [&o] { return group(" ", span(cls("count"), *o.count)); }),
              when(!o.hint.empty(), [&o] { return span(cls("hint"), borrowed(o.hint)); })));
  };
  const Html legend_node = legend_of(words, c.legend, c.legend_is_heading, c.required && !c.legend_is_heading);
  return fieldset(cls(fieldset_class(c.legend_is_heading, c.error.has_value())), id(all),
                  role("radiogroup").only_if(!c.several), aria_required(true).only_if(c.required && !c.several),
                  aria_invalid(true).only_if(c.error.has_value() && !c.several), aria_describedby(described),
                  borrowed(legend_node),
                  when(!c.hint.empty(), [&] { return p(cls("hint"), id(c.name + "-hint"), borrowed(c.hint)); }),
                  error_line(words, c.name, c.error),
                  when(
                      c.lines, [&] { return each(c.options, control); },
                      [&] { return div(cls("choices"), each(c.options, control)); }));
}

Html declaration(const Words& words, const Field& f) {
  const std::string control = id_of(f);
  return div(cls(f.error ? "invalid stack-s" : "stack-s"), error_line(words, control, f.error),
             div(cls("choice"),
                 input(type("checkbox"), id(control), name(f.name), value("1"), checked(!f.value.empty()),
                       required(f.required), aria_invalid(true).only_if(f.error.has_value()),
                       aria_describedby(described_by(control, false, f.error.has_value()))),
                 label(for_(control), borrowed(f.label), required_mark(words, f.required),
                       when(!f.hint.empty(), [&] { return span(cls("hint"), borrowed(f.hint)); }))));
}

Html date_field(const Words& words, const DateField& f) {
  const auto described = described_by(f.name, !f.hint.empty(), f.error.has_value());
  const auto part = [&](std::string_view suffix, Text label_words, const std::string& typed,
                        std::string_view width_class, std::string_view complete, bool digits_only) -> Html {
    const std::string control = f.name + std::string(suffix);
    return div(cls("field"), label(for_(control), words(label_words)),
               input(cls("input " + std::string(width_class)), id(control), name(control), type("text"),
                     value(typed).only_if(!typed.empty()), inputmode("numeric").only_if(digits_only),
                     autocomplete(complete).only_if(f.birthday), required(f.required),
                     aria_invalid(true).only_if(f.error.has_value()), aria_describedby(described)));
  };
  return fieldset(cls(fieldset_class(f.legend_is_heading, f.error.has_value())), id(f.name),
                  legend_of(words, f.legend, f.legend_is_heading, f.required && !f.legend_is_heading),
                  hint_line(f.name, f.hint), error_line(words, f.name, f.error),
                  div(cls("date"), part("-y", Text::year, f.year, "w-8", "bday-year", false),
                      part("-m", Text::month, f.month, "w-4", "bday-month", true),
                      part("-d", Text::day, f.day, "w-4", "bday-day", true)));
}

Html file_field(const Words& words, const FileField& f) {
  const std::string control = id_of(f);
  return framed(words, f,
                input(cls("input file"), type("file"), id(control), name(f.name), accept(f.accept),
                      multiple(f.multiple), required(f.required), aria_invalid(true).only_if(f.error.has_value()),
                      aria_describedby(described_by(control, !f.hint.empty(), f.error.has_value()))));
}

namespace {

std::string button_class(ButtonKind kind, bool is_big, bool at_end) {
  std::string look = kind == ButtonKind::main ? "btn" : kind == ButtonKind::second ? "btn btn-2" : "btn btn-warn";
  return look + (is_big ? " btn-big" : "") + (at_end ? " end" : "");
}

}  // namespace

Html action_button(const Button& b_) {
  return button(cls(button_class(b_.kind, b_.big, b_.end)), name(b_.name).only_if(!b_.name.empty()),
                value(b_.value).only_if(!b_.name.empty()), together(b_.text));
}

Html link_button(const Plain& address, const Html& words, ButtonKind kind) {
  return a(cls(button_class(kind, false, false)), href(address.text), together(words));
}

Html search_form(const Words& words, const Search& s) {
  const Html label_line = when(
      s.label_is_heading, [&] { return Html(h1(label(for_("q"), s.label))); },
      [&] { return Html(label(cls("label"), for_("q"), s.label)); });
  return form(role("search"), method("get"), action(s.action), cls("stack-s"), label_line,
              when(!s.hint.empty(), [&] { return p(id("q-hint"), s.hint); }),
              div(cls("search"),
                  input(cls("input"), id("q"), name("q"), type("search"), value(s.value).only_if(!s.value.empty()),
                        aria_describedby("q-hint").only_if(!s.hint.empty())),
                  button(cls("btn"), icon(Icon::search), together(words(Text::search)))));
}

Html confirm_panel(const Confirm& c) {
  return form(cls("panel stack read"), method("post"), action(c.action), aria_labelledby(c.id), c.hidden,
              h1(cls("f2"), id(c.id), c.title), c.body, c.fields,
              p(cls("row"), button(cls(c.warn ? "btn btn-warn" : "btn"), c.yes), a(href(c.back.text), c.back_text)));
}

Html filter_bar(const Words& words, const FilterBar& f) {
  return form(
      cls("panel stack filters"), method("get"), aria_label(f.label.text), f.fields,
      p(cls("row"), button(cls("btn"), f.submit), a(cls("small"), href(f.reset.text), words(Text::filter_reset))));
}

}  // namespace yakuba::web
