// Files that office software wrote: the staff list of 4月1日 and the register's copy. Any bytes, never a crash; a copy
// that is read whole comes out and in again equal. The first byte chooses the reader.
#include <cstdint>
#include <cstdlib>

#include "base/text.hpp"
#include "hall/people/copy.hpp"
#include "hall/section/csv.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yakuba;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 2 == 0) {
    if (const auto rows = section::read_csv(text))
      for (const section::CsvRow& row : *rows)
        for (const std::string& cell : row.cells)
          if (row.line < 1 || !is_utf8(cell)) std::abort();
    return 0;
  }
  // Files one behind the other, each after a line "== name".
  people::CopyFiles files;
  std::string* file = nullptr;
  for (const std::string_view line : split(text, '\n')) {
    if (line.starts_with("== "))
      file = &files[std::string(line.substr(3))];
    else if (file)
      *file += std::string(line) + "\n";
  }
  std::vector<people::CopyFault> faults;
  const auto copy = people::read_copy(files, faults);
  if (!copy && faults.empty()) std::abort();
  if (!copy) return 0;
  std::vector<people::CopyFault> none;
  const auto again = people::read_copy(people::write_copy(*copy), none);
  if (!again || *again != *copy) std::abort();
  return 0;
}
