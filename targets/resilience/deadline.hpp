// The deadlines of one call: total deadlines all, so that a callee that answers a byte at a time
// cannot stretch them.
//
//   start ---- attempt ----| ---- wait ---- attempt ----|        total = min(start + total,
//   caller's)
//         -- connect --|                                 min_remaining before total: not worth it
//
// Without a timeout policy the deadline is one hour, neither inherited nor passed on.
#pragma once
#include <algorithm>

#include "harness/base/units.hpp"
#include "harness/model/policy.hpp"
#include "harness/model/request.hpp"

namespace seawall::resilience {

class Deadline {
 public:
  // `callers`: of the request on whose behalf the call is made; time 0: none.
  Deadline(const model::Switch<model::Timeout>& settings, base::TimePoint start,
           base::TimePoint callers)
      : settings_(settings), total_(start + (settings ? settings->total : no_timeout)) {
    if (settings_ && callers != base::TimePoint{}) total_ = std::min(total_, callers);
  }

  base::TimePoint total() const { return total_; }

  // Whether an attempt that starts at `when` has enough time left to be worth it.
  bool worth_starting(base::TimePoint when) const {
    const base::Duration least = settings_ ? settings_->min_remaining : base::Duration(0);
    return total_ - when >= std::max(least, base::Duration(1));
  }

  // Gives the request of an attempt that starts now its deadlines.
  void limit(model::Request& request, base::TimePoint now) const {
    request.deadline = settings_ ? std::min(total_, now + settings_->attempt) : total_;
    request.connect_by =
        settings_ ? std::min(request.deadline, now + settings_->connect) : base::TimePoint{};
    request.pass_deadline = settings_ && settings_->propagate_deadline;
  }

 private:
  static constexpr base::Duration no_timeout = std::chrono::hours(1);

  model::Switch<model::Timeout> settings_;
  base::TimePoint total_;
};

}  // namespace seawall::resilience
