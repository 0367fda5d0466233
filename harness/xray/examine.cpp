#include "harness/xray/examine.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "harness/base/text.hpp"

namespace seawall::xray {
namespace {

using namespace std::chrono_literals;

// Requests before the experiment begins: for what later ones need of them (templates), and for what
// a breaker or a budget remembers.
struct Warmup {
  Duration time;
  base::Rate rate;
};
constexpr Warmup no_successes{0s, base::Rate::per_second(2)};
constexpr Warmup few_successes{1s, base::Rate::per_second(2)};
constexpr Warmup many_successes{12s, base::Rate::per_second(40)};  // more than a window of calls

constexpr Duration dense = 20ms;
constexpr Duration short_patience = 5s;  // tried first: most callers have less

class Examiner {
 public:
  Examiner(const model::Scenario& base, const Settings& settings, const Run& run)
      : base_(base), settings_(settings), run_(run) {}

  Xray examine() {
    xray_.scenario = base_.meta.name;
    xray_.mode =
        base_.target.is_shop() ? std::string(model::name_of(base_.target.mode)) : base_.target.kind;
    const record::Record quiet = observe(quiet_run(), {});
    for (const base::Link& link : settings_.links) {
      if (over_) break;
      const auto subject = main_subject(quiet, link);
      if (!subject)
        xray_.skipped.emplace_back(link, "no request of the scenario needed it by HTTP");
      else if (const std::string why = why_not(quiet, *subject); !why.empty())
        xray_.skipped.emplace_back(link, why);
      else
        examine(*subject, request_of(quiet, *subject));
    }
    return std::move(xray_);
  }

 private:
  Sending quiet_run() const {
    Sending sending;
    sending.interval = 500ms;
    sending.count = 40;
    sending.patience = settings_.patience;
    sending.warmup_rate = few_successes.rate;
    sending.warmup = few_successes.time;
    return sending;
  }

  // An empty record once it is over.
  record::Record observe(const Sending& sending, std::vector<model::Fault> faults,
                         std::int64_t start = 0) {
    if (over_) return {};
    ++xray_.runs;
    const std::uint64_t seed = base_.run.seed + static_cast<std::uint64_t>(start);
    auto record = run_(experiment(base_, sending, std::move(faults), seed));
    over_ = !record;
    return record ? std::move(*record) : record::Record();
  }

  // What fails by itself says nothing of how failures are met; empty: it works.
  static std::string why_not(const record::Record& quiet, const Subject& subject) {
    const auto rows = rows_on(quiet, subject, quiet.time_zero);
    const auto failed = std::count_if(rows.begin(), rows.end(), [](const record::Exchange* row) {
      return row->failure || row->status >= 500;
    });
    if (failed * 10 <= std::ssize(rows)) return {};
    return fmt::format("without any fault, {} of {} calls to {} failed", failed, rows.size(),
                       to_text(subject.operation));
  }

  // The name of the client's request that brings most calls here.
  static std::string request_of(const record::Record& quiet, const Subject& subject) {
    std::map<std::string, int> counts;
    for (const record::Exchange* row : rows_on(quiet, subject, quiet.time_zero)) {
      const record::Exchange* cause = nullptr;
      for (const record::Exchange& request : quiet.history)
        if (request.sent <= row->sent && (!cause || request.sent > cause->sent)) cause = &request;
      if (cause) ++counts[std::string(cause->request_name.view())];
    }
    const auto most =
        std::max_element(counts.begin(), counts.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    return most == counts.end() ? "" : most->first;
  }

  void examine(const Subject& subject, const std::string& request) {
    LinkFindings findings;
    findings.subject = subject;
    findings.request = request;
    for (const Probe probe : all_probes()) look_at_one_call(probe, findings);
    if (over_) return;
    conclude(findings, settings_.patience, settings_.noise);
    look_for_breaker(findings);
    look_for_budget(findings);
    look_at_crowd(findings);
    look_at_leaving(findings);
    if (!over_) xray_.links.push_back(std::move(findings));
  }

  Sending to(const LinkFindings& findings) const {
    Sending sending = quiet_run();
    sending.request = findings.request;
    sending.count = 1;
    return sending;
  }

  Sending many(const LinkFindings& findings, const Warmup& warmup, Duration interval,
               Duration time) const {
    Sending sending = to(findings);
    sending.warmup = warmup.time;
    sending.warmup_rate = warmup.rate;
    sending.interval = interval;
    sending.count = time / interval;
    return sending;
  }

  // ---- One call at a time.

  void look_at_one_call(Probe probe, LinkFindings& findings) {
    const bool is_first = findings.reactions.empty();
    if (is_first && short_patience * 2 <= settings_.patience) {
      const Reaction reaction = reaction_to(probe, short_patience, findings);
      const bool gave_up = reaction.calls > 0 && !reaction.still_waiting &&
                           reaction.told_after * 10 < short_patience * 9;
      if (gave_up) findings.reactions[probe] = reaction;
      if (gave_up) return;
    }
    findings.reactions[probe] = reaction_to(probe, settings_.patience, findings);
  }

  Reaction reaction_to(Probe probe, Duration patience, const LinkFindings& findings) {
    Sending sending = to(findings);
    sending.patience = patience;
    sending.interval = patience + 1s;
    // Who answers fast need not be waited for.
    const auto silence = findings.reactions.find(Probe::silence);
    if (silence != findings.reactions.end() && !silence->second.still_waiting)
      sending.interval = std::min(sending.interval, longest_call(findings));
    const std::int64_t starts = probe == Probe::silence ? settings_.starts : settings_.repeated;
    std::vector<record::Record> records;
    for (std::int64_t start = 0; start < starts && !over_; ++start)
      records.push_back(observe(sending, {fault_of(probe, findings.subject.link)}, start));
    return reaction_in(records, findings.subject, is_mute(probe));
  }

  // Until a call is over, whatever happens to it, with room for waits that are drawn.
  static Duration longest_call(const LinkFindings& findings) {
    Duration longest = 200ms;
    for (const auto& [probe, reaction] : findings.reactions)
      longest = std::max(longest, reaction.told_after);
    return longest * 2 + 500ms;
  }

  // Repeats in a row, of calls that all fail, until there are no more of them. What a breaker holds
  // back says nothing.
  void look_for_budget(LinkFindings& findings) {
    using Count = Found<std::int64_t>;
    if (findings.repeated.empty()) {
      findings.budget = Count::none(findings.backoff.why);
      return;
    }
    const auto& breaker = findings.breaker.value;
    std::int64_t left =
        breaker ? breaker->fresh.failures : std::numeric_limits<std::int64_t>::max();
    // Three calls without a repeat would be the least to see.
    if (left < findings.attempts.value.value_or(2) * 2 + 3) {
      findings.budget = Count::none("cannot tell: the breaker opens before");
      return;
    }
    Sending sending = to(findings);
    sending.interval = longest_call(findings);
    sending.count = 20;
    const Probe probe = quickest(findings);
    const auto record = observe(sending, {fault_of(probe, findings.subject.link)});
    std::int64_t repeats = 0;
    std::int64_t single = 0;  // calls in a row
    for (const Call& call : calls_on(record, findings.subject)) {
      left -= std::ssize(call.attempts);
      if (left < 0) break;
      repeats += std::ssize(call.attempts) - 1;
      single = call.attempts.size() == 1 ? single + 1 : 0;
    }
    if (single >= 3)
      findings.budget = Count::of(repeats);
    else if (left < 0)
      findings.budget = Count::none("cannot tell: the breaker opens before");
    else
      findings.budget = Count::none("none seen: repeats went on");
  }

  // What is repeated, and over soonest.
  static Probe quickest(const LinkFindings& findings) {
    return *std::min_element(
        findings.repeated.begin(), findings.repeated.end(), [&](Probe a, Probe b) {
          return findings.reactions.at(a).told_after < findings.reactions.at(b).told_after;
        });
  }

  // ---- A breaker.

  void look_for_breaker(LinkFindings& findings) {
    for (const Probe probe : {Probe::status_503, Probe::reset, Probe::silence}) {
      const auto fresh =
          opening_after(probe, least_successes(findings), settings_.openings, findings);
      if (!fresh) continue;
      BreakerFinding breaker;
      breaker.opened_by = probe;
      breaker.fresh = *fresh;
      breaker.open_for = Found<Duration>::of(fresh->length);
      breaker.seasoned = opening_after(probe, many_successes, 1, findings);
      conclude(breaker);
      look_at_half_open(breaker, findings);
      findings.breaker = Found<BreakerFinding>::of(std::move(breaker));
      return;
    }
    findings.breaker = Found<BreakerFinding>::none(
        "none seen in " + base::to_text(settings_.failing) + " of failing calls");
  }

  // None, where that is possible: then what opens it is only what fails.
  Warmup least_successes(const LinkFindings& findings) const {
    return needs_earlier(base_, findings.request) ? few_successes : no_successes;
  }

  // Of several from a fresh start, that with the fewest failures: where calls overlap, some more
  // are on their way when it opens, and never less.
  std::optional<Opening> opening_after(Probe probe, const Warmup& warmup, std::int64_t starts,
                                       const LinkFindings& findings) {
    const base::Link& link = findings.subject.link;
    const Duration interval = spaced(findings);
    std::optional<Opening> fewest;
    for (std::int64_t start = 0; start < starts; ++start) {
      const auto record = observe(many(findings, warmup, interval, settings_.failing),
                                  {fault_of(probe, link)}, start);
      const auto opening = opening_in(record, link, interval);
      if (!opening) return std::nullopt;
      if (!fewest || opening->failures < fewest->failures) fewest = opening;
    }
    return fewest;
  }

  // From one request to the next, so that its repeats do not meet the first attempts of others.
  static Duration spaced(const LinkFindings& findings) {
    if (!findings.backoff.value) return dense;
    std::vector<Duration> offsets = {Duration{}};
    for (const auto& [least, longest] : findings.backoff.value->waits)
      offsets.push_back(offsets.back() + (least + longest) / 2);
    Duration best = dense;
    Duration widest{};
    for (Duration interval = dense; interval < dense * 3 / 2; interval += 1ms) {
      const Duration apart = least_apart(offsets, interval);
      if (apart > widest) best = interval;
      widest = std::max(widest, apart);
    }
    return best;
  }

  // The least distance between any two offsets, where each comes again with every interval.
  static Duration least_apart(const std::vector<Duration>& offsets, Duration interval) {
    Duration least = interval;
    for (std::size_t i = 0; i < offsets.size(); ++i)
      for (std::size_t k = 0; k < i; ++k) {
        const Duration apart = (offsets[i] - offsets[k]) % interval;
        least = std::min({least, apart, interval - apart});
      }
    return least;
  }

  // While it is open the fault is healed and the callee is slow, so that those who are let through
  // are counted before any of them is answered.
  void look_at_half_open(BreakerFinding& breaker, const LinkFindings& findings) {
    const base::Link& link = findings.subject.link;
    const Duration slow = slowness(findings);
    const Duration open_for = *breaker.open_for.value;
    const Duration heal = breaker.fresh.from + open_for / 2;  // while it is open
    const Duration interval = spaced(findings);
    const auto record =
        observe(many(findings, least_successes(findings), interval, heal + open_for + 5s),
                {fault_of(breaker.opened_by, link, {}, heal), slowness_of(link, slow, heal)});
    const auto arrived = arrivals_in(record, link, record.time_zero + heal, slow - interval);
    breaker.half_open_calls = arrived > 0 && arrived < slow / interval - 2
                                  ? Found<std::int64_t>::of(arrived)
                                  : Found<std::int64_t>::none("cannot tell: as many as came");
  }

  // Slower than anybody would like, and quicker than its caller's patience.
  static Duration slowness(const LinkFindings& findings) {
    return findings.timeout.value ? *findings.timeout.value * 6 / 10 : Duration(1s);
  }

  // ---- Many calls at once, and a client that leaves.

  void look_at_crowd(LinkFindings& findings) {
    const base::Link& link = findings.subject.link;
    const Duration slow = slowness(findings);
    const auto record =
        observe(many(findings, few_successes, settings_.crowded, slow), {slowness_of(link, slow)});
    conclude(findings, crowd_in(record, link, slow), slow / settings_.crowded);
  }

  void look_at_leaving(LinkFindings& findings) {
    if (!findings.timeout.value) {
      findings.leaves_with_caller = Found<bool>::none("cannot tell without a timeout");
      findings.passes_deadline = findings.leaves_with_caller;
      return;
    }
    Sending sending = to(findings);
    sending.patience = *findings.timeout.value / 2;
    sending.interval = longest_call(findings);
    const auto record = observe(sending, {fault_of(Probe::silence, findings.subject.link)});
    const auto calls = calls_on(record, findings.subject);
    if (calls.empty() || calls.front().attempts.front()->ended == TimePoint{}) {
      findings.leaves_with_caller = Found<bool>::none("cannot tell: no call was seen");
      findings.passes_deadline = findings.leaves_with_caller;
      return;
    }
    const record::Exchange& first = *calls.front().attempts.front();
    const Duration after = first.ended - first.sent;
    findings.leaves_with_caller = Found<bool>::of(after * 10 < *findings.timeout.value * 8);
    findings.passes_deadline =
        first.deadline == TimePoint{}
            ? Found<bool>::none("cannot tell: its calls carry none")
            : Found<bool>::of((first.deadline - first.sent) * 10 < *findings.timeout.value * 8);
  }

  const model::Scenario& base_;
  const Settings& settings_;
  const Run& run_;
  Xray xray_;
  bool over_ = false;
};

}  // namespace

Xray examine(const model::Scenario& base, const Settings& settings, const Run& run) {
  return Examiner(base, settings, run).examine();
}

std::int64_t cost(const Settings& settings) {
  const auto others = static_cast<std::int64_t>(all_probes().size()) - 1;
  const std::int64_t reactions = settings.starts + others * settings.repeated;
  return 1 +
         static_cast<std::int64_t>(settings.links.size()) * (reactions + 2 * settings.openings + 4);
}

}  // namespace seawall::xray
