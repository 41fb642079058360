// What both databases share: names of towns, the order of migrations, running one change, the growing tree.
#include <unordered_map>

#include "base/json.hpp"
#include "base/text.hpp"
#include "store/dialect.hpp"
#include "store/installation.hpp"
#include "store/queries.hpp"

namespace yakuba::store {
namespace {

thread_local bool running_change = false;

struct Running {
  Running() { running_change = true; }
  ~Running() { running_change = false; }
};

// Adapters may throw in a closure (bad_alloc, a library): nothing crosses the folder.
template <class F>
auto guarded(F&& f) -> decltype(f()) {
  try {
    Running running;
    return f();
  } catch (const std::exception& thrown) {
    return fail(ErrorKind::internal, "store.exception", std::string("a closure threw: ") + thrown.what());
  } catch (...) {
    return fail(ErrorKind::internal, "store.exception", "a closure threw");
  }
}

constexpr unsigned tile_levels = 8;

}  // namespace

bool inside_change() {
  return running_change;
}

TownState* Installation::find_host(std::string_view host) const {
  std::lock_guard lock(mutex_);
  for (const auto& [name, state] : towns_) {
    for (const auto& known : state->record().hosts) {
      if (known == host) return state.get();
    }
  }
  return nullptr;
}

std::vector<MigrationSet> with_own_migrations(const std::vector<MigrationSet>& sets) {
  std::vector<MigrationSet> all{{"store", sql::migrations}};
  all.insert(all.end(), sets.begin(), sets.end());
  return all;
}

Result<> check_town_record(const TownRecord& record) {
  auto wrong = [](const char* field, const char* detail) {
    return fail(ErrorKind::invalid, "store.town_record", detail, Place{.field = field});
  };
  const std::string& name = record.name;
  bool good = name.size() >= 2 && name.size() <= 31 && name[0] >= 'a' && name[0] <= 'z';
  for (char c : name) good &= (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  if (!good) return wrong("name", "a town's name is 2 to 31 characters: a lower case letter, then letters, digits, _");
  if (record.hosts.size() > 20) return wrong("hosts", "a town has at most 20 host names");
  for (const auto& host : record.hosts) {
    if (host.empty() || host.size() > 253) return wrong("hosts", "a host name has 1 to 253 characters");
    for (char c : host) {
      if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':')) {
        return wrong("hosts", "a host name is lower case letters, digits, dots and hyphens");
      }
    }
  }
  for (char c : record.municipality_code) {
    if (c < '0' || c > '9') return wrong("municipality_code", "a municipality code is digits");
  }
  if (!record.log_public_key.empty() && record.log_public_key.size() != 32) {
    return wrong("log_public_key", "an Ed25519 public key has 32 bytes");
  }
  return {};
}

std::string hosts_to_json(const std::vector<std::string>& hosts) {
  JsonArray array;
  for (const auto& host : hosts) array.emplace_back(host);
  return JsonValue(std::move(array)).canonical();
}

std::vector<std::string> hosts_from_json(std::string_view json) {
  std::vector<std::string> hosts;
  auto value = parse_json(json);
  if (!value || !value->array()) return hosts;
  for (const auto& item : *value->array()) {
    if (item.string()) hosts.push_back(*item.string());
  }
  return hosts;
}

Result<std::vector<MigrationStep>> missing_migrations(const std::vector<MigrationSet>& sets,
                                                      const std::vector<RecordedMigration>& recorded) {
  std::map<std::pair<std::string, int>, std::string> done;
  for (const auto& row : recorded) done[{row.capability, row.number}] = row.hash;
  std::vector<MigrationStep> missing;
  for (const auto& set : sets) {
    for (const auto& migration : set.migrations) {
      if (!set.left_out.empty() && migration.name.starts_with(set.left_out)) continue;
      auto found = done.find({std::string(set.capability), migration.number});
      if (found == done.end()) {
        missing.push_back({std::string(set.capability), &migration});
        continue;
      }
      if (found->second != migration_hash(migration)) {
        return fail(ErrorKind::corrupt, "store.migration",
                    std::string(set.capability) + " " + std::to_string(migration.number) +
                        " was run with another text than this program's");
      }
      done.erase(found);
    }
  }
  if (!done.empty()) {
    const auto& [capability, number] = done.begin()->first;
    return fail(ErrorKind::conflict, "store.newer",
                "the database has migration " + capability + " " + std::to_string(number) +
                    ", which this program does not know: it is newer than the program");
  }
  return missing;
}

namespace {

// Was the key's change done before? Its note then. PostgreSQL takes the key at once, so that a neighbour who comes with
// the same one waits; SQLite has one writer, which writes the key with its note behind the change (keep_key).
Result<std::optional<std::string>> note_before(Session& session, Tx& tx, const std::string& key) {
  if (session.postgres() && TRY(tx.run<sql::ClaimKey>({.key = key, .at = session.now.microseconds})) > 0)
    return std::nullopt;
  auto row = TRY(tx.one<sql::NoteOfKey>({.key = key}));
  if (row) return std::move(row->note);
  if (session.postgres()) return fail(ErrorKind::corrupt, "store.note", "a key without its note");
  return std::nullopt;
}

Result<> keep_key(Session& session, Tx& tx, const std::string& key, const std::string& note) {
  if (note.size() > note_bytes_max)
    return fail(ErrorKind::too_large, "store.note_size", "the note of a change is too long");
  if (!session.postgres())
    TRY(tx.run<sql::KeepKey>({.key = key, .note = note, .at = session.now.microseconds}));
  else if (!note.empty())
    TRY(tx.run<sql::SetNote>({.key = key, .note = note}));
  return {};
}

}  // namespace

detail::Changed run_change(Session& session, const ChangeKey& key, const detail::ChangeClosure& closure) {
  Tx tx(session);
  if (!key.text.empty()) {
    auto before = note_before(session, tx, key.text);
    if (!before) return {std::unexpected(std::move(before).error())};
    if (*before) return {std::move(**before), true};
  }
  Result<std::string> note = guarded([&] { return closure(tx); });
  if (session.failed()) return {std::unexpected(*session.failed())};
  if (!note) return {std::move(note)};
  if (!key.text.empty())
    if (auto kept = keep_key(session, tx, key.text, *note); !kept) return {std::unexpected(std::move(kept).error())};
  return {std::move(note)};
}

Result<> run_read(Session& session, const detail::ReadClosure& closure) {
  ReadTx tx(session);
  Result<> done = [&]() -> Result<> {
    try {
      return closure(tx);
    } catch (const std::exception& thrown) {
      return fail(ErrorKind::internal, "store.exception", std::string("a closure threw: ") + thrown.what());
    }
  }();
  if (session.failed()) return std::unexpected(*session.failed());
  return done;
}

// --- the growing tree ---

Result<> LogTree::append(Tx& tx, const Hash& leaf) {
  std::optional<Error> failed;
  frontier_.append(leaf, [&](unsigned level, std::uint64_t index, const Hash& hash) {
    if (level % tile_levels != 0 || failed) return;
    auto done = tx.run<sql::InsertTile>(
        {.level = level, .position = static_cast<std::int64_t>(index), .hash = BytesView(hash)});
    if (!done) failed = done.error();
  });
  if (failed) return std::unexpected(std::move(*failed));
  return {};
}

namespace {
Result<Hash> to_hash(BytesView bytes) {
  Hash hash{};
  if (bytes.size() != hash.size()) return fail(ErrorKind::corrupt, "store.log", "a stored hash has not 32 bytes");
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}
}  // namespace

Result<LogTree> LogTree::load(ReadTx& tx, std::uint64_t size) {
  std::map<std::pair<std::int64_t, std::int64_t>, Hash> tiles;
  for (const auto& row : TRY(tx.all<sql::AllTiles>())) tiles[{row.level, row.position}] = TRY(to_hash(row.hash));
  LogTree tree;
  for (unsigned level : {32U, 24U, 16U, 8U}) {
    while (tree.frontier_.size() + (std::uint64_t{1} << level) <= size) {
      auto found = tiles.find({level, static_cast<std::int64_t>(tree.frontier_.size() >> level)});
      if (found == tiles.end()) break;
      tree.frontier_.append_subtree(level, found->second);
    }
  }
  auto rest = TRY(tx.all<sql::Leaves>(
      {.after = static_cast<std::int64_t>(tree.frontier_.size()), .up_to = static_cast<std::int64_t>(size)}));
  for (const auto& row : rest) tree.frontier_.append(TRY(to_hash(row.leaf)));
  if (tree.frontier_.size() != size) return fail(ErrorKind::corrupt, "store.log", "the log has a gap");
  return tree;
}

Result<> store_checkpoint(Tx& tx, const LogTree& tree, const std::string& town, const SigningKey& key, Instant at) {
  const auto& frontier = tree.frontier();
  std::string note = log::sign_checkpoint({log::origin_of(town), frontier.size(), frontier.root()}, key);
  TRY(tx.run<sql::InsertCheckpoint>(
      {.size = static_cast<std::int64_t>(frontier.size()), .note = note, .at = at.microseconds}));
  return {};
}

log::PerfectNodes stored_nodes(ReadTx& tx) {
  // A node is read where it is stored (level 0 and every eighth) and combined from the level below elsewhere.
  return [&tx](unsigned level, std::uint64_t index) -> Result<Hash> {
    if (level > 0 && level % tile_levels == 0) {
      auto row = TRY(tx.one<sql::Tile>({.level = level, .position = static_cast<std::int64_t>(index)}));
      if (!row) return fail(ErrorKind::corrupt, "store.log", "a node of the tree is missing");
      return to_hash(row->hash);
    }
    log::Frontier part;
    if (level < tile_levels) {
      const auto first = static_cast<std::int64_t>(index << level);
      auto rows = TRY(tx.all<sql::Leaves>({.after = first, .up_to = first + (std::int64_t{1} << level)}));
      for (const auto& row : rows) part.append(TRY(to_hash(row.leaf)));
    } else {
      const unsigned below = level - level % tile_levels;
      for (std::uint64_t i = index << (level - below); i < (index + 1) << (level - below); ++i) {
        auto row = TRY(tx.one<sql::Tile>({.level = below, .position = static_cast<std::int64_t>(i)}));
        if (!row) return fail(ErrorKind::corrupt, "store.log", "a node of the tree is missing");
        part.append(TRY(to_hash(row->hash)));
      }
    }
    return part.root();
  };
}

}  // namespace yakuba::store
