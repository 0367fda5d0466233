#include "harness/cli/tune_search.hpp"

#include <algorithm>
#include <utility>

#include "harness/base/keyed_random.hpp"

namespace seawall::cli {
namespace {

constexpr std::size_t batch_size = 64;
constexpr std::uint64_t countless = 1'000'000'000'000'000'000;

bool betters(const Tried& a, const Tried& b) {
  bool better = false;
  for (std::size_t i = 0; i < a.costs.size(); ++i) {
    if (a.costs[i] > b.costs[i]) return false;
    better = better || a.costs[i] < b.costs[i];
  }
  return better;
}

}  // namespace

std::vector<std::size_t> pareto_front(const std::vector<Tried>& tried) {
  std::vector<std::size_t> front;
  for (std::size_t i = 0; i < tried.size(); ++i) {
    if (!tried[i].allowed) continue;
    bool beaten = false;
    for (std::size_t j = 0; j < tried.size() && !beaten; ++j)
      beaten = tried[j].allowed &&
               (betters(tried[j], tried[i]) || (j < i && tried[j].costs == tried[i].costs));
    if (!beaten) front.push_back(i);
  }
  return front;
}

std::size_t best_compromise(const std::vector<Tried>& tried,
                            const std::vector<std::size_t>& among) {
  std::vector<double> totals(among.size());
  for (std::size_t i = 0; i < tried[among.front()].costs.size(); ++i) {
    const auto cost = [&](std::size_t position) { return tried[position].costs[i]; };
    const auto [least, most] = std::ranges::minmax(among, {}, cost);
    const double range = cost(most) - cost(least);
    for (std::size_t at = 0; at < among.size() && range > 0; ++at)
      totals[at] += (cost(among[at]) - cost(least)) / range;
  }
  return among[static_cast<std::size_t>(std::ranges::min_element(totals) - totals.begin())];
}

TuneSearch::TuneSearch(std::vector<std::size_t> sizes, std::size_t most, std::uint64_t seed)
    : sizes_(std::move(sizes)), most_(most), seed_(seed) {
  for (const std::size_t size : sizes_)
    combinations_ = combinations_ > countless / size ? countless : combinations_ * size;
}

std::vector<Choice> TuneSearch::next() {
  std::vector<Choice> batch;
  const std::size_t most = static_cast<std::size_t>(std::min<std::uint64_t>(most_, combinations_));
  const std::size_t left = most - std::min(most, seen_.size());
  const std::size_t random_half = most - most / 2;
  const bool in_it = seen_.size() < random_half;
  const std::size_t count = std::min({batch_size, left, in_it ? random_half - seen_.size() : left});
  if (count == 0) return batch;
  if (!in_it) add_neighbours(batch, count);
  add_random(batch, count - batch.size());
  return batch;
}

bool TuneSearch::add(std::vector<Choice>& batch, const Choice& choice) {
  if (!seen_.insert(choice).second) return false;
  batch.push_back(choice);
  return true;
}

void TuneSearch::add_random(std::vector<Choice>& batch, std::size_t count) {
  const auto draw = base::KeyedRandom(seed_).with("tune");
  for (std::size_t added = 0; added < count;) {
    Choice choice(sizes_.size());
    const auto one = draw.with(draws_++);
    for (std::size_t i = 0; i < sizes_.size(); ++i) choice[i] = one.with(i).below(sizes_[i]);
    // Where few are left, the one behind it is as random.
    while (!add(batch, choice)) {
      std::size_t digit = 0;
      while (digit < sizes_.size() && ++choice[digit] == sizes_[digit]) choice[digit++] = 0;
    }
    ++added;
  }
}

void TuneSearch::add_neighbours(std::vector<Choice>& batch, std::size_t count) {
  for (const std::size_t position : pareto_front(tried_)) {
    for (std::size_t i = 0; i < sizes_.size(); ++i)
      for (const int step : {-1, 1}) {
        Choice choice = tried_[position].choice;
        if ((step < 0 && choice[i] == 0) || (step > 0 && choice[i] + 1 == sizes_[i])) continue;
        choice[i] += static_cast<std::size_t>(step);
        add(batch, choice);
        if (batch.size() == count) return;
      }
  }
}

}  // namespace seawall::cli
