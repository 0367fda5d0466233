#include "harness/explore/report.hpp"

#include <array>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "harness/base/counted.hpp"
#include "harness/base/text.hpp"
#include "reports/finding_text.hpp"
#include "reports/json_text.hpp"

namespace seawall::explore {
namespace {

namespace json = boost::json;

// "pairs" where there are two faults in a plan.
std::string plans_of(std::size_t faults) {
  constexpr auto names =
      std::to_array<std::string_view>({"without faults", "singles", "pairs", "triples"});
  return faults < names.size() ? std::string(names[faults]) : fmt::format("plans of {}", faults);
}

std::string level_line(const Report& report, std::size_t faults) {
  const Searched& searched = report.exploration->searched;
  const Level& level = searched.levels[faults];
  if (level.run == 0 && !searched.complete)
    return fmt::format("  {:<15} not begun\n", plans_of(faults));
  std::string line =
      fmt::format("  {:<15} {:>9} run: {}", plans_of(faults), base::grouped(level.run),
                  base::counted(level.violations, "violation"));
  if (level.same > 0) line += fmt::format(", {} like an earlier plan", base::grouped(level.same));
  if (level.not_reached > 0)
    line += fmt::format(", {} not reached", base::grouped(level.not_reached));
  if (level.pruned > 0) line += fmt::format("; {} pruned", base::grouped(level.pruned));
  if (faults > 0) return line + "\n";
  const std::string ends = unconfirmed(searched.ends, report.orders);
  if (!ends.empty()) line += "; " + ends;
  return line + "\n";
}

// What "all" is: those whose faults acted, those that came to nothing, and those left out.
std::string tried(const Level& level, std::size_t faults) {
  std::string text = fmt::format("all {}: 0 violations in {} that acted", plans_of(faults),
                                 base::grouped(level.run - level.not_reached));
  if (level.not_reached > 0)
    text += fmt::format("; {} did not come to their points", base::grouped(level.not_reached));
  if (level.pruned > 0) text += fmt::format("; {} pruned", base::grouped(level.pruned));
  return text;
}

std::string headline(const Report& report) {
  const Searched& searched = report.exploration->searched;
  if (!report.exploration->findings.empty()) {
    const std::size_t found = report.exploration->findings.size();
    const std::string broken = fmt::format("BROKEN: {} of violation", base::counted(found, "kind"));
    if (searched.complete) return broken;
    return fmt::format("{}; the search did not end: {} ended it after {} {}", broken,
                       report.ended_by.empty() ? "the budget" : report.ended_by,
                       base::grouped(searched.levels.back().run),
                       plans_of(searched.levels.size() - 1));
  }
  const std::string unmet = is_none_confirmed(searched.ends)
                                ? nothing_succeeded(unconfirmed(searched.ends, report.orders))
                                : "";
  if (!searched.complete)
    return fmt::format("INCONCLUSIVE: no violation so far; {} ended it{}{}",
                       report.ended_by.empty() ? "the budget" : report.ended_by,
                       unmet.empty() ? "" : "; and ", unmet);
  if (!unmet.empty()) return "INCONCLUSIVE: " + unmet;
  return fmt::format("ok: {}", tried(searched.levels.back(), searched.levels.size() - 1));
}

std::string indented(const std::string& text) {
  std::string result;
  for (const std::string_view line : base::split(text, '\n'))
    if (!line.empty()) result.append("    ").append(line).append("\n");
  return result;
}

// The other plans that came to the same: each that is shown, or how many are not.
std::string others_text(const Finding& finding) {
  constexpr std::size_t most = 3;
  std::string text;
  std::size_t others = 0;
  for (const std::vector<std::string>& plan : finding.found_by)
    if (plan != finding.plan && ++others <= most)
      text += reports::wrapped("the same: " + base::join(plan, "; "), 4, 2);
  if (others > most)
    text += fmt::format("    {} more: found_by in explore.json\n",
                        base::grouped(static_cast<std::int64_t>(others - most)));
  return text;
}

std::string finding_text(const Report& report, std::size_t number) {
  const Finding& finding = report.exploration->findings[number];
  const auto line = [](const std::string& sentence) { return reports::wrapped(sentence, 2); };
  std::string text = fmt::format("\n{:03} {}\n", number + 1, finding.violation.broken.front());
  text += line(finding.violation.why);
  text += line("broken by: " + finding.violation.culprit);
  for (std::size_t i = 1; i < finding.violation.broken.size(); ++i)
    text += line("and with it " + finding.violation.broken[i]);
  if (finding.plan.empty()) text += "  no fault is needed\n";
  for (const std::string& fault : finding.plan) text += "  fault  " + fault + "\n";
  text += fmt::format("  found by {}; with {} of {} other seeds it breaks too\n",
                      base::counted(finding.found_by.size(), "plan"), finding.robustness.broken,
                      finding.robustness.seeds);
  text += others_text(finding);
  if (!finding.is_minimal)
    text += line(fmt::format("{}: {} ended the shrinking", not_minimal,
                             report.ended_by.empty() ? "the budget" : report.ended_by));
  if (number < report.confirmations.size())
    text += line("over sockets: " + to_text(report.confirmations[number]));
  text += "\n" + indented(finding.story);
  if (!finding.hint.empty()) text += "\n" + line(finding.hint + ".");
  return text;
}

json::object json_of(const Level& level, std::size_t faults) {
  return {{"faults", faults},
          {"run", level.run},
          {"violations", level.violations},
          {"like_a_smaller_plan", level.same},
          {"not_reached", level.not_reached},
          {"pruned", level.pruned}};
}

json::object json_of(const Report& report, std::size_t number) {
  const Finding& finding = report.exploration->findings[number];
  json::object object;
  object["folder"] = reports::text(fmt::format("found/{:03}", number + 1));
  object["broken"] = reports::texts(finding.violation.broken);
  object["why"] = reports::text(finding.violation.why);
  object["broken_by"] = reports::text(finding.violation.culprit);
  object["plan"] = reports::texts(finding.plan);
  object["minimal"] = finding.is_minimal;
  object["plans"] = finding.found_by.size();
  object["robustness"] = {{"broken", finding.robustness.broken},
                          {"seeds", finding.robustness.seeds}};
  if (number < report.confirmations.size()) {
    const Confirmation& confirmation = report.confirmations[number];
    object["over_sockets"] = reports::text(!confirmation.trouble.empty() ? confirmation.trouble
                                           : !confirmation.tried         ? "not tried"
                                           : confirmation.broken         ? "broken"
                                                                         : "held");
  }
  object["hint"] = reports::text(finding.hint);
  json::array found_by;
  for (const std::vector<std::string>& plan : finding.found_by)
    found_by.push_back(reports::texts(plan));
  object["found_by"] = std::move(found_by);
  return object;
}

}  // namespace

std::string to_text(const Confirmation& confirmation) {
  if (!confirmation.trouble.empty()) return "not tried: " + confirmation.trouble;
  if (!confirmation.tried) return "not tried, as it hangs on its timing";
  return confirmation.broken ? "breaks the same" : "does not break";
}

int exit_of(const Exploration& exploration) {
  if (!exploration.findings.empty()) return 1;
  const Searched& searched = exploration.searched;
  return searched.complete && !is_none_confirmed(searched.ends) ? 0 : 5;
}

std::string explore_text(const Report& report) {
  const Searched& searched = report.exploration->searched;
  const auto of_order = static_cast<std::int64_t>(searched.points_of_order);
  const auto later = static_cast<std::int64_t>(searched.points) - of_order;
  std::string text =
      fmt::format("{}: {}, {}", report.scenario, base::counted(report.orders, "order"),
                  base::counted(of_order, "point"));
  if (later > 0) text += fmt::format(", {} more after faults", base::grouped(later));
  text +=
      fmt::format(", {} at them and between services\n", base::counted(searched.faults, "fault"));
  for (std::size_t faults = 0; faults < searched.levels.size(); ++faults)
    text += level_line(report, faults);
  for (std::size_t i = 0; i < report.exploration->findings.size(); ++i)
    text += finding_text(report, i);
  return text + "\n" + headline(report) + "\n";
}

std::string explore_json(const Report& report) {
  const Searched& searched = report.exploration->searched;
  json::object object;
  object["scenario"] = reports::text(report.scenario);
  object["seed"] = report.seed;
  object["orders"] = report.orders;
  object["depth"] = report.depth;
  object["complete"] = searched.complete;
  object["points"] = searched.points;
  object["points_of_order"] = searched.points_of_order;
  object["faults"] = searched.faults;
  json::array levels;
  for (std::size_t faults = 0; faults < searched.levels.size(); ++faults)
    levels.push_back(json_of(searched.levels[faults], faults));
  object["levels"] = std::move(levels);
  json::object ends;
  for (const auto& [state, count] : searched.ends) ends[state] = count;
  object["orders_without_faults"] = std::move(ends);
  json::array findings;
  for (std::size_t i = 0; i < report.exploration->findings.size(); ++i)
    findings.push_back(json_of(report, i));
  object["findings"] = std::move(findings);
  object["exit"] = report.exit;
  return reports::indented_json(object);
}

}  // namespace seawall::explore
