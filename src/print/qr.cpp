#include "print/qr.hpp"

#include <cerrno>
#include <memory>

#include <fmt/format.h>
#include <qrencode.h>

#include "base/xml.hpp"

namespace yakuba::print {

Result<QrMatrix> encode_qr(std::string_view text, QrCorrection correction) {
  if (text.empty()) return fail(ErrorKind::invalid, "print.code_empty");
  if (text.size() > code_bytes_max)
    return fail(ErrorKind::invalid, "print.code_too_long", fmt::format("{} bytes", text.size()));
  constexpr QRecLevel levels[] = {QR_ECLEVEL_L, QR_ECLEVEL_M, QR_ECLEVEL_Q, QR_ECLEVEL_H};
  std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
      QRcode_encodeData(static_cast<int>(text.size()), reinterpret_cast<const unsigned char*>(text.data()), 0,
                        levels[static_cast<int>(correction)]),
      QRcode_free);
  if (!code) return fail(ErrorKind::invalid, "print.code_too_long", fmt::format("qrencode: errno {}", errno));
  QrMatrix matrix{.width = code->width, .dark = {}};
  const auto modules = static_cast<std::size_t>(code->width) * static_cast<std::size_t>(code->width);
  matrix.dark.reserve(modules);
  for (std::size_t i = 0; i < modules; ++i) matrix.dark.push_back((code->data[i] & 1) != 0);
  return matrix;
}

std::string qr_svg(const QrMatrix& code, std::string_view title) {
  const int side = code.width + 8;  // quiet zone of 4 modules on each side (ISO/IEC 18004 §5.3.8)
  std::string out = fmt::format(
      R"(<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {0} {0}" shape-rendering="crispEdges">)"
      R"(<title>{1}</title><path fill="#fff" d="M0 0h{0}v{0}H0z"/><path d=")",
      side, xml_attribute(title));
  for (int row = 0; row < code.width; ++row) {
    for (int column = 0; column < code.width;) {
      int run = 0;
      while (column + run < code.width && code.at(column + run, row)) ++run;
      if (run > 0) out += fmt::format("M{} {}h{}v1h-{}z", column + 4, row + 4, run, run);
      column += run > 0 ? run : 1;
    }
  }
  return out + R"("/></svg>)";
}

}  // namespace yakuba::print
