#include <charconv>

#include "faults/relay/relay.hpp"

namespace seawall::relay {

std::string to_text(const Endpoint& endpoint) {
  const bool is_v6 = endpoint.host.find(':') != std::string::npos;
  const std::string host = is_v6 ? "[" + endpoint.host + "]" : endpoint.host;
  return host + ":" + std::to_string(endpoint.port);
}

base::expected<Endpoint, std::string> parse_endpoint(std::string_view text) {
  const auto failed = [&](const char* why) {
    return base::unexpected("'" + std::string(text) + "' is no address: " + why +
                            ", as in 127.0.0.1:8080, localhost:8080, [::1]:8080 or :8080");
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return failed("expected HOST:PORT");
  std::string_view host = text.substr(0, colon);
  const std::string_view number = text.substr(colon + 1);
  const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (!bracketed && host.find(':') != std::string_view::npos)
    return failed("expected an IPv6 address in brackets");
  if (host.size() > 253 || host.find_first_of("[] \t\r\n/@") != std::string_view::npos ||
      host.find('\0') != std::string_view::npos)
    return failed("expected a host name or an IP address");
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), port);
  if (number.empty() || error != std::errc() || end != number.data() + number.size())
    return failed("expected a port from 0 to 65535 after the last ':'");
  return Endpoint{std::string(host), port};
}

}  // namespace seawall::relay
