// [nemesis]: faults drawn at random, from the seed of the run. What is drawn becomes faults of the
// document before it is decoded; no scenario holds this table.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "harness/base/units.hpp"
#include "harness/model/describe.hpp"

namespace seawall::model {

struct Nemesis {
  static constexpr std::int64_t most_faults = 1000;

  std::vector<std::string> pick;
  std::vector<std::string> among;  // empty: all services
  base::Duration every{};
  base::Duration length{};
  base::Duration from{};
  std::optional<base::Duration> to;
  std::int64_t at_most = 1;
};
template <class Visitor>
void describe(Visitor& visit, Nemesis& value) {
  constexpr std::int64_t least = 100'000'000;
  visit.field("pick", value.pick, {.doc = "kinds of fault to draw from", .required = true});
  visit.field("among", value.among, {"services that they are done to; default: all"});
  visit.field("every", value.every,
              {.doc = "how often one is drawn", .least = least, .required = true});
  visit.field("for", value.length,
              {.doc = "how long each of them lasts", .least = least, .required = true});
  visit.field("from", value.from, {"when the first may start; default: 0s", 0});
  visit.field("to", value.to, {"when the last has ended; default: the end of the load", 0});
  visit.field("at_most", value.at_most,
              {"how many of them act at the same time", 1, Nemesis::most_faults});
}

}  // namespace seawall::model
