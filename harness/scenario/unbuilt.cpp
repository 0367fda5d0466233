#include "harness/scenario/unbuilt.hpp"

namespace seawall::scenario {
namespace {

class Collector {
 public:
  explicit Collector(const model::Scenario& scenario) : scenario_(scenario) {}

  base::Diagnostics collect() {
    const model::Target& target = scenario_.target;
    if (target.isolation == model::Target::Isolation::netns)
      add(target.source, "isolation = \"netns\"");
    if (!scenario_.gate.baseline.empty()) add(scenario_.gate.source, "[gate]");
    return std::move(problems_);
  }

 private:
  void add(const model::Source& where, const std::string& what) {
    base::Diagnostic problem;
    problem.file = where.file.empty() ? scenario_.file : where.file;
    problem.line = where.line;
    problem.column = where.column;
    problem.message = what + " is not in this version: it can be validated and explained, not run";
    problems_.push_back(std::move(problem));
  }

  const model::Scenario& scenario_;
  base::Diagnostics problems_;
};

}  // namespace

base::Diagnostics unbuilt_parts(const model::Scenario& scenario) {
  return Collector(scenario).collect();
}

}  // namespace seawall::scenario
