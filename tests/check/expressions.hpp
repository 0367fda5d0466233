// Expression trees made by hand: harness/scenario, which parses them, is no part of these tests.
#pragma once
#include <string>
#include <vector>

#include "harness/base/units.hpp"
#include "harness/check/measures.hpp"
#include "harness/model/expression.hpp"

namespace seawall::check {

using model::Expression;
using Op = Expression::Kind;

inline Expression number(model::Unit unit, double value) {
  Expression expression;
  expression.kind = Op::number;
  expression.unit = unit;
  expression.number = value;
  expression.text = value_text(unit, value);
  return expression;
}
inline Expression count(double value) { return number(model::Unit::count, value); }
inline Expression time(base::Duration value) { return number(model::Unit::time, seconds(value)); }
inline Expression percent(double value) { return number(model::Unit::share, value / 100); }

inline Expression text(std::string value) {
  Expression expression;
  expression.kind = Op::string;
  expression.name = std::move(value);
  return expression;
}

// measure("latency", "p99"), measure("calls", "", {text("a -> b"), text("POST /x")}).
inline Expression measure(std::string name, std::string quantile = {},
                          std::vector<Expression> arguments = {}) {
  Expression expression;
  expression.kind = Op::measure;
  expression.text = quantile.empty() ? name : name + "." + quantile;
  expression.unit = find_measure(name)->unit;
  expression.name = std::move(name);
  expression.quantile = std::move(quantile);
  expression.children = std::move(arguments);
  return expression;
}

inline Expression binary(Op op, Expression left, Expression right,
                         model::Unit unit = model::Unit::truth) {
  Expression expression;
  expression.kind = op;
  expression.unit = unit;
  expression.text = left.text + " ? " + right.text;
  expression.children = {std::move(left), std::move(right)};
  return expression;
}

}  // namespace seawall::check
