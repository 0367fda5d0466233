// seawall serve: one service of the shop as this process. The world of processes starts its
// services with it; by hand, one can be put beside others of one's own.
#include "harness/worlds/serve.hpp"

#include <algorithm>
#include <cstdio>

#include "harness/base/text.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/exit_status.hpp"
#include "targets/shop/shop.hpp"

namespace seawall::cli {
namespace {

int wrong(const std::string& message) {
  std::fprintf(stderr, "seawall serve: %s\n", message.c_str());
  return usage;
}

const runtime::Node* find(const runtime::Target& target, const std::string& name) {
  const auto at = std::find_if(target.nodes.begin(), target.nodes.end(),
                               [&](const runtime::Node& node) { return node.name == name; });
  return at == target.nodes.end() ? nullptr : &*at;
}

// "no service 'paymant'; expected one of payment, ...; did you mean payment?"
std::string unknown(const std::string& what, const std::string& name,
                    const std::vector<std::string>& known) {
  std::string message =
      "no " + what + " '" + name + "'; expected one of " + base::join(known, ", ");
  if (const auto meant = base::nearest(name, known)) message += "; did you mean " + *meant + "?";
  return message;
}

// All that it calls, and nothing else.
base::expected<std::map<std::string, net::Address>, std::string> read_callees(
    const std::vector<std::string>& words, const runtime::Target& target,
    const std::string& caller) {
  std::vector<std::string> called;
  for (const base::Link& link : target.links)
    if (link.from == caller) called.push_back(link.to);
  std::map<std::string, net::Address> callees;
  for (const std::string& word : words) {
    auto callee = worlds::parse_callee(word);
    if (!callee) return base::unexpected("--callee: " + callee.error());
    if (called.empty()) return base::unexpected("--callee: " + caller + " calls nobody");
    if (std::find(called.begin(), called.end(), callee->first) == called.end())
      return base::unexpected(unknown("callee of " + caller, callee->first, called));
    callees.insert(std::move(*callee));
  }
  for (const std::string& name : called)
    if (!callees.contains(name))
      return base::unexpected(caller + " calls " + name + "; expected --callee " + name +
                              "=HOST:PORT");
  return callees;
}

}  // namespace

int serve_command(const Options& options) {
  const Serving& serving = options.serving;
  Options reading = options;
  reading.scenarios = {serving.scenario};
  const auto jobs = read_jobs(reading, false);
  if (!jobs) return usage;
  if (jobs->size() > 1) return wrong("--scenario stands for several; expected one");
  const model::Scenario& scenario = jobs->front().scenario;
  const runtime::Target target = shop::make_target(scenario);
  const runtime::Node* const node = find(target, serving.service);
  if (!node) {
    std::vector<std::string> names;
    for (const runtime::Node& one : target.nodes) names.push_back(one.name);
    return wrong(unknown("service", serving.service, names));
  }
  auto callees = read_callees(serving.callees, target, node->name);
  if (!callees) return wrong(callees.error());
  const auto drain = base::parse_duration(serving.drain);
  if (!drain) return wrong("--drain: " + drain.error());

  worlds::ServeSetup setup;
  setup.seed = scenario.run.seed;
  setup.port = serving.port;
  setup.store = serving.store;
  setup.book = serving.book;
  setup.callees = std::move(*callees);
  setup.driven = serving.driven;
  setup.asks = serving.asks;
  setup.drain = *drain;
  return worlds::serve(*node, setup);
}

}  // namespace seawall::cli
