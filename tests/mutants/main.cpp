// The mutation score: each bug that is planted into the shop has to be found. Those of the saga,
// the stores and the gateway by exploring one order; those of the patterns, which break no promise
// to a customer, by a run with service levels. And the sound shop has to come through all of it.
//
//   bug                       command            found by                         runs      time
//   idempotency_key_ignored   explore --depth 1  no-double-charge, 1 fault          41     12 ms
//   throttle_open             run                a dead service is left alone        1      9 ms
//
// Prints the table, and ends with 1 where a bug was missed or the sound shop was accused.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <planted.hpp>

#include "harness/base/assert.hpp"
#include "harness/explore/one_order.hpp"
#include "harness/explore/search.hpp"
#include "harness/live/clock.hpp"
#include "harness/scenario/reader.hpp"
#include "targets/shop/shop.hpp"
#include "tests/planted/pattern_mutants.hpp"
#include "tests/support/shop_words.hpp"

namespace seawall::test {

namespace {

struct OrderMutant {
  Bug bug;
  std::string_view name;
  std::string_view invariant;      // one of those that it breaks
  std::string_view settings = {};  // of the scenario
  int depth = 1;                   // of the search that finds it
};

constexpr std::string_view all_declined = "[target]\ndeclines = \"100%\"\n";
constexpr std::string_view brief_hold =
    "[target]\ndeclines = \"100%\"\n[saga]\nhold_ttl = \"3s\"\n";
constexpr std::string_view soon_stuck = "[saga]\nstuck_after = \"1s\"\n";

const std::vector<OrderMutant> order_mutants = {
    {Bug::idempotency_key_ignored, "idempotency_key_ignored", "no-double-charge"},
    {Bug::tombstone_missing, "tombstone_missing", "all-or-nothing"},
    {Bug::refund_skipped_in_doubt, "refund_skipped_in_doubt", "all-or-nothing"},
    {Bug::effect_before_intent, "effect_before_intent", "all-or-nothing"},
    {Bug::no_recovery_at_restart, "no_recovery_at_restart", "every-saga-settled"},
    {Bug::release_never_sent, "release_never_sent", "no-leaked-reservation", brief_hold},
    {Bug::wrong_quantity_sold, "wrong_quantity_sold", "all-or-nothing"},
    {Bug::told_before_durable, "told_before_durable", "told-only-durable"},
    {Bug::no_dead_letter, "no_dead_letter", "stuck-is-visible", soon_stuck},
    {Bug::client_key_ignored, "client_key_ignored", "one-order-per-request"},
    {Bug::refund_not_booked, "refund_not_booked", "conservation"},
    {Bug::refund_too_large, "refund_too_large", "no-over-refund"},
    {Bug::wrong_amount_charged, "wrong_amount_charged", "all-or-nothing"},
    {Bug::balance_forgotten, "balance_forgotten", "conservation"},
    {Bug::stock_not_given_back, "stock_not_given_back", "no-oversell", all_declined},
    {Bug::holds_forgotten, "holds_forgotten", "no-oversell", all_declined},
    {Bug::wrong_sku_sold, "wrong_sku_sold", "all-or-nothing"},
    {Bug::compensation_tried_once, "compensation_tried_once", "all-or-nothing", all_declined},
    {Bug::release_skipped_in_doubt, "release_skipped_in_doubt", "all-or-nothing"},
    {Bug::pivot_taken_back, "pivot_taken_back", "forward-after-pivot"},
    {Bug::dead_letter_never_closed, "dead_letter_never_closed", "stuck-is-visible", soon_stuck},
    {Bug::client_key_forgotten, "client_key_forgotten", "one-order-per-request", {}, 2},
    {Bug::reply_of_another_order, "reply_of_another_order", "client-truth"},
};

const model::Vocabulary& words() {
  static const model::Vocabulary words = shop_words();
  return words;
}

std::string one_order(std::string_view settings) {
  const std::string text = fmt::format(
      "schema = 1\n[scenario]\nname = \"mutants\"\n[run]\nseed = 1\nsettle = \"40s\"\n"
      "[load]\nrate = \"1/s\"\n[[load.request]]\nuse = \"place-order\"\n{}",
      settings);
  const auto reading = scenario::read_scenario_text("mutants.toml", text, {}, words());
  if (!reading)
    for (const base::Diagnostic& mistake : reading.error())
      std::fputs(base::to_text(mistake).c_str(), stderr);
  base::require(reading.has_value(), "the scenario of a mutant can be read");
  return *explore::one_order(reading->scenario, 1);
}

explore::Searched searched(std::string_view settings, int depth) {
  explore::Candidates candidates(one_order(settings), words());
  const runtime::Target target = shop::make_target(candidates.scenario());
  explore::Limits limits;
  limits.depth = depth;
  const auto one_by_one = [](std::size_t count, const std::function<void(std::size_t)>& work) {
    for (std::size_t i = 0; i < count; ++i) work(i);
  };
  return explore::search({&candidates.scenario(), &target}, candidates, limits, one_by_one);
}

std::int64_t runs_of(const explore::Searched& searched) {
  std::int64_t runs = 0;
  for (const explore::Level& level : searched.levels) runs += level.run;
  return runs;
}

// The first, and so the smallest, violation that breaks this invariant.
std::optional<explore::Violation> violation_of(const explore::Searched& searched,
                                               std::string_view invariant) {
  for (const explore::Violation& violation : searched.violations)
    for (const std::string& broken : violation.broken)
      if (broken.ends_with(invariant)) return violation;
  return std::nullopt;
}

struct Row {
  std::string_view bug;
  std::string command;
  std::string found_by;  // empty: missed
  std::string expected;
  std::int64_t runs = 0;
  double milliseconds = 0;
};

void print_row(const Row& row) {
  fmt::print("{:<26}{:<19}{:<44}{:>8} runs{:>8.0f} ms\n", row.bug, row.command,
             row.found_by.empty() ? "MISSED: " + row.expected : row.found_by, row.runs,
             row.milliseconds);
  std::fflush(stdout);
}

bool is_found(const OrderMutant& mutant) {
  const Plant plant(mutant.bug);
  const base::TimePoint begun = live::steady_now();
  const explore::Searched found = searched(mutant.settings, mutant.depth);
  const std::chrono::duration<double, std::milli> took = live::steady_now() - begun;
  const auto violation = violation_of(found, mutant.invariant);
  std::string by;
  if (violation)
    by = fmt::format("{}, {} fault{}", mutant.invariant, violation->plan.size(),
                     violation->plan.size() == 1 ? "" : "s");
  print_row({mutant.name, fmt::format("explore --depth {}", mutant.depth), by,
             std::string(mutant.invariant), runs_of(found), took.count()});
  return violation.has_value();
}

bool is_found(const Mutant& mutant) {
  const base::TimePoint begun = live::steady_now();
  const Judged ill = judged(mutant, 1, mutant.bug);
  const std::chrono::duration<double, std::milli> took = live::steady_now() - begun;
  const bool found = std::ranges::find(ill.broken, mutant.breaks) != ill.broken.end();
  print_row({mutant.name, "run", found ? mutant.breaks : "", mutant.breaks, 1, took.count()});
  const Judged sound = judged(mutant, 1, Bug::none);
  if (sound.exit != 0) fmt::print("  the sound one, too:\n{}", sound.text);
  return found && sound.exit == 0;
}

// Nobody may be accused who did nothing: all singles with every setting above, all pairs with none.
bool is_acquitted(std::string_view settings, int depth) {
  const explore::Searched sound = searched(settings, depth);
  fmt::print("sound, to a depth of {}: {} runs, {} violations\n", depth, runs_of(sound),
             sound.violations.size());
  for (const explore::Violation& violation : sound.violations)
    fmt::print("  {}: {}\n", violation.broken.front(), violation.why);
  return sound.violations.empty() && sound.complete && sound.has_order();
}

}  // namespace

}  // namespace seawall::test

int main() {
  using namespace seawall::test;
  std::size_t found = 0;
  for (const OrderMutant& mutant : order_mutants) found += is_found(mutant) ? 1 : 0;
  for (const Mutant& mutant : pattern_mutants()) found += is_found(mutant) ? 1 : 0;
  const std::size_t planted = order_mutants.size() + pattern_mutants().size();
  bool all_well = found == planted;
  for (const std::string_view settings : {all_declined, brief_hold, soon_stuck})
    all_well = is_acquitted(settings, 1) && all_well;
  all_well = is_acquitted({}, 2) && all_well;
  fmt::print("{} of {} planted bugs found\n", found, planted);
  return all_well ? 0 : 1;
}
