#include "dmn/zip_archive.hpp"

#include <zip.h>

namespace yakuba::dmn::drg {
namespace {

std::unexpected<Error> wrong(std::string code, std::string detail) {
  return fail(ErrorKind::invalid, std::move(code), std::move(detail));
}

struct FileClose {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};
struct SourceFree {
  void operator()(zip_source_t* source) const { zip_source_free(source); }
};

}  // namespace

void ZipReader::Discard::operator()(zip* archive) const {
  zip_discard(archive);
}

Result<ZipReader> ZipReader::open(std::string_view bytes, const ZipLimits& limits) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* archive = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : nullptr;
  if (!archive) {
    const std::string why = zip_error_strerror(&error);
    if (source) zip_source_free(source);
    zip_error_fini(&error);
    return wrong("zip.unreadable", why);
  }
  zip_error_fini(&error);
  ZipReader out;
  out.archive_.reset(archive);
  out.left_bytes_ = limits.unpacked_bytes_max;
  if (static_cast<std::size_t>(zip_get_num_entries(archive, 0)) > limits.parts_max)
    return wrong("zip.too_many", "more than " + std::to_string(limits.parts_max) + " parts");
  return out;
}

bool ZipReader::has(const std::string& part) const {
  return zip_name_locate(archive_.get(), part.c_str(), 0) >= 0;
}

std::vector<std::string> ZipReader::names() const {
  std::vector<std::string> out;
  const zip_int64_t count = zip_get_num_entries(archive_.get(), 0);
  for (zip_int64_t i = 0; i < count; ++i)
    if (const char* name = zip_get_name(archive_.get(), static_cast<zip_uint64_t>(i), 0)) out.emplace_back(name);
  return out;
}

Result<std::string> ZipReader::read(const std::string& part) {
  zip_stat_t stat;
  if (zip_stat(archive_.get(), part.c_str(), 0, &stat) != 0) return wrong("zip.no_part", part);
  // The size that the archive names is believed only as a first look: reading stops at the limit, too.
  if ((stat.valid & ZIP_STAT_SIZE) != 0 && stat.size > left_bytes_) return wrong("zip.too_large", part);
  const std::unique_ptr<zip_file_t, FileClose> file(zip_fopen(archive_.get(), part.c_str(), 0));
  if (!file) return wrong("zip.damaged", part);
  std::string out;
  std::vector<char> chunk(64 * 1024);
  while (true) {
    const zip_int64_t got = zip_fread(file.get(), chunk.data(), chunk.size());
    if (got < 0) return wrong("zip.damaged", part);
    if (got == 0) break;
    if (static_cast<std::size_t>(got) > left_bytes_) return wrong("zip.too_large", part);
    left_bytes_ -= static_cast<std::size_t>(got);
    out.append(chunk.data(), static_cast<std::size_t>(got));
  }
  return out;
}

Result<std::string> write_zip(const std::vector<ZipPart>& parts) {
  zip_error_t error;
  zip_error_init(&error);
  const std::unique_ptr<zip_source_t, SourceFree> source(zip_source_buffer_create(nullptr, 0, 0, &error));
  const auto failed = [&] {
    const std::string why = zip_error_strerror(&error);
    zip_error_fini(&error);
    return wrong("zip.unwritable", why);
  };
  if (!source) return failed();
  zip_source_keep(source.get());  // one for the archive, one to read what was written
  zip_t* archive = zip_open_from_source(source.get(), ZIP_CREATE | ZIP_TRUNCATE, &error);
  if (!archive) {
    zip_source_free(source.get());
    return failed();
  }
  for (const ZipPart& part : parts) {
    zip_source_t* bytes = zip_source_buffer(archive, part.bytes.data(), part.bytes.size(), 0);
    const zip_int64_t index = bytes ? zip_file_add(archive, part.name.c_str(), bytes, ZIP_FL_ENC_UTF_8) : -1;
    if (index < 0) {
      if (bytes) zip_source_free(bytes);
      zip_discard(archive);
      return wrong("zip.unwritable", part.name);
    }
    // The first day that the format knows: there is no clock here, and the same parts give the same bytes.
    zip_file_set_dostime(archive, static_cast<zip_uint64_t>(index), 0, 0x21, 0);
  }
  if (zip_close(archive) != 0) {
    zip_discard(archive);
    return wrong("zip.unwritable", "the archive cannot be closed");
  }
  zip_stat_t stat;
  zip_stat_init(&stat);
  if (zip_source_stat(source.get(), &stat) != 0 || zip_source_open(source.get()) != 0)
    return wrong("zip.unwritable", "the archive cannot be read back");
  std::string out(stat.size, '\0');
  const zip_int64_t got = zip_source_read(source.get(), out.data(), out.size());
  zip_source_close(source.get());
  zip_error_fini(&error);
  if (got != static_cast<zip_int64_t>(out.size())) return wrong("zip.unwritable", "the archive cannot be read back");
  return out;
}

}  // namespace yakuba::dmn::drg
