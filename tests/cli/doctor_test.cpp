// What the doctor thinks of machines, by a table; and that it says it of this one.
#include "harness/cli/doctor.hpp"

#include <csignal>

#include <boost/json.hpp>

#include "harness/cli/doctor_measures.hpp"
#include "tests/cli/program.hpp"
#include "tests/support/catch.hpp"

namespace cli = seawall::cli;
using cli::Demand;
using cli::MachineState;
using cli::Symptom;
using Level = Symptom::Level;
using seawall::base::Share;
using seawall::tests::Desk;
using seawall::tests::Ended;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t mib = 1 << 20;

// One that nothing is wrong with.
MachineState sound() {
  MachineState machine;
  machine.cores = 8;
  machine.sleeps = MachineState::Lateness{60us, 200us};
  machine.clock_source = "tsc";
  machine.foreign = Share::percent(1);
  machine.stolen = Share::percent(0);
  machine.loopback = MachineState::Loopback{30us, 2000 * mib};
  machine.descriptors = 1'048'576;
  machine.ports = 28'232;
  machine.folder = "/tmp";
  machine.sync = 400us;
  machine.free_bytes = 50'000 * mib;
  machine.namespaces = true;
  return machine;
}

Level level_of(const std::vector<Symptom>& symptoms, const std::string& what) {
  Level worst = Level::fine;
  bool is_there = false;
  for (const Symptom& symptom : symptoms)
    if (symptom.what == what) worst = std::max(worst, symptom.level), is_there = true;
  INFO(what);
  REQUIRE(is_there);
  return worst;
}

}  // namespace

TEST_CASE("a machine that nothing is wrong with is fit, and no advice is given") {
  const auto symptoms = cli::judge_machine(sound(), Demand());
  CHECK(cli::is_fit(symptoms));
  CHECK(symptoms.size() == 12);
  for (const Symptom& symptom : symptoms) {
    INFO(symptom.what << ": " << symptom.found);
    CHECK(symptom.level == Level::fine);
    CHECK(symptom.advice.empty());
  }
}

TEST_CASE("each thing that can be wrong with a machine is noted, and from where on it is unfit") {
  struct Row {
    const char* what;
    void (*spoil)(MachineState&);
    Level level;
  };
  const std::vector<Row> table = {
      {"cores", [](MachineState& m) { m.cores = 1; }, Level::note},
      {"cores", [](MachineState& m) { m.quota_milli = 7'900; }, Level::note},
      {"cores", [](MachineState& m) { m.quota_milli = 8'000; }, Level::fine},
      {"cores", [](MachineState& m) { m.quota_milli = 900; }, Level::unfit},
      {"timers", [](MachineState& m) { m.sleeps->p99 = 3ms; }, Level::note},
      {"timers", [](MachineState& m) { m.sleeps->p99 = 5ms; }, Level::note},
      {"timers", [](MachineState& m) { m.sleeps->p99 = 6ms; }, Level::unfit},
      {"clock", [](MachineState& m) { m.clock_source = "hpet"; }, Level::note},
      {"other load", [](MachineState& m) { m.foreign = Share::percent(5); }, Level::fine},
      {"other load", [](MachineState& m) { m.foreign = Share::percent(6); }, Level::note},
      {"other load", [](MachineState& m) { m.foreign = Share::percent(26); }, Level::unfit},
      {"stolen time", [](MachineState& m) { m.stolen = Share::percent(2); }, Level::note},
      {"stolen time", [](MachineState& m) { m.stolen = Share::percent(6); }, Level::unfit},
      {"loopback", [](MachineState& m) { m.loopback->p99 = 3ms; }, Level::note},
      {"loopback", [](MachineState& m) { m.loopback->p99 = 9ms; }, Level::unfit},
      {"loopback", [](MachineState& m) { m.loopback->bytes_per_second = mib; }, Level::note},
      {"open files", [](MachineState& m) { m.descriptors = 4'096; }, Level::note},
      {"open files", [](MachineState& m) { m.descriptors = 1'024; }, Level::unfit},
      {"ports", [](MachineState& m) { m.waiting_ports = 21'000; }, Level::note},
      {"ports", [](MachineState& m) { m.ports = 1'000; }, Level::unfit},
      {"disk", [](MachineState& m) { m.sync = 12ms; }, Level::note},
      {"disk", [](MachineState& m) { m.sync = 130ms; }, Level::unfit},
      {"space", [](MachineState& m) { m.free_bytes = 500 * mib; }, Level::note},
      {"space", [](MachineState& m) { m.free_bytes = 100 * mib; }, Level::unfit},
      {"folder", [](MachineState& m) { m.folder_problem = "it cannot be made"; }, Level::unfit},
      {"namespaces", [](MachineState& m) { m.namespaces = false; }, Level::fine},
      {"left behind", [](MachineState& m) { m.undone = {"undone: x"}; }, Level::note},
      {"left behind", [](MachineState& m) { m.not_undone = {"not: x"}; }, Level::unfit},
  };
  for (const Row& row : table) {
    MachineState machine = sound();
    row.spoil(machine);
    const auto symptoms = cli::judge_machine(machine, Demand());
    INFO(cli::doctor_text(symptoms));
    CHECK(level_of(symptoms, row.what) == row.level);
    CHECK(cli::is_fit(symptoms) == (row.level != Level::unfit));
    for (const Symptom& symptom : symptoms)
      CHECK(symptom.advice.empty() == (symptom.level == Level::fine));
  }
}

TEST_CASE("what could not be measured is not judged") {
  const auto symptoms = cli::judge_machine(MachineState(), Demand());
  for (const Symptom& symptom : symptoms)
    CHECK((symptom.what == "cores" || symptom.what == "left behind"));
}

TEST_CASE("a scenario says how much of the machine it needs") {
  MachineState slow = sound();
  slow.sleeps->p99 = 20ms;
  slow.sync = 300ms;
  Demand patient;
  patient.lateness = 100ms;
  CHECK(level_of(cli::judge_machine(slow, patient), "timers") == Level::fine);

  Demand of_virtual_time;
  of_virtual_time.over_sockets = false;
  of_virtual_time.on_disk = false;
  CHECK(cli::is_fit(cli::judge_machine(slow, of_virtual_time)));
  CHECK_FALSE(cli::is_fit(cli::judge_machine(slow, Demand())));

  MachineState closed = sound();
  closed.namespaces = false;
  Demand isolated;
  isolated.namespaces = true;
  CHECK(level_of(cli::judge_machine(closed, isolated), "namespaces") == Level::unfit);
}

TEST_CASE("what is left to undo makes a machine unfit in virtual time too") {
  MachineState machine = sound();
  machine.not_undone = {"not undone: docker unpause payments"};
  Demand of_virtual_time;
  of_virtual_time.over_sockets = false;
  CHECK_FALSE(cli::is_fit(cli::judge_machine(machine, of_virtual_time)));
}

TEST_CASE("the limits of a scenario are those of its loads") {
  seawall::model::Scenario scenario;
  seawall::model::Load load;
  load.max_in_flight = 300;
  load.max_lateness = 40ms;
  scenario.loads = {load, load};
  scenario.loads[1].max_lateness = 30ms;
  const Demand demand = cli::demand_of(scenario);
  CHECK(demand.in_flight == 600);
  CHECK(demand.lateness == 30ms);
  CHECK(demand.over_sockets);
  CHECK(demand.on_disk);
  scenario.target.mode = seawall::model::Mode::sim;
  CHECK_FALSE(cli::demand_of(scenario).over_sockets);
}

TEST_CASE("the doctor measures this machine and leaves nothing behind") {
  const Desk desk;
  const MachineState machine = cli::measure_machine(desk.path(), [](const char*) {});
  REQUIRE(machine.sleeps);
  CHECK(machine.sleeps->middle <= machine.sleeps->p99);
  REQUIRE(machine.loopback);
  CHECK(machine.loopback->bytes_per_second > 0);
  CHECK(machine.free_bytes);
  CHECK(machine.cores >= 1);
  CHECK(std::filesystem::is_empty(desk.path()));
}

TEST_CASE("the doctor says what it thinks in words or in JSON, and ends with 0 or 6") {
  const Desk desk;
  const Ended words = desk.seawall({"doctor", "--quiet"});
  INFO(words.out << words.err);
  CHECK((words.status == 0 || words.status == 6));
  CHECK(words.out.find(words.status == 0 ? "is fit for" : "is not fit for") != std::string::npos);

  const Ended ended =
      desk.seawall({"doctor", SEAWALL_SOURCE_DIR "/scenarios/quickstart.toml", "--json"});
  const boost::json::value json = boost::json::parse(ended.out);
  CHECK(json.at("fit").as_bool() == (ended.status == 0));
  CHECK(json.at("symptoms").as_array().size() > 5);
  CHECK(desk.seawall({"doctor", "no-such-scenario"}).status == 2);
}
