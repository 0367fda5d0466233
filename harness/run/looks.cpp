#include "harness/run/looks.hpp"

#include <algorithm>

#include "harness/base/assert.hpp"

namespace seawall::run {
namespace {

using namespace std::chrono_literals;
using Moment = record::ProbeSample::Moment;

constexpr Duration between_tries = 200ms;  // with something for a machine that is busy
constexpr Duration between_stops = 1s;     // stop conditions are judged once a second

}  // namespace

Looks::Looks(const model::Scenario& scenario) {
  for (const model::Expression& hold : scenario.steady_state) model::collect_probes(hold, steady_);
  final_ = steady_;
  for (const model::Invariant& invariant : scenario.invariants) {
    if (!invariant.that) continue;
    model::collect_probes(*invariant.that, final_);
    if (invariant.when == model::Invariant::When::always) watch(*invariant.that, invariant.every);
  }
  names_ = final_;
  for (const model::StopWhen& stop : scenario.stop_when) {
    model::collect_probes(stop.that, names_);
    watch(stop.that, between_stops);
  }
  for (const model::Probe& probe : scenario.probes)
    longest_ = std::max(longest_, (probe.timeout + between_tries) * (1 + probe.retries));
}

void Looks::watch(const model::Expression& that, Duration every) {
  Watch watch;
  model::collect_probes(that, watch.probes);
  watch.every = every;
  if (!watch.probes.empty()) watches_.push_back(std::move(watch));
}

void Looks::before_faults() { ask(Moment::steady_state, steady_); }

void Looks::during(Duration now) {
  for (Watch& watch : watches_) {
    if (now < watch.due) continue;
    ask(Moment::always, watch.probes);
    watch.due += watch.every * ((now - watch.due) / watch.every + 1);
  }
}

std::optional<Duration> Looks::next() const {
  const auto soonest = std::ranges::min_element(watches_, {}, &Watch::due);
  return soonest == watches_.end() ? std::nullopt : std::optional(soonest->due);
}

void Looks::at_the_end() { ask(Moment::settled, final_); }

void Looks::ask(Moment moment, const std::vector<std::string>& probes) {
  if (probes.empty()) return;
  base::require(asker_ != nullptr, "a scenario with probes is run with who asks them");
  asker_->ask(moment, ++rounds_, probes);
}

void Looks::collect(record::Record& record) {
  if (asker_) asker_->collect(record.probes);
}

}  // namespace seawall::run
