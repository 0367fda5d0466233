// Loads that tools of the user make.
#include "harness/run/load_commands.hpp"

#include "tests/os/survivors.hpp"
#include "tests/run/workshop.hpp"

using namespace seawall;
using os::test::comes_true;
using run::LoadCommands;
using run::tests::shell;
using run::tests::Workshop;

namespace {

std::vector<model::Load> made_by(model::Command command) {
  std::vector<model::Load> loads(2);  // the other one is sent by us
  loads[1].name = "tool";
  loads[1].to = "orders";
  loads[1].command = std::move(command);
  return loads;
}

model::Addresses places() {
  model::Addresses known;
  known.links[{"client", "orders"}] = "127.0.0.1:7001";
  return known;
}

}  // namespace

TEST_CASE("a tool runs with the address of its link, and its status is told") {
  const Workshop shop;
  const auto loads = made_by(shell("echo $SEAWALL_URL >> log; echo 3 thresholds crossed; exit 99"));
  LoadCommands commands(loads, &shop.place);
  REQUIRE(commands.start(places()));
  commands.await_end();
  CHECK(shop.log() == "http://127.0.0.1:7001\n");
  const auto uses = commands.uses();
  REQUIRE(uses.size() == 1);
  CHECK(uses[0].name == "tool");
  CHECK(uses[0].status == 99);
  CHECK_FALSE(uses[0].was_asked);
  CHECK(uses[0].end == "exited with status 99");
  CHECK(uses[0].last_lines.find("3 thresholds crossed") != std::string::npos);
  CHECK(uses[0].lasted > base::Duration{});
}

TEST_CASE("a tool that runs longer than the load is told to end, and killed where it does not") {
  const Workshop shop;
  model::Command command;
  SECTION("it ends, and says what it found") {
    command = shell("trap 'exit 0' INT; echo up >> log; while :; do sleep 0.05; done");
  }
  SECTION("it does not") {
    command = shell("trap '' INT; echo up >> log; while :; do sleep 0.05; done");
  }
  const auto loads = made_by(command);
  LoadCommands commands(loads, &shop.place);
  REQUIRE(commands.start(places()));
  REQUIRE(comes_true([&] { return shop.log() == "up\n"; }));
  commands.ask_to_end();
  commands.await_end();
  const auto uses = commands.uses();
  REQUIRE(uses.size() == 1);
  CHECK(uses[0].was_asked);
  CHECK(uses[0].was_killed == uses[0].by_signal);
  CHECK(uses[0].was_killed == (uses[0].status != 0));
}

TEST_CASE("a tool that cannot be started is told, without its secrets") {
  const Workshop shop;
  model::LateText secret;
  secret.parts.push_back({model::LateText::Part::Kind::secret, "c4n4ry", {}});
  const auto loads = made_by({model::plain_text("/none/such"), secret});
  LoadCommands commands(loads, &shop.place);
  CHECK(commands.start(places()).error() ==
        "the load `/none/such ***` cannot be made: cannot run '/none/such': No such file or "
        "directory");
  CHECK(commands.uses().empty());
}
