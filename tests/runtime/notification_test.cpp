#include "harness/runtime/notification.hpp"

#include <optional>
#include <string>

#include "tests/runtime/loop.hpp"
#include "tests/support/catch.hpp"

namespace seawall::runtime::test {

namespace {

Task<> listen(Notification& notification, TimePoint deadline, std::string& log, char name) {
  const bool woken = co_await notification.wait(deadline);
  log += name;
  if (!woken) log += '-';
  co_return Unit{};
}

}  // namespace

TEST_CASE("waiters are woken oldest first and through the loop", "[runtime]") {
  Loop loop;
  Notification notification(loop);
  std::string log;
  Scope scope;
  for (const char name : {'a', 'b', 'c'})
    scope.spawn(listen(notification, TimePoint(1s), log, name));
  CHECK(notification.waiting() == 3);
  CHECK(notification.notify_one());
  CHECK(log.empty());
  CHECK(notification.waiting() == 2);
  CHECK(notification.pending() == 1);
  loop.step();
  CHECK(log == "a");
  CHECK(notification.pending() == 0);
  notification.notify_all();
  loop.run();
  CHECK(log == "abc");
  CHECK(loop.now() == TimePoint{});
}

TEST_CASE("nothing is remembered when nobody waits", "[runtime]") {
  Loop loop;
  Notification notification(loop);
  std::string log;
  CHECK_FALSE(notification.notify_one());
  Scope scope;
  scope.spawn(listen(notification, TimePoint(5ms), log, 'a'));
  loop.run();
  CHECK(log == "a-");
  CHECK(notification.waiting() == 0);
}

TEST_CASE("a waiter that is destroyed leaves the queue", "[runtime]") {
  Loop loop;
  Notification notification(loop);
  std::string log;
  std::optional<Scope> first;
  Scope second;
  first.emplace().spawn(listen(notification, TimePoint(1s), log, 'a'));
  second.spawn(listen(notification, TimePoint(1s), log, 'b'));
  first.reset();
  CHECK(notification.waiting() == 1);
  notification.notify_one();
  loop.run();
  CHECK(log == "b");
}

TEST_CASE("a notification whose waiter is destroyed before it ran is passed on", "[runtime]") {
  Loop loop;
  Notification notification(loop);
  std::string log;
  std::optional<Scope> first;
  Scope second;
  first.emplace().spawn(listen(notification, TimePoint(1s), log, 'a'));
  second.spawn(listen(notification, TimePoint(1s), log, 'b'));
  notification.notify_one();
  first.reset();
  CHECK(notification.waiting() == 0);
  CHECK(notification.pending() == 1);
  loop.run();
  CHECK(log == "b");
  CHECK(notification.pending() == 0);
}

}  // namespace seawall::runtime::test
