// Some orders under the faults of a plan, in virtual time, from nothing to the verdict on it. A
// plan is played thousands of times a second, so no files are written, and what is the same for all
// runs (the scenario, the target) is made once.
//
// The phases are those of run/run.cpp: what is found here happens again in `seawall run`.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "harness/check/invariants.hpp"
#include "harness/model/scenario.hpp"
#include "harness/record/verdict.hpp"
#include "harness/runtime/service.hpp"

namespace seawall::explore {

// What is played; it outlives every run, and any number of threads may play at once.
struct Stage {
  const model::Scenario* scenario = nullptr;  // of one order, without faults
  const runtime::Target* target = nullptr;
};

// Whether a run is looked at for more than its verdict, which costs.
enum class Looks : bool { verdict, all };

// Where the order could be hit: a call, or a durable write.
struct Place {
  model::Point point;
  std::vector<std::uint16_t> met;  // the faults of the plan that acted there, by position
  bool met_nobody = false;         // no callee listened, so that none could act
};

struct Played {
  // What happened, without times: equal traces mean that nobody could tell the two runs apart. Of
  // Looks::all, as the points are.
  std::uint64_t trace = 0;
  // Whether each fault of the plan acted.
  bool all_hit = false;
  std::vector<record::Finding> broken;  // invariants, in the order of their table
  std::vector<Place> places;            // calls in the order of the run, then the writes
  record::Record record;
};

// `faults` outlive the call.
Played play(const Stage& stage, std::span<const model::Fault* const> faults, std::uint64_t seed,
            Looks looks = Looks::all);

// The invariants that judge a few orders: not those that compare loads.
const std::vector<const check::Invariant*>& judging_invariants();

}  // namespace seawall::explore
