// What became of a request that met a fault, from the run of its cell.
#pragma once
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "harness/run/run.hpp"
#include "harness/survey/trouble.hpp"

namespace seawall::survey {

enum class Fate : std::uint8_t {
  survives,  // its client saw success, in its time
  degrades,  // its client was told of an error, or it was slow, or the next one failed at first
  breaks,    // no answer came, or no request without a fault succeeded afterwards
  corrupts,  // an invariant of the user's is broken
  unproven,  // the fault did not act, or the invariants could not be judged
};
inline constexpr auto fates = std::to_array<Fate>(
    {Fate::survives, Fate::degrades, Fate::breaks, Fate::corrupts, Fate::unproven});
std::string_view name_of(Fate fate);

// An invariant that a target which is not started afresh does not hold any more.
struct Broken {
  std::string value;
  std::string by;  // the cell that has left it so; empty: it could not be judged before
};
// By whom what is broken before the first cell is broken.
inline constexpr std::string_view by_no_fault = "what was there without any fault";

// What was run.
struct Trial {
  const model::Scenario* scenario = nullptr;  // of the cell
  const Place* place = nullptr;
  Trouble trouble = Trouble::request_lost;
  Times times;
  Duration limit{};                             // an answer that comes later is slow
  std::map<std::string, Broken> broken_before;  // by name
  // Of a target that is started afresh: invariants that it does not hold without any fault either,
  // by name, with what was found. No fault can be blamed for them.
  std::map<std::string, std::string> never_held;
};

struct Judged {
  Fate fate = Fate::unproven;
  std::string why;   // a sentence, but of what survives
  std::string seen;  // by the client: "201 after 18 ms"
  bool acted = false;
  // What another run, or one that takes longer, may show otherwise.
  bool failed_before = false;     // the request without a fault did not succeed
  bool healed_too_early = false;  // the request was under way when the fault ended
  bool ended_too_early = false;   // no request without a fault had succeeded by the end
  bool missed = false;            // who was to die died too early or too late
};

// The run was judged, or its target failed while the fault was there.
Judged judge(const Trial& trial, const run::Outcome& outcome);

// What was found of an invariant that is not held, the value once: "3 was measured, == 0 is
// wanted".
std::string found_of(const record::Finding& finding);

// The client's row of the request that was to be sent at this time since time 0; null: none was.
const record::Exchange* sent_at(const record::Record& record, Duration at);
// "18 ms", "1.52 s".
std::string rounded(Duration time);
// "201 after 18 ms", "no answer within 5 s". `expect`: of its request.
std::string told(const record::Exchange& row, const model::Expect& expect);

}  // namespace seawall::survey
