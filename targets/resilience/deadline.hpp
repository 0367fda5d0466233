// The deadlines of one call: total deadlines all, so that a callee that answers a byte at a time
// cannot stretch them.
//
//   start ---- attempt ----| ---- wait ---- attempt ----|        total = min(start + total,
//   caller's)
//         -- connect --|                                 min_remaining before total: not worth it
//
// Without a timeout policy the deadline is one hour, neither inherited nor passed on. That is the
// total of a `per_read` timeout too (an exhibit), of which only each read of an attempt has a
// limit.
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
      : settings_(settings), total_(start + no_timeout) {
    if (!has_total()) return;
    total_ = start + settings_->total;
    if (callers != base::TimePoint{}) total_ = std::min(total_, callers);
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
    request.pass_deadline = has_total() && settings_->propagate_deadline;
    if (settings_ && settings_->per_read) request.read_timeout = settings_->attempt;
  }

 private:
  bool has_total() const { return settings_ && !settings_->per_read; }

  static constexpr base::Duration no_timeout = std::chrono::hours(1);

  model::Switch<model::Timeout> settings_;
  base::TimePoint total_;
};

}  // namespace seawall::resilience
