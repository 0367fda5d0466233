// seawall gate as its user meets it. In wall time only what does not depend on a quiet machine is
// looked at; how often it errs there is measured by gate_bench and ./dev gate.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "harness/cli/started.hpp"
#include "tests/cli/program.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/has.hpp"

using seawall::has;
using seawall::tests::Desk;
using seawall::tests::Ended;
namespace fs = std::filesystem;

namespace {

const std::string file = R"(schema = 1
[scenario]
name = "small"
[run]
warmup = "200ms"
duration = "3s"
[load]
rate = "200/s"
max_lateness = "5s"
[[load.request]]
use = "read-sku"
[variant.no-keys]
why = "without keys a retry charges again"
set.policy."order -> payment".idempotency = false
breaks = ["no-double-charge"]
)";

const std::string own_invariant = R"([[invariant]]
name = "nobody asks"
that = 'calls("client -> gateway") == 0'
)";

const std::string missing_fault = R"([[fault]]
name = "never"
on = "order -> payment"
type = "latency"
latency = "1ms"
at = "1s"
for = "1s"
)";

std::string contents(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::uint64_t seed_of(const fs::path& run) {
  const std::string text = contents(run / "run.json");
  const std::string key = "\"seed\": ";
  return std::stoull(text.substr(text.find(key) + key.size()));
}

std::size_t runs_in(const fs::path& gate) {
  std::error_code error;
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(gate / "runs", error), fs::directory_iterator()));
}

}  // namespace

// What nothing hangs on, so that B is another scenario and runs as A does.
const std::string no_change = "scenario.description=\"told otherwise\"";

TEST_CASE("in virtual time what changes nothing passes, and one percent is found") {
  const Desk desk;
  desk.write("small.toml", file);
  const Ended same = desk.seawall({"gate", "small.toml", "--out", "same", "--b-set", no_change});
  INFO(same.err);
  CHECK(same.status == 0);
  CHECK(has(same.out, "PASS: Nothing differs."));
  CHECK(runs_in(desk.path() / "same") == 6);
  CHECK(fs::exists(desk.path() / "same/gate.json"));

  const std::vector<std::string> slower = {
      "gate",   "small.toml", "--set",   "target.capacity.inventory.service_time=10ms",
      "--out",  "slower",     "--b-set", "target.capacity.inventory.service_time=10200us",
      "--quiet"};
  const Ended found = desk.seawall(slower);
  CHECK(found.status == 4);
  CHECK(has(found.out, "REGRESSION: Worse beyond what is tolerated: p50"));
  CHECK(found.err.empty());

  // It is all there, and nothing is run again.
  const auto written = fs::last_write_time(desk.path() / "slower/runs/001-A/run.json");
  CHECK(desk.seawall(slower).out == found.out);
  CHECK(fs::last_write_time(desk.path() / "slower/runs/001-A/run.json") == written);
}

TEST_CASE("a gate refuses what it cannot compare") {
  const Desk desk;
  desk.write("small.toml", file);
  const auto error = [&](std::vector<std::string> words) {
    const Ended ended = desk.seawall(words);
    CHECK(ended.status == 2);
    return ended.err;
  };
  const auto one = [&](std::vector<std::string> more) {
    std::vector<std::string> words = {"gate",    "small.toml", "--out",  "one",
                                      "--quiet", "--b-set",    no_change};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  CHECK(desk.seawall(one({})).status == 0);
  CHECK(has(error(one({"--seed", "7"})), "another question"));
  CHECK(has(error({"gate", "small.toml"}), "expected what B is: --b-set PATH=VALUE"));
  CHECK(has(error({"gate", "small.toml", "--b-set", "run.seed=9"}),
            "--b-set run.seed=9: both runs of a pair have one seed"));
  CHECK(has(error({"gate", "small.toml", "--a-set", "run={seed=9}"}), "expected --seed"));
  for (const char* option : {"--set", "--a-set", "--b-set"})
    CHECK(has(error({"gate", "small.toml", option, "target.mode=\"inprocess\""}),
              std::string(option) + " target.mode=\"inprocess\": A and B run in one world"));
  CHECK(has(error({"gate", "small.toml", "--b-set", "steady_state.hold=[\"error_rate < 1%\"]"}),
            "A and B differ in [steady_state]"));
  CHECK(has(error({"gate", "small.toml", "--b-bin", "no-such-program"}), "cannot be read"));
  CHECK(has(error({"gate", "small.toml", "--b-set", "load.raet=1/s"}), "raet"));
  CHECK(has(error({"gate", "small.toml", "--most-foreign", "much"}), "--most-foreign"));
  CHECK(has(error({"gate", "small.toml", "--mode", "inprocess", "--out", "few"}),
            "a gate in wall time takes 10000"));
}

TEST_CASE("a gate that is broken off goes on where it was") {
  const Desk desk;
  desk.write("small.toml", file);
  const std::vector<std::string> words = {
      "gate", "small.toml",     "--mode", "inprocess",     "--out", "gate", "--least-requests",
      "100",  "--most-foreign", "100%",   "--most-stolen", "100%"};
  const Ended broken = desk.seawall_until("pair 1 B", SIGINT, words);
  INFO(broken.err);
  CHECK(broken.status == 130);
  CHECK(has(broken.err, "--out gate goes on"));
  const std::size_t before = runs_in(desk.path() / "gate");
  CHECK(before >= 2);
  const auto written = fs::last_write_time(desk.path() / "gate/runs/001-A/run.json");

  const Ended again = desk.seawall_until("pair 2 ", SIGTERM, words);
  CHECK(again.status == 143);
  CHECK_FALSE(has(again.err, "pair 1 A"));
  CHECK(runs_in(desk.path() / "gate") > before);
  CHECK(fs::last_write_time(desk.path() / "gate/runs/001-A/run.json") == written);

  // On another machine it would make pairs of two machines.
  for (const char* name : {"gate/gate-state.json", "gate/runs/001-A/run.json"}) {
    std::string text = contents(desk.path() / name);
    const std::string machine = seawall::cli::facts_of_now().machine;
    for (std::size_t at = text.find(machine); at != text.npos; at = text.find(machine, at))
      text.replace(at, machine.size(), "elsewhere");
    desk.write(name, text);
  }
  const Ended elsewhere = desk.seawall(words);
  CHECK(elsewhere.status == 2);
  CHECK(has(elsewhere.err, "a run on the machine elsewhere; expected "));
}

TEST_CASE("a run that cannot count is done again twice, and then there is no verdict") {
  const Desk desk;
  desk.write("small.toml", file);
  // No machine sends within a nanosecond of the schedule.
  const Ended ended = desk.seawall({"gate", "small.toml", "--mode", "inprocess", "--out", "gate",
                                    "--set", "run.duration=1s", "--set", "load.max_lateness=1ns",
                                    "--least-requests", "100", "--most-foreign", "100%",
                                    "--most-stolen", "100%", "--fail-on", "inconclusive"});
  INFO(ended.err);
  CHECK(ended.status == 5);
  CHECK(has(ended.err, "AGAIN: the load was not held"));
  CHECK(has(ended.out, "A and B are the same program with the same settings"));
  CHECK(has(ended.out, "Pair 1: A was run 3 times, and none counts; the last time the load was"));
  CHECK(runs_in(desk.path() / "gate") == 3);
}

TEST_CASE("a gate of two that break an invariant fails, with one pair") {
  const Desk desk;
  desk.write("small.toml", file + own_invariant);
  const Ended ended = desk.seawall({"gate", "small.toml", "--out", "gate", "--b-set", no_change});
  CHECK(ended.status == 1);
  CHECK(has(ended.out, "FAIL: Both break nobody asks"));
  CHECK(runs_in(desk.path() / "gate") == 2);
}

TEST_CASE("a gate of runs that prove nothing is undecided") {
  const Desk desk;
  desk.write("small.toml", file + missing_fault);
  const Ended ended = desk.seawall(
      {"gate", "small.toml", "--b-set", no_change, "--fail-on", "inconclusive", "--out", "gate"});
  CHECK(ended.status == 5);
  CHECK(has(ended.out, "are inconclusive: fault never: "));
  CHECK(has(ended.out, "INCONCLUSIVE: No more than a hint"));
}

TEST_CASE("a gate is only taken up with the runs that it made") {
  const Desk desk;
  desk.write("small.toml", file);
  const std::vector<std::string> words = {"gate",    "small.toml", "--out",  "gate",
                                          "--b-set", no_change,    "--quiet"};
  REQUIRE(desk.seawall(words).status == 0);
  const fs::path runs = desk.path() / "gate/runs";
  const auto refused = [&] {
    const Ended ended = desk.seawall(words);
    CHECK(ended.status == 2);
    CHECK(has(ended.err, "or start the gate anew with another --out"));
    return ended.err;
  };
  fs::rename(runs / "002-A", runs / "away");
  fs::copy(runs / "001-A", runs / "002-A");
  CHECK(has(refused(),
            "expected A of pair 2, as gate-state.json beside it has it: a run with the "
            "seed"));
  fs::remove_all(runs / "002-A");
  CHECK(has(refused(), "there is no such folder"));
  desk.seawall({"run", "small.toml", "--mode", "sim", "--out", "gate/runs/002-A", "--quiet",
                "--set", "load.rate=210/s", "--seed", std::to_string(seed_of(runs / "away"))});
  CHECK(has(refused(), "a run with the comparison_hash"));
  fs::remove_all(runs / "002-A");
  fs::rename(runs / "away", runs / "002-A");
  CHECK(desk.seawall(words).status == 0);
}

TEST_CASE("a program that is no seawall is told by its name") {
  const Desk desk;
  desk.write("small.toml", file);
  const Ended ended = desk.seawall({"gate", "small.toml", "--b-bin", "/bin/true"});
  CHECK(ended.status == 6);
  CHECK(has(ended.err, "and left no run in "));
  CHECK(has(ended.err, "expected a seawall that runs B"));
}
