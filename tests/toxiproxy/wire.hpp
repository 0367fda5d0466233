// What a test over the wire needs: plain blocking sockets, an echo server, and the whole proxy with
// its API on a port of its own. Whoever waits here for ever is stopped after half a minute.
#pragma once
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

#include "faults/toxiproxy/relay_lines.hpp"
#include "faults/toxiproxy/server.hpp"
#include "harness/live/clock.hpp"

namespace seawall::toxiproxy::test {

// Of 127.0.0.1.
class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&& other) noexcept;
  ~Socket();

  // errno where the connection was not made: `failure`.
  static Socket connect(std::uint16_t port);
  int failure = 0;

  void say(std::string_view bytes) const;
  // The next `count` bytes, or fewer where it ends before.
  std::string hear(std::size_t count) const;
  std::string hear_line() const;
  // All that comes until it ends.
  std::string hear_all() const;
  enum class End : std::uint8_t { open, closed, reset };
  // Reads on to the end, and tells which it was.
  End hear_end() const;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

// Listens on a free port of 127.0.0.1 and gives back what it hears, until it goes.
class EchoServer {
 public:
  EchoServer();
  ~EchoServer();
  EchoServer(const EchoServer&) = delete;
  std::uint16_t port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  void serve();

  int listener_;
  std::uint16_t port_ = 0;
  int stop_[2];
  std::thread thread_;
};

struct Heard {
  int status = 0;
  std::string head;
  std::string body;
};
// One request on a connection of its own. `headers` are whole lines.
Heard http(std::uint16_t port, const std::string& method, const std::string& target,
           const std::string& body = "", const std::string& headers = "");

// The text between `"key":"` and the next quote.
std::string text_in(const std::string& json, const std::string& key);

class Stand {
 public:
  explicit Stand(Api::Settings metrics = {}, Server::Settings settings = any_port());
  static Server::Settings any_port();

  Heard ask(const std::string& method, const std::string& target, const std::string& body = "",
            const std::string& headers = "") const {
    return http(port(), method, target, body, headers);
  }
  // "201 {...}"
  std::string told(const std::string& method, const std::string& target,
                   const std::string& body = "") const;
  // Makes a proxy on a free port, and tells which.
  std::uint16_t proxy(const std::string& name, const std::string& upstream) const;
  std::uint16_t port() const { return server->port(); }

  relay::Relay relay{live::steady_now, {}};
  RelayLines lines{relay};
  Proxies proxies{lines, {}};
  Forwards forwards{lines, proxies};
  Api api;
  std::unique_ptr<Server> server;
};

}  // namespace seawall::toxiproxy::test
