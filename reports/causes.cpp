#include "reports/causes.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/model/point.hpp"
#include "reports/charts/scale.hpp"

namespace seawall::reports {
namespace {

using charts::duration_label;
using record::Event;
using record::Exchange;
using record::Finding;
using record::LedgerRow;
using record::Record;

// "+400 ms", "status 503, on 20 %": how hard it acts, in so far as its kind has such a thing.
std::string strength_of(const model::Fault& fault) {
  std::vector<std::string> parts;
  if (fault.latency.count() > 0) parts.push_back("+" + duration_label(fault.latency));
  if (fault.status != 0) parts.push_back(fmt::format("status {}", fault.status));
  if (fault.loss.ppm > 0) parts.push_back(base::to_text(fault.loss) + " of packets");
  if (fault.probability != base::Share::all())
    parts.push_back("on " + base::to_text(fault.probability) + " of calls");
  return base::join(parts, ", ");
}

// On how many of these orders each fault acted, in the order of the scenario.
std::vector<Suspect> acted_on(const Record& record, const std::vector<std::string>& orders) {
  std::map<std::string, std::int64_t> counts;
  for (const std::string& order : orders)
    if (const auto subject = subject_of(record, order))
      for (const std::string& name : faults_on(record, *subject)) ++counts[name];
  const auto all = static_cast<std::int64_t>(orders.size());
  std::vector<Suspect> suspects;
  for (const record::FaultUse& use : record.faults) {
    const auto found = counts.find(use.name);
    if (found == counts.end()) continue;
    std::string remark = all == 1 ? fmt::format("acted on order {}", orders.front())
                         : found->second == all
                             ? fmt::format("acted on all of these {} orders", all)
                             : fmt::format("acted on {} of these {} orders", found->second, all);
    suspects.push_back({use.name, std::move(remark)});
  }
  return suspects;
}

}  // namespace

std::string fault_words(const model::Scenario& scenario, const std::string& name) {
  const model::Fault* fault = fault_named(scenario, name);
  if (fault == nullptr) return name;
  std::string words = fault->type;
  if (const std::string strength = strength_of(*fault); !strength.empty()) words += " " + strength;
  if (const std::string site = model::site_of(*fault); !site.empty()) words += " on " + site;
  if (!fault->at_call.empty()) words += " at " + model::to_text(fault->at_call.front());
  if (fault->at_call.size() > 1)
    words += fmt::format(" and at {} more calls", fault->at_call.size() - 1);
  return words;
}

std::string window_words(const record::FaultUse& use, const Record& record) {
  if (!use.was_armed) return "never armed";
  const std::string from = duration_label(use.armed - record.time_zero);
  if (use.healed == base::TimePoint{}) return "from " + from;
  return from + " to " + duration_label(use.healed - record.time_zero);
}

std::string times_words(std::int64_t count) {
  return count == 1 ? "once" : base::grouped(count) + " times";
}

const model::Fault* fault_named(const model::Scenario& scenario, std::string_view name) {
  const auto fault = std::find_if(scenario.faults.begin(), scenario.faults.end(),
                                  [&](const model::Fault& each) { return each.name == name; });
  return fault == scenario.faults.end() ? nullptr : &*fault;
}

std::vector<std::string> faults_on(const Record& record, base::Subject subject) {
  std::set<std::uint16_t> positions;
  for (const Exchange& call : record.exchanges)
    if (call.index.subject == subject) positions.insert(call.faults.begin(), call.faults.end());
  std::vector<std::string> names;
  for (const std::uint16_t position : positions) names.push_back(record.faults.at(position).name);
  for (const Event& event : record.events)
    if (event.kind == Event::Kind::hit && event.subject == subject &&
        std::find(names.begin(), names.end(), event.name) == names.end())
      names.push_back(event.name);
  return names;
}

std::optional<base::Subject> subject_of(const Record& record, std::string_view order) {
  for (const LedgerRow& row : record.ledger)
    if (row.order == order && row.subject.kind != base::Subject::Kind::none) return row.subject;
  const base::Subject parsed = base::parse_subject(order);
  if (parsed.kind != base::Subject::Kind::none) return parsed;
  base::Subject numbered{base::Subject::Kind::order, 0};
  const char* end = order.data() + order.size();
  const auto [rest, error] = std::from_chars(order.data(), end, numbered.number);
  if (error == std::errc() && rest == end) return numbered;
  return std::nullopt;
}

Suspects suspects_of(const RunReport& report, const Finding& finding) {
  const Record& record = *report.record;
  Suspects found;
  if (!finding.orders.empty()) {
    found.faults = acted_on(record, finding.orders);
    if (!found.faults.empty()) return found;
    found.none_on_orders = true;
  }
  for (const bool of_its_phase : {true, false}) {
    for (const record::FaultUse& use : record.faults)
      if (use.hit > 0 && (!of_its_phase || finding.phase.find(use.name) != std::string::npos))
        found.faults.push_back({use.name, "acted " + times_words(use.hit)});
    if (!found.faults.empty()) break;
  }
  return found;
}

std::string suspects_text(const RunReport& report, const Finding& finding) {
  constexpr std::size_t most = 6;
  const Record& record = *report.record;
  if (record.faults.empty()) return {};
  const Suspects found = suspects_of(report, finding);
  if (found.faults.empty()) return "none acted";
  std::vector<std::string> parts;
  for (const Suspect& suspect : found.faults) {
    if (parts.size() == most) break;
    const auto use =
        std::find_if(record.faults.begin(), record.faults.end(),
                     [&](const record::FaultUse& each) { return each.name == suspect.fault; });
    const std::string when = use == record.faults.end() ? "" : ", " + window_words(*use, record);
    parts.push_back(fmt::format("{} ({}{}) {}", suspect.fault,
                                fault_words(*report.scenario, suspect.fault), when,
                                suspect.remark));
  }
  std::string text = base::join(parts, "; ");
  if (found.faults.size() > most) text += fmt::format("; and {} more", found.faults.size() - most);
  if (found.none_on_orders) text = "none acted on these orders themselves; in this run: " + text;
  return text;
}

}  // namespace seawall::reports
