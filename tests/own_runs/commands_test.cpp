// Commands of the user in a run: faults that they do and undo, and loads that they make.
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <random>

#include <poll.h>

#include "harness/os/private_folder.hpp"
#include "tests/os/survivors.hpp"
#include "tests/own_runs/stand_in.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/has.hpp"

namespace seawall::tests {
namespace {

using os::test::comes_true;

// From half a second on, for a second; each deed is a line of "log".
std::string deed(const std::string& start, const std::string& undo, const std::string& window) {
  return "[[fault]]\nname = \"deed\"\ntype = \"command\"\nstart = [\"sh\", \"-c\", \"" + start +
         "\"]\nundo = [\"sh\", \"-c\", \"" + undo + "\"]\n" + window;
}
const std::string for_a_second = "at = \"500ms\"\nfor = \"1s\"\n";
const std::string plain = deed("echo start >> log", "echo undo >> log", for_a_second);

std::string log_of(const Desk& desk) {
  std::ifstream in(desk.path() / "log");
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string long_run(const StandIn& service, const std::string& more) {
  std::string text = about(service, more);
  return text.replace(text.find("duration = \"2s\""), 15, "duration = \"600s\"");
}

// The private folders of this test.
class Temporary {
 public:
  explicit Temporary(const Desk& desk) : path_(desk.path() / "tmp") {
    std::filesystem::create_directory(path_);
    setenv("TMPDIR", path_.c_str(), 1);
  }
  ~Temporary() { unsetenv("TMPDIR"); }
  bool empty() const { return std::filesystem::is_empty(path_); }
  std::string listed() const {
    std::string names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path_))
      names += entry.path().string() + "\n";
    return names;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace

TEST_CASE("a command does a fault in its window, and is undone", "[own]") {
  const StandIn service;
  const Desk desk;
  desk.write("own.toml", about(service, plain));
  const Ended ended = desk.seawall({"run", "own.toml"});
  INFO(ended.out << ended.err);
  CHECK(ended.status == 0);
  CHECK(log_of(desk) == "start\nundo\n");
  CHECK(has(ended.err, "fault  deed  command"));
  CHECK(has(ended.out, "deed: 1 >= 1"));
}

TEST_CASE("a command that fails did no fault, and one that stays proves nothing", "[own]") {
  const StandIn service;
  const Desk desk;
  std::string why;
  SECTION("it fails") {
    desk.write("own.toml", about(service, deed("echo no such container; exit 3", "echo undo >> log",
                                               for_a_second)));
    why = "no such container";
  }
  SECTION("it stays") {
    desk.write("own.toml",
               about(service, deed("true", "echo cannot; echo undo >> log; exit 1", for_a_second)));
    why = "could not be undone";
  }
  const Ended ended = desk.seawall({"run", "own.toml"});
  INFO(ended.out << ended.err);
  CHECK(ended.status == 5);
  CHECK(has(ended.out, why));
  CHECK(log_of(desk) == "undo\n");
}

TEST_CASE("a run that is broken off undoes what it has done", "[own]") {
  const StandIn service;
  const Desk desk;
  const Temporary temporary(desk);
  desk.write("own.toml",
             long_run(service, deed("echo start >> log", "echo undo >> log", "at = \"0s\"\n")));
  Running running(desk, {"run", "own.toml"});
  REQUIRE(comes_true([&] { return log_of(desk) == "start\n"; }));
  int status = 0;
  SECTION("by Ctrl-C") { status = running.end(SIGINT).status - 130; }
  SECTION("by TERM") { status = running.end(SIGTERM).status - 143; }
  SECTION("by a terminal that is closed") { status = running.end(SIGHUP).status - 129; }
  SECTION("by KILL") { status = running.end(SIGKILL).status - 137; }
  CHECK(status == 0);
  CHECK(comes_true([&] { return log_of(desk) == "start\nundo\n"; }));
  CHECK(comes_true([&] { return temporary.empty(); }));
}

// SEAWALL_KILLS says how often (5), SEAWALL_SEED with which seed (1).
TEST_CASE("a run that is killed at any moment leaves nothing done", "[own]") {
  const auto number_from = [](const char* variable, int otherwise) {
    const char* value = std::getenv(variable);
    return value ? std::atoi(value) : otherwise;
  };
  const StandIn service;
  const int seed = number_from("SEAWALL_SEED", 1);
  std::mt19937 draw(static_cast<unsigned>(seed));
  for (int round = 0; round < number_from("SEAWALL_KILLS", 5); ++round) {
    CAPTURE(seed, round);
    const Desk desk;
    const Temporary temporary(desk);
    desk.write("own.toml", long_run(service, deed("echo start >> log", "echo undo >> log",
                                                  "flap = { on = \"60ms\", off = \"60ms\" }\n")));
    Running running(desk, {"run", "own.toml"});
    running.says("  load");
    poll(nullptr, 0, static_cast<int>(draw() % 400));
    const Ended ended = running.end(SIGKILL);  // with its guard, which has the same streams
    INFO(log_of(desk) << ended.err << temporary.listed());
    CHECK_FALSE(log_of(desk).ends_with("start\n"));
    // Before the first deed there is no guard, and the next start sweeps.
    if (!log_of(desk).empty()) CHECK(temporary.empty());
    REQUIRE(os::PrivateFolder::make());
    CHECK(temporary.empty());
  }
}

TEST_CASE("the second Ctrl-C heals nothing but what would outlive it", "[own]") {
  const StandIn service;
  const Desk desk;
  const Temporary temporary(desk);
  // What the first one waits for lasts until the second one has come.
  desk.write("own.toml",
             long_run(service, deed("echo start >> log",
                                    "while [ ! -e go ]; do sleep 0.05; done; echo undo >> log",
                                    "at = \"0s\"\n")));
  Running running(desk, {"run", "own.toml"});
  REQUIRE(comes_true([&] { return log_of(desk) == "start\n"; }));
  kill(running.process(), SIGINT);
  running.says("stopping; faults heal");
  kill(running.process(), SIGINT);
  running.says("stopped at once");
  desk.write("go", "");
  const Ended ended = running.end(0);
  INFO(ended.err);
  CHECK(ended.status == 130);
  CHECK(has(ended.err, "stopped at once"));
  CHECK(has(ended.err, "the fault deed is undone"));
  CHECK(log_of(desk) == "start\nundo\n");  // once
}

TEST_CASE("a tool makes the load, and its status is a service level", "[own]") {
  const StandIn service;
  const Desk desk;
  const auto run = [&](const std::string& script, const std::string& more) {
    desk.write("load.sh", script);
    desk.write("own.toml", about(service, more, "[load]\ncommand = [\"bash\", \"load.sh\"]\n"));
    return desk.seawall({"run", "own.toml"});
  };
  const std::string sell =
      "place=${SEAWALL_URL#http://}\n"
      "for i in 1 2 3; do\n"
      "  exec 3<>\"/dev/tcp/${place%:*}/${place#*:}\"\n"
      "  printf 'POST /sell HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 0\\r\\nConnection: "
      "close\\r\\n\\r\\n' >&3\n"
      "  cat <&3 > /dev/null\n"
      "done\n";
  const Ended kept =
      run(sell, "[[slo]]\nthat = 'calls(\"client -> base\", \"POST /sell\", 201) == 3'\n");
  INFO(kept.out << kept.err);
  CHECK(kept.status == 0);
  CHECK(has(kept.out, "load command: exited with status 0"));

  const Ended crossed = run(sell + "echo thresholds crossed\nexit 99\n", "");
  INFO(crossed.out << crossed.err);
  CHECK(crossed.status == 3);
  CHECK(has(crossed.out, "exited with status 99"));
  CHECK(has(crossed.out, "thresholds crossed"));

  const Ended longer = run("while :; do sleep 0.1; done\n", "");
  INFO(longer.out << longer.err);
  CHECK(longer.status == 0);
  CHECK(has(longer.out, "NOT JUDGED"));
  CHECK(has(longer.out, "it was told to end with the load phase"));
}

TEST_CASE("a tool that is not there is the environment's fault", "[own]") {
  const StandIn service;
  const Desk desk;
  desk.write("own.toml", about(service, "", "[load]\ncommand = [\"/none/k6\", \"run\"]\n"));
  const Ended ended = desk.seawall({"run", "own.toml"});
  INFO(ended.out << ended.err);
  CHECK(ended.status == 6);
  CHECK(has(ended.err, "the load `/none/k6 run` cannot be made"));
}

}  // namespace seawall::tests
