// When a second copy of an attempt is worth sending. Pure. After Dean and Barroso, "The Tail at
// Scale" (2013): wait for as long as most answers take, so that few calls are sent twice.
//
//   delay = a time                always after it
//   delay = "p95"                 after what 95 % of the last answers took; not before 20 of them
//
// The percentile is that of the last 200 answers, from the start of the first copy: what a hedge
// cut short counts as longer than the delay, as it was. It is worked out anew after every tenth.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "harness/base/units.hpp"
#include "harness/model/policy.hpp"
#include "targets/resilience/outcome.hpp"

namespace seawall::resilience {

// How a hedge is told from the call that it doubles: in the label of its execution index.
inline constexpr std::string_view hedge_label = "hedge";
inline bool is_hedge(const base::ExecutionIndex& index) {
  return index.label.view().ends_with(hedge_label);
}

class Hedge {
 public:
  explicit Hedge(const model::Hedge& settings) : settings_(settings) {}

  // Whether the request may be under way twice at all.
  bool may_repeat(const model::Request& request) const;
  // From the start of one copy to that of the next; nothing: too little is known.
  std::optional<base::Duration> delay() const;
  std::int64_t max_hedges() const { return settings_.max_hedges; }
  bool shares_budget() const { return settings_.share_retry_budget; }

  // An attempt was answered this long after its first copy was sent.
  void learn(base::Duration latency);

 private:
  model::Hedge settings_;
  std::vector<base::Duration> last_;  // a ring
  std::size_t next_ = 0;
  std::int64_t learnt_ = 0;
  std::optional<base::Duration> percentile_;
};

}  // namespace seawall::resilience
