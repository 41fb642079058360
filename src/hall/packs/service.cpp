#include <fstream>

#include "base/json.hpp"
#include "hall/packs/packs.hpp"
#include "hall/packs/queries.hpp"

namespace yakuba::packs {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t recheck_microseconds = 1'000'000;  // how soon another process sees an import
constexpr std::size_t layers_bytes_max = 64 * 1024 * 1024;

Result<std::string> read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(ErrorKind::invalid, "packs.folder", "cannot read the file", Place{.file = path.string()});
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// The archive of a version: its layers as read, so that an old version can be compiled again years later.
std::string archive_of(const std::vector<pack::LayerSource>& layers) {
  JsonArray list;
  for (const pack::LayerSource& layer : layers) {
    JsonObject files;
    for (const auto& [path, text] : layer.files) files.emplace(path, text);
    list.push_back(JsonObject{{"name", layer.name}, {"files", std::move(files)}});
  }
  return JsonValue(std::move(list)).canonical();
}

Result<std::vector<pack::LayerSource>> layers_of(std::string_view archive) {
  const JsonValue list = TRY(parse_json(archive, {.bytes_max = layers_bytes_max}));
  std::vector<pack::LayerSource> layers;
  if (!list.array()) return fail(ErrorKind::corrupt, "packs.archive", "the stored archive is not a list of layers");
  for (const JsonValue& item : *list.array()) {
    pack::LayerSource layer{.name = std::string(item.text_or("name", ""))};
    if (const JsonValue* files = item.find("files"); files && files->object())
      for (const auto& [path, text] : *files->object())
        if (text.string()) layer.files.emplace(path, *text.string());
    layers.push_back(std::move(layer));
  }
  return layers;
}

}  // namespace

Result<std::vector<pack::LayerSource>> read_layers(const std::vector<fs::path>& folders) {
  std::vector<pack::LayerSource> layers;
  std::size_t bytes = 0;
  for (const fs::path& folder : folders) {
    std::error_code error;
    if (!fs::is_directory(folder, error))
      return fail(ErrorKind::invalid, "packs.folder", "no such folder", Place{.file = folder.string()});
    pack::LayerSource layer{.name = folder.lexically_normal().generic_string()};
    for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
      if (!entry.is_regular_file(error)) continue;
      std::string text = TRY(read_file(entry.path()));
      bytes += text.size();
      if (bytes > layers_bytes_max)
        return fail(ErrorKind::too_large, "packs.folder", "a pack has at most 64 MiB",
                    Place{.file = entry.path().string()});
      layer.files.emplace(fs::relative(entry.path(), folder, error).generic_string(), std::move(text));
    }
    if (error) return fail(ErrorKind::invalid, "packs.folder", error.message(), Place{.file = folder.string()});
    layers.push_back(std::move(layer));
  }
  return layers;
}

Result<Imported> import(store::Store& store, const store::Town& town, const std::vector<pack::LayerSource>& layers,
                        const Import& import) {
  pack::Loaded loaded = pack::load(layers);
  Imported done{.faults = std::move(loaded.faults), .pack = std::move(loaded.pack)};
  if (!done.pack) return done;

  const std::string hash = hex(done.pack->version);
  done.unchanged = TRY(store.change(town, [&](store::Tx& tx) -> Result<bool> {
    const auto now_in_force = TRY(tx.one<sql::InForce>({.day = import.from.text()}));
    if (now_in_force && now_in_force->hash == hash) return true;
    TRY(tx.run<sql::InsertVersion>({.hash = hash,
                                    .archive = archive_of(layers),
                                    .imported_at = import.at.microseconds,
                                    .imported_by = import.actor}));
    TRY(tx.run<sql::InsertInForce>(
        {.serial = TRY(tx.next_serial("pack", 0)), .valid_from = import.from.text(), .hash = hash}));
    TRY(tx.append({.at = import.at,
                   .verb = log::Verb::imported,
                   .object_kind = "pack",
                   .object_id = hash,
                   .actor = import.actor,
                   .payload = JsonObject{{"valid_from", import.from.text()}}}));
    return false;
  }));
  return done;
}

Result<std::string> Shelf::hash_in_force(const store::Town& town, Date day) {
  const Instant now = clock_.now();
  {
    std::scoped_lock lock(mutex_);
    const auto it = in_force_.find(town.name());
    if (it != in_force_.end() && it->second.day == day &&
        now.microseconds - it->second.asked.microseconds < recheck_microseconds)
      return it->second.hash;
  }
  const auto row = TRY(store_.read(town, [&](store::ReadTx& tx) { return tx.one<sql::InForce>({.day = day.text()}); }));
  if (!row) return fail(ErrorKind::unavailable, "packs.none", "no pack has been imported for this town");
  // Whoever asked last knows best: an answer that was slow on its way must not bring an old version back.
  std::scoped_lock lock(mutex_);
  InForce& known = in_force_[town.name()];
  if (known.asked <= now) known = {now, day, row->hash};
  return row->hash;
}

Result<pack::PackPtr> Shelf::load(const store::Town& town, const std::string& hash) {
  {
    std::scoped_lock lock(mutex_);
    const auto it = versions_.find({town.name(), hash});
    if (it != versions_.end()) return it->second;
  }
  const auto row = TRY(store_.read(town, [&](store::ReadTx& tx) { return tx.one<sql::ArchiveOf>({.hash = hash}); }));
  if (!row) return fail(ErrorKind::not_found, "packs.version", "no such version of the pack");
  // Its examples were run when it came in; reading it again is for its rules only.
  pack::Loaded loaded = pack::load(TRY(layers_of(row->archive)), {.run_examples = false});
  // A version was proved when it came in; a later program that reads it otherwise must not decide with it.
  if (!loaded.pack || hex(loaded.pack->version) != hash)
    return fail(ErrorKind::corrupt, "packs.version", "this program no longer reads the stored version as it was");
  std::scoped_lock lock(mutex_);
  return versions_[{town.name(), hash}] = std::move(loaded.pack);
}

Result<pack::PackPtr> Shelf::in_force(const store::Town& town, Date day) {
  return load(town, TRY(hash_in_force(town, day)));
}

Result<pack::PackPtr> Shelf::version(const store::Town& town, const Hash& hash) {
  return load(town, hex(hash));
}

}  // namespace yakuba::packs
