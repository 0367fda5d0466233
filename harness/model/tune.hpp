// [tune]: which settings of a file `seawall tune` may choose, and what makes a choice better.
#pragma once
#include <string>
#include <vector>

#include "harness/model/scenario.hpp"

namespace seawall::model {

// The keys are paths of the file, and what is minimised is no condition: no field holds them.
struct TuneAxes {};
struct TuneMeasures {};

struct TuneTable {
  std::int64_t candidates = 500;
  std::int64_t seeds = 1;
};
template <class Visitor>
void describe(Visitor& visit, TuneTable& value) {
  TuneAxes axes;
  TuneMeasures measures;
  visit.field(
      "vary", axes,
      {.doc = "a table: PATH = [values], or { from = \"100ms\", to = \"2s\" }", .required = true});
  visit.field("minimise", measures,
              {.doc = "measures such as \"latency_all.p99\"", .required = true});
  visit.field("candidates", value.candidates, {"how many are tried", 1, 100'000});
  visit.field("seeds", value.seeds, {"runs of each candidate; the worst counts", 1, 100});
}

// One setting and its values, as TOML writes them.
struct TuneAxis {
  std::string path;
  std::vector<std::string> values;
};

struct Tune {
  std::vector<TuneAxis> vary;
  std::vector<Expression> minimise;
  std::int64_t candidates = 0;
  std::int64_t seeds = 0;
};

}  // namespace seawall::model
