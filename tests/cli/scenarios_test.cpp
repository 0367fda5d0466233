// Every scenario of the catalogue in virtual time: it passes, and each variant breaks what it says;
// and what is written about them.
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/cli/program.hpp"
#include "tests/support/catch.hpp"

// Under a sanitizer, where all takes ten times as long, the variants are left out: what they break
// is the same in every build.
TEST_CASE("every scenario passes in virtual time and each variant breaks what it lists") {
  const seawall::tests::Desk desk;
  std::vector<std::string> words = {
      "run", SEAWALL_SOURCE_DIR "/scenarios", "--mode", "sim", "--out", "runs"};
  if (!SEAWALL_SANITIZED) words.push_back("--variants");
  const seawall::tests::Ended ended = desk.seawall(words);
  INFO(ended.out << ended.err);
  CHECK(ended.status == 0);
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
