// The log's known answers (RFC 6962 test vectors, a public signed note) and what an attacker may try with an exported
// log.
#include <sstream>

#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "log/checkpoint.hpp"
#include "log/event.hpp"
#include "log/export.hpp"
#include "log/tree.hpp"

namespace yakuba::log {
namespace {

Hash hash_of(std::string_view text) {
  Hash hash{};
  Bytes bytes = *from_hex(text);
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

// The eight leaves of the Certificate Transparency reference tests, and the roots of their first n.
const std::vector<std::string> inputs = {
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
const std::vector<std::string> roots = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

TEST(Tree, GivesTheRootsOfTheReferenceTests) {
  Frontier tree;
  EXPECT_EQ(hex(tree.root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    tree.append(leaf_hash(BytesView(*from_hex(inputs[i]))));
    EXPECT_EQ(hex(tree.root()), roots[i]) << "size " << i + 1;
  }
}

MemoryTree reference_tree() {
  MemoryTree tree;
  for (const auto& input : inputs) tree.append(leaf_hash(BytesView(*from_hex(input))));
  return tree;
}

TEST(Tree, GivesTheProofsOfTheReferenceTests) {
  MemoryTree tree = reference_tree();
  auto inclusion = inclusion_proof(0, 8, tree.nodes());
  ASSERT_TRUE(inclusion);
  EXPECT_EQ(*inclusion, (Proof{hash_of("96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"),
                               hash_of("5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"),
                               hash_of("6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")}));
  auto consistency = consistency_proof(6, 8, tree.nodes());
  ASSERT_TRUE(consistency);
  EXPECT_EQ(*consistency,
            (Proof{hash_of("0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"),
                   hash_of("ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"), hash_of(roots[3])}));
}

Hash numbered_leaf(std::uint64_t n) {
  return leaf_hash(view("leaf " + std::to_string(n)));
}

TEST(Tree, EveryProofOfEverySizeVerifiesAndNoOtherDoes) {
  MemoryTree tree;
  std::vector<Hash> root_at{empty_root()};
  Frontier frontier;
  constexpr std::uint64_t sizes = 40;
  for (std::uint64_t n = 0; n < sizes; ++n) {
    tree.append(numbered_leaf(n));
    frontier.append(numbered_leaf(n));
    root_at.push_back(frontier.root());
    EXPECT_EQ(*root_of(n + 1, tree.nodes()), frontier.root());
  }
  for (std::uint64_t size = 1; size <= sizes; ++size) {
    for (std::uint64_t index = 0; index < size; ++index) {
      Proof proof = *inclusion_proof(index, size, tree.nodes());
      EXPECT_TRUE(verify_inclusion(index, size, numbered_leaf(index), proof, root_at[size]));
      EXPECT_FALSE(verify_inclusion(index, size, numbered_leaf(index + 1), proof, root_at[size]));
      EXPECT_FALSE(verify_inclusion((index + 1) % (size + 1), size, numbered_leaf(index), proof, root_at[size]));
      proof.push_back(Hash{});
      EXPECT_FALSE(verify_inclusion(index, size, numbered_leaf(index), proof, root_at[size]));
    }
    for (std::uint64_t first = 0; first <= size; ++first) {
      Proof proof = *consistency_proof(first, size, tree.nodes());
      EXPECT_TRUE(verify_consistency(first, size, root_at[first], root_at[size], proof)) << first << " in " << size;
      if (first > 0 && first < size) {
        proof.back()[5] ^= 1;
        EXPECT_FALSE(verify_consistency(first, size, root_at[first], root_at[size], proof));
      }
    }
  }
  EXPECT_FALSE(inclusion_proof(sizes, sizes, tree.nodes()));
  EXPECT_FALSE(consistency_proof(3, 2, tree.nodes()));
}

TEST(Tree, AFrontierBuiltFromSubtreesIsTheSame) {
  Frontier plain, built, part;
  for (std::uint64_t n = 0; n < 37; ++n) plain.append(numbered_leaf(n));
  for (std::uint64_t n = 0; n < 32; ++n) part.append(numbered_leaf(n));
  built.append_subtree(5, part.root());
  for (std::uint64_t n = 32; n < 37; ++n) built.append(numbered_leaf(n));
  EXPECT_EQ(built, plain);
}

TEST(Tree, TellsEachPerfectNodeOnce) {
  Frontier tree;
  MemoryTree memory;
  std::size_t told = 0;
  for (std::uint64_t n = 0; n < 32; ++n) {
    memory.append(numbered_leaf(n));
    tree.append(numbered_leaf(n), [&](unsigned level, std::uint64_t index, const Hash& hash) {
      ++told;
      EXPECT_EQ(*memory.nodes()(level, index), hash);
    });
  }
  EXPECT_EQ(told, 31U);
}

Event sample() {
  return {.at = Instant{1'795'314'756'000'123},
          .verb = Verb::decided_by_rule,
          .object_kind = "case",
          .object_id = "3f8k",
          .case_id = "3f8k",
          .actor = "staff:12",
          .post = "課長",
          .rank = 3,
          .section = "fukushi",
          .channel = "counter",
          .step = "shinsa",
          .rule = {"jido-teate.eligibility", "ab12", 4},
          .refs = {{"person", "7"}, {"person", "9"}},
          .payload = JsonObject{{"z", 1}, {"a", "「引用\"と\\」"}}};
}

TEST(EventEncoding, IsTheseBytes) {
  EXPECT_EQ(canonical(sample()),
            R"({"actor":"staff:12","at":1795314756000123,"case":"3f8k","channel":"counter",)"
            R"("object":{"id":"3f8k","kind":"case"},"payload":{"a":"「引用\"と\\」","z":1},"post":"課長","rank":3,)"
            R"("refs":[{"id":"7","kind":"person"},{"id":"9","kind":"person"}],)"
            R"("rule":{"hash":"ab12","id":"jido-teate.eligibility","row":4},"section":"fukushi","step":"shinsa",)"
            R"("verb":"decided-by-rule"})");
}

TEST(EventEncoding, IsCanonicalJsonAndReadsBack) {
  std::string text = canonical(sample());
  EXPECT_EQ(parse_json(text)->canonical(), text);
  auto again = parse_event(text);
  ASSERT_TRUE(again) << describe(again.error());
  EXPECT_EQ(*again, sample());
  Event small{.at = Instant{5}, .verb = Verb::viewed, .object_kind = "person", .object_id = "7", .actor = "system"};
  EXPECT_EQ(canonical(small), R"({"actor":"system","at":5,"object":{"id":"7","kind":"person"},"verb":"viewed"})");
  EXPECT_EQ(*parse_event(canonical(small)), small);
}

TEST(EventEncoding, RefusesAnythingElse) {
  const std::vector<std::string> bad = {
      "",
      "[]",
      "{}",
      R"({"actor":"a","at":5,"object":{"id":"7","kind":"p"},"verb":"danced"})",
      R"({"actor":"a","at":5,"object":{"id":"7","kind":"p"},"verb":"viewed","extra":1})",
      R"({"actor":"a","at":5,"object":{"id":"7","kind":"p","more":1},"verb":"viewed"})",
      R"({"actor":"a","at":"5","object":{"id":"7","kind":"p"},"verb":"viewed"})",
      R"({"actor":"a", "at":5,"object":{"id":"7","kind":"p"},"verb":"viewed"})",
      R"({"at":5,"actor":"a","object":{"id":"7","kind":"p"},"verb":"viewed"})",
      R"({"actor":"a","at":5,"object":{"id":"7","kind":"p"},"post":"","verb":"viewed"})",
      R"({"actor":"a","at":5,"object":{"id":"7","kind":"p"},"payload":3,"verb":"viewed"})"};
  for (const auto& text : bad) EXPECT_FALSE(parse_event(text)) << text;
}

TEST(EventEncoding, ChecksEveryField) {
  auto field_of = [](Event event) {
    auto checked = check_event(event);
    return checked ? std::string("ok") : checked.error().place.field;
  };
  Event event = sample();
  EXPECT_EQ(field_of(event), "ok");
  EXPECT_EQ(field_of({.verb = Verb::saved, .object_kind = "x", .object_id = "1", .actor = "a"}), "at");
  (event = sample()).actor = "";
  EXPECT_EQ(field_of(event), "actor");
  (event = sample()).section = "a\nb";
  EXPECT_EQ(field_of(event), "section");
  (event = sample()).post = "\xff";
  EXPECT_EQ(field_of(event), "post");
  (event = sample()).object_id = std::string(word_bytes_max + 1, 'x');
  EXPECT_EQ(field_of(event), "object_id");
  (event = sample()).refs.assign(refs_max + 1, Ref{"person", "1"});
  EXPECT_EQ(field_of(event), "refs");
  (event = sample()).payload = JsonObject{{"long", std::string(payload_bytes_max, 'x')}};
  EXPECT_EQ(field_of(event), "payload");
  (event = sample()).payload = JsonValue("text");
  EXPECT_EQ(field_of(event), "payload");
}

TEST(Verbs, HaveOneRowEachAndOppositesThatExist) {
  for (const auto& row : verbs()) {
    EXPECT_EQ(verb_from(row.name), row.verb);
    EXPECT_FALSE(row.japanese.empty());
    EXPECT_FALSE(row.meaning.empty());
    EXPECT_TRUE(row.opposite.empty() || verb_from(row.opposite)) << row.name;
  }
  EXPECT_FALSE(verb_from("danced"));
}

// --- checkpoints ---

SigningKey test_key(std::uint64_t seed = 1) {
  SeededRandom random(seed);
  return make_signing_key(random);
}

TEST(Note, OpensThePublicExampleOfTheFormat) {
  // The example of golang.org/x/mod/sumdb/note, from which C2SP signed-note is taken.
  Bytes key = *from_base64("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
  std::string body =
      "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
  std::string note =
      body +
      "\n\xE2\x80\x94 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngot"
      "pRZb6KE6RyyBwJnAM=\n";
  auto opened = open_note(note, "PeterNeumann", BytesView(key).subspan(1));
  ASSERT_TRUE(opened) << describe(opened.error());
  EXPECT_EQ(*opened, body);
  note[3] ^= 1;
  EXPECT_EQ(open_note(note, "PeterNeumann", BytesView(key).subspan(1)).error().code, "log.signature");
}

TEST(CheckpointNote, RoundTripsAndRefusesForgery) {
  SigningKey key = test_key();
  Checkpoint checkpoint{"yakuba/nagi", 8, hash_of(roots[7])};
  std::string note = sign_checkpoint(checkpoint, key);
  EXPECT_TRUE(
      note.starts_with("yakuba/nagi\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\n\xE2\x80\x94 yakuba/nagi "));
  EXPECT_EQ(*open_checkpoint(note, "yakuba/nagi", key.public_key), checkpoint);
  EXPECT_FALSE(open_checkpoint(note, "yakuba/kamiamakusa", key.public_key));
  EXPECT_FALSE(open_checkpoint(note, "yakuba/nagi", test_key(2).public_key));
  for (std::size_t i = 0; i < note.size(); ++i) {
    std::string flipped = note;
    flipped[i] ^= 1;
    EXPECT_FALSE(open_checkpoint(flipped, "yakuba/nagi", key.public_key)) << "byte " << i;
  }
  std::string cosigned = note + "\xE2\x80\x94 yakuba/kamiamakusa AAAA\n";
  EXPECT_TRUE(open_checkpoint(cosigned, "yakuba/nagi", key.public_key)) << "a neighbour's line does no harm";
}

// --- export and receipts ---

Event numbered_event(int n) {
  Event event = sample();
  event.at = event.at.plus_seconds(n);
  event.object_id = std::to_string(n);
  return event;
}

struct Exported {
  SigningKey key = test_key();
  std::string text;
  std::string early_note;  // of the first 20 events
};

Exported exported_log(int events = 50) {
  Exported out;
  Frontier tree;
  std::vector<std::string> notes;
  ExportWriter writer([&](std::string_view piece) -> Result<> {
    out.text += piece;
    return {};
  });
  EXPECT_TRUE(writer.begin("yakuba/nagi", out.key.public_key));
  for (int n = 1; n <= events; ++n) {
    EXPECT_TRUE(writer.event(numbered_event(n)));
    tree.append(leaf_hash(numbered_event(n)));
    if (n == 20 || n == events) notes.push_back(sign_checkpoint({"yakuba/nagi", tree.size(), tree.root()}, out.key));
  }
  out.early_note = notes.front();
  EXPECT_TRUE(writer.end(notes));
  return out;
}

VerifyReport check(const std::string& text, const SigningKey& key, std::vector<std::string> witnessed = {}) {
  std::istringstream in(text);
  return verify_export(
      [&]() -> std::optional<std::string> {
        std::string line;
        if (!std::getline(in, line)) return std::nullopt;
        return line;
      },
      key.public_key, std::move(witnessed));
}

TEST(Export, IsWholeWhenUntouched) {
  Exported log = exported_log();
  VerifyReport report = check(log.text, log.key, {log.early_note});
  EXPECT_TRUE(report.whole()) << report.findings.front().detail;
  EXPECT_EQ(report.events, 50U);
  EXPECT_EQ(report.covered, 50U);
  EXPECT_EQ(report.checkpoints, 2U);
}

TEST(Export, FindsAFlippedBitInEveryByte) {
  Exported log = exported_log(6);
  for (std::size_t byte = 0; byte + 1 < log.text.size(); ++byte) {  // the last line feed alone says nothing
    std::string text = log.text;
    text[byte] = static_cast<char>(text[byte] ^ (1 << (byte * 5 % 8)));
    EXPECT_FALSE(check(text, log.key).whole()) << "byte " << byte;
  }
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}
std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return text;
}

TEST(Export, FindsDeletionReorderInsertionAndTruncation) {
  Exported log = exported_log();
  auto lines = lines_of(log.text);
  auto deleted = lines;
  deleted.erase(deleted.begin() + 10);
  EXPECT_FALSE(check(joined(deleted), log.key).whole());
  auto swapped = lines;
  std::swap(swapped[10], swapped[11]);
  EXPECT_FALSE(check(joined(swapped), log.key).whole());
  auto inserted = lines;
  inserted.insert(inserted.begin() + 10, canonical(numbered_event(99)));
  EXPECT_FALSE(check(joined(inserted), log.key).whole());
  for (std::size_t cut = 0; cut + 1 < lines.size(); ++cut) {
    EXPECT_FALSE(check(joined({lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(cut)}), log.key).whole())
        << cut;
  }
}

TEST(Export, ARewrittenHistoryIsFoundAgainstACheckpointKeptOutside) {
  // The operator himself, holding the key, writes another history: only what is kept elsewhere can tell.
  Exported log = exported_log();
  Exported shorter = exported_log(10);
  EXPECT_TRUE(check(shorter.text, log.key).whole());
  VerifyReport report = check(shorter.text, log.key, {log.early_note});
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].code, "truncated");
}

TEST(Export, AnotherKeyIsRefused) {
  Exported log = exported_log();
  EXPECT_FALSE(check(log.text, test_key(2)).whole());
}

TEST(Receipt, ProvesOneEventWithoutTheTown) {
  SigningKey key = test_key();
  MemoryTree tree;
  for (int n = 1; n <= 21; ++n) tree.append(leaf_hash(numbered_event(n)));
  Receipt receipt{numbered_event(7), 6, *inclusion_proof(6, 21, tree.nodes()),
                  sign_checkpoint({"yakuba/nagi", 21, *root_of(21, tree.nodes())}, key)};
  auto again = parse_receipt(write_receipt(receipt));
  ASSERT_TRUE(again) << describe(again.error());
  EXPECT_TRUE(verify_receipt(*again, "yakuba/nagi", key.public_key));
  again->event.object_id = "8";
  EXPECT_EQ(verify_receipt(*again, "yakuba/nagi", key.public_key).error().code, "log.receipt");
  std::string text = write_receipt(receipt);
  for (std::size_t cut = 0; cut < text.size(); cut += 7) {
    auto part = parse_receipt(text.substr(0, cut));
    EXPECT_FALSE(part && verify_receipt(*part, "yakuba/nagi", key.public_key)) << cut;
  }
}

}  // namespace
}  // namespace yakuba::log
