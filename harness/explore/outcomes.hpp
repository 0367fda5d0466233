// What can go wrong, and where: the faults of an order, as text that a scenario takes.
//
//   a call           lost, refused, answered with an error, reset, its reply lost, repeated, late,
//                    delayed; its caller or its callee dies before or after it; all of these at
//                    one attempt, those of the link at every attempt too
//   a durable write  its node dies before or after it; the disk refuses it
//   two services     no connection between them, both ways or one
//   a service        its wall clock jumps
//
// The first two are aimed at a place of the execution, the others last for a time.
#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "harness/model/fault.hpp"
#include "harness/model/scenario.hpp"

namespace seawall::explore {

struct FaultText {
  std::string shown;  // one line, for people: a line of a plan, or what the window does
  std::string toml;   // the same as an entry [[fault]]
};

// How long the caller waits on a link.
struct Patience {
  base::Duration attempt = std::chrono::milliseconds(500);
  base::Duration total = std::chrono::seconds(2);
};
Patience patience_on(const base::Link& link, const model::Scenario& scenario);

// The answer of one attempt comes when nobody waits for it any more, but the whole call still may.
std::string too_slow(const Patience& patience);
// The request itself comes when the whole call has been given up.
std::string too_late(const Patience& patience);

// `line` is one of a plan: "order 1: order->payment.charge #1: drop_reply".
FaultText fault_at_point(const std::string& line);

// All that can go wrong at this point; of a call with the ordinal 1, at every attempt too. The
// times are chosen by the timeouts of the scenario, so that "late" is later than its caller waits.
std::vector<FaultText> faults_at(const model::Point& point, const model::Scenario& scenario);

// All that can go wrong with the services themselves and with what is between them.
std::vector<FaultText> faults_of_services(const std::vector<base::Link>& links,
                                          const model::Scenario& scenario);

}  // namespace seawall::explore
