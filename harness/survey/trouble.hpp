// What goes wrong with one call of a request, or with a link that is no HTTP: as faults that a
// scenario takes, and in the words that people see.
//
//   of one call        lost, its reply lost, reset, answered with an error before or after the
//                      work, slow, late, sent twice; one of its two ends killed in the middle
//   of every attempt   lost, its reply lost, answered with an error
//   of the link        new connections refused; of one that is no HTTP also silence, reset, delay
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/model/scenario.hpp"
#include "harness/survey/calls.hpp"

namespace seawall::survey {

using namespace std::chrono_literals;

enum class Trouble : std::uint8_t {
  request_lost,
  every_request_lost,
  reply_lost,
  every_reply_lost,
  reset,
  error,
  every_error,
  error_after,
  busy,
  slow,
  late,
  twice,
  refused,
  silence,
  callee_killed_before,
  callee_killed_after,
  caller_killed,
};

// "reply lost".
std::string_view name_of(Trouble trouble);

// Where something goes wrong.
struct Place {
  base::Link link;
  std::optional<Call> call;  // absent: the link is no HTTP, so nothing is known of calls
};
std::string to_text(const Place& place);

// All that is tried there, in this order: what shows how long its callers wait comes first.
std::vector<Trouble> troubles_at(const Place& place, const model::Scenario& scenario);

// When things happen in the run of a cell; the first four since its time 0.
//
//   earlier ones   before      tested          after, again and again
//   |              |           |==== window ===| |         |         |
struct Times {
  Duration step{};    // between two requests: enough for one without a fault
  Duration before{};  // the request without a fault is sent
  Duration tested{};  // the one that meets the fault
  Duration window{};  // from there the fault may act for so long
  Duration after{};   // requests without a fault go on for so long after the window
  Duration hold{};    // for which a message is kept where one of its ends is killed meanwhile ...
  Duration dies{};    // ... so long after it came
  Duration slow{};    // by how much an answer is late
  Duration late{};    // by how much a request is

  static constexpr Duration lead = 100ms;  // by which the fault is there before its request
  Duration heals() const { return tested + window; }
  Duration after_from() const { return heals() + lead; }
  Duration end() const { return after_from() + after; }
};

// The entries [[fault]] of a scenario. Each must act, but for one that refuses connections.
std::string faults_of(Trouble trouble, const Place& place, const Times& times);

// Whether the trouble kills this service.
bool kills(Trouble trouble, const Place& place, std::string_view service);
bool is_killing(Trouble trouble);
// Whether it lasts for the window, rather than for one call.
bool lasts(Trouble trouble, const Place& place);

}  // namespace seawall::survey
