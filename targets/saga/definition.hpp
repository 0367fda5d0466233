// What a saga is made of, as data: its steps in order, what takes each of them back, and where the
// point of no return lies.
//
//   - pending --reserve--> reserved --charge--> charged --confirm--> confirmed --ship--> completed
//        <---- release ----      <---- refund ---- | pivot: from here on only forward
#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace seawall::saga {

struct Step {
  std::string name;          // of its intent in the log, and the operation of its call
  std::string callee;        // the service that does it
  std::string done;          // the order's state when it is done; empty: the saga is completed
  std::string compensation;  // the operation that takes it back; empty: nothing to take back
};

struct Definition {
  std::string begun;  // the order's state when the saga begins
  std::vector<Step> steps;
  std::size_t pivot = 0;  // passed when its `done` is durable
  // Behind the pivot only this refusal of a callee turns the saga back ("hold_expired"); any other
  // is repeated.
  std::string way_back;
  std::string decided;  // the state in which the order's owner has what was asked for
};

}  // namespace seawall::saga
