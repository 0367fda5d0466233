// The shop as processes, and one service by hand, as a user meets them.
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <sstream>

#include <poll.h>

#include "tests/cli/program.hpp"
#include "tests/os/survivors.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/has.hpp"

using seawall::has;
using seawall::os::test::comes_true;
using seawall::os::test::living;
using seawall::tests::Desk;
using seawall::tests::Ended;
using seawall::tests::Running;
namespace fs = std::filesystem;

namespace {

const std::string small = R"(schema = 1
[scenario]
name = "small"
[run]
warmup = "500ms"
duration = "2s"
[target]
mode = "processes"
[load]
rate = "20/s"
max_lateness = "5s"
[[load.request]]
use = "place-order"
[[fault]]
on = "payment"
type = "crash"
at = "1s"
restart = "100ms"
)";

// All that is started meanwhile carries its mark, and makes its folders in the desk's.
class Family {
 public:
  explicit Family(const Desk& desk) : name_(seawall::os::test::new_family()) {
    ::setenv(seawall::os::test::family_variable, name_.c_str(), 1);
    ::setenv("TMPDIR", desk.path().c_str(), 1);
  }
  ~Family() {
    ::unsetenv(seawall::os::test::family_variable);
    ::unsetenv("TMPDIR");
  }
  Family(const Family&) = delete;
  std::vector<pid_t> members() const { return living(name_); }
  bool is_gone() const {
    return comes_true([this] { return living(name_).empty(); });
  }

 private:
  std::string name_;
};

std::size_t private_folders(const Desk& desk) {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(desk.path()))
    count += entry.path().filename().string().starts_with("seawall-run-");
  return count;
}

}  // namespace

TEST_CASE("the shop runs as processes, one is killed, and nothing is left") {
  const Desk desk;
  const Family family(desk);
  desk.write("small.toml", small);
  const Ended ended = desk.seawall({"run", "small.toml", "--out", "here"});
  INFO(ended.out << ended.err);
  CHECK(ended.status == 0);
  CHECK(family.is_gone());
  CHECK(private_folders(desk) == 0);
}

TEST_CASE("a run that is killed at any moment leaves nothing that the next does not sweep") {
  const Desk desk;
  const Family family(desk);
  desk.write("small.toml", small);
  std::mt19937 draw(1);
  for (int round = 0; round < 6; ++round) {
    CAPTURE(round);
    {
      const Running run(desk, {"run", "small.toml", "--quiet"});
      ::poll(nullptr, 0, static_cast<int>(draw() % 1500));
    }  // killed
    CHECK(family.is_gone());
  }
  CHECK(desk.seawall({"run", "small.toml", "--mode", "sim", "--quiet"}).status <= 5);
  CHECK(private_folders(desk) == 0);
}

TEST_CASE("a run that is interrupted twice ends at once and leaves nothing") {
  const Desk desk;
  const Family family(desk);
  desk.write("small.toml", small);
  Running run(desk, {"run", "small.toml", "--set", "run.duration=60s"});
  run.says("warm-up");
  CHECK(private_folders(desk) == 1);
  ::kill(run.process(), SIGINT);
  run.says("(again: stop at once)");
  const Ended ended = run.end(SIGINT);
  INFO(ended.err);
  CHECK(ended.status == 130);
  CHECK(has(ended.err, "stopped at once; nothing was healed or judged"));
  CHECK(family.is_gone());
  CHECK(comes_true([&desk] { return private_folders(desk) == 0; }));
}

TEST_CASE("a service that dies though no fault killed it ends the run with 6 and its last words") {
  const Desk desk;
  const Family family(desk);
  desk.write("small.toml", small + "[target.capacity]\n");
  Running run(desk, {"run", "small.toml", "--set", "run.duration=60s"});
  run.says("warm-up");
  const auto is_payment = [](pid_t process) {
    std::ifstream in("/proc/" + std::to_string(process) + "/cmdline");
    const std::string words{std::istreambuf_iterator<char>(in), {}};
    return words.find("serve") != words.npos && words.find("_shim") == words.npos &&
           words.find(std::string("\0payment\0", 9)) != words.npos;
  };
  const auto processes = family.members();
  const auto payment = std::find_if(processes.begin(), processes.end(), is_payment);
  REQUIRE(payment != processes.end());
  ::kill(*payment, SIGKILL);
  const Ended ended = run.end(0);
  CHECK(ended.status == 6);
  CHECK(
      has(ended.err, "payment was killed by signal 9 (KILL); its last lines:\n  | payment serves"));
  CHECK(family.is_gone());
}

TEST_CASE("every invariant holds while services are killed again and again") {
  const Desk desk;
  // How fast the machine is says nothing here.
  const Ended ended = desk.seawall({"run", SEAWALL_SOURCE_DIR "/tests/kills/kills.toml", "--quiet",
                                    "--fail-on", "invariant", "--out", "here"});
  INFO(ended.out << ended.err);
  CHECK(ended.status == 0);
  CHECK(has(ended.out, "ok             invariant  B1 every-saga-settled: 0 open"));
  std::ifstream events(desk.path() / "here" / "events.jsonl");
  int kills = 0;
  for (std::string line; std::getline(events, line);)
    kills += line.find(R"("what":"down")") != line.npos;
  // Who starts again for longer than planned is not there to be killed, and the run says so.
  int missed = 0;
  std::istringstream told(ended.out);
  for (std::string line; std::getline(told, line);)
    missed += has(line, "fault      nemesis-") && has(line, ": 0, expected waived");
  CHECK(kills + missed == 20);
  CHECK(missed <= 5);
}

TEST_CASE("a service that is served by hand serves until TERM") {
  const Desk desk;
  desk.write("small.toml", small);
  Running serve(desk, {"serve", "shipping", "--scenario", "small.toml", "--store", "here.db"});
  serve.says("shipping serves on 127.0.0.1:");
  const Ended ended = serve.end(SIGTERM);
  CHECK(ended.status == 0);
  CHECK(has(ended.err, "shipping: ending within 5s"));
  CHECK(fs::exists(desk.path() / "here.db"));
}

TEST_CASE("what is wrong with a service that is to be served is told") {
  const Desk desk;
  desk.write("small.toml", small);
  const auto error_of = [&](std::vector<std::string> words, int status) {
    words.insert(words.begin(), "serve");
    words.insert(words.end(), {"--scenario", "small.toml", "--store", "here.db"});
    const Ended ended = desk.seawall(words);
    CHECK(ended.status == status);
    return ended.err;
  };
  CHECK(has(error_of({"paymant"}, 2),
            "no service 'paymant'; expected one of payment, inventory, "
            "shipping, order, gateway; did you mean payment?"));
  CHECK(
      has(error_of({"order"}, 2), "order calls inventory; expected --callee inventory=HOST:PORT"));
  CHECK(has(error_of({"order", "--callee", "inventory"}, 2), "'inventory' is no callee; expected"));
  CHECK(has(error_of({"payment", "--callee", "a=127.0.0.1:1"}, 2), "payment calls nobody"));
  CHECK(has(error_of({"payment", "--drain", "5"}, 2), "--drain: "));
  fs::create_directory(desk.path() / "here.db");
  CHECK(has(error_of({"payment"}, 6), "payment cannot serve: cannot use the store here.db: "));
}

TEST_CASE("a store in memory does not go with processes") {
  const Desk desk;
  desk.write("small.toml", small + "[target.capacity]\n");
  const Ended ended = desk.seawall({"validate", "small.toml", "--set", "target.store=memory"});
  CHECK(ended.status == 2);
  CHECK(has(ended.err, "store = \"memory\" with mode = \"processes\"; expected a store that"));
}
