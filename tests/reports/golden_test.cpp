// The reports as a reader sees them, against files in golden/. After a change that is meant, run
// the test once with SEAWALL_UPDATE_GOLDEN=1 and look at the difference in git.
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "example_run.hpp"
#include "reports/junit.hpp"
#include "reports/run_json.hpp"
#include "reports/summary.hpp"
#include "reports/terminal.hpp"
#include "support/catch.hpp"

namespace seawall::reports {
namespace {

const ExampleRun& example() {
  static const ExampleRun run;
  return run;
}

void check_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(SEAWALL_GOLDEN) + "/" + name;
  if (std::getenv("SEAWALL_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  INFO(path);
  REQUIRE(file);
  const std::string golden{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  CHECK(text == golden);
}

TEST_CASE("run.json looks as it did") { check_golden("run.json", run_json(example().report())); }

TEST_CASE("junit.xml looks as it did") { check_golden("junit.xml", junit_xml(example().report())); }

TEST_CASE("summary.md looks as it did") {
  check_golden("summary.md", summary_markdown(example().report()));
}

TEST_CASE("events.jsonl looks as it did") {
  check_golden("events.jsonl", example().report().trace.lines);
}

TEST_CASE("the terminal's text looks as it did") {
  check_golden("terminal.txt", terminal_text(example().report(), "out/latest", false));
}

}  // namespace
}  // namespace seawall::reports
