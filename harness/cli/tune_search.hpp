// Which combinations of settings to try, and which of those that were tried nobody can better: a
// random half to see the whole, then the neighbours of the best so far. Deterministic from its
// seed; pure.
#pragma once
#include <cstdint>
#include <set>
#include <vector>

namespace seawall::cli {

// For each setting the position of its value.
using Choice = std::vector<std::size_t>;

struct Tried {
  Choice choice;
  bool allowed = false;       // all that the scenario promises was kept
  std::vector<double> costs;  // what is minimised, one for each measure; of those allowed
};

// Positions of what is allowed and that nothing else allowed betters: as good in all, better in
// one. Of equals the first.
std::vector<std::size_t> pareto_front(const std::vector<Tried>& tried);

// Of these, at least one, the one that lies nearest to the best of every measure: each is counted
// from 0, the least among them, to 1, the most, and the sum decides; the first of equals.
std::size_t best_compromise(const std::vector<Tried>& tried, const std::vector<std::size_t>& among);

class TuneSearch {
 public:
  // `sizes`: how many values each setting has, none of them 0. At most `most` are tried.
  TuneSearch(std::vector<std::size_t> sizes, std::size_t most, std::uint64_t seed);

  // The next ones to try, none of them twice; empty: it is over. All of them must be learnt before
  // the next call.
  std::vector<Choice> next();
  void learn(Tried tried) { tried_.push_back(std::move(tried)); }

  const std::vector<Tried>& tried() const { return tried_; }
  // How many combinations there are; 10^18 where there are more.
  std::uint64_t combinations() const { return combinations_; }

 private:
  bool add(std::vector<Choice>& batch, const Choice& choice);
  void add_random(std::vector<Choice>& batch, std::size_t count);
  void add_neighbours(std::vector<Choice>& batch, std::size_t count);

  const std::vector<std::size_t> sizes_;
  const std::size_t most_;
  const std::uint64_t seed_;
  std::uint64_t combinations_ = 1;
  std::uint64_t draws_ = 0;
  std::set<Choice> seen_;
  std::vector<Tried> tried_;
};

}  // namespace seawall::cli
