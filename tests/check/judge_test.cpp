#include "harness/check/judge.hpp"

#include <algorithm>
#include <random>

#include "harness/check/invariants.hpp"
#include "tests/check/expressions.hpp"
#include "tests/check/story.hpp"
#include "tests/support/catch.hpp"

namespace seawall::check {
namespace {

Finding finding(Finding::Kind kind, Status status) {
  Finding finding;
  finding.kind = kind;
  finding.status = status;
  return finding;
}

// Some right orders and some wrong ones, a fault, calls and patterns.
Story eventful() {
  Story story;
  story.fault("slow", 10s, 20s);
  for (int i = 1; i <= 40; ++i) {
    story.go_to(i * 1s);
    const std::string order = std::to_string(i);
    if (i % 4 == 0)
      story.declined(order);
    else
      story.confirmed(order);
    for (std::uint32_t attempt = 1; attempt <= 2; ++attempt)
      story.wire("order", "payment", order, "charge").index.attempt = attempt;
  }
  story.captured("7", "charge-7");
  story.captured("9", "charge-9");
  story.place("41");
  story.history("3", Told::refused, 503);
  model::ServiceLevel& level = story.scenario.levels.emplace_back();
  level.that = binary(Op::less, measure("latency", "p50"), time(1ms));
  return story;
}

bool same(const Finding& a, const Finding& b) {
  return a.kind == b.kind && a.status == b.status && a.id == b.id && a.name == b.name &&
         a.value == b.value && a.limit == b.limit && a.why == b.why && a.orders == b.orders &&
         a.offending == b.offending && a.exercised == b.exercised;
}

}  // namespace

TEST_CASE("the worst finding decides the exit code") {
  using Kind = Finding::Kind;
  std::vector<Finding> findings{
      finding(Kind::invariant, Status::held), finding(Kind::invariant, Status::not_judged),
      finding(Kind::invariant, Status::not_exercised), finding(Kind::slo, Status::not_applicable)};
  CHECK(exit_code(findings) == 0);
  findings.push_back(finding(Kind::fault, Status::inconclusive));
  CHECK(exit_code(findings) == 5);
  findings.push_back(finding(Kind::slo, Status::broken));
  CHECK(exit_code(findings) == 3);
  findings.push_back(finding(Kind::invariant, Status::broken));
  CHECK(exit_code(findings) == 1);
}

TEST_CASE("findings of a class that is not named do not hide those of one that is") {
  using Kind = Finding::Kind;
  const std::vector<Finding> findings{
      finding(Kind::invariant, Status::broken), finding(Kind::invariant, Status::inconclusive),
      finding(Kind::stop, Status::broken), finding(Kind::slo, Status::held)};
  const auto code = [&](const std::vector<std::string>& classes) {
    return exit_code(findings, classes);
  };
  CHECK(code({"invariant", "slo", "regression", "inconclusive"}) == 1);
  CHECK(code({"slo", "inconclusive"}) == 3);
  CHECK(code({"inconclusive"}) == 5);
  CHECK(code({"regression"}) == 0);
  CHECK(code({}) == 0);
}

TEST_CASE("exit codes have one order") {
  const std::vector<int> order{70, 1, 6, 3, 4, 5, 0};
  for (std::size_t i = 0; i < order.size(); ++i)
    for (std::size_t j = i; j < order.size(); ++j) {
      CHECK(worse_exit(order[i], order[j]) == order[i]);
      CHECK(worse_exit(order[j], order[i]) == order[i]);
    }
  for (const int stopped : {129, 130, 143})
    for (const int code : {0, 3, 5, 6}) {
      CHECK(worse_exit(stopped, code) == stopped);
      CHECK(worse_exit(code, stopped) == stopped);
    }
  CHECK(worse_exit(130, 1) == 1);
}

TEST_CASE("a right run passes and a stop condition that was met does not") {
  Story story;
  story.confirmed("1");
  CHECK(judge(story.scenario, story.record).exit == 0);
  story.record.stopped_by = "error_rate > 80%";
  CHECK(judge(story.scenario, story.record).exit == 3);
}

TEST_CASE("a load that was not held gives 5 and never 3") {
  Story story;
  story.confirmed("1");
  story.scenario.loads.emplace_back();
  story.record.loads.emplace_back().overflowed = true;
  model::ServiceLevel& level = story.scenario.levels.emplace_back();
  level.that = binary(Op::greater, measure("ok_rate"), number(model::Unit::rate, 100));
  CHECK(judge(story.scenario, story.record).exit == 5);
  story.captured("1", "charge-1");
  CHECK(judge(story.scenario, story.record).exit == 1);
}

TEST_CASE("dropped events make a run inconclusive and what needs them not judged") {
  Story story;
  story.confirmed("1");
  story.place("2");  // open until the end, and never marked as stuck
  story.wire("order", "payment", "1", "charge");
  record::PatternUse& use = story.record.patterns.emplace_back();
  use.pattern = "circuit_breaker";
  use.where = "order -> payment";
  story.scenario.levels.resize(2);
  story.scenario.levels[0].that =
      binary(Op::equal, measure("opens", "", {text("order -> payment")}), count(0));
  story.scenario.levels[1].that =
      binary(Op::greater_equal, measure("ok_rate"), number(model::Unit::rate, 0));
  const auto status = [&](const std::string& name) {
    for (const Finding& finding : judge(story.scenario, story.record).findings)
      if (finding.name == name) return finding.status;
    return Status::not_applicable;
  };
  const std::string of_events = story.scenario.levels[0].that.text;
  const std::string of_client = story.scenario.levels[1].that.text;
  CHECK(status("stuck-is-visible") == Status::broken);
  CHECK(status(of_events) == Status::held);
  CHECK(status("events-complete") == Status::not_applicable);
  story.record.events_dropped = 7;
  CHECK(status("stuck-is-visible") == Status::not_judged);
  CHECK(status(of_events) == Status::not_judged);
  CHECK(status(of_client) == Status::held);
  CHECK(status("events-complete") == Status::inconclusive);
  std::erase_if(story.record.ledger, [](const Row& row) { return row.order == "2"; });
  CHECK(judge(story.scenario, story.record).exit == 5);
}

TEST_CASE("a variant breaks all that it lists or says what it did not") {
  Story story;
  story.confirmed("1");
  story.captured("1", "charge-1");
  const record::Verdict verdict = judge(story.scenario, story.record);
  model::Variant variant;
  variant.breaks = {"no-double-charge"};
  std::vector<std::string> missing;
  CHECK(breaks_all(variant, verdict, missing));
  variant.breaks = {"no-oversell", "no-double-charge", "error budget"};
  CHECK_FALSE(breaks_all(variant, verdict, missing));
  CHECK(missing == std::vector<std::string>{"no-oversell", "error budget"});
}

TEST_CASE("a failed environment is the one finding of its run, and ends with 6") {
  const record::Verdict verdict = without_environment("payment did not start: port in use");
  REQUIRE(verdict.findings.size() == 1);
  CHECK(verdict.findings[0].kind == Finding::Kind::environment);
  CHECK(verdict.findings[0].status == Status::broken);
  CHECK(verdict.findings[0].why == "payment did not start: port in use");
  CHECK(verdict.exit == 6);
  CHECK(exit_code(verdict.findings) == 6);
}

TEST_CASE("sources in any order give the same verdict") {
  const Story story = eventful();
  const record::Verdict verdict = judge(story.scenario, story.record);
  CHECK(verdict.exit == 1);
  for (unsigned seed = 1; seed <= 5; ++seed) {
    record::Record shuffled = story.record;
    std::mt19937 random(seed);
    std::shuffle(shuffled.ledger.begin(), shuffled.ledger.end(), random);
    std::shuffle(shuffled.exchanges.begin(), shuffled.exchanges.end(), random);
    std::shuffle(shuffled.history.begin(), shuffled.history.end(), random);
    std::shuffle(shuffled.events.begin(), shuffled.events.end(), random);
    const record::Verdict other = judge(story.scenario, shuffled);
    CHECK(other.exit == verdict.exit);
    CHECK(std::equal(verdict.findings.begin(), verdict.findings.end(), other.findings.begin(),
                     other.findings.end(), same));
  }
}

TEST_CASE("the first offending orders are named in the order of the load") {
  const Story story = eventful();
  const Finding finding = judged(story, "no-double-charge");
  CHECK(finding.orders == std::vector<std::string>{"7", "9"});
  CHECK(finding.offending == 2);
  CHECK(finding.value == "2 of 32 charges");
}

TEST_CASE("every invariant explains itself and has a name of its own") {
  const auto names = invariant_names();
  CHECK(names.size() == 19);
  for (const Invariant& invariant : invariants()) {
    INFO(invariant.name);
    CHECK(std::count(names.begin(), names.end(), invariant.name) == 1);
    CHECK_FALSE(invariant.explanation.empty());
    CHECK_FALSE(invariant.explanation.ends_with("."));
    CHECK_FALSE(invariant.nothing.empty());
    CHECK_FALSE(invariant.counted.empty());
  }
}

}  // namespace seawall::check
