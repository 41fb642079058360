// The 1st of April on pages: choose a file, see the differences, carry it out.
#include "base/text.hpp"
#include "hall/section/pages.hpp"
#include "hall/section/queries.hpp"

namespace yakuba::section {

namespace h = web::html;
using web::Form, web::Html, web::Path, web::Permission, web::Response, web::Words;

namespace {

Response upload_page(hall::Call& call, const Form& form) {
  const Words& words = call.words;
  web::FileField file{{.name = "file",
                       .label = words(Text::transfer_file),
                       .error = web::error_for(form, "file", words),
                       .required = true}};
  file.accept = ".csv,text/csv";
  Html content = h::div(h::cls("wrap stack read"), web::back_link("/staff", words(Text::back_staff)),
                        web::error_summary(form, words), h::h1(words(Text::transfers_title)),
                        h::p(words(Text::transfer_lead)), h::p(h::cls("small muted"), words(Text::transfer_columns)),
                        h::form(h::id("form"), h::method("post"), h::enctype("multipart/form-data"), h::cls("stack"),
                                h::novalidate(true), hall::form_fields(call), web::file_field(words, file),
                                h::p(web::action_button({.text = words(Text::transfer_look)}))));
  return hall::page(call, {.title = words(Text::transfers_title),
                           .content = content,
                           .has_errors = !form.ok(),
                           .status = form.ok() ? 200 : 422,
                           .current_menu = "/staff"});
}

Response show_upload(hall::Call& call) {
  return upload_page(call, Form{web::Fields{}});
}

Response upload(hall::Call& call) {
  const Words& words = call.words;
  Form form(call.request);
  const web::Upload* file = call.request.upload("file");
  if (!file || file->bytes == 0 || !file->content) {
    form.fault("file", "error_required", {{"label", words(Text::transfer_file)}});
    return upload_page(call, form);
  }
  auto bytes = file->content->read_all(static_cast<std::int64_t>(transfer_bytes_max));
  if (!bytes) {
    form.fault_words("file", words(Text::csv_size).plain());
    return upload_page(call, form);
  }
  // Kept as UTF-8 text where it is, else as base64: the store's text columns take no CP932.
  std::string csv(text_view(*bytes));
  if (!is_utf8(csv)) csv = "base64:" + base64(*bytes);
  PublicId id = PublicId::random(call.hall.random);
  auto kept = call.hall.store.change(call.town, key_of(call), [&](store::Tx& tx) -> Result<PublicId> {
    TRY(tx.one<sql::TransferInsert>({.public_id = id.text(),
                                     .csv = csv,
                                     .actor = access::log_name(*call.actor),
                                     .entered_at = call.now.microseconds}));
    return id;
  });
  if (!kept) return hall::problem(call, kept.error());
  return Response::see_other(Path::to("/staff/transfers/{transfer}", {{"transfer", kept->text()}}));
}

// --- differences ---

struct Staged {
  std::string csv;
  bool carried = false;
  TransferPlan plan;
};
Result<std::string> csv_of(const std::string& kept) {
  if (!kept.starts_with("base64:")) return kept;
  auto bytes = from_base64(std::string_view(kept).substr(7));
  if (!bytes) return fail(ErrorKind::corrupt, "section.transfer");
  return std::string(text_view(*bytes));
}
Result<Staged> staged(hall::Call& call, store::ReadTx& tx) {
  auto row = TRY(tx.one<sql::TransferByPublicId>({.public_id = parameter(call, "transfer")}));
  if (!row) return fail(ErrorKind::not_found, "section.no_such_transfer");
  Staged found{TRY(csv_of(row->csv)), row->carried_at.has_value(), {}};
  if (!found.carried) found.plan = TRY(plan_transfer(tx, *call.pack, found.csv));
  return found;
}

Text kind_text(TransferKind kind) {
  switch (kind) {
    case TransferKind::hire:
      return Text::transfer_hire;
    case TransferKind::move:
      return Text::transfer_move;
    case TransferKind::add:
      return Text::transfer_add;
    case TransferKind::end:
      return Text::transfer_end;
    case TransferKind::leave:
      return Text::transfer_leave;
  }
  return Text::transfer_move;
}

Html fault_table(const Words& words, const std::vector<Error>& errors) {
  web::Table table{.id = "faults", .caption = words(Text::transfer_faults, {{"count", errors.size()}})};
  table.columns = {{.title = words(Text::transfer_line), .align = web::Align::number},
                   {.title = words(Text::transfer_fault)}};
  for (const Error& error : errors) {
    std::string what = words_of(words, error, error.place.field).plain();
    table.rows.push_back({.cells = {Html(std::to_string(error.place.line)),
                                    Html(error.place.field.empty() ? what : error.place.field + ": " + what)}});
  }
  return web::table_of(words, table);
}

Html difference_table(const Words& words, const std::vector<TransferLine>& lines) {
  web::Table table{.id = "differences", .caption = words(Text::transfer_differences, {{"count", lines.size()}})};
  for (Text column : {Text::transfer_line, Text::transfer_kind, Text::staff_number, Text::staff_name,
                      Text::transfer_before, Text::transfer_after, Text::transfer_day})
    table.columns.push_back({.title = words(column)});
  for (const TransferLine& line : lines)
    table.rows.push_back({.cells = {Html(std::to_string(line.line)), words(kind_text(line.kind)), Html(line.number),
                                    Html(line.name), Html(line.before), Html(line.after), Html(format_era(line.day))}});
  return web::table_of(words, table);
}

Response show(hall::Call& call) {
  const Words& words = call.words;
  auto found = call.hall.store.read(call.town, [&](store::ReadTx& tx) { return staged(call, tx); });
  if (!found) return hall::problem(call, found.error());
  Html body;
  const TransferPlan& plan = found->plan;
  if (found->carried) {
    body = web::notice({.kind = web::Tone::ok, .title = words(Text::transfer_done_already)});
  } else {
    if (!plan.errors.empty())
      body.add(web::notice({.kind = web::Tone::bad,
                            .title = words(Text::transfer_faults, {{"count", plan.errors.size()}}),
                            .body = h::p(words(Text::transfer_faults_body))}))
          .add(fault_table(words, plan.errors));
    if (!plan.lines.empty()) body.add(difference_table(words, plan.lines));
    if (plan.errors.empty() && !plan.lines.empty())
      body.add(h::form(h::method("post"), hall::form_fields(call),
                       h::input(h::type("hidden"), h::name("seen"), h::value(hex(plan.hash))),
                       web::action_button({.text = words(Text::transfer_carry, {{"count", plan.lines.size()}})})));
  }
  Html content = h::div(h::cls("wrap stack"), web::back_link("/staff/transfers", words(Text::transfers_title)),
                        h::h1(words(Text::transfers_title)), body);
  return hall::page(call, {.title = words(Text::transfers_title),
                           .content = content,
                           .has_errors = !plan.errors.empty(),
                           .current_menu = "/staff"});
}

Response carry_out(hall::Call& call) {
  auto seen = from_hex(call.request.form.first("seen"));
  Hash hash{};
  if (!seen || seen->size() != hash.size())
    return hall::problem(call, Error{ErrorKind::invalid, "section.transfer", {}, {}, {}});
  std::copy(seen->begin(), seen->end(), hash.begin());
  auto lines = call.hall.store.read(
      call.town, [&](store::ReadTx& tx) -> Result<std::size_t> { return TRY(staged(call, tx)).plan.lines.size(); });
  if (!lines) return hall::problem(call, lines.error());
  std::vector<PublicId> ids;
  for (std::size_t i = 0; i < *lines; ++i) ids.push_back(PublicId::random(call.hall.random));
  auto done = call.hall.store.change(call.town, [&](store::Tx& tx) -> Result<int> {
    if (TRY(tx.run<sql::TransferCarried>(
            {.public_id = parameter(call, "transfer"), .carried_at = call.now.microseconds})) == 0)
      return fail(ErrorKind::conflict, "section.changed_meanwhile");
    auto row = TRY(tx.one<sql::TransferByPublicId>({.public_id = parameter(call, "transfer")}));
    return carry_out_transfer(tx, act_of(call), *call.pack, TRY(csv_of(row->csv)), hash, ids);
  });
  call.hall.gate.forget(call.town);
  if (!done) return hall::problem(call, done.error());
  const Words& words = call.words;
  Html content =
      h::div(h::cls("wrap stack read"), web::done_panel({.title = words(Text::transfer_done, {{"count", *done}})}),
             h::p(web::link_button("/staff", words(Text::back_staff))));
  return hall::page(call, {.title = words(Text::transfers_title), .content = content, .current_menu = "/staff"});
}

}  // namespace

std::vector<hall::Route> transfer_routes() {
  using web::Fixture, web::Method, web::Side;
  const auto side = Side::office_side;
  const Permission change("staff.change");
  return {{Method::get, "/staff/transfers", side, change, Fixture::of("administrator"), show_upload},
          {Method::post, "/staff/transfers", side, change, Fixture::none("writes"), upload},
          {Method::get, "/staff/transfers/{transfer}", side, change,
           Fixture::of("administrator", {{"transfer", "staged-transfer"}}), show},
          {Method::post, "/staff/transfers/{transfer}", side, change, Fixture::none("writes"), carry_out}};
}

}  // namespace yakuba::section
