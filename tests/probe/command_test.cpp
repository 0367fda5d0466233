// Probes by a command: what it prints, and what becomes of one that misbehaves.
#include <csignal>
#include <fstream>

#include "harness/live/clock.hpp"
#include "support/catch.hpp"
#include "tests/probe/rig.hpp"

using namespace seawall;
using namespace seawall::probe::tests;
using namespace std::chrono_literals;

namespace {

model::Probe shell(const std::string& script) { return command_probe({"sh", "-c", script}, "$.n"); }

std::string said(const std::string& script) {
  const std::string text = seen(shell(script));
  const std::size_t at = text.rfind("`: ");
  return at == std::string::npos ? text : text.substr(at + 3);
}

// Those that were killed are there until their new parent has reaped them.
bool is_gone(pid_t group) {
  const auto limit = live::steady_now() + 60s;
  while (kill(-group, 0) == 0 && live::steady_now() < limit) std::this_thread::yield();
  return kill(-group, 0) != 0;
}

}  // namespace

TEST_CASE("a probe by a command takes the value at its JSON path") {
  CHECK(said("echo '{\"n\": 3}'") == "3");
  CHECK(said("echo noise >&2; echo '{\"n\": \"x\"}'") == "x");
  const Folder folder;
  std::ofstream(folder.path() / "n.json") << "{\"n\": 9}";
  CHECK(seen(command_probe({"cat", "n.json"}, "$.n"), folder.path()) == "9");
}

TEST_CASE("a command that fails is told with what it said") {
  CHECK(said("echo broken >&2; exit 3") == "exit status 3; expected 0: broken");
  CHECK(said("kill -9 $$") == "killed by signal 9; expected 0");
  CHECK(said("echo no") == "no JSON (offset 0: expected a value): no");
  CHECK(seen(command_probe({"/no/such/program"}, "$")) ==
        "probe stock: `/no/such/program`: it cannot be started: cannot run '/no/such/program': No "
        "such file or directory");
  CHECK(seen(command_probe({"true"}, "$"), "/no/such/folder")
            .find("its folder /no/such/folder does not exist") != std::string::npos);
}

TEST_CASE("a command that floods its output is cut") {
  CHECK(said("yes | head -c 3000000") == "more than 1048576 bytes of output");
  CHECK(said("yes | head -c 3000000 >&2; echo '{\"n\": 1}'") == "1");
}

TEST_CASE("a command that does not end is killed with its group") {
  const Folder folder;
  model::Probe probe = shell("trap '' TERM; echo $$ > pid; echo waits >&2; sleep 1000 & wait");
  probe.timeout = 500ms;
  const std::string text = seen(probe, folder.path());
  CHECK(text.find("not done in time, and killed") != std::string::npos);
  pid_t group = 0;
  std::ifstream(folder.path() / "pid") >> group;
  // A machine under load may not have let the shell get that far.
  if (group > 0) CHECK(is_gone(group));
}

TEST_CASE("what a command leaves behind in its group does not hold it up, and is gone") {
  const Folder folder;
  model::Probe probe = shell("echo $$ > pid; sleep 1000 & echo '{\"n\": 4}'");
  CHECK(seen(probe, folder.path()) == "4");
  pid_t group = 0;
  std::ifstream(folder.path() / "pid") >> group;
  REQUIRE(group > 0);
  CHECK(is_gone(group));
}

TEST_CASE("what a command leaves behind in a session of its own is gone too") {
  const Folder folder;
  const std::string child = "setsid sh -c 'echo $$ > pid; sleep 1000' >/dev/null 2>&1 & ";
  CHECK(seen(shell(child + "while ! [ -s pid ]; do :; done; echo '{\"n\": 4}'"), folder.path()) ==
        "4");
  pid_t session = 0;
  std::ifstream(folder.path() / "pid") >> session;
  REQUIRE(session > 0);
  CHECK(is_gone(session));
}
