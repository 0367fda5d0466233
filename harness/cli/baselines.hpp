// Runs that are kept under a name, for later ones to be compared with: what compare reads of each,
// in a folder of its own.
//
//   .seawall/baselines/NAME/RUN/run.json scenario.toml latency.hlog
//
// The machine and the comparison hash that tell what it may be compared with are in its run.json.
#pragma once
#include <string>
#include <vector>

#include "harness/base/result.hpp"

namespace seawall::cli {

inline constexpr const char* usual_baselines = ".seawall/baselines";

// Letters, digits, '.', '_' and '-', and neither '.' nor '-' in front: one part of a path, whoever
// made it up, and no option of other programs.
bool is_baseline_name(const std::string& name);

// The folder of the one of this name; empty: there is none.
std::string find_baseline(const std::string& folder, const std::string& name);

// By name; none where the folder is missing.
std::vector<std::string> baseline_names(const std::string& folder);

// Keeps these runs, completely or not at all, in place of what had the name before. The error is
// one of the environment.
base::expected<std::string, base::Diagnostic> keep_baseline(const std::string& folder,
                                                            const std::string& name,
                                                            const std::vector<std::string>& runs);

}  // namespace seawall::cli
