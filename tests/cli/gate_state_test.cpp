#include "harness/cli/gate_state.hpp"

#include <filesystem>
#include <fstream>

#include "harness/model/json_codec.hpp"
#include "tests/cli/program.hpp"
#include "tests/support/catch.hpp"

namespace seawall::cli {
namespace {

using tests::Desk;

GateState example() {
  GateState state;
  state.question = "00c0ffee";
  state.runs = {{1, "A", "001-A", "", {12'000}, {}, "c0", "t1", "2 cores"},
                {1, "B", "001-B", "the load was not held", {}, {5}, "c0", "t2", "2 cores"}};
  return state;
}

std::string error_of(const std::string& folder, const std::string& question) {
  const auto state = open_gate(folder, question);
  return state ? "no error" : state.error().message;
}

TEST_CASE("a gate is taken up where it was left") {
  const Desk desk;
  const std::string folder = (desk.path() / "gate").string();
  const auto fresh = open_gate(folder, "00c0ffee");
  REQUIRE(fresh);
  CHECK(fresh->runs.empty());
  REQUIRE(write_state(folder, example()));
  const auto again = open_gate(folder, "00c0ffee");
  REQUIRE(again);
  REQUIRE(again->runs.size() == 2);
  CHECK(again->runs[0].folder == "001-A");
  CHECK(again->runs[0].foreign.ppm == 12'000);
  CHECK(again->runs[1].invalid == "the load was not held");
}

TEST_CASE("a gate of another question, and what is no gate, are left alone") {
  const Desk desk;
  const std::string folder = (desk.path() / "gate").string();
  REQUIRE(write_state(folder, example()));
  CHECK(error_of(folder, "0badcafe").find("asks another question") != std::string::npos);

  std::filesystem::create_directory(desk.path() / "mine");
  CHECK(error_of((desk.path() / "mine").string(), "00c0ffee") == "no error");
  desk.write("mine/thesis.txt", "x");
  CHECK(error_of((desk.path() / "mine").string(), "00c0ffee").find("is no gate") !=
        std::string::npos);
  desk.write("file", "x");
  CHECK(error_of((desk.path() / "file").string(), "00c0ffee").find("expected a folder") !=
        std::string::npos);
}

// A state with these runs, each as `run` has it but for what is named.
std::string state_of(const std::vector<GateRun>& runs) {
  GateState state;
  state.runs = runs;
  return model::encode_json(state);
}

GateRun run_of(std::int64_t pair, const std::string& side, const std::string& folder) {
  GateRun run;
  run.pair = pair;
  run.side = side;
  run.folder = folder;
  return run;
}

std::string mistake(const std::string& text) {
  const auto state = parse_state(text);
  return state ? "no mistake" : state.error();
}

TEST_CASE("a state that was cut off, or leads out of its folder, is refused") {
  CHECK_FALSE(parse_state(""));
  CHECK_FALSE(parse_state(R"({"schema":2,"question":"x","runs":[{"pair":1,)"));
  CHECK(mistake(R"({"schema":1,"question":"x","runs":[]})") ==
        "schema 1; expected 2: another version of seawall wrote it");
  CHECK(parse_state(R"({"schema":2,"question":"x","runs":[]})"));
  CHECK(mistake(R"({"schema":2,"question":"x"})").find("runs") != std::string::npos);
  CHECK(parse_state(state_of({run_of(1, "A", "001-A")})));
  for (const char* folder : {"../x", "..", "", ".hidden", "a/b"})
    CHECK_FALSE(parse_state(state_of({run_of(1, "A", folder)})));
  CHECK_FALSE(parse_state(state_of({run_of(0, "A", "f")})));
  CHECK_FALSE(parse_state(state_of({run_of(1, "C", "f")})));
}

TEST_CASE("a run that is in the state twice is refused") {
  CHECK(mistake(state_of({run_of(1, "A", "f"), run_of(2, "A", "f")})) ==
        "two runs in the folder f; expected one for each run");
  CHECK(mistake(state_of({run_of(1, "A", "f"), run_of(1, "A", "g")})) ==
        "two runs of A in pair 1 that count; expected one");
  GateRun disturbed = run_of(1, "A", "f");
  disturbed.invalid = "the load was not held";
  CHECK(parse_state(state_of({disturbed, run_of(1, "A", "g"), run_of(1, "B", "h")})));
}

}  // namespace
}  // namespace seawall::cli
