#include "harness/check/levels.hpp"

#include "harness/check/validity.hpp"
#include "tests/check/expressions.hpp"
#include "tests/check/story.hpp"
#include "tests/support/catch.hpp"

namespace seawall::check {
namespace {

Expression few_errors() { return binary(Op::less, measure("error_rate"), percent(1)); }
Expression many_errors() { return binary(Op::greater, measure("error_rate"), percent(80)); }

model::ServiceLevel& level(Story& story, Expression that, model::Phase phase = {}) {
  model::ServiceLevel& level = story.scenario.levels.emplace_back();
  level.that = std::move(that);
  level.phase = std::move(phase);
  return level;
}

model::Phase phase(model::Phase::Kind kind, const std::string& fault = {}, Duration margin = {}) {
  model::Phase phase;
  phase.kind = kind;
  phase.fault = fault;
  phase.margin = margin;
  return phase;
}

Finding judge_one(const Story& story, LoadHeld held = LoadHeld::yes) {
  const Observations observations(story.record);
  return judge_levels(story.scenario, story.record, observations, held).at(0);
}

// Ten requests in each second of the load; those from `from` to `to` fail.
void requests(Story& story, Duration from, Duration to, Duration start = 0s, Duration end = 60s) {
  for (Duration t = start; t < end; t += 100ms) {
    const bool good = t < from || to <= t;
    Exchange& row = story.history("1", good ? Told::confirmed : Told::nothing, good ? 201 : 504);
    row.intended = Story::at(t);
    row.ended = row.intended + 20ms;
    row.deadline = row.intended + 5s;
  }
}

}  // namespace

TEST_CASE("a level is held or missed and says what was measured") {
  Story story;
  requests(story, 0s, 3s);
  level(story, few_errors()).name = "error budget";
  const Finding missed = judge_one(story);
  CHECK(missed.status == Status::broken);
  CHECK(missed.name == "error budget");
  CHECK(missed.value == "5.00 %");
  CHECK(missed.limit == "< 1.00 %");
  CHECK(missed.phase == "all");
}

TEST_CASE("phases choose the requests by their intended time") {
  Story story;
  story.fault("slow", 10s, 20s);
  requests(story, 10s, 23s);
  using Kind = model::Phase::Kind;
  const auto in = [&](model::Phase phase) {
    story.scenario.levels.clear();
    level(story, few_errors(), std::move(phase));
    return judge_one(story).value;
  };
  CHECK(in(phase(Kind::before, "slow")) == "0.00 %");
  CHECK(in(phase(Kind::during, "slow")) == "100.00 %");
  CHECK(in(phase(Kind::after, "slow")) == "7.50 %");
  CHECK(in(phase(Kind::outside)) == "6.00 %");
  CHECK(in(phase(Kind::outside, "", 3s)) == "0.00 %");
  model::Phase stretch = phase(Kind::from_to);
  stretch.from = 19s;
  stretch.to = 27s;
  CHECK(in(stretch) == "50.00 %");
}

TEST_CASE("a level that names a fault of another variant is not applicable") {
  Story story;
  requests(story, 0s, 3s);
  level(story, few_errors(), phase(model::Phase::Kind::during, "gone"));
  CHECK(judge_one(story).status == Status::not_applicable);
}

TEST_CASE("a level about a fault that was never armed is inconclusive") {
  Story story;
  story.fault("slow", 10s, 20s);
  story.record.faults[0].was_armed = false;
  level(story, few_errors(), phase(model::Phase::Kind::during, "slow"));
  CHECK(judge_one(story).status == Status::inconclusive);
}

TEST_CASE("too few samples make a level inconclusive and not missed") {
  Story story;
  requests(story, 0s, 0s);
  level(story, binary(Op::less, measure("latency", "p99"), time(1ms)));
  const Finding finding = judge_one(story);
  CHECK(finding.status == Status::inconclusive);
  CHECK(finding.why == "p99 takes 1,000 samples, and there were only 600");
}

TEST_CASE("on a load that was not held levels are not judged but those of permits are") {
  Story story;
  requests(story, 0s, 3s);
  level(story, few_errors());
  CHECK(judge_one(story, LoadHeld::no).status == Status::not_judged);
  story.scenario.levels.clear();
  level(story, binary(Op::equal, measure("permits_leaked"), count(0)));
  record::PatternUse& use = story.record.patterns.emplace_back();
  use.permits_taken = use.permits_returned = 1;
  CHECK(judge_one(story, LoadHeld::no).status == Status::held);
}

TEST_CASE("a level on a pattern that is switched off is missed or inconclusive and never held") {
  Story story;
  story.wire("order", "payment", "1", "charge");
  const Expression opens = measure("opens", "", {text("order -> payment")});
  level(story, binary(Op::equal, opens, count(0)));
  const Finding never = judge_one(story);
  CHECK(never.status == Status::inconclusive);
  CHECK(never.value == "0");
  CHECK(never.why ==
        "no circuit_breaker stands on order -> payment, so nothing could have broken this check: "
        "it proves nothing");
  story.scenario.levels.clear();
  level(story, binary(Op::greater_equal, opens, count(1)));
  const Finding some = judge_one(story);
  CHECK(some.status == Status::broken);
  CHECK(some.why == "no circuit_breaker stands on order -> payment");
}

TEST_CASE("several comparisons are all told") {
  Story story;
  requests(story, 0s, 3s);
  level(story,
        binary(Op::all_of, few_errors(), binary(Op::less, measure("latency", "max"), time(100ms))));
  const Finding finding = judge_one(story);
  CHECK(finding.value == "5.00 %; 20.0 ms");
  CHECK(finding.limit == "< 1.00 %; < 100 ms");
}

TEST_CASE("the steady state looks at the warm-up alone") {
  Story story;
  requests(story, 0s, 60s);
  requests(story, -3s, -3s, -3s, 0s);
  story.scenario.steady_state.push_back(few_errors());
  const auto findings = judge_steady_state(story.scenario, story.record, story.record.time_zero);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].status == Status::held);
  CHECK(findings[0].phase == "warm-up");
}

TEST_CASE("a stop condition has to hold over its whole length") {
  Story story;
  requests(story, 10s, 60s, 0s, 30s);
  model::StopWhen stop;
  stop.that = many_errors();
  stop.length = 10s;
  const auto met = [&](Duration now) {
    return is_met(stop, story.scenario, story.record, Story::at(now));
  };
  CHECK_FALSE(met(9s));  // ten seconds have not passed yet
  CHECK_FALSE(met(17s));
  CHECK(met(19s));
  CHECK(met(20s));
}

TEST_CASE("a system that answers nobody is stopped although only ended requests are known") {
  Story story;
  requests(story, 10s, 60s, 0s, 30s);
  story.scenario.loads.emplace_back().timeout = 2s;
  story.scenario.loads.emplace_back().timeout = 5s;
  // What a look at the run at this time knows of it: from 10 s on nothing is answered.
  const auto met = [&](Duration now) {
    record::Record so_far = story.record;
    for (Exchange& row : so_far.history)
      if (row.status == 504) row.ended = row.deadline;
    std::erase_if(so_far.history, [&](const Exchange& row) { return row.ended > Story::at(now); });
    model::StopWhen stop;
    stop.that = many_errors();
    stop.length = 3s;
    return is_met(stop, story.scenario, so_far, Story::at(now));
  };
  CHECK_FALSE(met(7s));   // nothing has been watched for long enough
  CHECK_FALSE(met(15s));  // the first requests that fail may still be answered
  CHECK_FALSE(met(17s));
  CHECK(met(18s));
  CHECK(met(24s));
}

TEST_CASE("requests that are under way within their rights do not meet a stop condition") {
  Story story;
  requests(story, 0s, 60s, 0s, 10s);
  for (Exchange& row : story.record.history) {
    row.ended = TimePoint{};
    row.deadline = Story::at(15s);
  }
  model::StopWhen stop;
  stop.that = many_errors();
  CHECK_FALSE(is_met(stop, story.scenario, story.record, Story::at(10s)));
  stop.length = 10s;
  CHECK(is_met(stop, story.scenario, story.record, Story::at(16s)));
}

TEST_CASE("a stop condition over a probe has to hold in each look of its length") {
  Story story;
  model::StopWhen stop;
  stop.that.kind = model::Expression::Kind::less;
  stop.that.children.resize(2);
  stop.that.children[0].kind = model::Expression::Kind::probe;
  stop.that.children[0].name = "stock";
  stop.length = 2s;
  const auto look = [&](Duration at, std::optional<double> stock) {
    record::ProbeSample& sample = story.record.probes.emplace_back();
    sample.t = sample.asked = Story::at(at);
    sample.round = static_cast<std::uint32_t>(story.record.probes.size());
    sample.probe = "stock";
    sample.number = stock;
    sample.text = stock ? std::to_string(*stock) : "";
    if (!stock) sample.error = "probe stock: nobody answered";
  };
  const auto met = [&] {
    return is_met(stop, story.scenario, story.record, story.record.probes.back().t);
  };
  look(-1s, -1.0);  // of the warm-up
  CHECK_FALSE(met());
  look(1s, -1.0);
  CHECK_FALSE(met());
  look(2s, -1.0);
  CHECK_FALSE(met());
  look(3s, -2.0);
  CHECK(met());
  look(4s, std::nullopt);
  CHECK_FALSE(met());
  look(5s, -1.0);
  CHECK_FALSE(met());
  look(6s, 3.0);
  CHECK_FALSE(met());
  look(7s, -1.0);
  look(8s, -1.0);
  look(9s, -1.0);
  CHECK(met());
}

TEST_CASE("the limit of lateness is a tenth of the tightest latency bound") {
  Story story;
  model::Load load;
  CHECK(lateness_limit(story.scenario, load) == 5ms);
  level(story, binary(Op::less, measure("latency", "p99"), time(400ms)));
  CHECK(lateness_limit(story.scenario, load) == 40ms);
  Expression condition = binary(Op::greater_equal, time(300ms), measure("latency_all", "p90"));
  level(story, binary(Op::less, measure("recovery_time", "", {text("slow"), std::move(condition)}),
                      time(6s)));
  CHECK(lateness_limit(story.scenario, load) == 30ms);
  level(story, binary(Op::less, measure("latency", "p50"), time(20ms)));
  CHECK(lateness_limit(story.scenario, load) == 5ms);
  load.max_lateness = 1ms;
  CHECK(lateness_limit(story.scenario, load) == 1ms);
}

}  // namespace seawall::check
