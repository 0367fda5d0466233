#include "harness/net/url.hpp"

#include <boost/url/parse.hpp>

namespace seawall::net {

base::expected<Url, std::string> parse_url(const std::string& text) {
  const auto failed = [&](const std::string& why) {
    return base::unexpected<std::string>("'" + text + "' is no URL to ask: " + why +
                                         ", as in http://127.0.0.1:8080/orders");
  };
  const auto url = boost::urls::parse_uri(text);
  if (!url) return failed("expected http://HOST[:PORT][/PATH]");
  Url asked;
  const auto scheme = url->scheme_id();  // in whatever case it was written
  if (scheme != boost::urls::scheme::http && scheme != boost::urls::scheme::https)
    return failed("expected http or https, and there is " + std::string(url->scheme()));
  if (url->has_userinfo()) return failed("a name and a password belong into a --header");
  asked.tls = scheme == boost::urls::scheme::https;
  // Boost 1.81 ends the host of "http://127.0.0.1.example/" with the number that it begins with.
  const std::string after(url->encoded_resource());
  if (!after.empty() && after.find_first_of("/?#") != 0)
    return failed("expected '/' after the host " + std::string(url->encoded_host()));
  asked.host = std::string(url->encoded_host());
  if (asked.host.starts_with('[') && asked.host.ends_with(']'))
    asked.host = asked.host.substr(1, asked.host.size() - 2);
  if (asked.host.find('%') != std::string::npos) return failed("expected a host without '%'");
  if (asked.host.empty()) return failed("expected a host");
  asked.port = asked.tls ? 443 : 80;
  const std::string port(url->port());
  if (url->has_port() && (port == "0" || port != std::to_string(url->port_number())))
    return failed("expected a port from 1 to 65535");
  if (url->has_port()) asked.port = url->port_number();
  asked.authority = url->encoded_host_and_port();
  asked.path = after;
  const std::size_t fragment = asked.path.find('#');
  if (fragment != std::string::npos) asked.path.resize(fragment);
  if (asked.path.empty() || asked.path[0] != '/') asked.path.insert(0, "/");
  return asked;
}

}  // namespace seawall::net
