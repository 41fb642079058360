// The house rules as a program: `yakuba_tidy FOLDER` reads the checkout and says every broken rule with its remedy.
// Rules: ARCHITECTURE.md (arrows between folders), CONTRIBUTING.md (sizes, words, headers), docs/claims (each claim
// names a test or bench that exists), docs/systems.md (96 rows; what works names a page and a test).
#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace fs = std::filesystem;

namespace {

constexpr std::size_t file_lines_max = 800;
constexpr std::size_t line_columns_max = 120;
constexpr std::size_t systems_rows = 96;

struct Fault {
  std::string file;
  std::size_t line;
  std::string words;
};
std::vector<Fault> faults;
void fault(std::string_view file, std::size_t line, std::string words) {
  faults.push_back({std::string(file), line, std::move(words)});
}

struct File {
  std::string path;  // relative, '/' separated
  std::vector<std::string> lines;
};

std::vector<std::string> read_lines(const fs::path& path) {
  std::ifstream in(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(std::move(line));
  return lines;
}

bool has_ending(std::string_view path, std::initializer_list<std::string_view> endings) {
  return std::ranges::any_of(endings, [&](std::string_view ending) { return path.ends_with(ending); });
}

bool is_text(std::string_view path) {
  return has_ending(path, {".cpp", ".hpp", ".sql", ".toml", ".md", ".css", ".ts", ".mjs", ".js", ".cmake", ".txt",
                           ".json", ".csv"}) ||
         path.find('.') == std::string_view::npos;
}

std::vector<File> read_tree(const fs::path& root) {
  std::vector<File> files;
  for (auto it = fs::recursive_directory_iterator(root); it != fs::recursive_directory_iterator(); ++it) {
    const std::string name = it->path().filename().string();
    if (it->is_directory()) {
      if (name == "build" || name == "node_modules" || (name.starts_with('.') && name != ".ci"))
        it.disable_recursion_pending();
      continue;
    }
    const std::string path = fs::relative(it->path(), root).generic_string();
    if (it->is_regular_file() && is_text(path)) files.push_back({path, read_lines(it->path())});
  }
  std::ranges::sort(files, {}, &File::path);
  return files;
}

bool is_word(std::string_view line, std::size_t at, std::size_t size) {
  const auto letter = [&](std::size_t i) {
    return i < line.size() && (std::isalnum(static_cast<unsigned char>(line[i])) || line[i] == '_');
  };
  return (at == 0 || !letter(at - 1)) && !letter(at + size);
}

// Adapters that are several files: their own headers, never included from outside the folder, may name the library.
bool private_adapter(std::string_view path) {
  return path.starts_with("src/edge/") || path.starts_with("src/store/sqlite") ||
         path.starts_with("src/store/postgres") || path.starts_with("src/print/");
}

std::size_t columns(std::string_view line) {
  return static_cast<std::size_t>(
      std::ranges::count_if(line, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// --- arrows ---

// Which folders a folder of src/ may include. hall and yakuba are treated below.
const std::map<std::string, std::set<std::string>, std::less<>> arrows{
    {"base", {}},
    {"log", {"base"}},
    {"feel", {"base"}},
    {"dmn", {"base", "feel"}},
    {"pack", {"base", "feel", "dmn"}},
    {"mining", {"base", "log"}},
    {"formats", {"base"}},
    {"store", {"base", "log"}},
    {"web", {"base"}},
    {"edge", {"base", "web"}},
    {"print", {"base", "formats"}},
    {"connect", {"base"}},
    {"verify", {"base", "log"}},
    {"hall", {"base", "log", "feel", "dmn", "pack", "mining", "formats", "store", "web", "print", "connect", "hall"}},
    {"yakuba",
     {"base", "log", "feel", "dmn", "pack", "mining", "formats", "store", "web", "print", "connect", "hall", "edge",
      "yakuba"}},
};

std::string folder_of(std::string_view path, std::size_t depth) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < depth && at != std::string_view::npos; ++i) {
    at = path.find('/', at);
    if (at == std::string_view::npos) return "";
    ++at;
  }
  const auto end = path.find('/', at);
  return end == std::string_view::npos ? "" : std::string(path.substr(at, end - at));
}

// hall/x may reach another capability only through hall/y/y.hpp; whoever is outside of hall likewise.
void check_capability_arrow(const File& file, std::size_t line, std::string_view target) {
  const std::string capability = folder_of(target, 1);
  if (capability.empty() || capability == "testing") return;  // hall/hall.hpp and its like
  const bool own = file.path.starts_with("src/hall/" + capability + "/");
  if (own || target == "hall/" + capability + "/" + capability + ".hpp") return;
  fault(file.path, line,
        "reaches into another capability: include hall/" + capability + "/" + capability + ".hpp instead of " +
            std::string(target));
}

void check_includes(const File& file) {
  if (!file.path.starts_with("src/") || !has_ending(file.path, {".cpp", ".hpp"})) return;
  const std::string folder = folder_of(file.path, 1);
  const auto allowed = arrows.find(folder);
  if (allowed == arrows.end()) {
    fault(file.path, 1, "src/" + folder + " is not on the map: add it to ARCHITECTURE.md and to tools/tidy.cpp");
    return;
  }
  const bool is_test = file.path.ends_with("_test.cpp") || file.path.ends_with("_test.hpp") ||
                       file.path.find("/testing/") != std::string::npos;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::string_view line = file.lines[i];
    if (!line.starts_with("#include \"")) continue;
    const std::string_view target = line.substr(10, line.find('"', 10) - 10);
    const std::string to = folder_of(target, 0);
    if (to.empty())
      fault(file.path, i + 1, "include from the root of src: \"folder/file.hpp\"");
    else if (to != folder && !allowed->second.contains(to) && !is_test)
      fault(file.path, i + 1, "src/" + folder + " may not include " + to + "/ (ARCHITECTURE.md, the arrows)");
    if (to == "hall" && !is_test) check_capability_arrow(file, i + 1, target);
  }
}

// --- third parties ---

void check_headers(const File& file) {
  if (!file.path.starts_with("src/") || !file.path.ends_with(".hpp")) return;
  if (file.path.find("/testing/") != std::string::npos) return;
  // A header that says in its first lines that it stays inside its folder is part of the adapter.
  const bool inside = std::any_of(
      file.lines.begin(), file.lines.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(4, file.lines.size())),
      [](const std::string& line) { return line.find("inside") != std::string::npos; });
  static constexpr std::array third_party{"boost/",  "openssl/", "sqlite3", "libpq", "fmt/", "toml++",
                                          "curl/",   "pango/",   "cairo",   "hb",    "qpdf", "unicode/",
                                          "pugixml", "simdjson", "sodium",  "fido",  "CLI/", "spdlog"};
  bool once = false;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::string_view line = file.lines[i];
    once |= line.starts_with("#pragma once");
    if (!line.starts_with("#include <")) continue;
    const std::string_view target = line.substr(10);
    for (const std::string_view library : third_party)
      if (target.starts_with(library) && !private_adapter(file.path) && !inside)
        fault(file.path, i + 1, "a third-party header belongs into the .cpp of its adapter");
  }
  if (!once) fault(file.path, 1, "begin with what the header is, then #pragma once");
  if (file.lines.empty() || !file.lines.front().starts_with("//"))
    fault(file.path, 1, "a header is a contract: say first what it is, with an example");
}

// --- words and sizes ---

void check_text(const File& file) {
  const bool code = has_ending(file.path, {".cpp", ".hpp"});
  if (code && file.path.starts_with("src/") && file.lines.size() > file_lines_max)
    fault(file.path, file_lines_max, "longer than 800 lines: which second idea lives here?");
  const bool ours =
      file.path.starts_with("src/") || file.path.starts_with("assets/") || file.path.starts_with("tools/");
  static const std::array<std::string, 4> markers{std::string("TO") + "DO", std::string("FIX") + "ME",
                                                  std::string("XX") + "X", std::string("HA") + "CK"};
  static const std::array<std::string, 3> machine_paths{std::string("/work/") + "main", std::string("/fa") + "rm/",
                                                        std::string("/root") + "/."};
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::string& line = file.lines[i];
    // What clang-format cannot break (a long text in quotes, an address) may stand.
    const bool unbreakable =
        line.find('"') != std::string::npos || line.find("://") != std::string::npos || line.starts_with("| ");
    if (code && columns(line) > line_columns_max && !unbreakable)
      fault(file.path, i + 1, "longer than 120 columns: clang-format-19");
    if (code && line.find('\t') != std::string::npos) fault(file.path, i + 1, "a tab: clang-format-19");
    if (ours)
      for (const std::string& marker : markers)
        if (const auto at = line.find(marker); at != std::string::npos && is_word(line, at, marker.size()))
          fault(file.path, i + 1, "a marker left behind: do it, or write an issue");
    for (const std::string& path : machine_paths)
      if (line.find(path) != std::string::npos) fault(file.path, i + 1, "a path of one machine");
  }
}

// --- the shape of a capability ---

void check_capabilities(const std::vector<File>& files) {
  std::map<std::string, std::set<std::string>> capabilities;
  for (const File& file : files)
    if (file.path.starts_with("src/hall/"))
      if (const std::string name = folder_of(file.path, 2); !name.empty() && name != "testing")
        capabilities[name].insert(file.path.substr(std::string("src/hall/").size() + name.size() + 1));
  for (const auto& [name, content] : capabilities) {
    const std::string folder = "src/hall/" + name;
    for (const std::string& wanted : {std::string("README.md"), name + ".hpp", std::string("module.cpp")})
      if (!content.contains(wanted)) fault(folder, 1, "a capability has " + wanted + " (ARCHITECTURE.md, its shape)");
    if (std::ranges::none_of(content, [](const std::string& f) { return f.ends_with("_test.cpp"); }))
      fault(folder, 1, "no test beside the code");
  }
}

// --- claims and systems ---

// Every name of a test in the tree: "Suite.Name" of GoogleTest, titles of browser tests, files of bench/ and tests/.
std::set<std::string, std::less<>> known_proofs(const std::vector<File>& files) {
  std::set<std::string, std::less<>> proofs;
  for (const File& file : files) {
    proofs.insert(file.path);
    for (const std::string& line : file.lines) {
      for (const std::string_view macro : {"TEST(", "TEST_F(", "TEST_P(", "TYPED_TEST("}) {
        if (!line.starts_with(macro)) continue;
        std::string name = line.substr(macro.size(), line.find(')') - macro.size());
        const auto comma = name.find(", ");
        if (comma != std::string::npos) proofs.insert(name.replace(comma, 2, "."));
      }
      if (file.path.ends_with(".test.mjs"))
        if (const auto at = line.find("test('"); at != std::string::npos)
          proofs.insert(line.substr(at + 6, line.find('\'', at + 6) - at - 6));
    }
  }
  return proofs;
}

std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells;
  std::size_t at = 1;
  while (at < line.size()) {
    auto end = line.find('|', at);
    if (end == std::string_view::npos) break;
    std::string_view cell = line.substr(at, end - at);
    while (cell.starts_with(' ')) cell.remove_prefix(1);
    while (cell.ends_with(' ')) cell.remove_suffix(1);
    cells.emplace_back(cell);
    at = end + 1;
  }
  return cells;
}

// Names in backticks of a cell.
std::vector<std::string> names_in(std::string_view cell) {
  std::vector<std::string> names;
  for (std::size_t at = cell.find('`'); at != std::string_view::npos;) {
    const auto end = cell.find('`', at + 1);
    if (end == std::string_view::npos) break;
    names.emplace_back(cell.substr(at + 1, end - at - 1));
    at = cell.find('`', end + 1);
  }
  return names;
}

bool is_table_row(std::string_view line) {
  return line.starts_with("| ") && !line.starts_with("| ---") && line.ends_with("|");
}

// docs/claims/*.md: | sentence of the issue | proof (`Suite.Name` or file) | last figure |
void check_claims(const std::vector<File>& files, const std::set<std::string, std::less<>>& proofs) {
  for (const File& file : files) {
    if (!file.path.starts_with("docs/claims/") || !file.path.ends_with(".md")) continue;
    bool head = true;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      if (!is_table_row(file.lines[i])) continue;
      if (head) {
        head = false;
        continue;
      }
      const auto cells = cells_of(file.lines[i]);
      if (cells.size() < 3) {
        fault(file.path, i + 1, "a claim has three cells: sentence, proof, last figure");
        continue;
      }
      const auto names = names_in(cells[1]);
      const bool open = cells[1].starts_with("open:");
      if (names.empty() && !open)
        fault(file.path, i + 1, "name the test or bench in backticks, or say `open:` and why");
      for (const std::string& name : names)
        if (!proofs.contains(name)) fault(file.path, i + 1, "no such test or file: " + name);
    }
  }
}

// docs/systems.md: | # | system | where | how to see it | test | state |
void check_systems(const std::vector<File>& files, const std::set<std::string, std::less<>>& proofs) {
  const auto file = std::ranges::find(files, std::string("docs/systems.md"), &File::path);
  if (file == files.end()) {
    fault("docs/systems.md", 1, "missing: the 96 systems and their state");
    return;
  }
  static const std::set<std::string> states{"works", "part", "record only", "not begun"};
  std::set<std::string> numbers;
  for (std::size_t i = 0; i < file->lines.size(); ++i) {
    if (!is_table_row(file->lines[i])) continue;
    const auto cells = cells_of(file->lines[i]);
    if (cells.size() != 6 || cells[0] == "#") continue;
    numbers.insert(cells[0]);
    if (!states.contains(cells[5])) fault(file->path, i + 1, "state must be works, part, record only or not begun");
    if (cells[5] != "works" && cells[5] != "part") continue;
    if (names_in(cells[3]).empty()) fault(file->path, i + 1, "name the page in backticks");
    const auto tests = names_in(cells[4]);
    if (tests.empty()) fault(file->path, i + 1, "name the test in backticks");
    for (const std::string& test : tests)
      if (!proofs.contains(test)) fault(file->path, i + 1, "no such test or file: " + test);
  }
  if (numbers.size() != systems_rows)
    fault(file->path, 1, "has " + std::to_string(numbers.size()) + " of " + std::to_string(systems_rows) + " rows");
}

}  // namespace

int main(int argc, char** argv) {
  const fs::path root = argc > 1 ? argv[1] : ".";
  const std::vector<File> files = read_tree(root);
  for (const File& file : files) {
    check_includes(file);
    check_headers(file);
    check_text(file);
  }
  check_capabilities(files);
  const auto proofs = known_proofs(files);
  check_claims(files, proofs);
  check_systems(files, proofs);
  for (const Fault& f : faults) std::printf("%s:%zu: %s\n", f.file.c_str(), f.line, f.words.c_str());
  std::printf("%zu files, %zu faults\n", files.size(), faults.size());
  return faults.empty() ? 0 : 1;
}
