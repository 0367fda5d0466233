// What who reads along on a connection can do, and that it is plain TCP again when it has left.
#include <atomic>
#include <thread>

#include "tests/relay/rig.hpp"

namespace seawall::relay {

namespace {

using Actions = Interceptor::Actions;
using net::Close;

// Does what a test says.
struct Script {
  std::function<void(Direction, std::string_view, Actions&)> took =
      [](Direction direction, std::string_view bytes, Actions& actions) {
        actions.pass(direction, bytes, {});
      };
  std::function<bool(Direction, Close, Actions&)> source_ended = [](Direction, Close, Actions&) {
    return true;
  };
  std::function<void(Actions&)> nudged = [](Actions&) {};
  std::function<void(Actions&)> woken = [](Actions&) {};
  std::atomic<std::int64_t> gone_down = 0;
  std::atomic<int> closed = 0;
  std::atomic<int> gone = 0;
};

class Scripted final : public Interceptor {
 public:
  explicit Scripted(Script& script) : script_(script) {}
  ~Scripted() override { ++script_.gone; }
  void took(Direction direction, std::string_view bytes, Actions& actions) override {
    script_.took(direction, bytes, actions);
  }
  bool source_ended(Direction direction, Close how, Actions& actions) override {
    return script_.source_ended(direction, how, actions);
  }
  void nudged(Actions& actions) override { script_.nudged(actions); }
  void woken(Actions& actions) override { script_.woken(actions); }
  void went(Direction direction, std::int64_t gone, TimePoint) override {
    if (direction == Direction::down) script_.gone_down = gone;
  }
  void closed(bool, TimePoint) override { ++script_.closed; }

 private:
  Script& script_;
};

Interceptor::Make by(Script& script) {
  return [&script](const Interceptor::Place&) { return std::make_unique<Scripted>(script); };
}

}  // namespace

// The worker is held while connections are made and their callees speak, so that it learns of all
// that at once.
TEST_CASE("what a callee says or does at once is not lost", "[relay][sockets]") {
  std::atomic<int> made = 0;
  std::atomic<int> held = 0;
  const auto hold_every_other = [&](const Interceptor::Place& place) {
    made = static_cast<int>(place.number) + 1;
    while (place.number % 2 == 0 && held <= static_cast<int>(place.number))
      std::this_thread::yield();
    return std::unique_ptr<Interceptor>();
  };
  Rig rig({}, hold_every_other);
  std::vector<Peer> others;
  const auto port = rig.link->listen().port;
  others.push_back(Peer::connect_to(port));
  CHECK(rig.until([&] { return made == 1; }));
  for (int i = 0; i < 2; ++i) {
    rig.callers.push_back(Peer::connect_to(port));
    others.push_back(Peer::connect_to(port));
    held = 2 * i + 1;
    CHECK(rig.until([&] { return made == 2 * i + 3; }));  // it is held again
    std::vector<Peer> came;
    CHECK(rig.until([&] { return rig.upstream.accept_into(came) == 2; }));
    // Of the one before, and of the one that is meant, in this order.
    rig.callees.push_back(std::move(came.back()));
    others.push_back(std::move(came.front()));
    if (i == 0)
      rig.callees[0].say("220 ready");
    else
      rig.callees[1].reset();
  }
  held = 100;
  CHECK(rig.hears(rig.callers[0], "220 ready"));
  CHECK(rig.ends(rig.callers[1], State::reset));
}

TEST_CASE("what an interceptor passes passes, and the rest is swallowed", "[relay][sockets]") {
  Script script;
  script.took = [](Direction direction, std::string_view bytes, Actions& actions) {
    if (direction == Direction::up && bytes.starts_with("secret")) return;
    actions.pass(direction, bytes, {});
    if (direction == Direction::up) actions.pass(Direction::down, "noted", {});
  };
  Rig rig({}, by(script));
  const std::size_t one = rig.connect();
  rig.callers[one].say("secret");
  rig.wait(10ms);
  rig.callers[one].say("hello");
  CHECK(rig.hears(rig.callees[one], "hello"));
  CHECK(rig.hears(rig.callers[one], "noted"));
  rig.callers[one].end();
  rig.callees[one].end();
  CHECK(rig.until([&] { return script.gone == 1; }));
  CHECK(script.closed == 1);
}

TEST_CASE("an interceptor comes to a connection that rests, at a nudge", "[relay][sockets]") {
  Script script;
  std::atomic<bool> wanted = false;
  script.took = [](Direction direction, std::string_view bytes, Actions& actions) {
    actions.pass(direction, "(" + std::string(bytes) + ")", {});
  };
  const auto make = by(script);
  Rig rig({}, [&](const Interceptor::Place& place) {
    return wanted ? make(place) : std::unique_ptr<Interceptor>();
  });
  const std::size_t one = rig.connect();
  // Much, so that it goes through the kernel.
  const std::string much(4 << 20, 'x');
  std::size_t sent = 0;
  CHECK(rig.until([&] {
    sent += rig.callers[one].offer(std::string_view(much).substr(sent));
    return rig.callees[one].heard().size() == much.size();
  }));
  rig.link->nudge();
  rig.callers[one].say("plain");
  CHECK(rig.until([&] { return rig.callees[one].heard().size() == much.size() + 5; }));
  wanted = true;
  rig.link->nudge();
  rig.callers[one].say("read");
  CHECK(rig.until([&] { return rig.callees[one].heard().ends_with("plain(read)"); }));
  rig.callees[one].say("back");
  CHECK(rig.hears(rig.callers[one], "(back)"));
}

TEST_CASE("bytes wait for their time, and those behind them with them", "[relay][sockets]") {
  Script script;
  script.took = [](Direction direction, std::string_view bytes, Actions& actions) {
    const bool late = bytes.starts_with("late");
    actions.pass(direction, bytes, {late ? actions.now() + 60ms : TimePoint::min(), {}});
  };
  Rig rig({}, by(script));
  const std::size_t one = rig.connect();
  const auto began = rig.now();
  rig.callers[one].say("late");
  rig.wait(5ms);
  rig.callers[one].say(" and soon");
  CHECK(rig.hears(rig.callees[one], "late and soon"));
  CHECK(rig.now() - began >= 60ms);
}

TEST_CASE("what waits does not stop its direction, until there is too much", "[relay][sockets]") {
  Script script;
  std::atomic<bool> sees_second = false;
  script.took = [&](Direction direction, std::string_view bytes, Actions& actions) {
    if (bytes == "second") sees_second = true;
    actions.pass(direction, bytes, {actions.now() + 1h, {}});
  };
  Relay::Settings settings;
  settings.queue = 100'000;
  Rig rig(settings, by(script));
  const std::size_t one = rig.connect();
  rig.callers[one].say("first");
  rig.wait(5ms);
  rig.callers[one].say("second");
  CHECK(rig.until([&] { return sees_second.load(); }));
  const std::string bytes(64'000'000, 'x');
  std::size_t sent = 0;
  for (int i = 0; i < 20; ++i) {
    sent += rig.callers[one].offer(std::string_view(bytes).substr(sent));
    rig.wait(5ms);
  }
  CHECK(sent < bytes.size());
}

TEST_CASE("who asks and does not read is not heard any more", "[relay][sockets]") {
  Script script;
  std::atomic<std::size_t> asked = 0;
  script.took = [&](Direction, std::string_view bytes, Actions& actions) {
    asked += bytes.size();
    actions.pass(Direction::down, std::string(10 * bytes.size(), 'x'), {});
  };
  Relay::Settings settings;
  settings.queue = 100'000;
  Rig rig(settings, by(script));
  const std::size_t one = rig.connect();
  const std::string bytes(32'000'000, 'q');
  std::size_t sent = 0;
  std::size_t before = 1;
  while (sent != before) {  // until nobody takes any more
    before = sent;
    rig.wait(30ms);
    sent += rig.callers[one].offer(std::string_view(bytes).substr(sent));
  }
  CHECK(sent < bytes.size());
  CHECK(rig.until([&] { return rig.callers[one].heard().size() >= 10 * asked && asked >= sent; }));
  CHECK(rig.callers[one].heard().size() == 10 * sent);
}

TEST_CASE("an end comes after what was passed before it, at its time", "[relay][sockets]") {
  Script script;
  script.took = [](Direction, std::string_view bytes, Actions& actions) {
    const auto how = bytes == "reset" ? Close::reset : Close::fin;
    actions.pass(Direction::down, "last words", {});
    actions.end(Direction::down, how, actions.now() + 40ms);
    actions.pass(Direction::down, "too late", {});
  };
  Rig rig({}, by(script));
  for (const auto& [word, state] : {std::pair("reset", State::reset), {"end", State::ended}}) {
    const std::size_t one = rig.connect();
    const auto began = rig.now();
    rig.callers[one].say(word);
    CHECK(rig.hears(rig.callers[one], "last words"));
    CHECK(rig.ends(rig.callers[one], state));
    CHECK(rig.now() - began >= 40ms);
    CHECK(rig.ends(rig.callees[one], state));
    CHECK(rig.callers[one].heard() == "last words");
  }
}

TEST_CASE("an end of the callee can be withheld from its caller", "[relay][sockets]") {
  Script script;
  script.source_ended = [](Direction direction, Close, Actions& actions) {
    if (direction == Direction::up) actions.end(Direction::down, Close::fin, actions.now());
    return direction == Direction::up;
  };
  Rig rig({}, by(script));
  const std::size_t one = rig.connect();
  rig.callees[one].end();
  rig.wait(20ms);
  CHECK(rig.callers[one].state() == State::open);
  rig.callers[one].end();
  CHECK(rig.ends(rig.callers[one], State::ended));
  CHECK(rig.until([&] { return rig.link->counters().open == 0; }));
}

TEST_CASE("when an interceptor has left, the connection is plain TCP", "[relay][sockets]") {
  Script script;
  script.took = [](Direction direction, std::string_view bytes, Actions& actions) {
    actions.pass(direction, bytes, {actions.now() + 20ms, {}});
    actions.detach();
  };
  Rig rig({}, by(script));
  const std::size_t one = rig.connect();
  rig.callers[one].say("first");
  CHECK(rig.until([&] { return script.gone == 1; }));
  const std::string bytes(3'000'000, 'x');
  std::size_t sent = 0;
  CHECK(rig.until([&] {
    sent += rig.callers[one].offer(std::string_view(bytes).substr(sent));
    return rig.callees[one].heard().size() == bytes.size() + 5;
  }));
  CHECK(rig.callees[one].heard().starts_with("firstx"));
  rig.callees[one].say("back");
  CHECK(rig.hears(rig.callers[one], "back"));
  CHECK(script.closed == 0);
}

TEST_CASE("a nudge reaches every live connection", "[relay][sockets]") {
  Script script;
  script.nudged = [](Actions& actions) { actions.pass(Direction::down, "wake up", {}); };
  Rig rig({}, by(script));
  const std::size_t one = rig.connect();
  const std::size_t two = rig.connect();
  rig.link->nudge();
  CHECK(rig.hears(rig.callers[one], "wake up"));
  CHECK(rig.hears(rig.callers[two], "wake up"));
}

TEST_CASE("a request aside goes its own way, and its answer nowhere", "[relay][sockets]") {
  Script script;
  std::atomic<int> accepted = 0;
  script.took = [&](Direction direction, std::string_view bytes, Actions& actions) {
    actions.pass(direction, bytes, {});
    const bool large = bytes == "large";
    AsideRequest request;
    request.bytes = large ? std::string(2 << 20, 'x') : std::string(bytes);
    request.at = actions.now() + (bytes == "later" ? Duration(1h) : Duration(30ms));
    request.is_answered = [](std::string_view heard) { return heard.ends_with("."); };
    if (direction == Direction::up && actions.ask_aside(std::move(request))) ++accepted;
  };
  Rig rig({}, by(script));
  const std::size_t one = rig.connect();
  const auto began = rig.now();
  rig.callers[one].say("ask");
  rig.until([&] { return accepted == 1; });
  rig.callers[one].close();  // it outlives who asked for it
  REQUIRE(rig.until([&] { return rig.upstream.accept_into(rig.callees) == 2; }));
  CHECK(rig.now() - began >= 30ms);
  CHECK(rig.hears(rig.callees[1], "ask"));
  rig.callees[1].say("an answer");
  rig.wait(10ms);
  CHECK(rig.callees[1].state() == State::open);
  rig.callees[1].say(".");
  CHECK(rig.ends(rig.callees[1], State::ended));

  rig.callers.push_back(Peer::connect_to(rig.link->listen().port));
  REQUIRE(rig.until([&] { return rig.upstream.accept_into(rig.callees) == 3; }));
  rig.callers.back().say("large");
  CHECK(rig.hears(rig.callees[2], "large"));
  rig.callers.back().say("later");
  CHECK(rig.until([&] { return accepted == 2; }));
  rig.link->hurry_asides();
  REQUIRE(rig.until([&] { return rig.upstream.accept_into(rig.callees) == 4; }));
  CHECK(rig.hears(rig.callees[3], "later"));
  rig.link->stop();
  CHECK(rig.until([&] { return rig.callees[3].state() != State::open; }));
}

TEST_CASE("an interceptor learns when what had to wait has gone", "[relay][sockets]") {
  Script script;
  std::atomic<std::int64_t> passed = 0;
  std::atomic<std::int64_t> gone = 0;
  script.took = [&](Direction, std::string_view, Actions& actions) {
    actions.pass(Direction::down, "at once, ", {});
    gone = actions.gone(Direction::down);
    actions.pass(Direction::down, "and later", {actions.now() + 30ms, {}});
    passed = actions.passed(Direction::down);
  };
  Rig rig({}, by(script));
  const std::size_t one = rig.connect();
  rig.callers[one].say("go");
  CHECK(rig.hears(rig.callers[one], "at once, and later"));
  CHECK(gone == 9);
  CHECK(passed == 18);
  CHECK(rig.until([&] { return script.gone_down == 18; }));
}

TEST_CASE("what waits can be lost, and what comes after it passes", "[relay][sockets]") {
  Script script;
  script.took = [](Direction direction, std::string_view bytes, Actions& actions) {
    actions.pass(direction, bytes, {actions.now() + 1h, {}});
  };
  script.nudged = [](Actions& actions) {
    actions.drop(Direction::up);
    actions.pass(Direction::up, "instead", {});
  };
  Rig rig({}, by(script));
  const std::size_t one = rig.connect();
  rig.callers[one].say("never comes");
  rig.wait(10ms);
  rig.link->nudge();
  CHECK(rig.hears(rig.callees[one], "instead"));
}

TEST_CASE("an interceptor is woken at the time that it said last", "[relay][sockets]") {
  Script script;
  script.took = [](Direction, std::string_view, Actions& actions) {
    actions.wake(actions.now() + 1h);
    actions.wake(actions.now() + 30ms);
  };
  script.woken = [](Actions& actions) { actions.pass(Direction::down, "good morning", {}); };
  Rig rig({}, by(script));
  const std::size_t one = rig.connect();
  const auto began = rig.now();
  rig.callers[one].say("sleep");
  CHECK(rig.hears(rig.callers[one], "good morning"));
  CHECK(rig.now() - began >= 30ms);
}

TEST_CASE("every connection can be reset, and others come after that", "[relay][sockets]") {
  Rig rig;
  const std::size_t one = rig.connect();
  const std::size_t two = rig.connect();
  rig.link->reset_connections();
  CHECK(rig.ends(rig.callers[one], State::reset));
  CHECK(rig.ends(rig.callees[two], State::reset));
  const std::size_t three = rig.connect();
  rig.callers[three].say("hello");
  CHECK(rig.hears(rig.callees[three], "hello"));
}

TEST_CASE("requests aside that are held go when they are told to, in order", "[relay][sockets]") {
  Script script;
  std::atomic<int> accepted = 0;
  std::atomic<int> delivered = 0;
  script.took = [&](Direction direction, std::string_view bytes, Actions& actions) {
    if (direction == Direction::down) return;
    for (const char number : bytes) {
      AsideRequest request;
      request.bytes = number;
      request.at = actions.now() + 300ms;
      request.index.n = static_cast<std::uint32_t>(number - '0') / 2;
      request.is_copy = number % 2 == 1;
      request.delivered = [&delivered] { ++delivered; };
      if (actions.ask_aside(std::move(request))) ++accepted;
    }
  };
  Rig rig({}, by(script));
  const std::size_t one = rig.connect();
  rig.callers[one].say("352");
  CHECK(rig.until([&] { return accepted == 3; }));
  rig.link->hold_asides();
  rig.wait(350ms);
  CHECK(delivered == 0);
  rig.link->hurry_asides();
  REQUIRE(rig.until([&] { return rig.upstream.accept_into(rig.callees) == 4; }));
  CHECK(rig.hears(rig.callees[1], "2"));
  CHECK(rig.hears(rig.callees[2], "3"));
  CHECK(rig.hears(rig.callees[3], "5"));
  CHECK(delivered == 3);
}

}  // namespace seawall::relay
