// From bytes of the network to a web::Request: heads checked, bodies bounded, uploads on disk. Inside edge/ only.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "edge/server.hpp"
#include "web/multipart.hpp"

namespace yakuba::edge {

// Is this head safe to hand to a parser? No bare CR or LF, no NUL, no folded line, no white space before a colon:
// what two parsers could read differently is refused (RFC 9112 §2.2, §5.1, §5.2, §11.2).
bool head_is_strict(std::string_view head);

class TrustedProxies {
 public:
  static Result<TrustedProxies> parse(const std::vector<std::string>& addresses);
  bool contains(std::string_view address) const;

 private:
  struct Network {
    std::vector<unsigned char> bytes;  // 4 or 16
    int bits = 0;
  };
  static std::optional<Network> network(std::string_view text);
  std::vector<Network> networks_;
};

// The client's address and whether it came over TLS: from the socket, or from the headers of a trusted proxy. The
// forwarding headers of anybody else are removed.
void apply_proxy_headers(web::Request& request, const TrustedProxies& proxies);

// Host header → host without port, lower case; nothing when it is no host.
std::optional<std::string> host_of(std::string_view authority);

// Where a body goes as it arrives.
class BodyIntake {
 public:
  virtual ~BodyIntake() = default;
  virtual Result<void> bytes(std::string_view piece) = 0;
  virtual Result<void> finish(web::Request& request) = 0;
};
// By content type: multipart on disk, urlencoded into form, anything else into body.
Result<std::unique_ptr<BodyIntake>> intake_for(const web::Request& request, const Limits& limits,
                                               const std::string& spool_folder);

}  // namespace yakuba::edge
