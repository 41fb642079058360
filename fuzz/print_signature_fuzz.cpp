// Any bytes may be given to the verifier of seals and to the reader of attachments: no crash, and nothing but our own
// signatures is genuine.
#include <cstdint>

#include "print/document.hpp"
#include "print/sign.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const yakuba::BytesView bytes(data, size);
  const auto report = yakuba::print::verify_signature(bytes);
  if (!report) __builtin_trap();
  (void)yakuba::print::attachment_of(bytes, "document.json");
  return 0;
}
