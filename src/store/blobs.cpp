#include "store/blobs.hpp"

#include <algorithm>

#include "base/id.hpp"
#include "store/file.hpp"

namespace yakuba::store {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view magic = "YKB1";
constexpr std::size_t seal_bytes = 28;  // 12 nonce, 16 tag

std::string context_of(const std::string& town, const std::string& id, std::uint64_t number, bool last) {
  return "blob|" + town + "|" + id + "|" + std::to_string(number) + (last ? "|last" : "|more");
}

std::unexpected<Error> damaged(const char* detail) {
  return fail(ErrorKind::corrupt, "store.blob", detail);
}

}  // namespace

struct BlobWriter::State {
  std::string town, id;
  fs::path path;
  Key256 key;
  RandomSource* random;
  std::int64_t bytes_max;
  File file;
  Bytes buffer;
  std::uint64_t number = 0;
  std::int64_t bytes = 0;
  Digest digest;
  bool finished = false;

  fs::path part() const { return fs::path(path) += ".part"; }

  Result<> flush(bool last) {
    Bytes box = TRY(seal(key, *random, buffer, context_of(town, id, number++, last)));
    buffer.clear();
    return file.write(box);
  }
  ~State() {
    std::error_code ignored;
    if (!finished) fs::remove(part(), ignored);
  }
};

BlobWriter::BlobWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
BlobWriter::BlobWriter(BlobWriter&&) noexcept = default;
BlobWriter& BlobWriter::operator=(BlobWriter&&) noexcept = default;
BlobWriter::~BlobWriter() = default;

const std::string& BlobWriter::id() const {
  return state_->id;
}

Result<> BlobWriter::write(BytesView bytes) {
  State& s = *state_;
  s.bytes += static_cast<std::int64_t>(bytes.size());
  if (s.bytes > s.bytes_max) return fail(ErrorKind::too_large, "store.blob_size", "the file is larger than allowed");
  s.digest.update(bytes);
  while (!bytes.empty()) {
    if (s.buffer.size() == blob_chunk_bytes) TRY(s.flush(false));
    const std::size_t take = std::min(bytes.size(), blob_chunk_bytes - s.buffer.size());
    s.buffer.insert(s.buffer.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(take));
    bytes = bytes.subspan(take);
  }
  return {};
}

Result<BlobInfo> BlobWriter::finish() {
  State& s = *state_;
  TRY(s.flush(true));
  TRY(s.file.sync());
  std::error_code error;
  fs::rename(s.part(), s.path, error);
  if (error) return fail(ErrorKind::unavailable, "store.disk", "the blob cannot be put in place: " + error.message());
  s.finished = true;
  TRY(sync_folder(s.path.parent_path()));
  TRY(sync_folder(s.path.parent_path().parent_path()));
  return BlobInfo{s.id, s.bytes, s.digest.finish()};
}

fs::path Blobs::path_of(std::string_view id) const {
  return folder_ / id.substr(0, 2) / id;
}

Result<BlobWriter> Blobs::begin(const Key256& key, std::int64_t bytes_max) const {
  const std::string id = PublicId::random(*random_).text();
  const fs::path path = path_of(id);
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) return fail(ErrorKind::unavailable, "store.disk", "the folder of blobs: " + error.message());
  File file = TRY(File::open(fs::path(path) += ".part", File::Mode::create));
  TRY(file.write(view(magic)));
  auto state = std::unique_ptr<BlobWriter::State>(new BlobWriter::State{
      town_, id, path, key, random_, std::min(bytes_max, blob_bytes_max), std::move(file), {}, 0, 0, {}, false});
  state->buffer.reserve(blob_chunk_bytes);
  return BlobWriter(std::move(state));
}

Result<BlobInfo> Blobs::put(BytesView bytes, const Key256& key) const {
  BlobWriter writer = TRY(begin(key));
  TRY(writer.write(bytes));
  return writer.finish();
}

Result<> Blobs::read(const BlobInfo& info, const Key256& key, const std::function<Result<>(BytesView)>& take) const {
  if (!PublicId::parse(info.id)) return fail(ErrorKind::not_found, "store.blob", "no such blob");
  auto opened = File::open(path_of(info.id), File::Mode::read);
  if (!opened) {
    if (opened.error().kind == ErrorKind::not_found)
      return fail(ErrorKind::not_found, "store.blob", "the file of the blob is missing");
    return std::unexpected(std::move(opened).error());
  }
  Bytes head(magic.size());
  if (TRY(opened->read(head)) != head.size() || text_view(head) != magic) return damaged("not a blob");
  Digest digest;
  std::int64_t bytes = 0;
  Bytes current(blob_chunk_bytes + seal_bytes), following(blob_chunk_bytes + seal_bytes);
  std::size_t size = TRY(opened->read(current));
  for (std::uint64_t number = 0;; ++number) {
    const std::size_t next_size = size == current.size() ? TRY(opened->read(following)) : 0;
    const bool last = next_size == 0;
    auto plain = unseal(key, BytesView(current).first(size), context_of(town_, info.id, number, last));
    if (!plain) return damaged("the file was changed, cut, or belongs to another key or town");
    digest.update(*plain);
    bytes += static_cast<std::int64_t>(plain->size());
    TRY(take(*plain));
    if (last) break;
    std::swap(current, following);
    size = next_size;
  }
  if (bytes != info.bytes || digest.finish() != info.sha256) return damaged("the file is not the one of its row");
  return {};
}

Result<Bytes> Blobs::get(const BlobInfo& info, const Key256& key) const {
  Bytes all;
  all.reserve(static_cast<std::size_t>(std::clamp<std::int64_t>(info.bytes, 0, blob_bytes_max)));
  TRY(read(info, key, [&](BytesView chunk) -> Result<> {
    all.insert(all.end(), chunk.begin(), chunk.end());
    return {};
  }));
  return all;
}

Result<> Blobs::remove(std::string_view id) const {
  if (!PublicId::parse(id)) return {};
  std::error_code error;
  fs::remove(path_of(id), error);
  if (error) return fail(ErrorKind::unavailable, "store.disk", "the blob cannot be removed: " + error.message());
  return sync_folder(path_of(id).parent_path());
}

}  // namespace yakuba::store
