// Where a forward proxy passes requests on to: which host and port mean which link.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "faults/relay/relay.hpp"
#include "harness/base/result.hpp"

namespace seawall::http {

struct ForwardRoute {
  std::string host;                   // as parse_authority() has it
  std::optional<std::uint16_t> port;  // absent: any
  std::string link;                   // its name, for sentences
  // Where the link listens, as a numeric address; absent where there is no such link any more.
  std::optional<relay::Endpoint> at;
};
// "payment:3002", or "payment" where it has no port.
std::string to_text(const ForwardRoute& route);

// Immutable once it is shared.
struct ForwardRoutes {
  std::vector<ForwardRoute> routes;
  // Where no route fits: refused with a sentence, or passed on to the host itself.
  bool passes_unknown = false;

  // The one that names the port comes before one that does not; null: none fits.
  const ForwardRoute* find(const relay::Endpoint& authority) const;
  // "payment:3002, inventory"
  std::string known() const;
};

// `authority` is "payment:3002" or "payment". The error is a sentence.
base::expected<ForwardRoute, std::string> make_route(std::string_view authority, std::string link);

}  // namespace seawall::http
