// Whatever stands in the parts of a mail, a message that is built has exactly the header fields we wrote.
#include <cstdint>
#include <string>

#include "connect/mail.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t third = size / 3;
  yakuba::connect::Mail mail{.from = {"a@b.example", std::string(text.substr(0, third))},
                             .to = {"c@d.example", ""},
                             .subject = std::string(text.substr(third, third)),
                             .text = std::string(text.substr(2 * third)),
                             .message_id = "x@b.example"};
  if (const auto address = yakuba::connect::parse_mail_address(text.substr(0, third))) mail.to = *address;
  const auto message = yakuba::connect::build_message(mail);
  if (!message) return 0;
  int fields = 0;
  std::size_t at = 0;
  while (true) {
    const std::size_t end = message->find("\r\n", at);
    if (end == std::string::npos) __builtin_trap();
    if (end == at) break;
    if ((*message)[at] != ' ') ++fields;
    for (std::size_t i = at; i < end; ++i)
      if (static_cast<unsigned char>((*message)[i]) < 0x20 || static_cast<unsigned char>((*message)[i]) > 0x7E)
        __builtin_trap();
    at = end + 2;
  }
  if (fields != 9)
    __builtin_trap();  // From To Subject Date Message-ID MIME-Version Auto-Submitted Content-Type -Encoding
  return 0;
}
