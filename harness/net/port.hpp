// A port of 127.0.0.1 that belongs to its owner even while nobody listens: a service that is down
// keeps its address, and a connect to it is refused. It is a bound socket that never listens; the
// listener binds beside it (SO_REUSEADDR), and the kernel gives the port to nobody else.
#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "harness/base/result.hpp"

namespace seawall::net {

// Where something listens. The host is a numeric address, because a name would have to be resolved,
// which blocks; "localhost" is 127.0.0.1.
struct Address {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
};
std::string to_text(const Address& address);  // "127.0.0.1:8080", "[::1]:8080"
// The inverse; the error is a sentence for the user.
base::expected<Address, std::string> parse_address(std::string_view text);

// As long as this lives, no run of ours on this machine, in whatever process, picks the port as a
// free one, so that a program that its owner starts finds it free even while nobody holds it. A
// claim of what somebody else claims is none.
class PortClaim {
 public:
  explicit PortClaim(std::uint16_t number);
  PortClaim(PortClaim&& other) noexcept;
  PortClaim& operator=(PortClaim&&) = delete;
  ~PortClaim();

 private:
  int socket_;
};
bool is_claimed(std::uint16_t number);

class ReservedPort {
 public:
  // 0: any free port that nobody claims. The error is a sentence for the user ("port 8080 is in
  // use").
  static base::expected<ReservedPort, std::string> reserve(
      std::uint16_t port, const std::function<bool(std::uint16_t)>& is_claimed = net::is_claimed);
  ReservedPort(ReservedPort&& other) noexcept;
  ReservedPort& operator=(ReservedPort&& other) noexcept;
  ~ReservedPort();

  std::uint16_t number() const { return number_; }

 private:
  static base::expected<ReservedPort, std::string> bind(std::uint16_t port);
  ReservedPort(int socket, std::uint16_t number) : socket_(socket), number_(number) {}
  int socket_;
  std::uint16_t number_;
};

}  // namespace seawall::net
