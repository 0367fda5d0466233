// Reads a scenario file: strict, everything that is wrong with it at once, each mistake with its
// file, line and column, what was expected, and what may have been meant.
//
//   file + extends -> variant -> --set, --seed, --mode [-> cell] -> decode -> check -> Scenario
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/model/matrix.hpp"
#include "harness/model/tune.hpp"
#include "harness/model/vocabulary.hpp"
#include "harness/scenario/context.hpp"
#include "harness/scenario/document.hpp"

namespace seawall::scenario {

// The environment of this process.
std::optional<std::string> process_environment(std::string_view name);

struct ReadOptions {
  std::vector<std::string> sets;    // "PATH=VALUE", in the order of the command line
  std::vector<std::string> chosen;  // the same, of a tuning: over all else, and no table that
                                    // multiplies the scenario is read any more
  std::string variant;              // empty: the file as it is
  std::optional<model::Mode> mode;
  std::optional<std::uint64_t> seed;
  Environment environment = process_environment;
  LoadFile load = load_from_disk;
  LoadFile load_data = load_data_from_disk;
};

struct Reading {
  model::Scenario scenario;             // without [matrix], [ablation] and [tune]
  std::optional<model::Matrix> matrix;  // where the file has one of them: `scenario` is no cell
  std::optional<model::Tune> tune;
  base::Diagnostics warnings;
};

// Validates the file as it is, with each of its variants, and each cell of its matrix; gives what
// `options` ask for. The errors stand in the order of files, lines and columns.
base::expected<Reading, base::Diagnostics> read_scenario(const std::string& path,
                                                         const ReadOptions& options,
                                                         const model::Vocabulary& vocabulary);

// The same for a text; `name` is what messages call it, and relative paths start at its folder.
base::expected<Reading, base::Diagnostics> read_scenario_text(const std::string& name,
                                                              std::string text,
                                                              const ReadOptions& options,
                                                              const model::Vocabulary& vocabulary);

}  // namespace seawall::scenario
