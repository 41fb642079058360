// Packs as hostile bytes: TOML, CSV and notice texts. No input may crash, hang or throw; faults are the only answer.
#include <cstdint>
#include <string>

#include "pack/csv.hpp"
#include "pack/load.hpp"
#include "pack/node.hpp"
#include "pack/parse_template.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yakuba::pack;
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
  std::vector<Fault> faults;
  switch (data[0] % 4) {
    case 0:
      (void)read_toml(text, "x.toml", faults);
      break;
    case 1:
      (void)read_csv(text, "x.csv", faults);
      break;
    case 2:
      (void)parse_template(text, {"x.md", 1, 1, ""}, faults);
      break;
    default: {
      LayerSource layer{"x", {{"pack.toml", "id=\"x\"\nversion=\"1\"\nmaintainer=\"x\"\nlanguages=[\"ja\"]\n"}}};
      layer.files["facts.toml"] = text;
      layer.files["office.toml"] = text;
      layer.files["town.toml"] = text;
      layer.files["calendars/x.toml"] = text;
      layer.files["procedures/x/procedure.toml"] = text;
      layer.files["procedures/x/notices/n.md"] = text;
      for (const Fault& fault : load(std::span(&layer, 1)).faults) (void)describe(fault, "ja");
    }
  }
  return 0;
}
