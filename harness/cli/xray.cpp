// seawall xray: what resilience the services of a scenario really have, measured from the journal
// of their links while one fault after the other is on them.
#include <algorithm>
#include <cstdio>

#include "harness/base/text.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/count_progress.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/run_once.hpp"
#include "harness/xray/examine.hpp"
#include "reports/xray_report.hpp"

namespace seawall::cli {
namespace {

using namespace std::chrono_literals;

// In virtual time a start costs nothing and is exact; over sockets it costs what the callers wait,
// and what is measured varies.
void set_costs(xray::Settings& settings, bool virtual_time) {
  settings.starts = virtual_time ? 12 : 3;
  settings.repeated = virtual_time ? 12 : 2;
  settings.openings = virtual_time ? 1 : 3;
  settings.crowded = virtual_time ? 1ms : 4ms;
  settings.noise = virtual_time ? 5ms : 20ms;
}

int usage_error(const std::string& message) {
  std::fprintf(stderr, "seawall: xray: %s\n", message.c_str());
  return usage;
}

// Absent: the text is no time from 100 ms on, which is printed.
std::optional<base::Duration> time_of(const char* option, const std::string& text) {
  const auto time = base::parse_duration(text);
  if (time && *time >= 100ms) return *time;
  usage_error(std::string(option) + " " + text + ": expected a time from 100ms on");
  return std::nullopt;
}

// Those that were asked for; without a word all that services call each other by.
base::expected<std::vector<base::Link>, std::string> links_of(const runtime::Target& target,
                                                              const XrayOptions& wanted) {
  std::vector<base::Link> all;
  for (const base::Link& link : target.links) {
    const base::Link between = base::between_services(link);
    const bool known = std::find(all.begin(), all.end(), between) != all.end();
    if (!link.is_inner() && link.from != "client" && !known) all.push_back(between);
  }
  if (wanted.links.empty()) return all;
  std::vector<base::Link> chosen;
  for (const std::string& text : wanted.links) {
    const auto link = base::parse_link(text);
    const std::size_t before = chosen.size();
    for (const base::Link& one : all)
      if (link && link->covers(one)) chosen.push_back(one);
    if (chosen.size() > before) continue;
    std::vector<std::string> names;
    for (const base::Link& one : all) names.push_back(base::to_text(one));
    return base::unexpected("--link '" + text + "': expected one of " + base::join(names, ", "));
  }
  return chosen;
}

std::string text_of(const xray::Xray& found, const XrayOptions& wanted) {
  if (wanted.as == "json") return reports::xray_json(found) + "\n";
  if (wanted.as == "policy") return reports::xray_policy(found);
  if (wanted.as == "checks") return reports::xray_checks(found);
  return reports::xray_text(found);
}

}  // namespace

int xray_command(const Options& options, Interrupt& interrupt) {
  const auto patience = time_of("--patience", options.xray.patience);
  const auto failing = time_of("--failing", options.xray.failing);
  if (!patience || !failing) return usage;
  const auto jobs = read_jobs(options, false);
  if (!jobs || !can_run(*jobs)) return usage;
  if (jobs->size() != 1) return usage_error("one scenario at a time; expected one");
  const model::Scenario& scenario = jobs->front().scenario;
  const auto links = links_of(make_target(scenario), options.xray);
  if (!links) return usage_error(links.error());

  xray::Settings settings;
  settings.patience = *patience;
  settings.failing = *failing;
  settings.links = *links;
  set_costs(settings, !scenario.target.is_own() && scenario.target.mode == model::Mode::sim);
  interrupt.announce("stopping; what was found so far is told (again: stop at once)");
  Options quietly = options;
  quietly.quiet = true;
  std::string failure;
  CountProgress progress("runs", static_cast<std::size_t>(xray::cost(settings)), options.quiet);
  const auto run = [&](const model::Scenario& one) -> std::optional<record::Record> {
    auto outcome = run_once(one, quietly, interrupt);
    progress.ended();
    if (!outcome)
      failure = base::to_text(outcome.error());
    else
      failure = outcome->environment_error;
    if (!failure.empty() || interrupt.count() > 0) return std::nullopt;
    return std::move(outcome->record);
  };
  const xray::Xray found = xray::examine(scenario, settings, run);
  std::fputs(text_of(found, options.xray).c_str(), stdout);
  if (!failure.empty()) {
    std::fprintf(stderr, "seawall: xray: %s\n", failure.c_str());
    return environment;
  }
  if (interrupt.count() > 0) return interrupt.exit_status();
  if (!found.links.empty()) return passed;
  std::fputs("seawall: xray: no link was looked at; expected one from service to service\n",
             stderr);
  return inconclusive;
}

}  // namespace seawall::cli
