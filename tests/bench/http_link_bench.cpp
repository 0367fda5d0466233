// One end of a comparison of HTTP links, for http_link_bench.sh, which puts wrk in front of it:
//
//   http_link_bench serve PORT             a server that answers 200 to whatever comes, and sleeps
//                                          where nothing does
//   http_link_bench link PORT UPSTREAM     an HTTP link with one worker, its journal on and one
//                                          fault armed, which acts on one request of a thousand
//   http_link_bench tcp PORT UPSTREAM      the same relay without reading along
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "faults/http/link.hpp"
#include "harness/live/clock.hpp"

namespace {

using namespace seawall;

void watch(int epoll, int socket) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = socket;
  ::epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event);
}

void answer(int socket) {
  static constexpr std::string_view ok =
      "HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: text/plain\r\nContent-Length: "
      "13\r\n\r\nHello, world!";
  std::array<char, 4096> bytes;
  if (::recv(socket, bytes.data(), bytes.size(), 0) <= 0)
    ::close(socket);
  else
    ::send(socket, ok.data(), ok.size(), MSG_NOSIGNAL);
}

int serve(std::uint16_t port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  const int yes = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 ||
      ::listen(listener, 1024) != 0)
    return 1;
  const int epoll = ::epoll_create1(0);
  watch(epoll, listener);
  std::array<epoll_event, 128> events;
  while (true) {
    const int count = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const int socket = events[static_cast<std::size_t>(i)].data.fd;
      if (socket != listener) {
        answer(socket);
        continue;
      }
      const int accepted = ::accept(listener, nullptr, nullptr);
      ::setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
      watch(epoll, accepted);
    }
  }
}

relay::Link::Settings between(std::uint16_t port, std::uint16_t upstream) {
  return {"bench", {"127.0.0.1", port}, {"127.0.0.1", upstream}, {}};
}

int relay_tcp(std::uint16_t port, std::uint16_t upstream) {
  relay::Relay relay(live::steady_now, {});
  const auto link = relay.add(between(port, upstream));
  if (!link->start()) return 1;
  while (true) ::pause();
}

int relay_http(std::uint16_t port, std::uint16_t upstream) {
  relay::Relay relay(live::steady_now, {});
  http::Link link(relay, {between(port, upstream), {{"client", "bench"}, 1, 10'000, {}}});
  model::Fault fault;
  fault.name = fault.type = "http_abort";
  fault.status = 503;
  fault.probability = base::Share{1000};
  if (!link.set_faults({fault}) || !link.tcp().start()) return 1;
  while (true) ::pause();
}

}  // namespace

int main(int count, char** words) {
  const std::string_view mode = count > 1 ? words[1] : "";
  const auto port = [&](int i) { return static_cast<std::uint16_t>(std::atoi(words[i])); };
  if (mode == "serve" && count == 3) return serve(port(2));
  if (mode == "link" && count == 4) return relay_http(port(2), port(3));
  if (mode == "tcp" && count == 4) return relay_tcp(port(2), port(3));
  std::fprintf(stderr, "http_link_bench serve PORT | link PORT UPSTREAM | tcp PORT UPSTREAM\n");
  return 2;
}
