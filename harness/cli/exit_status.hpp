// The exit codes of the command line. The order in which the worst of several is chosen is
// check::worse_exit.
#pragma once
#include <array>
#include <string_view>

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

struct ExitWords {
  std::string_view status;
  std::string_view meaning;
};
// As the manual has them.
inline constexpr auto exit_words = std::to_array<ExitWords>({
    {"0", "pass"},
    {"1", "an invariant is broken"},
    {"2", "usage, or a mistake in a scenario: nothing was started"},
    {"3", "a service level was missed, or stop_when met"},
    {"4", "compare, gate, baseline check: B is worse than A"},
    {"5",
     "inconclusive: a fault missed, the load was not held, too few samples, a blind check; "
     "compare, "
     "gate and baseline check end so only with --fail-on inconclusive, or without their baseline"},
    {"6", "the target or the environment failed, or the steady state was not met"},
    {"70", "an internal error"},
    {"129, 130, 143",
     "hung up, interrupted, terminated; the faults are healed and what there is was judged"},
});

}  // namespace seawall::cli
