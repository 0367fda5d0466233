// Two runs, or two sets of runs, side by side: A is what was, B is what is new. In virtual time the
// same seed makes every difference real, and differences are exact. In wall time a difference is
// one of noisy runs, and only pairs of them can tell (paired_decision.hpp).
//
//   A: runs ─┐                            ┌─ same seeds, virtual time ─▶ exact ───┐
//            ├─▶ may they be compared? ───┤                                       ├─▶ Comparison
//   B: runs ─┘   hash, world, machine     └─ wall time ─▶ pairs ─▶ decision ──────┘
#pragma once
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/compare/paired_decision.hpp"

namespace seawall::compare {

struct Run {
  std::string where;  // the folder or file that it was read from
  RunFigures figures;
  // A log of latencies alone: nothing of what follows is known.
  bool is_log = false;
  std::string scenario;
  bool is_virtual = false;  // time
  std::string world;        // sim inprocess processes
  std::uint64_t seed = 0;
  std::string comparison_hash;
  std::string machine;
  std::string trace_hash;  // of what happened; in virtual time the same for the same seed
  bool load_held = true;
  bool is_whole = true;          // it was not interrupted, and came to a verdict
  std::set<std::string> broken;  // invariants, "A1 no-double-charge"
  std::set<std::string> missed;  // service levels
  std::set<std::string> judged;  // of invariants, service levels and loads, those held or broken
  // Why it proves less than it says, a sentence each: a fault that missed, a pattern that did not
  // act, a level with too few samples. Not the load: that is load_held.
  std::vector<std::string> doubts;
};

struct Side {
  std::string name;  // as a person calls it: a path, a name of a baseline
  std::vector<Run> runs;
};

struct Rules {
  Tolerances wall = wall_time_tolerances();
  Tolerances exact = virtual_time_tolerances();
  bool force = false;  // compare runs of different things, and say so
  // The runs are those of a gate: A and B were made to differ, and what both break fails too. Runs
  // that are there already may be broken on both sides, and are undecided then.
  bool asked = false;
};

// One line of the table.
struct Row {
  enum class Standing : std::uint8_t {
    same,
    better,
    within,     // what is tolerated
    worse,      // beyond it: a regression
    undecided,  // the noise is larger than what is to be seen
    shown,      // for people; it decides nothing
    too_few,    // requests for such a quantile
    only_a,     // no such request in B, which `b` then says nothing of
    only_b,
  };
  std::string request;  // empty: all of them
  Metric metric = Metric::p50;
  // Nanoseconds; of errors, parts per million; of goodput, requests. Of several runs the median, in
  // virtual time that of all together.
  std::int64_t a = 0, b = 0;
  // In parts per million of A; of errors, of all requests. None: A is 0.
  std::optional<std::int64_t> change, low, high;
  std::optional<double> chance;  // p of the signed rank
  base::Share tolerated;
  Standing standing = Standing::shown;
};

struct Comparison {
  enum class Verdict : std::uint8_t { passed, invariant_broken, regression, inconclusive };
  std::string a, b;  // names of the sides
  std::string scenario;
  std::size_t runs_a = 0, runs_b = 0;
  bool is_exact = false;  // virtual time and the same seeds
  std::vector<Row> rows;
  std::vector<std::string> newly_broken;  // invariants that hold in A
  std::vector<std::string> both_broken;
  std::vector<std::string> newly_missed;  // service levels that A met
  std::vector<std::string> both_missed;
  std::vector<std::string> mended;  // what A broke or missed, and B does not
  std::vector<std::string> notes;   // what a reader must know to trust it
  Verdict verdict = Verdict::inconclusive;
  std::string reason;  // one sentence
};

// Both sides have runs. The error is why these cannot be compared, for exit 2. A pass takes runs
// that prove what they say and keep their invariants; a regression stands all the same where the
// load was held.
base::expected<Comparison, base::Diagnostic> compare(const Side& a, const Side& b,
                                                     const Rules& rules);

// The same for a gate, which decides as its runs come in: these are the runs that `decision` has
// seen, in wall time. What A and B are made to differ in is not looked at.
Comparison compare_pairs(const PairedDecision& decision, const Side& a, const Side& b,
                         const Rules& rules);

std::string_view name_of(Comparison::Verdict verdict);  // "pass" "fail" ...
std::string_view name_of(Row::Standing standing);

}  // namespace seawall::compare
