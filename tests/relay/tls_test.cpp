// TLS on either side of a link, with a client and a server of OpenSSL that block.
#include "faults/relay/tls.hpp"

#include <array>
#include <atomic>
#include <thread>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/relay/rig.hpp"

namespace seawall::relay {

namespace {

// One end of a socket pair or a connection, driven until what it waits for has come.
struct End {
  End(std::shared_ptr<const TlsSettings> settings, int s) : socket(s), session(settings, s) {
    ::fcntl(socket, F_SETFL, O_NONBLOCK);
  }
  ~End() { ::close(socket); }

  bool shake() {
    using State = TlsSession::State;
    state = state == State::done ? state : session.handshake();
    return state == State::done;
  }
  void say(const std::string& bytes) { all += bytes; }
  void work() {
    if (!shake()) return;
    while (said < all.size()) {
      const auto sent = session.write(all.data() + said, all.size() - said);
      said += sent.bytes;
      if (sent.state != TlsSession::State::done) break;
    }
    std::array<char, 4096> some;
    for (;;) {
      const auto got = session.read(some.data(), some.size());
      if (got.state == TlsSession::State::ended) ended = true;
      if (got.state != TlsSession::State::done) break;
      heard.append(some.data(), got.bytes);
    }
  }

  int socket;
  TlsSession session;
  TlsSession::State state = TlsSession::State::wants_more;
  std::string all;
  std::size_t said = 0;  // of it
  std::string heard;
  bool ended = false;
};

int connect_to(std::uint16_t port) {
  const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  REQUIRE(::connect(made, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
  return made;
}

struct TlsRig {
  TlsRig(std::shared_ptr<const TlsSettings> caller_tls,
         std::shared_ptr<const TlsSettings> callee_tls)
      : relay(live::steady_now, {}) {
    listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(listening, generic, size) == 0);
    REQUIRE(::listen(listening, 16) == 0);
    REQUIRE(::getsockname(listening, generic, &size) == 0);
    Link::Settings settings{"callee", {"127.0.0.1", 0}, {"127.0.0.1", ntohs(address.sin_port)}};
    settings.caller_tls = std::move(caller_tls);
    settings.callee_tls = std::move(callee_tls);
    link = relay.add(std::move(settings));
    REQUIRE(link->start());
  }
  ~TlsRig() { ::close(listening); }

  template <class Condition>
  bool until(Condition condition) {
    return net::run_until(loop, condition);
  }
  int accept() {
    int socket = -1;
    REQUIRE(until([&] {
      socket = ::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC);
      return socket >= 0;
    }));
    return socket;
  }

  net::Loop loop{live::steady_now};
  int listening;
  Relay relay;
  std::unique_ptr<Link> link;
};

const Identity& identity() {
  static const Identity made = make_identity({"localhost", "127.0.0.1", "::1"});
  return made;
}
std::shared_ptr<const TlsSettings> server() { return TlsSettings::server(identity()).value(); }

}  // namespace

TEST_CASE("a link speaks TLS with both sides and faults see what is said",
          "[relay][sockets][tls]") {
  TlsRig rig(server(), TlsSettings::trusting_client("localhost"));
  End caller(TlsSettings::trusting_client("localhost"), connect_to(rig.link->listen().port));
  End callee(server(), rig.accept());
  const std::string bytes(3'000'000, 'x');
  caller.say(bytes);
  CHECK(rig.until([&] {
    caller.work();
    callee.work();
    return callee.heard.size() == bytes.size();
  }));
  CHECK((callee.heard == bytes));
  CHECK(rig.link->counters().up.received_bytes == bytes.size());  // and not what was encrypted

  StreamEffect effect;
  effect.limit = 5;
  rig.link->set_faults({fault(effect)});
  callee.say("hello, caller");
  CHECK(rig.until([&] {
    callee.work();
    caller.work();
    return caller.ended;
  }));
  CHECK(caller.heard == "hello");
}

TEST_CASE("TLS on one side alone, with a plain other side", "[relay][sockets][tls]") {
  TlsRig rig(server(), nullptr);
  End caller(TlsSettings::trusting_client("localhost"), connect_to(rig.link->listen().port));
  Peer callee(rig.accept());
  caller.say("hello");
  CHECK(rig.until([&] {
    caller.work();
    return callee.heard() == "hello";
  }));
  callee.say("and to you");
  callee.end();
  CHECK(rig.until([&] {
    caller.work();
    return caller.ended;
  }));
  CHECK(caller.heard == "and to you");
}

TEST_CASE("a slow receiver of TLS under changing faults loses no byte", "[relay][sockets][tls]") {
  TlsRig rig(server(), TlsSettings::trusting_client("localhost"));
  End caller(TlsSettings::trusting_client("localhost"), connect_to(rig.link->listen().port));
  End callee(server(), rig.accept());
  std::string bytes;
  for (int i = 0; bytes.size() < 4'000'000; ++i) bytes += std::to_string(i) + ",";
  CHECK(rig.until([&] {
    callee.work();
    return caller.shake() && callee.shake();
  }));
  callee.say(bytes);
  const std::vector<std::vector<StreamFault>> turns = {
      {}, {rate(50'000'000)}, {latency(1ms)}, {hold()}, {}, {rate(3'000'000), latency(2ms)}};
  for (int i = 0; i < 60; ++i) {
    rig.link->set_faults(turns[static_cast<std::size_t>(i) % turns.size()]);
    callee.work();
    if (i % 7 == 0) caller.work();
    rig.loop.at(rig.loop.now() + 1ms, [&] { rig.loop.stop(); });
    rig.loop.run();
  }
  rig.link->set_faults({});
  CHECK(rig.until([&] {
    callee.work();
    caller.work();
    return caller.heard.size() >= bytes.size();
  }));
  CHECK((caller.heard == bytes));
}

TEST_CASE("a link connects to nobody whom it cannot trust", "[relay][sockets][tls]") {
  const auto strict = TlsSettings::client("localhost", "");
  REQUIRE(strict);
  TlsRig rig(nullptr, *strict);
  Peer caller = Peer::connect_to(rig.link->listen().port);
  End callee(server(), rig.accept());
  CHECK(rig.until([&] {
    callee.work();
    return caller.state() == State::ended;
  }));
  CHECK(rig.link->counters().distrusted == 1);
  CHECK(rig.until([&] { return rig.link->counters().open == 0; }));
}

TEST_CASE("a caller that speaks no TLS is sent away", "[relay][sockets][tls]") {
  TlsRig rig(server(), nullptr);
  Peer caller = Peer::connect_to(rig.link->listen().port);
  caller.say("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(rig.until([&] { return caller.state() != State::open; }));
  CHECK(rig.link->counters().distrusted == 1);
}

TEST_CASE("a certificate is trusted for the names that it was made for", "[relay][tls]") {
  std::string path = "/tmp/seawall-test-XXXXXX";
  const int file = ::mkstemp(path.data());
  REQUIRE(file >= 0);
  const std::string& pem = identity().certificate;
  REQUIRE(::write(file, pem.data(), pem.size()) == static_cast<ssize_t>(pem.size()));
  ::close(file);
  for (const auto& [host, trusted] :
       {std::pair{"localhost", true}, {"127.0.0.1", true}, {"other.example", false}}) {
    INFO(host);
    int pair[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    const auto settings = TlsSettings::client(host, path);
    REQUIRE(settings);
    End client(*settings, pair[0]);
    End there(server(), pair[1]);
    for (int i = 0; i < 10 && client.state == TlsSession::State::wants_more; ++i) {
      client.shake();
      there.shake();
    }
    CHECK((client.state == TlsSession::State::done) == trusted);
  }
  ::unlink(path.c_str());
}

TEST_CASE("what is no certificate, no key or no authority is told", "[relay][tls]") {
  const Identity good = identity();
  const Identity other = make_identity({"localhost"});
  CHECK(TlsSettings::server({"no certificate", good.key}).error().find("certificate") !=
        std::string::npos);
  CHECK(TlsSettings::server({good.certificate, "no key"}).error().find("key is none") !=
        std::string::npos);
  CHECK(TlsSettings::server({good.certificate, other.key}).error().find("not that of") !=
        std::string::npos);
  CHECK_FALSE(TlsSettings::client("localhost", "/no/such/file"));
}

}  // namespace seawall::relay
