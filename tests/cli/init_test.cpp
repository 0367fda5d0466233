// seawall init: what it writes is valid, stays the user's, and starts where all of it is known.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/cli/program.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/has.hpp"

namespace seawall::tests {
namespace {

std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

const std::string compose =
    "services:\n"
    "  web:\n    build: .\n    ports: ['80:3000']\n    environment:\n"
    "      API: http://api:4000\n      ODD: \"a\\\"b\\\\c\\nd\"\n"
    "  api: {command: node api.js, environment: {DB: 'postgres://db/x'}}\n"
    "  db: {image: postgres}\n";

}  // namespace

TEST_CASE("what init writes validates, and is written over only when that is asked for") {
  const Desk desk;
  desk.write("compose.yaml", compose);
  const Ended ended = desk.seawall({"init"});
  INFO(ended.err);
  REQUIRE(ended.status == 0);
  CHECK(has(ended.err, "wrote ./seawall.toml: 3 services of compose.yaml; the load goes to web"));
  CHECK(has(ended.err, "fill in: how web is started was not found"));
  CHECK(has(text_of(desk.path() / "seawall.toml"), "API = \"http://${link.web.api}\""));
  CHECK(desk.seawall({"validate", "seawall.toml"}).status == 0);
  const Ended explained = desk.seawall({"explain", "seawall.toml"});
  CHECK(explained.status == 0);
  CHECK(has(explained.out, "web -> api"));

  desk.write("seawall.toml", "mine");
  const Ended again = desk.seawall({"init"});
  CHECK(again.status == 2);
  CHECK(has(again.err, "./seawall.toml is there already; --force writes over it"));
  CHECK(text_of(desk.path() / "seawall.toml") == "mine");
  CHECK(desk.seawall({"init", "--force"}).status == 0);
  CHECK(has(text_of(desk.path() / "seawall.toml"), "schema = 1"));
}

TEST_CASE("a scenario that goes elsewhere knows where the services are") {
  const Desk desk;
  std::filesystem::create_directory(desk.path() / "theirs");
  desk.write("theirs/Procfile", "web: ./serve $PORT\n");
  std::filesystem::create_directory(desk.path() / "mine");
  REQUIRE(desk.seawall({"init", "theirs", "-o", "mine/first.toml"}).status == 0);
  CHECK(has(text_of(desk.path() / "mine/first.toml"), "root = \"../theirs\""));
  CHECK(desk.seawall({"validate", "mine/first.toml"}).status == 0);
  const Ended printed = desk.seawall({"init", "theirs", "--print"});
  CHECK(printed.status == 0);
  CHECK_FALSE(has(printed.out, "root ="));
  CHECK_FALSE(std::filesystem::exists(desk.path() / "theirs/seawall.toml"));
  CHECK(desk.seawall({"init", "theirs", "-o", "none/x.toml"}).status == 6);
}

TEST_CASE("init says where nothing, or nothing that can be read, was found") {
  const Desk desk;
  const Ended nothing = desk.seawall({"init"});
  CHECK(nothing.status == 2);
  CHECK(has(nothing.err, "expected a compose file, a Procfile, or a package.json"));
  CHECK(has(desk.seawall({"init", "none"}).err, "no such folder"));
  desk.write("compose.yaml", "services: {a: [\n");
  const Ended wrong = desk.seawall({"init"});
  CHECK(wrong.status == 2);
  CHECK(has(wrong.err, "compose.yaml:"));
  CHECK(has(wrong.err, "no YAML"));
}

}  // namespace seawall::tests
