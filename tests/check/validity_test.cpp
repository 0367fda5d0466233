#include "harness/check/validity.hpp"

#include "tests/check/expressions.hpp"
#include "tests/check/story.hpp"
#include "tests/support/catch.hpp"

namespace seawall::check {
namespace {

Finding fault_of(const Story& story) {
  const Observations observations(story.record);
  return judge_faults(story.scenario, story.record, observations).at(0);
}

bool contains_text(const std::string& text, const std::string& part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a fault that acted says on how many of those that reached the link") {
  Story story;
  story.fault("slow", 10s, 20s);
  story.record.faults[0].shielded = 911;
  const Finding finding = fault_of(story);
  CHECK(finding.status == Status::held);
  CHECK(contains_text(finding.why,
                      "acted on 100 of 100 matching requests that reached order -> "
                      "payment (911 more calls were refused"));
}

TEST_CASE("a fault that missed says how many calls came and why that matters") {
  Story story;
  story.fault("slow", 10s, 20s);
  record::FaultUse& use = story.record.faults[0];
  use.calls = 30;
  use.reached = use.hit = 0;
  story.go_to(15s);
  for (int i = 0; i < 3; ++i)
    story.event(Event::Kind::reject, "order -> payment", "circuit_breaker");
  story.go_to(25s);
  story.event(Event::Kind::reject, "order -> payment", "circuit_breaker");
  story.event(Event::Kind::reject, "order -> inventory", "circuit_breaker");
  const Finding finding = fault_of(story);
  CHECK(finding.status == Status::inconclusive);
  CHECK(contains_text(finding.why,
                      "The fault slow missed: while it was armed 30 calls reached "
                      "order -> payment, 0 of them matched, 0 were really changed, "
                      "and 3 more were refused"));
  CHECK(contains_text(finding.why, "look at `match`"));
  CHECK(contains_text(finding.why, "proves nothing"));
}

TEST_CASE("a fault at a place that the execution did not have says what it had") {
  const auto why = [](const model::Point& point) {
    Story story;
    story.fault("there", 10s, 20s);
    record::FaultUse& use = story.record.faults[0];
    use.reached = use.hit = 0;
    story.scenario.faults[0].at_call = {point};
    story.place("1");
    story.captured("1", "charge-1");  // and the account
    story.record.ledger.back().batch = 1;
    record::Exchange& call = story.wire("order", "payment", "1", "/charge");
    call.index.subject = story.subject("1");
    call.index.operation = "charge";
    call.index.n = 2;
    return fault_of(story).why;
  };
  model::Point point;
  point.subject = Story().subject("9");
  point.link = {"order", "payment"};
  point.operation = "charge";
  CHECK(contains_text(why(point), ". There is no order 9: 1 was sent. "));
  point.subject = Story().subject("1");
  point.first = point.last = 3;
  const std::string attempts = ". charge had 2 attempts for order 1, and #3 was never made. ";
  CHECK(contains_text(why(point), attempts));
  point.durable_write = true;
  point.link = {"payment", ""};
  CHECK(contains_text(why(point), ". Of order 1, payment made 1 durable write: charge captured"));
  point.link = {"shipping", ""};
  CHECK(contains_text(why(point), ". shipping wrote nothing for order 1. "));
}

TEST_CASE("a refusal that missed is told of as one that may have turned callers away unseen") {
  Story story;
  story.fault("shut", 10s, 20s);
  record::FaultUse& use = story.record.faults[0];
  use.calls = use.reached = use.hit = 0;
  CHECK_FALSE(contains_text(fault_of(story).why, "reset_peer"));
  story.scenario.faults[0].type = "refuse";
  CHECK(contains_text(fault_of(story).why, "reset_peer"));
}

TEST_CASE("neither a denied retry nor a callee that refuses shields a call from a fault") {
  Story story;
  story.fault("slow", 10s, 20s);
  story.go_to(15s);
  story.event(Event::Kind::reject, "order -> payment", "retry_budget");
  story.event(Event::Kind::reject, "order -> payment", "rate_limiter");
  story.record.events.back().what = "callee";  // it has reached the link
  CHECK_FALSE(contains_text(fault_of(story).why, "refused"));
  story.event(Event::Kind::reject, "order -> payment", "bulkhead");
  CHECK(contains_text(fault_of(story).why, "1 more calls were refused"));
}

TEST_CASE("must_hit as a number and as a share and waived") {
  Story story;
  story.fault("slow", 10s, 20s);
  model::MustHit& must = story.scenario.faults[0].must_hit;
  record::FaultUse& use = story.record.faults[0];
  SECTION("a number") {
    must.count = 100;
    CHECK(fault_of(story).status == Status::held);
    must.count = 101;
    CHECK(fault_of(story).status == Status::inconclusive);
  }
  SECTION("a share") {
    must.share = base::Share::percent(90);
    use.hit = 90;
    CHECK(fault_of(story).status == Status::held);
    use.hit = 89;
    CHECK(fault_of(story).status == Status::inconclusive);
  }
  SECTION("a share of nothing is a miss") {
    must.share = base::Share::percent(1);
    use.hit = use.reached = 0;
    CHECK(fault_of(story).status == Status::inconclusive);
  }
  SECTION("waived") {
    must.count = 0;
    use.hit = 0;
    const Finding finding = fault_of(story);
    CHECK(finding.status == Status::not_exercised);
    CHECK(finding.limit == "waived");
  }
  SECTION("never armed") {
    use.was_armed = false;
    CHECK(fault_of(story).status == Status::inconclusive);
  }
}

TEST_CASE("a fault whose command failed proves nothing, nor does one that stayed") {
  Story story;
  story.fault("slow", 10s, 20s);
  record::FaultUse& use = story.record.faults[0];
  use.hit = 1;
  use.trouble = "could not be undone: `undo it` exited with status 1";
  const Finding finding = fault_of(story);
  CHECK(finding.status == Status::inconclusive);
  CHECK(contains_text(finding.why, "The fault slow could not be undone: `undo it` exited with"));
}

TEST_CASE("the exit status of a tool that made load is a service level") {
  record::Record record;
  record::ToolUse& use = record.tools.emplace_back();
  use.command = "`k6 run x.js`";
  use.end = "exited with status 99";
  use.last_lines = "its last lines: | thresholds crossed";
  const auto status_of = [&] {
    const auto findings = judge_tools(record);
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].kind == Finding::Kind::slo);
    return findings[0].status;
  };
  CHECK(status_of() == Status::held);
  use.status = 99;
  CHECK(status_of() == Status::broken);
  CHECK(contains_text(judge_tools(record)[0].why, "`k6 run x.js`: it ended by itself"));
  CHECK(contains_text(judge_tools(record)[0].why, "| thresholds crossed"));
  use.was_asked = true;
  CHECK(status_of() == Status::broken);  // it says so itself
  use.status = 130;
  CHECK(status_of() == Status::not_judged);  // INT ended it, as shells tell it
  use.by_signal = true;
  use.status = 2;
  CHECK(status_of() == Status::not_judged);
  use.was_asked = false;
  CHECK(status_of() == Status::broken);
  use.was_killed = use.was_asked = true;
  CHECK(contains_text(judge_tools(record)[0].why, "and was killed"));
}

TEST_CASE("a load that was not sent as planned is inconclusive") {
  Story story;
  story.scenario.loads.emplace_back();
  record::LoadUse& use = story.record.loads.emplace_back();
  use.planned = 1000;
  use.sent = 990;
  use.lateness_p99 = 5ms;
  const auto status = [&] { return judge_loads(story.scenario, story.record).at(0).status; };
  CHECK(status() == Status::held);
  SECTION("less than 99 % was sent") { use.sent = 989; }
  SECTION("it was late") { use.lateness_p99 += 1ns; }
  SECTION("too much was in flight") { use.overflowed = true; }
  SECTION("a part was never sent") { use.lack = "10 flows ended early"; }
  CHECK(status() == Status::inconclusive);
  CHECK(load_held(judge_loads(story.scenario, story.record)) == LoadHeld::no);
}

TEST_CASE("a run that was stopped is not blamed for what it did not send") {
  Story story;
  story.scenario.loads.emplace_back();
  record::LoadUse& use = story.record.loads.emplace_back();
  use.planned = 1000;
  use.sent = 100;
  story.record.stopped_by = "error_rate > 80%";
  CHECK(judge_loads(story.scenario, story.record).at(0).status == Status::held);
}

TEST_CASE("what failed while a disk stood still is not held against the target") {
  Story story;
  std::vector<Finding> findings(5);
  findings[0].kind = findings[1].kind = findings[4].kind = Finding::Kind::slo;
  findings[0].name = "fast enough";
  findings[1].name = "answered";
  findings[2].name = "no-double-charge";
  findings[3].name = "goodput-recovers";
  findings[4].name = "charged once";
  story.scenario.levels.resize(3);
  story.scenario.levels[0].name = "fast enough";
  story.scenario.levels[0].that = measure("latency", "p99");
  story.scenario.levels[1].name = "answered";
  story.scenario.levels[1].that = measure("ok_share");
  story.scenario.levels[2].name = "charged once";  // of which no disk makes two
  story.scenario.levels[2].that = measure("charges_per_order");
  for (Finding& finding : findings) finding.status = Status::broken;
  findings[1].status = Status::held;

  SECTION("there is no disk") { CHECK(judge_disk(story.scenario, story.record, findings).empty()); }
  SECTION("it kept up") {
    story.record.slowest_commit = 100ms;
    CHECK(judge_disk(story.scenario, story.record, findings).at(0).status == Status::held);
    CHECK(findings[0].status == Status::broken);
  }
  SECTION("it stood still") {
    story.record.slowest_commit = 640ms;
    story.record.slowest_disk = "payment";
    const Finding disk = judge_disk(story.scenario, story.record, findings).at(0);
    CHECK(disk.status == Status::inconclusive);
    CHECK(contains_text(disk.why, "the disk of payment stood still for 640 ms"));
    CHECK(findings[0].status == Status::not_judged);
    CHECK(contains_text(findings[0].why, "640 ms"));
    CHECK(findings[1].status == Status::held);
    CHECK(findings[2].status == Status::broken);
    CHECK(findings[3].status == Status::not_judged);
    CHECK(findings[4].status == Status::broken);
  }
  SECTION("it stood still and nothing failed") {
    story.record.slowest_commit = 640ms;
    for (Finding& finding : findings) finding.status = Status::held;
    CHECK(judge_disk(story.scenario, story.record, findings).at(0).status == Status::held);
  }
}

TEST_CASE("a named pattern that never acted proves nothing and another reads not exercised") {
  Story story;
  for (const char* pattern : {"bulkhead", "circuit_breaker", "retry"})
    story.record.patterns.emplace_back().pattern = pattern;
  story.record.patterns[2].acted = 7;
  story.scenario.meta.exercises = {"circuit_breaker", "fallback", "retry"};
  const auto status = [&](const std::string& name) {
    for (const Finding& finding : judge_patterns(story.scenario, story.record))
      if (finding.name == name) return finding.status;
    return Status::broken;
  };
  CHECK(status("bulkhead") == Status::not_exercised);
  CHECK(status("circuit_breaker") == Status::inconclusive);
  CHECK(status("fallback") == Status::inconclusive);
  CHECK(status("retry") == Status::held);
  story.event(Event::Kind::reject, "order -> payment", "circuit_breaker");
  story.event(Event::Kind::degraded, "gateway", "payment");
  story.record.patterns.emplace_back().pattern = "hedge";
  CHECK(status("hedge") == Status::not_exercised);
  story.event(Event::Kind::retry, "order -> payment", "hedge");
  CHECK(status("hedge") == Status::held);
  CHECK(status("circuit_breaker") == Status::held);
  CHECK(status("fallback") == Status::held);
  story.record.patterns.emplace_back().pattern = "outlier";
  story.event(Event::Kind::outlier, "order -> payment/2", "", "returned");
  CHECK(status("outlier") == Status::not_exercised);
  story.event(Event::Kind::outlier, "order -> payment/2", "", "ejected");
  CHECK(status("outlier") == Status::held);
}

TEST_CASE("a ledger with a gap or behind what a reply named is incomplete") {
  Story story;
  story.confirmed("1");
  const auto findings = [&] {
    const Evidence evidence(story.scenario, story.record);
    return judge_ledger(evidence);
  };
  CHECK(findings().empty());
  SECTION("a batch of a dying writer was forgotten") {
    std::erase_if(story.record.ledger, [](const Row& row) { return row.to == "captured"; });
  }
  SECTION("the last batch was forgotten") {
    story.wire("order", "payment", "1", "charge").durable_lsn = story.last_lsn("payment") + 1;
  }
  REQUIRE(findings().size() == 1);
  CHECK(findings()[0].status == Status::inconclusive);
  // Nothing reads held then, and what the rows show to be broken stays broken.
  for (const Finding& finding : judge(story.scenario, story.record).findings)
    if (finding.kind == Finding::Kind::invariant) CHECK(finding.status != Status::held);
}

}  // namespace seawall::check
