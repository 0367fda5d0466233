#include "harness/check/value.hpp"

#include <cmath>

#include <fmt/format.h>

#include "harness/base/text.hpp"

namespace seawall::check {
namespace {

// Three significant figures without an exponent, for 0.001 to 1000.
std::string figures(double number) {
  const double size = std::abs(number);
  if (size >= 100 || size == 0) return fmt::format("{:.0f}", number);
  if (size >= 10) return fmt::format("{:.1f}", number);
  return fmt::format("{:.2f}", number);
}

std::string seconds_text(double number) {
  const double size = std::abs(number);
  if (size >= 1 || size == 0) return figures(number) + " s";
  if (size >= 1e-3) return figures(number * 1e3) + " ms";
  return figures(number * 1e6) + " us";
}

std::string count_text(double number) {
  if (number == std::floor(number) && std::abs(number) < 1e15)
    return base::grouped(static_cast<std::int64_t>(number));
  return figures(number);
}

}  // namespace

std::string time_text(base::Duration time) { return seconds_text(seconds(time)); }

std::string value_text(model::Unit unit, double number) {
  switch (unit) {
    case model::Unit::count:
      return count_text(number);
    case model::Unit::share:
      return fmt::format("{:.2f} %", number * 100);
    case model::Unit::time:
      return seconds_text(number);
    case model::Unit::rate:
      return fmt::format("{:.1f}/s", number);
    case model::Unit::truth:
      return number != 0 ? "yes" : "no";
    case model::Unit::bytes:
      return count_text(number) + " B";
    case model::Unit::text:
      break;
  }
  return {};
}

std::string value_text(const Outcome& outcome) {
  if (outcome.has_value() && outcome.unit == model::Unit::text) return '"' + outcome.text + '"';
  return outcome.has_value() ? value_text(outcome.unit, outcome.number) : outcome.why;
}

}  // namespace seawall::check
