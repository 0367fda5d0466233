// A link over sockets: what it passes, and what each part of a fault does to live connections.
#include <algorithm>
#include <atomic>
#include <set>

#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "tests/net/sending.hpp"
#include "tests/relay/rig.hpp"

namespace seawall::relay {

using net::pattern;
using net::send_through;

TEST_CASE("what either side says comes to the other", "[relay][sockets]") {
  Rig rig;
  const std::size_t one = rig.connect();
  rig.callers[one].say("hello");
  CHECK(rig.hears(rig.callees[one], "hello"));
  rig.callees[one].say("and hello to you");
  CHECK(rig.hears(rig.callers[one], "and hello to you"));
}

TEST_CASE("bytes of every amount come as they were sent", "[relay][sockets]") {
  for (const std::size_t count : {1, 511, 512, 513, 65'535, 66'048, 66'049, 3'000'000}) {
    INFO(count);
    Rig rig;
    const std::size_t one = rig.connect();
    send_through(rig, rig.callers[one], rig.callees[one], pattern(count));
    send_through(rig, rig.callees[one], rig.callers[one], pattern(count));
    CHECK(rig.until([&] { return rig.link->counters().down.sent_bytes == count; }));
    CHECK(rig.link->counters().up.received_bytes == count);
  }
}

TEST_CASE("who says no more goes on hearing", "[relay][sockets]") {
  Rig rig;
  const std::size_t one = rig.connect();
  rig.callers[one].say("a question");
  rig.callers[one].end();
  CHECK(rig.ends(rig.callees[one], State::ended));
  CHECK(rig.callees[one].heard() == "a question");
  rig.callees[one].say("an answer");
  CHECK(rig.hears(rig.callers[one], "an answer"));
  CHECK(rig.callers[one].state() == State::open);
  rig.callees[one].end();
  CHECK(rig.ends(rig.callers[one], State::ended));
  CHECK(rig.until([&] { return rig.link->counters().open == 0; }));
}

TEST_CASE("a reset of one side resets the other", "[relay][sockets]") {
  Rig rig;
  const std::size_t one = rig.connect();
  rig.callers[one].reset();
  CHECK(rig.ends(rig.callees[one], State::reset));
  const std::size_t two = rig.connect();
  rig.callees[two].reset();
  CHECK(rig.ends(rig.callers[two], State::reset));
}

TEST_CASE("a reset comes after what was said before it, and as late", "[relay][sockets]") {
  Rig rig;
  rig.link->set_faults({latency(80ms)});
  const std::size_t one = rig.connect();
  const auto began = rig.now();
  rig.callees[one].say("last words");
  rig.wait(5ms);
  rig.callees[one].reset();
  CHECK(rig.hears(rig.callers[one], "last words"));
  CHECK(rig.ends(rig.callers[one], State::reset));
  CHECK(rig.now() - began >= 85ms);
}

TEST_CASE("a receiver that does not read stops its sender and nobody else", "[relay][sockets]") {
  Rig rig;
  const std::size_t slow = rig.connect();
  const std::string bytes = pattern(64'000'000);
  std::size_t sent = 0;
  std::size_t before = 1;
  while (sent != before) {  // until nobody takes any more
    before = sent;
    rig.wait(30ms);
    sent += rig.callers[slow].offer(std::string_view(bytes).substr(sent));
  }
  CHECK(sent < bytes.size());
  const std::size_t other = rig.connect();
  rig.callers[other].say("hello");
  CHECK(rig.hears(rig.callees[other], "hello"));
  CHECK(rig.until([&] {
    sent += rig.callers[slow].offer(std::string_view(bytes).substr(sent));
    return rig.callees[slow].heard().size() == bytes.size();
  }));
  CHECK((rig.callees[slow].heard() == bytes));
}

TEST_CASE("latency holds each direction that it is for, and adds up", "[relay][sockets]") {
  Rig rig;
  rig.link->set_faults({latency(60ms, Direction::up), latency(70ms, Direction::down, "a"),
                        latency(70ms, Direction::down, "b")});
  const std::size_t one = rig.connect();
  const auto began = rig.now();
  rig.callers[one].say("ping");
  CHECK(rig.hears(rig.callees[one], "ping"));
  CHECK(rig.now() - began >= 60ms);
  const auto heard = rig.now();
  rig.callees[one].say("pong");
  CHECK(rig.hears(rig.callers[one], "pong"));
  CHECK(rig.now() - heard >= 140ms);
  const auto error = rig.link->injection_error();
  REQUIRE(error);
  CHECK(error->count() == 2);
}

TEST_CASE("a latency that is taken away lets go what it holds", "[relay][sockets]") {
  Rig rig;
  rig.link->set_faults({latency(1h)});
  const std::size_t one = rig.connect();
  for (int i = 0; i < 10; ++i) rig.callees[one].say(std::to_string(i));
  rig.callees[one].end();
  rig.wait(50ms);
  CHECK(rig.callers[one].heard().empty());
  rig.link->set_faults({});
  CHECK(rig.ends(rig.callers[one], State::ended));
  CHECK(rig.callers[one].heard() == "0123456789");
}

TEST_CASE("a change of faults waits for no receiver and loses nothing", "[relay][sockets]") {
  Rig rig;
  const std::size_t one = rig.connect();
  const std::string bytes = pattern(20'000'000);
  std::size_t sent = 0;
  for (int i = 0; i < 20; ++i) {
    sent += rig.callers[one].offer(std::string_view(bytes).substr(sent));
    rig.wait(2ms);
  }
  // Its pipe is full by now, and the receiver has not read a byte.
  rig.link->set_faults({latency(1ms, Direction::up)});
  rig.link->set_faults({hold(Direction::up)});
  rig.link->set_faults({rate(100'000'000, Direction::up)});
  CHECK(rig.until([&] {
    sent += rig.callers[one].offer(std::string_view(bytes).substr(sent));
    return rig.callees[one].heard().size() == bytes.size();
  }));
  CHECK((rig.callees[one].heard() == bytes));
}

TEST_CASE("a hold and a rate of nothing pass nothing until they go", "[relay][sockets]") {
  for (const StreamFault& fault : {hold(Direction::up), rate(0, Direction::up)}) {
    Rig rig;
    const std::size_t one = rig.connect();
    rig.link->set_faults({fault});
    const std::string bytes = pattern(2'000'000);
    std::size_t sent = 0;
    for (int i = 0; i < 20; ++i) {
      sent += rig.callers[one].offer(std::string_view(bytes).substr(sent));
      rig.wait(2ms);
    }
    CHECK(rig.callees[one].heard().empty());
    CHECK(rig.link->counters().up.sent_bytes == 0);
    rig.callees[one].say("the other way is free");
    CHECK(rig.hears(rig.callers[one], "the other way is free"));
    rig.link->set_faults({});
    CHECK(rig.until([&] {
      sent += rig.callers[one].offer(std::string_view(bytes).substr(sent));
      return rig.callees[one].heard().size() == bytes.size();
    }));
    CHECK((rig.callees[one].heard() == bytes));
  }
}

TEST_CASE("a timeout ends a connection under steady traffic too", "[relay][sockets]") {
  Rig rig;
  const std::size_t busy = rig.connect();
  const std::size_t idle = rig.connect();
  StreamFault timeout = hold();
  timeout.effect.close_after = 80ms;
  const auto began = rig.now();
  rig.link->set_faults({timeout});
  CHECK(rig.until([&] {
    (void)rig.callees[busy].offer("x");
    return rig.callers[busy].state() == State::ended;
  }));
  CHECK(rig.now() - began >= 80ms);
  CHECK(rig.callers[busy].heard().empty());
  CHECK(rig.ends(rig.callers[idle], State::ended));
  CHECK(rig.ends(rig.callees[idle], State::ended));
}

TEST_CASE("a reset reaches open, idle and new connections on both sides", "[relay][sockets]") {
  Rig rig;
  const std::size_t idle = rig.connect();
  StreamEffect effect;
  effect.reset_after = 20ms;
  rig.link->set_faults({fault(effect)});
  CHECK(rig.ends(rig.callers[idle], State::reset));
  CHECK(rig.ends(rig.callees[idle], State::reset));
  const std::size_t fresh = rig.connect();
  const auto began = rig.now();
  rig.callers[fresh].say("hello");
  CHECK(rig.hears(rig.callees[fresh], "hello"));
  CHECK(rig.ends(rig.callers[fresh], State::reset));
  CHECK(rig.now() - began < 10s);
}

TEST_CASE("a limit lets so many bytes pass and then ends the connection", "[relay][sockets]") {
  Rig rig;
  const std::size_t one = rig.connect();
  rig.callees[one].say("before");
  CHECK(rig.hears(rig.callers[one], "before"));
  StreamEffect effect;
  effect.limit = 5;
  rig.link->set_faults({fault(effect), latency(1ms)});
  rig.callees[one].say("123");
  CHECK(rig.hears(rig.callers[one], "before123"));
  rig.link->set_faults({fault(effect)});  // counts on
  rig.callees[one].say("456789");
  CHECK(rig.ends(rig.callers[one], State::ended));
  CHECK(rig.callers[one].heard() == "before12345");
  CHECK(rig.until([&] { return rig.link->counters().open == 0; }));
}

TEST_CASE("a slow close delays the end and no byte", "[relay][sockets]") {
  Rig rig;
  StreamEffect effect;
  effect.close_delay = 100ms;
  rig.link->set_faults({fault(effect)});
  const std::size_t one = rig.connect();
  const auto began = rig.now();
  rig.callees[one].say("bye");
  rig.callees[one].close();
  CHECK(rig.hears(rig.callers[one], "bye"));
  CHECK(rig.ends(rig.callers[one], State::ended));
  CHECK(rig.now() - began >= 100ms);
}

TEST_CASE("slices come one after the other, each whole", "[relay][sockets]") {
  Rig rig;
  StreamEffect effect;
  effect.slices = Slices{10, 5, 2ms};
  rig.link->set_faults({fault(effect)});
  const std::size_t one = rig.connect();
  const auto began = rig.now();
  const std::string bytes = pattern(300);
  rig.callees[one].say(bytes);
  CHECK(rig.hears(rig.callers[one], bytes));
  CHECK(rig.now() - began >= 2ms * (300 / 15 - 1));
}

TEST_CASE("a rate may be of all connections together", "[relay][sockets]") {
  Rig rig;
  StreamFault shared = rate(100'000, Direction::up);
  shared.effect.shared_rate = true;
  rig.link->set_faults({shared});
  for (int i = 0; i < 4; ++i) rig.connect();
  const auto began = rig.now();
  const std::string bytes = pattern(5'000);
  for (Peer& caller : rig.callers) caller.say(bytes);
  for (Peer& callee : rig.callees) CHECK(rig.hears(callee, bytes));
  CHECK(rig.now() - began >= 190ms);  // alone, each would take 50
}

TEST_CASE("a fault for no connection touches none", "[relay][sockets]") {
  Rig rig;
  StreamFault none = hold();
  none.probability = base::Share{0};
  rig.link->set_faults({none});
  const std::size_t one = rig.connect();
  rig.callees[one].say("hello");
  CHECK(rig.hears(rig.callers[one], "hello"));
  CHECK_FALSE(rig.link->injection_error());
}

TEST_CASE("which connections a fault draws depends on their order alone", "[relay][sockets]") {
  const auto drawn = [](int workers, std::uint64_t seed, bool backwards) {
    Relay::Settings settings;
    settings.workers = workers;
    settings.seed = seed;
    Rig rig(settings);
    StreamEffect effect;
    effect.limit = 3;
    StreamFault half = fault(effect, Direction::up);
    half.probability = base::Share::percent(50);
    rig.link->set_faults({half});
    for (int i = 0; i < 32; ++i) rig.connect();
    for (std::size_t i = 0; i < 32; ++i) rig.callers[backwards ? 31 - i : i].say("abcdef");
    std::set<std::size_t> hit;
    for (std::size_t i = 0; i < 32; ++i) {
      // All that comes, or its first three bytes and the end.
      Peer& callee = rig.callees[i];
      CHECK(rig.until([&] { return callee.state() != State::open || callee.heard().size() == 6; }));
      if (callee.heard().size() == 3) hit.insert(i);
    }
    return hit;
  };
  const auto hit = drawn(1, 5, false);
  CHECK(hit.size() > 6);
  CHECK(hit.size() < 26);
  CHECK(drawn(1, 5, true) == hit);
  CHECK(drawn(3, 5, true) == hit);
  CHECK(drawn(1, 6, false) != hit);
}

TEST_CASE("who cannot be reached is told by the end of the connection", "[relay][sockets]") {
  Relay relay(live::steady_now, {});
  net::Loop loop(live::steady_now);
  std::uint16_t closed = 0;
  {
    const net::PeerListener listener;
    closed = listener.port();
  }
  for (const char* host : {"127.0.0.1", "localhost", "no-such-host.invalid"}) {
    INFO(host);
    const auto link = relay.add({host, {"127.0.0.1", 0}, {host, closed}});
    REQUIRE(link->start());
    Peer caller = Peer::connect_to(link->listen().port);
    CHECK(net::run_until(loop, [&] { return caller.state() == State::ended; }));
    CHECK(link->counters().unreachable == 1);
    CHECK(link->counters().accepted == 1);
    CHECK(link->counters().open == 0);
  }
}

TEST_CASE("a stopped link refuses and starts again where it was", "[relay][sockets]") {
  Rig rig;
  rig.link->set_faults({latency(30ms)});
  const std::size_t one = rig.connect();
  const Endpoint at = rig.link->listen();
  rig.link->stop();
  rig.link->stop();
  CHECK_FALSE(rig.link->started());
  CHECK(rig.ends(rig.callers[one], State::ended));
  CHECK(rig.ends(rig.callees[one], State::ended));
  CHECK(Peer::connect_to(at.port).state() == State::reset);
  REQUIRE(rig.link->start());
  REQUIRE(rig.link->start());
  CHECK(rig.link->listen() == at);
  const std::size_t two = rig.connect();
  const auto began = rig.now();
  rig.callees[two].say("hello");
  CHECK(rig.hears(rig.callers[two], "hello"));
  CHECK(rig.now() - began >= 30ms);
}

TEST_CASE("a link may refuse who is new and keep who is there", "[relay][sockets]") {
  Rig rig;
  const std::size_t one = rig.connect();
  const Endpoint at = rig.link->listen();
  REQUIRE(rig.link->admit(Link::Admission::refused));
  CHECK(Peer::connect_to(at.port).state() == State::reset);
  rig.callers[one].say("still here");
  CHECK(rig.hears(rig.callees[one], "still here"));
  REQUIRE(rig.link->admit(Link::Admission::open));
  CHECK(rig.link->listen() == at);
  const std::size_t two = rig.connect();
  rig.callers[two].say("here too");
  CHECK(rig.hears(rig.callees[two], "here too"));
}

TEST_CASE("a connect may hang while who is there goes on", "[relay][sockets]") {
  Rig rig;
  const std::size_t one = rig.connect();
  REQUIRE(rig.link->admit(Link::Admission::hanging));
  Peer hanging = Peer::begin_connect_to(rig.link->listen().port);
  rig.callers[one].say("still here");
  CHECK(rig.hears(rig.callees[one], "still here"));
  rig.wait(50ms);
  CHECK(rig.link->counters().accepted == 1);
  REQUIRE(rig.link->admit(Link::Admission::open));
  // The kernel asks again after a second.
  CHECK(rig.until([&] { return rig.upstream.accept_into(rig.callees) == 2; }));
  hanging.say("at last");
  CHECK(rig.hears(rig.callees[1], "at last"));
  CHECK(rig.link->counters().accepted == 2);
}

TEST_CASE("a link that cannot listen says why", "[relay][sockets]") {
  Rig rig;
  const auto again = rig.relay.add({"again", rig.link->listen(), {"127.0.0.1", 1}});
  const auto started = again->start();
  REQUIRE_FALSE(started);
  CHECK(started.error().operation == "bind");
  CHECK(started.error().reason == "address already in use");
  const auto nowhere = rig.relay.add({"nowhere", {"no-such-host.invalid", 0}, {"127.0.0.1", 1}});
  CHECK(nowhere->start().error().operation == "resolve");
}

TEST_CASE("a relay that runs out of descriptors says so and goes on", "[relay][sockets]") {
  std::atomic<int> told = 0;
  Relay::Settings settings;
  settings.tell = [&](const std::string& sentence) {
    if (sentence.find("too many open files") != std::string::npos) ++told;
  };
  Rig rig(settings);
  const std::size_t before = rig.connect();
  rlimit limit{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &limit) == 0);
  const rlimit usual = limit;
  // The crowd has its sockets before there are no more, and connects after that.
  std::vector<int> sockets;
  for (int i = 0; i < 80; ++i) sockets.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  limit.rlim_cur = 64;
  REQUIRE(setrlimit(RLIMIT_NOFILE, &limit) == 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(rig.link->listen().port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::vector<Peer> crowd;
  for (const int socket : sockets) {
    CHECK(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
    crowd.emplace_back(socket);
  }
  rig.wait(100ms);
  rig.callers[before].say("still here");
  CHECK(rig.hears(rig.callees[before], "still here"));
  REQUIRE(setrlimit(RLIMIT_NOFILE, &usual) == 0);
  crowd.clear();
  CHECK(told <= 1);  // however often it could in between
  CHECK(told + static_cast<int>(rig.link->counters().refused) > 0);
  Peer late = Peer::connect_to(rig.link->listen().port);
  late.say("a new one");
  CHECK(rig.until([&] {
    rig.upstream.accept_into(rig.callees);
    return std::any_of(rig.callees.begin(), rig.callees.end(),
                       [](Peer& callee) { return callee.heard() == "a new one"; });
  }));
}

}  // namespace seawall::relay
