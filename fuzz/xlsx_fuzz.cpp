// Any bytes as a workbook: sheets or an error that names its place, never a crash. What is read becomes a model or an
// error, and the sheets that are read come back the same when they are written. Bytes that are no archive are taken as
// the XML of a sheet, so that the fuzzer need not learn ZIP first.
#include <cstdlib>
#include <string_view>

#include "dmn/xlsx.hpp"
#include "dmn/zip_archive.hpp"

namespace {

using namespace yakuba::dmn::drg;

constexpr XlsxLimits limits{
    .unpacked_bytes_max = 1024 * 1024, .elements_max = 20'000, .sheet = {.rows_max = 5'000, .cells_max = 50'000}};

std::string around(std::string_view sheet) {
  const std::string office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const auto relation = [&](std::string_view id, std::string_view kind, std::string_view target) {
    return "<Relationship Id='" + std::string(id) + "' Type='" + office + "/" + std::string(kind) + "' Target='" +
           std::string(target) + "'/>";
  };
  return *write_zip(
      {{"_rels/.rels", "<Relationships>" + relation("a", "officeDocument", "w.xml") + "</Relationships>"},
       {"w.xml", "<workbook xmlns:r='" + office + "'><sheets><sheet name='判定' r:id='s'/></sheets></workbook>"},
       {"_rels/w.xml.rels", "<Relationships>" + relation("s", "worksheet", "s.xml") + relation("t", "styles", "t.xml") +
                                "</Relationships>"},
       {"t.xml", "<styleSheet><cellXfs><xf/><xf numFmtId='14'/><xf numFmtId='22'/></cellXfs></styleSheet>"},
       {"s.xml", std::string(sheet)}});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto book = from_xlsx(text.starts_with("PK") ? std::string(text) : around(text), "fuzz.xlsx", limits);
  if (!book) {
    if (book.error().code.empty() || book.error().place.file.empty()) std::abort();
    return 0;
  }
  const auto model = from_sheets(book->sheets, "fuzz.xlsx");
  if (!model && model.error().code.empty()) std::abort();
  if (book->sheets.empty()) return 0;
  const auto written = to_xlsx(book->sheets);
  if (!written) return 0;  // a text that is too long for a cell
  const auto again = from_xlsx(*written, "again.xlsx");
  if (!again || again->sheets != book->sheets) std::abort();
  return 0;
}
