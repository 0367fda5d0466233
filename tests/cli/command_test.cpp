// The command line as its user meets it: exit codes, messages, files, and nothing left behind.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <sys/stat.h>

#include "tests/cli/program.hpp"
#include "tests/support/catch.hpp"

using seawall::tests::Desk;
using seawall::tests::Ended;
namespace fs = std::filesystem;

namespace {

const std::string small = R"(schema = 1
[scenario]
name = "small"
[run]
warmup = "1s"
duration = "5s"
[load]
rate = "40/s"
[[load.request]]
use = "place-order"
)";

// Whether the text has these words one after the other, wherever its lines are broken.
bool says(const std::string& text, const std::string& words) {
  std::istringstream in(text);
  std::string flat;
  for (std::string word; in >> word;) flat += word + ' ';
  return flat.find(words) != std::string::npos;
}

std::string contents(const fs::path& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("a passing run ends with 0 and writes all its files") {
  const Desk desk;
  desk.write("small.toml", small);
  const Ended ended = desk.seawall({"run", "small.toml", "--mode", "sim", "--out", "here"});
  INFO(ended.out << ended.err);
  CHECK(ended.status == 0);
  CHECK(says(ended.out, "PASS"));
  CHECK(says(ended.out, "no-double-charge"));
  for (const char* file :
       {"run.json", "scenario.toml", "events.jsonl", "report.html", "journal.jsonl", "ledger.jsonl",
        "latency.hlog", "summary.md", "junit.xml"})
    CHECK(fs::exists(desk.path() / "here" / file));
}

TEST_CASE("a broken file ends with 2 and says where and what was expected") {
  const Desk desk;
  desk.write("broken.toml", "schema = 1\n[load\nrate = 1\n");
  const Ended syntax = desk.seawall({"run", "broken.toml"});
  CHECK(syntax.status == 2);
  CHECK(says(syntax.err, "broken.toml:2:"));

  desk.write("typo.toml", small +
                              "raet = \"5/s\"\n[[fault]]\non = \"order -> paymant\"\ntype = "
                              "\"latency\"\nlatency = 300\n");
  const Ended typo = desk.seawall({"run", "typo.toml"});
  CHECK(typo.status == 2);
  CHECK(says(typo.err, "raet"));
  CHECK(says(typo.err, "payment"));
  CHECK(says(typo.err, "typo.toml:"));
  CHECK_FALSE(fs::exists(desk.path() / "out"));

  CHECK(desk.seawall({"run", "missing.toml"}).status == 2);
  CHECK(desk.seawall({"run"}).status == 2);
  CHECK(desk.seawall({"rnu", "small.toml"}).status == 2);
  CHECK(desk.seawall({}).status == 2);
  CHECK(desk.seawall({"--help"}).status == 0);
  CHECK(desk.seawall({"--version"}).status == 0);
}

TEST_CASE("nothing starts when one of several files is wrong") {
  const Desk desk;
  desk.write("small.toml", small);
  desk.write("wrong.toml", "schema = 2\n");
  const Ended ended = desk.seawall({"run", "small.toml", "wrong.toml", "--mode", "sim"});
  CHECK(ended.status == 2);
  CHECK(ended.out.empty());
  CHECK_FALSE(fs::exists(desk.path() / "out"));
}

TEST_CASE("what this version does not build is refused by name") {
  const Desk desk;
  desk.write("later.toml", small + "[saga]\nkind = \"choreography\"\n");
  const Ended later = desk.seawall({"validate", "later.toml"});
  CHECK(later.status == 2);
  CHECK(says(later.err, "not in this version"));
}

TEST_CASE("a fault that cannot hit makes the run inconclusive and says why that matters") {
  const Desk desk;
  desk.write("miss.toml", small + R"([[fault]]
name = "missed"
on = "order -> payment"
type = "latency"
latency = "10ms"
match = { path = "/nowhere" }
at = "1s"
for = "1s"
)");
  const Ended ended = desk.seawall({"run", "miss.toml", "--mode", "sim"});
  INFO(ended.out);
  CHECK(ended.status == 5);
  CHECK(says(ended.out, "missed"));
  CHECK(says(ended.out, "calls reached order -> payment"));
  CHECK(says(ended.out, "proves"));
}

TEST_CASE("the same seed gives the same trace and another seed another one") {
  const Desk desk;
  desk.write("small.toml", small);
  const auto trace = [&](const std::string& seed, const std::string& out) {
    CHECK(
        desk.seawall({"run", "small.toml", "--mode", "sim", "--seed", seed, "--out", out}).status ==
        0);
    return contents(desk.path() / out / "events.jsonl");
  };
  const std::string first = trace("1", "a");
  CHECK(first == trace("1", "b"));
  CHECK(first != trace("2", "c"));
  const Ended replay = desk.seawall({"replay", "a"});
  CHECK(replay.status == 0);
  CHECK(says(replay.err, "the trace is the same"));
}

TEST_CASE("a replay that goes otherwise says where, and what became of the verdict") {
  const Desk desk;
  // A refund of a charge that comes later: with tombstones on, one write more and all is well.
  desk.write("late.toml", small + R"([policy."order -> payment".idempotency]
tombstones = false
[[fault]]
type = "late_request"
at_call = "order 2: order->payment.charge #*"
delay = "3s"
)");
  CHECK(desk.seawall({"run", "late.toml", "--mode", "sim", "--out", "a"}).status == 1);
  std::string mended = contents(desk.path() / "a/scenario.toml");
  const std::size_t at = mended.find("tombstones = false");
  REQUIRE(at != std::string::npos);
  mended.replace(at, 18, "tombstones = true");
  desk.write("a/scenario.toml", mended);
  const Ended replay = desk.seawall({"replay", "a", "--out", "b"});
  INFO(replay.out << replay.err);
  CHECK(replay.status == 5);
  CHECK_FALSE(says(replay.err, "the trace is the same"));
  CHECK(says(replay.err,
             "differs from the recorded one in its requests on the links, durable writes"));
  CHECK(says(replay.err, " ms, journal.jsonl line "));
  CHECK(says(replay.err, "\"operation\":\"refund\""));
  CHECK(says(replay.err, "the verdict was FAIL (B2 all-or-nothing"));
  CHECK(says(replay.err, "now it is PASS"));
  CHECK(says(replay.err, "it ends with 5, as it is not the run that was recorded"));
  // A commit that is bisected is another version, so there the verdict alone counts.
  CHECK(desk.seawall({"replay", "a", "--out", "c", "--bisect"}).status == 0);
}

TEST_CASE("a replay names the durable write that differs") {
  const Desk desk;
  desk.write("small.toml", small);
  CHECK(desk.seawall({"run", "small.toml", "--mode", "sim", "--out", "a"}).status == 0);
  const std::string ledger = contents(desk.path() / "a/ledger.jsonl");
  const std::size_t at = ledger.find("\"node\":\"payment\",\"write\":3,");
  REQUIRE(at != std::string::npos);
  const auto line = 1 + std::count(ledger.begin(), ledger.begin() + static_cast<long>(at), '\n');
  std::string other = ledger;
  const std::size_t number = other.find("\"to\":\"", at) + 6;
  other.insert(number, "not-");
  desk.write("a/ledger.jsonl", other);
  std::string run = contents(desk.path() / "a/run.json");
  const std::size_t hash = run.find("\"trace_hash\": \"") + 15;
  run[hash] = run[hash] == '0' ? '1' : '0';
  desk.write("a/run.json", run);
  const Ended replay = desk.seawall({"replay", "a", "--out", "b"});
  INFO(replay.err);
  CHECK(replay.status == 5);
  CHECK(says(replay.err, " ms, ledger.jsonl line " + std::to_string(line) + ":"));
  CHECK(says(replay.err, "\"node\":\"payment\",\"write\":3,"));
  CHECK(says(replay.err, "\"to\":\"not-"));
}

namespace {

// A recorded run, whose hashes are of another one in this part.
void record_other(const Desk& desk, const std::string& part) {
  desk.write("small.toml", small);
  REQUIRE(desk.seawall({"run", "small.toml", "--mode", "sim", "--out", "a"}).status == 0);
  std::string run = contents(desk.path() / "a/run.json");
  for (const std::string& name : {std::string("trace_hash"), part}) {
    const std::size_t from = name == part ? run.find("\"trace\": {") : 0;
    const std::size_t hash = run.find("\"" + name + "\": \"", from) + name.size() + 5;
    run[hash] = run[hash] == '0' ? '1' : '0';
  }
  desk.write("a/run.json", run);
}

}  // namespace

TEST_CASE("a replay says which file the difference would be in, where that is not there") {
  const Desk desk;
  record_other(desk, "ledger");
  std::filesystem::remove(desk.path() / "a/ledger.jsonl");
  const Ended without = desk.seawall({"replay", "a", "--out", "b"});
  INFO(without.err);
  CHECK(without.status == 5);
  CHECK(says(without.err,
             "every line of its events.jsonl and journal.jsonl is the same as now; the difference "
             "would be in ledger.jsonl, which is not there"));
  // What is no file is not read: a pipe would be waited for.
  REQUIRE(::mkfifo((desk.path() / "a/ledger.jsonl").c_str(), 0600) == 0);
  const Ended pipe = desk.seawall({"replay", "a", "--out", "c"});
  CHECK(pipe.status == 5);
  CHECK(says(pipe.err, "would be in ledger.jsonl, which is not there"));
}

TEST_CASE("a replay gives no time to a line that has none") {
  const Desk desk;
  record_other(desk, "ledger");
  const std::string ledger = contents(desk.path() / "a/ledger.jsonl");
  desk.write("a/ledger.jsonl", ledger + "no line of ours\n");
  const Ended replay = desk.seawall({"replay", "a", "--out", "b"});
  INFO(replay.err);
  CHECK(replay.status == 5);
  CHECK(says(replay.err, "scenario was edited first ledger.jsonl line "));
  CHECK(says(replay.err, "recorded: no line of ours now: nothing more"));
}

TEST_CASE("a replay does not write over its recording") {
  const Desk desk;
  desk.write("small.toml", small);
  REQUIRE(desk.seawall({"run", "small.toml", "--mode", "sim", "--out", "a"}).status == 0);
  std::filesystem::create_directory_symlink("a", desk.path() / "link");
  const std::string before = contents(desk.path() / "a/run.json");
  for (const std::string out : {"a", "a/", "./a", "x/../a", "link"}) {
    INFO(out);
    const Ended replay = desk.seawall({"replay", "a", "--out", out});
    CHECK(replay.status == 2);
    CHECK(says(replay.err, "--out is the folder of the recording, which would be lost"));
  }
  CHECK(desk.seawall({"replay", "link/", "--out", "a"}).status == 2);
  CHECK(contents(desk.path() / "a/run.json") == before);
}

TEST_CASE("a recording of a former version cannot be compared by its hash, and says so") {
  const Desk desk;
  desk.write("small.toml", small);
  CHECK(desk.seawall({"run", "small.toml", "--mode", "sim", "--out", "a"}).status == 0);
  std::string run = contents(desk.path() / "a/run.json");
  run.replace(run.find("\"trace\": {"), 7, "\"parts\"");
  desk.write("a/run.json", run);
  const Ended same = desk.seawall({"replay", "a", "--out", "b"});
  INFO(same.err);
  CHECK(same.status == 0);
  CHECK(says(same.err,
             "the trace_hash of the recording is of version 1, this seawall makes those "
             "of version 2"));
  CHECK(says(same.err,
             "every line of its events.jsonl, journal.jsonl and ledger.jsonl is the "
             "same as now"));
  CHECK_FALSE(says(same.err, "differs"));
  desk.write("a/events.jsonl", contents(desk.path() / "a/events.jsonl") + "{\"t\":1}\n");
  const Ended other = desk.seawall({"replay", "a", "--out", "b"});
  CHECK(other.status == 5);
  CHECK(says(other.err, "the trace differs from the recorded one"));
  CHECK(says(other.err, "now: nothing more"));
}

TEST_CASE("a folder that is no run is never touched") {
  const Desk desk;
  desk.write("small.toml", small);
  fs::create_directory(desk.path() / "precious");
  desk.write("precious/data.txt", "keep me");
  const Ended ended = desk.seawall({"run", "small.toml", "--mode", "sim", "--out", "precious"});
  CHECK(ended.status == 2);
  CHECK(contents(desk.path() / "precious/data.txt") == "keep me");
}

TEST_CASE("json on stdout is one document and progress goes elsewhere") {
  const Desk desk;
  desk.write("small.toml", small);
  const Ended ended = desk.seawall({"run", "small.toml", "--mode", "sim", "--json"});
  CHECK(ended.status == 0);
  CHECK(ended.out.starts_with("{"));
  CHECK(says(ended.out, "\"verdict\": \"pass\""));
}

TEST_CASE("an interrupted run heals and judges what there is") {
  const Desk desk;
  desk.write("small.toml", small);
  const Ended ended = desk.seawall_until(
      "load\n", SIGINT,
      {"run", "small.toml", "--set", "run.duration=60s", "--mode", "inprocess", "--out", "cut"});
  INFO(ended.out << ended.err);
  CHECK(ended.status == 130);
  CHECK(fs::exists(desk.path() / "cut/run.json"));
}

TEST_CASE("up serves until it is told to end") {
  const Desk desk;
  desk.write("small.toml", small);
  CHECK(desk.seawall({"up", "small.toml", "--mode", "sim"}).status == 2);
  const Ended ended =
      desk.seawall_until("Ctrl-C ends it", SIGINT, {"up", "small.toml", "--mode", "inprocess"});
  INFO(ended.out << ended.err);
  CHECK(ended.status == 0);
  CHECK(says(ended.out, "order -> payment http://127.0.0.1:"));
}

TEST_CASE("a repetition is recorded with its own seed and replays") {
  const Desk desk;
  desk.write("small.toml", small);
  const Ended runs =
      desk.seawall({"run", "small.toml", "--mode", "sim", "--repeat", "2", "--out", "runs"});
  CHECK(runs.status == 0);
  const Ended replay = desk.seawall({"replay", "runs/small.2"});
  INFO(replay.out << replay.err);
  CHECK(replay.status == 0);
  CHECK(says(replay.err, "the trace is the same"));
}

TEST_CASE("fail-on leaves out the classes that it does not name") {
  const Desk desk;
  desk.write("slow.toml", small + "[[slo]]\nthat = \"latency.max < 1ms\"\n");
  CHECK(desk.seawall({"run", "slow.toml", "--mode", "sim"}).status == 3);
  CHECK(desk.seawall({"run", "slow.toml", "--mode", "sim", "--fail-on", "invariant"}).status == 0);
  CHECK(desk.seawall({"run", "slow.toml", "--mode", "sim", "--fail-on", "slo"}).status == 3);
  CHECK(desk.seawall({"run", "slow.toml", "--mode", "sim", "--fail-on", "sol"}).status == 2);
}

TEST_CASE("explain and list start nothing") {
  const Desk desk;
  desk.write("small.toml", small);
  const Ended explain = desk.seawall({"explain", "small.toml"});
  CHECK(explain.status == 0);
  CHECK(says(explain.out, "time line"));
  desk.write("faulty.toml", std::string(small) + R"([[fault]]
name = "lost"
on = "order -> payment"
type = "drop_reply"
at = "1s"
for = "2s"
)");
  const Ended faulty = desk.seawall({"explain", "faulty.toml", "--mode", "inprocess"});
  CHECK(says(faulty.out, "links (fault proxies on loopback)"));
  CHECK(says(faulty.out, "order -> payment: lost"));
  const Ended list = desk.seawall({"list", "small.toml"});
  CHECK(list.status == 0);
  CHECK(says(list.out, "small"));
  CHECK_FALSE(fs::exists(desk.path() / "out"));
}

TEST_CASE("what a description hides from its reader does not reach the terminal") {
  const Desk desk;
  std::string hidden = small;
  hidden.insert(hidden.find("[run]"), "description = \"a\\u009b2Jb\\u202ec\"\n");
  desk.write("hidden.toml", hidden);
  for (const char* command : {"list", "explain"}) {
    const Ended told = desk.seawall({command, "hidden.toml"});
    CHECK(told.status == 0);
    CHECK(says(told.out, "a\uFFFD2Jb\uFFFDc"));
  }
}

TEST_CASE("a matrix runs its cells, shows what a pattern buys, and keeps each as a scenario") {
  const Desk desk;
  desk.write("small.toml", small);
  desk.write("matrix.toml", R"(schema = 1
extends = "small.toml"
[[fault]]
name = "lost"
on = "order -> payment"
type = "drop_reply"
probability = "20%"
at = "1s"
for = "2s"
[matrix.axes]
"run.seed" = [1, 2]
faults = ["none", "lost"]
[ablation]
on = "order -> payment"
remove = ["idempotency"]
expect_broken = ["idempotency: no-double-charge"]
)");
  const Ended ended = desk.seawall({"matrix", "matrix.toml", "--out", "m", "--jobs", "2"});
  INFO(ended.out << ended.err);
  CHECK(ended.status == 0);
  CHECK(says(ended.err, "matrix: 8 cells, 48 s of virtual time, 2 at a time"));
  CHECK(says(ended.out, "ok no-double-charge without idempotency: broken in 2 of 4 cells"));
  CHECK(says(contents(desk.path() / "m/matrix.md"), "without idempotency"));
  CHECK(says(contents(desk.path() / "m/matrix.json"), "\"expect_broken\""));

  const Ended again = desk.seawall({"matrix", "matrix.toml", "--out", "m", "--jobs", "1"});
  CHECK(contents(desk.path() / "m-2/matrix.json") == contents(desk.path() / "m/matrix.json"));
  CHECK_FALSE(fs::exists(desk.path() / "out"));
  const Ended one = desk.seawall({"run", "m/idempotency-lost.1.toml", "--out", "one"});
  CHECK(one.status == 1);
  CHECK(says(one.out, "FAIL invariant A1 no-double-charge"));
}

TEST_CASE("an expectation of a matrix that is not met ends with 5") {
  const Desk desk;
  desk.write("matrix.toml", small + R"([ablation]
on = "order -> payment"
remove = ["idempotency"]
expect_broken = ["idempotency: no-double-charge"]
)");
  const Ended ended = desk.seawall({"matrix", "matrix.toml", "--out", "m"});
  CHECK(ended.status == 5);
  CHECK(
      says(ended.out, "INCONCLUSIVE no-double-charge without idempotency: broken in 0 of 1 cells"));
}

TEST_CASE("run refuses a matrix and matrix refuses what is none") {
  const Desk desk;
  desk.write("small.toml", small);
  desk.write("matrix.toml", small + "[matrix.axes]\n\"run.seed\" = [1, 2]\n");
  const Ended run = desk.seawall({"run", "matrix.toml"});
  CHECK(run.status == 2);
  CHECK(says(run.err, "it stands for 2 runs"));
  CHECK(says(run.err, "seawall matrix"));
  const Ended matrix = desk.seawall({"matrix", "small.toml"});
  CHECK(matrix.status == 2);
  CHECK(says(matrix.err, "no [matrix] and no [ablation] in it"));
  CHECK(desk.seawall({"matrix", "small.toml", "matrix.toml"}).status == 2);
  CHECK(says(desk.seawall({"explain", "matrix.toml"}).out, "cost: 2 cells, 12 s of virtual time"));
}

// Under a sanitizer its 18 runs take minutes, and the smaller matrix above has the same code.
TEST_CASE("the matrix that the README shows keeps its promise") {
  const Desk desk;
  const char* const command = SEAWALL_SANITIZED ? "validate" : "matrix";
  const Ended ended = desk.seawall({command, SEAWALL_SOURCE_DIR "/tests/matrix/storm.toml"});
  INFO(ended.out << ended.err);
  CHECK(ended.status == 0);
}

TEST_CASE("the sweeps of the scenarios are valid") {
  const Desk desk;
  const Ended ended = desk.seawall(
      {"validate", SEAWALL_SOURCE_DIR "/tests/matrix", SEAWALL_SOURCE_DIR "/tests/tune"});
  INFO(ended.out << ended.err);
  CHECK(ended.status == 0);
}

TEST_CASE("a tuning shows what nothing betters and writes what it chose as a scenario") {
  const Desk desk;
  desk.write("tune.toml", small + R"([[fault]]
name = "slow"
on = "order -> payment"
type = "latency"
latency = "200ms"
at = "1s"
for = "2s"
[[slo]]
name = "few errors"
that = "error_rate < 10%"
[tune]
minimise = ["latency_all.p90", "error_rate"]
candidates = 12
seeds = 2
[tune.vary]
'policy."order -> payment".timeout.attempt' = { from = "100ms", to = "800ms" }
'policy."order -> payment".retry.max_attempts' = [1, 3]
)");
  const Ended ended = desk.seawall({"tune", "tune.toml", "--out", "t", "--jobs", "2"});
  INFO(ended.out << ended.err);
  CHECK(ended.status == 0);
  CHECK(says(ended.out, "12 of 14 combinations tried"));
  CHECK(says(ended.out, "* chosen"));
  CHECK(says(contents(desk.path() / "t/tuned.toml"), "extends = \"../tune.toml\""));
  CHECK(says(contents(desk.path() / "t/tune.json"), "\"chosen\": true"));
  CHECK(desk.seawall({"tune", "tune.toml", "--out", "t", "--jobs", "1"}).status == 0);
  CHECK(contents(desk.path() / "t-2/tune.json") == contents(desk.path() / "t/tune.json"));
  CHECK(desk.seawall({"run", "t/tuned.toml", "--mode", "sim", "--out", "run"}).status == 0);

  const Ended few = desk.seawall(
      {"tune", "tune.toml", "--out", "t", "--set", "tune.minimise=[\"latency_all.p99\"]"});
  CHECK(few.status == 5);
  CHECK(says(few.out, "latency_all.p99 has no value: p99 takes 1,000 samples"));

  const Ended strict = desk.seawall(
      {"tune", "tune.toml", "--out", "t", "--set", "slo.\"few errors\".that=\"error_rate < 0%\""});
  CHECK(strict.status == 5);
  CHECK(says(strict.out, "Nothing was chosen"));
  CHECK_FALSE(fs::exists(desk.path() / "t-4/tuned.toml"));

  const Ended other = desk.seawall({"tune", "tune.toml", "--out", "u", "--seed", "7", "--set",
                                    "fault.slow.latency=150ms", "--quiet"});
  INFO(other.out << other.err);
  CHECK(other.status == 0);
  CHECK(says(contents(desk.path() / "u/tuned.toml"), "fault.slow.latency=\"150ms\" run.seed = 7"));
  CHECK(desk.seawall({"run", "u/tuned.toml", "--mode", "sim", "--out", "run"}).status == 0);
}

TEST_CASE("tune refuses a file that has nothing to tune, and mistakes in what it has") {
  const Desk desk;
  desk.write("small.toml", small);
  const Ended none = desk.seawall({"tune", "small.toml"});
  CHECK(none.status == 2);
  CHECK(says(none.err, "no [tune] in it"));
  desk.write("bad.toml", small + R"([tune]
minimise = ["latency.p99 < 5ms"]
[tune.vary]
"run.sede" = [1, 2]
"run.duration" = { from = "2s", to = "1s" }
)");
  const Ended bad = desk.seawall({"tune", "bad.toml"});
  CHECK(bad.status == 2);
  CHECK(says(bad.err, "a condition; expected a measure"));
  CHECK(says(bad.err, "expected a range from more than 0 up to something greater"));
}

TEST_CASE("what belongs to its user is never in the way of a run, a matrix or a tuning") {
  const Desk desk;
  desk.write("small.toml", small);
  desk.write("matrix.toml", small + "[matrix.axes]\n\"run.seed\" = [1, 2]\n");
  CHECK(desk.seawall({"run", "small.toml", "--mode", "sim", "--out", "r"}).status == 0);
  desk.write("r/mine.toml", "precious");
  CHECK(desk.seawall({"run", "small.toml", "--mode", "sim", "--out", "r"}).status == 2);
  CHECK(desk.seawall({"matrix", "matrix.toml", "--out", "r"}).status == 0);
  CHECK(contents(desk.path() / "r/mine.toml") == "precious");
  CHECK(fs::exists(desk.path() / "r-2/matrix.json"));
}

TEST_CASE("cells whose names differ in no plain letter have files of their own") {
  const Desk desk;
  desk.write("matrix.toml", small + R"([[fault]]
name = "a/b"
on = "order -> payment"
type = "drop_reply"
must_hit = 0
[[fault]]
name = "a-b"
on = "order -> payment"
type = "drop_request"
must_hit = 0
[matrix.axes]
faults = ["a/b", "a-b"]
)");
  const Ended ended = desk.seawall({"matrix", "matrix.toml", "--out", "m"});
  INFO(ended.out << ended.err);
  CHECK(fs::exists(desk.path() / "m/full-a-b.1.toml"));
  CHECK(fs::exists(desk.path() / "m/full-a-b.1-2.toml"));
}

TEST_CASE("what a run came to can be said again") {
  const Desk desk;
  desk.write("small.toml", small);
  const Ended run = desk.seawall({"run", "small.toml", "--mode", "sim", "--out", "here"});
  const Ended again = desk.seawall({"report", "here"});
  CHECK(again.status == 0);
  CHECK(says(again.out, "small seed 1 sim"));
  CHECK(again.out.find(run.out) != std::string::npos);  // word for word
  CHECK(says(again.out, "page: here/report.html"));
}

TEST_CASE("several runs stand side by side in an index") {
  const Desk desk;
  desk.write("small.toml", small);
  const Ended runs =
      desk.seawall({"run", "small.toml", "--mode", "sim", "--repeat", "2", "--out", "all"});
  CHECK(runs.status == 0);
  CHECK(says(runs.err, "2 runs side by side: "));
  const fs::path index = desk.path() / "all" / "index.html";
  CHECK(contents(index).find("<a href=\"small.2/report.html\">") != std::string::npos);
  const std::string before = contents(index);
  fs::remove(index);
  const Ended again = desk.seawall({"report", "all"});
  CHECK(again.status == 0);
  CHECK(says(again.out, "2 runs: all/index.html"));
  CHECK(contents(index) == before);
}

TEST_CASE("runs of different folders have an index only where one is asked for") {
  const Desk desk;
  desk.write("small.toml", small);
  for (const char* out : {"one/a", "two/b"})
    CHECK(desk.seawall({"run", "small.toml", "--mode", "sim", "--out", out}).status == 0);
  const Ended refused = desk.seawall({"report", "one/a", "two/b"});
  CHECK(refused.status == 2);
  CHECK(says(refused.err, "these runs lie in different folders"));
  CHECK_FALSE(fs::exists(desk.path() / "index.html"));
  const Ended placed = desk.seawall({"report", "one/a", "two/b", "--out", "one"});
  CHECK(placed.status == 0);
  CHECK(contents(desk.path() / "one/index.html").find("<a href=\"../two/b/report.html\">") !=
        std::string::npos);
}

TEST_CASE("a report of what is no run ends with 2 and says what was found") {
  const Desk desk;
  fs::create_directory(desk.path() / "empty");
  const Ended empty = desk.seawall({"report", "empty"});
  CHECK(empty.status == 2);
  CHECK(says(empty.err, "empty: error: there is no run in it"));
  const Ended none = desk.seawall({"report"});
  CHECK(none.status == 2);
  CHECK(says(none.err, "out/latest: error: there is no such folder"));
  fs::create_directory(desk.path() / "cut");
  desk.write("cut/run.json", "{\"schema\": 1,");
  const Ended cut = desk.seawall({"report", "cut"});
  CHECK(cut.status == 2);
  CHECK(says(cut.err, "cut/run.json: error: it ends in the middle, after 13 bytes"));
}

TEST_CASE("[report] formats can leave the page out") {
  const Desk desk;
  desk.write("small.toml", small + "[report]\nformats = [\"junit\"]\n");
  CHECK(desk.seawall({"run", "small.toml", "--mode", "sim", "--out", "here"}).status == 0);
  CHECK_FALSE(fs::exists(desk.path() / "here" / "report.html"));
  CHECK(says(desk.seawall({"report", "here"}).out, "page: none"));
}
