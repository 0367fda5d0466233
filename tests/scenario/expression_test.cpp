// Expressions and phases: what they mean, and what is said of a wrong one.
#include <fmt/format.h>

#include "scenario/words.hpp"
#include "support/catch.hpp"

using namespace seawall;
using namespace seawall::scenario::tests;
using Kind = model::Expression::Kind;

namespace {

constexpr std::string_view fault =
    "[[fault]]\nname = \"slow\"\ntype = \"refuse\"\non = \"order -> payment\"\nfor = \"5s\"\n";

std::string with_level(std::string_view that) {
  return valid_with(fmt::format("{}[[slo]]\nthat = '{}'\n", fault, that));
}
std::string errors_in(std::string_view that) { return errors_of(with_level(that)); }

// The tree with brackets, units behind the leaves.
std::string shape(const model::Expression& expression) {
  using Names = std::array<std::string_view, 16>;
  constexpr Names signs = {"number", "string", "measure", "neg", "+",  "-",  "*",   "/",
                           "<",      "<=",     ">",       ">=",  "==", "!=", "and", "or"};
  std::string out(signs[static_cast<std::size_t>(expression.kind)]);
  if (expression.kind == Kind::number)
    return fmt::format("{}:{}", expression.number, model::name_of(expression.unit));
  if (expression.kind == Kind::string) return "'" + expression.name + "'";
  if (expression.kind == Kind::measure) {
    out = expression.name + (expression.quantile.empty() ? "" : "." + expression.quantile);
    if (expression.children.empty()) return out;
  }
  for (const model::Expression& child : expression.children) out += " " + shape(child);
  return "(" + out + ")";
}
std::string shape_of(std::string_view that) {
  const auto reading = read_text(with_level(that));
  if (!reading) return to_text(reading.error()[0]);
  return shape(reading->scenario.levels.at(0).that);
}

}  // namespace

TEST_CASE("operators bind as usual") {
  CHECK(shape_of("latency.p99 < 300ms") == "(< latency.p99 0.3:time)");
  CHECK(shape_of("latency.p99.9 <= 2 * 150ms + 1s/4") ==
        "(<= latency.p99.9 (+ (* 2:count 0.15:time) (/ 1:time 4:count)))");
  CHECK(shape_of("error_rate < 1% or ok_rate > 85/s and permits_leaked == 0") ==
        "(or (< error_rate 0.01:share) (and (> ok_rate 85:rate) (== permits_leaked 0:count)))");
  CHECK(
      shape_of("(error_rate < 1% or ok_rate > 85/s) and permits_leaked != -1") ==
      "(and (or (< error_rate 0.01:share) (> ok_rate 85:rate)) (!= permits_leaked (neg 1:count)))");
  CHECK(shape_of("10 - 3 - 2 > 1") == "(> (- (- 10:count 3:count) 2:count) 1:count)");
  CHECK(shape_of("ok_rate * 2s >= 5") == "(>= (* ok_rate 2:time) 5:count)");
}

TEST_CASE("measures take names in quotes") {
  CHECK(shape_of("latency.max(\"place-order\") < 1s") == "(< (latency.max 'place-order') 1:time)");
  CHECK(shape_of("amplification(\"order->payment\") <= 1.2") ==
        "(<= (amplification 'order -> payment') 1.2:count)");
  CHECK(shape_of("rejected(\"order -> payment\", \"bulkhead\") == 0") ==
        "(== (rejected 'order -> payment' 'bulkhead') 0:count)");
  CHECK(shape_of("calls(\"client -> gateway\", \"POST /x*\", 200) > 3") ==
        "(> (calls 'client -> gateway' 'POST /x*' 200:count) 3:count)");
  CHECK(
      shape_of("recovery_time(\"slow\", latency.p90 < 200ms and error_rate < 1%) < 6s") ==
      "(< (recovery_time 'slow' (and (< latency.p90 0.2:time) (< error_rate 0.01:share))) 6:time)");
}

TEST_CASE("an expression knows its text and its place") {
  const auto reading = read_text(with_level("error_rate < 1% and  ok_rate >  5/s "));
  REQUIRE(reading);
  const model::ServiceLevel& level = reading->scenario.levels.at(0);
  CHECK(level.name == "error_rate < 1% and  ok_rate >  5/s");
  const model::Expression& right = level.that.children.at(1);
  CHECK(right.text == "ok_rate >  5/s");
  CHECK(right.source.line == 19);
  CHECK(right.source.column == 30);
}

TEST_CASE("units are checked") {
  CHECK(errors_in("latency.p99 < 5") ==
        "19:23 a plain number beside \"<\" of a time; expected a time | write \"5ms\" or \"5s\"\n");
  CHECK(errors_in("0.01 > error_rate") ==
        "19:9 a plain number beside \">\" of a share; expected a share | write \"0.01%\"\n");
  CHECK(errors_in("latency.p99 + error_rate < 5s") ==
        "19:23 a share beside \"+\" of a time; expected a time\n");
  CHECK(errors_in("latency.p99 * latency.p50 < 5s")
            .starts_with("19:23 a time times a time; expected a plain number or a share"));
  CHECK(errors_in("error_rate < 1% < 2%").starts_with("19:25 found \"<\"; expected an operator"));
  CHECK(errors_in("latency.p99") ==
        "19:9 a time alone; expected a condition | compare it: latency.p99 < ...\n");
  CHECK(errors_in("error_rate and ok_rate > 1/s") ==
        "19:9 a share beside \"and\"; expected a condition\n");
  CHECK(errors_in("-(error_rate < 1%) < 2").starts_with("19:11 a condition; expected a value"));
}

TEST_CASE("names are checked and suggested") {
  CHECK(errors_in("latancy.p99 < 5ms").ends_with("| did you mean \"latency\"?\n"));
  CHECK(
      errors_in("latency < 5ms") ==
      "19:9 \"latency\" without a quantile; expected one of p50, p90, p95, p99, p99.9, max, mean | "
      "write \"latency.p99\"\n");
  CHECK(errors_in("latency.p98 < 5ms").starts_with("19:17 unknown quantile \"p98\""));
  CHECK(errors_in("error_rate.p99 < 1%") == "19:19 \"error_rate\" takes no quantile\n");
  CHECK(errors_in("amplification(\"order -> paymnt\") < 1")
            .ends_with("| did you mean \"order -> payment\"?\n"));
  CHECK(errors_in("recovery_time(\"slaw\", error_rate < 1%) < 6s")
            .starts_with("19:24 unknown fault \"slaw\"; expected one of slow"));
  CHECK(errors_in("in_flight(gateway) < 6") ==
        "19:19 found \"gateway\"; expected a quoted service | names of faults, links, requests and "
        "services are quoted\n");
  CHECK(errors_in("latency.p50(\"place-ordr\") < 6s").ends_with("\"place-order\"?\n"));
  CHECK(errors_in("recovery_time(\"slow\") < 6s") ==
        "19:9 \"recovery_time\" without its argument 2; expected a truth | write "
        "recovery_time(fault, truth)\n");
  CHECK(errors_in("error_rate(1) < 1%") == "19:20 \"error_rate\" takes 0 arguments\n");
}

TEST_CASE("a syntax error is shown at its column") {
  CHECK(errors_in("error_rate < 1%%").starts_with("19:24 found \"%\"; expected an operator"));
  CHECK(errors_in("error_rate = 1%") ==
        "19:20 found \"=\"; expected a comparison | write \"==\"\n");
  CHECK(errors_in("(error_rate < 1%") == "19:25 the end; expected \")\"\n");
  CHECK(errors_in("error_rate <") == "19:21 the end; expected a value\n");
  CHECK(errors_in("error_rate < 101%").starts_with("19:22 found \"101%\"; expected a share"));
  CHECK(errors_in("latency.p99 < 5sec").starts_with("19:23 found \"5sec\"; expected a duration"));
  CHECK(errors_in("1.2.3 < 5").starts_with("19:9 found \"1.2.3\"; expected a number"));
  CHECK(errors_in("").starts_with("19:9 the end; expected a value"));
  CHECK(errors_in(std::string(60, '(')).ends_with("nested deeper than 50 levels\n"));
  CHECK(errors_in(std::string(2001, '1')).ends_with("longer than 2000 characters\n"));
}

TEST_CASE("phases are read") {
  const auto phase = [](const std::string& text) {
    const auto reading = read_text(with_level("error_rate < 1%") + "phase = \"" + text + "\"\n");
    REQUIRE(reading);
    return reading->scenario.levels.at(0).phase;
  };
  using P = model::Phase::Kind;
  using namespace std::chrono_literals;
  CHECK(phase("all").kind == P::all);
  CHECK(phase("before slow").kind == P::before);
  CHECK(phase("during 'slow'").fault == "slow");
  CHECK(phase("after slow").kind == P::after);
  CHECK(phase("outside faults + 6s").margin == 6s);
  CHECK(phase("outside faults").margin == 0s);
  CHECK(phase("from 12s to 20s").to == 20s);
}

TEST_CASE("a wrong phase is refused") {
  const auto errors = [](const std::string& text) {
    return errors_of(with_level("error_rate < 1%") + "phase = \"" + text + "\"\n");
  };
  CHECK(errors("during slaw") ==
        "20:17 unknown fault \"slaw\"; expected one of slow | did you mean \"slow\"?\n");
  CHECK(errors("from 20s to 12s") ==
        "20:9 found \"from 20s to 12s\"; expected \"from 12s to 20s\"\n");
  CHECK(errors("from 20s to 40s") ==
        "20:9 \"from 20s to 40s\" ends after the load of 30s; expected an end within it\n");
  CHECK(errors("outside faults 6s").starts_with("20:9 found"));
  CHECK(errors("whenever")
            .ends_with("expected all, before F, during F, after F, outside faults + 6s or from 12s "
                       "to 20s\n"));
}
