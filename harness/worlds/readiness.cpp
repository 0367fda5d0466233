#include "harness/worlds/readiness.hpp"

#include <cerrno>
#include <memory>
#include <system_error>

#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "harness/base/text.hpp"
#include "harness/live/clock.hpp"
#include "harness/net/http_client.hpp"
#include "harness/os/descriptor.hpp"

namespace seawall::worlds {
namespace {
constexpr base::Duration one_probe = std::chrono::seconds(1);
}

std::string to_text(const Ready& ready, std::uint16_t port) {
  const std::string address = "127.0.0.1:" + std::to_string(port);
  switch (ready.kind) {
    case Ready::Kind::started:
      return "it runs";
    case Ready::Kind::http:
      return "GET " + ready.what + " on " + address + " is answered 2xx";
    case Ready::Kind::tcp:
      return address + " takes connections";
    case Ready::Kind::log:
      return "it says \"" + ready.what + "\"";
    case Ready::Kind::command:
      break;
  }
  return "'" + base::join(ready.command, " ") + "' exits with 0";
}

base::expected<void, std::string> look_http(const std::string& path, std::uint16_t port) {
  net::Loop loop(live::steady_now);
  net::HttpClient client(loop, {"127.0.0.1", port});
  model::Request request(model::Method::get, path);
  request.deadline = loop.now() + one_probe;
  std::string found;
  client.send(std::move(request), [&](net::HttpClient::Result answer) {
    if (!answer)
      found = std::string(model::name_of(answer.error()));
    else if (answer->status / 100 != 2)
      found = "status " + std::to_string(answer->status);
    loop.stop();
  });
  loop.run();
  if (found.empty()) return {};
  return base::unexpected(std::move(found));
}

base::expected<void, std::string> look_tcp(std::uint16_t port) {
  return look_tcp(net::Address{"127.0.0.1", port});
}

base::expected<void, std::string> look_tcp(const net::Address& address) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(),
                                      &wanted, &found);
      error != 0)
    return base::unexpected(std::string(::gai_strerror(error)));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
  const os::Descriptor socket(::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval limit{1, 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
  if (::connect(socket.get(), found->ai_addr, found->ai_addrlen) == 0) return {};
  return base::unexpected(std::generic_category().message(errno));
}

}  // namespace seawall::worlds
