// From [matrix] and [ablation] to what is laid over the file for each cell.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "harness/model/matrix.hpp"
#include "harness/scenario/context.hpp"
#include "harness/scenario/value.hpp"

namespace seawall::scenario {

struct CellPlan {
  std::string ablation;
  std::string point;
  std::vector<Value> overlays;

  std::string name() const { return model::cell_name(ablation, point); }
};

struct MatrixPlan {
  // All but the cells themselves, and without those to confirm.
  model::Matrix matrix;
  std::vector<CellPlan> cells;
  bool names_faults = false;         // one of the axes is `faults`
  std::vector<std::size_t> confirm;  // positions in `cells`
};

bool has_matrix(const Value& document);

constexpr std::size_t most_cells = 2'000;

// `document` is complete (extends, variant, --set) and its entries are named; `checks` are the
// names of the invariants and levels that it may expect to be broken. `settings` came from the
// command line: what they say may not be an axis. Nothing where there were mistakes.
std::optional<MatrixPlan> plan_matrix(Context& context, const Value& document,
                                      const std::vector<Value>& settings,
                                      const std::vector<std::string>& checks, Sources& sources);

}  // namespace seawall::scenario
