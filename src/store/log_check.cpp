// Checking, exporting and proving from a town's log.
#include <set>

#include "store/event_row.hpp"
#include "store/installation.hpp"
#include "store/queries.hpp"

namespace yakuba::store {
namespace {

// Calls `take` with each row in order, in pages, inside one snapshot.
template <class F>
Result<> each_entry(ReadTx& tx, F&& take) {
  std::int64_t after = 0;
  while (true) {
    auto rows = TRY(tx.all<sql::EntriesSince>({.after = after, .rows = event_page_max}));
    for (auto& row : rows) {
      after = row.sequence;
      TRY(take(row));
    }
    if (static_cast<int>(rows.size()) < event_page_max) return {};
  }
}

Result<std::vector<std::string>> all_notes(ReadTx& tx) {
  std::vector<std::string> notes;
  for (auto& row : TRY(tx.all<sql::AllCheckpoints>())) notes.push_back(std::move(row.note));
  return notes;
}

// The index by object answers who-looked pages, so it must name every event that it should.
Result<std::int64_t> check_objects(ReadTx& tx, const log::Event& event, log::Verifier& verifier) {
  std::set<std::pair<std::string, std::string>> objects{{event.object_kind, event.object_id}};
  for (const auto& ref : event.refs) objects.emplace(ref.kind, ref.id);
  for (const auto& [kind, id] : objects) {
    auto row = TRY(tx.one<sql::ObjectIndexed>({.kind = kind, .object = id, .sequence = event.sequence}));
    if (row->found != 1) verifier.report({event.sequence, "index", "the index of objects does not name the event"});
  }
  return static_cast<std::int64_t>(objects.size());
}

// Stored nodes speed up proofs; they must be those of the leaves.
Result<> check_tiles(ReadTx& tx, const std::map<std::pair<std::int64_t, std::int64_t>, Hash>& expected,
                     log::Verifier& verifier) {
  std::size_t same = 0;
  for (const auto& row : TRY(tx.all<sql::AllTiles>())) {
    auto found = expected.find({row.level, row.position});
    if (found == expected.end() ||
        !std::equal(row.hash.begin(), row.hash.end(), found->second.begin(), found->second.end())) {
      verifier.report({0, "index", "a stored node of the tree is wrong"});
    } else {
      ++same;
    }
  }
  if (same != expected.size()) verifier.report({0, "index", "stored nodes of the tree are missing"});
  return {};
}

Result<log::VerifyReport> verify_in(ReadTx& tx, const TownRecord& record, const std::vector<std::string>& witnessed) {
  auto notes = TRY(all_notes(tx));
  log::Verifier verifier(log::origin_of(record.name), record.log_public_key, notes, witnessed);
  log::Frontier tree;
  std::map<std::pair<std::int64_t, std::int64_t>, Hash> tiles;
  std::int64_t objects = 0;
  TRY(each_entry(tx, [&](auto& row) -> Result<> {
    const Bytes stored = row.leaf;
    const std::int64_t sequence = row.sequence;
    auto event = event_of_row(row);
    // An event that cannot be read has no leaf of its own; the stored one keeps the rest of the check going.
    Hash leaf{};
    if (event) leaf = log::leaf_hash(*event);
    if (!event || !std::equal(stored.begin(), stored.end(), leaf.begin(), leaf.end())) {
      verifier.report({sequence, "leaf", "the event is not the one that was written"});
    }
    if (!event) std::copy_n(stored.begin(), std::min(stored.size(), leaf.size()), leaf.begin());
    verifier.next(sequence, leaf);
    tree.append(leaf, [&](unsigned level, std::uint64_t index, const Hash& hash) {
      if (level % 8 == 0) tiles[{level, static_cast<std::int64_t>(index)}] = hash;
    });
    if (event) objects += TRY(check_objects(tx, *event, verifier));
    return {};
  }));
  TRY(check_tiles(tx, tiles, verifier));
  const std::int64_t unplaced = TRY(tx.one<sql::UnplacedCount>())->entries;
  if (unplaced == 0 && TRY(tx.one<sql::CountObjects>())->rows_found != objects) {
    verifier.report({0, "index", "the index of objects names events that are not there"});
  }
  return verifier.finish();
}

}  // namespace

Result<log::VerifyReport> Store::verify_log(Town town, const VerifyOptions& options) {
  TRY(place_now(town));
  const TownRecord record = town.state_->record();
  return read(town, [&](ReadTx& tx) { return verify_in(tx, record, options.witnessed); });
}

Result<> Store::export_log(Town town, const std::function<Result<>(std::string_view)>& out) {
  TRY(checkpoint_now(town));
  const TownRecord record = town.state_->record();
  return read(town, [&](ReadTx& tx) -> Result<> {
    log::ExportWriter writer(out);
    TRY(writer.begin(log::origin_of(record.name), record.log_public_key));
    TRY(each_entry(tx, [&](auto& row) -> Result<> { return writer.event(TRY(event_of_row(row))); }));
    return writer.end(TRY(all_notes(tx)));
  });
}

Result<log::Receipt> Store::receipt(Town town, std::int64_t sequence) {
  if (sequence < 1) return fail(ErrorKind::not_found, "store.event", "no such event");
  auto covered = TRY(read(town, [](ReadTx& tx) -> Result<std::int64_t> {
    auto row = TRY(tx.one<sql::LastCheckpoint>());
    return row ? row->size : 0;
  }));
  if (covered < sequence) TRY(checkpoint_now(town));
  return read(town, [&](ReadTx& tx) -> Result<log::Receipt> {
    auto row = TRY(tx.one<sql::LastCheckpoint>());
    auto page = TRY(tx.events_since(sequence - 1, 1));
    if (page.events.empty() || page.events[0].sequence != sequence) {
      return fail(ErrorKind::not_found, "store.event", "no such event");
    }
    if (!row || row->size < sequence)
      return fail(ErrorKind::unavailable, "store.unsigned", "the log has no signed checkpoint yet");
    const auto index = static_cast<std::uint64_t>(sequence - 1);
    auto proof = TRY(log::inclusion_proof(index, static_cast<std::uint64_t>(row->size), stored_nodes(tx)));
    return log::Receipt{std::move(page.events[0]), index, std::move(proof), std::move(row->note)};
  });
}

}  // namespace yakuba::store
