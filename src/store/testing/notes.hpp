// A small capability for the store's own tests, in the shape that tools/queries.cpp generates.
#pragma once

#include "store/store.hpp"

namespace yakuba::store::testing {

inline constexpr Migration note_migrations[] = {
    {1, "notes",
     "create table folder (id integer primary key, name text not null unique);\n"
     "create table note (id integer primary key, folder integer references folder (id), word text not null unique,"
     " amount integer not null check (amount >= 0), body blob); -- integer; blob\n",
     "", ""},
    {2, "more", "create index note_amount on note (amount);", "", ""},
};

struct AddNote {
  static constexpr StatementKind kind = StatementKind::run;
  struct In {
    std::string_view word;
    std::int64_t amount = 0;
    std::optional<BytesView> body = {};
    std::optional<std::int64_t> folder = {};
    void bind(Binder& B) const {
      B.text(0, word);
      B.integer(1, amount);
      if (body)
        B.blob(2, *body);
      else
        B.null(2);
      if (folder)
        B.integer(3, *folder);
      else
        B.null(3);
    }
  };
  static constexpr Statement statement{"testing/add_note",
                                       kind,
                                       "insert into note (folder, word, amount, body) values ($4, $1, $2, $3);",
                                       "insert into note (folder, word, amount, body) values ($4, $1, $2, $3);",
                                       "tibi",
                                       ""};
};

struct Notes {
  static constexpr StatementKind kind = StatementKind::all;
  struct In {
    void bind(Binder&) const {}
  };
  struct Row {
    std::string word;
    std::int64_t amount = 0;
    std::optional<Bytes> body;
    bool operator==(const Row&) const = default;
    static Row read(const Columns& C) {
      return Row{std::string(C.text(0)), C.integer(1),
                 C.null(2) ? std::optional<Bytes>() : std::optional<Bytes>(Bytes(C.blob(2).begin(), C.blob(2).end()))};
    }
  };
  static constexpr Statement statement{"testing/notes",
                                       kind,
                                       "select word, amount, body from note order by id;",
                                       "select word, amount, body from note order by id;",
                                       "",
                                       "tiB"};
};

// Says that amount is text, and that body is never null: both are wrong.
struct WrongNotes {
  static constexpr StatementKind kind = StatementKind::all;
  struct In {
    void bind(Binder&) const {}
  };
  struct Row {
    std::string amount;
    static Row read(const Columns& C) { return Row{std::string(C.text(0))}; }
  };
  static constexpr Statement statement{"testing/wrong_notes",
                                       kind,
                                       "select amount from note order by id;",
                                       "select amount from note order by id;",
                                       "",
                                       "t"};
};

struct CountNotes {
  static constexpr StatementKind kind = StatementKind::one;
  struct In {
    void bind(Binder&) const {}
  };
  struct Row {
    std::int64_t notes = 0;
    std::int64_t total = 0;
    static Row read(const Columns& C) { return Row{C.integer(0), C.integer(1)}; }
  };
  static constexpr Statement statement{"testing/count_notes",
                                       kind,
                                       "select count(*), cast(coalesce(sum(amount), 0) as integer) from note;",
                                       "select count(*), cast(coalesce(sum(amount), 0) as bigint) from note;",
                                       "",
                                       "ii"};
};

struct RaiseNote {  // reads and writes the same row: two at once must not lose one
  static constexpr StatementKind kind = StatementKind::one;
  struct In {
    std::string_view word;
    void bind(Binder& B) const { B.text(0, word); }
  };
  struct Row {
    std::int64_t amount = 0;
    static Row read(const Columns& C) { return Row{C.integer(0)}; }
  };
  static constexpr Statement statement{"testing/raise_note",
                                       kind,
                                       "update note set amount = amount + 1 where word = $1 returning amount;",
                                       "update note set amount = amount + 1 where word = $1 returning amount;",
                                       "t",
                                       "i"};
};

inline log::Event event_about(std::string_view id, Instant at, log::Verb verb = log::Verb::saved) {
  return {.at = at, .verb = verb, .object_kind = "note", .object_id = std::string(id), .actor = "staff:1"};
}

}  // namespace yakuba::store::testing
