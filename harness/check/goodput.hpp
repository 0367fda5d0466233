// C2: does the goodput come back when the faults are gone? And if not, why: is the system caught in
// a state that feeds itself (metastable; Bronson et al., "Metastable Failures in Distributed
// Systems", 2021), or is it overloaded, refusing, draining, or simply not recovered?
//
//   load  |---- base W_b ----| fault |-- recovery --|---- after W_a ----|
//                            ^armed  ^healed        ^healed + 10 s      ^ + 10 s
#pragma once
#include <optional>
#include <string>

#include "harness/check/evidence.hpp"
#include "harness/stats/proportion.hpp"

namespace seawall::check {

// Whether the client got what it may call a success in time: confirmed, accepted, or a business
// answer (declined, out of stock, key reused), never a 503.
bool is_good(const Exchange& request);
// Whether the request starts an order, and its client waited for the answer: what goodput counts.
bool counts_for_goodput(const Exchange& request);

enum class Recovery : std::uint8_t {
  recovered,
  metastable,
  overloaded,
  refusing,
  draining,
  not_recovered
};

struct GoodputVerdict {
  Recovery recovery = Recovery::recovered;
  stats::Proportion base, after;
  std::string why;  // what was seen, for all but recovered
};

// The windows that C2 compares. Empty ones where the run has no room for them.
struct GoodputWindows {
  Window base, after;
};
GoodputWindows goodput_windows(const Record& record);

// Nothing where a window is shorter than 5 s or has fewer than 500 requests.
std::optional<GoodputVerdict> judge_goodput(const Evidence& evidence);

}  // namespace seawall::check
