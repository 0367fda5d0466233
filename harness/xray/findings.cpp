#include "harness/xray/findings.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/base/text.hpp"

namespace seawall::xray {
namespace {

using namespace std::chrono_literals;

// Two waits this close to each other are one, drawn by nobody.
bool are_one(Duration a, Duration b, Duration noise) {
  return b - a <= std::max<Duration>(noise, b / 20);
}

// Of the wait before the first repeat: from 0 (full), from half (equal) of the longest.
Jitter jitter_of(Duration least, Duration longest, Duration noise) {
  if (are_one(least, longest, noise)) return Jitter::none;
  if (least * 3 < longest) return Jitter::full;
  if (least * 10 > longest * 4 && least * 10 < longest * 7) return Jitter::equal;
  return Jitter::other;
}

Found<Duration> timeout_of(const Reaction& silence, Duration patience) {
  if (silence.calls == 0) return Found<Duration>::none("cannot tell: no call was seen");
  if (silence.gave_up_after && *silence.gave_up_after * 10 < patience * 9)
    return Found<Duration>::of(*silence.gave_up_after);
  if (silence.gave_up_after)
    return Found<Duration>::none("cannot tell: it left when its client did, after " +
                                 base::to_text(patience));
  if (silence.still_waiting) return Found<Duration>::none("none within " + base::to_text(patience));
  return Found<Duration>::none("cannot tell: no attempt was ended by its caller");
}

}  // namespace

Found<Backoff> backoff_of(const std::map<Probe, Reaction>& reactions, Duration noise) {
  std::vector<std::vector<Duration>> waits;
  for (const auto& [probe, reaction] : reactions) {
    if (waits.size() < reaction.gaps.size()) waits.resize(reaction.gaps.size());
    for (std::size_t i = 0; i < reaction.gaps.size(); ++i)
      waits[i].insert(waits[i].end(), reaction.gaps[i].begin(), reaction.gaps[i].end());
  }
  if (waits.empty()) return Found<Backoff>::none("none: nothing is repeated");
  constexpr std::size_t enough = 4;
  if (waits.front().size() < enough)
    return Found<Backoff>::none("cannot tell: too few repeats were seen");
  Backoff backoff;
  for (const auto& each : waits) {
    const auto [least, longest] = std::minmax_element(each.begin(), each.end());
    backoff.waits.emplace_back(*least, *longest);
  }
  // A late thread makes a wait longer, and never shorter: the longest quarter says nothing.
  auto& first = waits.front();
  std::sort(first.begin(), first.end());
  backoff.jitter = jitter_of(first.front(), first[(first.size() * 3 + 3) / 4 - 1], noise);
  return Found<Backoff>::of(std::move(backoff));
}

void conclude(LinkFindings& findings, Duration patience, Duration noise) {
  const auto& reactions = findings.reactions;
  const auto silence = reactions.find(Probe::silence);
  if (silence != reactions.end()) {
    findings.timeout = timeout_of(silence->second, patience);
    findings.total =
        silence->second.cut_after
            ? Found<Duration>::of(*silence->second.cut_after)
            : Found<Duration>::none("cannot tell: no attempt was cut shorter than the first");
  }
  std::int64_t most = 0;
  bool goes_on = false;
  std::optional<Duration> hedged;
  for (const auto& [probe, reaction] : reactions) {
    most = std::max(most, reaction.attempts);
    goes_on = goes_on || reaction.afterwards > 0;
    if (reaction.hedged_after)
      hedged = std::min(hedged.value_or(*reaction.hedged_after), *reaction.hedged_after);
    if (reaction.attempts > 1) findings.repeated.push_back(probe);
  }
  using Count = Found<std::int64_t>;
  if (most == 0)
    findings.attempts = Count::none("cannot tell: no call was seen");
  else if (hedged)
    findings.attempts = Count::none("cannot tell: copies go out while one is under way, after " +
                                    base::to_text(*hedged) + " (hedging)");
  else if (most == 1 && goes_on)
    findings.attempts = Count::none("cannot tell: it goes on when its client has its answer");
  else
    findings.attempts = Count::of(most);
  findings.backoff = findings.attempts.value ? backoff_of(reactions, noise)
                                             : Found<Backoff>::none(findings.attempts.why);
}

void conclude(LinkFindings& findings, const Crowd& crowd, std::int64_t wanted) {
  using Count = Found<std::int64_t>;
  // Before anybody is answered: who has a limit calls no more once it is reached.
  const bool limited = crowd.came > 0 && crowd.late == 0 && crowd.came * 10 < crowd.asked * 9;
  if (limited)
    findings.at_once = Count::of(crowd.peak);
  else if (crowd.came * 10 >= wanted * 9)
    findings.at_once = Count::none(fmt::format("none below {}", crowd.came));
  else
    findings.at_once = Count::none(
        fmt::format("cannot tell: {} of {} requests came so far, and no end of it was seen",
                    crowd.came, wanted));
  const std::int64_t rest = crowd.asked - crowd.came;
  if (limited && crowd.refused * 10 >= rest * 9) findings.beyond = Beyond::refused;
  if (limited && crowd.refused * 10 <= rest) findings.beyond = Beyond::waits;
  if (findings.beyond == Beyond::waits)
    findings.pool = findings.at_once;
  else if (findings.beyond == Beyond::refused)
    findings.pool = Count::none("cannot tell: more calls than these are refused before");
  else
    findings.pool = limited ? Count::none("cannot tell: of the rest some waited and some did not")
                            : Count::none(findings.at_once.why);
}

void conclude(BreakerFinding& breaker) {
  if (!breaker.seasoned) return;
  const Opening& fresh = breaker.fresh;
  const Opening& seasoned = *breaker.seasoned;
  // A rule over the last calls is later met after more successes, one over a row of failures not.
  // Where calls overlap, some that count no more are under way when it opens.
  constexpr std::int64_t most_overlapping = 3;
  const std::int64_t fewest = std::min(fresh.failures, seasoned.failures);
  const auto explains = [&](const Opening& one) {
    const std::int64_t least = std::max(one.too_few + 1, one.failures - most_overlapping);
    return least <= fewest;
  };
  if (explains(fresh) && explains(seasoned))
    breaker.consecutive = fewest;
  else if (fresh.failures > fresh.successes)
    breaker.minimum_calls = fresh.successes + fresh.failures;
}

}  // namespace seawall::xray
