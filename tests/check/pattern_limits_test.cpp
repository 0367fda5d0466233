#include "harness/check/pattern_limits.hpp"

#include "tests/check/story.hpp"
#include "tests/support/catch.hpp"

namespace seawall::check {
namespace {

const std::string link = "order -> payment";

// A story with a breaker and a timeout on "order -> payment".
struct Guarded : Story {
  Guarded() {
    model::LinkPolicy& policy = scenario.policy.links[{"order", "payment"}];
    policy.timeout.emplace();
    policy.circuit_breaker.emplace().half_open_calls = 3;
  }
  record::PatternUse& use(std::int64_t taken, std::int64_t returned) {
    record::PatternUse& use = record.patterns.emplace_back();
    use.pattern = "circuit_breaker";
    use.where = link;
    use.permits_taken = taken;
    use.permits_returned = returned;
    return use;
  }
  void probe(std::int64_t in_flight, const std::string& where = link) {
    event(Event::Kind::probe, where).value = in_flight;
  }
  // A call that its caller's patterns saw end so long after its deadline.
  void told_late(Duration by) { event(Event::Kind::late, link).value = by.count(); }
  // One that the journal saw.
  Exchange& seen_late(Duration by) {
    Exchange& call = wire("order", "payment", "1", "charge");
    call.ended = call.deadline + by;
    return call;
  }
  void away(const std::string& node, const std::string& from, const std::string& to,
            TimePoint begin, TimePoint end) {
    event(Event::Kind::node, node, "", from).t = begin;
    event(Event::Kind::node, node, "", to).t = end;
  }
};

Finding limit_of(const Story& story, const std::string& id, LoadHeld held = LoadHeld::yes) {
  const Evidence evidence(story.scenario, story.record);
  for (const Finding& finding : judge_pattern_limits(evidence, held))
    if (finding.id == id) return finding;
  return {};
}

Status status_of(const Story& story, const std::string& id, LoadHeld held = LoadHeld::yes) {
  return limit_of(story, id, held).status;
}

}  // namespace

TEST_CASE("limits of patterns that were not there or had nothing to do are not exercised") {
  Story story;
  story.wire("order", "payment", "1", "charge");
  for (const char* id : {"P1", "P2", "P3"}) {
    INFO(id);
    CHECK(status_of(story, id) == Status::not_exercised);
  }
  CHECK(judge(story.scenario, story.record).exit == 0);
}

TEST_CASE("a permit that never came back is a missed level in every run") {
  Guarded story;
  story.use(10, 10);
  CHECK(status_of(story, "P1") == Status::held);
  CHECK(judge(story.scenario, story.record).exit == 0);
  story.use(5, 4);
  const Finding finding = limit_of(story, "P1");
  CHECK(finding.status == Status::broken);
  CHECK(finding.name == "permits-returned");
  CHECK(finding.value == "1 lost");
  CHECK(finding.why.starts_with("1 of 5 permits of the circuit_breaker of order -> payment"));
  CHECK(judge(story.scenario, story.record).exit == 3);
}

TEST_CASE("more probes than the policy of their link allows break half-open-bounded") {
  Guarded story;
  story.probe(3);
  CHECK(status_of(story, "P2") == Status::held);
  story.scenario.policy.links[{"order", "shipping"}].circuit_breaker.emplace().half_open_calls = 5;
  story.probe(4, "order -> shipping");
  story.probe(5, "order -> *");  // a caller's one breaker for all its links
  CHECK(status_of(story, "P2") == Status::held);
  SECTION("on the link") { story.probe(4); }
  SECTION("on all links of the caller") { story.probe(6, "order -> *"); }
  CHECK(status_of(story, "P2") == Status::broken);
  CHECK(judge(story.scenario, story.record).exit == 3);
}

TEST_CASE("a call that outlives its deadline breaks deadlines-kept") {
  Guarded story;
  story.scenario.target.mode = model::Mode::sim;
  story.seen_late(100ms);  // the grace of the journal
  CHECK(status_of(story, "P3") == Status::held);
  SECTION("as the journal saw it") { story.seen_late(101ms); }
  SECTION("as its caller told it") { story.told_late(101ms); }
  const Finding finding = limit_of(story, "P3");
  CHECK(finding.status == Status::broken);
  CHECK(finding.value == "1 late");
  CHECK(finding.why.find("on order -> payment went on for 101 ms past its deadline") !=
        std::string::npos);
}

TEST_CASE("a caller that was away is not blamed for calls that it could not end") {
  Guarded story;
  story.go_to(20s);
  Exchange& call = story.seen_late(2s);
  story.go_to(23s);
  story.told_late(2s);
  CHECK(status_of(story, "P3") == Status::broken);
  const TimePoint late = call.deadline + 1s;
  SECTION("paused") {
    story.away("order", "paused", "resumed", late, story.now());
    CHECK(status_of(story, "P3") == Status::held);
  }
  SECTION("dead") {
    story.away("order", "down", "up", late, story.now());
    CHECK(status_of(story, "P3") == Status::held);
  }
  SECTION("starting, and paused at that") {
    story.away("order", "down", "up", Story::at(1s), story.now());
    story.away("order", "paused", "resumed", Story::at(2s), Story::at(3s));
    CHECK(status_of(story, "P3") == Status::held);
  }
  SECTION("its callee was") {
    story.away("payment", "paused", "resumed", late, story.now());
    CHECK(status_of(story, "P3") == Status::broken);
  }
  SECTION("away at another time") {
    story.away("order", "paused", "resumed", Story::at(1s), Story::at(2s));
    CHECK(status_of(story, "P3") == Status::broken);
  }
}

TEST_CASE("links without a timeout and those of the client have no deadline to keep") {
  Guarded story;
  story.seen_late(2s).link = {"order", "inventory"};
  story.scenario.policy.links[{"*", "gateway"}].timeout.emplace();
  story.seen_late(2s).link = {"client", "gateway"};
  CHECK(status_of(story, "P3") == Status::not_exercised);
}

TEST_CASE("a machine that could not send the load in time is no judge of deadlines") {
  Guarded story;
  story.seen_late(2s);
  story.scenario.target.mode = model::Mode::inprocess;
  CHECK(status_of(story, "P3", LoadHeld::no) == Status::not_judged);
  story.scenario.target.mode = model::Mode::sim;
  CHECK(status_of(story, "P3", LoadHeld::no) == Status::broken);
}

TEST_CASE("a caller whose thread stood still for as long as a call was late is not blamed") {
  Guarded story;
  story.scenario.target.mode = model::Mode::inprocess;
  const auto samples = [&](const std::string& node, Duration from, Duration to) {
    for (Duration t = from; t <= to; t += 100ms) {
      record::Sample& sample = story.record.samples.emplace_back();
      sample.t = Story::at(t);
      sample.node = node;
    }
  };
  samples("payment", 0s, 30s);
  story.go_to(20s);
  story.told_late(250ms);
  SECTION("it ran") {
    samples("order", 0s, 30s);
    CHECK(status_of(story, "P3") == Status::broken);
  }
  SECTION("it stood still") {
    samples("order", 0s, 19700ms);
    samples("order", 20s, 30s);
    const Finding finding = limit_of(story, "P3");
    CHECK(finding.status == Status::not_judged);
    CHECK(finding.why.find("stood still") != std::string::npos);
    CHECK(judge(story.scenario, story.record).exit == 0);
  }
  SECTION("it stood still for less") {
    samples("order", 0s, 19800ms);
    samples("order", 20s, 30s);
    CHECK(status_of(story, "P3") == Status::broken);
  }
  SECTION("it stood still at another time") {
    samples("order", 0s, 10s);
    samples("order", 11s, 30s);
    CHECK(status_of(story, "P3") == Status::broken);
  }
  SECTION("one call was late by itself beside it") {
    samples("order", 0s, 19700ms);
    samples("order", 20s, 30s);
    story.told_late(2s);
    CHECK(limit_of(story, "P3").value == "1 late");
    CHECK(status_of(story, "P3") == Status::broken);
  }
  SECTION("virtual time has no such excuse") {
    samples("order", 0s, 19700ms);
    samples("order", 20s, 30s);
    story.scenario.target.mode = model::Mode::sim;
    CHECK(status_of(story, "P3") == Status::broken);
  }
}

TEST_CASE("links that stood still for as long as a call was late saw nothing late") {
  Guarded story;
  story.scenario.target.mode = model::Mode::inprocess;
  story.go_to(20s);
  const TimePoint end = story.seen_late(250ms).ended;
  SECTION("nothing is known of them") { CHECK(status_of(story, "P3") == Status::broken); }
  const auto beat = [&](TimePoint t) {
    record::Sample& sample = story.record.samples.emplace_back();
    sample.t = t;
    sample.node = record::Sample::links;
  };
  beat(end - 300ms);
  beat(end + 10ms);
  SECTION("they stood still") { CHECK(status_of(story, "P3") == Status::not_judged); }
  beat(end - 100ms);
  SECTION("they ran") { CHECK(status_of(story, "P3") == Status::broken); }
}

TEST_CASE("where events were dropped a limit that is counted from them does not read held") {
  Guarded story;
  story.use(5, 5);
  story.probe(3);
  story.told_late(2s);
  story.record.events_dropped = 1;
  CHECK(status_of(story, "P1") == Status::held);
  CHECK(status_of(story, "P2") == Status::not_judged);
  CHECK(status_of(story, "P3") == Status::not_judged);
  story.probe(4);
  CHECK(status_of(story, "P2") == Status::broken);
}

}  // namespace seawall::check
