// What only a world of processes has: deaths that nobody planned, an end that leaves no process,
// and records that outlive those who wrote them.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <unistd.h>

#include "harness/os/process.hpp"
#include "harness/worlds/book.hpp"
#include "tests/worlds/rig.hpp"
#include "tests/worlds/toy_worlds.hpp"

namespace seawall::test {

namespace {

std::size_t descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

// The process of a node: a child of a shim of ours.
pid_t process_of(const std::string& node) {
  for (const os::ProcessFacts& one : os::descendants_of(::getpid())) {
    std::ifstream in("/proc/" + std::to_string(one.process) + "/cmdline");
    const std::string words{std::istreambuf_iterator<char>(in), {}};
    const std::string start = std::string(TOY_NODE) + '\0' + node + '\0';
    if (words.starts_with(start)) return one.process;
  }
  FAIL("no process of " + node);
  return 0;
}

model::Fault crash_for_ever(const std::string& node) {
  auto crash = fault("crash", node);
  crash.restart.reset();
  return crash;
}

model::Fault long_drain() {
  auto restart = fault("restart", "back");
  restart.drain = 1h;
  return restart;
}

}  // namespace

TEST_CASE("a world of processes that ends in any state leaves nothing behind", "[worlds]") {
  const std::size_t descriptors_before = descriptors();
  const std::string state =
      GENERATE("idle", "in flight", "paused", "down", "starting", "draining", "finished");
  CAPTURE(state);
  {
    auto soon = fault("crash", "back");
    soon.restart = 0ms;
    Rig<InProcesses> rig({fault("pause", "back"), crash_for_ever("back"), soon, long_drain()});
    std::vector<runtime::Lease> leases;
    if (state == "in flight") rig.send(rig.request("/nap/5000"));
    if (state == "paused") leases.push_back(rig.arm(0));
    if (state == "down") leases.push_back(rig.arm(1));
    if (state == "starting") leases.push_back(rig.arm(2));
    if (state == "draining") {
      leases.push_back(rig.arm(3));
      rig.until([&] { return rig.put("a", "1").starts_with("503"); });
    }
    if (state == "finished") rig.finish();
  }
  CHECK(os::descendants_of(::getpid()).empty());
  CHECK(descriptors() == descriptors_before);
}

TEST_CASE("a process that dies though no fault killed it is a failure of the world", "[worlds]") {
  Rig<InProcesses> rig;
  CHECK(rig.put("a", "1") == "201 toy:a");
  ::kill(process_of("back"), SIGKILL);
  rig.until([&] { return !rig.world().failure().empty(); });
  rig.finish();
  const std::string failure = rig.world().failure();
  INFO(failure);
  CHECK(failure.starts_with(
      "a service ended though no fault had killed it: back was killed by signal 9 (KILL); its last "
      "lines:\n  | back serves on 127.0.0.1:"));
}

TEST_CASE("a program that cannot be run is told with its service", "[worlds]") {
  const runtime::Target target = toy();
  const live::test::Folder folder;
  runtime::WorldSetup setup;
  setup.target = &target;
  setup.dir = folder.path();
  setup.programs.shim = {TOY_NODE, std::string(os::shim_word)};
  SECTION("there is none") { setup.programs.serve = {"/seawall-no-such-program"}; }
  SECTION("it ends at once") { setup.programs.serve = {"sh", "-c", "echo no disk; exit 4"}; }
  worlds::Processes world(setup);
  const auto started = world.start();
  REQUIRE_FALSE(started);
  INFO(started.error());
  const bool none = setup.programs.serve.size() == 1;
  CHECK(started.error().starts_with(
      none
          ? "back: cannot run '/seawall-no-such-program': No such file or directory"
          : "back exited with status 4 before it was ready (expected: it says \"back serves on\""));
  record::Record record;
  world.finish(record);
  CHECK(record.exchanges.empty());
}

TEST_CASE("what a process recorded is there after it was killed", "[worlds]") {
  auto crash = fault("crash", "back");
  crash.restart = 10ms;
  Rig<InProcesses> rig({crash});
  for (int life = 0; life < 3; ++life) {
    CHECK(rig.put("a", "1") == "201 toy:a");
    if (life == 2) break;
    const auto lease = rig.arm(0);
    rig.until([&] { return !rig.world().active(0); });
  }
  const record::Record record = rig.finish();
  std::string told;
  for (const record::Event& event : record.events)
    if (event.kind == record::Event::Kind::node && event.where == "back")
      told += event.what + std::to_string(event.value) + " ";
  CHECK(told == "up1 down1 up2 down2 up3 ");
  CHECK(std::any_of(record.samples.begin(), record.samples.end(),
                    [](const auto& sample) { return sample.node == "back"; }));
  // Of the two that were killed, what was written down by then.
  REQUIRE(record.patterns.size() == 1);
  CHECK(record.patterns[0].acted >= 1);
  CHECK(record.patterns[0].acted <= 3);
}

TEST_CASE("a book keeps whole lines and goes on with the next incarnation", "[worlds]") {
  const live::test::Folder folder;
  const std::string path = folder.file("node.book");
  record::PatternUse use;
  use.pattern = "retry";
  use.where = "a -> b";
  for (std::int64_t incarnation = 1; incarnation <= 3; ++incarnation) {
    auto book = worlds::Book::open(path);
    REQUIRE(book);
    record::Event event;
    event.kind = record::Event::Kind::node;
    event.where = "node \"with\" signs \x01";
    event.value = incarnation;
    book->add(event);
    for (use.acted = 1; use.acted <= incarnation; ++use.acted) {
      use.permits_taken = use.acted;
      book->put(incarnation, {use});
    }
  }
  const auto reader = worlds::Book::open(path);
  REQUIRE(reader);
  record::Record record;
  REQUIRE(reader->read(record));
  REQUIRE(record.events.size() == 3);
  CHECK(record.events[2].where == "node \"with\" signs \x01");
  CHECK(record.events[2].value == 3);
  // The last word of each incarnation: 1, 2 and 3.
  REQUIRE(record.patterns.size() == 1);
  CHECK(record.patterns[0].acted == 6);
}

TEST_CASE("a book grows with what is in it, and drops what is too much", "[worlds]") {
  const live::test::Folder folder;
  auto book = worlds::Book::open(folder.file("node.book"));
  REQUIRE(book);
  record::Event event;
  event.what = std::string(1 << 20, 'x');
  const int most = static_cast<int>(worlds::Book::most >> 20);
  for (int i = 0; i < most + 3; ++i) book->add(event);
  record::Record record;
  REQUIRE(book->read(record));
  CHECK(record.events.size() == static_cast<std::size_t>(most) - 1);
  CHECK(record.events_dropped == 4);
}

TEST_CASE("a file of somebody else is no book", "[worlds]") {
  const live::test::Folder folder;
  std::ofstream(folder.file("other")) << std::string(10'000, 'x');
  const auto book = worlds::Book::open(folder.file("other"));
  REQUIRE_FALSE(book);
  CHECK(book.error().ends_with("it is no book of a node"));
}

}  // namespace seawall::test
