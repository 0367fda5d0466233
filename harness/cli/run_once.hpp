// One run of one scenario in the world that it asks for, from nothing to nothing left behind.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "harness/base/result.hpp"
#include "harness/cli/interrupt.hpp"
#include "harness/cli/options.hpp"
#include "harness/os/private_folder.hpp"
#include "harness/run/run.hpp"

namespace seawall::cli {

// A target, which of its services somebody else runs, and who is told what was remarked; empty: the
// user, on stderr.
struct Place {
  runtime::Target target;
  std::map<std::string, runtime::Outside> outside;
  std::function<void(const std::string&)> remark;
  bool is_left_at_once = false;  // the first interruption heals it, and waits for nothing more
};

// For what a run keeps in files. What killed runs have left to undo is undone before, and told;
// the error may be that it could not be.
base::expected<os::PrivateFolder, base::Diagnostic> private_folder();
// Removes that folder though a second interrupt ends the process at once. Outlives the folder.
class FolderSweeper {
 public:
  explicit FolderSweeper(Interrupt& interrupt);
  void watch(const os::PrivateFolder& folder);

 private:
  Interrupt& interrupt_;
  std::optional<Interrupt::Listener> listener_;
};

// The error is one of the environment (a port, a disk, a folder): exit 6.
base::expected<run::Outcome, base::Diagnostic> run_once(const model::Scenario& scenario,
                                                        const Options& options,
                                                        Interrupt& interrupt);
base::expected<run::Outcome, base::Diagnostic> run_once(const model::Scenario& scenario,
                                                        const Place& place, const Options& options,
                                                        Interrupt& interrupt);

}  // namespace seawall::cli
