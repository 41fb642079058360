#include "connect/mail_server.hpp"

#include "base/text.hpp"

namespace yakuba::connect {

Result<MailServer> parse_mail_server(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return fail(ErrorKind::invalid, "mail.server", "not smtp://host:port");
  const std::string_view name = url.substr(0, scheme);
  MailServer server;
  if (name == "smtps")
    server.tls = MailServer::Tls::implicit, server.port = 465;
  else if (name == "smtp+starttls")
    server.tls = MailServer::Tls::start_tls, server.port = 587;
  else if (name != "smtp")
    return fail(ErrorKind::invalid, "mail.server", "smtp, smtp+starttls or smtps");
  url.remove_prefix(scheme + 3);
  if (url.ends_with('/')) url.remove_suffix(1);
  const std::size_t colon = url.rfind(':');
  server.host = url.substr(0, colon);
  if (colon != std::string_view::npos) {
    const auto port = parse_integer(url.substr(colon + 1));
    if (!port || *port < 1 || *port > 65'535) return fail(ErrorKind::invalid, "mail.server", "the port is no port");
    server.port = static_cast<int>(*port);
  }
  if (server.host.empty()) return fail(ErrorKind::invalid, "mail.server", "no host");
  return server;
}

}  // namespace yakuba::connect
