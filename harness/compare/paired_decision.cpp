#include "harness/compare/paired_decision.hpp"

#include <algorithm>

#include "harness/base/assert.hpp"

namespace seawall::compare {
namespace {

constexpr base::Share suspicious = base::Share::percent(1);
constexpr base::Share confirming = base::Share::percent(5);

// The last look may pass what the first two may not: there is no later one to err once more.
base::Share pass_confidence(std::size_t pairs) {
  return pairs < PairedDecision::looks.back() ? base::Share::percent(98) : base::Share::percent(95);
}

}  // namespace

void PairedDecision::add(const Pair& pair) {
  base::require(!has_ended(), "nothing is added to a decision that has been made");
  const bool to_confirm = state_ == State::confirming;
  (to_confirm ? fresh_ : seen_).push_back(pair);
  if (missing() > 0) return;
  to_confirm ? confirm() : look();
}

std::size_t PairedDecision::missing() const {
  if (has_ended()) return 0;
  if (state_ == State::confirming) return fresh_pairs - fresh_.size();
  // A look that has been held is over, unless it is being held now.
  const auto next = std::ranges::lower_bound(looks, std::max(seen_.size(), looked_at_ + 1));
  return *next - seen_.size();
}

void PairedDecision::look() {
  looked_at_ = seen_.size();
  bool all_within = true;
  for (const Judgement& judgement : judgements()) {
    if (judgement.is_worse(suspicious)) suspects_.push_back(judgement.metric);
    if (judgement.is_known && !judgement.is_within) all_within = false;
  }
  if (!suspects_.empty())
    state_ = State::confirming;
  else if (all_within)
    state_ = State::passed;
  else if (seen_.size() == looks.back())
    state_ = State::undecided;
}

void PairedDecision::confirm() {
  std::vector<Metric> confirmed;
  for (const Metric metric : suspects_)
    if (judge(metric, fresh_, tolerances_, confirming).is_worse(confirming))
      confirmed.push_back(metric);
  suspects_ = confirmed;
  if (!confirmed.empty()) {
    state_ = State::failed;
    return;
  }
  fresh_.clear();
  ++confirmations_;
  state_ = seen_.size() == looks.back() ? State::undecided : State::looking;
}

std::vector<Judgement> PairedDecision::judgements() const {
  std::vector<Judgement> all;
  if (seen_.empty()) return all;
  for (const Metric metric : deciding_metrics)
    all.push_back(judge(metric, seen_, tolerances_, pass_confidence(seen_.size())));
  return all;
}

std::vector<Judgement> PairedDecision::confirmed() const {
  std::vector<Judgement> all;
  if (state_ != State::failed) return all;
  for (const Metric metric : suspects_)
    all.push_back(judge(metric, fresh_, tolerances_, confirming));
  return all;
}

}  // namespace seawall::compare
