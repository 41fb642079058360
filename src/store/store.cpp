#include "store/store.hpp"

#include "base/text.hpp"
#include "store/installation.hpp"
#include "store/queries.hpp"
#include "store/spool.hpp"

namespace yakuba::store {

std::optional<std::int64_t> note_integer(std::string_view note) {
  return parse_integer(note);
}

const std::string& Town::name() const {
  return state_->name();
}

Store::Store(std::unique_ptr<Installation> installation) : installation_(std::move(installation)) {}
Store::~Store() = default;

Result<> Store::create(const StoreOptions& options, const std::string& owner_url) {
  if (options.postgres_url.empty()) return create_sqlite_installation(options);
  return create_postgres_installation(options, owner_url);
}

Result<std::unique_ptr<Store>> Store::open(StoreOptions options, const Clock& clock, RandomSource& random) {
  auto context = std::make_unique<Context>();
  context->migrations = with_own_migrations(options.migrations);
  context->options = std::move(options);
  context->clock = &clock;
  context->random = &random;
  auto installation = TRY(context->options.postgres_url.empty() ? open_sqlite_installation(std::move(context))
                                                                : open_postgres_installation(std::move(context)));
  return std::unique_ptr<Store>(new Store(std::move(installation)));
}

Result<> Store::migrate(const StoreOptions& options, const std::string& owner_url) {
  if (options.postgres_url.empty()) return {};  // SQLite towns migrate when they are opened
  return migrate_postgres(options, owner_url);
}

// --- towns ---

Result<Town> Store::create_town(const TownRecord& record, const std::string& owner_url) {
  return Town(TRY(installation_->create_town(record, owner_url)));
}

Result<> Store::update_town(const TownRecord& record, const std::string& owner_url) {
  return installation_->update_town(record, owner_url);
}

Result<Town> Store::town(std::string_view name) {
  TownState* state = installation_->find(name);
  if (!state) {
    TRY(installation_->refresh());
    state = installation_->find(name);
  }
  if (!state) return fail(ErrorKind::not_found, "store.town", "no such town");
  return Town(state);
}

Result<Town> Store::town_by_host(std::string_view host) {
  TownState* state = installation_->find_host(host);
  if (!state) {
    TRY(installation_->refresh());
    state = installation_->find_host(host);
  }
  if (!state) return fail(ErrorKind::not_found, "store.town", "no town has this host name");
  return Town(state);
}

std::vector<Town> Store::towns() const {
  std::vector<Town> towns;
  for (TownState* state : installation_->all()) towns.push_back(Town(state));
  return towns;
}

TownRecord Store::record(Town town) const {
  return town.state_->record();
}

Result<std::optional<std::string>> Store::setting(std::string_view key) {
  return installation_->setting(key);
}

Result<> Store::set_setting(std::string_view key, std::string_view value) {
  if (key.empty() || key.size() > 200) return fail(ErrorKind::invalid, "store.setting", "a key has 1 to 200 bytes");
  return installation_->set_setting(key, value);
}

// --- transactions ---

detail::Changed Store::change_erased(Town town, const ChangeKey& key, const detail::ChangeClosure& closure) {
  if (inside_change()) {
    return {fail(ErrorKind::internal, "store.nested", "a change was begun inside a change")};
  }
  // A forged form may bring any length; its hash is a key as good.
  if (key.text.size() > change_key_bytes_max)
    return town.state_->change(ChangeKey{"sha256:" + hex(sha256(key.text))}, closure);
  return town.state_->change(key, closure);
}

Result<> Store::read_erased(Town town, const detail::ReadClosure& closure) {
  return town.state_->read(closure);
}

Result<> Store::append_read(Town town, const log::Event& event) {
  TRY(log::check_event(event));
  auto done = change(town, [&](Tx& tx) -> Result<> { return tx.append(event); });
  if (done || done.error().kind != ErrorKind::unavailable || !on_postgres()) return done;
  return spool_event(town.state_->folder(), event);
}

// --- the log ---

Result<std::optional<std::string>> Store::last_checkpoint(Town town) {
  return read(town, [](ReadTx& tx) -> Result<std::optional<std::string>> {
    auto row = TRY(tx.one<sql::LastCheckpoint>());
    if (!row) return std::nullopt;
    return std::move(row->note);
  });
}

Result<> Store::place_now(Town town) {
  return town.state_->place_now();
}

Result<std::optional<std::string>> Store::checkpoint_now(Town town) {
  TRY(town.state_->checkpoint_now());
  return last_checkpoint(town);
}

// --- housekeeping ---

Blobs Store::blobs(Town town) {
  return Blobs(town.name(), town.state_->folder() / "blobs", *installation_->context().random);
}

StoreFigures Store::figures(Town town) const {
  const Counters& c = town.state_->counters;
  return {c.changes, c.failed_changes, c.commits, c.retries, c.reads, c.largest_group};
}

const Clock& Store::clock() const {
  return *installation_->context().clock;
}

bool Store::on_postgres() const {
  return !installation_->context().options.postgres_url.empty();
}

}  // namespace yakuba::store
