#include "harness/runtime/task.hpp"

#include <string>

#include "tests/runtime/loop.hpp"
#include "tests/support/catch.hpp"

namespace seawall::runtime::test {

namespace {

// Notes when it is destroyed.
struct Trace {
  Trace(std::string& l, char n) : log(l), name(n) {}
  Trace(const Trace&) = delete;
  ~Trace() { log += name; }
  std::string& log;
  char name;
};

Task<int> nap(Env& env, Duration length, int value) {
  Sleep sleep(env, env.now() + length);
  co_await sleep;
  co_return value;
}

Task<> traced_nap(Env& env, Duration length, std::string& log, char name) {
  Trace trace(log, name);
  Sleep sleep(env, env.now() + length);
  co_await sleep;
  log += '!';
  co_return Unit{};
}

Task<> note(Env& env, Task<int> child, int& result) {
  (void)env;
  result = co_await child;
  co_return Unit{};
}

Task<> note_before(Env& env, Duration limit, Duration length, std::optional<int>& result,
                   bool& ended) {
  auto child = nap(env, length, 7);
  result = co_await before(env, env.now() + limit, std::move(child));
  ended = true;
  co_return Unit{};
}

Task<int> depth(Env& env, int levels) {
  if (levels == 0) co_return co_await nap(env, 1ms, 0);
  co_return 1 + co_await depth(env, levels - 1);
}

}  // namespace

TEST_CASE("a task gives its value to whoever awaits it", "[runtime]") {
  Loop loop;
  int result = 0;
  loop.background.spawn(note(loop, nap(loop, 5ms, 42), result));
  CHECK(result == 0);
  loop.run();
  CHECK(result == 42);
  CHECK(loop.now() == TimePoint(5ms));
  CHECK(loop.background.empty());
}

TEST_CASE("a task does nothing before it is awaited", "[runtime]") {
  Loop loop;
  {
    const auto task = nap(loop, 5ms, 1);
  }
  CHECK(loop.waiting() == 0);
}

TEST_CASE("a deep chain of tasks does not grow the stack", "[runtime]") {
  Loop loop;
  int result = 0;
  loop.background.spawn(note(loop, depth(loop, 10'000), result));
  loop.run();
  CHECK(result == 10'000);
}

TEST_CASE("destroying a scope withdraws what its tasks wait for and ends the newest first",
          "[runtime]") {
  Loop loop;
  std::string log;
  {
    Scope scope;
    for (const char name : {'a', 'b', 'c'}) scope.spawn(traced_nap(loop, 1s, log, name));
    CHECK(loop.waiting() == 3);
  }
  CHECK(log == "cba");
  CHECK(loop.waiting() == 0);
}

TEST_CASE("a task that ended has left its scope", "[runtime]") {
  Loop loop;
  std::string log;
  Scope scope;
  scope.spawn(traced_nap(loop, 1ms, log, 'a'));
  scope.spawn(traced_nap(loop, 3ms, log, 'b'));
  scope.spawn(traced_nap(loop, 2ms, log, 'c'));
  loop.run_until(TimePoint(2ms));
  CHECK(log == "!a!c");
  CHECK_FALSE(scope.empty());
  loop.run();
  CHECK(log == "!a!c!b");
  CHECK(scope.empty());
}

TEST_CASE("before gives the value when the task is in time", "[runtime]") {
  Loop loop;
  std::optional<int> result;
  bool ended = false;
  loop.background.spawn(note_before(loop, 10ms, 4ms, result, ended));
  loop.run();
  CHECK(ended);
  CHECK(result == 7);
  CHECK(loop.now() == TimePoint(4ms));
}

TEST_CASE("before ends the task at the deadline and withdraws what it waits for", "[runtime]") {
  Loop loop;
  std::optional<int> result = 1;
  bool ended = false;
  loop.background.spawn(note_before(loop, 4ms, 10ms, result, ended));
  loop.run();
  CHECK(ended);
  CHECK_FALSE(result);
  CHECK(loop.now() == TimePoint(4ms));
  CHECK(loop.waiting() == 0);
}

}  // namespace seawall::runtime::test
