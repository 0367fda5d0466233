#include "harness/explore/outcomes.hpp"

#include <limits>
#include <set>

#include "harness/base/text.hpp"
#include "harness/model/point.hpp"

namespace seawall::explore {
namespace {

using namespace std::chrono_literals;

constexpr auto every = std::numeric_limits<std::uint32_t>::max();

std::vector<std::string> outcomes_of_link(const Patience& patience) {
  return {"drop_request",
          "drop_reply",
          "refuse",
          "reset_peer(direction=request)",
          "reset_peer",
          "http_abort(status=503)",
          "http_abort(effect=after, status=503)",
          "late_request(delay=" + too_late(patience) + ")",
          "duplicate_request",
          "duplicate_request(gap=" + too_slow(patience) + ")",
          "duplicate_request(gap=" + too_late(patience) + ")",
          "latency(latency=" + too_slow(patience) + ")"};
}

std::vector<std::string> crashes_of(const std::string& node) {
  return {"crash(on=" + node + ")", "crash(effect=after, on=" + node + ")"};
}

void add(std::vector<FaultText>& faults, const model::Point& point,
         const std::vector<std::string>& outcomes) {
  for (const std::string& outcome : outcomes)
    faults.push_back(fault_at_point(model::to_text(point) + ": " + outcome));
}

std::vector<FaultText> faults_at_call(const model::Point& point, const model::Scenario& scenario) {
  std::vector<FaultText> faults;
  const std::vector<std::string> of_link = outcomes_of_link(patience_on(point.link, scenario));
  add(faults, point, of_link);
  for (const std::string& node : {point.link.from, point.link.to})
    if (node != "client") add(faults, point, crashes_of(node));
  if (point.first > 1) return faults;
  model::Point unit = point;
  unit.last = every;
  add(faults, unit, of_link);
  return faults;
}

FaultText window(const std::string& shown, const std::vector<std::string>& keys,
                 const model::Scenario& scenario) {
  const std::string length = base::to_text(scenario.run.duration / 2);
  FaultText fault;
  fault.shown = shown + " from 0s for " + length;
  fault.toml = "[[fault]]\n";
  for (const std::string& key : keys) fault.toml += key + "\n";
  fault.toml += "at = \"0s\"\nfor = \"" + length + "\"\n";
  return fault;
}

std::vector<FaultText> partitions(const base::Link& link, const model::Scenario& scenario) {
  const std::string groups = "groups = [[\"" + link.from + "\"], [\"" + link.to + "\"]]";
  const std::string between = link.from + " | " + link.to;
  std::vector<FaultText> faults;
  const auto add = [&](const std::string& key, const std::string& value) {
    faults.push_back(window("partition(" + key + "=" + value + ") of " + between,
                            {"type = \"partition\"", groups, key + " = \"" + value + "\""},
                            scenario));
  };
  for (const char* direction : {"both", "request", "response"}) add("direction", direction);
  add("mode", "refuse");
  return faults;
}

}  // namespace

Patience patience_on(const base::Link& link, const model::Scenario& scenario) {
  Patience patience;
  if (!scenario.loads.empty() && link.from == "client")
    patience.attempt = patience.total = scenario.loads.front().timeout;
  const auto found = scenario.policy.links.find(link);
  if (found != scenario.policy.links.end() && found->second.timeout)
    patience = {found->second.timeout->attempt, found->second.timeout->total};
  return patience;
}

std::string too_slow(const Patience& patience) { return base::to_text(patience.attempt * 3 / 2); }
std::string too_late(const Patience& patience) { return base::to_text(patience.total + 1s); }

FaultText fault_at_point(const std::string& line) {
  return {line, "[[fault]]\nplan = ['" + line + "']\n"};
}

std::vector<FaultText> faults_at(const model::Point& point, const model::Scenario& scenario) {
  if (!point.durable_write) return faults_at_call(point, scenario);
  std::vector<FaultText> faults;
  add(faults, point, crashes_of(point.link.from));
  add(faults, point, {"disk_error"});
  return faults;
}

std::vector<FaultText> faults_of_services(const std::vector<base::Link>& links,
                                          const model::Scenario& scenario) {
  std::vector<FaultText> faults;
  std::set<std::string> nodes;
  for (const base::Link& link : links) {
    if (link.is_inner()) continue;
    const base::Link ends{std::string(base::service_of(link.from)),
                          std::string(base::service_of(link.to))};
    for (const std::string& end : {ends.from, ends.to})
      if (end != "client")
        for (std::string& node : scenario.target.instances.nodes_of(end))
          nodes.insert(std::move(node));
    if (ends.from == "client") continue;
    for (FaultText& fault : partitions(ends, scenario)) faults.push_back(std::move(fault));
  }
  for (const std::string& node : nodes)
    for (const std::string jump : {"1h", "-1h"})
      faults.push_back(window(
          "clock_jump(jump=" + jump + ") of " + node,
          {"type = \"clock_jump\"", "on = \"" + node + "\"", "jump = \"" + jump + "\""}, scenario));
  return faults;
}

}  // namespace seawall::explore
