// A measured value with its unit, and how values are printed for people.
#pragma once
#include <string>
#include <utility>

#include "harness/base/units.hpp"
#include "harness/model/expression.hpp"

namespace seawall::check {

// What came of evaluating an expression or a measure.
struct Outcome {
  enum class State : std::uint8_t {
    value,
    failed,          // there is no value, and that is a failure: a breaker that never opened
    inconclusive,    // too few samples, or the fault was never armed
    not_applicable,  // it names a fault that this variant or cell does not have
  };
  State state = State::value;
  model::Unit unit = model::Unit::count;
  double number = 0;  // as in model::Expression: seconds, events a second, shares from 0 to 1
  std::string why;    // without a value: why; with one: a remark, or empty
  // Nothing could have made it another value, as the openings of a breaker that is switched off:
  // a bound that it meets is not thereby held, one that it misses is missed. `why` says it.
  bool blind = false;
  std::string text;  // what a probe answered, as it came; unit text: that and no number

  static Outcome of(model::Unit unit, double number) { return {State::value, unit, number, {}}; }
  static Outcome of_text(std::string text) {
    return {State::value, model::Unit::text, 0, {}, false, std::move(text)};
  }
  static Outcome of_count(std::int64_t count) {
    return of(model::Unit::count, static_cast<double>(count));
  }
  static Outcome truth(bool holds) { return of(model::Unit::truth, holds ? 1 : 0); }
  static Outcome none(State state, std::string why) { return {state, {}, 0, std::move(why)}; }
  bool has_value() const { return state == State::value; }
  // Of a truth: proven. A blind one is not.
  bool holds() const { return has_value() && number != 0 && !blind; }
};

// "66.2 ms", "1.25 s"; three significant figures.
std::string time_text(base::Duration time);
// "66.2 ms", "1.2 %", "148.5/s", "1,204", "1.07", "yes".
std::string value_text(model::Unit unit, double number);
// The same, or why there is none.
std::string value_text(const Outcome& outcome);

inline double seconds(base::Duration time) { return static_cast<double>(time.count()) / 1e9; }

}  // namespace seawall::check
