#include "harness/check/cell_numbers.hpp"

#include <utility>

#include "harness/check/evaluate.hpp"
#include "harness/check/observations.hpp"

namespace seawall::check {
namespace {

using model::Expression;
using model::Unit;
using State = Outcome::State;

Expression text(std::string value) {
  Expression expression;
  expression.kind = Expression::Kind::string;
  expression.name = std::move(value);
  return expression;
}

Expression measure(std::string name, Unit unit, std::vector<Expression> arguments = {}) {
  Expression expression;
  expression.kind = Expression::Kind::measure;
  expression.name = std::move(name);
  expression.unit = unit;
  expression.children = std::move(arguments);
  return expression;
}

Expression is_available() {
  Expression most;
  most.kind = Expression::Kind::number;
  most.unit = Unit::share;
  most.number = 0.99;
  Expression condition;
  condition.kind = Expression::Kind::greater_equal;
  condition.unit = Unit::truth;
  condition.children = {measure("ok_share", Unit::share), most};
  return condition;
}

// Never recovered is worse than any time; what cannot be told counts where nothing is known.
bool is_worse(const Outcome& a, const Outcome& b) {
  if (b.state == State::failed) return false;
  if (a.state == State::failed) return true;
  if (!a.has_value()) return b.state == State::not_applicable;
  return !b.has_value() || a.number > b.number;
}

Outcome longest_recovery(const Focus& focus) {
  Outcome worst = Outcome::none(State::not_applicable, "there is no fault to recover from");
  for (const model::Fault& fault : focus.scenario.faults) {
    const Expression recovery =
        measure("recovery_time", Unit::time, {text(fault.name), is_available()});
    const Outcome outcome = evaluate(recovery, focus);
    if (is_worse(outcome, worst)) worst = outcome;
  }
  return worst;
}

}  // namespace

CellNumbers cell_numbers(const model::Scenario& scenario, const record::Record& record,
                         const base::Link& on) {
  const Observations observations(record);
  const Focus focus = whole(scenario, record, observations);
  Expression p99 = measure("latency_all", Unit::time);
  p99.quantile = "p99";
  CellNumbers numbers;
  numbers.availability = evaluate(measure("ok_share", Unit::share), focus);
  numbers.p99 = evaluate(p99, focus);
  numbers.recovery = longest_recovery(focus);
  numbers.amplification =
      on.to.empty()
          ? Outcome::none(State::not_applicable, "no link was named")
          : evaluate(measure("amplification", Unit::count, {text(base::to_text(on))}), focus);
  return numbers;
}

}  // namespace seawall::check
