#include "harness/check/evaluate.hpp"

#include "tests/check/expressions.hpp"
#include "tests/check/story.hpp"
#include "tests/support/catch.hpp"

namespace seawall::check {
namespace {

using State = Outcome::State;

Outcome evaluated(const Story& story, const Expression& expression) {
  const Observations observations(story.record);
  return evaluate(expression, whole(story.scenario, story.record, observations));
}

Expression truth(bool value) { return binary(Op::equal, count(1), count(value ? 1 : 2)); }
// No request was sent, so nothing is known.
Expression unknown() { return binary(Op::less, measure("error_rate"), percent(1)); }
Expression absent() {
  return binary(Op::less, measure("time_to_open", "", {text("a -> b"), text("gone")}), time(1s));
}

// Requests all through the load, 200 in each second; good ones but from `from` to `to`.
void requests(Story& story, Duration from, Duration to, int rate = 200) {
  for (Duration t = 0s; t < 60s; t += Duration(1s) / rate) {
    const bool good = t < from || to <= t;
    Exchange& row = story.history("1", good ? Told::confirmed : Told::nothing, good ? 201 : 504);
    row.intended = Story::at(t);
    row.ended = row.intended + 20ms;
    row.deadline = row.intended + 5s;
  }
}

Expression recovery(Expression condition) {
  return measure("recovery_time", "", {text("slow"), std::move(condition)});
}
Expression few_errors() { return binary(Op::less, measure("error_rate"), percent(1)); }

}  // namespace

TEST_CASE("arithmetic and comparisons") {
  const Story story;
  const auto sum = binary(Op::add, count(1), count(2), model::Unit::count);
  CHECK(evaluated(story, sum).number == 3);
  const auto product = binary(Op::multiply, sum, count(4), model::Unit::count);
  CHECK(evaluated(story, product).number == 12);
  CHECK(evaluated(story, binary(Op::subtract, product, sum, model::Unit::count)).number == 9);
  CHECK(evaluated(story, binary(Op::divide, product, count(8), model::Unit::count)).number == 1.5);
  Expression negated;
  negated.kind = Op::negate;
  negated.children = {sum};
  CHECK(evaluated(story, negated).number == -3);
  CHECK(evaluated(story, binary(Op::less, count(1), count(2))).number == 1);
  CHECK(evaluated(story, binary(Op::less_equal, count(2), count(2))).number == 1);
  CHECK(evaluated(story, binary(Op::greater, count(2), count(2))).number == 0);
  CHECK(evaluated(story, binary(Op::greater_equal, count(2), count(2))).number == 1);
  CHECK(evaluated(story, binary(Op::not_equal, count(2), count(2))).number == 0);
}

TEST_CASE("a division by zero is inconclusive") {
  const Story story;
  CHECK(evaluated(story, binary(Op::divide, count(1), count(0), model::Unit::count)).state ==
        State::inconclusive);
}

TEST_CASE("what is false stays false whatever is unknown beside it") {
  const Story story;
  const auto state = [&](Op op, Expression a, Expression b) {
    return evaluated(story, binary(op, std::move(a), std::move(b)));
  };
  CHECK(state(Op::all_of, truth(false), unknown()).number == 0);
  CHECK(state(Op::all_of, truth(false), unknown()).has_value());
  CHECK(state(Op::all_of, unknown(), truth(true)).state == State::inconclusive);
  CHECK(state(Op::all_of, truth(true), truth(true)).number == 1);
  CHECK(state(Op::any_of, unknown(), truth(true)).number == 1);
  CHECK(state(Op::any_of, unknown(), truth(false)).state == State::inconclusive);
  CHECK(state(Op::any_of, truth(false), truth(false)).number == 0);
  CHECK(state(Op::any_of, truth(true), absent()).state == State::not_applicable);
}

TEST_CASE("what holds by a blind value is blind and what is missed by it is false") {
  const Story story;  // has no breaker
  const Expression opens = measure("opens", "", {text("a -> b")});
  const Outcome never = evaluated(story, binary(Op::equal, opens, count(0)));
  CHECK(never.number == 1);
  CHECK(never.blind);
  CHECK_FALSE(never.holds());
  CHECK_FALSE(evaluated(story, binary(Op::equal, opens, count(1))).blind);
  const Expression sum = binary(Op::add, count(1), opens, model::Unit::count);
  CHECK(evaluated(story, binary(Op::less, sum, count(2))).blind);

  const auto with = [&](Op op, Expression other) {
    return evaluated(story, binary(op, binary(Op::equal, opens, count(0)), std::move(other)));
  };
  CHECK(with(Op::all_of, truth(true)).blind);
  CHECK(with(Op::all_of, truth(false)).number == 0);
  CHECK_FALSE(with(Op::all_of, truth(false)).blind);
  CHECK(with(Op::any_of, truth(true)).holds());
  CHECK(with(Op::any_of, truth(false)).blind);
  CHECK(with(Op::any_of, unknown()).why == "no circuit_breaker stands on a -> b");
}

TEST_CASE("a recovery that is seen by a blind condition alone is inconclusive") {
  Story story;
  story.fault("slow", 10s, 20s);
  const Expression opens = measure("opens", "", {text("order -> payment")});
  const Outcome outcome = evaluated(story, recovery(binary(Op::equal, opens, count(0))));
  CHECK(outcome.state == State::inconclusive);
}

TEST_CASE("a measure that has failed makes its comparison fail") {
  Story story;
  story.fault("slow", 10s, 20s);
  const auto opened = binary(
      Op::less, measure("time_to_open", "", {text("order -> payment"), text("slow")}), time(1s));
  CHECK(evaluated(story, opened).state == State::failed);
  CHECK(evaluated(story, binary(Op::any_of, opened, truth(true))).number == 1);
  const Outcome both = evaluated(story, binary(Op::all_of, opened, truth(true)));
  CHECK(both.has_value());
  CHECK(both.number == 0);
}

TEST_CASE("recovery is the first of three good seconds after the heal") {
  Story story;
  story.fault("slow", 10s, 20s);
  SECTION("at once") {
    requests(story, 10s, 20s);
    const Outcome outcome = evaluated(story, recovery(few_errors()));
    CHECK(outcome.number == 0);
    CHECK(outcome.why.empty());
  }
  SECTION("after four seconds") {
    requests(story, 10s, 23500ms);
    CHECK(evaluated(story, recovery(few_errors())).number == 4);
  }
  SECTION("never disturbed") {
    requests(story, 0s, 0s);
    const Outcome outcome = evaluated(story, recovery(few_errors()));
    CHECK(outcome.number == 0);
    CHECK(outcome.why == "slow never disturbed it");
  }
  SECTION("never") {
    requests(story, 10s, 60s);
    const Outcome outcome = evaluated(story, recovery(few_errors()));
    CHECK(outcome.state == State::failed);
    CHECK(outcome.why == "never recovered from slow");
  }
}

TEST_CASE("two good seconds are no recovery") {
  Story story;
  story.fault("slow", 10s, 57s);
  requests(story, 10s, 58s);
  CHECK(evaluated(story, recovery(few_errors())).state == State::failed);
}

TEST_CASE("a load that ends within three seconds of the heal says nothing of the recovery") {
  Story story;
  story.fault("slow", 10s, 57500ms);
  requests(story, 10s, 60s);
  CHECK(evaluated(story, recovery(few_errors())).state == State::inconclusive);
}

TEST_CASE("within a recovery p99 takes a hundred samples a second") {
  Story story;
  story.fault("slow", 10s, 20s);
  const auto fast = binary(Op::less, measure("latency", "p99"), time(100ms));
  SECTION("enough") {
    requests(story, 10s, 22s, 100);
    CHECK(evaluated(story, recovery(fast)).number == 2);
  }
  SECTION("too few requests to say") {
    requests(story, 10s, 22s, 50);
    CHECK(evaluated(story, recovery(fast)).state == State::inconclusive);
  }
  SECTION("enough requests but no answers is a failure") {
    requests(story, 10s, 60s, 100);
    CHECK(evaluated(story, recovery(fast)).state == State::failed);
  }
}

TEST_CASE("values are printed with their units") {
  CHECK(value_text(model::Unit::time, 0.0662) == "66.2 ms");
  CHECK(value_text(model::Unit::time, 1) == "1.00 s");
  CHECK(value_text(model::Unit::time, 0) == "0 s");
  CHECK(value_text(model::Unit::time, 0.0000123) == "12.3 us");
  CHECK(value_text(model::Unit::share, 0.0123) == "1.23 %");
  CHECK(value_text(model::Unit::rate, 148.53) == "148.5/s");
  CHECK(value_text(model::Unit::count, 1204) == "1,204");
  CHECK(value_text(model::Unit::count, 1.067) == "1.07");
  CHECK(value_text(model::Unit::truth, 1) == "yes");
}

}  // namespace seawall::check
