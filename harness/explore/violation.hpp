// A plan that breaks something, and what by. Many plans break the same thing in the same way; those
// with the same signature (the invariant, and the write that broke it, else how the order ended)
// are told as one.
#pragma once
#include <string>
#include <vector>

#include "harness/explore/candidates.hpp"
#include "harness/explore/play.hpp"

namespace seawall::explore {

struct Violation {
  Plan plan;
  std::vector<std::string> broken;  // "A1 no-double-charge", in the order of their table
  std::string why;                  // of the first of them
  std::string culprit;              // the write that broke it, or how everything ended
  bool by_write = false;            // whether it is the former

  std::string signature() const { return broken.front() + " / " + culprit; }
};

// Whether the run broke this invariant, by its title: "A1 no-double-charge".
bool breaks(const Played& played, std::string_view invariant);

// `played` has broken something.
Violation violation_of(const model::Scenario& scenario, Plan plan, const Played& played);

// What to say of the last write behind how an order ended: " (payment wrote last, 1.47 s after the
// order had failed)". Empty where nothing was written after its end, or several orders took part.
std::string late_write_words(const record::Record& record);

}  // namespace seawall::explore
