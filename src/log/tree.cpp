#include "log/tree.hpp"

#include <bit>

namespace yakuba::log {
namespace {

// RFC 9162 §2.1.1: k is the largest power of two smaller than n (n ≥ 2).
std::uint64_t split_of(std::uint64_t n) {
  return std::bit_floor(n - 1);
}

// The root of leaves [begin, end); begin is a multiple of the size of every perfect part, as in the RFC's recursion.
Result<Hash> range_root(std::uint64_t begin, std::uint64_t end, const PerfectNodes& nodes) {
  const std::uint64_t n = end - begin;
  if (std::has_single_bit(n)) {
    const auto level = static_cast<unsigned>(std::countr_zero(n));
    return nodes(level, begin >> level);
  }
  const std::uint64_t k = split_of(n);
  Hash left = TRY(range_root(begin, begin + k, nodes));
  Hash right = TRY(range_root(begin + k, end, nodes));
  return node_hash(left, right);
}

// RFC 9162 §2.1.3.1 PATH(m, D[begin:end]).
Result<> path(std::uint64_t m, std::uint64_t begin, std::uint64_t end, const PerfectNodes& nodes, Proof& proof) {
  if (end - begin <= 1) return {};
  const std::uint64_t k = split_of(end - begin);
  if (m < k) {
    TRY(path(m, begin, begin + k, nodes, proof));
    proof.push_back(TRY(range_root(begin + k, end, nodes)));
  } else {
    TRY(path(m - k, begin + k, end, nodes, proof));
    proof.push_back(TRY(range_root(begin, begin + k, nodes)));
  }
  return {};
}

// RFC 9162 §2.1.4.1 SUBPROOF(m, D[begin:end], whole).
Result<> subproof(std::uint64_t m, std::uint64_t begin, std::uint64_t end, bool whole, const PerfectNodes& nodes,
                  Proof& proof) {
  const std::uint64_t n = end - begin;
  if (m == n) {
    if (!whole) proof.push_back(TRY(range_root(begin, end, nodes)));
    return {};
  }
  const std::uint64_t k = split_of(n);
  if (m <= k) {
    TRY(subproof(m, begin, begin + k, whole, nodes, proof));
    proof.push_back(TRY(range_root(begin + k, end, nodes)));
  } else {
    TRY(subproof(m - k, begin + k, end, false, nodes, proof));
    proof.push_back(TRY(range_root(begin, begin + k, nodes)));
  }
  return {};
}

}  // namespace

Hash leaf_hash(BytesView bytes) {
  Bytes message;
  message.reserve(bytes.size() + 1);
  message.push_back(0x00);
  message.insert(message.end(), bytes.begin(), bytes.end());
  return sha256(BytesView(message));
}

Hash node_hash(const Hash& left, const Hash& right) {
  std::array<std::uint8_t, 65> message;
  message[0] = 0x01;
  std::copy(left.begin(), left.end(), message.begin() + 1);
  std::copy(right.begin(), right.end(), message.begin() + 33);
  return sha256(BytesView(message));
}

Hash empty_root() {
  return sha256(BytesView());
}

Hash Frontier::root() const {
  if (peaks_.empty()) return empty_root();
  Hash root = peaks_.back().hash;
  for (std::size_t i = peaks_.size() - 1; i-- > 0;) root = node_hash(peaks_[i].hash, root);
  return root;
}

void Frontier::append_subtree(unsigned level, const Hash& hash, const Completed& completed) {
  Peak peak{level, hash};
  const std::uint64_t start = size_ >> level;  // index at its level
  size_ += std::uint64_t{1} << level;
  std::uint64_t index = start;
  if (completed && level > 0) completed(level, index, hash);
  while (!peaks_.empty() && peaks_.back().level == peak.level) {
    peak = {peak.level + 1, node_hash(peaks_.back().hash, peak.hash)};
    peaks_.pop_back();
    index >>= 1;
    if (completed) completed(peak.level, index, peak.hash);
  }
  peaks_.push_back(peak);
}

Result<Hash> root_of(std::uint64_t size, const PerfectNodes& nodes) {
  if (size == 0) return empty_root();
  return range_root(0, size, nodes);
}

Result<Proof> inclusion_proof(std::uint64_t index, std::uint64_t size, const PerfectNodes& nodes) {
  if (index >= size) return fail(ErrorKind::invalid, "log.proof", "the index is outside the tree");
  Proof proof;
  TRY(path(index, 0, size, nodes, proof));
  return proof;
}

Result<Proof> consistency_proof(std::uint64_t first, std::uint64_t second, const PerfectNodes& nodes) {
  if (first > second) return fail(ErrorKind::invalid, "log.proof", "the first tree is larger than the second");
  Proof proof;
  if (first == 0 || first == second) return proof;
  TRY(subproof(first, 0, second, true, nodes, proof));
  return proof;
}

// RFC 9162 §2.1.3.2.
bool verify_inclusion(std::uint64_t index, std::uint64_t size, const Hash& leaf, const Proof& proof, const Hash& root) {
  if (index >= size) return false;
  std::uint64_t fn = index, sn = size - 1;
  Hash r = leaf;
  for (const Hash& p : proof) {
    if (sn == 0) return false;
    if ((fn & 1) || fn == sn) {
      r = node_hash(p, r);
      if (!(fn & 1)) {
        do {
          fn >>= 1;
          sn >>= 1;
        } while (!(fn & 1) && fn != 0);
      }
    } else {
      r = node_hash(r, p);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && r == root;
}

// RFC 9162 §2.1.4.2.
bool verify_consistency(std::uint64_t first, std::uint64_t second, const Hash& first_root, const Hash& second_root,
                        const Proof& proof) {
  if (first > second) return false;
  if (first == second) return proof.empty() && first_root == second_root;
  if (first == 0) return proof.empty() && first_root == empty_root();
  Proof path = proof;
  if (std::has_single_bit(first)) path.insert(path.begin(), first_root);
  if (path.empty()) return false;
  std::uint64_t fn = first - 1, sn = second - 1;
  while (fn & 1) {
    fn >>= 1;
    sn >>= 1;
  }
  Hash fr = path.front(), sr = path.front();
  for (std::size_t i = 1; i < path.size(); ++i) {
    if (sn == 0) return false;
    const Hash& c = path[i];
    if ((fn & 1) || fn == sn) {
      fr = node_hash(c, fr);
      sr = node_hash(c, sr);
      while (!(fn & 1) && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      sr = node_hash(sr, c);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && fr == first_root && sr == second_root;
}

void MemoryTree::append(const Hash& leaf) {
  if (levels_.empty()) levels_.emplace_back();
  levels_[0].push_back(leaf);
  for (std::size_t level = 0; levels_[level].size() % 2 == 0; ++level) {
    const auto& row = levels_[level];
    const Hash parent = node_hash(row[row.size() - 2], row.back());
    if (levels_.size() == level + 1) levels_.emplace_back();
    levels_[level + 1].push_back(parent);
  }
}

PerfectNodes MemoryTree::nodes() const {
  return [this](unsigned level, std::uint64_t index) -> Result<Hash> {
    if (level >= levels_.size() || index >= levels_[level].size()) {
      return fail(ErrorKind::invalid, "log.proof", "the node is outside the tree");
    }
    return levels_[level][index];
  };
}

}  // namespace yakuba::log
