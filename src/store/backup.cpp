// Backup and restore of one town: the database in one snapshot, every file that it names, and a manifest with the hash
// of each, so that a damaged backup is refused before anything is made from it.
#include "base/json.hpp"
#include "store/dialect.hpp"
#include "store/file.hpp"
#include "store/installation.hpp"
#include "store/queries.hpp"

namespace yakuba::store {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t manifest_bytes_max = 256 * 1024 * 1024;

std::unexpected<Error> disk(const char* what, const std::error_code& error) {
  return fail(ErrorKind::unavailable, error == std::errc::no_space_on_device ? "store.disk_full" : "store.disk",
              std::string(what) + ": " + error.message());
}

Result<> copy_synced(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::create_directories(to.parent_path(), error);
  if (!error) fs::copy_file(from, to, error);
  if (error) return disk("copy", error);
  File copy = TRY(File::open(to, File::Mode::append));
  TRY(copy.sync());
  return sync_folder(to.parent_path());
}

Result<JsonObject> hashes_of(const fs::path& folder) {
  JsonObject hashes;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file() || entry.path().filename() == "manifest.json") continue;
    hashes[fs::relative(entry.path(), folder).string()] = TRY(sha256_of_file(entry.path()));
  }
  return hashes;
}

Result<> check_manifest(const JsonValue& manifest, const fs::path& folder) {
  const JsonValue* files = manifest.find("files");
  if (!files || !files->object()) return fail(ErrorKind::corrupt, "store.backup", "the manifest lists no files");
  auto found = TRY(hashes_of(folder));
  for (const auto& [name, hash] : *files->object()) {
    auto it = found.find(name);
    if (it == found.end()) return fail(ErrorKind::corrupt, "store.backup", "a file of the backup is missing: " + name);
    if (it->second != hash)
      return fail(ErrorKind::corrupt, "store.backup", "a file of the backup was changed: " + name);
  }
  if (found.size() != files->object()->size())
    return fail(ErrorKind::corrupt, "store.backup", "the backup has a file more than its manifest");
  return {};
}

TownRecord record_of(const JsonValue& manifest) {
  TownRecord record;
  record.name = manifest.text_or("town", "");
  record.municipality_code = manifest.text_or("municipality_code", "");
  record.hosts = hosts_from_json(manifest.text_or("hosts", "[]"));
  record.log_public_key = from_hex(manifest.text_or("log_public_key", "")).value_or(Bytes());
  return record;
}

}  // namespace

Result<> Store::backup_town(Town town, const fs::path& folder) {
  std::lock_guard files(town.state_->files);
  TRY(checkpoint_now(town));
  std::error_code error;
  if (fs::exists(folder))
    return fail(ErrorKind::conflict, "store.backup_exists", "the folder of the backup exists already");
  fs::create_directories(folder, error);
  if (error) return disk("the folder of the backup", error);
  // A file that the snapshot names is never removed meanwhile: rows may go, but sweeping waits.
  const std::vector<std::string> ids = TRY(town.state_->backup_database(folder));
  Blobs blobs = this->blobs(town);
  for (const auto& id : ids) TRY(copy_synced(blobs.path_of(id), folder / "blobs" / id));
  const TownRecord record = town.state_->record();
  JsonObject manifest{{"form", "yakuba-backup 1"},
                      {"database", on_postgres() ? "postgres" : "sqlite"},
                      {"town", record.name},
                      {"municipality_code", record.municipality_code},
                      {"hosts", hosts_to_json(record.hosts)},
                      {"log_public_key", hex(record.log_public_key)},
                      {"made_at", clock().now().text()}};
  auto note = TRY(last_checkpoint(town));
  manifest["checkpoint"] = note.value_or("");
  manifest["files"] = TRY(hashes_of(folder));
  return write_file(folder / "manifest.json", JsonValue(std::move(manifest)).canonical() + "\n");
}

Result<Town> Store::restore_town(const fs::path& folder, const std::string& owner_url) {
  std::string text = TRY(read_file(folder / "manifest.json", manifest_bytes_max));
  JsonValue manifest = TRY(parse_json(text, {.bytes_max = manifest_bytes_max}));
  if (manifest.text_or("form", "") != "yakuba-backup 1")
    return fail(ErrorKind::corrupt, "store.backup", "not a backup of Yakuba");
  if (manifest.text_or("database", "") != (on_postgres() ? "postgres" : "sqlite")) {
    return fail(ErrorKind::conflict, "store.backup_database", "the backup is of the other kind of database");
  }
  TRY(check_manifest(manifest, folder));
  TownState* state = TRY(installation_->restore_database(record_of(manifest), folder, owner_url));
  Town town(state);
  Blobs blobs = this->blobs(town);
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder / "blobs", ignored)) {
    TRY(copy_synced(entry.path(), blobs.path_of(entry.path().filename().string())));
  }
  // The restored log must be whole and must contain what the manifest's checkpoint saw.
  VerifyOptions options;
  if (auto note = manifest.text_or("checkpoint", ""); !note.empty()) options.witnessed.emplace_back(note);
  auto report = TRY(verify_log(town, options));
  if (!report.whole())
    return fail(ErrorKind::corrupt, "store.log", "the restored log does not verify: " + report.findings[0].detail);
  return town;
}

Result<Store::Swept> Store::sweep(Town town, Instant before, std::int64_t blob_age_seconds) {
  std::lock_guard files(town.state_->files);
  Swept swept;
  TRY(change(town, [&](Tx& tx) -> Result<> {
    swept.jobs = TRY(tx.run<sql::SweepJobs>({.before = before.microseconds}));
    swept.change_keys = TRY(tx.run<sql::SweepKeys>({.before = before.microseconds}));
    return {};
  }));
  Blobs blobs = this->blobs(town);
  const auto oldest = fs::file_time_type::clock::now() - std::chrono::seconds(blob_age_seconds);
  std::vector<fs::path> old;
  std::error_code ignored;
  for (const auto& entry : fs::recursive_directory_iterator(blobs.folder(), ignored)) {
    if (entry.is_regular_file(ignored) && entry.last_write_time(ignored) < oldest) old.push_back(entry.path());
  }
  for (const auto& path : old) {
    const std::string id = path.stem().string();
    auto kept = TRY(read(town, [&](ReadTx& tx) { return tx.blob(id); }));
    if (kept) continue;
    if (fs::remove(path, ignored)) ++swept.blobs;
  }
  return swept;
}

}  // namespace yakuba::store
