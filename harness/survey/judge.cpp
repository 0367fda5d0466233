#include "harness/survey/judge.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/base/assert.hpp"
#include "harness/base/text.hpp"

namespace seawall::survey {
namespace {

using record::Exchange;
using record::Finding;
using record::Record;

class Judging {
 public:
  Judging(const Trial& trial, const run::Outcome& outcome)
      : trial_(trial),
        outcome_(outcome),
        record_(outcome.record),
        tested_(sent_at(record_, trial.times.tested)) {
    for (const Exchange& row : record_.history)
      if (row.intended >= record_.time_zero + trial_.times.after_from()) after_.push_back(&row);
    std::ranges::sort(after_, {}, &Exchange::intended);
  }

  // The first that holds; what is proven comes before what is not known.
  Judged judge() {
    judged_.acted = has_acted();
    look_at_times();
    if (tested_) judged_.seen = told_of(*tested_);
    if (!sound_before() || !judged_.acted) return std::move(judged_);
    if (is_corrupt() || is_broken() || !is_known() || is_degraded()) return std::move(judged_);
    judged_.fate = Fate::survives;
    return std::move(judged_);
  }

 private:
  bool is(Fate fate, std::string why) {
    judged_.fate = fate;
    judged_.why = std::move(why);
    return true;
  }

  // Those without a fault and the one that meets it are the same request.
  std::string told_of(const Exchange& row) const {
    return told(row, trial_.scenario->loads.back().requests.front().expect);
  }

  bool has_acted() {
    for (const record::FaultUse& use : record_.faults) {
      if (use.hit > 0 || was_kept_out()) continue;
      return !is(Fate::unproven, fmt::format("the fault did not act, while {} requests came to {}",
                                             use.calls, base::to_text(trial_.place->link)));
    }
    if (died_in_time()) return true;
    judged_.missed = true;
    return !is(Fate::unproven, "who was to die did so before the call had come, or after its end");
  }

  // A connection that is refused is seen by nobody. But the call comes with each request, and this
  // time it did not, while nobody listened.
  bool was_kept_out() const {
    if (trial_.trouble != Trouble::refused || !trial_.place->call || !tested_) return false;
    const base::TimePoint heals = record_.time_zero + trial_.times.heals();
    return std::ranges::none_of(record_.exchanges, [&](const Exchange& row) {
      return row.sent >= tested_->sent && row.sent < heals && trial_.place->link.covers(row.link) &&
             meets(trial_.place->call->operation, row);
    });
  }

  // Who was killed in the middle of a call died while the call was on its link.
  bool died_in_time() const {
    if (record_.faults.size() < 2) return true;
    const base::TimePoint death = record_.faults.back().armed;
    return std::ranges::any_of(record_.exchanges, [&](const Exchange& row) {
      const bool was_held = std::ranges::find(row.faults, 0) != row.faults.end();
      return was_held && row.sent <= death &&
             (row.ended == base::TimePoint{} || death <= row.ended);
    });
  }

  void look_at_times() {
    if (!tested_) return;
    const base::TimePoint heals = record_.time_zero + trial_.times.heals();
    judged_.healed_too_early = lasts(trial_.trouble, *trial_.place) &&
                               (tested_->ended == base::TimePoint{} || tested_->ended > heals);
    judged_.ended_too_early = std::ranges::none_of(after_, &Exchange::expected);
  }

  bool sound_before() {
    const Exchange* before = sent_at(record_, trial_.times.before);
    judged_.failed_before = !before || !before->expected;
    if (!before) return !is(Fate::unproven, "the request without a fault was not sent");
    if (!before->expected)
      return !is(Fate::unproven, "the request without a fault failed: " + told_of(*before));
    if (!tested_) return !is(Fate::unproven, "the request that was to meet the fault was not sent");
    return true;
  }

  bool is_corrupt() {
    std::string why;
    for (const Finding& finding : outcome_.verdict.findings)
      if (finding.kind == Finding::Kind::invariant && finding.status == Finding::Status::broken &&
          !trial_.broken_before.contains(finding.name) && !trial_.never_held.contains(finding.name))
        why += fmt::format("{}{}: {}", why.empty() ? "" : "; ", finding.name, finding.value);
    return !why.empty() && is(Fate::corrupts, why);
  }

  bool is_broken() {
    if (!outcome_.environment_error.empty()) return is(Fate::breaks, outcome_.environment_error);
    // Who asked a service that is killed loses the connection, and knows it at once.
    const bool told_by_reset =
        kills(trial_.trouble, *trial_.place, trial_.scenario->loads.back().to) &&
        tested_->failure != model::Failure::timed_out;
    if (tested_->status == 0 && !told_by_reset)
      return is(Fate::breaks, "its client got " + judged_.seen);
    if (judged_.ended_too_early)
      return is(Fate::breaks, fmt::format("none of {} requests without a fault succeeded in {} "
                                          "after it",
                                          after_.size(), rounded(trial_.times.after)));
    return false;
  }

  // An invariant that could not be judged may be broken.
  bool is_known() {
    bool any_judges = trial_.never_held.empty();
    for (const Finding& finding : outcome_.verdict.findings) {
      if (finding.kind != Finding::Kind::invariant) continue;
      if (trial_.never_held.contains(finding.name)) continue;
      any_judges = true;
      if (finding.status == Finding::Status::held) continue;
      const auto before = trial_.broken_before.find(finding.name);
      if (before != trial_.broken_before.end() && finding.status == Finding::Status::broken) {
        if (before->second.by.empty())
          return !is(Fate::unproven,
                     fmt::format("{} could not be judged before this fault, and is {}",
                                 finding.name, finding.value));
        if (before->second.value == finding.value) continue;  // by nothing of this run
        return !is(Fate::unproven,
                   fmt::format("{} was broken before: it was {}, by {}, and is {}", finding.name,
                               before->second.value, before->second.by, finding.value));
      }
      return !is(Fate::unproven,
                 fmt::format("{} could not be judged: {}", finding.name, finding.why));
    }
    if (any_judges) return true;
    const auto& [name, found] = *trial_.never_held.begin();
    return !is(Fate::unproven,
               fmt::format("{} is not held without any fault either: {}", name, found));
  }

  bool is_degraded() {
    if (!tested_->expected) return is(Fate::degrades, "its client got " + judged_.seen);
    if (const Duration took = tested_->ended - tested_->sent; took > trial_.limit)
      return is(Fate::degrades,
                fmt::format("it took {}, more than {}", rounded(took), rounded(trial_.limit)));
    const auto again = std::ranges::find_if(after_, &Exchange::expected);
    base::require(again != after_.end(), "one has succeeded, else it is broken");
    if (again == after_.begin()) return false;
    return is(Fate::degrades, fmt::format("the next request got {}; one succeeded {} later",
                                          told_of(*after_.front()),
                                          rounded((*again)->intended - after_.front()->intended)));
  }

  const Trial& trial_;
  const run::Outcome& outcome_;
  const Record& record_;
  const Exchange* const tested_;
  std::vector<const Exchange*> after_;  // the fault, by time
  Judged judged_;
};

// What is wrong with an answer that does not look so.
std::string_view remark_on(const Exchange& row, const model::Expect& expect) {
  if (row.expected) return "";
  const bool is_body = expect.status.empty()
                           ? row.status < 300
                           : std::ranges::find(expect.status, row.status) != expect.status.end();
  if (is_body) return " with an unexpected body";
  return row.status < 300 ? ", an unexpected status" : "";
}

}  // namespace

std::string_view name_of(Fate fate) {
  switch (fate) {
    case Fate::survives:
      return "survives";
    case Fate::degrades:
      return "degrades";
    case Fate::breaks:
      return "breaks";
    case Fate::corrupts:
      return "corrupts";
    case Fate::unproven:
      return "unproven";
  }
  return "";
}

Judged judge(const Trial& trial, const run::Outcome& outcome) {
  return Judging(trial, outcome).judge();
}

std::string found_of(const Finding& finding) {
  if (finding.value.empty()) return finding.why;
  if (finding.why.empty()) return finding.value;
  const bool says_it = finding.why.find(finding.value + " was measured") != std::string::npos;
  return says_it ? finding.why : finding.value + ": " + finding.why;
}

const Exchange* sent_at(const Record& record, Duration at) {
  const auto found = std::ranges::find(record.history, record.time_zero + at, &Exchange::intended);
  return found == record.history.end() ? nullptr : &*found;
}

std::string rounded(Duration time) {
  const auto ms = std::chrono::round<std::chrono::milliseconds>(time).count();
  if (ms < 1000) return fmt::format("{} ms", ms);
  const std::int64_t hundredths = (ms + 5) / 10;
  if (hundredths % 100 == 0) return fmt::format("{} s", hundredths / 100);
  return fmt::format("{}.{:02} s", hundredths / 100, hundredths % 100);
}

std::string told(const Exchange& row, const model::Expect& expect) {
  const std::string after = rounded(row.ended - row.sent);
  if (row.status != 0)
    return fmt::format("{} after {}{}", row.status, after, remark_on(row, expect));
  if (row.failure == model::Failure::timed_out) return "no answer within " + after;
  return fmt::format("no answer ({}) after {}",
                     row.failure ? model::name_of(*row.failure) : "it was broken off", after);
}

}  // namespace seawall::survey
