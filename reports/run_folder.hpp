// The folder of a run: where it is, and how it comes to be. It is written beside its place and then
// renamed, so it is there completely or not at all.
//
//   choose_folder   before the run: a wrong place is the user's mistake (exit 2), nothing starts
//   write_run_folder  after it: a full disk is the environment's (exit 6), nothing is left
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.hpp"
#include "reports/run_report.hpp"

namespace seawall::reports {

// What the command line said about the place.
struct FolderChoice {
  std::string out;  // --out; empty: the scenario's [report] dir, else out/<UTC>-<name>
  // With several runs `out` is not the folder but its parent: each run is named after its scenario
  // and these (its variant, its seed, what else tells it apart).
  bool several = false;
  // A matrix or a tuning: it never takes the place of anything, and is no run for out/latest.
  bool of_many = false;
  std::vector<std::string> parts;
};

struct Folder {
  std::string path;
  bool numbered = false;  // where the name is taken, -2, -3 ... is put behind it
  std::string latest;     // a symbolic link to set to it; empty: none
};

// `started_utc` as in RunFacts. Errors: the place is taken by what is no run of ours, or its parent
// cannot be written.
base::expected<Folder, base::Diagnostic> choose_folder(const FolderChoice& choice,
                                                       const model::Scenario& scenario,
                                                       std::string_view started_utc);

// Returns the path of the folder. A run that is already there under an exact name is replaced; any
// other folder is left alone and is an error.
base::expected<std::string, base::Diagnostic> write_run_folder(const RunReport& report,
                                                               const Folder& folder);

// The same for what took many runs. A name is cut where it is too long for a file, what is no plain
// letter in it becomes "-", and what is taken then gets "-2".
struct File {
  std::string name;
  std::string text;
};
base::expected<std::string, base::Diagnostic> write_files(const std::vector<File>& files,
                                                          const Folder& folder);

// One file, over what may be there: whole, or not at all. Returns its path.
base::expected<std::string, base::Diagnostic> write_over(const std::string& path,
                                                         std::string_view text);

}  // namespace seawall::reports
