// What one side tells the other about links and reads.
#include "hall/access/accounts.hpp"
#include "hall/access/parts.hpp"
#include "hall/hall.hpp"
#include "hall/module.hpp"

namespace yakuba::access {

std::vector<hall::Receiver> receivers() {
  auto of = [](std::string kind, web::Side side, auto receive) {
    return hall::Receiver{std::move(kind), side,
                          [receive](hall::Hall& hall, store::Tx& tx, const store::Town& town,
                                    const hall::Message& message) { return receive(hall, tx, town, message.payload); }};
  };
  return {of("access.link-offered", web::Side::public_side, receive_offer),
          of("access.link-redeemed", web::Side::office_side, receive_redeemed),
          of("access.link-ended", web::Side::public_side, receive_ended),
          of("access.link-renounced", web::Side::office_side, receive_renounced),
          of("access.read-released", web::Side::public_side, receive_read)};
}

}  // namespace yakuba::access
