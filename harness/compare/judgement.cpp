#include "harness/compare/judgement.hpp"

#include <cmath>
#include <vector>

#include "harness/stats/log_ratio.hpp"

namespace seawall::compare {
namespace {

std::size_t place_of(Metric quantile) {
  return quantile == Metric::p50 ? 0 : quantile == Metric::p90 ? 1 : 2;
}

std::int64_t ppm_of(double share) {
  return std::llround(share * static_cast<double>(base::Share::all().ppm));
}

void add(stats::Proportion& sum, stats::Proportion more) {
  sum.hits += more.hits;
  sum.tries += more.tries;
}

void bound(Judgement& judgement, std::span<const std::int64_t> differences) {
  constexpr base::Share each_side{975'000};
  judgement.low = stats::lower_bound(differences, each_side);
  judgement.high = stats::upper_bound(differences, each_side);
}

Judgement judge_quantile(Metric metric, std::span<const Pair> pairs, base::Share tolerated,
                         base::Share pass_confidence) {
  std::vector<std::int64_t> ratios;
  for (const Pair& pair : pairs) ratios.push_back(pair.log_ratios[place_of(metric)]);
  Judgement judgement;
  judgement.metric = metric;
  judgement.tolerated = stats::log_of_change(tolerated);
  judgement.estimate = stats::hodges_lehmann(ratios);
  judgement.chance = stats::chance_of_signed_rank(ratios);
  bound(judgement, ratios);
  const auto most = stats::upper_bound(ratios, pass_confidence);
  judgement.is_within = most && *most < judgement.tolerated;
  return judgement;
}

// The interval of a difference of shares takes each request for itself, and errors come in heaps:
// the signed rank over the pairs, which a heap in one run cannot move, has to agree (is_worse).
Judgement judge_errors(std::span<const Pair> pairs, base::Share tolerated) {
  Judgement judgement;
  judgement.metric = Metric::errors;
  judgement.tolerated = tolerated.ppm;
  stats::Proportion a, b;
  std::vector<std::int64_t> differences;
  for (const Pair& pair : pairs) {
    add(a, pair.errors_a);
    add(b, pair.errors_b);
    differences.push_back(ppm_of(pair.errors_b.value() - pair.errors_a.value()));
  }
  judgement.is_known = a.tries > 0 && b.tries > 0;
  if (!judgement.is_known) return judgement;
  const stats::Interval interval = stats::newcombe_interval(a, b, stats::z_of_95_percent);
  judgement.estimate = ppm_of(b.value() - a.value());
  judgement.low = ppm_of(interval.low);
  judgement.high = ppm_of(interval.high);
  judgement.chance = stats::chance_of_signed_rank(differences);
  judgement.is_within = *judgement.high <= judgement.tolerated;
  return judgement;
}

}  // namespace

Pair pair_of(const RequestFigures& a, const RequestFigures& b) {
  Pair pair;
  for (const Metric metric : deciding_metrics)
    if (is_quantile(metric))
      pair.log_ratios[place_of(metric)] =
          stats::log_ratio(a.latency.value_at_quantile(quantile_of(metric)),
                           b.latency.value_at_quantile(quantile_of(metric)));
  pair.errors_a = {a.sent - a.expected, a.sent};
  pair.errors_b = {b.sent - b.expected, b.sent};
  return pair;
}

bool Judgement::is_worse(base::Share chance_below) const {
  if (!is_known || !chance.is_below(chance_below)) return false;
  return metric == Metric::errors ? low.value_or(0) > tolerated : estimate > tolerated;
}

Judgement judge(Metric metric, std::span<const Pair> pairs, const Tolerances& tolerances,
                base::Share pass_confidence) {
  const base::Share tolerated = tolerances.of(metric);
  return metric == Metric::errors ? judge_errors(pairs, tolerated)
                                  : judge_quantile(metric, pairs, tolerated, pass_confidence);
}

}  // namespace seawall::compare
