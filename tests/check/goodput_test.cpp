#include "harness/check/goodput.hpp"

#include "tests/check/story.hpp"
#include "tests/support/catch.hpp"

namespace seawall::check {
namespace {

// A fault from 10 s to 20 s; the base is 0 to 10 s, what is judged 30 to 40 s.
class Outage {
 public:
  Outage() { story.fault("slow", 10s, 20s); }

  // So many requests in the ten seconds from `from`, the first `good` of them answered in time.
  void requests(Duration from, int count, int good) {
    for (int i = 0; i < count; ++i) {
      Exchange& row = story.history(std::to_string(++number_), Told::confirmed, 201);
      row.intended = Story::at(from) + i * (Duration(10s) / count);
      row.ended = row.intended + 30ms;
      row.deadline = row.intended + 5s;
      if (i < good) continue;
      row.told = {};
      row.status = 504;
    }
  }
  void calls(Duration from, int count, std::uint32_t attempts) {
    for (int i = 0; i < count; ++i)
      for (std::uint32_t attempt = 1; attempt <= attempts; ++attempt) {
        Exchange& row = story.wire("order", "payment", "1", "charge");
        row.index.attempt = attempt;
        row.sent = Story::at(from) + i * (Duration(10s) / count);
      }
  }
  void queue(Duration from, std::int64_t first, std::int64_t last) {
    for (int i = 0; i < 100; ++i) {
      record::Sample& sample = story.record.samples.emplace_back();
      sample.t = Story::at(from) + i * 100ms;
      sample.node = "payment";
      sample.queued = first + (last - first) * i / 99;
    }
  }
  GoodputVerdict verdict() const {
    const Evidence evidence(story.scenario, story.record);
    return judge_goodput(evidence).value();
  }

  Story story;

 private:
  int number_ = 0;
};

}  // namespace

TEST_CASE("goodput that comes back is held and one that stays low is broken") {
  Outage outage;
  outage.requests(0s, 1000, 1000);
  SECTION("as before") {
    outage.requests(30s, 1000, 960);
    CHECK(status(outage.story, "goodput-recovers") == Status::held);
  }
  SECTION("at 95 % of the base") {
    outage.requests(30s, 1000, 950);
    CHECK(status(outage.story, "goodput-recovers") == Status::held);
  }
  SECTION("below it") {
    outage.requests(30s, 1000, 949);
    CHECK(status(outage.story, "goodput-recovers") == Status::broken);
    CHECK(outage.verdict().recovery == Recovery::not_recovered);
  }
}

TEST_CASE("a drop that may be chance is no finding") {
  Outage outage;
  outage.requests(0s, 500, 350);
  SECTION("70 % and then 64 % of 500: p = 0.02") {
    outage.requests(30s, 500, 320);
    CHECK(status(outage.story, "C2") == Status::held);
  }
  SECTION("70 % and then 62 % of 500: p = 0.004") {
    outage.requests(30s, 500, 310);
    CHECK(status(outage.story, "C2") == Status::broken);
  }
}

TEST_CASE("goodput is not judged on short windows or few requests") {
  Outage outage;
  SECTION("499 requests before") {
    outage.requests(0s, 499, 499);
    outage.requests(30s, 1000, 0);
  }
  SECTION("the load ends 4.9 s into the window") {
    outage.requests(0s, 1000, 1000);
    outage.requests(30s, 2000, 0);
    outage.story.record.load_end = Story::at(34900ms);
  }
  SECTION("the fault is there from the start") {
    outage.requests(0s, 1000, 1000);
    outage.requests(30s, 1000, 0);
    outage.story.record.faults[0].armed = Story::at(1s);
  }
  CHECK(status(outage.story, "C2") == Status::not_judged);
}

TEST_CASE("without a fault there is nothing to recover from") {
  Story story;
  story.confirmed("1");
  CHECK(status(story, "C2") == Status::not_exercised);
}

TEST_CASE("what counts as good") {
  Story story;
  Exchange& row = story.history("1", Told::refused, 402, "declined");
  CHECK(is_good(row));
  SECTION("out of stock is an answer") {
    row.status = 409;
    CHECK(is_good(row));
  }
  SECTION("a failed saga is none") {
    row.status = 503;
    CHECK_FALSE(is_good(row));
  }
  SECTION("accepted and rejected are answers") {
    row.told.kind = Told::accepted;
    row.status = 202;
    CHECK(is_good(row));
    row.told.kind = Told::rejected;
    row.status = 422;
    CHECK(is_good(row));
  }
  SECTION("too late is not good") {
    row.ended = row.deadline + 1ms;
    CHECK_FALSE(is_good(row));
  }
  SECTION("key in flight is not good") {
    row.told.kind = Told::in_flight;
    row.status = 409;
    CHECK_FALSE(is_good(row));
  }
}

TEST_CASE("goodput that stays down while retries multiply the load is metastable") {
  Outage outage;
  outage.requests(0s, 1000, 1000);
  outage.requests(30s, 1000, 100);
  outage.calls(0s, 500, 1);
  outage.calls(30s, 500, 3);
  CHECK(outage.verdict().recovery == Recovery::metastable);
  const Finding finding = judged(outage.story, "C2");
  CHECK(finding.status == Status::broken);
  CHECK(finding.why.starts_with(record::metastable));  // what reports look for
  CHECK(finding.why.find("order -> payment carries 3.00 attempts for each call") !=
        std::string::npos);
}

TEST_CASE("the boundaries of metastability") {
  Outage outage;
  outage.requests(0s, 1000, 1000);
  outage.calls(0s, 1000, 1);
  SECTION("half of the base is not a collapse") {
    outage.requests(30s, 1000, 500);
    outage.calls(30s, 500, 3);
    CHECK(outage.verdict().recovery == Recovery::not_recovered);
  }
  SECTION("1.2 attempts for a call are no storm") {
    outage.requests(30s, 1000, 100);
    outage.calls(30s, 400, 1);
    outage.calls(30s, 100, 2);
    CHECK(outage.verdict().recovery == Recovery::not_recovered);
  }
  SECTION("a standing queue is enough") {
    outage.requests(30s, 1000, 100);
    outage.queue(30s, 10, 10);
    CHECK(outage.verdict().recovery == Recovery::metastable);
  }
  SECTION("a long queue reads as other numbers do") {
    outage.requests(30s, 1000, 100);
    outage.queue(30s, 5'254, 5'254);
    CHECK(outage.verdict().why == "the queue of payment has 5,254 requests, against 0 before");
  }
  SECTION("a queue of 9 is none") {
    outage.requests(30s, 1000, 100);
    outage.queue(30s, 9, 9);
    CHECK(outage.verdict().recovery == Recovery::not_recovered);
  }
  SECTION("a queue must be five times that of the base") {
    outage.requests(30s, 1000, 100);
    outage.queue(0s, 10, 10);
    outage.queue(30s, 49, 49);
    CHECK(outage.verdict().recovery == Recovery::not_recovered);
  }
  SECTION("a queue that gets shorter is draining") {
    outage.requests(30s, 1000, 100);
    outage.queue(30s, 500, 50);
    CHECK(outage.verdict().recovery == Recovery::draining);
  }
  SECTION("a node that is down is reason enough") {
    outage.requests(30s, 1000, 100);
    outage.calls(30s, 500, 3);
    outage.story.event(Event::Kind::node, "payment", "", "down").t = Story::at(31s);
    const GoodputVerdict verdict = outage.verdict();
    CHECK(verdict.recovery == Recovery::not_recovered);
    CHECK(verdict.why == "payment was down or paused");
  }
}

TEST_CASE("more load than the capacity is overload and not metastability") {
  Outage outage;
  outage.requests(0s, 1000, 1000);
  outage.requests(30s, 1000, 100);
  outage.calls(0s, 1000, 1);
  outage.calls(30s, 500, 3);
  auto& payment = outage.story.scenario.target.capacity["payment"];
  payment.workers = 1;
  SECTION("100 calls a second of 100") {
    payment.service_time = 10ms;
    CHECK(outage.verdict().recovery == Recovery::overloaded);
  }
  SECTION("100 calls a second of 111") {
    payment.service_time = 9ms;
    CHECK(outage.verdict().recovery == Recovery::metastable);
  }
}

TEST_CASE("a breaker that goes on refusing is called so") {
  Outage outage;
  outage.requests(0s, 1000, 1000);
  outage.requests(30s, 1000, 100);
  for (int i = 0; i < 450; ++i) {
    Event& event = outage.story.event(Event::Kind::reject, "order -> payment", "circuit_breaker");
    event.t = Story::at(31s) + i * 10ms;
    event.subject = outage.story.subject(std::to_string(2000 + i));
  }
  CHECK(outage.verdict().recovery == Recovery::refusing);
}

}  // namespace seawall::check
