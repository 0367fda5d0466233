// What is said to have been missing, of bugs and settings of which it is known.
#include <map>

#include <planted.hpp>

#include "tests/explore/shop.hpp"
#include "tests/support/catch.hpp"

namespace seawall::test {

namespace {

constexpr std::string_view all_declined = "[target]\ndeclines = \"100%\"\n";
constexpr std::string_view soon_stuck = "[saga]\nstuck_after = \"1s\"\n";
constexpr std::string_view ignored_by_payment =
    "[policy.\"order -> payment\"]\nidempotency = false\n";
constexpr std::string_view ignored_by_inventory =
    "[policy.\"order -> inventory\"]\nidempotency = false\n";

const std::string nothing;
const std::string once_done =
    "A repeat writes nothing, and what was undone leaves a tombstone, so that the late original is "
    "refused";
const std::string one_charge =
    "Give every repeat of a charge the same idempotency key, and let payment remember the answer "
    "with the charge itself";
const std::string tombstone =
    "What is undone before it was done leaves a tombstone, so that the late original is refused";
const std::string undone =
    "Log the intent of each step before its call, undo every step that is logged, whatever it "
    "answered, until that is acknowledged, and write the end of the saga only after that";
const std::string from_the_log =
    "Log the intent of each step before its call, and go on from the log after a restart";
const std::string durable_first = "Answer only when the row is durable, never beside the write";
const std::string dead_letter =
    "Mark a saga that is older than stuck_after, and take the mark away when it ends";
const std::string client_key =
    "Look for the client's key before an order is made, and keep it in the same write as the order";
const std::string kept_by_payment =
    "Keys are ignored on order -> payment; it holds with policy.\"order -> payment\".idempotency";
const std::string kept_by_inventory =
    "Keys are ignored on order -> inventory; it holds with policy.\"order -> "
    "inventory\".idempotency";

std::string without(const std::string& setting) {
  return "The scenario has " + setting + "; it holds without that";
}

// The hint with "it" for the invariant that is broken first.
std::string with_it(std::string hint, const std::string& id) {
  const std::string names = "; " + id + " holds ";
  for (std::size_t at = hint.find(names); at != hint.npos; at = hint.find(names))
    hint.replace(at, names.size(), "; it holds ");
  return hint;
}

// By the id of the invariant that is broken first, for each single fault that breaks something.
using Hints = std::map<std::string, std::string>;

void check_hints(Bug bug, std::string_view tables, const Hints& expected) {
  const Plant plant(bug);
  Hints found;
  for (const explore::Finding& finding : explore::explore(shop_setup(tables)).findings) {
    INFO("bug " << static_cast<int>(bug) << " " << tables << " " << finding.violation.why);
    const std::string id = finding.violation.broken.front().substr(0, 2);
    const std::string named = with_it(finding.hint, id);
    const auto [hint, is_first] = found.emplace(id, named);
    CHECK(hint->second == named);
  }
  INFO("bug " << static_cast<int>(bug) << " " << tables);
  CHECK(found == expected);
}

}  // namespace

TEST_CASE("of a bug, the rule is named that it breaks", "[explore]") {
  check_hints(Bug::tombstone_missing, {}, {{"A9", tombstone}, {"B2", tombstone}});
  check_hints(Bug::refund_skipped_in_doubt, {}, {{"B2", undone}});
  check_hints(Bug::effect_before_intent, {}, {{"A9", undone}, {"B2", undone}});
  check_hints(Bug::no_recovery_at_restart, {}, {{"A9", from_the_log}, {"B1", from_the_log}});
  check_hints(Bug::release_never_sent, all_declined, {{"A9", undone}});
  check_hints(Bug::release_skipped_in_doubt, {}, {{"A9", undone}});
  check_hints(Bug::compensation_tried_once, all_declined, {{"A9", undone}});
  check_hints(Bug::told_before_durable, {}, {{"A5", durable_first}});
  check_hints(Bug::no_dead_letter, soon_stuck, {{"B8", dead_letter}});
  check_hints(Bug::dead_letter_never_closed, soon_stuck, {{"B8", dead_letter}});
  check_hints(Bug::client_key_ignored, {}, {{"A7", client_key}});
  check_hints(Bug::refund_not_booked, {},
              {{"B4", "Write each change of money in one transaction with what it is for"}});
  check_hints(Bug::refund_too_large, {},
              {{"A1",
                "A refund names the capture that it gives back, and payment refuses what exceeds "
                "it"}});
}

TEST_CASE("where it may be anything, no rule is named", "[explore]") {
  check_hints(Bug::wrong_quantity_sold, {}, {{"B2", nothing}});
  check_hints(Bug::wrong_sku_sold, {}, {{"A3", nothing}});
  check_hints(Bug::wrong_amount_charged, {}, {{"A1", nothing}});
  check_hints(Bug::balance_forgotten, {}, {{"B4", nothing}});
  check_hints(Bug::stock_not_given_back, all_declined, {{"A3", nothing}});
  check_hints(Bug::holds_forgotten, all_declined, {{"A3", nothing}});
  check_hints(Bug::reply_of_another_order, {}, {{"A5", nothing}});
  // A saga that its leader never forgot, and that went on all the time.
  check_hints(Bug::idempotency_key_ignored, {},
              {{"A1", one_charge}, {"A3", nothing}, {"A4", once_done}, {"B1", nothing}});
  check_hints(Bug::pivot_taken_back, {},
              {{"A4", nothing},
               {"B1", nothing},
               {"B7",
                "When the charge is in the log, repeat what is left for ever; do not "
                "compensate"}});
}

TEST_CASE("a setting is named where the order is whole without it", "[explore]") {
  const auto with = [](const std::string& rule, const std::string& setting) {
    return rule + ". " + setting;
  };
  const std::string compensation = without("saga.compensation = false");
  check_hints(Bug::none, "[saga]\ncompensation = false\n", {{"A9", with(undone, compensation)}});
  const std::string recovery = with(from_the_log, without("saga.recovery = false"));
  check_hints(Bug::none, "[saga]\nrecovery = false\n", {{"A9", recovery}, {"B1", recovery}});
  const std::string outlives = without("saga.outlives_client = false");
  check_hints(Bug::none, "[saga]\noutlives_client = false\n", {{"A9", outlives}, {"B1", outlives}});
  const std::string attempts = without("saga.compensation_max_attempts = 3");
  check_hints(Bug::none, "[saga]\ncompensation_max_attempts = 3\n",
              {{"A9", attempts}, {"B1", attempts}});
  check_hints(Bug::none, ignored_by_payment, {{"A1", with(one_charge, kept_by_payment)}});
  check_hints(Bug::none, ignored_by_inventory,
              {{"A3", kept_by_inventory},
               {"A4", with(once_done, kept_by_inventory)},
               {"B1", kept_by_inventory}});
}

TEST_CASE("a setting that has no part in it is not named", "[explore]") {
  check_hints(Bug::told_before_durable, "[saga]\ncompensate = \"unless-refused\"\n",
              {{"A5", durable_first}});
  check_hints(Bug::wrong_amount_charged, ignored_by_inventory, {{"A1", nothing}});
}

}  // namespace seawall::test
