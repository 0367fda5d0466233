#include "harness/check/own_invariants.hpp"

#include <algorithm>

#include "tests/check/expressions.hpp"
#include "tests/check/story.hpp"
#include "tests/support/catch.hpp"

namespace seawall::check {
namespace {

using record::ProbeSample;
using Moment = ProbeSample::Moment;
using When = model::Invariant::When;

Expression probe(const std::string& name) {
  Expression expression;
  expression.kind = Op::probe;
  expression.name = name;
  expression.text = name;
  return expression;
}

Expression literal(const std::string& value) {
  Expression expression = text(value);
  expression.unit = model::Unit::text;
  expression.text = "'" + value + "'";
  return expression;
}

// A run whose probes are asked by hand.
class Looks {
 public:
  explicit Looks(When when, Expression that) {
    model::Invariant& invariant = story.scenario.invariants.emplace_back();
    invariant.name = "mine";
    invariant.when = when;
    invariant.that = std::move(that);
  }

  // One round; values that are numbers count as such, "!..." is an error.
  Looks& look(Duration at, Moment moment,
              const std::vector<std::pair<std::string, std::string>>& values) {
    ++round_;
    for (const auto& [name, value] : values) {
      ProbeSample sample;
      sample.t = Story::at(at);
      sample.moment = moment;
      sample.round = round_;
      sample.probe = name;
      if (value.starts_with('!'))
        sample.error = value.substr(1);
      else
        sample.text = value;
      const bool digits = value.find_first_not_of("-.0123456789") == std::string::npos;
      if (digits && !value.empty()) sample.number = std::stod(value);
      story.record.probes.push_back(std::move(sample));
    }
    return *this;
  }

  Finding finding() const {
    const record::Verdict verdict = judge(story.scenario, story.record);
    const auto found = std::ranges::find(verdict.findings, "mine", &Finding::name);
    REQUIRE(found != verdict.findings.end());
    CHECK(found->kind == Finding::Kind::invariant);
    return *found;
  }

  Story story;

 private:
  std::uint32_t round_ = 0;
};

Expression stock_is_not_negative() { return binary(Op::greater_equal, probe("stock"), count(0)); }

}  // namespace

TEST_CASE("a settled invariant is judged over the round at the end") {
  Looks looks(When::settled, binary(Op::equal, probe("captured"), probe("confirmed")));
  CHECK(looks.finding().status == Status::inconclusive);
  CHECK(looks.finding().why == "the probe captured was not asked");
  looks.look(10s, Moment::always, {{"captured", "1"}, {"confirmed", "2"}});
  CHECK(looks.finding().status == Status::inconclusive);
  looks.look(65s, Moment::settled, {{"captured", "700"}, {"confirmed", "700.00"}});
  CHECK(looks.finding().status == Status::held);
  CHECK(looks.finding().value == "700");
  looks.look(66s, Moment::settled, {{"captured", "701"}, {"confirmed", "700"}});
  const Finding finding = looks.finding();
  CHECK(finding.status == Status::broken);
  CHECK(finding.value == "701");
  CHECK(finding.limit == "== 700");
}

TEST_CASE("a broken invariant of the scenario's own ends a run with 1") {
  Looks looks(When::settled, binary(Op::equal, probe("orphans"), count(0)));
  looks.look(65s, Moment::settled, {{"orphans", "2"}});
  CHECK(judge(looks.story.scenario, looks.story.record).exit == 1);
}

TEST_CASE("a probe that failed leaves an invariant undecided, with its reason") {
  Looks looks(When::settled, stock_is_not_negative());
  looks.look(65s, Moment::settled, {{"stock", "!probe stock: nobody listens"}});
  CHECK(looks.finding().status == Status::inconclusive);
  CHECK(looks.finding().why == "probe stock: nobody listens");
  CHECK(judge(looks.story.scenario, looks.story.record).exit == 5);
}

TEST_CASE("a run that was broken off says nothing of what was to be settled") {
  Looks looks(When::settled, stock_is_not_negative());
  looks.look(65s, Moment::settled, {{"stock", "-1"}});
  looks.story.record.interrupted = true;
  looks.story.record.settled = {};
  looks.story.record.end = Story::at(61s);
  CHECK(looks.finding().status == Status::not_judged);
}

TEST_CASE("an invariant that holds always is judged in every round that has its probes") {
  Looks looks(When::always, stock_is_not_negative());
  CHECK(looks.finding().status == Status::inconclusive);
  CHECK(looks.finding().why == "The run ended before its probes had been asked");
  looks.look(-1s, Moment::steady_state, {{"stock", "-5"}});
  CHECK(looks.finding().status == Status::inconclusive);
  looks.look(10s, Moment::always, {{"stock", "5"}});
  looks.look(11s, Moment::always, {{"other", "-5"}});
  looks.look(65s, Moment::settled, {{"stock", "4"}});
  CHECK(looks.finding().status == Status::held);
  CHECK(looks.finding().exercised == 2);
  CHECK(looks.finding().value == "4");
  looks.look(20s, Moment::always, {{"stock", "-1"}});
  looks.look(21s, Moment::always, {{"stock", "7"}});
  const Finding finding = looks.finding();
  CHECK(finding.status == Status::broken);
  CHECK(finding.value == "-1");
  CHECK(finding.offending == 1);
  CHECK(finding.why == "At 20.0 s: -1 was measured, >= 0 is wanted; broken in 1 of 4 looks");
}

TEST_CASE("looks that fail say nothing, and too many of them leave nothing to say") {
  Looks looks(When::always, stock_is_not_negative());
  looks.look(10s, Moment::always, {{"stock", "5"}});
  looks.look(11s, Moment::always, {{"stock", "!probe stock: no answer in time"}});
  CHECK(looks.finding().status == Status::held);
  CHECK(looks.finding().value == "5 (1 of 2 looks gave no value)");
  CHECK(looks.finding().why ==
        "1 of 2 looks gave no value, the last: probe stock: no answer in time");
  looks.look(12s, Moment::always, {{"stock", "!probe stock: gone"}});
  CHECK(looks.finding().status == Status::inconclusive);
  looks.look(13s, Moment::always, {{"stock", "-2"}});
  CHECK(looks.finding().status == Status::broken);
}

TEST_CASE("probes of two rounds are never compared") {
  Looks looks(When::always, binary(Op::equal, probe("a"), probe("b")));
  looks.look(10s, Moment::always, {{"a", "1"}});
  looks.look(11s, Moment::always, {{"b", "2"}});
  CHECK(looks.finding().status == Status::inconclusive);
  looks.look(12s, Moment::always, {{"a", "2"}, {"b", "2"}});
  CHECK(looks.finding().status == Status::held);
}

TEST_CASE("a probe that answers a text is compared as one") {
  const auto judged_as = [](Expression that, const std::string& value) {
    Looks looks(When::settled, std::move(that));
    looks.look(65s, Moment::settled, {{"state", value}});
    return looks.finding();
  };
  CHECK(judged_as(binary(Op::equal, probe("state"), literal("open")), "open").status ==
        Status::held);
  const Finding other = judged_as(binary(Op::equal, probe("state"), literal("open")), "shut");
  CHECK(other.status == Status::broken);
  CHECK(other.value == "\"shut\"");
  CHECK(other.limit == "== \"open\"");
  CHECK(judged_as(binary(Op::not_equal, literal("open"), probe("state")), "shut").status ==
        Status::held);
  CHECK(judged_as(binary(Op::equal, probe("state"), literal("7")), "7").status == Status::held);
  CHECK(judged_as(binary(Op::not_equal, probe("state"), probe("state")), "x").status ==
        Status::broken);
}

TEST_CASE("a text where a number is needed decides nothing") {
  const auto why = [](Expression that) {
    Looks looks(When::settled, std::move(that));
    looks.look(65s, Moment::settled, {{"state", "oops"}});
    CHECK(looks.finding().status == Status::inconclusive);
    return looks.finding().why;
  };
  const std::string sentence = "state is the text \"oops\"; expected a number";
  CHECK(why(binary(Op::less, probe("state"), count(5))) == sentence);
  CHECK(why(binary(Op::equal, count(5), probe("state"))) == sentence);
  CHECK(why(binary(Op::less, probe("state"), probe("state"))) == sentence);
  const Expression sum = binary(Op::add, count(1), probe("state"), model::Unit::count);
  CHECK(why(binary(Op::less, sum, count(5))) == sentence);
}

TEST_CASE("an invariant over the journal sees the whole run") {
  const auto calls = [](const std::string& path) {
    return measure("calls", "", {text("order -> payment"), text("POST " + path)});
  };
  Looks looks(When::settled, binary(Op::less_equal, calls("/refund"), calls("/charge")));
  const auto call = [&](Duration at, const std::string& path) {
    looks.story.go_to(at);
    record::Exchange& row = looks.story.wire("order", "payment", "1", "charge");
    row.method = model::Method::post;
    row.path = path;
  };
  call(-1s, "/charge");
  call(63s, "/refund");
  looks.story.record.warmup_start = Story::at(-3s);
  CHECK(looks.finding().status == Status::held);
  call(64s, "/refund");
  CHECK(looks.finding().status == Status::broken);
}

TEST_CASE("the steady state takes its probes from before the faults, and is looked at again") {
  Story story;
  story.scenario.steady_state = {stock_is_not_negative()};
  Looks looks(When::settled, stock_is_not_negative());
  looks.look(-1s, Moment::steady_state, {{"stock", "3"}});
  story.record.probes = looks.story.record.probes;
  CHECK(judge_steady_state(story.scenario, story.record, Story::at(0s))[0].status == Status::held);
  looks.look(65s, Moment::settled, {{"stock", "-3"}});
  story.record.probes = looks.story.record.probes;
  CHECK(judge_steady_state(story.scenario, story.record, Story::at(0s))[0].status == Status::held);
  const record::Verdict verdict = judge(story.scenario, story.record);
  const auto again = std::ranges::find(verdict.findings, std::string("settled"), &Finding::phase);
  REQUIRE(again != verdict.findings.end());
  CHECK(again->kind == Finding::Kind::slo);
  CHECK(again->status == Status::broken);
}

}  // namespace seawall::check
