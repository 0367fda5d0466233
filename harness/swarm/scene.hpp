// Some orders of a scenario, ready to be played, and a run of them that breaks something made as
// small as it can be.
//
//   faults    those that did nothing, then each in turn (explore/shrink)
//   orders    from one order on, the first number of them with which it still breaks, with faults
//             for a time where they are or from the start on
//   kinds, timings   plainer ones (explore/shrink)
//
// The result is 1-minimal: no single one of these steps leads to a run that breaks the same.
#pragma once
#include <functional>
#include <memory>
#include <vector>

#include "harness/explore/one_order.hpp"
#include "harness/explore/search.hpp"

namespace seawall::swarm {

// What orders are taken from. All of it outlives what is made from it.
struct Ground {
  const model::Scenario* scenario = nullptr;  // the user's
  const model::Vocabulary* words = nullptr;
  std::function<runtime::Target(const model::Scenario&)> make_target;
};

// Orders that are sent in a way. It never moves, because what is played points into it.
class Scene {
 public:
  // one_order() has said before that the scenario has an order.
  Scene(const Ground& ground, const explore::Sending& sending);
  Scene(const Scene&) = delete;

  explore::Candidates& candidates() { return candidates_; }
  const explore::Stage& stage() const { return stage_; }
  explore::Played play(const explore::Plan& plan) const {
    return explore::play(stage_, explore::faults_of(candidates_, plan), stage_.scenario->run.seed);
  }

 private:
  explore::Candidates candidates_;
  const runtime::Target target_;
  const explore::Stage stage_;
};

// A run that breaks something.
struct Case {
  explore::Sending sending;
  std::vector<explore::FaultText> faults;
};

// The smallest run, with what it breaks; its plan is of the candidates of its scene.
struct Smallest {
  std::unique_ptr<Scene> scene;
  explore::Violation violation;
  explore::Sending sending;
  bool is_minimal = true;  // false: `spent` came first, and it is as small as it was then
};
// `spent`: whether the time is over, or the user wants no more; empty: never.
Smallest smallest(const Ground& ground, Case broken, const std::function<bool()>& spent = {});

}  // namespace seawall::swarm
