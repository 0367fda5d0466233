// Whether a service that was started can do its work: as its owner says that this is found out.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/base/units.hpp"
#include "harness/net/port.hpp"

namespace seawall::worlds {

// What a node of a target takes to serve, its recovery with it.
inline constexpr base::Duration longest_start = std::chrono::seconds(60);

struct Ready {
  enum class Kind : std::uint8_t {
    started,  // it runs
    http,     // GET `what` on its port is answered 2xx
    tcp,      // its port takes connections
    log,      // it has said `what`
    command,  // `command` exits with 0
  };
  Kind kind = Kind::started;
  std::string what;
  std::vector<std::string> command;
  base::Duration within = std::chrono::seconds(10);
};

// "GET /health on 127.0.0.1:8080 is answered 2xx": what is waited for, for people.
std::string to_text(const Ready& ready, std::uint16_t port);

// Looks once, for at most a second. The error says what was found instead.
base::expected<void, std::string> look_http(const std::string& path, std::uint16_t port);
base::expected<void, std::string> look_tcp(std::uint16_t port);
// The host is numeric.
base::expected<void, std::string> look_tcp(const net::Address& address);

}  // namespace seawall::worlds
