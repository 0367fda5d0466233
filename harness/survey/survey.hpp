// The resilience matrix of services of the user's own: each request is sent without any fault, the
// calls that it causes are read from the journal, and then it is sent again for each thing that can
// go wrong with each of them.
//
//   requests_of --> quiet run --calls_between--> places
//                   place x trouble --Texts--> a scenario --run--> outcome --judge--> cell
//
// Each cell is a run of its own, from a fresh start: no breaker, no budget and no store remembers
// the cell before, and the scenario of a cell shows what the survey saw. What runs already is not
// started afresh: of an invariant that a cell has left broken, later cells show nothing.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/model/vocabulary.hpp"
#include "harness/run/run.hpp"
#include "harness/survey/judge.hpp"
#include "harness/survey/requests.hpp"

namespace seawall::survey {

struct Cell {
  std::size_t request = 0;  // of Survey::requests
  std::size_t place = 0;    // of its places
  Trouble trouble = Trouble::request_lost;
  Judged judged;
  std::string scenario;       // its text
  std::string folder;         // of its run, as the user finds it; empty: it was not kept
  std::optional<bool> again;  // whether a second run had the same fate; absent: there was none
};

// One request, without any fault.
struct Surveyed {
  Asked asked;
  std::string trouble;  // why there is nothing more to say of it; mostly empty
  std::string seen;     // "201 after 18 ms"
  Duration normal{};    // the longest that it took
  Duration limit{};     // what takes longer is slow
  std::vector<Place> places;
  std::vector<std::string> unused;  // links that are no HTTP, and that it needs not
  // Invariants that are not held without any fault either, by name, with what was found. No cell is
  // blamed for them.
  std::map<std::string, std::string> never_held;
};

struct Survey {
  std::string scenario;
  std::string kind;  // of the target
  std::uint64_t seed = 0;
  std::vector<std::string> invariants;  // of the user's, by name: the judges
  std::vector<Surveyed> requests;
  std::vector<Cell> cells;
  std::int64_t runs = 0;
  bool complete = false;  // every cell was run
  std::string ended_by;   // what ended it before: by_budget, by_user, or what failed ...
  bool failed = false;    // ... of the target or of the environment, without a fault
};

inline constexpr std::string_view by_budget = "the budget";
inline constexpr std::string_view by_user = "its user";

// What it needs from outside.
struct Setup {
  const model::Vocabulary* words = nullptr;
  // Does the work for each number below a count, in any order; empty: one after the other. Then
  // `run`, `keep` and `ended` are called from several threads at the same time.
  std::function<void(std::size_t, const std::function<void(std::size_t)>&)> in_parallel;
  // Runs a scenario, from nothing to nothing left behind; absent: it could not be run, or its user
  // has had enough. Whoever gives it says why.
  std::function<std::optional<run::Outcome>(const model::Scenario&)> run;
  std::function<bool()> spent;  // whether the budget is over; may be empty
  // Whether a cell that does not survive is run once more.
  bool confirm = false;
  // A cell that does not survive: its run is kept, and its folder is filled in. May be empty.
  std::function<void(Cell&, const model::Scenario&, const run::Outcome&)> keep;
  std::function<void(const Surveyed&, const Cell&)> ended;  // each cell; may be empty
};

// "ask: desk -> bank POST /charge: reply lost".
std::string title_of(const Surveyed& one, const Cell& cell);

// `scenario` is of services of the user's own. The error is a mistake in its text that only shows
// without its faults: a condition that names one of them.
base::expected<Survey, base::Diagnostics> survey(const model::Scenario& scenario,
                                                 const Setup& setup);

// Of the cells, by fate.
std::int64_t count_of(const Survey& survey, Fate fate);
// Why not all is known of a request: "ask was not tried: without any fault it got 404"; one entry
// for each such request, and for each invariant that it does not hold without any fault. One that
// causes no call has nothing that could go wrong.
std::vector<std::string> unknown_requests(const Survey& survey);
// "without any fault, none twice is not held by ask: 3 was measured, == 0 is wanted".
std::vector<std::string> never_held_by(const Surveyed& one);
// 1: a cell breaks or corrupts; 6: the target failed without a fault; 5: none of these, and it was
// not completed, or nothing is proven of a request, or at all; else 0.
int exit_of(const Survey& survey);

}  // namespace seawall::survey
