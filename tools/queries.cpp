// yakuba_queries <folder> <output.hpp>: turns the SQL of one folder into typed C++ (see src/store/statement.hpp for the
// syntax of queries.sql). Reads <folder>/queries.sql, queries.sqlite.sql, queries.postgres.sql and
// <folder>/migrations/NNNN-name[.sqlite|.postgres].sql. Uses the standard library only, because it is built first.
//
// Every fault is told as file:line: words, and nothing is written: a statement whose $n do not match its `in`, a column
// without a type, an overlay of a statement that does not exist, a gap in the numbers of migrations.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

struct Field {
  std::string name;
  char type = 'i';  // i t b
  bool nullable = false;
  bool operator==(const Field&) const = default;
};

struct Query {
  std::string name, kind;  // one, all, run
  std::vector<Field> in, out;
  std::string only;  // "sqlite", "postgres"; "": both
  std::string sql;
  std::string file;
  int line = 0;
};

struct MigrationFile {
  std::string name, common, sqlite, postgres;
  std::string file;
};

int faults = 0;
void fault(const std::string& file, int line, const std::string& words) {
  std::cerr << file << ":" << line << ": " << words << "\n";
  ++faults;
}

std::string trim(const std::string& text) {
  auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::optional<std::string> read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

bool is_word(const std::string& text) {
  if (text.empty() || !(std::islower(static_cast<unsigned char>(text[0])))) return false;
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::islower(c) || std::isdigit(c) || c == '_'; });
}

const std::set<std::string>& cpp_words() {
  static const std::set<std::string> words = {
      "and",      "asm",       "auto",     "bool",     "break",     "case",   "catch",    "char",     "class",
      "concept",  "const",     "continue", "default",  "delete",    "do",     "double",   "else",     "enum",
      "explicit", "export",    "extern",   "false",    "float",     "for",    "friend",   "goto",     "if",
      "inline",   "int",       "long",     "mutable",  "namespace", "new",    "not",      "operator", "or",
      "private",  "protected", "public",   "register", "requires",  "return", "short",    "signed",   "sizeof",
      "static",   "struct",    "switch",   "template", "this",      "throw",  "true",     "try",      "typedef",
      "typename", "union",     "unsigned", "using",    "virtual",   "void",   "volatile", "while",    "xor",
      "bind",     "read"};
  return words;
}

std::vector<Field> parse_fields(const std::string& list, const std::string& file, int line) {
  std::vector<Field> fields;
  std::stringstream parts(list);
  std::string part;
  std::set<std::string> seen;
  while (std::getline(parts, part, ',')) {
    std::stringstream words(part);
    Field field;
    std::string type, rest;
    words >> field.name >> type;
    if (words >> rest) fault(file, line, "expected 'name type', found '" + trim(part) + "'");
    if (!is_word(field.name)) fault(file, line, "a name is lower case letters, digits and _: '" + field.name + "'");
    if (cpp_words().contains(field.name)) fault(file, line, "'" + field.name + "' is a word of C++; use another name");
    if (!seen.insert(field.name).second) fault(file, line, "'" + field.name + "' stands twice");
    if (!type.empty() && type.back() == '?') {
      field.nullable = true;
      type.pop_back();
    }
    if (type == "int")
      field.type = 'i';
    else if (type == "text")
      field.type = 't';
    else if (type == "blob")
      field.type = 'b';
    else
      fault(file, line,
            "type of '" + field.name + "' must be int, text or blob (with ? when nullable), not '" + type + "'");
    fields.push_back(field);
  }
  return fields;
}

// Walks over SQL outside of quotes and comments and gives each $n; also finds a second statement.
struct Scan {
  std::set<int> parameters;
  bool second_statement = false;
  bool unclosed = false;
  bool question_mark = false;
};
Scan scan(const std::string& sql) {
  Scan found;
  bool ended = false;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    char c = sql[i];
    if (c == '\'' || c == '"') {
      auto end = sql.find(c, i + 1);
      if (end == std::string::npos) {
        found.unclosed = true;
        return found;
      }
      i = end;
    } else if (c == '-' && i + 1 < sql.size() && sql[i + 1] == '-') {
      i = std::min(sql.find('\n', i), sql.size());
    } else if (c == '$' && i + 1 < sql.size() && std::isdigit(static_cast<unsigned char>(sql[i + 1]))) {
      int n = 0;
      while (i + 1 < sql.size() && std::isdigit(static_cast<unsigned char>(sql[i + 1]))) n = n * 10 + (sql[++i] - '0');
      found.parameters.insert(n);
    } else if (c == ';') {
      ended = true;
    } else if (c == '?') {
      found.question_mark = true;
    } else if (ended && !std::isspace(static_cast<unsigned char>(c))) {
      found.second_statement = true;
    }
  }
  return found;
}

void check(const Query& q) {
  if (trim(q.sql).empty()) return fault(q.file, q.line, "'" + q.name + "' has no statement");
  if (trim(q.sql).back() != ';') fault(q.file, q.line, "'" + q.name + "' must end with ;");
  Scan found = scan(q.sql);
  if (found.unclosed) fault(q.file, q.line, "'" + q.name + "' has a quote that is not closed");
  if (found.second_statement) fault(q.file, q.line, "'" + q.name + "' has more than one statement");
  if (found.question_mark) fault(q.file, q.line, "'" + q.name + "' uses ?; parameters are $1, $2 …");
  for (int n = 1; n <= static_cast<int>(q.in.size()); ++n) {
    if (!found.parameters.contains(n)) {
      fault(q.file, q.line, "'" + q.name + "' never uses $" + std::to_string(n) + " (" + q.in[n - 1].name + ")");
    }
  }
  for (int n : found.parameters) {
    if (n < 1 || n > static_cast<int>(q.in.size())) {
      fault(q.file, q.line,
            "'" + q.name + "' uses $" + std::to_string(n) + ", but `in` names " + std::to_string(q.in.size()) +
                " parameters");
    }
  }
  if (q.kind == "run" && !q.out.empty()) fault(q.file, q.line, "'" + q.name + "' is :run and cannot have out");
  if (q.kind != "run" && q.out.empty()) fault(q.file, q.line, "'" + q.name + "' is :" + q.kind + " and needs out");
}

std::vector<Query> parse_queries(const fs::path& path) {
  std::vector<Query> queries;
  auto text = read_file(path);
  if (!text) return queries;
  const std::string file = path.string();
  std::set<std::string> seen;
  std::stringstream lines(*text);
  std::string line;
  int number = 0;
  while (std::getline(lines, line)) {
    ++number;
    std::string plain = trim(line);
    if (plain.starts_with("-- name:")) {
      Query q;
      std::stringstream words(plain.substr(8));
      std::string kind, rest;
      words >> q.name >> kind;
      if (words >> rest) fault(file, number, "expected '-- name: words_in_snake_case :one|:all|:run'");
      q.file = file;
      q.line = number;
      q.kind = kind.starts_with(":") ? kind.substr(1) : kind;
      if (q.kind != "one" && q.kind != "all" && q.kind != "run") {
        fault(file, number, "the kind of '" + q.name + "' must be :one, :all or :run, not '" + kind + "'");
      }
      if (!is_word(q.name)) fault(file, number, "the name must be in snake_case: '" + q.name + "'");
      if (!seen.insert(q.name).second) fault(file, number, "'" + q.name + "' stands twice in this file");
      queries.push_back(q);
    } else if (plain.starts_with("-- in:") || plain.starts_with("-- out:")) {
      bool in = plain.starts_with("-- in:");
      if (queries.empty() || !trim(queries.back().sql).empty()) {
        fault(file, number, std::string(in ? "in" : "out") + " must stand between the name and the statement");
        continue;
      }
      auto& fields = in ? queries.back().in : queries.back().out;
      auto more = parse_fields(plain.substr(in ? 6 : 7), file, number);
      fields.insert(fields.end(), more.begin(), more.end());
    } else if (plain.starts_with("-- only:")) {
      std::string only = trim(plain.substr(8));
      if (only != "sqlite" && only != "postgres") fault(file, number, "only: sqlite or postgres, not '" + only + "'");
      if (!queries.empty()) queries.back().only = only;
    } else if (plain.starts_with("--") || plain.empty()) {
      continue;
    } else if (queries.empty()) {
      fault(file, number, "a statement before the first '-- name:'");
    } else {
      queries.back().sql += line + "\n";
    }
  }
  for (const auto& q : queries) check(q);
  return queries;
}

// Overlays replace the SQL of a statement; a statement may live in both overlays only.
struct Merged {
  Query query;
  std::string sqlite, postgres;
};

void merge(std::vector<Merged>& all, const std::vector<Query>& overlay, bool postgres) {
  for (const auto& q : overlay) {
    auto found = std::find_if(all.begin(), all.end(), [&](const Merged& m) { return m.query.name == q.name; });
    if (found == all.end()) {
      all.push_back({q, "", ""});
      found = all.end() - 1;
    } else if (found->query.in != q.in || found->query.out != q.out || found->query.kind != q.kind) {
      fault(q.file, q.line,
            "'" + q.name + "' must have the same kind, in and out as at " + found->query.file + ":" +
                std::to_string(found->query.line));
    }
    (postgres ? found->postgres : found->sqlite) = q.sql;
  }
}

std::vector<Merged> read_queries(const fs::path& folder) {
  std::vector<Merged> all;
  for (auto& q : parse_queries(folder / "queries.sql")) all.push_back({q, q.sql, q.sql});
  merge(all, parse_queries(folder / "queries.sqlite.sql"), false);
  merge(all, parse_queries(folder / "queries.postgres.sql"), true);
  for (const auto& m : all) {
    if (m.sqlite.empty() && m.query.only != "postgres")
      fault(m.query.file, m.query.line, "'" + m.query.name + "' has no SQLite form");
    if (m.postgres.empty() && m.query.only != "sqlite")
      fault(m.query.file, m.query.line, "'" + m.query.name + "' has no PostgreSQL form");
  }
  return all;
}

std::map<int, MigrationFile> read_migrations(const fs::path& folder) {
  std::map<int, MigrationFile> all;
  if (!fs::exists(folder / "migrations")) return all;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder / "migrations")) {
    if (entry.path().extension() == ".sql") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& path : files) {
    const std::string file = path.string();
    std::string stem = path.stem().string();
    std::string dialect;
    for (const std::string& word : {std::string(".sqlite"), std::string(".postgres")}) {
      if (stem.ends_with(word)) {
        dialect = word.substr(1);
        stem.resize(stem.size() - word.size());
      }
    }
    bool digits = stem.size() > 5 && stem[4] == '-' &&
                  std::all_of(stem.begin(), stem.begin() + 4, [](unsigned char c) { return std::isdigit(c); });
    if (!digits || stem.find('.') != std::string::npos) {
      fault(file, 1, "a migration is named NNNN-name.sql, NNNN-name.sqlite.sql or NNNN-name.postgres.sql");
      continue;
    }
    auto& migration = all[std::stoi(stem.substr(0, 4))];
    std::string name = stem.substr(5);
    if (!migration.name.empty() && migration.name != name) {
      fault(file, 1, "number " + stem.substr(0, 4) + " is used by '" + migration.name + "' too");
    }
    migration.name = name;
    migration.file = file;
    std::string text = read_file(path).value_or("");
    if (trim(text).empty()) fault(file, 1, "the migration is empty");
    (dialect == "sqlite" ? migration.sqlite : dialect == "postgres" ? migration.postgres : migration.common) = text;
  }
  int expected = 1;
  for (const auto& [number, migration] : all) {
    if (number != expected) {
      fault(migration.file, 1,
            "migrations are numbered from 0001 without gaps; expected number " + std::to_string(expected));
      expected = number;
    }
    ++expected;
    if (migration.common.empty() && (migration.sqlite.empty() || migration.postgres.empty())) {
      fault(migration.file, 1, "without a common text both overlays (.sqlite.sql and .postgres.sql) are needed");
    }
  }
  return all;
}

// --- writing ---

std::string pascal(const std::string& snake) {
  std::string out;
  bool upper = true;
  for (char c : snake) {
    if (c == '_') {
      upper = true;
      continue;
    }
    out += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    upper = false;
  }
  return out;
}

// A raw literal per 8,000 bytes: compilers limit the length of one.
std::string literal(const std::string& text) {
  if (text.empty()) return "\"\"";
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = std::min(text.size(), i + 8000);
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    out += "R\"~sql~(" + text.substr(i, end - i) + ")~sql~\"";
    i = end;
  }
  return out;
}

std::string in_type(const Field& f) {
  std::string type = f.type == 'i' ? "std::int64_t" : f.type == 't' ? "std::string_view" : "yakuba::BytesView";
  return f.nullable ? "std::optional<" + type + ">" : type;
}
std::string row_type(const Field& f) {
  std::string type = f.type == 'i' ? "std::int64_t" : f.type == 't' ? "std::string" : "yakuba::Bytes";
  return f.nullable ? "std::optional<" + type + ">" : type;
}
std::string member(const std::string& type, const Field& f) {
  return "    " + type + " " + f.name + (f.type == 'i' && !f.nullable ? " = 0" : f.nullable ? " = {}" : "") + ";\n";
}
const char* binder_name(char type) {
  return type == 'i' ? "integer" : type == 't' ? "text" : "blob";
}

// B and C are upper case, as no field can be.
void write_in(std::ostream& out, const Query& q) {
  out << "  struct In {\n";
  for (const auto& f : q.in) out << member(in_type(f), f);
  out << "    void bind(store::Binder&" << (q.in.empty() ? "" : " B") << ") const {\n";
  for (std::size_t i = 0; i < q.in.size(); ++i) {
    const auto& f = q.in[i];
    if (f.nullable) {
      out << "      if (" << f.name << ") B." << binder_name(f.type) << "(" << i << ", *" << f.name << "); else B.null("
          << i << ");\n";
    } else {
      out << "      B." << binder_name(f.type) << "(" << i << ", " << f.name << ");\n";
    }
  }
  out << "    }\n  };\n";
}

std::string column(const Field& f, std::size_t i) {
  std::string n = std::to_string(i);
  if (f.type == 'i') return "C.integer(" + n + ")";
  if (f.type == 't') return "std::string(C.text(" + n + "))";
  return "[&] { auto v = C.blob(" + n + "); return yakuba::Bytes(v.begin(), v.end()); }()";
}

void write_row(std::ostream& out, const Query& q) {
  if (q.kind == "run") return;
  out << "  struct Row {\n";
  for (const auto& f : q.out) out << member(row_type(f), f);
  out << "    bool operator==(const Row&) const = default;\n";
  out << "    static Row read(const store::Columns& C) {\n      return Row{\n";
  for (std::size_t i = 0; i < q.out.size(); ++i) {
    const auto& f = q.out[i];
    out << "          ." << f.name << " = ";
    if (f.nullable) {
      out << "C.null(" << i << ") ? " << row_type(f) << "() : " << row_type(f) << "(" << column(f, i) << ")";
    } else {
      out << column(f, i);
    }
    out << ",\n";
  }
  out << "      };\n    }\n  };\n";
}

void write_statement(std::ostream& out, const Merged& m, const std::string& folder) {
  const Query& q = m.query;
  std::string parameters, columns;
  for (const auto& f : q.in) parameters += f.type;
  for (const auto& f : q.out) columns += f.nullable ? static_cast<char>(std::toupper(f.type)) : f.type;
  out << "struct " << pascal(q.name) << " {\n";
  out << "  static constexpr store::StatementKind kind = store::StatementKind::" << q.kind << ";\n";
  write_in(out, q);
  write_row(out, q);
  out << "  static constexpr store::Statement statement{\n      \"" << folder << "/" << q.name << "\", kind,\n      "
      << literal(m.sqlite) << ",\n      " << literal(m.postgres) << ",\n      \"" << parameters << "\", \"" << columns
      << "\"};\n};\n\n";
}

std::string render(const std::string& folder, const std::vector<Merged>& queries,
                   const std::map<int, MigrationFile>& migrations) {
  std::ostringstream out;
  std::string space = fs::path(folder).filename().string();
  out << "// Made by yakuba_queries from the SQL of src/" << folder << ". Do not edit.\n#pragma once\n\n"
      << "#include <cstdint>\n#include <optional>\n#include <string>\n#include <string_view>\n#include <vector>\n\n"
      << "#include \"store/statement.hpp\"\n\n"
      << "namespace yakuba::" << space << "::sql {\n\nnamespace store = ::yakuba::store;\n\n";
  for (const auto& m : queries) write_statement(out, m, folder);
  out << "// Every statement of this folder, so that a test can prepare each on both databases.\n";
  if (queries.empty()) {
    out << "inline constexpr std::span<const store::Statement* const> statements{};\n\n";
  } else {
    out << "inline constexpr const store::Statement* statements[] = {\n";
    for (const auto& m : queries) out << "    &" << pascal(m.query.name) << "::statement,\n";
    out << "};\n\n";
  }
  if (migrations.empty()) {
    out << "inline constexpr std::span<const store::Migration> migrations{};\n";
  } else {
    out << "inline constexpr store::Migration migrations[] = {\n";
    for (const auto& [number, m] : migrations) {
      out << "    {" << number << ", \"" << m.name << "\",\n     " << literal(m.common) << ",\n     "
          << literal(m.sqlite) << ",\n     " << literal(m.postgres) << "},\n";
    }
    out << "};\n";
  }
  out << "\n}  // namespace yakuba::" << space << "::sql\n";
  return out.str();
}

// "/x/src/hall/cases" → "hall/cases": the path below the last folder named src, else the folder's own name.
std::string folder_name(const fs::path& folder) {
  fs::path name;
  bool below = false;
  for (const auto& part : fs::absolute(folder).lexically_normal()) {
    if (part.empty()) continue;
    if (part == "src") {
      below = true;
      name.clear();
    } else if (below) {
      name /= part;
    }
  }
  return below && !name.empty() ? name.string() : fs::absolute(folder).lexically_normal().filename().string();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: yakuba_queries FOLDER OUTPUT.hpp\n";
    return 2;
  }
  fs::path folder = argv[1], output = argv[2];
  if (!fs::is_directory(folder)) {
    std::cerr << folder.string() << ": not a folder\n";
    return 2;
  }
  auto queries = read_queries(folder);
  auto migrations = read_migrations(folder);
  if (faults) return 1;
  std::string text = render(folder_name(folder), queries, migrations);
  std::error_code error;
  fs::create_directories(output.parent_path(), error);
  std::ofstream out(output, std::ios::binary);
  out << text;
  out.close();
  if (!out) {
    std::cerr << output.string() << ": cannot be written\n";
    return 2;
  }
  return 0;
}
