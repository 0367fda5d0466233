#include "harness/net/port.hpp"

#include <cerrno>
#include <charconv>
#include <cstddef>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace seawall::net {

namespace {

// A socket that is bound to a name which stands for the port, in the same network namespace as the
// port; -1: somebody else has it. The kernel takes the name back when the process ends.
int bind_name_of(std::uint16_t port) {
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = "seawall-port-" + std::to_string(port);
  name.copy(address.sun_path + 1, sizeof(address.sun_path) - 1);  // after a 0: it is in no folder
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  if (socket >= 0 && ::bind(socket, reinterpret_cast<const sockaddr*>(&address), size) == 0)
    return socket;
  const int failure = errno;
  if (socket >= 0) ::close(socket);
  errno = failure;
  return -1;
}

}  // namespace

std::string to_text(const Address& address) {
  const bool six = address.host.find(':') != std::string::npos;
  return (six ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

base::expected<Address, std::string> parse_address(std::string_view text) {
  const std::string expected = "'" + std::string(text) +
                               "' is no address; expected HOST:PORT with a numeric host, such as "
                               "127.0.0.1:8080";
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return base::unexpected(expected);

  Address address;
  const std::string_view port = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (error != std::errc() || end != port.data() + port.size() || address.port == 0)
    return base::unexpected(expected);

  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  address.host = host == "localhost" ? "127.0.0.1" : std::string(host);
  in6_addr bytes{};
  if (inet_pton(bracketed ? AF_INET6 : AF_INET, address.host.c_str(), &bytes) != 1)
    return base::unexpected(expected);
  return address;
}

base::expected<ReservedPort, std::string> ReservedPort::reserve(
    std::uint16_t port, const std::function<bool(std::uint16_t)>& is_claimed) {
  auto reserved = bind(port);
  while (port == 0 && reserved && is_claimed(reserved->number())) reserved = bind(port);
  return reserved;
}

base::expected<ReservedPort, std::string> ReservedPort::bind(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);

  ReservedPort reserved(socket, port);
  if (socket < 0 || ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
      ::bind(socket, generic, size) != 0 || ::getsockname(socket, generic, &size) != 0) {
    const std::error_code error(errno, std::generic_category());
    if (error == std::errc::address_in_use)
      return base::unexpected("port " + std::to_string(port) + " is in use");
    return base::unexpected("cannot bind to 127.0.0.1:" + std::to_string(port) + ": " +
                            error.message());
  }
  reserved.number_ = ntohs(address.sin_port);
  return reserved;
}

ReservedPort::ReservedPort(ReservedPort&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), number_(other.number_) {}

ReservedPort& ReservedPort::operator=(ReservedPort&& other) noexcept {
  std::swap(socket_, other.socket_);
  std::swap(number_, other.number_);
  return *this;
}

ReservedPort::~ReservedPort() {
  if (socket_ >= 0) ::close(socket_);
}

PortClaim::PortClaim(std::uint16_t number) : socket_(bind_name_of(number)) {}

PortClaim::PortClaim(PortClaim&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}

PortClaim::~PortClaim() {
  if (socket_ >= 0) ::close(socket_);
}

bool is_claimed(std::uint16_t number) {
  const int socket = bind_name_of(number);
  const bool was_taken = socket < 0 && errno == EADDRINUSE;
  if (socket >= 0) ::close(socket);
  return was_taken;
}

}  // namespace seawall::net
