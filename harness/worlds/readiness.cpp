#include "harness/worlds/readiness.hpp"

#include <cerrno>
#include <system_error>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "harness/base/text.hpp"
#include "harness/live/clock.hpp"
#include "harness/net/http_client.hpp"
#include "harness/os/descriptor.hpp"

namespace seawall::worlds {
namespace {
constexpr base::Duration one_look = std::chrono::seconds(1);
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
  request.deadline = loop.now() + one_look;
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
  const os::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval limit{1, 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0)
    return {};
  return base::unexpected(std::generic_category().message(errno));
}

}  // namespace seawall::worlds
