// Which instances of a callee are left alone for a while, as a pure machine over (now, result).
// After Envoy's outlier detection, with its parameters.
//
//   in use --- consecutive_5xx failures in a row ---> ejected, for base_ejection * times
//     ^                                                  |
//     +---- slow_start: a growing share of the calls <---+  looked at every `interval`
//
// `times` counts ejections, and one is forgiven for each interval that the instance was in use. At
// most max_ejection of the instances are ejected at a time, none of fewer than minimum_hosts, and
// where fewer than panic_threshold are in use all are called: better a call that may fail than all
// the load on a few.
#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "harness/base/keyed_random.hpp"
#include "harness/base/units.hpp"
#include "harness/model/policy.hpp"

namespace seawall::resilience {

class Outlier {
 public:
  enum class Change : std::uint8_t { ejected, returned };
  using OnChange = std::function<void(std::size_t host, Change change)>;

  // `hosts` instances, numbered from 0. A longer ejection than `longest` there is not.
  Outlier(const model::Outlier& settings, std::size_t hosts, OnChange on_change = {});

  // The instance for the next call, by weight.
  std::size_t choose(base::TimePoint now, const base::KeyedRandom& draw);
  // How a call of this instance ended. `failed`: 5xx or no answer, by whoever judges it.
  void finish(base::TimePoint now, std::size_t host, bool failed);

  bool ejected(std::size_t host) const { return hosts_[host].ejected; }
  // Its share of the calls beside that of an instance in full use, in millionths.
  std::int64_t weight(base::TimePoint now, std::size_t host) const;
  bool panics() const;

  static constexpr base::Duration longest = std::chrono::minutes(5);

 private:
  struct Host {
    bool ejected = false;
    std::int64_t failures = 0;  // in a row
    std::int64_t times = 0;     // ejections that are not forgiven
    base::TimePoint until{};    // ejected: when it may return
    base::TimePoint since{};    // in use again; time 0: from the start
  };

  void catch_up(base::TimePoint now);
  void look(base::TimePoint at);
  void eject(base::TimePoint now, std::size_t host);
  bool may_eject() const;
  std::int64_t count_ejected() const;

  model::Outlier settings_;
  OnChange on_change_;
  std::vector<Host> hosts_;
  base::TimePoint next_look_{};
};

}  // namespace seawall::resilience
