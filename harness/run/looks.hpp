// When the probes of a scenario look: before any fault, all the time for invariants that hold
// always and for stop conditions, and once more at the end. The phases of a run say how late it is;
// this asks, and puts what comes into the record, which alone is judged.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/model/scenario.hpp"
#include "harness/probe/prober.hpp"
#include "harness/record/record.hpp"

namespace seawall::run {

using base::Duration;

class Looks {
 public:
  explicit Looks(const model::Scenario& scenario);

  // Whether any condition of the scenario is over a probe: then who asks has to be given before
  // anything else.
  bool any() const { return !names_.empty(); }
  void ask_with(std::unique_ptr<probe::Asker> asker) { asker_ = std::move(asker); }

  // One round of what the steady state names.
  void before_faults();
  // A round for each `always` invariant and each stop condition whose time has come; `now` counts
  // from time 0 and never goes back. Where a round was missed, it is left out, and the next one is
  // asked in step.
  void during(Duration now);
  // When the next round is due; none where there is no such condition.
  std::optional<Duration> next() const;
  // One round of what the steady state and the `settled` invariants name, for all of them at one
  // moment; the last one counts. `always` invariants are judged over it too.
  void at_the_end();

  // Whether all answers are there.
  bool idle() const { return !asker_ || asker_->idle(); }
  void collect(record::Record& record);
  // How long a round takes at most, all tries of the slowest probe included.
  Duration longest() const { return longest_; }

 private:
  struct Watch {
    std::vector<std::string> probes;
    Duration every{};
    Duration due{};
  };

  void watch(const model::Expression& that, Duration every);
  void ask(record::ProbeSample::Moment moment, const std::vector<std::string>& probes);

  std::unique_ptr<probe::Asker> asker_;
  std::vector<std::string> names_;  // of all that is asked
  std::vector<std::string> steady_;
  std::vector<std::string> final_;
  std::vector<Watch> watches_;
  Duration longest_{};
  std::uint32_t rounds_ = 0;
};

}  // namespace seawall::run
