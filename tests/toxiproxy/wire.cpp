#include "tests/toxiproxy/wire.hpp"

#include <array>
#include <cerrno>
#include <vector>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/catch.hpp"

namespace seawall::toxiproxy::test {
namespace {

constexpr int longest_wait_seconds = 30;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

}  // namespace

Socket::Socket(Socket&& other) noexcept
    : failure(other.failure), descriptor_(std::exchange(other.descriptor_, -1)) {}

Socket& Socket::operator=(Socket&& other) noexcept {
  std::swap(failure, other.failure);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

Socket::~Socket() {
  if (descriptor_ >= 0) close(descriptor_);
}

Socket Socket::connect(std::uint16_t port) {
  Socket made(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval wait{longest_wait_seconds, 0};
  const int yes = 1;
  setsockopt(made.descriptor_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  setsockopt(made.descriptor_, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
  setsockopt(made.descriptor_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  const sockaddr_in address = loopback(port);
  if (::connect(made.descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    made.failure = errno;
  return made;
}

void Socket::say(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t count = send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

std::string Socket::hear(std::size_t count) const {
  std::string heard;
  std::array<char, 65536> bytes;
  while (heard.size() < count) {
    const ssize_t got =
        recv(descriptor_, bytes.data(), std::min(bytes.size(), count - heard.size()), 0);
    if (got <= 0) break;
    heard.append(bytes.data(), static_cast<std::size_t>(got));
  }
  return heard;
}

std::string Socket::hear_line() const {
  std::string line;
  while (!line.ends_with('\n')) {
    const std::string next = hear(1);
    if (next.empty()) break;
    line += next;
  }
  return line;
}

std::string Socket::hear_all() const { return hear(std::string::npos); }

Socket::End Socket::hear_end() const {
  std::array<char, 65536> bytes;
  while (true) {
    const ssize_t got = recv(descriptor_, bytes.data(), bytes.size(), 0);
    if (got > 0) continue;
    if (got == 0) return End::closed;
    return errno == ECONNRESET ? End::reset : End::open;
  }
}

EchoServer::EchoServer() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = loopback(0);
  socklen_t length = sizeof address;
  REQUIRE(bind(listener_, reinterpret_cast<sockaddr*>(&address), length) == 0);
  REQUIRE(listen(listener_, 128) == 0);
  REQUIRE(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length) == 0);
  REQUIRE(pipe(stop_) == 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

EchoServer::~EchoServer() {
  close(stop_[1]);
  thread_.join();
  close(stop_[0]);
  close(listener_);
}

void EchoServer::serve() {
  std::vector<pollfd> polled = {{stop_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
  std::array<char, 65536> bytes;
  while (poll(polled.data(), polled.size(), -1) >= 0 && polled[0].revents == 0) {
    for (std::size_t i = 2; i < polled.size(); ++i) {
      if (polled[i].revents == 0) continue;
      const ssize_t count = recv(polled[i].fd, bytes.data(), bytes.size(), 0);
      if (count > 0) {
        send(polled[i].fd, bytes.data(), static_cast<std::size_t>(count), MSG_NOSIGNAL);
        continue;
      }
      close(polled[i].fd);
      polled[i].fd = -1;
    }
    std::erase_if(polled, [](const pollfd& one) { return one.fd < 0; });
    if (polled[1].revents == 0) continue;
    const int connection = accept(listener_, nullptr, nullptr);
    const int yes = 1;
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    polled.push_back({connection, POLLIN, 0});
  }
  for (std::size_t i = 2; i < polled.size(); ++i) close(polled[i].fd);
}

Heard http(std::uint16_t port, const std::string& method, const std::string& target,
           const std::string& body, const std::string& headers) {
  const Socket socket = Socket::connect(port);
  Heard heard;
  if (socket.failure != 0) return heard;
  socket.say(method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
             "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
             headers + "\r\n" + body);
  const std::string all = socket.hear_all();
  const std::size_t end = all.find("\r\n\r\n");
  if (end == std::string::npos || all.size() < 12) return heard;
  heard.status = std::stoi(all.substr(9, 3));
  heard.head = all.substr(0, end + 2);
  heard.body = all.substr(end + 4);
  return heard;
}

std::string text_in(const std::string& json, const std::string& key) {
  const std::string before = "\"" + key + "\":\"";
  const std::size_t at = json.find(before);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + before.size();
  return json.substr(begin, json.find('"', begin) - begin);
}

Server::Settings Stand::any_port() {
  Server::Settings settings;
  settings.port = 0;
  return settings;
}

Stand::Stand(Api::Settings metrics, Server::Settings settings) : api(proxies, forwards, metrics) {
  auto listening = Server::listen(api, std::move(settings));
  REQUIRE(listening);
  server = *std::move(listening);
}

std::string Stand::told(const std::string& method, const std::string& target,
                        const std::string& body) const {
  const Heard heard = ask(method, target, body);
  return std::to_string(heard.status) + " " + heard.body;
}

std::uint16_t Stand::proxy(const std::string& name, const std::string& upstream) const {
  const Heard made =
      ask("POST", "/proxies",
          R"({"name":")" + name + R"(","listen":"127.0.0.1:0","upstream":")" + upstream + "\"}");
  INFO(made.body);
  REQUIRE(made.status == 201);
  const std::string listen = text_in(made.body, "listen");
  return static_cast<std::uint16_t>(std::stoi(listen.substr(listen.rfind(':') + 1)));
}

}  // namespace seawall::toxiproxy::test
