#include "targets/resilience/hedge.hpp"

#include <algorithm>

namespace seawall::resilience {

namespace {

constexpr std::size_t most_kept = 200;
constexpr std::int64_t fewest = 20;
constexpr std::int64_t between_looks = 10;

}  // namespace

bool Hedge::may_repeat(const model::Request& request) const {
  const bool has_effect =
      request.method == model::Method::post || request.method == model::Method::patch;
  return !settings_.idempotent_only || !has_effect || !request.idempotency_key.empty();
}

std::optional<base::Duration> Hedge::delay() const {
  if (settings_.delay.percentile == 0) return settings_.delay.time;
  return percentile_;
}

void Hedge::learn(base::Duration latency) {
  if (settings_.delay.percentile == 0) return;
  if (last_.size() < most_kept)
    last_.push_back(latency);
  else
    last_[next_] = latency;
  next_ = (next_ + 1) % most_kept;
  if (++learnt_ < fewest || learnt_ % between_looks != 0) return;
  std::vector<base::Duration> sorted = last_;
  const auto count = static_cast<std::int64_t>(sorted.size());
  const auto place = (count * settings_.delay.percentile + 99) / 100 - 1;  // nearest rank
  std::nth_element(sorted.begin(), sorted.begin() + place, sorted.end());
  percentile_ = sorted[static_cast<std::size_t>(place)];
}

}  // namespace seawall::resilience
