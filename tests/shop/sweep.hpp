// One order and every single fault of it: each kind at each call and each durable write that the
// order makes when nothing goes wrong, and all of the calls of one operation as a unit (retries
// hide bugs otherwise).
//
//   calm run -> points -> one run for each fault -> what the judge says of it
#pragma once
#include <string>
#include <vector>

#include "tests/shop/stage.hpp"

namespace seawall::test {

struct Played {
  record::Record record;
  std::string wrong;  // what the judge found; empty: nothing
  std::int64_t hit = 0;
};

// Places order 1, gives it six seconds, heals, settles and judges.
Played play(const model::Scenario& scenario, std::vector<Fault> faults);
// The single faults of this scenario's order, from a run without any.
std::vector<Fault> single_faults(const model::Scenario& scenario);
std::string text_of(const Fault& fault);

}  // namespace seawall::test
