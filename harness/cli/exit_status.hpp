// The exit codes of the command line. The order in which the worst of several is chosen is
// check::worse_exit.
#pragma once

namespace seawall::cli {

enum ExitStatus : int {
  passed = 0,
  invariant_broken = 1,
  usage = 2,
  level_missed = 3,
  regression = 4,
  inconclusive = 5,
  environment = 6,
  internal = 70,
  skip_this_commit = 125,  // what `git bisect run` takes for "cannot be told"
};

}  // namespace seawall::cli
