// A server that costs next to nothing, so that what is measured against it is its client: one
// thread, epoll, the same 200 to whatever arrives. It never sleeps: to wake a thread of this
// machine is a cost that a client whose server is elsewhere does not have.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>
#include <thread>

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/base/assert.hpp"

namespace seawall::bench {

// Answers every blank line with 200, knows nothing else, and ends with the process.
class TrivialServer {
 public:
  TrivialServer() : listener_(::socket(AF_INET, SOCK_STREAM, 0)), epoll_(::epoll_create1(0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    base::require(::bind(listener_, generic, size) == 0 && ::listen(listener_, 1024) == 0 &&
                      ::getsockname(listener_, generic, &size) == 0,
                  "the trivial server can listen");
    port_ = ntohs(address.sin_port);
    watch(listener_);
    thread_ = std::thread([this] { run(); });
  }
  ~TrivialServer() {
    stopping_ = true;
    thread_.join();
    ::close(epoll_);
    ::close(listener_);
  }
  std::uint16_t port() const { return port_; }

 private:
  void watch(int socket) const {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = socket;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
  }
  void run() const {
    std::array<epoll_event, 128> events;
    while (!stopping_) {
      const int n = ::epoll_wait(epoll_, events.data(), events.size(), 0);
      for (int i = 0; i < n; ++i) {
        const int socket = events[static_cast<std::size_t>(i)].data.fd;
        if (socket == listener_)
          watch(::accept(listener_, nullptr, nullptr));
        else
          answer(socket);
      }
    }
  }
  static void answer(int socket) {
    static constexpr std::string_view ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    std::array<char, 4096> bytes;
    const ssize_t n = ::recv(socket, bytes.data(), bytes.size(), 0);
    if (n <= 0) {
      ::close(socket);
      return;
    }
    ::send(socket, ok.data(), ok.size(), MSG_NOSIGNAL);
  }

  int listener_;
  int epoll_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace seawall::bench
