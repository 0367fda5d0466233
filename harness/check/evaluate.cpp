#include "harness/check/evaluate.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "harness/base/assert.hpp"
#include "harness/check/measures.hpp"

namespace seawall::check {
namespace {

using model::Expression;
using Kind = Expression::Kind;
using State = Outcome::State;

std::string_view sign_of(Kind kind) {
  switch (kind) {
    case Kind::less:
      return "<";
    case Kind::less_equal:
      return "<=";
    case Kind::greater:
      return ">";
    case Kind::greater_equal:
      return ">=";
    case Kind::equal:
      return "==";
    default:
      return "!=";
  }
}

bool holds(Kind kind, double left, double right) {
  switch (kind) {
    case Kind::less:
      return left < right;
    case Kind::less_equal:
      return left <= right;
    case Kind::greater:
      return left > right;
    case Kind::greater_equal:
      return left >= right;
    case Kind::equal:
      return left == right;
    default:
      return left != right;
  }
}

// Of two operands the one that has no value and weighs most, or nullptr where both have one.
const Outcome* without_value(const Outcome& left, const Outcome& right) {
  const Outcome& worse = std::max(left.state, right.state) == left.state ? left : right;
  return worse.has_value() ? nullptr : &worse;
}

// What is made of a blind value is blind for the same reason.
void take_blindness(const Outcome& left, const Outcome& right, Outcome& made) {
  if (!left.blind && !right.blind) return;
  made.blind = true;
  made.why = left.blind ? left.why : right.why;
}

// What the probe answered in the round that is judged.
Outcome probe_value(const std::string& name, const Focus& focus) {
  for (const record::ProbeSample& sample : focus.record.probes) {
    if (sample.round != focus.round || sample.probe != name) continue;
    if (!sample.error.empty()) return Outcome::none(State::inconclusive, sample.error);
    Outcome value = Outcome::of_text(sample.text);
    if (!sample.number) return value;
    value.unit = model::Unit::count;
    value.number = *sample.number;
    return value;
  }
  return Outcome::none(State::inconclusive, fmt::format("the probe {} was not asked", name));
}

bool is_text(const Outcome& outcome) { return outcome.unit == model::Unit::text; }

// A text where a number is needed.
Outcome no_number(const Expression& expression, const Outcome& outcome) {
  return Outcome::none(State::inconclusive, fmt::format("{} is the text \"{}\"; expected a number",
                                                        expression.text, outcome.text));
}

// Texts are equal or not; everything else about one is a mistake of the probe.
Outcome compare_texts(const Expression& expression, const Outcome& left, const Outcome& right) {
  const bool equality = expression.kind == Kind::equal || expression.kind == Kind::not_equal;
  const Expression& first = expression.children.at(0);
  const Expression& second = expression.children.at(1);
  const auto came_as_text = [](const Expression& from) {
    return from.kind == Kind::probe || from.kind == Kind::string;
  };
  if (!equality || !came_as_text(first) || !came_as_text(second))
    return is_text(left) ? no_number(first, left) : no_number(second, right);
  return Outcome::truth((left.text == right.text) == (expression.kind == Kind::equal));
}

Outcome compare(const Expression& expression, const Focus& focus, std::vector<Comparison>* seen) {
  const Expression& limit = expression.children.at(1);
  const Outcome left = evaluate(expression.children.at(0), focus);
  const Outcome right = evaluate(limit, focus);
  if (seen)
    seen->push_back({value_text(left),
                     fmt::format("{} {}", sign_of(expression.kind), value_text(right)),
                     left.has_value() ? left.why : std::string()});
  if (const Outcome* none = without_value(left, right)) return *none;
  if (is_text(left) || is_text(right)) return compare_texts(expression, left, right);
  Outcome truth = Outcome::truth(holds(expression.kind, left.number, right.number));
  if (truth.number != 0) take_blindness(left, right, truth);
  return truth;
}

Outcome combine(const Expression& expression, const Focus& focus, std::vector<Comparison>* seen) {
  // The operand that decides: false for `and`, true for `or`. A failure counts as false.
  const bool decides = expression.kind == Kind::any_of;
  Outcome rest = Outcome::truth(!decides);
  bool decided = false;
  for (const Expression& child : expression.children) {
    Outcome outcome = evaluate(child, focus, seen);
    if (outcome.state == State::not_applicable) return outcome;
    const bool known = outcome.has_value() ? !outcome.blind : outcome.state == State::failed;
    if (known && outcome.holds() == decides) decided = true;
    if (!known && rest.has_value() && !rest.blind) rest = std::move(outcome);
  }
  return decided ? Outcome::truth(decides) : rest;
}

double result_of(Kind kind, double left, double right) {
  switch (kind) {
    case Kind::add:
      return left + right;
    case Kind::subtract:
      return left - right;
    case Kind::multiply:
      return left * right;
    default:
      return left / right;
  }
}

Outcome calculate(const Expression& expression, const Focus& focus) {
  const Outcome left = evaluate(expression.children.at(0), focus);
  if (!left.has_value()) return left;
  if (is_text(left)) return no_number(expression.children.at(0), left);
  if (expression.kind == Kind::negate) {
    Outcome negated = left;
    negated.number = -left.number;
    return negated;
  }
  const Outcome right = evaluate(expression.children.at(1), focus);
  if (const Outcome* none = without_value(left, right)) return *none;
  if (is_text(right)) return no_number(expression.children.at(1), right);
  if (expression.kind == Kind::divide && right.number == 0)
    return Outcome::none(
        State::inconclusive,
        fmt::format("{} is 0, and nothing can be divided by it", expression.children.at(1).text));
  Outcome result =
      Outcome::of(expression.unit, result_of(expression.kind, left.number, right.number));
  take_blindness(left, right, result);
  return result;
}

}  // namespace

Outcome evaluate(const Expression& expression, const Focus& focus, std::vector<Comparison>* seen) {
  switch (expression.kind) {
    case Kind::number:
      return Outcome::of(expression.unit, expression.number);
    case Kind::measure:
      return take(focus, expression);
    case Kind::negate:
    case Kind::add:
    case Kind::subtract:
    case Kind::multiply:
    case Kind::divide:
      return calculate(expression, focus);
    case Kind::all_of:
    case Kind::any_of:
      return combine(expression, focus, seen);
    case Kind::probe:
      return probe_value(expression.name, focus);
    case Kind::string:
      return Outcome::of_text(expression.name);
    default:
      return compare(expression, focus, seen);
  }
}

}  // namespace seawall::check
