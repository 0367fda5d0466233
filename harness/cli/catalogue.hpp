// From what the user calls a scenario to its files: a file, a folder (all in it), or the name, the
// last part of the name, or the number of a file under the catalogue's folder.
#pragma once
#include <string>
#include <vector>

#include "harness/base/result.hpp"

namespace seawall::cli {

// Where names are looked up, in this order: ./scenarios, and what came with the program; those of
// them that there are.
std::vector<std::string> catalogue_folders();
// The first of them, which `list` shows; empty where there is none.
std::string catalogue_folder();

// Every *.toml under a folder, sorted by path.
std::vector<std::string> scenarios_under(const std::string& folder);

// The files that `word` means; the error says what was looked for and what is near.
base::expected<std::vector<std::string>, base::Diagnostic> find_scenarios(const std::string& word);

}  // namespace seawall::cli
