#include "hall/testing/hall.hpp"

namespace yakuba::hall::testing {

Bytes MemoryKeys::bytes(const store::Town& town, std::string_view purpose) {
  std::scoped_lock lock(mutex_);
  Bytes& key = keys_[town.name() + "/" + std::string(purpose)];
  if (key.empty()) {
    const Hash hash = sha256("test key " + town.name() + "/" + std::string(purpose));
    key.assign(hash.begin(), hash.end());
  }
  return key;
}

Result<Key256> MemoryKeys::key(const store::Town& town, std::string_view purpose) {
  return Key256(bytes(town, purpose));
}

Result<SigningKey> MemoryKeys::signing_key(const store::Town& town, std::string_view purpose) {
  return signing_key_from(Secret<Bytes>(bytes(town, "sign-" + std::string(purpose))));
}

Result<std::optional<Secret<std::string>>> MemoryKeys::file(const store::Town& town, std::string_view name) {
  std::scoped_lock lock(mutex_);
  const auto it = files_.find(town.name() + "/" + std::string(name));
  if (it == files_.end()) return std::optional<Secret<std::string>>();
  return std::optional(Secret<std::string>(it->second));
}

Result<> MemoryKeys::put_file(const store::Town& town, std::string_view name, const Secret<std::string>& content) {
  std::scoped_lock lock(mutex_);
  files_[town.name() + "/" + std::string(name)] = content.reveal();
  return {};
}

std::vector<pack::LayerSource> nagi_layers() {
  const std::filesystem::path root = YAKUBA_SOURCE_DIR;
  auto layers = packs::read_layers({root / "packs/common", root / "packs/nagi"});
  if (!layers) {
    ADD_FAILURE() << describe(layers.error());
    return {};
  }
  // Messages name the layer, not the folder of this checkout.
  (*layers)[0].name = "packs/common";
  (*layers)[1].name = "packs/nagi";
  return *layers;
}

pack::PackPtr nagi_pack() {
  static const pack::PackPtr pack = [] {
    pack::Loaded loaded = pack::load(nagi_layers());
    for (const pack::Fault& fault : loaded.faults)
      if (fault.severity == pack::Severity::error) ADD_FAILURE() << pack::describe(fault, "ja");
    return loaded.pack;
  }();
  return pack;
}

std::vector<store::MigrationSet> HallTest::migrations() const {
  if (modules_.empty()) modules_ = modules();
  std::vector<store::MigrationSet> sets;
  for (const Module& module : modules_)
    if (!module.migrations.empty()) sets.push_back({module.name, module.migrations});
  return sets;
}

void HallTest::SetUp() {
  TownTest::SetUp();
  if (::testing::Test::HasFatalFailure()) return;
  ASSERT_TRUE(nagi_pack());
  gate_ = std::make_unique<access::Gate>(access::PasswordCost{.passes = 1, .memory_bytes = 8 * 1024});
  hall_.reset(new Hall{store(),
                       clock(),
                       random(),
                       keys_,
                       shelf_,
                       handover_,
                       *gate_,
                       Settings{.sides = sides(), .demo = true},
                       {},
                       &modules_});
  hall_->towns[town().name()] = {.id = town().name(),
                                 .code = "336238",
                                 .public_host = town().name() + ".localhost",
                                 .office_host = "office." + town().name() + ".localhost",
                                 .demo = true};
  handover_.attach(*hall_);
}

void HallTest::TearDown() {
  hall_.reset();
  gate_.reset();
  TownTest::TearDown();
}

web::Response HallTest::answer(const web::Request& request, web::Side side, const access::Actor& actor) {
  std::vector<Route> routes;
  for (const Module& module : modules_) routes.insert(routes.end(), module.routes.begin(), module.routes.end());
  const auto table = web::RouteTable<Handler>::compile(routes);
  if (!table) {
    ADD_FAILURE() << describe(table.error());
    return web::Response::empty(500);
  }
  const auto match = table->match(request.method, side, request.path);
  if (!match) return web::Response::empty(match.method_not_allowed() ? 405 : 404);
  Call call{.hall = *hall_,
            .request = request,
            .town = town(),
            .info = hall_->info(town()),
            .pack = nagi_pack(),
            .now = clock().now(),
            .today = today(),
            .side = side,
            .words = web::Words(),
            .parameters = match.parameters,
            .actor = &actor,
            .form_token = "test"};
  return match.route->handler()(call);
}

}  // namespace yakuba::hall::testing
