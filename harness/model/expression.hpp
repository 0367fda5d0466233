// An expression of a scenario, parsed and with its units checked: what `that`, `hold` and
// `stop_when` say. harness/scenario builds these trees, harness/check evaluates them.
#pragma once
#include <string>
#include <vector>

#include "harness/model/describe.hpp"
#include "harness/model/source.hpp"

namespace seawall::model {

// What a value counts. Comparing values of different units is an error of the file.
enum class Unit : std::uint8_t { count, share, time, rate, truth, bytes, text };
template <>
inline constexpr auto enum_names<Unit> =
    std::to_array<std::string_view>({"count", "share", "time", "rate", "truth", "bytes", "text"});

struct Expression {
  enum class Kind : std::uint8_t {
    number,
    string,
    measure,
    negate,
    add,
    subtract,
    multiply,
    divide,
    less,
    less_equal,
    greater,
    greater_equal,
    equal,
    not_equal,
    all_of,
    any_of,
    probe,  // counts as a number until it is taken: only then it is known whether it is a text
  };
  Kind kind = Kind::number;
  Unit unit = Unit::count;  // of its value
  // number: seconds for a time, events a second for a rate, 0 to 1 for a share, else as written. A
  // verdict compares measured values with it; nothing that decides inside a run reads it.
  double number = 0;
  std::string name;      // string: its text; measure, probe: its name
  std::string quantile;  // measure: "p99", "p99.9", "max", "mean"; empty where it takes none
  std::vector<Expression> children;  // operands, or the arguments of a measure
  std::string text;                  // as it was written, blanks trimmed
  Source source;
};

// Adds the probes that it names to `names`, each once, in the order of the text.
void collect_probes(const Expression& expression, std::vector<std::string>& names);

}  // namespace seawall::model
