#include "harness/net/port.hpp"

#include <boost/asio/io_context.hpp>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/net/acceptor.hpp"
#include "harness/net/http_server.hpp"
#include "net/peer.hpp"
#include "net/run_until.hpp"
#include "support/catch.hpp"

namespace seawall::net {

TEST_CASE("an address is a numeric host and a port") {
  CHECK(parse_address("127.0.0.1:80")->port == 80);
  CHECK(parse_address("localhost:8080")->host == "127.0.0.1");
  CHECK(to_text(*parse_address("[::1]:65535")) == "[::1]:65535");
  for (const char* text : {"", "80", ":80", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536",
                           "127.0.0.1:80x", "example.org:80", "::1:80", "[127.0.0.1]:80"})
    CHECK_FALSE(parse_address(text));
}

TEST_CASE("a reserved port refuses connects until somebody listens") {
  const auto port = ReservedPort::reserve(0);
  REQUIRE(port);
  REQUIRE(port->number() != 0);
  CHECK(Peer::connect_to(port->number()).state() == Peer::State::reset);

  Loop loop(live::steady_now);
  const auto handler = [](model::Request, HttpServer::Reply) {};
  for (int incarnation = 0; incarnation < 2; ++incarnation) {
    auto server = HttpServer::listen(loop, port->number(), handler);
    REQUIRE(server);
    CHECK((*server)->port() == port->number());
    CHECK(Peer::connect_to(port->number()).state() == Peer::State::open);
    server->reset();
    CHECK(Peer::connect_to(port->number()).state() == Peer::State::reset);
  }
}

TEST_CASE("what listens is not for the processes that are started meanwhile") {
  Loop loop(live::steady_now);
  boost::asio::ip::tcp::acceptor acceptor(loop.context());
  boost::system::error_code error;
  open_alone(acceptor, boost::asio::ip::tcp::v4(), error);
  REQUIRE_FALSE(error);
  CHECK((::fcntl(acceptor.native_handle(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("a port that somebody claims is not picked as a free one") {
  const auto is_claimed_here = [](std::uint16_t port) { return port % 4 < 3; };
  for (int i = 0; i < 32; ++i) CHECK(ReservedPort::reserve(0, is_claimed_here)->number() % 4 == 3);
}

TEST_CASE("a claim is seen by other processes, and ends with its owner") {
  // A number that the kernel gives to nobody meanwhile.
  const auto port = ReservedPort::reserve(0);
  REQUIRE(port);
  const auto seen_by_another = [&port] {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(is_claimed(port->number()) ? 1 : 0);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return WEXITSTATUS(status) == 1;
  };
  CHECK_FALSE(seen_by_another());
  {
    PortClaim claim(port->number());
    CHECK(seen_by_another());
    const PortClaim moved = std::move(claim);
    {
      const PortClaim of_nothing(port->number());
    }
    CHECK(is_claimed(port->number()));
  }
  CHECK_FALSE(seen_by_another());
}

TEST_CASE("a port in use is told by its number") {
  Loop loop(live::steady_now);
  const auto handler = [](model::Request, HttpServer::Reply) {};
  const auto server = HttpServer::listen(loop, 0, handler);
  REQUIRE(server);
  const std::uint16_t port = (*server)->port();
  const std::string message = "port " + std::to_string(port) + " is in use";
  CHECK(HttpServer::listen(loop, port, handler).error() == message);
  CHECK(ReservedPort::reserve(port).error() == message);
}

}  // namespace seawall::net
