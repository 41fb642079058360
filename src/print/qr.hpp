// 2D codes (QR Code model 2, ISO/IEC 18004) as a matrix of modules or as SVG. Pure.
//
//   QrMatrix code = TRY(encode_qr("https://nagi.example.jp/verify/3f8k…"));
//   std::string svg = qr_svg(code, "この文書を確かめるコード");   // with <title>, role="img", the quiet zone of 4
//   modules
//
// Bytes are encoded in byte mode as UTF-8. Errors: print.code_too_long (`invalid`).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace yakuba::print {

inline constexpr std::size_t code_bytes_max = 1273;  // version 40, level H

enum class QrCorrection { low, medium, quartile, high };  // 7, 15, 25, 30 % of the code words may be lost

struct QrMatrix {
  int width = 0;           // modules a side, without the quiet zone
  std::vector<bool> dark;  // width × width, row by row
  int height() const { return width; }
  bool at(int column, int row) const { return dark[static_cast<std::size_t>(row) * width + column]; }
  bool operator==(const QrMatrix&) const = default;
};

Result<QrMatrix> encode_qr(std::string_view text, QrCorrection correction = QrCorrection::medium);
std::string qr_svg(const QrMatrix& code, std::string_view title);

}  // namespace yakuba::print
