// A row for each thing that has states, over time: circuit breakers, instances, nodes.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "reports/charts/plot.hpp"

namespace seawall::charts {

struct State {
  base::Duration from{};
  base::Duration to{};
  std::string name;        // written into it where there is room
  std::string_view style;  // a class of the style sheet: "good", "bad", "warn"
};

struct StateRow {
  std::string name;
  std::vector<State> states;  // in their order, within the axis or partly out of it
};

struct StateChart {
  std::string label;
  TimeAxis time;
  std::vector<StateRow> rows;
  std::vector<Band> bands;
};

std::string svg_of(const StateChart& chart);

}  // namespace seawall::charts
