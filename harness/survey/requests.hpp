// Which requests of a scenario can be sent one at a time, and what has to be sent before them: a
// request that is made from {{saved NAME}} needs one whose answer gives NAME.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "harness/model/scenario.hpp"

namespace seawall::survey {

// A request of a scenario, by its place in it.
struct Source {
  std::size_t load = 0;
  std::size_t request = 0;
  bool operator==(const Source&) const = default;
};
const model::RequestSpec& spec_of(const model::Scenario& scenario, Source source);

struct Asked {
  std::string name;
  Source source;
  std::vector<Source> earlier;  // in the order in which they are sent; mostly none
  std::string trouble;          // why it cannot be sent; mostly empty
};

// Each that the scenario sends by itself or as a step of a flow, in its order, by name once.
std::vector<Asked> requests_of(const model::Scenario& scenario);

}  // namespace seawall::survey
