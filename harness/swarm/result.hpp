// What fuzzing came to: explore.json, which people read and which the results of shards are joined
// from. It holds all that is said of a finding, its scenario too, so that nothing else of a shard
// is needed.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/model/describe.hpp"

namespace seawall::swarm {

// One kind of the palette.
struct KindUse {
  std::string kind;
  std::int64_t drawn = 0;
  std::int64_t acted = 0;  // of these
};
template <class Visitor>
void describe(Visitor& visit, KindUse& value) {
  visit.field("kind", value.kind, {.doc = "as the palette has it", .required = true});
  visit.field("drawn", value.drawn, {.doc = "faults of it", .least = 0, .required = true});
  visit.field("acted", value.acted, {.doc = "of these", .least = 0, .required = true});
}

// All runs that broke the same in the same way, told by the one with the fewest faults.
struct Found {
  std::string signature;            // the invariant, and the write that broke it
  std::int64_t runs = 0;            // so many have it
  std::int64_t run = 0;             // the one that is told: its number,
  std::uint64_t seed = 0;           // its seed,
  std::int64_t drawn = 0;           // and how many of its faults acted
  std::vector<std::string> broken;  // shrunk: "A1 no-double-charge", ...
  std::string why;
  std::string culprit;
  std::vector<std::string> plan;
  std::int64_t orders = 0;
  bool minimal = true;            // false: the time was over before it was shrunk
  std::int64_t other_broken = 0;  // with so many of so many other seeds it breaks too
  std::int64_t other_seeds = 0;
  std::string over_sockets;  // what came of it there; empty: not asked
  std::string hint;
  std::string story;
  std::string scenario;  // its text

  // Worth a try over real sockets, whose timing is another one each time.
  bool is_robust() const { return other_seeds > 0 && other_broken * 100 >= other_seeds * 95; }
};
template <class Visitor>
void describe(Visitor& visit, Found& value) {
  visit.field("signature", value.signature, {.doc = "what, and by what", .required = true});
  visit.field("runs", value.runs, {.doc = "with this signature", .least = 1, .required = true});
  visit.field("run", value.run, {.doc = "number of the one told", .least = 1, .required = true});
  visit.field("seed", value.seed, {.doc = "of that run", .least = 0, .required = true});
  visit.field("drawn", value.drawn, {.doc = "its faults that acted", .least = 0, .required = true});
  visit.field("broken", value.broken, {.doc = "invariants", .required = true});
  visit.field("why", value.why, {"of the first of them"});
  visit.field("culprit", value.culprit, {"the write that broke it"});
  visit.field("plan", value.plan, {"its faults, shrunk"});
  visit.field("orders", value.orders, {.doc = "shrunk", .least = 1, .required = true});
  visit.field("minimal", value.minimal, {"the time sufficed to shrink it"});
  visit.field("other_broken", value.other_broken, {"seeds with which it breaks too", 0});
  visit.field("other_seeds", value.other_seeds, {"of so many", 0});
  visit.field("over_sockets", value.over_sockets, {"what came of it there"});
  visit.field("hint", value.hint, {"what would have prevented it"});
  visit.field("story", value.story, {"what happened"});
  visit.field("scenario", value.scenario, {.doc = "that shows it", .required = true});
}

struct Result {
  std::int64_t schema = 1;
  std::string kind = "fuzz";
  std::string version;   // of seawall
  std::string scenario;  // its name
  std::string text;      // a hash of what is explored of it
  std::uint64_t seed = 0;
  std::int64_t orders = 0;              // in each run
  std::int64_t first = 1;               // number of the first run
  std::int64_t budget = 0;              // runs of all shards; 0: a time
  std::int64_t shards = 1;              // that the runs are dealt to
  std::vector<std::int64_t> done = {};  // shards that this is of, ascending
  std::int64_t runs = 0;
  std::int64_t faults = 0;
  std::int64_t violations = 0;  // runs with one
  bool complete = false;        // the budget was spent, by each of `done`
  bool joined = false;          // of shards, and not of all
  std::vector<KindUse> kinds;
  std::vector<Found> findings;  // the fewest faults first
  // How orders end without faults ("60 of 60 orders failed"), where none is confirmed.
  std::string unconfirmed;
  int exit = 0;
};
template <class Visitor>
void describe(Visitor& visit, Result& value) {
  visit.field("schema", value.schema, {.doc = "of this file", .required = true});
  visit.field("kind", value.kind, {.doc = "fuzz", .required = true});
  visit.field("version", value.version, {.doc = "of seawall", .required = true});
  visit.field("scenario", value.scenario, {.doc = "its name", .required = true});
  visit.field("text", value.text, {.doc = "a hash of what is explored", .required = true});
  visit.field("seed", value.seed, {.doc = "of all runs", .least = 0, .required = true});
  visit.field("orders", value.orders, {.doc = "in each run", .least = 1, .required = true});
  visit.field("first", value.first, {.doc = "number of a run", .least = 1, .required = true});
  visit.field("budget", value.budget, {.doc = "runs; 0: a time", .least = 0, .required = true});
  visit.field("shards", value.shards, {.doc = "in all", .least = 1, .required = true});
  visit.field("done", value.done, {.doc = "shards", .least = 1, .required = true});
  visit.field("runs", value.runs, {.doc = "that were run", .least = 0, .required = true});
  visit.field("faults", value.faults, {.doc = "that were drawn", .least = 0, .required = true});
  visit.field("violations", value.violations, {.doc = "runs", .least = 0, .required = true});
  visit.field("complete", value.complete, {.doc = "the budget was spent", .required = true});
  visit.field("joined", value.joined, {"of shards, and not of all"});
  visit.field("kinds", value.kinds, {"what was drawn"});
  visit.field("findings", value.findings, {"what was found"});
  visit.field("unconfirmed", value.unconfirmed, {"how orders end without faults, if none well"});
  visit.field("exit", value.exit, {"status of the command"});
}

// The fewest faults first, and so the plainest; then by number.
void sort(std::vector<Found>& findings);

// 1: something breaks; 5: nothing does so far, and runs are missing, or an order is not confirmed
// even without faults; 0: nothing does.
int exit_of(const Result& result);

std::string result_text(const Result& result);
std::string result_json(const Result& result);

// `version` is that of this program: another one may draw other faults for the same run, so that
// its results do not go with those of this one. The error is a sentence: what was expected, and
// where.
base::expected<Result, std::string> parse_result(std::string_view text, std::string_view version);

// The result of all shards together, as one that has none would have had it. The error is the
// user's, and says which two do not belong together; shards that are missing are no error, but with
// them the whole cannot be ok. They can be joined later.
base::expected<Result, std::string> merge(std::vector<Result> parts);
// "2, 4": shards that are in `shards` and not in `done`.
std::string missing_shards(const Result& result);

}  // namespace seawall::swarm
