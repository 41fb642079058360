// tools/queries.cpp: what it makes of SQL files, and how it tells faults; and the two dialects of migrations.
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "store/dialect.hpp"
#include "store/testing/towns.hpp"

namespace yakuba::store {
namespace {

namespace fs = std::filesystem;

class QueriesTest : public ::testing::Test {
 protected:
  testing::TemporaryFolder place;
  fs::path folder = place.path() / "src/hall/cases";
  std::string output;

  void write(const std::string& name, const std::string& text) {
    fs::create_directories((folder / name).parent_path());
    std::ofstream(folder / name) << text;
  }
  // Exit status of the tool; its words in `output`.
  int run() {
    fs::create_directories(folder);
    const fs::path tool = fs::read_symlink("/proc/self/exe").parent_path() / "yakuba_queries";
    const std::string command =
        tool.string() + " " + folder.string() + " " + (place.path() / "out.hpp").string() + " 2>&1";
    std::array<char, 4096> buffer;
    FILE* pipe = ::popen(command.c_str(), "r");
    output.clear();
    while (std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe)) output.append(buffer.data(), got);
    return ::pclose(pipe) / 256;
  }
  std::string made() {
    std::ifstream in(place.path() / "out.hpp");
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::string fault_of(const std::string& queries) {
    write("queries.sql", queries);
    EXPECT_EQ(run(), 1) << output;
    EXPECT_FALSE(fs::exists(place.path() / "out.hpp")) << "nothing is written";
    auto at = output.find("queries.sql:");
    return at == std::string::npos ? output : output.substr(at);
  }
};

TEST_F(QueriesTest, MakesTypedStatementsAndMigrations) {
  write("queries.sql",
        "-- name: case_by_id :one\n-- in: id int, note text?\n-- out: number text, body blob?\n"
        "select number, body from cases -- a remark about $9; and more\nwhere id = $1 and note = $2 and x = '$7;';\n");
  write("queries.postgres.sql",
        "-- name: case_by_id :one\n-- in: id int, note text?\n-- out: number text, body blob?\nselect pg, pg from "
        "cases where id = $1 and n = $2;\n");
  write("migrations/0001-first.sql", "create table cases (id integer primary key);");
  ASSERT_EQ(run(), 0) << output;
  const std::string text = made();
  EXPECT_NE(text.find("namespace yakuba::cases::sql"), std::string::npos);
  EXPECT_NE(text.find("struct CaseById {"), std::string::npos);
  EXPECT_NE(text.find("std::optional<std::string_view> note = {};"), std::string::npos);
  EXPECT_NE(text.find("std::optional<yakuba::Bytes> body = {};"), std::string::npos);
  EXPECT_NE(text.find("\"hall/cases/case_by_id\""), std::string::npos);
  EXPECT_NE(text.find("select pg, pg"), std::string::npos);
  EXPECT_NE(text.find("{1, \"first\""), std::string::npos);
}

TEST_F(QueriesTest, TellsFaultsByFileAndLine) {
  EXPECT_EQ(fault_of("-- name: a :run\n-- in: x int\ndelete from t;\n"), "queries.sql:1: 'a' never uses $1 (x)\n");
  EXPECT_EQ(fault_of("\n\n-- name: a :run\ndelete from t where x = $1;\n"),
            "queries.sql:3: 'a' uses $1, but `in` names 0 parameters\n");
  EXPECT_NE(fault_of("-- name: a :some\nselect 1;\n").find("queries.sql:1: the kind of 'a'"), std::string::npos);
  EXPECT_NE(fault_of("-- name: a :one\nselect 1;\n").find("needs out"), std::string::npos);
  EXPECT_NE(fault_of("-- name: a :one\n-- out: x float\nselect 1;\n").find("queries.sql:2: type of 'x'"),
            std::string::npos);
  EXPECT_NE(fault_of("-- name: a :one\n-- out: class int\nselect 1;\n").find("a word of C++"), std::string::npos);
  EXPECT_NE(fault_of("-- name: a :run\ndelete from t; delete from u;\n").find("more than one statement"),
            std::string::npos);
  EXPECT_NE(fault_of("-- name: a :run\ndelete from t where x = ?;\n").find("uses ?"), std::string::npos);
  EXPECT_NE(fault_of("-- name: a :run\ndelete from t where x = 'open;\n").find("quote"), std::string::npos);
  EXPECT_NE(fault_of("-- name: a :run\ndelete from t\n").find("must end with ;"), std::string::npos);
  EXPECT_NE(fault_of("select 1;\n").find("before the first"), std::string::npos);
  EXPECT_NE(fault_of("-- name: a :run\ndelete from t;\n-- name: a :run\ndelete from u;\n").find("stands twice"),
            std::string::npos);
}

TEST_F(QueriesTest, AnOverlayMustFitAndMigrationsHaveNoGap) {
  write("queries.sql", "-- name: a :one\n-- out: x int\nselect 1;\n");
  write("queries.postgres.sql", "-- name: a :one\n-- out: x text\nselect 'x';\n-- name: b :run\ndelete from t;\n");
  EXPECT_EQ(run(), 1);
  EXPECT_NE(output.find("queries.postgres.sql:1: 'a' must have the same"), std::string::npos) << output;
  EXPECT_NE(output.find("queries.postgres.sql:4: 'b' has no SQLite form"), std::string::npos) << output;
  fs::remove(folder / "queries.postgres.sql");
  write("migrations/0002-second.sql", "create table x (y int);");
  EXPECT_EQ(run(), 1);
  EXPECT_NE(output.find("expected number 1"), std::string::npos) << output;
  write("migrations/0001-first.sqlite.sql", "create table x (y int);");
  EXPECT_EQ(run(), 1);
  EXPECT_NE(output.find("both overlays"), std::string::npos) << output;
}

TEST(Dialect, MakesStrictTablesAndPostgresTypes) {
  const char* common =
      "create table a (id integer primary key, b blob, note text default 'integer blob'); -- integer\n"
      "create table c (k text primary key, n integer not null check (n in (1, (2)))) without rowid;\n"
      "create index a_b on a (b);";
  EXPECT_EQ(to_sqlite(common),
            "create table a (id integer primary key, b blob, note text default 'integer blob') strict; -- integer\n"
            "create table c (k text primary key, n integer not null check (n in (1, (2)))) strict, without rowid;\n"
            "create index a_b on a (b);");
  EXPECT_EQ(to_postgres(common),
            "create table a (id bigint generated by default as identity primary key, b bytea, note text default "
            "'integer blob'); -- integer\n"
            "create table c (k text primary key, n bigint not null check (n in (1, (2))))  ;\n"
            "create index a_b on a (b);");
  EXPECT_EQ(to_postgres("create table a (blob text, b blob, primary key (b, blob));"),
            "create table a (blob text, b bytea, primary key (b, blob));");
  EXPECT_EQ(to_sqlite("create table a (x integer) strict;"), "create table a (x integer) strict;");
}

}  // namespace
}  // namespace yakuba::store
