// What an uploaded file is, and what it may be called.
#include "base/text.hpp"
#include "web/request.hpp"

namespace yakuba::web {

namespace {

struct Magic {
  FileKind kind;
  std::size_t offset;
  std::string_view bytes;
};
using namespace std::string_view_literals;
constexpr Magic magics[] = {
    {FileKind::pdf, 0, "%PDF-"sv},         {FileKind::png, 0, "\x89PNG\r\n\x1a\n"sv},
    {FileKind::jpeg, 0, "\xff\xd8\xff"sv}, {FileKind::heic, 4, "ftypheic"sv},
    {FileKind::heic, 4, "ftypheix"sv},     {FileKind::heic, 4, "ftypheim"sv},
    {FileKind::heic, 4, "ftypmif1"sv},     {FileKind::heic, 4, "ftypmsf1"sv},
    {FileKind::heic, 4, "ftyphevc"sv},     {FileKind::gif, 0, "GIF87a"sv},
    {FileKind::gif, 0, "GIF89a"sv},        {FileKind::tiff, 0, "II*\0"sv},
    {FileKind::tiff, 0, "MM\0*"sv},        {FileKind::zip, 0, "PK\x03\x04"sv},
    {FileKind::zip, 0, "PK\x05\x06"sv},
};

constexpr std::pair<FileKind, std::string_view> media_types[] = {
    {FileKind::pdf, "application/pdf"},
    {FileKind::png, "image/png"},
    {FileKind::jpeg, "image/jpeg"},
    {FileKind::heic, "image/heic"},
    {FileKind::webp, "image/webp"},
    {FileKind::gif, "image/gif"},
    {FileKind::tiff, "image/tiff"},
    {FileKind::zip, "application/zip"},
    {FileKind::xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {FileKind::docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {FileKind::text, "text/plain; charset=utf-8"}};

// Office files are zip archives whose first entries have telling names.
FileKind kind_of_zip(std::string_view bytes) {
  if (bytes.find("[Content_Types].xml") == std::string_view::npos &&
      bytes.find("_rels/.rels") == std::string_view::npos)
    return FileKind::zip;
  if (bytes.find("xl/") != std::string_view::npos) return FileKind::xlsx;
  if (bytes.find("word/") != std::string_view::npos) return FileKind::docx;
  return FileKind::zip;
}

bool looks_like_text(std::string_view bytes) {
  if (bytes.empty()) return false;
  // The sample may end inside a character: drop at most three trailing bytes of an unfinished one.
  for (int dropped = 0; dropped < 4; ++dropped) {
    const auto sample = bytes.substr(0, bytes.size() - std::min<std::size_t>(dropped, bytes.size()));
    if (!sample.empty() && is_utf8(sample)) return !has_control_characters(sample);
  }
  return false;
}

// Characters that change the order or hide what follows (Unicode UAX 9), and byte order marks.
bool is_treacherous(std::string_view utf8) {
  return utf8 == "\u200e" || utf8 == "\u200f" || (utf8 >= "\u202a" && utf8 <= "\u202e") ||
         (utf8 >= "\u2066" && utf8 <= "\u2069") || utf8 == "\ufeff";
}

std::size_t character_length(unsigned char lead) {
  return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

constexpr std::size_t file_name_bytes_max = 200;

// Shortened between characters, keeping the ending.
std::string shorten(std::string name) {
  if (name.size() <= file_name_bytes_max) return name;
  const auto dot = name.rfind('.');
  std::string ending = dot == std::string::npos || name.size() - dot > 12 ? "" : name.substr(dot);
  std::size_t cut = file_name_bytes_max - ending.size();
  while (cut > 0 && (static_cast<unsigned char>(name[cut]) & 0xC0) == 0x80) --cut;
  return name.substr(0, cut) + ending;
}

}  // namespace

std::string_view media_type(FileKind kind) {
  for (const auto& [k, type] : media_types)
    if (k == kind) return type;
  return "application/octet-stream";
}

FileKind sniff(std::string_view first_bytes) {
  if (first_bytes.starts_with("RIFF") && first_bytes.size() >= 12 && first_bytes.substr(8, 4) == "WEBP")
    return FileKind::webp;
  for (const auto& magic : magics)
    if (first_bytes.size() >= magic.offset && first_bytes.substr(magic.offset).starts_with(magic.bytes))
      return magic.kind == FileKind::zip ? kind_of_zip(first_bytes) : magic.kind;
  return looks_like_text(first_bytes) ? FileKind::text : FileKind::unknown;
}

std::string clean_file_name(std::string_view name) {
  if (!is_utf8(name)) return "file";
  if (const auto slash = name.find_last_of("/\\"); slash != std::string_view::npos) name.remove_prefix(slash + 1);
  const std::string composed = nfc(name);
  std::string out;
  for (std::size_t i = 0; i < composed.size();) {
    const auto length = character_length(static_cast<unsigned char>(composed[i]));
    const auto character = std::string_view(composed).substr(i, length);
    i += length;
    if (has_control_characters(character) || character == "\n" || character == "\r" || character == "\t") continue;
    if (is_treacherous(character) || std::string_view("<>:\"|?*").find(character) != std::string_view::npos) continue;
    out += character;
  }
  while (!out.empty() && (out.front() == '.' || out.front() == ' ')) out.erase(0, 1);
  while (!out.empty() && (out.back() == '.' || out.back() == ' ')) out.pop_back();
  return out.empty() ? "file" : shorten(std::move(out));
}

}  // namespace yakuba::web
