#include "harness/net/resolve.hpp"

#include <array>
#include <memory>

#include <netdb.h>
#include <sys/socket.h>

namespace seawall::net {

std::optional<std::string> resolve(const std::string& host) {
  if (host == "localhost") return "127.0.0.1";
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  for (const int family : {AF_INET, AF_INET6}) {
    wanted.ai_family = family;
    addrinfo* found = nullptr;
    if (::getaddrinfo(host.c_str(), nullptr, &wanted, &found) != 0) continue;
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
    std::array<char, NI_MAXHOST> numeric{};
    if (::getnameinfo(found->ai_addr, found->ai_addrlen, numeric.data(), numeric.size(), nullptr, 0,
                      NI_NUMERICHOST) == 0)
      return numeric.data();
  }
  return std::nullopt;
}

}  // namespace seawall::net
