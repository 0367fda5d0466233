#include "harness/survey/requests.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace seawall::survey {
namespace {

using model::Scenario;

std::vector<std::string> saved_in(const model::RequestSpec& spec) {
  std::vector<std::string> names;
  const auto collect = [&names](const model::Template& text) {
    for (const model::Template::Part& part : text.parts)
      if (part.kind == model::Template::Part::Kind::saved) names.push_back(part.text);
  };
  collect(spec.path);
  collect(spec.body);
  for (const auto& [name, text] : spec.headers) collect(text);
  for (const auto& [name, text] : spec.query) collect(text);
  return names;
}

std::optional<Source> who_saves(const Scenario& scenario, const std::string& name) {
  for (std::size_t load = 0; load < scenario.loads.size(); ++load)
    for (std::size_t request = 0; request < scenario.loads[load].requests.size(); ++request)
      if (spec_of(scenario, {load, request}).save.contains(name)) return Source{load, request};
  return std::nullopt;
}

// What `asked` needs, what that needs first. A request that needs what it saves itself is found
// out by the way that leads to it.
void add_earlier(const Scenario& scenario, Source source, std::vector<Source> way, Asked& asked) {
  way.push_back(source);
  for (const std::string& name : saved_in(spec_of(scenario, source))) {
    const auto saver = who_saves(scenario, name);
    const bool is_circle = saver && std::ranges::find(way, *saver) != way.end();
    if (!saver || is_circle) {
      asked.trouble = "it needs {{saved " + name + "}}, which no request before it saves";
      return;
    }
    if (std::ranges::find(asked.earlier, *saver) != asked.earlier.end()) continue;
    add_earlier(scenario, *saver, way, asked);
    asked.earlier.push_back(*saver);
  }
}

bool is_sent(const model::Load& load, const model::RequestSpec& spec) {
  const auto is_step = [&spec](const model::Flow& flow) {
    return flow.weight > 0 && std::ranges::find(flow.steps, spec.name) != flow.steps.end();
  };
  return spec.weight > 0 || std::ranges::any_of(load.flows, is_step);
}

}  // namespace

const model::RequestSpec& spec_of(const Scenario& scenario, Source source) {
  return scenario.loads.at(source.load).requests.at(source.request);
}

std::vector<Asked> requests_of(const Scenario& scenario) {
  std::vector<Asked> all;
  std::set<std::string> names;
  for (std::size_t load = 0; load < scenario.loads.size(); ++load) {
    const auto& specs = scenario.loads[load].requests;
    for (std::size_t request = 0; request < specs.size(); ++request) {
      if (!is_sent(scenario.loads[load], specs[request])) continue;
      if (!names.insert(specs[request].name).second) continue;
      Asked& asked = all.emplace_back();
      asked.name = specs[request].name;
      asked.source = {load, request};
      add_earlier(scenario, asked.source, {}, asked);
    }
  }
  return all;
}

}  // namespace seawall::survey
