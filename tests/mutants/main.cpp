// The mutation score: each bug that is planted into the shop, and that one order can show, has to
// be found by exploring that order; and the sound shop has to come through all of it.
//
//   bug                      found by                                       runs      time
//   idempotency_key_ignored  A1 no-double-charge, 1 fault                     41     12 ms
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
#include "tests/support/shop_words.hpp"

namespace seawall::test {

namespace {

struct Mutant {
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

const std::vector<Mutant> mutants = {
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

bool is_found(const Mutant& mutant) {
  const Plant plant(mutant.bug);
  const base::TimePoint begun = live::steady_now();
  const explore::Searched found = searched(mutant.settings, mutant.depth);
  const std::chrono::duration<double, std::milli> took = live::steady_now() - begun;
  const auto violation = violation_of(found, mutant.invariant);
  std::string by = "MISSED: " + std::string(mutant.invariant);
  if (violation)
    by = fmt::format("{}, {} fault{}", mutant.invariant, violation->plan.size(),
                     violation->plan.size() == 1 ? "" : "s");
  fmt::print("{:<26}{:<40}{:>8} runs{:>8.0f} ms\n", mutant.name, by, runs_of(found), took.count());
  std::fflush(stdout);
  return violation.has_value();
}

// Nobody may be accused who did nothing: all singles with every setting above, all pairs with none.
bool is_acquitted(std::string_view settings, int depth) {
  const explore::Searched sound = searched(settings, depth);
  fmt::print("sound, to a depth of {}: {} runs, {} violations\n", depth, runs_of(sound),
             sound.violations.size());
  for (const explore::Violation& violation : sound.violations)
    fmt::print("  {}: {}\n", violation.broken.front(), violation.why);
  return sound.violations.empty() && sound.complete && sound.has_order;
}

}  // namespace

}  // namespace seawall::test

int main() {
  using namespace seawall::test;
  std::size_t found = 0;
  for (const Mutant& mutant : mutants) found += is_found(mutant) ? 1 : 0;
  bool all_well = found == mutants.size();
  for (const std::string_view settings : {all_declined, brief_hold, soon_stuck})
    all_well = is_acquitted(settings, 1) && all_well;
  all_well = is_acquitted({}, 2) && all_well;
  fmt::print("{} of {} planted bugs found\n", found, mutants.size());
  return all_well ? 0 : 1;
}
