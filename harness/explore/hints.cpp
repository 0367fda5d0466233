#include "harness/explore/hints.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <type_traits>
#include <utility>
#include <vector>

#include "harness/base/text.hpp"

namespace seawall::explore {
namespace {

using record::LedgerRow;
using Machine = LedgerRow::Machine;

// What must be so, beside the sentence, for a rule to be the one that was broken.
enum class Only : std::uint8_t {
  always,
  after_crash,   // of who leads the saga: else there was nothing to forget
  late_effect,   // something was done for an order whose saga had ended
  in_time,       // nothing was
  books_differ,  // the entries of an account, and not only its balance
};

struct Rule {
  std::string_view invariant;
  std::array<std::string_view, 2> said;  // in the sentence of the judge
  std::string_view text;
  Only only = Only::always;
  Guard guard = Guard::none;
};

constexpr std::string_view one_charge =
    "Give every repeat of a charge the same idempotency key, and let payment remember the answer "
    "with the charge itself";
constexpr std::string_view within_the_charge =
    "A refund names the capture that it gives back, and payment refuses what exceeds it";
constexpr std::string_view once_done =
    "A repeat writes nothing, and what was undone leaves a tombstone, so that the late original is "
    "refused";
constexpr std::string_view tombstone =
    "What is undone before it was done leaves a tombstone, so that the late original is refused";
constexpr std::string_view undone =
    "Log the intent of each step before its call, undo every step that is logged, whatever it "
    "answered, until that is acknowledged, and write the end of the saga only after that";
constexpr std::string_view from_the_log =
    "Log the intent of each step before its call, and go on from the log after a restart";
constexpr std::string_view as_logged =
    "Tell the client what the log says; where it says nothing yet, tell it that the order is "
    "accepted";
constexpr std::string_view durable_first =
    "Answer only when the row is durable, never beside the write";
constexpr std::string_view forward =
    "When the charge is in the log, repeat what is left for ever; do not compensate";
constexpr std::string_view dead_letter =
    "Mark a saga that is older than stuck_after, and take the mark away when it ends";

// Of each invariant, the first rule that applies. A sentence that stands in none (a wrong amount, a
// wrong count) says all that is known.
constexpr auto rules = std::to_array<Rule>({
    {"A1", {"charged twice under key"}, one_charge, Only::always, Guard::keys},
    {"A1", {"charged again before"}, one_charge, Only::always, Guard::keys},
    {"A1", {"more was given back than taken"}, within_the_charge},
    {"A1", {"which had charged order"}, "Give the charge of each order a key of its own"},
    {"A2", {}, within_the_charge},
    {"A3",
     {"but there are only"},
     "Take the stock before the write that makes it durable: checking, then writing, oversells",
     Only::always,
     Guard::reserve},
    {"A4", {"reservation became", " already ("}, once_done, Only::always, Guard::keys},
    {"A4", {"charge became", " already ("}, once_done, Only::always, Guard::keys},
    {"A4", {"shipment became", " already ("}, once_done, Only::always, Guard::keys},
    {"A5", {"was the last durable one"}, durable_first},
    {"A5", {"no such row ever"}, durable_first, Only::after_crash},
    {"A6", {}, "Keep the hash of the body with its key, and answer another body with 422"},
    {"A7",
     {"which had made order"},
     "Look for the client's key before an order is made, and keep it in the same write as the "
     "order"},
    {"A8",
     {},
     "Give shipping a key of its own for each order, and let it remember what it has sent"},
    {"A9", {"after the order had ended"}, tombstone, Only::always, Guard::tombstones},
    {"A9", {"when the order ended"}, undone, Only::always, Guard::compensation},
    {"A9", {"at the end of the run"}, from_the_log, Only::after_crash, Guard::recovery},
    {"B1", {"never ended"}, from_the_log, Only::after_crash, Guard::recovery},
    {"B2", {": failed, but"}, tombstone, Only::late_effect, Guard::tombstones},
    {"B2", {": failed, but"}, undone, Only::in_time, Guard::compensation},
    {"B3", {"the client was told that"}, as_logged},
    {"B4",
     {"the merchant's account has"},
     "Write each change of money in one transaction with what it is for",
     Only::books_differ},
    {"B5", {}, "Make the order durable before the first of its calls"},
    {"B7", {}, forward},
    {"B8", {}, dead_letter},
    {"C1", {}, "Repeat with a bounded pause, and wake the repeats when their link works again"},
});

// Of the node that leads the sagas.
bool has_crashed(const record::Record& record) {
  const auto leads = [&](std::string_view node) {
    return std::ranges::any_of(record.ledger, [&](const LedgerRow& row) {
      return row.machine == Machine::saga && row.node == node;
    });
  };
  return std::ranges::any_of(record.events, [&](const record::Event& event) {
    return event.kind == record::Event::Kind::node && event.what == "down" && leads(event.where);
  });
}

// What was done for an order whose saga had ended; nullptr: nothing was.
const LedgerRow* late_effect(const record::Record& record) {
  std::map<std::string, base::TimePoint> ended;  // by order
  for (const LedgerRow& row : record.ledger)
    if (row.machine == Machine::saga && (row.to == "completed" || row.to == "compensated"))
      ended.emplace(row.order, row.t);
  const auto late = std::ranges::find_if(record.ledger, [&](const LedgerRow& row) {
    const auto end = ended.find(row.order);
    return end != ended.end() && row.t > end->second &&
           (row.to == "held" || row.to == "captured" || row.to == "created");
  });
  return late == record.ledger.end() ? nullptr : &*late;
}

// Whose writes the sentence of the judge names: "write 3 of payment".
std::string node_in(std::string_view why) {
  constexpr std::string_view write = "write ";
  constexpr std::string_view of = " of ";
  const std::size_t at = why.find(of, std::min(why.find(write), why.size()));
  if (at == why.npos) return {};
  const std::string_view rest = why.substr(at + of.size());
  return std::string(rest.substr(0, rest.find_first_of(" ,.;:()")));
}

// "... has 1.00 by its entries and 1.00 by its balance": a balance alone may be a mistake of the
// sum, and the entries are right.
bool entries_are_wrong(std::string_view why) {
  constexpr std::string_view kept = " was kept, but the merchant's account has ";
  const std::size_t at = why.find(kept);
  if (at == why.npos) return false;
  const std::string_view amount = why.substr(0, at);
  const std::string_view rest = why.substr(at + kept.size());
  const std::string_view entries = rest.substr(0, rest.find(' '));
  return amount.substr(amount.rfind(' ') + 1) != entries;
}

bool applies(const Rule& rule, const Broken& broken) {
  const std::string& why = broken.violation.why;
  if (!broken.violation.broken.front().starts_with(std::string(rule.invariant) + " ")) return false;
  if (!std::ranges::all_of(rule.said,
                           [&](std::string_view said) { return why.find(said) != why.npos; }))
    return false;
  switch (rule.only) {
    case Only::always:
      return true;
    case Only::after_crash:
      return has_crashed(broken.record);
    case Only::late_effect:
      return late_effect(broken.record) != nullptr;
    case Only::in_time:
      return late_effect(broken.record) == nullptr;
    case Only::books_differ:
      return entries_are_wrong(why);
  }
  return false;
}

// A setting that takes something away, and how it is put right.
struct Setting {
  std::string toml;   // as the scenario has it
  std::string told;   // that it is there
  std::string mends;  // behind "A1 holds"
  std::function<void(model::Scenario&)> put_right;
};

Setting has_setting(const std::string& toml, std::function<void(model::Scenario&)> put_right) {
  return {toml, "The scenario has " + toml, "without that", std::move(put_right)};
}

template <class T>
std::string value_text(T value) {
  if constexpr (std::is_same_v<T, bool>)
    return value ? "true" : "false";
  else if constexpr (std::is_integral_v<T>)
    return std::to_string(value);
  else
    return base::concat({"\"", model::name_of(value), "\""});
}

// A member that is not as it would be without the exhibits.
template <class T>
void add_changed(std::vector<Setting>& settings, const model::Scenario& scenario,
                 std::string_view name, T model::Saga::* member) {
  const T value = scenario.saga.*member;
  const T right = model::Saga().*member;
  if (value == right) return;
  settings.push_back(has_setting(base::concat({"saga.", name, " = ", value_text(value)}),
                                 [=](model::Scenario& other) { other.saga.*member = right; }));
}

// The callees that ignore the keys that were sent to them, or keep no tombstones for them.
void add_keys(std::vector<Setting>& settings, const Broken& broken) {
  std::set<base::Link> met;
  for (const record::Exchange& row : broken.record.exchanges) {
    const base::Link link = base::between_services(row.link);
    if (row.key.empty() || link.from == "client" || !met.insert(link).second) continue;
    const auto& links = broken.stage.scenario->policy.links;
    const auto found = links.find(link);
    const bool has_keys = found != links.end() && found->second.idempotency;
    const std::string name = base::to_text(link);
    const std::string setting = base::concat({"policy.\"", name, "\".idempotency"});
    if (!has_keys)
      settings.push_back(
          {setting + " = false", "Keys are ignored on " + name, "with " + setting,
           [=](model::Scenario& other) { other.policy.links[link].idempotency.emplace(); }});
    else if (!found->second.idempotency->tombstones)
      settings.push_back(has_setting(setting + ".tombstones = false", [=](model::Scenario& other) {
        other.policy.links[link].idempotency->tombstones = true;
      }));
  }
}

std::vector<Setting> settings_of(const Broken& broken) {
  const model::Scenario& scenario = *broken.stage.scenario;
  std::vector<Setting> settings;
  const auto add = [&](std::string_view name, auto member) {
    add_changed(settings, scenario, name, member);
  };
  add("compensation", &model::Saga::compensation);
  add("recovery", &model::Saga::recovery);
  add("log", &model::Saga::log);
  add("in_doubt", &model::Saga::in_doubt);
  add("compensate", &model::Saga::compensate);
  add("outlives_client", &model::Saga::outlives_client);
  add("compensation_max_attempts", &model::Saga::compensation_max_attempts);
  add("given_up", &model::Saga::given_up);
  add("pivot", &model::Saga::pivot);
  add("arguments", &model::Saga::arguments);
  if (scenario.target.reserve != model::Target::Reserve::atomic)
    settings.push_back(has_setting(
        "target.reserve = \"check_then_act\"",
        [](model::Scenario& other) { other.target.reserve = model::Target::Reserve::atomic; }));
  add_keys(settings, broken);
  return settings;
}

// Whether the same faults leave this invariant whole once this is put right; others may be broken.
bool would_hold(const Setting& setting, const Broken& broken) {
  model::Scenario scenario = *broken.stage.scenario;
  setting.put_right(scenario);
  const runtime::Target target = broken.make_target(scenario);
  const Played played =
      play({&scenario, &target}, broken.faults, scenario.run.seed, Looks::verdict);
  return !breaks(played, broken.violation.broken.front());
}

}  // namespace

Hint hint_for(const Broken& broken) {
  Hint hint;
  std::vector<std::string> sentences;
  const auto rule =
      std::ranges::find_if(rules, [&](const Rule& one) { return applies(one, broken); });
  if (rule != rules.end()) {
    sentences.emplace_back(rule->text);
    hint.guard = rule->guard;
    const LedgerRow* late = late_effect(broken.record);
    hint.node = hint.guard == Guard::tombstones && late ? std::string(late->node)
                                                        : node_in(broken.violation.why);
  }
  for (const Setting& setting : settings_of(broken)) {
    if (!would_hold(setting, broken)) continue;
    const std::string& first = broken.violation.broken.front();
    sentences.push_back(base::concat(
        {setting.told, "; ", first.substr(0, first.find(' ')), " holds ", setting.mends}));
    hint.settings.push_back(setting.toml);
  }
  hint.text = base::join(sentences, ". ");
  return hint;
}

}  // namespace seawall::explore
