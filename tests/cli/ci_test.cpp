// What a CI job is told: exit statuses that it can choose, annotations with the line of the check,
// the summary of the step; and that the files of docs/ci ask for nothing that there is not.
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include <yaml-cpp/yaml.h>

#include "tests/cli/program.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/has.hpp"

using seawall::has;
using seawall::tests::Desk;
using seawall::tests::Ended;
namespace fs = std::filesystem;

namespace {

// Orders are charged twice without keys; the level stands in line 21.
const std::string lost_replies = R"(schema = 1
[scenario]
name = "lost"
[run]
warmup = "1s"
duration = "6s"
[load]
rate = "60/s"
[[load.request]]
use = "place-order"
[policy."order -> payment"]
idempotency = false
[[fault]]
name = "lost"
on = "order -> payment"
type = "drop_reply"
match = { path = "/charge" }
probability = "20%"
at = "1s"
for = "2s"
[[slo]]
that = "latency.max < 1ms"
)";

// The same without its fault.
std::string sound() { return lost_replies.substr(0, lost_replies.find("[policy.")); }

std::string contents(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    ::setenv(name, value.c_str(), 1);
  }
  ~Variable() { ::unsetenv(name_); }
  Variable(const Variable&) = delete;

 private:
  const char* name_;
};

// The commands of a workflow, wherever they stand in it.
void collect_commands(const YAML::Node& node, std::vector<std::string>& commands) {
  if (node.IsScalar()) {
    std::istringstream lines(node.as<std::string>());
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with("seawall ")) commands.push_back(line);
  }
  if (node.IsSequence())
    for (const YAML::Node& item : node) collect_commands(item, commands);
  if (node.IsMap())
    for (const auto& entry : node) collect_commands(entry.second, commands);
}

}  // namespace

TEST_CASE("a job chooses which findings of a run fail it, and what a bisection skips") {
  const Desk desk;
  desk.write("lost.toml", lost_replies);
  const auto run = [&](std::vector<std::string> more) {
    std::vector<std::string> words = {"run", "lost.toml", "--mode", "sim", "--quiet"};
    words.insert(words.end(), more.begin(), more.end());
    return desk.seawall(words).status;
  };
  CHECK(run({}) == 1);
  CHECK(run({"--fail-on", "slo"}) == 3);
  CHECK(run({"--fail-on", "regression,inconclusive"}) == 0);
  CHECK(run({"--set", "fault.lost.must_hit=100000", "--fail-on", "inconclusive"}) == 5);
  CHECK(run({"--set", "fault.lost.must_hit=100000", "--fail-on", "inconclusive", "--bisect"}) ==
        125);
  CHECK(run({"--bisect"}) == 1);
  CHECK(run({"--set", "run.later_key=1"}) == 2);
  CHECK(run({"--set", "run.later_key=1", "--bisect"}) == 125);
  CHECK(run({"--later-option", "--bisect"}) == 125);
}

TEST_CASE("a job chooses which findings of a matrix fail it, and what a bisection skips") {
  const Desk desk;
  desk.write("lost.toml", lost_replies + "[matrix.axes]\n\"run.seed\" = [1, 2]\n");
  desk.write("blind.toml", sound() + R"([ablation]
on = "order -> payment"
remove = ["idempotency"]
expect_broken = ["idempotency: no-double-charge"]
)");
  const auto matrix = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"matrix", "--quiet"});
    return desk.seawall(more).status;
  };
  CHECK(matrix({"lost.toml"}) == 1);
  CHECK(matrix({"lost.toml", "--fail-on", "slo"}) == 3);
  CHECK(matrix({"lost.toml", "--fail-on", "inconclusive"}) == 0);
  CHECK(matrix({"lost.toml", "--fail-on", "everything"}) == 2);
  CHECK(matrix({"blind.toml"}) == 5);
  CHECK(matrix({"blind.toml", "--bisect"}) == 125);
  CHECK(matrix({"blind.toml", "--fail-on", "invariant"}) == 0);
}

TEST_CASE("annotations name the line of the check, and the summary is appended") {
  const Desk desk;
  desk.write("lost.toml", lost_replies);
  desk.write("summary.md", "before\n");
  const Variable summary("GITHUB_STEP_SUMMARY", (desk.path() / "summary.md").string());
  const Ended ended = desk.seawall({"run", "lost.toml", "--mode", "sim", "--ci", "github", "--set",
                                    "fault.lost.must_hit=100000"});
  CHECK(has(ended.out, "::error file=lost.toml,line=21,title=lost latency.max < 1ms::"));
  CHECK(has(ended.out, "::error file=lost.toml,title=lost A1 no-double-charge::"));
  CHECK(has(ended.out, "::warning file=lost.toml,line=13,title=lost lost::"));
  const std::string text = contents(desk.path() / "summary.md");
  CHECK(text.starts_with("before\n## FAIL: lost"));

  const Ended plain = desk.seawall({"run", "lost.toml", "--mode", "sim", "--ci", "none"});
  CHECK_FALSE(has(plain.out, "::error"));
  CHECK(contents(desk.path() / "summary.md") == text);
}

TEST_CASE("the workflows that the documentation has use commands and options that there are") {
  const Desk desk;
  for (const char* name : {"github.yml", "gitlab.yml"}) {
    const YAML::Node file = YAML::LoadFile(std::string(SEAWALL_SOURCE_DIR "/docs/ci/") + name);
    std::vector<std::string> commands;
    collect_commands(file, commands);
    INFO(name);
    REQUIRE(commands.size() >= 3);
    for (const std::string& line : commands) {
      INFO(line);
      std::istringstream words(line.substr(0, line.find(" || ")));
      std::string word, command;
      words >> word >> command;
      const Ended help = desk.seawall({command, "--help"});
      REQUIRE(help.status == 0);
      while (words >> word) {
        if (word.starts_with("--")) CHECK(has(help.out, word));
      }
    }
  }
}

TEST_CASE("the scenarios of a folder run as the workflows run them, each in a folder of its own") {
  const Desk desk;
  fs::create_directory(desk.path() / "resilience");
  desk.write("resilience/a.toml", sound());
  std::string other = sound();
  other.replace(other.find("\"lost\""), 6, "\"other\"");
  desk.write("resilience/b.toml", other);
  CHECK(desk.seawall({"validate", "resilience"}).status == 0);
  const Ended ended = desk.seawall({"run", "resilience", "--mode", "sim", "--out", "seawall-runs",
                                    "--ci", "github", "--fail-on", "invariant,slo,inconclusive"});
  INFO(ended.out << ended.err);
  CHECK(ended.status == 0);
  for (const char* run : {"lost", "other"})
    CHECK(fs::exists(desk.path() / "seawall-runs" / run / "junit.xml"));
}

TEST_CASE("a secret of the environment is in no file of a run of the shop") {
  const Desk desk;
  const Variable secret("SHOP_SECRET", "c4n4ry");
  desk.write("secret.toml", sound() +
                                R"(headers.Authorization = "Bearer ${env.SHOP_SECRET}"
headers.X-Tenant = "c4n4ry-of-the-file"
[redact]
headers = ["X-Tenant"]
[[slo]]
that = "latency.max < 1ms"
)");
  const Ended ended = desk.seawall({"run", "secret.toml", "--out", "out", "--ci", "github"});
  INFO(ended.out << ended.err);
  CHECK((ended.status == 3 || ended.status == 5));  // 5: this machine was busy
  CHECK_FALSE(has(ended.out + ended.err, "c4n4ry"));
  for (const auto& entry : fs::recursive_directory_iterator(desk.path() / "out")) {
    INFO(entry.path());
    if (entry.is_regular_file()) CHECK_FALSE(has(contents(entry.path()), "c4n4ry"));
  }
}
