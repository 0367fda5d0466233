#include "harness/explore/hints.hpp"

#include <algorithm>
#include <array>

#include "harness/base/text.hpp"

namespace seawall::explore {
namespace {

struct Rule {
  std::string_view invariant;
  std::string_view text;
};

constexpr auto rules = std::to_array<Rule>({
    {"A1",
     "Give every repeat of a charge the same idempotency key, and let payment remember the "
     "answer with the charge itself"},
    {"A2", "A refund names the capture that it gives back, and payment refuses what exceeds it"},
    {"A3",
     "Take the stock before the write that makes it durable: checking, then writing, oversells"},
    {"A4",
     "A repeat writes nothing, and what was undone leaves a tombstone, so that the late "
     "original is refused"},
    {"A5", "Answer only when the row is durable, never beside the write"},
    {"A6", "Keep the hash of the body with its key, and answer another body with 422"},
    {"A7", "Keep the client's key in the same write as the order that it makes"},
    {"A8", "Give shipping a key of its own for each order, and let it remember what it has sent"},
    {"A9", "Release what is held as a step of the saga, and write its end only after that"},
    {"B1", "Write the intent of each step before its call, and go on from the log after a restart"},
    {"B2",
     "Compensate every step whose intent is logged, whatever it answered, and let a tombstone "
     "refuse the late original"},
    {"B3",
     "Tell the client what the log says; where it says nothing yet, tell it that the order is "
     "accepted"},
    {"B4", "Write each change of money or stock in one transaction with what it is for"},
    {"B5", "Make the order durable before the first of its calls"},
    {"B7", "When the charge is in the log, repeat what is left for ever; do not compensate"},
    {"B8", "Mark a saga that is older than stuck_after, and take the mark away when it ends"},
    {"C1", "Repeat with a bounded pause, and wake the repeats when their link works again"},
});

// A setting of the saga that makes an exhibit of it.
std::string exhibit_in(const model::Saga& saga) {
  if (!saga.compensation) return "saga.compensation = false";
  if (!saga.recovery) return "saga.recovery = false";
  if (saga.log == model::Saga::Log::memory) return "saga.log = \"memory\"";
  if (saga.in_doubt == model::Saga::InDoubt::assume_not_done)
    return "saga.in_doubt = \"assume_not_done\"";
  if (saga.compensate == model::Saga::Compensate::unless_refused)
    return "saga.compensate = \"unless-refused\"";
  if (!saga.outlives_client) return "saga.outlives_client = false";
  if (saga.compensation_max_attempts > 0)
    return "saga.compensation_max_attempts = " + std::to_string(saga.compensation_max_attempts);
  return {};
}

// A link on which keys were sent that its callee ignores.
std::string link_without_keys(const model::Policy& policy, const record::Record& record) {
  for (const record::Exchange& row : record.exchanges) {
    if (row.key.empty() || row.link.from == "client") continue;
    const auto found = policy.links.find(base::between_services(row.link));
    if (found == policy.links.end() || !found->second.idempotency) return base::to_text(row.link);
  }
  return {};
}

}  // namespace

std::string hint_for(std::string_view invariant, const model::Scenario& scenario,
                     const record::Record& record) {
  const auto rule = std::ranges::find(rules, invariant, &Rule::invariant);
  std::string text(rule == rules.end() ? std::string_view("Look at the write that broke it")
                                       : rule->text);
  if (const std::string exhibit = exhibit_in(scenario.saga); !exhibit.empty())
    text += ". The scenario has " + exhibit + ", which takes that away";
  if (const std::string link = link_without_keys(scenario.policy, record); !link.empty())
    text += ". Keys are ignored on " + link + ": policy.\"" + link + "\".idempotency";
  return text;
}

}  // namespace seawall::explore
