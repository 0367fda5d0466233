// seawall explore as its user meets it: what it says, how it ends, and what can be replayed.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/cli/program.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/has.hpp"

namespace seawall::tests {

namespace {

namespace fs = std::filesystem;

const std::string shop = R"(schema = 1
[scenario]
name = "explored"
[run]
seed = 3
[load]
rate = "40/s"
[[load.request]]
use = "place-order"
)";
const std::string no_keys = shop + R"([policy."order -> payment"]
idempotency = false
)";

Ended explored(const Desk& desk, const std::vector<std::string>& way) {
  std::vector<std::string> words = {"explore", "shop.toml"};
  words.insert(words.end(), way.begin(), way.end());
  return desk.seawall(words);
}

}  // namespace

TEST_CASE("an order that every single fault leaves whole ends the exploration with 0") {
  const Desk desk;
  desk.write("shop.toml", shop);
  const Ended ended =
      desk.seawall({"explore", "shop.toml", "--depth", "1", "--out", "here", "--quiet"});
  INFO(ended.out << ended.err);
  CHECK(ended.status == 0);
  CHECK(has(ended.out, "singles: 0 violations"));
  CHECK(fs::exists(desk.path() / "here/explore.json"));
  CHECK_FALSE(fs::exists(desk.path() / "here/found"));
  const Ended again = desk.seawall({"explore", "shop.toml", "--depth", "1", "--out", "here"});
  CHECK(has(again.err, "here is there already, and stays as it is: the files go to here-2"));
  CHECK(fs::exists(desk.path() / "here-2/explore.json"));
  const Ended replayed = desk.seawall({"replay"});
  CHECK(replayed.status == 2);
  CHECK(has(replayed.err, "`seawall explore` writes those of what it finds to found/001"));
}

TEST_CASE("an order that fails without any fault is no pass, however it is explored") {
  const Desk desk;
  desk.write("shop.toml", shop + "[target.stock]\nsku-1 = 0\nsku-2 = 0\nsku-3 = 0\n");
  using Way = std::pair<std::vector<std::string>, std::string>;
  const std::vector<Way> ways = {
      {{"--depth", "1"}, "the order"},
      {{"--depth", "1", "--matrix", "saga"}, "the order"},
      {{"--fuzz", "--budget", "20runs"}, "60 of 60 orders"}};  // twenty at each pace
  for (const auto& [way, orders] : ways) {
    const Ended ended = explored(desk, way);
    INFO(ended.out << ended.err);
    CHECK(ended.status == 5);
    CHECK(has(ended.out, orders + " failed without any fault, so no fault met one that succeeds"));
    CHECK_FALSE(has(ended.out, "\nok: "));
  }
}

TEST_CASE("a request that makes no order is no pass, however it is explored") {
  const Desk desk;
  std::string other = shop;
  const std::string use = "use = \"place-order\"";
  other.replace(other.find(use), use.size(), "method = \"POST\"\npath = \"/nothing\"");
  desk.write("shop.toml", other);
  const std::vector<std::vector<std::string>> ways = {
      {}, {"--matrix", "saga"}, {"--fuzz", "--budget", "20runs"}};
  for (const std::vector<std::string>& way : ways) {
    const Ended ended = explored(desk, way);
    INFO(ended.out << ended.err);
    CHECK(ended.status == 2);
    CHECK(has(ended.out + ended.err, "its first POST request makes no order"));
  }
}

TEST_CASE("what an exploration finds can be replayed and run") {
  const Desk desk;
  desk.write("shop.toml", no_keys);
  const Ended ended =
      desk.seawall({"explore", "shop.toml", "--depth", "1", "--out", "here", "--quiet"});
  INFO(ended.out << ended.err);
  CHECK(ended.status == 1);
  CHECK(has(ended.out, "001 A1 no-double-charge"));
  CHECK(has(ended.out, "fault  order 1: order->payment.charge #1: drop_reply"));
  const Ended replayed = desk.seawall({"replay", "here/found/001", "--out", "again", "--quiet"});
  INFO(replayed.out << replayed.err);
  CHECK(replayed.status == 1);
  CHECK(has(replayed.err, "the trace is the same as the recorded one"));
  const Ended run =
      desk.seawall({"run", "here/found/001/scenario.toml", "--out", "run", "--quiet"});
  CHECK(run.status == 1);
  CHECK(has(run.out, "FAIL  invariant  A1 no-double-charge"));
  CHECK_FALSE(has(run.out, "\nok"));  // counted alone
  CHECK_FALSE(has(run.out, "NOT EXERCISED"));
  CHECK(has(run.out, "FAIL: 4 failed, "));
}

TEST_CASE("what is printed to be copied goes through a shell, whatever the folder is named") {
  const Desk desk;
  desk.write("shop.toml", no_keys);
  const Ended ended =
      desk.seawall({"explore", "shop.toml", "--depth", "1", "--out", "Bob's runs", "--quiet"});
  INFO(ended.out << ended.err);
  const std::string keep = R"(cp 'Bob'\''s runs/found/001/scenario.toml' resilience/)";
  CHECK(has(ended.out, "keep it: " + keep + "no-double-charge.toml\n"));
  CHECK(has(ended.out, R"(again: seawall replay 'Bob'\''s runs/found/001'   exit 1)"));
  const Ended run =
      desk.seawall({"run", "shop.toml", "--out", "a run", "--quiet", "--mode", "sim"});
  CHECK(has(run.out, "replay: seawall replay 'a run'   exit "));
}

TEST_CASE("findings stand in one folder, each with a name of its own, and run side by side") {
  const Desk desk;
  desk.write("shop.toml", shop);
  const Ended ended = desk.seawall({"explore", "shop.toml", "--set", "saga.compensation=false",
                                    "--depth", "1", "--out", "here", "--quiet"});
  INFO(ended.out << ended.err);
  REQUIRE(fs::exists(desk.path() / "here/found/002"));
  // Last of all, so that who stops it at once has all that it names, or not that file.
  CHECK(fs::last_write_time(desk.path() / "here/explore.json") >=
        fs::last_write_time(desk.path() / "here/found/002/run.json"));
  fs::create_directory(desk.path() / "kept");
  fs::copy_file(desk.path() / "here/found/001/scenario.toml", desk.path() / "kept/one.toml");
  fs::copy_file(desk.path() / "here/found/002/scenario.toml", desk.path() / "kept/two.toml");
  CHECK(desk.seawall({"validate", "kept"}).status == 0);
  const Ended run = desk.seawall({"run", "kept", "--out", "runs", "--quiet"});
  INFO(run.err);
  CHECK(run.status == 1);
  fs::copy_file(desk.path() / "kept/one.toml", desk.path() / "kept/three.toml");
  const Ended twice = desk.seawall({"validate", "kept"});
  CHECK(twice.status == 2);
  CHECK(has(twice.err, "kept/three.toml: error: its name \"explored-"));
  CHECK(has(twice.err, "is that of kept/one.toml, too"));
}

TEST_CASE("an exploration says which invariants do not judge it") {
  const Desk desk;
  desk.write("shop.toml", shop + R"([[invariant]]
name = "few requests"
that = "dead_letters <= 1000"
[[invariant]]
use = ["no-double-charge"]
)");
  for (const char* const way : {"--quiet", "--fuzz"}) {
    const Ended ended =
        desk.seawall({"explore", "shop.toml", way, "--budget", "1runs", "--out", "here"});
    INFO(ended.err);
    CHECK(has(ended.err, "explored: its own [[invariant]] are not judged here: few requests\n"));
  }
  desk.write("shop.toml", shop);
  const Ended ended = desk.seawall({"explore", "shop.toml", "--budget", "1runs", "--out", "here"});
  CHECK_FALSE(has(ended.err, "[[invariant]]"));
}

TEST_CASE("a budget that ends first is inconclusive") {
  const Desk desk;
  desk.write("shop.toml", shop);
  const Ended ended = desk.seawall({"explore", "shop.toml", "--budget", "50runs", "--quiet"});
  INFO(ended.out << ended.err);
  CHECK(ended.status == 5);
  CHECK(has(ended.out, "INCONCLUSIVE: no violation so far; the budget ended it"));
}

TEST_CASE("what cannot be explored is said before anything runs") {
  const Desk desk;
  desk.write("shop.toml", shop);
  const Ended budget = desk.seawall({"explore", "shop.toml", "--budget", "soon"});
  CHECK(budget.status == 2);
  CHECK(has(budget.err, "expected a time or a number of runs"));
  const auto said_of = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"explore", "shop.toml"});
    const Ended ended = desk.seawall(more);
    CHECK(ended.status == 2);
    return ended.err;
  };
  CHECK(has(said_of({"--budget", "5"}), "\"5s\" or \"5runs\""));
  CHECK(has(said_of({"--budget", ""}), "--budget: expected a value, found an empty one"));
  CHECK(has(said_of({"--out", ""}), "--out: expected a value, found an empty one"));
  CHECK(has(said_of({"--fuzz", "--shard", ""}), "--shard: expected a value, found an empty one"));
  CHECK(has(said_of({"--budget", "0s"}), "in no time nothing is explored"));
  CHECK(has(said_of({"--seed", "x"}), "--seed: expected a whole number from 0 to "));
  CHECK(has(said_of({"--seed", "-1"}), ", found '-1'"));
  CHECK(has(said_of({"--depth"}), "--depth: expected a whole number from 1 to 4 behind it"));
  CHECK(has(said_of({"--out"}), "--out: expected a value behind it, found none"));
  CHECK(has(said_of({"--out", "--quiet"}),
            "--out: expected a value behind it, found the option --quiet"));
  CHECK(has(said_of({"--matrix"}), "--matrix: expected a value (saga) behind it, found none"));
  CHECK(has(said_of({"--depth", "two"}),
            "--depth: expected a whole number from 1 to 4, found 'two'"));
  CHECK(has(said_of({"--orders", "101"}),
            "--orders: expected a whole number from 1 to 100, found '101'"));
  CHECK(
      has(said_of({"--jobs", "2.5"}), "--jobs: expected a whole number from 1 to 64, found '2.5'"));
  // No C: a zero in front changes nothing.
  CHECK(has(desk.seawall({"explain", "shop.toml", "--seed", "010"}).out, ", seed 10\n"));
  CHECK(has(desk.seawall({"explain", "shop.toml", "--seed", "09"}).out, ", seed 9\n"));
  CHECK(has(said_of({"--dept", "2"}), "Did you mean --depth?"));
  CHECK(has(said_of({"--out", "/proc/nope"}), "/proc/nope: error: cannot write"));
  fs::create_directory(desk.path() / "many");
  desk.write("many/a.toml", shop);
  desk.write("many/b.toml", no_keys);
  const Ended many = desk.seawall({"explore", "many"});
  CHECK(many.status == 2);
  CHECK(has(many.err, "many: error: stands for 2 scenarios; expected one to explore"));
  CHECK(has(many.err, "name one of them: many/a.toml, many/b.toml"));
  desk.write("reads.toml",
             "schema = 1\n[scenario]\nname = \"reads\"\n[load]\nrate = \"1/s\"\n"
             "[[load.request]]\nuse = \"read-sku\"\n");
  const Ended reads = desk.seawall({"explore", "reads.toml"});
  CHECK(reads.status == 2);
  CHECK(has(reads.err, "no POST request in its load"));
  CHECK(desk.seawall({"explore", "missing.toml"}).status == 2);
}

TEST_CASE("a matrix shows which setting of the saga an order is kept whole by") {
  const Desk desk;
  desk.write("shop.toml", shop);
  const Ended ended = desk.seawall({"explore", "shop.toml", "--matrix", "saga", "--depth", "1"});
  INFO(ended.out << ended.err);
  CHECK(ended.status == 0);
  const auto row = [&](const std::string& setting) {
    const std::size_t at = ended.out.find("\n" + setting);
    REQUIRE(at != std::string::npos);
    return ended.out.substr(at + 1, ended.out.find('\n', at + 1) - at - 1);
  };
  CHECK(row("as it is").ends_with(" 0   -"));
  CHECK(row("saga.compensation=true").ends_with(" 0   -"));
  CHECK(has(row("saga.compensation=false"), "B2"));
  CHECK(has(row("saga.recovery=false"), "B1"));
  // What breaks is told in words too, each way once.
  const std::size_t words = ended.out.find("\n\nsaga.log=\"memory\"\n  fault  order 1: ");
  CHECK(words != std::string::npos);
  CHECK(desk.seawall({"explore", "shop.toml", "--matrix", "saga", "--json"}).status == 2);
}

TEST_CASE("who interrupts an exploration is told what was found so far") {
  const Desk desk;
  desk.write("shop.toml", no_keys);
  Running running(desk, {"explore", "shop.toml", "--depth", "4", "--jobs", "1", "--out", "here"});
  running.says("explored: one order");
  const Ended ended = running.end(SIGINT);
  INFO(ended.out << ended.err);
  CHECK((ended.status == 1 || ended.status == 130));
  CHECK(fs::exists(desk.path() / "here/explore.json"));
  if (ended.status == 130) return;
  const Ended replayed = desk.seawall({"replay", "here/found/001", "--out", "again", "--quiet"});
  CHECK(has(replayed.err, "the trace is the same as the recorded one"));
}

TEST_CASE("findings are told and kept before they are tried over sockets, which ends at once") {
  const Desk desk;
  desk.write("shop.toml", no_keys);
  Running running(desk, {"explore", "shop.toml", "--depth", "1", "--confirm", "--out", "here"});
  running.says("BROKEN: 1 kind of violation");
  running.says("over sockets: 1 of 1, up to ");
  CHECK(fs::exists(desk.path() / "here/found/001/scenario.toml"));
  const Ended ended = running.end(SIGINT);
  INFO(ended.out << ended.err);
  CHECK(ended.status == 1);
  CHECK(has(ended.out, "001 over sockets: not tried: its user wanted no more"));
  const std::string keep = "cp here/found/001/scenario.toml resilience/no-double-charge.toml";
  CHECK(has(ended.out, "keep it: " + keep));
  std::ifstream text(desk.path() / "here/explore.txt");
  const std::string kept{std::istreambuf_iterator<char>(text), {}};
  CHECK(has(kept, "  over sockets: not tried: its user wanted no more"));
}

TEST_CASE("what the fuzzer finds can be replayed from its folder alone") {
  const Desk desk;
  desk.write("shop.toml", no_keys);
  const Ended ended = desk.seawall({"explore", "shop.toml", "--fuzz", "--orders", "5", "--budget",
                                    "100runs", "--out", "here", "--quiet"});
  INFO(ended.out << ended.err);
  CHECK(ended.status == 1);
  CHECK(has(ended.out, "1 order and 1 fault, shrunk from 5 and"));
  CHECK(has(ended.out, "that run again: --fuzz --seed 3 --orders 5 --first"));
  const Ended replayed = desk.seawall({"replay", "here/found/001", "--out", "again", "--quiet"});
  INFO(replayed.out << replayed.err);
  CHECK(replayed.status == 1);
  CHECK(has(replayed.err, "the trace is the same as the recorded one"));
  std::ifstream page(desk.path() / "here/found/001/report.html");
  const std::string html{std::istreambuf_iterator<char>(page), {}};
  CHECK(has(html, "How it came about"));
  CHECK(has(html, "It takes these faults"));
  CHECK(has(html, "What prevents it: "));
}

TEST_CASE("shards are joined, and what is missing or foreign is said") {
  const Desk desk;
  desk.write("shop.toml", no_keys);
  const auto fuzz = [&](const std::string& shard, const std::string& seed, const std::string& out) {
    return desk.seawall({"explore", "shop.toml", "--fuzz", "--orders", "3", "--budget", "60runs",
                         "--shard", shard, "--seed", seed, "--out", out, "--quiet"});
  };
  fuzz("1/2", "3", "one");
  fuzz("2/2", "3", "two");
  fuzz("2/2", "4", "other");
  fuzz("1/1", "3", "whole");
  const Ended merged = desk.seawall({"explore", "merge", "two", "one", "--out", "all"});
  INFO(merged.out << merged.err);
  CHECK(merged.status == 1);
  const auto text_of = [&](const std::string& name) {
    std::ifstream in(desk.path() / name);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  CHECK(text_of("all/explore.json") == text_of("whole/explore.json"));
  CHECK(text_of("all/explore.txt") == text_of("whole/explore.txt"));
  CHECK(fs::exists(desk.path() / "all/found/001/run.json"));
  const Ended part = desk.seawall({"explore", "merge", "two", "--out", "part"});
  CHECK(has(part.err, "of 2 shards these are missing: 1"));
  const Ended foreign = desk.seawall({"explore", "merge", "one", "other", "--out", "foreign"});
  CHECK(foreign.status == 2);
  CHECK(has(foreign.err, "they differ in their seed: 3 and 4"));
  CHECK(desk.seawall({"explore", "merge", "shop", "--out", "nothing"}).status == 2);
  desk.seawall({"explore", "shop.toml", "--depth", "1", "--out", "systematic", "--quiet"});
  const Ended systematic = desk.seawall({"explore", "merge", "systematic", "--out", "nothing"});
  CHECK(systematic.status == 2);
  CHECK(has(systematic.err, "systematic/explore.json: error: it is no result of --fuzz, but of a"));
  CHECK_FALSE(fs::exists(desk.path() / "nothing"));
  const Ended again = desk.seawall({"explore", "merge", "two", "one", "--out", "one"});
  CHECK(again.status == 1);
  CHECK(has(again.err, "one is there already, and stays as it is: the files go to one-2"));
  CHECK(text_of("one-2/explore.json") == text_of("whole/explore.json"));
  const Ended deeper = desk.seawall({"explore", "merge", "two", "one", "--out", "a/b/all"});
  CHECK(deeper.status == 1);
  CHECK(fs::exists(desk.path() / "a/b/all/found/001/run.json"));
  const Ended nowhere = desk.seawall({"explore", "merge", "two", "one", "--out", "/proc/nope"});
  CHECK(nowhere.status == 2);
  CHECK(nowhere.out.empty());
  CHECK(has(nowhere.err, "/proc/nope: error: cannot write"));
  const Ended empty = desk.seawall({"explore", "merge", "two", "one", "--out", ""});
  CHECK(empty.status == 2);
  CHECK(has(empty.err, "--out: expected a value, found an empty one"));
  CHECK(fuzz("3/2", "3", "wrong").status == 2);
  const Ended deep = desk.seawall({"explore", "shop.toml", "--fuzz", "--depth", "2"});
  CHECK(deep.status == 2);
  CHECK(has(deep.err, "--depth beside --fuzz"));
  CHECK(desk.seawall({"explore"}).status == 2);
}

}  // namespace seawall::tests
