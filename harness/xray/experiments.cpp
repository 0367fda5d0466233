#include "harness/xray/experiments.hpp"

#include <algorithm>

#include "harness/base/assert.hpp"

namespace seawall::xray {
namespace {

using namespace std::chrono_literals;

// So many times as often as the others, which are there because it may need what they save.
constexpr std::int64_t preference = 100'000;

base::Rate one_each(Duration interval) {
  return {std::max<std::int64_t>(1, 1'000'000 * Duration(1s).count() / interval.count())};
}

model::Fault blank(const base::Link& link, Duration at, std::optional<Duration> length) {
  model::Fault fault;
  fault.name = "xray";
  fault.link = link;
  fault.window.at = at;
  fault.window.length = length;
  fault.must_hit.count = 0;
  fault.in_file = true;
  return fault;
}

void prefer(std::vector<model::RequestSpec>& requests, const std::string& name) {
  if (name.empty()) return;
  for (model::RequestSpec& request : requests) {
    request.weight = request.name == name ? preference : 1;
    request.repeat.reset();
    request.abandon.reset();
  }
}

}  // namespace

std::string_view name_of(Probe probe) {
  switch (probe) {
    case Probe::silence:
      return "silence";
    case Probe::refused:
      return "refused";
    case Probe::reset:
      return "reset";
    case Probe::status_503:
      return "503";
    case Probe::reply_lost:
      return "reply lost";
  }
  return "";
}

const std::vector<Probe>& all_probes() {
  static const std::vector<Probe> all = {Probe::silence, Probe::refused, Probe::reset,
                                         Probe::status_503, Probe::reply_lost};
  return all;
}

bool is_mute(Probe probe) { return probe == Probe::silence || probe == Probe::reply_lost; }

model::Fault fault_of(Probe probe, const base::Link& link, Duration at,
                      std::optional<Duration> length) {
  model::Fault fault = blank(link, at, length);
  switch (probe) {
    case Probe::silence:
      fault.type = "blackhole";
      break;
    case Probe::refused:
      fault.type = "refuse";
      break;
    case Probe::reset:
      fault.type = "reset_peer";
      fault.direction = model::Direction::request;
      break;
    case Probe::status_503:
      fault.type = "http_abort";
      fault.status = 503;
      break;
    case Probe::reply_lost:
      fault.type = "drop_reply";
      break;
  }
  return fault;
}

model::Fault slowness_of(const base::Link& link, Duration latency, Duration at) {
  model::Fault fault = blank(link, at, {});
  fault.name = "xray-slow";
  fault.type = "latency";
  fault.latency = latency;
  return fault;
}

bool needs_earlier(const model::Scenario& base, const std::string& request) {
  const auto saved = [](const model::Template& text) {
    return std::any_of(text.parts.begin(), text.parts.end(), [](const auto& part) {
      return part.kind == model::Template::Part::Kind::saved;
    });
  };
  const auto any = [&](const auto& named) {
    return std::any_of(named.begin(), named.end(),
                       [&](const auto& one) { return saved(one.second); });
  };
  const auto& all = base.loads.front().requests;
  return std::any_of(all.begin(), all.end(), [&](const model::RequestSpec& one) {
    return (request.empty() || one.name == request) &&
           (saved(one.path) || saved(one.body) || any(one.headers) || any(one.query));
  });
}

model::Scenario experiment(const model::Scenario& base, const Sending& sending,
                           std::vector<model::Fault> faults, std::uint64_t seed) {
  base::require(!base.loads.empty() && sending.interval > Duration{}, "there is something to send");
  model::Scenario scenario = base;
  scenario.run.seed = seed;
  scenario.run.warmup = sending.warmup;
  scenario.run.duration = sending.count * sending.interval;
  scenario.run.settle = std::min<Duration>(base.run.settle, 2s);
  scenario.meta.exercises.clear();
  scenario.faults = std::move(faults);
  scenario.levels.clear();
  scenario.invariants.clear();
  scenario.steady_state.clear();
  scenario.stop_when.clear();
  scenario.probes.clear();

  scenario.loads.resize(1);
  model::Load& load = scenario.loads.front();
  load.start = {};
  load.arrivals = model::Load::Arrivals::constant;
  load.rate = sending.warmup_rate;
  load.stages = {model::Stage{one_each(sending.interval), Duration{}}};
  load.burst.reset();
  load.flows.clear();
  load.timeout = sending.patience;
  load.max_in_flight = 1'000'000;
  load.max_lateness = Duration(1h);
  prefer(load.requests, sending.request);
  return scenario;
}

}  // namespace seawall::xray
