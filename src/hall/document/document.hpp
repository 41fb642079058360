// Documents: numbered, sealed, immutable. Ordered inside the transaction of the act that causes them, made once by a
// job, never made again; every delivery checks that the bytes are this document's and belong to this case and this
// party.
//
//   PublicId id = TRY(document::order(tx, hall, town, {.key = "grant:" + case_id, .kind = "ninteitsuchi",
//       .kind_name = "児童手当認定通知書", .section = "child", .binding = {case_id, "person:12"}, .content = content,
//       …}));
//   // … the job "document.make" draws, seals, stores it and appends `issued`
//   Bytes pdf = TRY(document::deliver(hall, town, id, {case_id, "person:12"}));   // refuses any other binding
//
// 文書番号 is drawn in the ordering transaction, per mark of the section and fiscal year, so there are no gaps. Its
// form is the pack's (town setting "document-number", 「{mark}第{serial}号」 by default). Drafts are watermarked, carry
// no number and are kept nowhere.
//
// Genuineness: the 2D code leads to /verify/{token} on the public side, which knows only token, kind, date and hash.
//
// Errors: document.not_found, document.not_ready (conflict: still being made), document.not_yours (forbidden: binding),
// document.corrupt (bytes are not the ones that were issued), document.conflict (version), document.withdrawn
// (conflict), document.section (invalid: the pack knows no such section), document.content; print.no_glyph and the
// other print.* are found while ordering. Source: stack.md §5 traps; 公文書等の管理に関する法律34条 and the town's
// 文書管理規程 (numbers, retention); 行政手続法8条; the コンビニ交付 accidents of 2023 (binding checked again at
// delivery). Side: office but for `verified`. Threads: all functions are free of shared state but the press, which
// locks itself.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "hall/hall.hpp"
#include "hall/module.hpp"
#include "log/event.hpp"
#include "pack/template.hpp"
#include "print/document.hpp"
#include "store/store.hpp"

namespace yakuba::document {

// What a document says, frozen with its order. Text keeps furigana marks; the press writes 漢字（かんじ） in plain
// versions.
struct Content {
  std::string title;
  Date dated;
  std::string postal_code;
  std::vector<std::string> address_lines;
  std::string name;  // with variation sequences
  std::string honorific = "様";
  std::string sender_title;  // 奈義町長
  std::string sender_name;
  std::string seal = "none";         // public | omitted | none
  std::vector<pack::Block> body;     // Japanese
  std::vector<pack::Block> plain;    // やさしい日本語 beside it, on its own page; may be empty
  std::vector<std::string> contact;  // lines: who answers questions
  bool operator==(const Content&) const = default;
};
JsonValue to_json(const Content& content);
Result<Content> content_from(const JsonValue& json);

// To whom and to what a document belongs. Compared at every delivery.
struct Binding {
  std::string case_id;    // public id; empty for a document without a case
  std::string addressee;  // "person:12" (people::party_text)
  bool operator==(const Binding&) const = default;
};

struct Order {
  std::string key;        // unique in the town: ordering again gives the first document
  std::string kind;       // id of the pack's notice
  std::string kind_name;  // 児童手当認定通知書: the public page shows it, so no personal data
  std::string section;    // id of the pack's section; gives the mark of the number
  bool numbered = true;
  Binding binding;
  std::string case_number, procedure, step;
  std::string retention_class;
  std::optional<Date> retain_until;
  Hash pack_version{}, template_hash{};
  Content content;
  std::optional<store::Job> then;  // enqueued in the transaction in which the document becomes issued
  log::Event stamp;                // actor, acting_for, post, rank, section, channel, terminal, at of who causes it
};
// In the caller's transaction. Checks every character against the font first: nothing unprintable is ever decided.
Result<PublicId> order(store::Tx& tx, hall::Hall& hall, const store::Town& town, const pack::Pack& pack,
                       const Order& order);
// For looking at before the decision: watermark 「案」, no number, no seal, nothing kept.
Result<Bytes> draft(hall::Hall& hall, const store::Town& town, const pack::Pack& pack, const Content& content);

enum class State { ordered, issued, withdrawn };
std::string_view state_code(State state);

struct Document {
  PublicId id;
  std::string kind, kind_name, number, section;
  Date dated;
  Binding binding;
  std::string case_number, procedure, addressee_name;
  std::string retention_class;
  std::optional<Date> retain_until;
  State state = State::ordered;
  std::int64_t version = 1;
  std::string token;                  // of the verification address
  std::optional<std::string> sha256;  // hex, once issued
  std::int64_t bytes = 0;
  std::string pack_version, template_hash;  // hex
  Instant ordered_at;
  std::optional<Instant> issued_at, withdrawn_at;
  std::string withdrawn_reason;
};
// These show the addressee: a page that calls them appends its read event (viewed).
Result<std::optional<Document>> find(store::ReadTx& tx, PublicId id);
Result<std::vector<Document>> of_case(store::ReadTx& tx, std::string_view case_id);
struct Filter {
  std::string section;  // empty: all
  std::string number;   // begins with
  std::optional<int> fiscal_year;
  std::string after;  // Listed::next
};
struct Listed {
  std::vector<Document> rows;  // newest first, rows_max
  std::string next;
};
inline constexpr int rows_max = 50;
Result<Listed> list(store::ReadTx& tx, const Filter& filter);

// The bytes, after these checks: issued, bound to exactly this case and party, SHA-256 as recorded, and the marker
// inside the file names this town, document, case and party. The caller appends who got them.
Result<Bytes> deliver(hall::Hall& hall, const store::Town& town, PublicId id, const Binding& binding);
// The same content as blocks, for reading on a page.
Result<Content> content_of(store::ReadTx& tx, PublicId id, const Binding& binding);
// What a copy on the public side needs: the sealed blob and the key that opens it. Same checks of state and binding.
struct Copy {
  store::BlobInfo blob;
  Bytes key;  // 32 bytes
  Document document;
};
Result<Copy> copy_for_public(store::ReadTx& tx, hall::Hall& hall, const store::Town& town, PublicId id,
                             const Binding& binding);
// The marker inside a document's bytes names this town, document and binding. Public side uses it on its copies.
Result<> check_marker(BytesView pdf, const store::Town& town, PublicId id, const Binding& binding);

// 取消し: the document stays, the public page says that it is no longer in force. Reason codes: mistake, replaced,
// revoked.
Result<> withdraw(store::Tx& tx, hall::Hall& hall, const store::Town& town, PublicId id, std::int64_t version,
                  std::string_view reason_code, const log::Event& stamp);

// Makes an ordered document now (what the job does). Nothing to do when it is made already.
Result<> make(hall::Hall& hall, const store::Town& town, PublicId id);

// --- public side ---
enum class Genuineness { genuine, withdrawn, unknown };
struct Verified {
  Genuineness is = Genuineness::unknown;
  std::string kind_name, number, sha256;
  Date dated;
  std::optional<Date> withdrawn_on;
};
Result<Verified> verified(store::ReadTx& tx, std::string_view token);

// The press of the process, opened at its first use; for other papers that go with documents (address sheets).
Result<print::Press*> press();

// Who acts in this call, as the log writes it: for the stamp of an order or an act.
log::Event stamp_of(const hall::Call& call, const access::Decision& right);

hall::Module module();

}  // namespace yakuba::document
