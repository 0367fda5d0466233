// Names of hosts as numeric addresses. Waits for a name server: never on a loop's thread.
#pragma once
#include <optional>
#include <string>

namespace seawall::net {

// IPv4 where a name has both; nothing where the name is unknown. "localhost" and numeric addresses
// need no name service, which a container may not have.
std::optional<std::string> resolve(const std::string& host);

}  // namespace seawall::net
