// What the faults of a link draw, and what they are said to have done.
#include <algorithm>

#include <dirent.h>

#include "tests/relay/rig.hpp"

namespace seawall::relay {

namespace {

StreamFault share_of(base::Share probability, StreamEffect effect, std::string name) {
  StreamFault one = fault(std::move(effect), Direction::down, std::move(name));
  one.probability = probability;
  return one;
}

StreamEffect limit(std::int64_t bytes) {
  StreamEffect effect;
  effect.limit = bytes;
  return effect;
}

std::size_t open_descriptors() {
  std::size_t count = 0;
  DIR* const folder = ::opendir("/proc/self/fd");
  REQUIRE(folder != nullptr);
  while (::readdir(folder) != nullptr) ++count;
  ::closedir(folder);
  return count;
}

std::vector<Draw> draws_of_a_crowd(int workers, std::uint64_t seed) {
  Relay::Settings settings;
  settings.workers = workers;
  settings.seed = seed;
  Rig rig(settings);
  StreamEffect late;
  late.delay = Delay{1ms};
  rig.link->set_faults({share_of(base::Share::percent(50), late, "half")});
  for (int i = 0; i < 32; ++i) rig.connect();
  // One comes while all of them are open.
  rig.link->set_faults({share_of(base::Share::percent(50), late, "half"),
                        share_of(base::Share::percent(20), limit(3), "fifth")});
  return rig.link->draws();
}

}  // namespace

TEST_CASE("the log of draws is the same with one worker and with several", "[relay][sockets]") {
  const std::vector<Draw> one = draws_of_a_crowd(1, 5);
  REQUIRE(one.size() == 64);
  for (const int workers : {2, 4, 7}) CHECK((draws_of_a_crowd(workers, 5) == one));
  CHECK_FALSE((draws_of_a_crowd(1, 6) == one));
  const auto hits = std::count_if(
      one.begin(), one.end(), [](const Draw& draw) { return draw.fault == "half" && draw.drawn; });
  CHECK(hits > 6);
  CHECK(hits < 26);
  for (std::size_t i = 0; i < one.size(); ++i) CHECK(one[i].connection == i / 2);
}

TEST_CASE("the log of draws keeps the newest", "[relay][sockets]") {
  DrawLog log;
  for (std::uint64_t i = 0; i < DrawLog::most + 10; ++i) log.add({i, "fault", Direction::up, true});
  CHECK(log.draws().size() == DrawLog::most);
  CHECK(log.draws().front().connection == 10);
}

TEST_CASE("a fault hits the connections on which it acts", "[relay][sockets]") {
  Rig rig;
  const std::size_t open = rig.connect();
  StreamEffect nothing;
  rig.link->set_faults({latency(1ms), fault(limit(3), Direction::down, "limit"),
                        fault(nothing, Direction::down, "noop")});
  const auto hits = [&](std::size_t position) { return rig.link->hits().at(position); };
  CHECK(hits(0).came == 1);
  CHECK(hits(0).acted == 0);
  rig.connect();
  CHECK(rig.until([&] { return hits(0).came == 2; }));
  rig.callees[open].say("ab");
  CHECK(rig.hears(rig.callers[open], "ab"));
  CHECK(hits(0).acted == 1);
  CHECK(hits(1).acted == 0);
  rig.callees[open].say("cd");
  CHECK(rig.ends(rig.callers[open], State::ended));
  CHECK(hits(0).acted == 1);
  CHECK(hits(1).acted == 1);
  CHECK(hits(2).came == 2);
  CHECK(hits(2).acted == 0);
  // One that changes counts on; one that is another begins anew.
  rig.link->set_faults({latency(2ms), latency(1ms, Direction::up)});
  CHECK(hits(0).acted == 1);
  CHECK(hits(0).came == 2);
  CHECK(hits(1).came == 1);
}

TEST_CASE("an end that a fault set a time for is a hit", "[relay][sockets]") {
  Rig rig;
  const std::size_t one = rig.connect();
  StreamEffect effect;
  effect.reset_after = 1ms;
  StreamEffect late;
  late.reset_after = 1h;
  rig.link->set_faults({fault(effect), fault(late, Direction::up)});
  CHECK(rig.ends(rig.callers[one], State::reset));
  CHECK(rig.until([&] { return rig.link->hits().at(0).acted == 1; }));
  CHECK(rig.link->hits().at(1).acted == 0);
}

TEST_CASE("a limit that changes counts on", "[relay][sockets]") {
  Rig rig;
  const std::size_t one = rig.connect();
  rig.link->set_faults({fault(limit(10))});
  rig.callees[one].say("12345");
  CHECK(rig.hears(rig.callers[one], "12345"));
  rig.link->set_faults({fault(limit(8))});
  rig.callees[one].say("67890");
  CHECK(rig.ends(rig.callers[one], State::ended));
  CHECK(rig.callers[one].heard() == "12345678");
}

TEST_CASE("who is reset while nothing passes keeps no descriptor, and its peer hears later",
          "[relay][sockets]") {
  Rig rig;
  const std::size_t one = rig.connect();
  const std::size_t other = rig.connect();
  rig.link->set_faults({hold(Direction::up), hold(Direction::down)});
  rig.callers[one].say("unheard");
  CHECK(rig.until([&] { return rig.link->counters().up.received_bytes == 7; }));
  const std::size_t before = open_descriptors();
  rig.callers[one].reset();  // one is the test's own
  CHECK(rig.until([&] { return open_descriptors() == before - 2; }));
  CHECK(rig.callees[one].state() == State::open);
  CHECK(rig.link->counters().open == 2);
  rig.link->set_faults({});
  CHECK(rig.until([&] { return rig.callees[one].heard() == "unheard"; }));
  CHECK(rig.ends(rig.callees[one], State::reset));
  rig.callers[other].say("as before");
  CHECK(rig.hears(rig.callees[other], "as before"));
}

TEST_CASE("where both sides have left while nothing passes, nothing is kept", "[relay][sockets]") {
  Rig rig;
  const std::size_t one = rig.connect();
  rig.link->set_faults({hold(Direction::up), hold(Direction::down)});
  rig.callers[one].reset();
  rig.wait(20ms);
  rig.callees[one].reset();
  CHECK(rig.until([&] { return rig.link->counters().open == 0; }));
}

TEST_CASE("connects that hang are counted", "[relay][sockets]") {
  Rig rig;
  CHECK(rig.link->hung_connects() == 0);
  REQUIRE(rig.link->admit(Link::Admission::hanging));
  CHECK(rig.link->hung_connects() == 0);
  {
    const Peer waits = Peer::begin_connect_to(rig.link->listen().port);
    CHECK(rig.until([&] { return rig.link->hung_connects() > 0; }));
  }
  REQUIRE(rig.link->admit(Link::Admission::open));
  const auto counted = rig.link->hung_connects();
  CHECK(counted > 0);
  rig.connect();
  CHECK(rig.link->hung_connects() == counted);
}

}  // namespace seawall::relay
