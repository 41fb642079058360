// Commands that keep an installation well: proof of the log, doctor, backup and restore.
#include <fstream>

#include <fmt/format.h>
#include <sys/stat.h>

#include "yakuba/command.hpp"

namespace yakuba {
namespace {

namespace fs = std::filesystem;

std::string summary(const log::VerifyReport& report) {
  std::string out = fmt::format("{} events, {} checkpoints, {} covered, root {}", report.events, report.checkpoints,
                                report.covered, hex(report.root));
  for (const log::Finding& finding : report.findings)
    out += fmt::format("\n  event {}: {}: {}", finding.sequence, finding.code, finding.detail);
  return out + (report.whole() ? "\nThe log is whole." : "\nThe log is NOT whole.");
}

void report(std::string& out, std::string_view section, const std::vector<Finding>& findings) {
  for (const Finding& finding : findings)
    out += fmt::format("{} {}: {}\n", finding.good ? "ok  " : "WARN", section, finding.text);
}

std::vector<Finding> examine_keys(Installation& installation) {
  std::vector<Finding> findings;
  const bool beside = installation.keys().origin() == FileKeys::Origin::file;
  findings.push_back(
      {!beside || installation.config().demo,
       beside ? "the installation key lies beside the data; give it by systemd credential or $YAKUBA_PASSPHRASE"
              : "the installation key is not kept with the data"});
  for (const auto& [name, opens] : installation.keys().list())
    if (!opens)
      findings.push_back({false, name + " does not open with this installation key: restore keys/ from its backup"});
  struct stat info{};
  if (::stat((installation.folder() / "keys").c_str(), &info) == 0 && (info.st_mode & 077) != 0)
    findings.push_back({false, "keys/ can be read by others: chmod 700"});
  return findings;
}

std::vector<Finding> examine_town(Installation& installation, const store::Town& town) {
  hall::Hall& hall = installation.hall();
  std::vector<Finding> findings;
  const auto pack = hall.packs.in_force(town, date_in_japan(hall.clock.now()));
  findings.push_back(pack ? Finding{true, "pack " + hex((*pack)->version).substr(0, 12) + " in force"}
                          : Finding{false, "no pack in force: yakuba pack import"});
  const auto log = hall.store.verify_log(town);
  if (!log)
    findings.push_back({false, "the log cannot be read: " + describe(log.error())});
  else
    findings.push_back({log->whole(), summary(*log)});
  const auto dead = hall.store.read(town, [](store::ReadTx& tx) { return tx.dead_jobs(); });
  if (!dead)
    findings.push_back({false, describe(dead.error())});
  else
    findings.push_back({dead->empty(), fmt::format("{} jobs gave up", dead->size())});
  return findings;
}

std::vector<Finding> examine_host(Installation& installation) {
  std::vector<Finding> findings;
  std::error_code error;
  const auto space = fs::space(installation.folder(), error);
  constexpr std::uintmax_t comfortable_bytes = 5ull * 1024 * 1024 * 1024;
  if (!error)
    findings.push_back(
        {space.available > comfortable_bytes, fmt::format("{} MiB free on the disk", space.available >> 20)});
  const Date today = date_in_japan(installation.hall().clock.now());
  findings.push_back({today.year() >= 2026 && today.year() < 2100, "today is " + today.text() + " in Japan"});
  const bool real = !installation.config().demo;
  if (real && installation.config().public_scheme != "https")
    findings.push_back(
        {false, "public_scheme is http: residents' data needs TLS (--tls-cert, or a proxy with --trusted-proxy)"});
  if (real && installation.config().mail_url.empty())
    findings.push_back({false, "mail_url is not set: notices by mail wait in the outbox"});
  return findings;
}

}  // namespace

Result<> verify_audit(Installation& installation, const JsonValue& arguments, std::string& out) {
  const store::Town town = TRY(town_of(installation, arguments));
  const log::VerifyReport report = TRY(installation.hall().store.verify_log(town));
  out += summary(report) + "\n";
  if (!report.whole()) return fail(ErrorKind::corrupt, "audit.broken", out);
  return {};
}

Result<> export_audit(Installation& installation, const JsonValue& arguments, std::string& out) {
  const store::Town town = TRY(town_of(installation, arguments));
  const std::string path = TRY(needed(arguments, "out"));
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  TRY(installation.hall().store.export_log(town, [&](std::string_view part) -> Result<> {
    if (!file.write(part.data(), static_cast<std::streamsize>(part.size())))
      return fail(ErrorKind::unavailable, "audit.write", "cannot write the file", Place{.file = path});
    return {};
  }));
  if (!file.flush()) return fail(ErrorKind::unavailable, "audit.write", "cannot write the file", Place{.file = path});
  out += fmt::format("Written: {} (check it with yakuba-verify {})\n", path, path);
  return {};
}

Result<> doctor(Installation& installation, const JsonValue&, std::string& out) {
  report(out, "host", examine_host(installation));
  report(out, "keys", examine_keys(installation));
  for (const store::Town& town : installation.hall().store.towns()) {
    report(out, town.name(), examine_town(installation, town));
    report(out, town.name(), examine_sides(installation, town));
  }
  return {};
}

Result<> backup(Installation& installation, const JsonValue& arguments, std::string& out) {
  const fs::path folder = TRY(needed(arguments, "out"));
  std::error_code error;
  fs::create_directories(folder, error);
  if (error || !fs::is_directory(folder, error))
    return fail(ErrorKind::invalid, "backup.folder", "--out must be a folder that can be made and written",
                Place{.file = folder.string(), .field = "out"});
  if (installation.hall().store.towns().empty())
    return fail(ErrorKind::invalid, "backup.nothing", "there is no town to back up yet: yakuba town add");
  for (const store::Town& town : installation.hall().store.towns()) {
    TRY(installation.hall().store.backup_town(town, folder / town.name()));
    out += fmt::format("Backed up: {}\n", (folder / town.name()).string());
  }
  out += "Back up keys/ too, apart from this folder: without it nothing here can be opened.\n";
  return {};
}

Result<> restore(Installation& installation, const JsonValue& arguments, std::string& out) {
  const fs::path folder = TRY(needed(arguments, "from"));
  const store::Town town =
      TRY(installation.hall().store.restore_town(folder, std::string(arguments.text_or("owner-url", ""))));
  TRY(installation.read_towns());
  const log::VerifyReport report = TRY(installation.hall().store.verify_log(town));
  out += fmt::format("Restored: {}; {}\n", town.name(), summary(report));
  return {};
}

}  // namespace yakuba
