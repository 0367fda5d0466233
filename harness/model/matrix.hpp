// The tables by which one file stands for many runs: [matrix] varies keys of the file, [ablation]
// takes one pattern after the other away. `seawall matrix` runs them; nothing else looks at them.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "harness/model/scenario.hpp"

namespace seawall::model {

// The keys are paths of the file, so that no field holds them.
struct MatrixAxes {};

struct MatrixTable {
  std::vector<std::string> confirm;
  std::int64_t jobs = 0;  // 0: one for each core
};
template <class Visitor>
void describe(Visitor& visit, MatrixTable& value) {
  MatrixAxes axes;
  visit.field("axes", axes, {"\"run.seed\" = [1, 2, 3], or faults = [\"none\", \"NAME\"]"});
  visit.field("confirm", value.confirm, {"cells to run once more over sockets: ABLATION/POINT"});
  visit.field("jobs", value.jobs, {"cells at the same time, in virtual time alone", 1, 64});
}

struct AblationTable {
  std::string on;
  std::vector<std::string> remove;
  std::vector<std::string> also;
  std::vector<std::string> expect_broken;
};
template <class Visitor>
void describe(Visitor& visit, AblationTable& value) {
  visit.field("on", value.on, {.doc = "a link, \"A -> B\"", .required = true});
  visit.field("remove", value.remove, {.doc = "patterns, one at a time", .required = true});
  visit.field("also", value.also, {"\"all\": the bare link"});
  visit.field("expect_broken", value.expect_broken,
              {"ABLATION: NAME, an invariant or level that some cell must break"});
}

// The policy as it is, among the ablations.
inline constexpr std::string_view full_policy = "full";

// What a cell is called in files, messages and `confirm`.
inline std::string cell_name(const std::string& ablation, const std::string& point) {
  return point.empty() ? ablation : ablation + "/" + point;
}

// One run of a matrix.
struct Cell {
  std::string ablation;  // "full", what was taken away, or "all"
  std::string point;     // its values on the axes but the seed: "payment-slow", "none/rate=300/s"
  Scenario scenario;

  std::string name() const { return cell_name(ablation, point); }
};

struct Expectation {
  std::string ablation;
  std::string check;  // an invariant, or a service level by name
};

// Everything that `seawall matrix` runs. The ablation varies fastest, so that all of them meet the
// same minutes of a machine; the axes as the file has them, the first slowest.
struct Matrix {
  base::Link on;                       // where patterns are taken away; both ends empty: nowhere
  std::vector<std::string> ablations;  // "full" first
  std::vector<std::string> points;
  std::vector<Cell> cells;
  std::vector<Cell> confirm;  // over sockets
  std::vector<Expectation> expectations;
  std::int64_t jobs = 0;  // 0: one for each core
};

}  // namespace seawall::model
