#include "harness/check/validity.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "harness/base/counted.hpp"
#include "harness/base/text.hpp"
#include "harness/check/unreached.hpp"
#include "harness/check/value.hpp"

namespace seawall::check {
namespace {

using namespace std::chrono_literals;
using record::Finding;
using Status = Finding::Status;

const record::FaultUse* use_of(const model::Scenario& scenario, std::size_t position,
                               const Record& record) {
  const std::string& name = scenario.faults[position].name;
  if (position < record.faults.size() && record.faults[position].name == name)
    return &record.faults[position];
  for (const record::FaultUse& use : record.faults)
    if (use.name == name) return &use;
  return nullptr;
}

// Where a fault acts: its links, its node, or the places of its `at_call`.
std::string target_of(const model::Fault& fault) {
  if (fault.on_links() || !fault.node.empty()) return model::site_of(fault);
  if (fault.by_command()) return "what its command is done to";
  if (fault.at_call.empty()) return "its target";
  const model::Point& point = fault.at_call.front();
  return point.durable_write ? point.link.from : base::to_text(point.link);
}

// Whether this refusal kept a call from its link. What a retry budget refuses is a repeat of a call
// that went out, and a callee refuses what has reached it.
bool shields(const Event& event) {
  return event.kind == Event::Kind::reject && event.name != "retry_budget" &&
         event.what != "callee";
}

// Calls that the caller refused by itself while the fault was armed: they never met it.
std::int64_t shielded(const model::Fault& fault, const record::FaultUse& use,
                      const Observations& observations) {
  if (!fault.on_links() || !use.was_armed) return use.shielded;
  const TimePoint end = use.healed == TimePoint{} ? TimePoint::max() : use.healed;
  std::int64_t rejects = 0;
  for (const Event* event : observations.events({use.armed, end})) {
    if (!shields(*event)) continue;
    const std::optional<base::Link> where = base::parse_link(event->where);
    if (where && fault.covers(*where)) ++rejects;
  }
  return std::max(use.shielded, rejects);
}

struct Hits {
  bool enough = false;
  std::string value, limit;
};

Hits hits_of(const model::MustHit& must, const record::FaultUse& use) {
  Hits hits;
  if (must.share) {
    const std::int64_t share_ppm =
        use.reached == 0 ? 0 : base::Share::all().ppm * use.hit / use.reached;
    hits.enough = use.reached > 0 && share_ppm >= must.share->ppm;
    hits.value = fmt::format("{} of {} ({})", base::grouped(use.hit), base::grouped(use.reached),
                             value_text(model::Unit::share, double(share_ppm) / 1e6));
    hits.limit = fmt::format(">= {}", base::to_text(*must.share));
  } else {
    hits.enough = use.hit >= must.count;
    hits.value = base::grouped(use.hit);
    hits.limit = fmt::format(">= {}", base::grouped(must.count));
  }
  return hits;
}

bool is_waived(const model::MustHit& must) {
  return must.share ? must.share->ppm == 0 : must.count == 0;
}

std::string_view what_reached(const record::FaultUse& use) {
  if (use.connections == 0) return "matching requests";
  return use.connections == use.reached ? "connections" : "requests and connections";
}

std::string acted_text(const model::Fault& fault, const record::FaultUse& use,
                       std::int64_t shielded_calls) {
  if (!fault.on_links())
    return fmt::format("acted {} on {}", base::counted(use.hit, "time"), target_of(fault));
  std::string text = fmt::format("acted on {} of {} {} that reached {}", base::grouped(use.hit),
                                 base::grouped(use.reached), what_reached(use), target_of(fault));
  if (shielded_calls > 0)
    text += fmt::format(" ({} more calls were refused by the caller's own patterns)",
                        base::grouped(shielded_calls));
  return text;
}

// Whether it turns callers away before anybody sees that they call. Our own client tells of it; a
// service of somebody else does not.
bool turns_away_unseen(const model::Fault& fault) {
  return fault.type == "refuse" ||
         (fault.type == "partition" && fault.mode == model::Barrier::refuse);
}

// Which of the ways to miss it was, and what to look at.
std::string reason_of_miss(const model::Fault& fault, const record::FaultUse& use,
                           std::int64_t shielded_calls, const Record& record) {
  if (fault.by_command()) return "It was healed before its command had ended";
  if (!fault.at_call.empty() && use.reached == 0)
    if (std::string why = why_unreached(fault.at_call.front(), record); !why.empty()) return why;
  if (!fault.on_links()) return "Its place in the execution was never reached";
  const bool seen_none = use.calls == 0 && use.connections == 0 && shielded_calls == 0;
  if (seen_none && turns_away_unseen(fault))
    return "No call was seen that way in the time. Calls that a service of your own is refused are "
           "not seen, only connections that were open: type = \"reset_peer\" with direction = "
           "\"request\" is seen, or must_hit = 0 waives the proof. Of other callers, look at its "
           "window and at the load";
  if (seen_none) return "No call came that way in the time: look at its window and at the load";
  if (use.calls == 0 && use.connections == 0)
    return "The caller's own patterns refused every call before it reached the link: ask for less, "
           "or open the breaker later";
  if (use.connections > 0)
    return "It changes the bytes of connections: what it waits for did not happen on any of them, "
           "or "
           "its probability leaves too few of them";
  if (use.reached == 0)
    return "Calls came that way, but none of them matches: look at `match` and `at_call`";
  return "Fewer matching calls reached it than it takes, or its probability, `first` or `every` "
         "leaves too few of them";
}

std::string miss_text(const model::Fault& fault, const record::FaultUse& use,
                      std::int64_t shielded_calls, const Record& record) {
  std::string counts =
      use.connections > 0 ? fmt::format("it came to {} {} of {}, and {} were really changed",
                                        base::grouped(use.reached), what_reached(use),
                                        target_of(fault), base::grouped(use.hit))
      : fault.on_links()
          ? fmt::format(
                "while it was armed {} reached {}, {} of them matched, {} were "
                "really changed, and {} more were refused by the caller's own "
                "patterns before they reached the link",
                base::counted(use.calls, "call"), target_of(fault), base::grouped(use.reached),
                base::grouped(use.hit), base::grouped(shielded_calls))
          : fmt::format("it acted {} on {}", base::counted(use.hit, "time"), target_of(fault));
  return fmt::format(
      "The fault {} missed: {}. {}. A fault that did not act proves nothing about "
      "how the system copes with it",
      fault.name, counts, reason_of_miss(fault, use, shielded_calls, record));
}

// A command that failed: it was not done, or it is done still.
Finding judge_trouble(const model::Fault& fault, const record::FaultUse& use) {
  Finding finding;
  finding.kind = Finding::Kind::fault;
  finding.name = fault.name;
  finding.status = Status::inconclusive;
  finding.value = base::grouped(use.hit);
  finding.exercised = use.hit;
  finding.why = fmt::format(
      "The fault {} {}. What a run proves whose faults did not come and go as planned is not known",
      fault.name, use.trouble);
  return finding;
}

Finding judge_fault(const model::Scenario& scenario, std::size_t position, const Record& record,
                    const Observations& observations) {
  const model::Fault& fault = scenario.faults[position];
  Finding finding;
  finding.kind = Finding::Kind::fault;
  finding.name = fault.name;
  finding.status = Status::inconclusive;
  const bool waived = is_waived(fault.must_hit);
  const record::FaultUse* use = use_of(scenario, position, record);
  if (!use || !use->was_armed) {
    finding.status = waived ? Status::not_exercised : Status::inconclusive;
    finding.value = "0";
    finding.why = fmt::format(
        "The fault {} was never armed: {}. A fault that did not act proves nothing about how the "
        "system copes with it",
        fault.name,
        fault.when ? "what it waits for was never seen" : "the run ended before its time");
    return finding;
  }
  if (!use->trouble.empty()) return judge_trouble(fault, *use);
  const Hits hits = hits_of(fault.must_hit, *use);
  const std::int64_t shielded_calls = shielded(fault, *use, observations);
  finding.value = hits.value;
  finding.limit = waived ? "waived" : hits.limit;
  finding.exercised = use->hit;
  if (hits.enough || waived) {
    finding.status = use->hit > 0 ? Status::held : Status::not_exercised;
    finding.why = acted_text(fault, *use, shielded_calls);
    if (waived) finding.why += "; must_hit = 0 waives the proof that it acts";
  } else {
    finding.why = miss_text(fault, *use, shielded_calls, record);
  }
  return finding;
}

}  // namespace

void count_shielded(const model::Scenario& scenario, Record& record) {
  const Observations observations(record);
  for (std::size_t i = 0; i < scenario.faults.size() && i < record.faults.size(); ++i)
    record.faults[i].shielded = shielded(scenario.faults[i], record.faults[i], observations);
}

std::vector<Finding> judge_faults(const model::Scenario& scenario, const Record& record,
                                  const Observations& observations) {
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < scenario.faults.size(); ++i)
    findings.push_back(judge_fault(scenario, i, record, observations));
  return findings;
}

Duration lateness_limit(const model::Scenario& scenario, const model::Load& load) {
  constexpr Duration least = 5ms;
  if (load.max_lateness) return *load.max_lateness;
  const std::optional<Duration> bound = tightest_latency_bound(scenario);
  return bound ? std::max(least, *bound / 10) : least;
}

namespace {

const model::Load* load_named(const model::Scenario& scenario, std::size_t position,
                              const record::LoadUse& use) {
  for (const model::Load& load : scenario.loads)
    if (load.name == use.name) return &load;
  return position < scenario.loads.size() ? &scenario.loads[position] : nullptr;
}

// What is wrong with how a load was sent; empty: nothing.
std::string flaw_of_load(const record::LoadUse& use, Duration limit, bool broken_off,
                         std::int64_t max_in_flight) {
  if (use.overflowed)
    return fmt::format(
        "More than {} requests were in flight (max_in_flight), and nothing was sent from then on",
        base::grouped(max_in_flight));
  if (!use.lack.empty()) return use.lack;
  // A run that was stopped has not failed to send the rest.
  if (!broken_off && use.sent * 100 < use.planned * 99)
    return fmt::format("Only {} of {} planned requests were sent; 99 % is the least",
                       base::grouped(use.sent), base::grouped(use.planned));
  if (use.lateness_p99 > limit)
    return fmt::format(
        "1 % of the requests were sent {} late or more; {} is the most. The machine "
        "is too busy for this load, or `max_lateness` too strict",
        time_text(use.lateness_p99), time_text(limit));
  return {};
}

}  // namespace

std::vector<Finding> judge_loads(const model::Scenario& scenario, const Record& record) {
  const bool broken_off = record.interrupted || !record.stopped_by.empty();
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < record.loads.size(); ++i) {
    const record::LoadUse& use = record.loads[i];
    const model::Load* load = load_named(scenario, i, use);
    const Duration limit = load ? lateness_limit(scenario, *load) : use.lateness_limit;
    Finding& finding = findings.emplace_back();
    finding.kind = Finding::Kind::load;
    finding.name = use.name.empty() ? "load" : use.name;
    finding.value = fmt::format("{} of {} sent, p99 {} late", base::grouped(use.sent),
                                base::grouped(use.planned), time_text(use.lateness_p99));
    finding.limit = fmt::format(">= 99 %, <= {}", time_text(limit));
    finding.exercised = use.sent;
    const std::string flaw =
        flaw_of_load(use, limit, broken_off, load ? load->max_in_flight : use.peak_in_flight);
    if (flaw.empty()) {
      finding.why = "The load was sent as planned";
      continue;
    }
    finding.status = Status::inconclusive;
    finding.why = flaw + ". Measured on another load than the planned one, levels are not judged";
  }
  return findings;
}

LoadHeld load_held(const std::vector<Finding>& loads) {
  const bool held = std::all_of(loads.begin(), loads.end(), [](const Finding& finding) {
    return finding.status == Status::held;
  });
  return held ? LoadHeld::yes : LoadHeld::no;
}

namespace {

// How a tool ended that was told to: what its status says then is not what it found.
bool ended_as_told(const record::ToolUse& use) {
  constexpr int by_signal = 128;  // as shells have it
  const bool of_signal = use.by_signal || use.status > by_signal;
  return use.was_killed || (use.was_asked && of_signal);
}

}  // namespace

std::vector<Finding> judge_tools(const Record& record) {
  std::vector<Finding> findings;
  for (const record::ToolUse& use : record.tools) {
    Finding& finding = findings.emplace_back();
    finding.kind = Finding::Kind::slo;
    finding.name = use.name.empty() ? "load command" : use.name;
    finding.value = use.end;
    finding.limit = "status 0";
    finding.exercised = 1;
    const std::string how =
        use.was_killed  ? "it did not end when the load phase did, although it was told to (INT), "
                          "and was killed"
        : use.was_asked ? "it was told to end with the load phase (INT)"
                        : "it ended by itself";
    finding.why = fmt::format("{}: {}, after {}", use.command, how, time_text(use.lasted));
    if (ended_as_told(use)) {
      finding.status = Status::not_judged;
      finding.why += ". Its status says nothing then; let it end by itself before the load does";
    } else if (use.by_signal || use.status != 0) {
      finding.status = Status::broken;
      finding.why += "; " + use.last_lines;
    }
  }
  return findings;
}

namespace {

// A disk that is alone with the run takes a few milliseconds for a commit.
constexpr Duration slow_commit = 100ms;

// Whether a slow machine alone could break it.
bool is_about_time(const model::Scenario& scenario, const Finding& finding) {
  constexpr auto invariants =
      std::to_array<std::string_view>({"goodput-recovers", "load-bounded", "converges"});
  const bool of_user = finding.kind == Finding::Kind::slo && finding.id.empty();
  if (of_user) return depends_on_load(scenario, finding.name);
  return finding.name == "deadlines-kept" ||
         std::find(invariants.begin(), invariants.end(), finding.name) != invariants.end();
}

}  // namespace

std::vector<Finding> judge_disk(const model::Scenario& scenario, const Record& record,
                                std::vector<Finding>& findings) {
  if (record.slowest_commit == Duration::zero()) return {};
  Finding disk;
  disk.kind = Finding::Kind::load;
  disk.name = "disk";
  disk.value = fmt::format("slowest commit {}", time_text(record.slowest_commit));
  const std::string limit = fmt::format("<= {}", time_text(slow_commit));
  if (record.slowest_commit <= slow_commit) {
    disk.limit = limit;
    disk.why = "The disk kept up";
    return {disk};
  }

  // The limit binds nobody as long as nothing comes of it.
  disk.why = fmt::format("A commit to the disk of {} stood still for {}: nothing came of it",
                         record.slowest_disk, time_text(record.slowest_commit));
  for (Finding& finding : findings) {
    if (finding.status != Status::broken || !is_about_time(scenario, finding)) continue;
    finding.status = Status::not_judged;
    finding.why = fmt::format("{}; but a commit to disk stood still for {} meanwhile", finding.why,
                              time_text(record.slowest_commit));
    disk.status = Status::inconclusive;
    disk.limit = limit;
    disk.why = fmt::format(
        "A commit to the disk of {} stood still for {}: the machine was slow, not or not only the "
        "target. Run it again when nothing else writes, or with [target] store = \"memory\" where "
        "nothing crashes",
        record.slowest_disk, time_text(record.slowest_commit));
  }
  return {disk};
}

namespace {

// What an event says about the pattern that acted; empty: nothing.
std::string_view pattern_of(const Event& event) {
  switch (event.kind) {
    case Event::Kind::reject:
      return event.name;
    case Event::Kind::retry:
      return event.name.empty() ? std::string_view("retry") : event.name;
    case Event::Kind::degraded:
      return "fallback";
    case Event::Kind::breaker:
      return "circuit_breaker";
    case Event::Kind::outlier:
      return event.what == "ejected" ? std::string_view("outlier") : std::string_view();
    default:
      return {};
  }
}

struct Use {
  std::int64_t counted = 0;  // by the patterns themselves
  std::int64_t seen = 0;     // in events
  std::int64_t acted() const { return std::max(counted, seen); }
};

}  // namespace

std::vector<Finding> judge_patterns(const model::Scenario& scenario, const Record& record) {
  std::map<std::string_view, Use> uses;
  for (const record::PatternUse& use : record.patterns) uses[use.pattern].counted += use.acted;
  for (const std::string& name : scenario.meta.exercises) uses[name];
  for (const Event& event : record.events)
    if (const auto use = uses.find(pattern_of(event)); use != uses.end()) ++use->second.seen;

  const auto& named = scenario.meta.exercises;
  std::vector<Finding> findings;
  for (const auto& [pattern, use] : uses) {
    Finding& finding = findings.emplace_back();
    finding.kind = Finding::Kind::pattern;
    finding.id = "C4";
    finding.name = pattern;
    finding.exercised = use.acted();
    finding.value = base::counted(use.acted(), "time");
    if (use.acted() > 0) {
      finding.why = fmt::format("{} acted {}", pattern, base::counted(use.acted(), "time"));
    } else if (std::find(named.begin(), named.end(), pattern) == named.end()) {
      finding.status = Status::not_exercised;
      finding.why = fmt::format("{} never had to act, so the run says nothing of it", pattern);
    } else {
      finding.status = Status::inconclusive;
      finding.limit = ">= 1";
      finding.why = fmt::format(
          "The scenario is about {}, which never acted: the run proves nothing of it. {}", pattern,
          scenario.variant.empty() ? "Switch it on in [policy], let a fault act that it has to "
                                     "answer (longer, harder, or "
                                     "on its link), or take it out of `exercises`"
                                   : "Where the variant takes it away, that is meant, and nothing "
                                     "is to be done; else see "
                                     "that the policy has it and that a fault acts on its link");
    }
  }
  return findings;
}

std::vector<Finding> judge_ledger(const Evidence& evidence) {
  const std::string missing = evidence.missing();
  if (missing.empty()) return {};
  Finding finding;
  finding.kind = Finding::Kind::invariant;
  finding.id = "A0";
  finding.name = "ledger-complete";
  finding.status = Status::inconclusive;
  finding.why =
      fmt::format("Durable rows are missing: {}. What is missing cannot be judged", missing);
  return {finding};
}

std::vector<Finding> judge_events(const Record& record) {
  if (record.events_dropped == 0) return {};
  Finding finding;
  finding.kind = Finding::Kind::invariant;
  finding.id = "A0";
  finding.name = "events-complete";
  finding.status = Status::inconclusive;
  finding.why = fmt::format(
      "There were too many events to keep: {} were dropped. What is counted from events is not "
      "judged. Send less load, or for a shorter time",
      base::grouped(record.events_dropped));
  return {finding};
}

}  // namespace seawall::check
