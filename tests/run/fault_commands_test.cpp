// Faults that commands do and undo.
#include "harness/run/fault_commands.hpp"

#include "harness/os/undo_note.hpp"
#include "tests/os/survivors.hpp"
#include "tests/run/workshop.hpp"

using namespace seawall;
using namespace std::chrono_literals;
using os::test::comes_true;
using run::FaultCommands;
using run::tests::shell;
using run::tests::Workshop;

namespace {

std::vector<model::Fault> faults_of(model::Command start, model::Command undo) {
  std::vector<model::Fault> faults(2);
  faults[0].type = "latency";
  faults[1].type = "command";
  faults[1].name = "deed";
  faults[1].start = std::move(start);
  faults[1].undo = std::move(undo);
  return faults;
}

std::vector<model::Fault> logging() {
  return faults_of(shell("echo start >> log"), shell("echo undo >> log"));
}

record::FaultUse use_of(const FaultCommands& commands, record::Record* record = nullptr) {
  record::Record own;
  record::Record& told = record ? *record : own;
  told.faults.resize(2);
  commands.tell(told);
  return told.faults[1];
}

}  // namespace

TEST_CASE("a command does a fault when it is armed, and another undoes it when it heals") {
  const Workshop shop;
  const auto faults = logging();
  FaultCommands commands(faults, shop.place);
  REQUIRE(commands.prepare({}));
  CHECK_FALSE(commands.has(0));
  REQUIRE(commands.has(1));
  commands.arm(1);
  REQUIRE(comes_true([&] { return commands.idle(); }));
  CHECK(shop.log() == "start\n");
  CHECK(os::has_notes(shop.place.notes));
  commands.heal(1);
  REQUIRE(comes_true([&] { return commands.idle(); }));
  CHECK(shop.log() == "start\nundo\n");
  CHECK_FALSE(os::has_notes(shop.place.notes));
  commands.arm(1);  // it flaps
  REQUIRE(comes_true([&] { return commands.idle(); }));
  record::Record record;
  const record::FaultUse use = use_of(commands, &record);
  CHECK(use.hit == 2);
  CHECK(use.reached == 2);
  CHECK(use.trouble.empty());
  REQUIRE(record.events.size() == 2);
  CHECK(record.events[0].kind == record::Event::Kind::hit);
  CHECK(record.events[0].name == "deed");
}

TEST_CASE("what is done is undone when the run ends, in whatever way") {
  const Workshop shop;
  const auto faults = logging();
  {
    FaultCommands commands(faults, shop.place);
    REQUIRE(commands.prepare({}));
    commands.arm(1);
    REQUIRE(comes_true([&] { return commands.idle(); }));
    SECTION("by its destructor") {}
    SECTION("at once, from another thread, and nothing is done after that") {
      std::vector<std::string> told;
      std::thread other([&] { told = commands.undo_all(); });
      other.join();
      CHECK(told == std::vector<std::string>{"the fault deed is undone"});
      CHECK(shop.log() == "start\nundo\n");
      commands.arm(1);
      CHECK(commands.undo_all().empty());
    }
  }
  CHECK(shop.log() == "start\nundo\n");
}

TEST_CASE("a command that fails did no fault, and is undone all the same") {
  const Workshop shop;
  auto faults = faults_of(shell("echo no such container; exit 3"), shell("echo undo >> log"));
  model::LateText secret;
  secret.parts.push_back({model::LateText::Part::Kind::secret, "c4n4ry", {}});
  SECTION("by its status") {}
  SECTION("and no secret of it is told") {
    faults[1].start = shell("echo no such container as $0; exit 3");
    faults[1].start.push_back(secret);
  }
  FaultCommands commands(faults, shop.place);
  REQUIRE(commands.prepare({}));
  commands.arm(1);
  REQUIRE(comes_true([&] { return commands.idle(); }));
  const record::FaultUse use = use_of(commands);
  CHECK(use.hit == 0);
  CHECK(use.trouble.find("was not done: `sh -c echo no such container") == 0);
  CHECK(use.trouble.find("exited with status 3") != std::string::npos);
  CHECK(use.trouble.find("| no such container") != std::string::npos);
  CHECK(use.trouble.find("c4n4ry") == std::string::npos);
  commands.heal(1);
  REQUIRE(comes_true([&] { return commands.idle(); }));
  CHECK(shop.log() == "undo\n");
}

TEST_CASE("a start that has not ended when its fault heals is killed and undone") {
  const Workshop shop;
  const auto faults = faults_of(shell("echo start >> log; sleep 600"), shell("echo undo >> log"));
  FaultCommands commands(faults, shop.place);
  REQUIRE(commands.prepare({}));
  commands.arm(1);
  REQUIRE(comes_true([&] { return shop.log() == "start\n"; }));
  CHECK_FALSE(commands.idle());
  commands.heal(1);
  REQUIRE(comes_true([&] { return commands.idle(); }));
  CHECK(shop.log() == "start\nundo\n");
  const record::FaultUse use = use_of(commands);
  CHECK(use.hit == 0);
  CHECK(use.trouble.find("was killed before its end") != std::string::npos);
}

TEST_CASE("a fault that cannot be undone is told") {
  const Workshop shop;
  const auto faults = faults_of(shell("echo start >> log"), shell("echo gone; exit 1"));
  FaultCommands commands(faults, shop.place);
  REQUIRE(commands.prepare({}));
  commands.arm(1);
  REQUIRE(comes_true([&] { return commands.idle(); }));
  const auto told = commands.undo_all();
  REQUIRE(told.size() == 1);
  CHECK(told[0].find("the fault deed is NOT undone: `sh -c echo gone; exit 1` exited with") == 0);
  CHECK(use_of(commands).trouble.find("could not be undone: ") == 0);
  CHECK(use_of(commands).hit == 1);
}

TEST_CASE("an undo that failed is told though the start had failed before it") {
  const Workshop shop;
  const auto faults = faults_of(shell("echo half; exit 2"), shell("echo gone; exit 9"));
  FaultCommands commands(faults, shop.place);
  REQUIRE(commands.prepare({}));
  commands.arm(1);
  REQUIRE(comes_true([&] { return commands.idle(); }));
  commands.heal(1);
  REQUIRE(comes_true([&] { return commands.idle(); }));
  const std::string trouble = use_of(commands).trouble;
  CHECK(trouble.find("was not done: ") == 0);
  CHECK(trouble.find("and could not be undone: ") != std::string::npos);
  CHECK(trouble.find("exited with status 9") != std::string::npos);
}

TEST_CASE("commands know where services are, and say what nobody knows") {
  const Workshop shop;
  auto faults = logging();
  model::LateText late;
  late.parts.push_back({model::LateText::Part::Kind::service, "db", {}});
  faults[1].start = shell("echo $0 >> log");
  faults[1].start.push_back(late);
  FaultCommands commands(faults, shop.place);
  CHECK(commands.prepare({}).error() ==
        "the commands of the fault deed: ${service.db} stands for nothing yet");
  model::Addresses known;
  known.services["db"] = "127.0.0.1:5432";
  REQUIRE(commands.prepare(known));
  commands.arm(1);
  REQUIRE(comes_true([&] { return commands.idle(); }));
  CHECK(shop.log() == "127.0.0.1:5432\n");
}
