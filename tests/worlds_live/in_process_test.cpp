// What only a world of real sockets and threads has: addresses, interruptions, and an end that
// leaves nothing behind. That it does what the simulated world does is for tests/worlds.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "harness/live/clock.hpp"
#include "harness/net/port.hpp"
#include "harness/worlds/worlds.hpp"
#include "tests/live_store/folder.hpp"
#include "tests/net/peer.hpp"
#include "tests/worlds/factories.hpp"
#include "tests/worlds/rig.hpp"

namespace seawall::test {

namespace {

// Threads of this process, and what its descriptors are open on.
std::size_t threads() {
  const std::filesystem::directory_iterator all("/proc/self/task");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

// Whether there are no more of them soon: one that was joined may be listed for a moment yet.
bool threads_fall_to(std::size_t most) {
  const auto limit = live::steady_now() + 10s;
  while (threads() > most && live::steady_now() < limit) std::this_thread::yield();
  return threads() <= most;
}

std::size_t descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

std::uint16_t port_of(runtime::World& world, const std::string& name) {
  return net::parse_address(world.addresses().at(name)).value().port;
}

runtime::WorldSetup setup_of(const runtime::Target& target, const live::test::Folder& folder) {
  runtime::WorldSetup setup;
  setup.target = &target;
  setup.dir = folder.path();
  return setup;
}

model::Fault late() {
  auto late = fault("late_request", "front -> back");
  late.delay = 1h;
  return late;
}

model::Fault long_drain() {
  auto restart = fault("restart", "back");
  restart.drain = 1h;
  return restart;
}

model::Fault endless_crash() {
  auto crash = fault("crash", "back");
  crash.restart.reset();
  return crash;
}

}  // namespace

TEST_CASE("a world has an address for each node and link") {
  Rig<LiveInMemory> rig;
  const auto addresses = rig.world().addresses();
  REQUIRE(addresses.size() == 4);
  for (const char* name : {"back", "front", "client -> front", "front -> back"}) {
    REQUIRE(addresses.contains(name));
    CHECK(net::parse_address(addresses.at(name)));
  }
}

TEST_CASE("a foreign caller comes in through the link of the client") {
  Rig<LiveInMemory> rig;
  auto curl = net::Peer::connect_to(port_of(rig.world(), "client -> front"));
  curl.say("POST /put/a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n7");
  rig.until([&] { return curl.heard().find("201 Created") != std::string::npos; });
  CHECK(rig.get("a") == "200 toy:7");
  const record::Record record = rig.finish();
  for (const char* link : {"client -> front", "front -> back"}) {
    const auto rows = rows_of(record, link);
    REQUIRE(rows.size() == 2);
    CHECK(base::to_text(rows[0].index.subject) == "foreign 1");
    CHECK(rows[0].index.operation == "POST /put/a");
  }
}

TEST_CASE("an interrupt ends an advance at once") {
  Rig<LiveInMemory> rig;
  std::thread signal([&] { rig.world().interrupt(); });
  rig.world().advance(rig.world().now() + 1h);
  signal.join();
  // It counts once, also where it came before.
  rig.world().interrupt();
  rig.world().advance(rig.world().now() + 1h);
  const auto until = rig.world().now() + 5ms;
  rig.world().advance(until);
  CHECK(rig.world().now() >= until);
}

TEST_CASE("a world that ends in any state leaves nothing behind") {
  // A sanitizer starts a thread of its own with the first one of ours.
  std::thread([] {}).join();
  const std::size_t threads_before = threads();
  const std::size_t descriptors_before = descriptors();
  const std::string state = GENERATE("new", "idle", "in flight", "held", "paused", "down",
                                     "crashing", "draining", "finished");
  CAPTURE(state);
  {
    Rig<LiveInSqlite> rig({late(), fault("pause", "back"), endless_crash(), long_drain()});
    std::vector<runtime::Lease> leases;
    if (state == "in flight" || state == "crashing") rig.send(rig.request("/nap/5000"));
    if (state == "in flight") rig.send(rig.request("/put/a", "1"));
    if (state == "held") {
      leases.push_back(rig.arm(0));
      CHECK(rig.put("a", "1") == "502 timed_out");
    }
    if (state == "paused") {
      leases.push_back(rig.arm(1));
      rig.send(rig.request("/put/a", "1"));
    }
    if (state == "down" || state == "crashing") leases.push_back(rig.arm(2));
    if (state == "down") CHECK(rig.put("a", "1") == "502 refused");
    if (state == "draining") {
      leases.push_back(rig.arm(3));
      rig.until([&] { return rig.put("a", "1").starts_with("503"); });
    }
    if (state == "finished") rig.finish();
  }
  CHECK(threads_fall_to(threads_before));
  CHECK(descriptors() == descriptors_before);
}

TEST_CASE("a world that was never started ends") {
  const runtime::Target target = toy();
  const live::test::Folder folder;
  const auto world = worlds::make_world(model::Mode::inprocess, setup_of(target, folder));
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("a world whose stores cannot be made says so and ends") {
  const runtime::Target target = toy();
  const live::test::Folder folder;
  auto setup = setup_of(target, folder);
  SECTION("no folder") { setup.dir = folder.file("none"); }
  SECTION("a file of somebody else") {
    std::ofstream(folder.file("front.db")) << std::string(600, 'x');
  }
  const auto world = worlds::make_world(model::Mode::inprocess, setup);
  const auto started = world->start();
  REQUIRE_FALSE(started);
  CHECK(started.error().find("cannot use the store") != std::string::npos);
  record::Record record;
  world->finish(record);
  CHECK(record.exchanges.empty());
}

TEST_CASE("a world whose service cannot start says which") {
  class Broken final : public runtime::Service {
   public:
    Task<bool> start() override { co_return false; }
    Task<Response> handle(Request) override {
      Response response(500);
      co_return response;
    }
    std::vector<record::PatternUse> patterns() const override { return {}; }
  };
  runtime::Target target = toy();
  target.nodes[1].make = [](Env&) { return std::make_unique<Broken>(); };
  const live::test::Folder folder;
  const auto world = worlds::make_world(model::Mode::inprocess, setup_of(target, folder));
  const auto started = world->start();
  REQUIRE_FALSE(started);
  CHECK(started.error().find("front") != std::string::npos);
}

TEST_CASE("the stores of a world can be opened again") {
  const runtime::Target target = toy();
  const live::test::Folder folder;
  for (std::uint64_t life = 1; life <= 2; ++life) {
    const auto world = worlds::make_world(model::Mode::inprocess, setup_of(target, folder));
    REQUIRE(world->start());
    Asked asked;
    asked.request = Request(Method::post, "/put/a", "1");
    asked.request.deadline = world->now() + 5s;
    asked.request.index.subject = {base::Subject::Kind::order, 1};
    asked.request.index.operation = "put";
    world->drive([&](Env& env) { return Asked::ask(env, &asked); });
    while (!asked.ended) world->advance(world->now() + 2ms);
    std::vector<record::LedgerRow> rows;
    world->read_ledger(rows);
    CHECK(rows.size() == life);
    record::Record record;
    world->finish(record);
    CHECK(record.ledger.empty());
  }
}

TEST_CASE("callers of a node that was killed while others crash too come to an end") {
  auto first = fault("crash", "back");
  first.restart = 20ms;
  auto second = fault("crash", "front");
  second.restart = 30ms;
  Rig<LiveInSqlite> rig({first, second});
  std::vector<std::shared_ptr<Asked>> asked;
  for (int round = 0; round < 5; ++round) {
    for (std::uint64_t i = 0; i < 20; ++i)
      asked.push_back(rig.send(rig.request("/put/k" + std::to_string(i), "1", i + 1)));
    auto one = rig.arm(0);
    auto other = rig.arm(1);
    rig.until([&] { return !rig.world().active(0) && !rig.world().active(1); });
  }
  for (const auto& one : asked) rig.until([&] { return one->ended.load(); });
  rig.world().heal_all();
  rig.until_quiet();
  CHECK(rig.put("last", "1") == "201 toy:last");
  const record::Record record = rig.finish();
  CHECK(record.faults[0].hit == 5);
  std::uint64_t lsn = 0;
  for (const record::LedgerRow& row : record.ledger) CHECK(row.lsn == ++lsn);
}

}  // namespace seawall::test
