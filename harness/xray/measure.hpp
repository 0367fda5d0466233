// What the journal of one experiment says of a caller. Pure functions over records; each needs the
// experiment that is named with it (experiments.hpp), and says nothing where that did not show it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/xray/calls.hpp"

namespace seawall::xray {

// How a caller behaves while a fault is on the link, from calls one at a time. The records are of
// the same experiment with other seeds, each from a fresh start.
struct Reaction {
  std::int64_t calls = 0;       // that were seen
  std::int64_t attempts = 0;    // the most of a call
  std::int64_t afterwards = 0;  // requests after the client had left, the most of a call
  // The shortest time after which a copy went out while the one before was under way.
  std::optional<Duration> hedged_after;
  std::vector<std::vector<Duration>> gaps;  // before attempt 2, 3, ...: end to start, sorted
  // The first attempts that their caller ended, the middle one.
  std::optional<Duration> gave_up_after;
  // From the first attempt to the end of the last, the longest; where the last one was ended by its
  // caller sooner than the first had been.
  std::optional<Duration> cut_after;
  bool still_waiting = false;  // an attempt was never ended
  bool keyed = false;          // all attempts carry a key
  bool same_key = true;        // in all attempts of a call
  bool same_body = true;
  std::string told;       // what the caller answered: "503"; the most frequent
  Duration told_after{};  // the middle one
};
// `mute`: the fault lets nothing come back, so who ended an attempt was its caller.
Reaction reaction_in(const std::vector<record::Record>& records, const Subject& subject,
                     bool mute = true);

// Many calls, one every `interval`, all of them failing: the caller stopped to send any, though it
// was asked to. Absent: it never did.
struct Opening {
  std::int64_t successes = 0;  // on the link before the first failure, whatever they asked for
  std::int64_t failures = 0;   // from there until it stopped
  std::int64_t too_few = 0;    // of them had ended when it began one more: so many do not open it
  Duration from{};             // when all of it had ended, since time 0
  Duration length{};           // until the next: the middle, where it stopped several times
};
std::optional<Opening> opening_in(const record::Record& record, const base::Link& link,
                                  Duration interval);

// Many calls at once, the callee slow to answer: what came in the load before anybody can have been
// answered, and what became of the rest.
struct Crowd {
  std::int64_t asked = 0;    // of the caller
  std::int64_t came = 0;     // on the link
  std::int64_t late = 0;     // of these, in the last third of the time
  std::int64_t refused = 0;  // by the caller itself: it answered though it can have heard nothing
  std::int64_t peak = 0;     // on the link at once, in all of the load
};
Crowd crowd_in(const record::Record& record, const base::Link& link, Duration slow);

// How many requests came on the link within this time after the first that came at `from` or later.
std::int64_t arrivals_in(const record::Record& record, const base::Link& link, TimePoint from,
                         Duration time);

// The most that were on the link at once in the load.
std::int64_t peak_on(const record::Record& record, const base::Link& link);

}  // namespace seawall::xray
