#include "harness/cli/explain.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/model/point.hpp"
#include "harness/runtime/fault_books.hpp"

namespace seawall::cli {
namespace {

using base::to_text;

std::string joined(const model::Command& command) {
  std::vector<std::string> words;
  for (const model::LateText& word : command) words.push_back(model::shown(word));
  return base::join(words, " ");
}

std::string where(const model::Fault& fault) {
  if (!fault.start.empty()) return "`" + joined(fault.start) + "`";
  std::string text = model::site_of(fault);
  if (!fault.match.method.empty() || !fault.match.path.empty())
    text += fmt::format(" ({}{}{})", fault.match.method,
                        fault.match.method.empty() || fault.match.path.empty() ? "" : " ",
                        fault.match.path);
  if (fault.every > 1) text += fmt::format(", one in {}", fault.every);
  if (fault.first)
    text += fmt::format("{}the first {}", fault.every > 1 ? " of " : ", ", *fault.first);
  if (fault.every > 1 || fault.first) text += " requests";
  return text;
}

// What tells faults of one kind apart.
std::string how(const model::Fault& fault) {
  std::string text = fault.type;
  if (!fault.groups.empty()) text += fmt::format(" ({})", model::name_of(fault.mode));
  if (fault.direction && *fault.direction != model::Direction::both)
    text += fmt::format(" of the {}s", model::name_of(*fault.direction));
  if (fault.drain > base::Duration::zero())
    text += fmt::format(" after draining for {}", to_text(fault.drain));
  if (fault.ramp)
    text += fmt::format(" from {} to {}", to_text(fault.ramp->from), to_text(fault.ramp->to));
  return text;
}

std::string when(const model::Fault& fault) {
  if (!fault.at_call.empty()) return "at " + model::to_text(fault.at_call.front());
  std::string text = fault.when ? "once " + model::to_text(*fault.when)
                     : fault.window.after.empty()
                         ? to_text(fault.window.at)
                         : fault.window.after + " + " + to_text(fault.window.at);
  if (fault.ends_with_its_node()) return text;
  text += fault.window.length ? " for " + to_text(*fault.window.length) : " to the end of load";
  if (fault.flap)
    text += fmt::format(", {} on and {} off", to_text(fault.flap->on), to_text(fault.flap->off));
  return text;
}

std::string must_hit(const model::Fault& fault) {
  if (fault.must_hit.share) return "must hit " + to_text(*fault.must_hit.share) + " of its calls";
  if (fault.must_hit.count == 0) return "need not hit";
  return fmt::format("must hit {}", fault.must_hit.count);
}

// What stands on every arrow between two services.
std::string_view wiring(const model::Scenario& scenario) {
  return scenario.target.is_shop() && scenario.target.mode == model::Mode::sim
             ? "links (of the simulated network), and the faults that meet them"
             : "links (fault proxies on loopback), and the faults that meet them";
}

// Those to the instances of a service are one link here.
std::string lines_of(const model::Scenario& scenario, const std::vector<base::Link>& links) {
  std::vector<std::pair<std::string, std::vector<std::string>>> all;
  for (const base::Link& link : links) {
    if (link.is_inner()) continue;
    const std::string name = to_text(base::between_services(link));
    auto at =
        std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.first == name; });
    if (at == all.end()) at = all.insert(at, {name, {}});
    for (const model::Fault& fault : scenario.faults)
      if (runtime::aims_at(fault, link) &&
          std::find(at->second.begin(), at->second.end(), fault.name) == at->second.end())
        at->second.push_back(fault.name);
  }
  std::string text = fmt::format("{}\n", wiring(scenario));
  for (const auto& [name, faults] : all)
    text += fmt::format("  {}{}{}\n", name, faults.empty() ? "" : ": ", base::join(faults, ", "));
  return text;
}

std::string readiness(const model::Service& service) {
  if (!service.ready) return service.builtin ? "when it answers" : "as soon as it has started";
  const model::Ready& ready = *service.ready;
  std::string text = ready.http          ? "when " + model::shown(*ready.http) + " answers 2xx"
                     : ready.tcp         ? "when its port takes connections"
                     : ready.log.empty() ? "when `" + joined(ready.command) + "` ends with 0"
                                         : "when it prints \"" + ready.log + "\"";
  return text + ", within " + to_text(ready.within);
}

std::string services(const model::Scenario& scenario) {
  std::string text = scenario.services.empty() ? "" : "services\n";
  for (const model::Service& service : scenario.services) {
    const std::string what =
        service.builtin ? std::string(model::name_of(*service.builtin)) : joined(service.command);
    text += fmt::format("  {}: {}; ready {}", service.name, what, readiness(service));
    if (service.port) text += fmt::format("; port {}", *service.port);
    if (!service.needs.empty()) text += "; needs " + base::join(service.needs, ", ");
    text += '\n';
  }
  return text;
}

// What a probe asks, with secrets left out.
std::string question(const model::Probe& probe) {
  const std::string json = probe.json ? ", " + probe.json->text : "";
  if (probe.http)
    return fmt::format("{} {}{}", model::name_of(probe.http->method), model::shown(probe.http->url),
                       json);
  if (probe.sql) return fmt::format("{} ({})", *probe.sql, model::shown(probe.dsn));
  if (probe.prometheus) return fmt::format("{} ({})", probe.query, model::shown(*probe.prometheus));
  return joined(probe.command) + json;
}

std::string instances(const model::Instances& instances) {
  std::string text;
  for (const auto& [service, count] : instances.count) {
    if (count == 1) continue;
    text += text.empty() ? "instances\n" : "";
    text += fmt::format("  {}: {}\n", service, base::join(instances.nodes_of(service), ", "));
    for (std::int64_t number = 1; instances.zones > 1 && number <= instances.zones; ++number) {
      auto nodes = instances.nodes_of(service);
      const model::Zone zone{number, instances.zones};
      std::erase_if(nodes, [&](const std::string& node) { return !zone.has(node); });
      text += fmt::format("    zone {}: {}\n", number, base::join(nodes, ", "));
    }
  }
  return text;
}

std::string phases(const model::Scenario& scenario) {
  const model::Run& run = scenario.run;
  std::string text = "time line (time 0 is the start of the load phase)\n";
  text +=
      fmt::format("  {:>8}  warm-up: load without faults, in no number\n", to_text(-run.warmup));
  if (!scenario.steady_state.empty())
    text +=
        "            steady state: the load pauses, and these must hold, else nothing is "
        "injected\n";
  for (const model::Expression& hold : scenario.steady_state)
    text += fmt::format("            - {}\n", hold.text);
  text += fmt::format("  {:>8}  load, with faults\n", "0s");
  for (const model::Fault& fault : scenario.faults)
    text +=
        fmt::format("            - {}: {} on {}, {}; {}{}\n", fault.name, how(fault), where(fault),
                    when(fault), must_hit(fault), fault.in_file ? "" : ", drawn from the seed");
  text +=
      fmt::format("  {:>8}  heal: every fault ends, what is down starts\n", to_text(run.duration));
  text += fmt::format("            settle: no load, until all has come to rest, at most {}\n",
                      to_text(run.settle));
  return text;
}

std::string loads(const model::Scenario& scenario) {
  std::string text = "load\n";
  for (const model::Load& load : scenario.loads) {
    if (!load.command.empty()) {
      text += "  made by `" + joined(load.command) + "`\n";
      continue;
    }
    text += fmt::format("  {}{}, {} arrivals, client timeout {}\n", to_text(load.rate),
                        load.stages.empty() ? "" : " and then in stages",
                        model::name_of(load.arrivals), to_text(load.timeout));
    for (const model::RequestSpec& request : load.requests)
      text += fmt::format("  - {} x {} ({})\n", request.weight, request.name,
                          model::name_of(request.method));
    for (const model::Flow& flow : load.flows)
      text += fmt::format("  - {} x {}, one user's\n", flow.weight, base::join(flow.steps, ", "));
    if (load.rows)
      text +=
          fmt::format("  each about one of {} rows of {}\n", load.rows->rows.size(), *load.data);
  }
  return text;
}

std::string every_invariant(const std::vector<model::Invariant>& named) {
  std::string text = "  - every invariant of the target";
  std::string_view before = "; the story is about ";
  for (const model::Invariant& invariant : named)
    if (!invariant.that) text.append(std::exchange(before, " ")).append(invariant.name);
  return text + '\n';
}

std::string checks(const model::Scenario& scenario) {
  std::string text = "checks\n";
  if (scenario.target.is_shop()) text += every_invariant(scenario.invariants);
  for (const model::Invariant& own : scenario.invariants) {
    if (!own.that) continue;
    const bool always = own.when == model::Invariant::When::always;
    const std::string when = always ? "always, each " + to_text(own.every) : "settled";
    text += fmt::format("  - {} [{}]{}\n", own.that->text, when,
                        own.name == own.that->text ? "" : "  (" + own.name + ")");
  }
  for (const model::Probe& probe : scenario.probes)
    text += fmt::format("  probe {}: {}\n", probe.name, question(probe));
  for (const model::ServiceLevel& level : scenario.levels)
    text += fmt::format("  - {} [{}]{}\n", level.that.text, level.phase.text,
                        level.name == level.that.text ? "" : "  (" + level.name + ")");
  for (const model::Variant& variant : scenario.variants)
    text += fmt::format("  variant {}: {}; must break {}\n", variant.name, variant.why,
                        base::join(variant.breaks, ", "));
  return text;
}

base::Duration length_of(const model::Scenario& scenario) {
  return scenario.run.warmup + scenario.run.duration;
}

// Whole seconds, or minutes where there are many.
std::string rounded(base::Duration time) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(time).count();
  return seconds < 120 ? fmt::format("{} s", seconds) : fmt::format("{} min", (seconds + 59) / 60);
}

}  // namespace

Cost cost_of(const model::Scenario& scenario) {
  if (scenario.target.mode == model::Mode::sim) return {};
  const base::Duration load = length_of(scenario);
  return {load, load + scenario.run.settle};
}

std::string explain(const model::Scenario& scenario, const std::vector<base::Link>& links) {
  std::string text = scenario.meta.name;
  if (!scenario.variant.empty()) text += " (variant " + scenario.variant + ")";
  text += '\n';
  if (!scenario.meta.description.empty()) text += scenario.meta.description + '\n';
  if (scenario.target.is_shop())
    text += fmt::format("\ntarget shop, mode {}, policy preset {}, seed {}\n",
                        model::name_of(scenario.target.mode), scenario.policy.preset,
                        scenario.run.seed);
  else
    text +=
        fmt::format("\ntarget {}{}, seed {}\n", scenario.target.kind,
                    scenario.target.base ? " at " + *scenario.target.base : "", scenario.run.seed);
  text += services(scenario) + lines_of(scenario, links) + instances(scenario.target.instances);
  text += '\n' + phases(scenario) + '\n' + loads(scenario) + '\n' + checks(scenario) + '\n';
  const Cost cost = cost_of(scenario);
  text +=
      cost.most == base::Duration::zero()
          ? "cost: virtual time, under a second or two\n"
          : fmt::format("cost: {} to {} on the clock\n", to_text(cost.least), to_text(cost.most));
  return text;
}

std::string explain(const model::Matrix& matrix) {
  std::string text = "matrix\n";
  if (!matrix.points.front().empty()) text += "  points: " + base::join(matrix.points, ", ") + '\n';
  if (!matrix.on.to.empty())
    text += fmt::format("  policies of {}: {}\n", to_text(matrix.on),
                        base::join(matrix.ablations, ", without "));
  for (const model::Expectation& expectation : matrix.expectations)
    text += fmt::format("  without {}, {} must break in some cell\n", expectation.ablation,
                        expectation.check);
  return text + "  cost: " + cost_of(matrix) + '\n';
}

std::string cost_of(const model::Matrix& matrix) {
  base::Duration virtual_time{};
  base::Duration on_the_clock{};
  for (const model::Cell& cell : matrix.cells) {
    const bool is_virtual = cell.scenario.target.mode == model::Mode::sim;
    (is_virtual ? virtual_time : on_the_clock) += length_of(cell.scenario);
  }
  std::string text = fmt::format("{} cells", matrix.cells.size());
  if (virtual_time > base::Duration{}) text += ", " + rounded(virtual_time) + " of virtual time";
  if (on_the_clock > base::Duration{}) text += ", at least " + rounded(on_the_clock);
  if (matrix.confirm.empty()) return text;
  base::Duration confirming{};
  for (const model::Cell& cell : matrix.confirm) confirming += length_of(cell.scenario);
  return text + fmt::format("; {} to confirm over sockets, at least {}", matrix.confirm.size(),
                            rounded(confirming));
}

}  // namespace seawall::cli
