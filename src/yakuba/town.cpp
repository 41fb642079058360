// Commands that make and list towns.
#include <fmt/format.h>

#include "base/text.hpp"
#include "yakuba/command.hpp"

namespace yakuba {

Result<std::string> needed(const JsonValue& arguments, std::string_view option) {
  const std::string_view value = arguments.text_or(option, "");
  if (value.empty())
    return fail(ErrorKind::invalid, "command.missing", fmt::format("give --{}", option),
                Place{.field = std::string(option)});
  return std::string(value);
}

Result<store::Town> town_of(Installation& installation, const JsonValue& arguments) {
  return installation.hall().store.town(TRY(needed(arguments, "town")));
}

namespace {

std::vector<std::filesystem::path> folders_of(std::string_view list) {
  std::vector<std::filesystem::path> folders;
  for (const std::string_view folder : split(list, ','))
    if (!folder.empty()) folders.emplace_back(folder);
  return folders;
}

// The lowest layer that the town's layer extends must come first; the user names them in that order.
Result<std::string> import_into(Installation& installation, const store::Town& town, const JsonValue& arguments) {
  hall::Hall& hall = installation.hall();
  const auto layers = TRY(packs::read_layers(folders_of(TRY(needed(arguments, "pack")))));
  const Instant now = hall.clock.now();
  Date from = date_in_japan(now);
  if (const std::string_view text = arguments.text_or("from", ""); !text.empty()) {
    const auto date = Date::parse(text);
    if (!date)
      return fail(ErrorKind::invalid, "command.date", "--from must be a date such as 2026-11-22",
                  Place{.field = "from"});
    from = *date;
  }
  const auto done = TRY(packs::import(hall.store, town, layers, {.from = from, .actor = "console", .at = now}));
  std::string out;
  for (const pack::Fault& fault : done.faults) out += pack::describe(fault, arguments.text_or("lang", "ja")) + "\n";
  if (!done.pack) return fail(ErrorKind::invalid, "pack.refused", out + "The pack was refused; nothing was changed.");
  out += fmt::format("{} {} in force from {}\n", done.unchanged ? "Unchanged:" : "Imported:", hex(done.pack->version),
                     from.text());
  return out;
}

}  // namespace

Result<> add_town(Installation& installation, const JsonValue& arguments, std::string& out) {
  hall::Hall& hall = installation.hall();
  const std::string name = TRY(needed(arguments, "town"));
  const std::string code = TRY(needed(arguments, "code"));
  std::string host(arguments.text_or("host", ""));
  if (host.empty()) host = name + ".localhost";
  // The pack is proved before anything is made, so that a fault leaves no half town behind.
  const auto layers = TRY(packs::read_layers(folders_of(TRY(needed(arguments, "pack")))));
  const pack::Loaded loaded = pack::load(layers);
  if (!loaded.pack) {
    std::string faults;
    for (const pack::Fault& fault : loaded.faults)
      faults += pack::describe(fault, arguments.text_or("lang", "ja")) + "\n";
    return fail(ErrorKind::invalid, "pack.refused", faults + "The pack was refused; no town was made.");
  }
  const auto log_key = TRY(installation.keys().signing_key(std::string_view(name), "log"));
  const store::Town town = TRY(hall.store.create_town({.name = name,
                                                       .municipality_code = code,
                                                       .hosts = {host, "office." + host},
                                                       .log_public_key = log_key.public_key},
                                                      std::string(arguments.text_or("owner-url", ""))));
  TRY(installation.read_towns());
  out += TRY(import_into(installation, town, arguments));
  out += fmt::format("Town {} ({}): {} and office.{}\n", name, code, host, host);
  return {};
}

Result<> import_pack(Installation& installation, const JsonValue& arguments, std::string& out) {
  out += TRY(import_into(installation, TRY(town_of(installation, arguments)), arguments));
  return {};
}

Result<> list_towns(Installation& installation, const JsonValue&, std::string& out) {
  for (const auto& [id, town] : installation.hall().towns)
    out += fmt::format("{}\t{}\t{}\t{}\n", id, town.code, town.public_host, town.office_host);
  if (out.empty()) out = "No towns yet: yakuba town add NAME --code 000000 --pack packs/common,packs/NAME\n";
  return {};
}

Result<> administrator_link(Installation& installation, const JsonValue& arguments, std::string& out) {
  hall::Hall& hall = installation.hall();
  const store::Town town = TRY(town_of(installation, arguments));
  if (!hall::serves(hall.settings.sides, web::Side::office_side))
    return fail(ErrorKind::conflict, "command.side",
                "staff belong to the office's side: run this in the folder that `yakuba init --side office` made");
  const std::string path = TRY(access::first_administrator_link(hall, town, {.name = "console"},
                                                                {.number = TRY(needed(arguments, "number")),
                                                                 .name = TRY(needed(arguments, "name")),
                                                                 .kana = std::string(arguments.text_or("kana", "")),
                                                                 .mail = std::string(arguments.text_or("mail", ""))}));
  out += fmt::format("Open once, within 72 hours:\n{}\n", hall.office_url(hall.info(town), path));
  return {};
}

}  // namespace yakuba
