// The scenarios that a link is looked at with. Each is the user's scenario with its own load, and
// with faults and without anything that judges:
//
//   warm-up (the scenario's mix, no fault) | load (mostly the request that needs the link) + fault
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/model/scenario.hpp"
#include "harness/xray/calls.hpp"

namespace seawall::xray {

// What is done to the link, one after the other. Their names are printed.
enum class Probe : std::uint8_t { silence, refused, reset, status_503, reply_lost };
std::string_view name_of(Probe probe);
const std::vector<Probe>& all_probes();
// Nothing comes back, and nobody but the caller ends an attempt.
bool is_mute(Probe probe);

// The fault on this link, from `at` for `length`; absent: to the end of the load.
model::Fault fault_of(Probe probe, const base::Link& link, Duration at = {},
                      std::optional<Duration> length = {});
model::Fault slowness_of(const base::Link& link, Duration latency, Duration at = {});

// How the client sends.
struct Sending {
  std::string request;  // by name, that which needs the link; empty: the scenario's mix
  Duration interval{};  // from one to the next
  std::int64_t count = 1;
  Duration patience{};       // of the client
  base::Rate warmup_rate{};  //
  Duration warmup{};         //
};
// Whether a request of this name is made from what an earlier answer had in it; empty: any.
bool needs_earlier(const model::Scenario& base, const std::string& request);

model::Scenario experiment(const model::Scenario& base, const Sending& sending,
                           std::vector<model::Fault> faults, std::uint64_t seed);

}  // namespace seawall::xray
