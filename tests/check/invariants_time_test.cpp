#include "tests/check/story.hpp"
#include "tests/support/catch.hpp"

namespace seawall::check {
namespace {

// An order that is placed at 1 s and completes at `end`.
void slow_order(Story& story, Duration end, Duration marked = {}, bool close = true) {
  story.go_to(1s);
  story.place("1");
  if (marked > Duration{}) {
    story.go_to(marked);
    story.letter("1", "-", "open");
  }
  story.go_to(end);
  story.moved("1", "pending", "failed", "not-sent");
  story.ended("1", "compensated");
  if (marked > Duration{} && close) story.letter("1", "open", "closed");
}

void node_is(Story& story, Duration t, const std::string& what) {
  story.event(Event::Kind::node, "order", "", what).t = Story::at(t);
}

}  // namespace

TEST_CASE("a saga that is open for long needs a dead letter") {
  Story story;
  slow_order(story, 20s);
  CHECK(broken(story, "stuck-is-visible", "1"));
}

TEST_CASE("a dead letter in time that is closed at the end is as it should be") {
  Story story;
  slow_order(story, 20s, 12500ms);
  CHECK(status(story, "B8") == Status::held);
}

TEST_CASE("a dead letter more than 2 s late is too late") {
  Story story;
  slow_order(story, 20s, 13500ms);
  CHECK(broken(story, "B8", "1"));
}

TEST_CASE("a dead letter that stays open after the saga ended is wrong") {
  Story story;
  slow_order(story, 20s, 11500ms, false);
  CHECK(broken(story, "B8", "1"));
}

TEST_CASE("a dead letter that is closed while the saga is open is wrong") {
  Story story;
  story.place("1");
  story.go_to(11s);
  story.letter("1", "-", "open");
  story.letter("1", "open", "closed");
  CHECK(broken(story, "B8", "1"));
}

TEST_CASE("each of several stuck orders needs a dead letter of its own") {
  Story story;
  for (const char* order : {"1", "2", "3"}) story.place(order);
  story.go_to(11s);
  story.letter("1", "-", "open");
  story.letter("3", "-", "open");
  story.go_to(20s);
  CHECK(broken(story, "B8", "2"));
}

TEST_CASE("an order that ends before it is stuck needs no dead letter") {
  Story story;
  slow_order(story, 12s);
  CHECK(status(story, "B8") == Status::not_exercised);
}

TEST_CASE("the time in which the order service was down does not make an order stuck") {
  Story story;
  slow_order(story, 20s);
  node_is(story, 5s, "down");
  node_is(story, 14s, "up");
  CHECK(status(story, "B8") == Status::not_exercised);
}

TEST_CASE("a restart does not begin the time anew") {
  Story story;
  slow_order(story, 20s, 19500ms);
  node_is(story, 5s, "down");
  node_is(story, 7s, "up");
  CHECK(broken(story, "B8", "1"));
}

TEST_CASE("an open saga without a dead letter is stuck and not visible") {
  Story story;
  story.place("1");
  CHECK(broken(story, "B8", "1"));
}

TEST_CASE("the last order has to end within the settle limit") {
  Story story;
  story.scenario.run.settle = 20s;
  story.fault("slow", 10s, 30s);
  story.confirmed("1");
  story.go_to(80s - 2ms);
  story.place("2");
  SECTION("in time") {
    story.ended("2", "completed");
    CHECK(status(story, "C1") == Status::held);
    CHECK(judged(story, "C1").value == "20.0 s");
  }
  SECTION("too late") {
    story.wait(1ms);
    story.ended("2", "completed");
    CHECK(broken(story, "C1", "2"));
  }
}

namespace {

// `calls` calls on order -> payment in a second of the run, each with so many attempts.
void calls(Story& story, Duration second, int count, std::uint32_t attempts) {
  for (int i = 0; i < count; ++i)
    for (std::uint32_t attempt = 1; attempt <= attempts; ++attempt) {
      Exchange& row = story.wire("order", "payment", std::to_string(i + 1), "charge");
      row.index.attempt = attempt;
      row.sent = Story::at(second) + i * 1ms;
    }
}

}  // namespace

TEST_CASE("load that retries still multiply long after the fault is not bounded") {
  Story story;
  story.fault("slow", 10s, 20s);
  calls(story, 5s, 100, 1);
  calls(story, 15s, 100, 3);
  SECTION("it calmed down") {
    calls(story, 24s, 100, 3);  // within 5 s of the heal
    calls(story, 30s, 100, 1);
    CHECK(status(story, "load-bounded") == Status::held);
    CHECK(judged(story, "load-bounded").value ==
          "1.00 for each call (peak 3.00 on order -> payment)");
  }
  SECTION("it did not") {
    calls(story, 30s, 100, 2);
    const Finding finding = judged(story, "load-bounded");
    CHECK(finding.status == Status::broken);
    CHECK(finding.why.find("order -> payment: 200 requests for 100 calls") != std::string::npos);
  }
  SECTION("too few calls to say") {
    calls(story, 30s, 99, 2);
    CHECK(status(story, "load-bounded") == Status::not_judged);
  }
}

TEST_CASE("the bound on the load is 1.2 requests for each call") {
  Story story;
  story.fault("slow", 10s, 20s);
  calls(story, 30s, 80, 1);
  calls(story, 31s, 20, 2);
  CHECK(status(story, "C3") == Status::held);
  calls(story, 32s, 1, 2);
  CHECK(status(story, "C3") == Status::broken);
}

TEST_CASE("a load that ends with the fault says nothing about the time after it") {
  Story story;
  story.fault("slow", 10s, 58s);
  calls(story, 57s, 100, 3);
  CHECK(status(story, "C3") == Status::not_judged);
}

TEST_CASE("what the load itself repeats is no retry storm") {
  Story story;
  for (int i = 0; i < 200; ++i) {
    Exchange& row = story.wire("client", "gateway", "1", "place-order");
    row.index.attempt = 1 + static_cast<std::uint32_t>(i % 2);
    row.sent = Story::at(30s);
  }
  CHECK(status(story, "C3") == Status::not_exercised);
}

}  // namespace seawall::check
