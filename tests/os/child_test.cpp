#include "harness/os/child.hpp"

#include <atomic>
#include <csignal>
#include <filesystem>

#include "harness/os/process.hpp"
#include "tests/os/survivors.hpp"
#include "tests/os/unruly.hpp"
#include "tests/support/catch.hpp"

namespace seawall::os::test {
namespace {

using namespace std::chrono_literals;

Command unruly(std::vector<std::string> words) {
  Command command;
  command.words = std::move(words);
  command.words.insert(command.words.begin(), OS_UNRULY);
  return command;
}

std::unique_ptr<Child> start(const Command& command) {
  auto child = Child::start(shim, command);
  if (!child) FAIL(child.error());
  return std::move(*child);
}

std::string end_of_child(Child& child) {
  const auto end = child.wait(60s);
  REQUIRE(end);
  return to_text(*end);
}

}  // namespace

TEST_CASE("a child runs, is heard, and its exit status is told") {
  auto child = start(unruly({"say", "hello", "3"}));
  CHECK(end_of_child(*child) == "exited with status 3");
  CHECK(child->output().last_lines() == "its last lines:\n  | hello");
}

TEST_CASE("a child gets the driver's variables and what is laid over them") {
  ::setenv("SEAWALL_TEST_INHERITED", "old", 1);
  Command command = unruly({"show", "SEAWALL_TEST_INHERITED"});
  command.folder = "/";
  SECTION("inherited") {
    auto child = start(command);
    end_of_child(*child);
    CHECK(child->output().last_lines() == "its last lines:\n  | old in /");
  }
  SECTION("laid over") {
    command.environment["SEAWALL_TEST_INHERITED"] = "new";
    auto child = start(command);
    end_of_child(*child);
    CHECK(child->output().last_lines() == "its last lines:\n  | new in /");
  }
}

TEST_CASE("what cannot be run is told at once, with the reason") {
  const auto error_of = [](const Command& command) {
    const auto child = Child::start(shim, command);
    return child ? std::string("it runs") : child.error();
  };
  Command command;
  CHECK(error_of(command) == "there is no command to run");
  command.words = {"seawall-no-such-program"};
  CHECK(error_of(command) == "cannot run 'seawall-no-such-program': No such file or directory");
  command.words = {"/dev/null"};
  CHECK(error_of(command) == "cannot run '/dev/null': Permission denied");
  command = unruly({"say", "hello", "0"});
  command.folder = "/seawall-no-such-folder";
  CHECK(error_of(command) == "its folder /seawall-no-such-folder does not exist");
  const auto without_shim = Child::start({"/seawall-no-such-shim"}, unruly({"say", "a", "0"}));
  REQUIRE_FALSE(without_shim);
  CHECK(without_shim.error() == "cannot start /seawall-no-such-shim: No such file or directory");
}

TEST_CASE("a child that ignores TERM dies of KILL, and its daemon with it") {
  Command command = unruly({"stubborn", "0"});
  const std::string family = new_family();
  command.environment[family_variable] = family;
  command.awaited = "stubborn";
  auto child = start(command);
  REQUIRE(comes_true([&] { return child->output().has_said(); }));
  REQUIRE(comes_true([&] { return living(family).size() == 3; }));  // the shim, it, its daemon
  CHECK(child->signal(SIGTERM));
  CHECK_FALSE(child->ended());
  child->kill();
  CHECK(end_of_child(*child) == "was killed by signal 9 (KILL)");
  CHECK(living(family).empty());
  CHECK_FALSE(child->signal(SIGTERM));
}

TEST_CASE("a daemon that its starter leaves behind dies with it") {
  Command command = unruly({"stubborn", "0"});
  const std::string family = new_family();
  command.environment[family_variable] = family;
  command.awaited = "stubborn";
  auto child = start(command);
  REQUIRE(comes_true([&] { return living(family).size() == 3; }));
  SECTION("its starter is killed by somebody") {
    ::kill(child->process(), SIGKILL);
    CHECK(end_of_child(*child) == "was killed by signal 9 (KILL)");
  }
  SECTION("nobody owns the child any more") { child.reset(); }
  CHECK(living(family).empty());
}

TEST_CASE("a child whose shim is killed dies, and that is told") {
  Command command = unruly({"flood"});
  auto child = start(command);
  const auto facts = facts_of(child->process());
  REQUIRE(facts);
  ::kill(facts->parent, SIGKILL);
  CHECK(end_of_child(*child) == "ended with the process that watched over it");
  CHECK(comes_true([&] {
    const auto left = facts_of(child->process());
    return !left || left->state == 'Z';
  }));
}

TEST_CASE("a child can be stopped and goes on") {
  auto child = start(unruly({"flood"}));
  const auto state = [&] { return facts_of(child->process())->state; };
  REQUIRE(child->signal(SIGSTOP));
  REQUIRE(comes_true([&] { return state() == 'T'; }));
  // What is on its way arrives, and then nothing more does.
  std::uint64_t said = 0;
  REQUIRE(comes_true([&] { return std::exchange(said, child->output().bytes()) == said; }));
  REQUIRE(child->signal(SIGCONT));
  CHECK(comes_true([&] { return child->output().bytes() > said; }));
}

TEST_CASE("a flood is read, counted, and kept only in part") {
  auto child = start(unruly({"flood"}));
  REQUIRE(comes_true([&] { return child->output().bytes() > 20 * Output::most; }));
  const std::string last = child->output().last_lines(2);
  CHECK(last.find(" bytes):\n  | more and more") != last.npos);
  CHECK(last.size() < 200);
}

TEST_CASE("the end of a child is told once, when nothing of it is left") {
  std::atomic<int> told = 0;
  const std::string family = new_family();
  Command command = unruly({"say", "hello", "0"});
  command.environment[family_variable] = family;
  std::atomic<bool> alone = false;
  auto child = Child::start(shim, command, [&](const End& end) {
    alone = living(family).empty() && end.how == End::How::exited;
    ++told;
  });
  REQUIRE(child);
  end_of_child(**child);
  child->reset();
  CHECK(told == 1);
  CHECK(alone);
}

TEST_CASE("nothing but the child keeps its descriptors") {
  const auto open_here = [] {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return std::distance(begin(all), end(all));
  };
  const auto before = open_here();
  for (int i = 0; i < 5; ++i) {
    auto child = start(unruly({"say", "hello", "0"}));
    end_of_child(*child);
  }
  CHECK(open_here() == before);
}

TEST_CASE("signals and ends read as people write them") {
  CHECK(name_of_signal(SIGTERM) == "TERM");
  CHECK(name_of_signal(64) == "64");
  CHECK(to_text({End::How::signalled, SIGSEGV}) == "was killed by signal 11 (SEGV)");
}

}  // namespace seawall::os::test
