#include "harness/check/measures.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "harness/base/assert.hpp"
#include "harness/base/text.hpp"

namespace seawall::check {
namespace {

using enum model::Unit;
using enum Measure::Source;

constexpr auto table = std::to_array<Measure>({
    {"latency", time, true, "request?", latency, true, client,
     "from the intended time, over answers that met `expect`"},
    {"latency_all", time, true, "request?", latency_all, true, client,
     "the same over everything sent; what got no answer counts with the client's timeout"},
    {"error_rate", share, false, "request?", error_rate, true, client,
     "share not answered as expected"},
    {"ok_share", share, false, "request?", ok_share, true, client, "share answered as expected"},
    {"ok_rate", rate, false, "request?", ok_rate, true, client, "answered as expected, per second"},
    {"goodput", rate, false, "", goodput, true, client, "confirmed orders per second, in time"},
    {"degraded_share", share, false, "request?", degraded_share, true, client,
     "share of the expected answers that leave a part out"},
    {"call_latency", time, true, "link", call_latency, true, record,
     "of requests on the wire that were answered, from sent to ended"},
    {"attempts", count, false, "link", attempts, true, record, "requests on the wire"},
    {"retries", count, false, "link", retries, true, record, "attempts beyond the first"},
    {"amplification", count, false, "link", amplification, true, record, "attempts per call"},
    {"peak_to_mean", count, false, "link", peak_to_mean, true, record,
     "requests on the wire in the fullest 10 ms, against the mean of all"},
    {"calls", count, false, "link text? count?", calls, true, record,
     "rows of the wire journal, of one request (\"POST /charge*\") and one status where they are "
     "named"},
    {"opens", count, false, "link", opens, true, events, "how often the breaker opened"},
    {"time_to_open", time, false, "link fault", time_to_open, true, events,
     "from the start of the fault; never opened: the check fails"},
    {"calls_while_open", count, false, "link", calls_while_open, true, events,
     "requests on the wire while the breaker was open"},
    {"probes", count, false, "link", probes, true, events,
     "calls that a half-open breaker let through"},
    {"half_open_in_flight", count, false, "link", half_open_in_flight, false, events,
     "the most probes at the same time"},
    {"ejections", count, false, "link", ejections, true, events,
     "how often an instance was left alone (outlier)"},
    {"time_to_eject", time, false, "link fault", time_to_eject, true, events,
     "from the start of the fault to the first ejection; never: the check fails"},
    {"time_to_return", time, false, "link fault", time_to_return, true, events,
     "from the heal until the last instance that was ejected meanwhile, and before the next fault, "
     "is in use again; one never is: the check fails"},
    {"rejected", count, false, "link pattern", rejected, true, events,
     "calls that a pattern refused"},
    {"permits_leaked", count, false, "", permits_leaked, false, record,
     "permits of breakers and bulkheads that never came back"},
    {"calls_past_deadline", count, false, "link?", calls_past_deadline, false, events,
     "calls that went on after their deadline"},
    {"in_flight", count, false, "service", in_flight, true, record,
     "the most requests that a service, the busiest of its instances, had accepted and not "
     "answered"},
    {"oldest_in_flight", time, false, "service?", oldest_in_flight, true, record,
     "the greatest age of a request in flight"},
    {"dead_letters", count, false, "", dead_letters, true, record,
     "orders that were marked as stuck"},
    {"compensations", count, false, "", compensations, true, record,
     "orders that turned back: what they had done was then to be undone"},
    {"charges_per_order", count, false, "", charges_per_order, false, record,
     "the most captures of any order"},
    {"convergence_time", time, false, "", convergence_time, true, record,
     "from the end of faults and load to the end of the last order"},
    {"recovery_time", time, false, "fault truth", recovery_time, true, record,
     "from the heal to the first of three successive seconds in which the condition holds; never: "
     "the check fails; never disturbed: 0"},
});

constexpr auto more_is_better = std::to_array<std::string_view>({"ok_share", "ok_rate", "goodput"});

}  // namespace

std::span<const Measure> measures() { return table; }

const Measure* find_measure(std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const Measure& measure) { return measure.name == name; });
  return found == table.end() ? nullptr : &*found;
}

std::vector<model::MeasureWords> measure_words() {
  std::vector<model::MeasureWords> words;
  for (const Measure& measure : table) {
    model::MeasureWords& word = words.emplace_back();
    word.name = measure.name;
    word.unit = measure.unit;
    word.quantile = measure.quantile;
    word.doc = measure.doc;
    word.while_running = measure.source == Measure::Source::client;
    word.more_is_better =
        std::find(more_is_better.begin(), more_is_better.end(), word.name) != more_is_better.end();
    if (measure.arguments.empty()) continue;
    for (const std::string_view argument : base::split(measure.arguments, ' '))
      word.arguments.emplace_back(argument);
  }
  return words;
}

Outcome take(const Focus& focus, const model::Expression& measure) {
  const Measure* row = find_measure(measure.name);
  base::require(row != nullptr, "a measure that the scenario's reader let pass is in the table");
  return row->take(focus, measure);
}

base::Share share_of_quantile(std::string_view quantile) {
  base::require(quantile.starts_with('p'), "a quantile is pNN, max or mean");
  double percent = 0;
  std::from_chars(quantile.data() + 1, quantile.data() + quantile.size(), percent);
  return {static_cast<std::int64_t>(percent * 10'000 + 0.5)};
}

std::int64_t least_samples(std::string_view quantile, bool within_recovery) {
  if (!quantile.starts_with('p')) return 1;
  const std::int64_t above = base::Share::all().ppm - share_of_quantile(quantile).ppm;
  const std::int64_t samples = above <= 0 ? 1 : (10'000'000 + above - 1) / above;
  return within_recovery ? std::max<std::int64_t>(1, samples / 10) : samples;
}

namespace {

// The smallest value of which at least this share is not greater (nearest rank).
Duration value_at(std::vector<Duration>& values, base::Share share) {
  const auto count = static_cast<std::int64_t>(values.size());
  const std::int64_t rank = std::max<std::int64_t>(1, (count * share.ppm + 999'999) / 1'000'000);
  const auto at = values.begin() + (std::min(rank, count) - 1);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

Duration quantile_of(std::vector<Duration>& values, const std::string& quantile) {
  if (quantile == "max") return *std::max_element(values.begin(), values.end());
  if (quantile == "mean") {
    Duration sum{};
    for (const Duration value : values) sum += value;
    return sum / static_cast<std::int64_t>(values.size());
  }
  return value_at(values, share_of_quantile(quantile));
}

}  // namespace

Outcome quantile_outcome(const Focus& focus, std::vector<Duration> samples, std::int64_t sent,
                         const std::string& quantile) {
  const std::int64_t least = least_samples(quantile, focus.within_recovery);
  const auto count = static_cast<std::int64_t>(samples.size());
  if (count >= least)
    return Outcome::of(model::Unit::time, seconds(quantile_of(samples, quantile)));
  const std::string why = fmt::format("{} takes {} samples, and there were only {}", quantile,
                                      base::grouped(least), base::grouped(count));
  // Within one second of a recovery: enough was sent, but too little of it was answered. That is
  // what not being recovered looks like, not a lack of evidence.
  const bool starved = focus.within_recovery && sent >= least;
  return Outcome::none(starved ? Outcome::State::failed : Outcome::State::inconclusive, why);
}

}  // namespace seawall::check
