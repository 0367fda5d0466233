// Every scenario of the catalogue in virtual time: it passes, and each variant breaks what it says;
// and what is written about them.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "tests/cli/program.hpp"
#include "tests/support/catch.hpp"

namespace {

// A folder of scenarios, or one of them. Under a sanitizer, where all takes ten times as long, the
// variants are left out: what they break is the same in every build.
void all_pass(const std::string& name) {
  const seawall::tests::Desk desk;
  std::vector<std::string> words = {
      "run", SEAWALL_SOURCE_DIR "/scenarios/" + name, "--mode", "sim", "--out", "runs"};
  if (!SEAWALL_SANITIZED) words.push_back("--variants");
  const seawall::tests::Ended ended = desk.seawall(words);
  INFO(ended.out << ended.err);
  CHECK(ended.status == 0);
}

}  // namespace

// One test for each folder, so that they run at the same time.
TEST_CASE("in virtual time every antipattern passes and each variant breaks what it lists") {
  all_pass("antipatterns");
}
TEST_CASE("in virtual time every scenario of calls passes and each variant breaks what it lists") {
  all_pass("calls");
}
TEST_CASE("in virtual time every scenario of the gateway passes, with what its variants break") {
  all_pass("gateway");
}
TEST_CASE("in virtual time every scenario of the saga passes, with what its variants break") {
  all_pass("saga");
}
TEST_CASE("every scenario is in a folder that is tested, but the first one, which passes too") {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(SEAWALL_SOURCE_DIR "/scenarios"))
    names.insert(entry.path().filename().string());
  CHECK(names == std::set<std::string>{"README.md", "antipatterns", "calls", "gateway",
                                       "quickstart.toml", "saga"});
  all_pass("quickstart.toml");
}

TEST_CASE("the README of the scenarios is the list of what there is") {
  std::ifstream file(SEAWALL_SOURCE_DIR "/scenarios/README.md");
  const std::string readme((std::istreambuf_iterator<char>(file)), {});
  const seawall::tests::Desk desk;
  const seawall::tests::Ended listed =
      desk.seawall({"list", SEAWALL_SOURCE_DIR "/scenarios", "--markdown"});
  INFO("stale? write it with `seawall list --markdown > scenarios/README.md`\n" << listed.err);
  CHECK(listed.status == 0);
  CHECK(readme == listed.out);
}

TEST_CASE("the scenario that the README has its reader write passes, and its variant breaks it") {
  std::ifstream file(SEAWALL_SOURCE_DIR "/README.md");
  const std::string readme((std::istreambuf_iterator<char>(file)), {});
  const std::string fence = "```toml\n";
  const std::size_t begin = readme.find(fence, readme.find("## A scenario of your own"));
  REQUIRE(begin != std::string::npos);
  const std::size_t text = begin + fence.size();
  const seawall::tests::Desk desk;
  desk.write("mine.toml", readme.substr(text, readme.find("```", text) - text));
  const seawall::tests::Ended ended =
      desk.seawall({"run", "mine.toml", "--mode", "sim", "--variants", "--out", "runs"});
  INFO(ended.out << ended.err);
  CHECK(ended.status == 0);
}
