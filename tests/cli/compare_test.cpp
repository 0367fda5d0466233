// seawall compare and baseline as their user meets them.
#include <filesystem>
#include <fstream>
#include <iterator>

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
warmup = "1s"
duration = "10s"
[load]
rate = "40/s"
[[load.request]]
use = "place-order"
[policy."order -> payment"]
idempotency = true
[variant.no-keys]
why = "without keys a retry charges again"
set.policy."order -> payment".idempotency = false
breaks = ["no-double-charge"]
[[fault]]
name = "lost"
on = "order -> payment"
type = "drop_reply"
probability = "30%"
at = "2s"
for = "4s"
)";

void run(const Desk& desk, const std::string& out, std::vector<std::string> more = {}) {
  std::vector<std::string> words = {"run", "small.toml", "--mode", "sim", "--out", out, "--quiet"};
  words.insert(words.end(), more.begin(), more.end());
  desk.seawall(words);
  REQUIRE(fs::exists(desk.path() / out / "run.json"));
}

std::string contents(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("runs are compared, and the exit status says how it came out") {
  const Desk desk;
  desk.write("small.toml", file);
  run(desk, "before");
  run(desk, "same");
  const Ended same = desk.seawall({"compare", "before", "same"});
  CHECK(same.status == 0);
  CHECK(has(same.out, "PASS: Nothing differs."));

  // A policy may differ: that is what is compared.
  run(desk, "worse", {"--set", "policy.\"order -> payment\".retry=false"});
  const Ended worse = desk.seawall({"compare", "before", "worse", "--out", "files"});
  CHECK(worse.status == 4);
  CHECK(has(worse.out, "REGRESSION: "));
  CHECK(has(worse.out, "WORSE"));
  CHECK(fs::exists(desk.path() / "files/compare.json"));
  CHECK(fs::exists(desk.path() / "files/compare.md"));
  CHECK(has(desk.seawall({"compare", "before", "worse", "--out", "files"}).err, "files: files-2"));
  for (const char* taken : {"before", "small.toml"}) {
    const Ended refused = desk.seawall({"compare", "before", "worse", "--out", taken});
    CHECK(refused.status == 2);
    CHECK(has(refused.err, "it is there already and holds no comparison"));
  }
  CHECK(desk.seawall({"compare", "before", "worse", "--fail-on", "invariant"}).status == 0);
  const Ended json = desk.seawall({"compare", "before", "worse", "--json"});
  CHECK(json.status == 4);
  CHECK(has(json.out, "\"verdict\": \"regression\""));

  run(desk, "no-keys", {"--variant", "no-keys"});
  const Ended broken = desk.seawall({"compare", "before", "no-keys"});
  CHECK(broken.status == 1);
  CHECK(has(broken.out, "B breaks what A keeps: A1 no-double-charge"));
  const Ended both = desk.seawall({"compare", "no-keys", "no-keys"});
  CHECK(both.status == 0);
  CHECK(has(both.out, "both break: A1 no-double-charge"));
  CHECK(has(both.out, "INCONCLUSIVE: Both break A1 no-double-charge"));

  run(desk, "other", {"--set", "load.rate=50/s"});
  const Ended other = desk.seawall({"compare", "before", "other"});
  CHECK(other.status == 2);
  CHECK(has(other.err, "comparison_hash"));
  CHECK(desk.seawall({"compare", "before", "other", "--force"}).status != 2);
}

TEST_CASE("sets of runs are compared, seed by seed") {
  const Desk desk;
  desk.write("small.toml", file);
  run(desk, "a1");
  run(desk, "a2", {"--seed", "9"});
  const Ended both = desk.seawall({"compare", "--a", "a1", "--a", "a2", "--b", "a2", "--b", "a1"});
  CHECK(both.status == 0);
  CHECK(has(both.out, "(2 runs)"));
  const Ended undecided = desk.seawall({"compare", "a1", "a2"});
  CHECK(undecided.status == 0);
  CHECK(has(undecided.out, "INCONCLUSIVE"));
  CHECK(desk.seawall({"compare", "a1", "a2", "--fail-on", "inconclusive"}).status == 5);
  CHECK(desk.seawall({"compare", "a1", "a2", "--a", "a1"}).status == 2);
}

TEST_CASE("a run that proves nothing is no evidence, and no baseline") {
  const Desk desk;
  desk.write("small.toml", file);
  run(desk, "before");
  run(desk, "missed", {"--set", "fault.lost.must_hit=100000"});
  const Ended compared = desk.seawall({"compare", "missed", "missed", "--fail-on", "inconclusive"});
  CHECK(compared.status == 5);
  CHECK(has(compared.out,
            "INCONCLUSIVE: No more than a hint, because missed is inconclusive: "
            "fault lost: "));
  const Ended saved = desk.seawall({"baseline", "save", "main", "missed"});
  CHECK(saved.status == 2);
  CHECK(has(saved.err, "it is inconclusive: fault lost: "));
}

TEST_CASE("a run is one run of a side, however often it is named") {
  const Desk desk;
  desk.write("small.toml", file);
  run(desk, "one");
  fs::copy(desk.path() / "one", desk.path() / "copy");
  const Ended twice = desk.seawall({"compare", "--a", "one", "--a", "./one", "--b", "one"});
  CHECK(twice.status == 2);
  CHECK(has(twice.err, "./one: error: the same as one, which this side has already"));
  const Ended copied = desk.seawall({"baseline", "save", "main", "one", "copy"});
  CHECK(copied.status == 2);
  CHECK(has(copied.err, "copy: error: the same run as one, with the seed "));
}

TEST_CASE("B is the latest run where none is named") {
  const Desk desk;
  desk.write("small.toml", file);
  run(desk, "before");
  desk.seawall({"run", "small.toml", "--mode", "sim", "--quiet"});
  const Ended ended = desk.seawall({"compare", "before"});
  CHECK(ended.status == 0);
  CHECK(has(ended.out, "B  out/latest"));
}

TEST_CASE("mistakes in what is to be compared end with 2 and say what was expected") {
  const Desk desk;
  desk.write("small.toml", file);
  run(desk, "before");
  const auto error = [&](std::vector<std::string> words) {
    const Ended ended = desk.seawall(words);
    CHECK(ended.status == 2);
    return ended.err;
  };
  CHECK(has(error({"compare"}), "nothing to compare with"));
  CHECK(has(error({"compare", "before", "missing"}), "expected the folder of a run"));
  CHECK(has(error({"compare", "before", "before", "--tolerance", "p98=1%"}), "did you mean"));
  CHECK(has(error({"compare", "before", "before", "--tolerance", "p99"}), "METRIC=SHARE"));
  CHECK(has(error({"compare", "before", "before", "--tolerance", ""}), "METRIC=SHARE"));
  CHECK(has(error({"compare", "before", "before", "--fail-on", "all"}), "expected some of"));
  CHECK(has(error({"compare", "before", "before", "--unit", "parsec"}), "expected a time"));
  fs::create_directory(desk.path() / "cut");
  desk.write("cut/run.json", contents(desk.path() / "before/run.json").substr(0, 200));
  CHECK(has(error({"compare", "before", "cut"}), "cut/run.json"));
}

TEST_CASE("a baseline is saved, listed and checked, and a missing one is 5") {
  const Desk desk;
  desk.write("small.toml", file);
  run(desk, "now");
  const Ended missing = desk.seawall({"baseline", "check", "main", "now"});
  CHECK(missing.status == 5);
  CHECK(has(missing.err, "seawall baseline save main"));
  CHECK(desk.seawall({"baseline", "check", "main", "now", "--allow-missing-baseline"}).status == 0);
  CHECK(desk.seawall({"compare", "main", "now"}).status == 5);
  CHECK(has(desk.seawall({"baseline", "list"}).err, "no baselines in .seawall/baselines"));

  CHECK(desk.seawall({"baseline", "save", "main", "now"}).status == 0);
  CHECK(fs::exists(desk.path() / ".seawall/baselines/main/001-now/latency.hlog"));
  CHECK(desk.seawall({"baseline", "save", "main", "now"}).status == 2);
  CHECK(desk.seawall({"baseline", "save", "main", "now", "--force"}).status == 0);
  CHECK(desk.seawall({"baseline", "save", "../main", "now"}).status == 2);
  CHECK(has(desk.seawall({"baseline", "save", "--", "-x", "now"}).err, "nor '-' in front"));
  const Ended list = desk.seawall({"baseline", "list"});
  CHECK(has(list.out, "main  small, sim, seed "));
  CHECK(has(desk.seawall({"baseline", "list", "--json"}).out, "\"comparison_hash\""));

  const Ended same = desk.seawall({"baseline", "check", "main", "now"});
  CHECK(same.status == 0);
  CHECK(has(same.out, "A  baseline main"));
  CHECK(desk.seawall({"compare", "main", "now"}).status == 0);
  run(desk, "worse", {"--set", "policy.\"order -> payment\".retry=false"});
  CHECK(desk.seawall({"baseline", "check", "main", "worse"}).status == 4);
}
