// The cases of the DMN TCK that lie beside the repository (../shared/tck): all folders, strictly. They are not part of
// the repository (docs/conformance.md); without them this test is skipped. YAKUBA_TCK names another folder.
#include "dmn/tck.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <gtest/gtest.h>

namespace yakuba::dmn {
namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::optional<fs::path> cases_folder() {
  if (const char* given = std::getenv("YAKUBA_TCK")) return fs::path(given);
  const fs::path beside = fs::path(YAKUBA_SOURCE_DIR) / ".." / "shared" / "tck";
  if (fs::is_directory(beside)) return beside;
  return std::nullopt;
}

TEST(Tck, all_cases_pass_strictly) {
  const auto folder = cases_folder();
  if (!folder) GTEST_SKIP() << "the cases of the TCK are not here";
  std::map<std::string, std::vector<tck::File>> folders;
  for (const auto& entry : fs::recursive_directory_iterator(*folder))
    if (entry.path().extension() == ".dmn" || entry.path().extension() == ".xml")
      folders[entry.path().parent_path().filename()].push_back({entry.path().filename(), content(entry.path())});
  std::size_t passed = 0, failed = 0;
  for (const auto& [name, files] : folders) {
    const tck::FolderReport report = tck::run_folder(name, files);
    passed += report.report.passed;
    failed += report.report.failed;
    for (const Fault& fault : report.faults)
      if (fault.severity == Severity::error) std::cout << describe(fault, Words::en) << "\n";
    for (const tck::NodeResult& node : report.report.failures) std::cout << tck::describe(node) << "\n";
  }
  std::cout << passed << " passed, " << failed << " failed (" << folders.size() << " folders)\n";
  EXPECT_GT(passed, 1000u);
  EXPECT_EQ(failed, 0u);
}

}  // namespace
}  // namespace yakuba::dmn
