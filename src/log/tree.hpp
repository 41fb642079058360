// The Merkle tree of RFC 6962 and RFC 9162 §2.1: a leaf is SHA-256(0x00 ‖ bytes), a node SHA-256(0x01 ‖ left ‖ right),
// the root of an empty tree SHA-256(""). Pure: no disk.
//
//   Frontier tree;                                   // O(log n) memory: appends and tells the root
//   tree.append(leaf_hash(view("first")));
//   Proof proof = TRY(inclusion_proof(3, tree_size, nodes));
//   verify_inclusion(3, tree_size, leaf, proof, root)   // true
//
// Indexes count from 0: the event with sequence s is leaf s − 1.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/result.hpp"

namespace yakuba::log {

using Proof = std::vector<Hash>;

Hash leaf_hash(BytesView bytes);
Hash node_hash(const Hash& left, const Hash& right);
Hash empty_root();

// The right edge of a growing tree: the roots of its perfect subtrees, largest first. Regular value, at most 64 hashes.
class Frontier {
 public:
  // Told of each perfect node of level ≥ 1 that becomes complete (to store the nodes that make proofs cheap).
  using Completed = std::function<void(unsigned level, std::uint64_t index, const Hash& hash)>;

  std::uint64_t size() const { return size_; }
  Hash root() const;
  void append(const Hash& leaf, const Completed& completed = {}) { append_subtree(0, leaf, completed); }
  // A perfect subtree of 2^level leaves; size() must be a multiple of 2^level.
  void append_subtree(unsigned level, const Hash& hash, const Completed& completed = {});
  bool operator==(const Frontier&) const = default;

 private:
  struct Peak {
    unsigned level;
    Hash hash;
    bool operator==(const Peak&) const = default;
  };
  std::uint64_t size_ = 0;
  std::vector<Peak> peaks_;
};

// Gives the root of the perfect subtree of 2^level leaves starting at index · 2^level.
using PerfectNodes = std::function<Result<Hash>(unsigned level, std::uint64_t index)>;

Result<Hash> root_of(std::uint64_t size, const PerfectNodes& nodes);
Result<Proof> inclusion_proof(std::uint64_t index, std::uint64_t size, const PerfectNodes& nodes);
Result<Proof> consistency_proof(std::uint64_t first, std::uint64_t second, const PerfectNodes& nodes);

bool verify_inclusion(std::uint64_t index, std::uint64_t size, const Hash& leaf, const Proof& proof, const Hash& root);
bool verify_consistency(std::uint64_t first, std::uint64_t second, const Hash& first_root, const Hash& second_root,
                        const Proof& proof);

// All leaves in memory: for tests, small logs and the verifier.
class MemoryTree {
 public:
  void append(const Hash& leaf);
  std::uint64_t size() const { return levels_.empty() ? 0 : levels_.front().size(); }
  PerfectNodes nodes() const;  // a view of this tree; must not outlive it

 private:
  std::vector<std::vector<Hash>> levels_;
};

}  // namespace yakuba::log
