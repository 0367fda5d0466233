#include "reports/run_reader.hpp"

#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "example_run.hpp"
#include "reports/run_json.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;

namespace seawall::reports {
namespace {

std::string example_json() { return run_json(ExampleRun().report()); }

// With the first `from` replaced.
std::string changed(const std::string& from, const std::string& to) {
  std::string text = example_json();
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string mistake(const std::string& text) {
  const auto run = parse_run_json(text);
  REQUIRE_FALSE(run);
  return run.error();
}

TEST_CASE("what run.json says is read back") {
  const auto read = parse_run_json(example_json());
  REQUIRE(read);
  const RecordedRun& run = *read;
  CHECK(run.scenario == "shop/slow-payment");
  CHECK(run.variant == "no-breaker");
  CHECK(run.mode == model::Mode::sim);
  CHECK(run.seed == 42);
  CHECK(run.verdict == "fail");
  CHECK(run.exit == 1);
  CHECK(run.comparison_hash == "0123456789abcdef");
  REQUIRE(run.checks.size() == ExampleRun().verdict.findings.size());
  CHECK(run.checks[1].id == "B1");
  CHECK(run.checks[1].status == record::Finding::Status::broken);
  CHECK(run.checks[1].orders == std::vector<std::string>{"o-4711", "o-4719", "o-5230"});
  REQUIRE(run.faults.size() == 2);
  CHECK(run.faults[0].on == "order -> payment");
  CHECK(run.faults[0].must_hit == "100");
  CHECK(run.faults[1].must_hit == "90%");
  REQUIRE(run.patterns.size() == 1);
  CHECK(run.patterns[0].acted == 911);
  REQUIRE(run.loads.size() == 1);
  CHECK(run.loads[0].lateness_p99 == 100us);
  REQUIRE(run.measures.size() == 1);
  CHECK(run.measures[0].request == "place-order");
  CHECK(run.measures[0].sent == 101);
  CHECK(run.versions.at("seawall") == "0.1.0");
}

TEST_CASE("what the trace hash is made of is read back, and may be another version's") {
  const auto now = parse_run_json(example_json());
  REQUIRE(now);
  CHECK(now->trace_version == trace_version);
  CHECK(now->trace_parts == example().report().trace.parts);
  const auto former = parse_run_json(changed("\"trace\": {", "\"other\": {"));
  REQUIRE(former);
  CHECK(former->trace_version == 1);
  const auto later =
      parse_run_json(changed("\"version\": 2,", "\"version\": 3, \"samples\": \"90\","));
  REQUIRE(later);
  CHECK(later->trace_version == 3);
  CHECK(mistake(changed("\"version\": 2,", "\"version\": -1,")) ==
        "trace.version: expected 1 or more, found -1");
  CHECK(mistake(changed("\"trace\": {", "\"trace\": 2, \"other\": {")) ==
        "trace: expected an object, found an integer");
  CHECK(mistake(changed("\"journal\": \"", "\"j\": \"")) ==
        "trace.journal: expected a text, found nothing");
}

TEST_CASE("members that a later version adds are left") {
  CHECK(parse_run_json(changed("\"schema\": 1,", "\"schema\": 1, \"weather\": {\"rain\": [1]},")));
}

TEST_CASE("what is no run.json says what was expected and where") {
  CHECK(mistake("") == "it is empty; expected the run.json of a run");
  CHECK(mistake("[]") == "expected the object of a run, found a list");
  CHECK(mistake("{]").find("byte 1: it is no JSON") == 0);
  CHECK(mistake(example_json() + "x").find("it is no JSON") != std::string::npos);
  const std::string half = example_json().substr(0, 1'000);
  CHECK(mistake(half) == "it ends in the middle, after 1000 bytes: it was cut off");
  CHECK(mistake(changed("\"schema\": 1", "\"schema\": 2")) ==
        "schema: expected 1, found 2: another version of seawall wrote it");
  CHECK(mistake(changed("\"seed\": 42", "\"seed\": \"42\"")) ==
        "seed: expected an integer, found a text");
  CHECK(mistake(changed("\"seed\": 42", "\"seed\": -1")) ==
        "seed: expected an integer from 0 to 18446744073709551615, found -1");
  CHECK(mistake(changed("\"exit\": 1", "\"exit\": 99999999999")) ==
        "exit: expected an integer from -2147483648 to 2147483647, found 99999999999");
  CHECK(mistake(changed("\"mode\": \"sim\"", "\"mode\": \"dream\"")) ==
        "mode: expected one of sim, inprocess, processes, found 'dream'");
  CHECK(mistake(changed("\"verdict\": \"fail\"", "\"verdict\": \"maybe\"")) ==
        "verdict: expected pass, fail, inconclusive or error, found 'maybe'");
  CHECK(mistake(changed("\"mode\": \"sim\"", "\"mode\": \"\\u001b[2J\\u202e\"")) ==
        "mode: expected one of sim, inprocess, processes, found ' [2J\uFFFD'");
  CHECK(mistake(changed("\"orders\": [\"o-4711\"", "\"orders\": [4711")) ==
        "checks[1].orders[0]: expected a text, found an integer");
  CHECK(mistake(changed("\"reached\": 213,", "")) ==
        "faults[0].reached: expected an integer, found nothing");
}

TEST_CASE("counts that cannot be are refused") {
  CHECK(mistake(changed("\"events_omitted\": 0", "\"events_omitted\": -5")) ==
        "events_omitted: expected a count, found -5");
  CHECK(mistake(changed("\"expected\": 98", "\"expected\": 102")) ==
        "measures[0].expected: expected 101 at most, as sent has it, found 102");
  CHECK(mistake(changed("\"ended\": 100", "\"ended\": 102")) ==
        "measures[0].ended: expected 101 at most, as sent has it, found 102");
  CHECK(mistake(changed("\"ended\": 100", "\"ended\": -100")) ==
        "measures[0].ended: expected a count, found -100");
  CHECK(mistake(changed("\"sent\": 101", "\"sent\": -101")) ==
        "measures[0].sent: expected a count, found -101");
  CHECK(mistake(changed("\"reached\": 213", "\"reached\": -213")) ==
        "faults[0].reached: expected a count, found -213");
  CHECK(mistake(changed("\"planned\": ", "\"planned\": -")).find("load[0].planned: expected a") ==
        0);
}

TEST_CASE("a verdict that its exit status or its checks contradict is refused") {
  CHECK(mistake(changed("\"exit\": 1", "\"exit\": 0")) ==
        "exit: expected 1, 3, 5 with the verdict fail, found 0");
  CHECK(mistake(changed("\"exit\": 1", "\"exit\": 99999")) ==
        "exit: expected 1, 3, 5 with the verdict fail, found 99999");
  CHECK(mistake(changed("\"verdict\": \"fail\",\n  \"exit\": 1",
                        "\"verdict\": \"pass\",\n  \"exit\": 0")) ==
        "verdict: expected fail, as the checks and the exit status have it, found 'pass'");
  CHECK(parse_run_json(
      changed("\"verdict\": \"fail\",\n  \"exit\": 1", "\"verdict\": \"error\",\n  \"exit\": 6")));
}

TEST_CASE("a folder without a run says so") {
  const auto none = read_run("there/is/no/such/folder");
  REQUIRE_FALSE(none);
  CHECK(none.error().message == "there is no such folder; expected one of a run");
  const auto empty = read_run(std::filesystem::temp_directory_path());
  REQUIRE_FALSE(empty);
  CHECK(empty.error().message.find("cannot be read") == 0);
  CHECK_FALSE(is_run_folder("there/is/no/such/folder"));
}

TEST_CASE("a run.json without a byte is called empty") {
  const auto folder =
      std::filesystem::temp_directory_path() / ("seawall-empty-run-" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  std::ofstream(folder / "run.json").flush();
  const auto run = read_run(folder.string());
  std::filesystem::remove_all(folder);
  REQUIRE_FALSE(run);
  CHECK(run.error().message == "it is empty; expected that of a run");
}

}  // namespace
}  // namespace seawall::reports
