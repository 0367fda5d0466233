#include "harness/cli/gate_state.hpp"

#include <filesystem>
#include <fstream>

#include "tests/cli/program.hpp"
#include "tests/support/catch.hpp"

namespace seawall::cli {
namespace {

using tests::Desk;

GateState example() {
  GateState state;
  state.question = "00c0ffee";
  state.runs = {{1, "A", "001-A", "", {12'000}, {}},
                {1, "B", "001-B", "the load was not held", {}, {5}}};
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

TEST_CASE("a state that was cut off, or leads out of its folder, is refused") {
  CHECK_FALSE(parse_state(""));
  CHECK_FALSE(parse_state(R"({"schema":1,"question":"x","runs":[{"pair":1,)"));
  CHECK_FALSE(parse_state(R"({"schema":2,"question":"x","runs":[]})"));
  CHECK(parse_state(R"({"schema":1,"question":"x","runs":[]})"));
  for (const char* folder : {"../x", "..", "", ".hidden", "a/b"})
    CHECK_FALSE(
        parse_state(R"({"schema":1,"question":"x","runs":[{"pair":1,"side":"A","folder":")" +
                    std::string(folder) + R"(","invalid":""}]})"));
  CHECK_FALSE(parse_state(
      R"({"schema":1,"question":"x","runs":[{"pair":0,"side":"A","folder":"f","invalid":""}]})"));
  CHECK_FALSE(parse_state(
      R"({"schema":1,"question":"x","runs":[{"pair":1,"side":"C","folder":"f","invalid":""}]})"));
}

}  // namespace
}  // namespace seawall::cli
