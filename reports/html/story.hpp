// The story of one order (or request): a typical one that broke something, or, where nothing broke,
// the slowest that a fault acted on. It is told twice: as messages between services, and as time.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "harness/record/verdict.hpp"
#include "reports/charts/space_time.hpp"
#include "reports/charts/waterfall.hpp"
#include "reports/run_report.hpp"

namespace seawall::reports {

// Which request is told, and why this one.
struct StorySubject {
  base::Subject subject;
  std::string order;                        // its id; empty: it has none
  const record::Finding* broken = nullptr;  // what it broke, of the report's verdict
  std::string reason;                       // "the first order that broke A1 no-double-charge"
};

struct Story {
  StorySubject subject;
  base::Duration begins{};  // its first step, since time 0
  charts::SpaceTime messages;
  charts::Waterfall time;
  std::size_t untold_calls = 0;  // that may be its own: they carry no trace
  std::size_t steps_omitted = 0;
  std::size_t rows_omitted = 0;
};

// Nothing: no request of the record can be told apart from others.
std::optional<StorySubject> story_subject(const RunReport& report);
std::optional<Story> story_of(const RunReport& report, const StorySubject& subject);

// What a finding says of one order: "charged twice under key 79/charge: write 281 of payment ...".
std::string reason_for(const record::Finding& finding, std::string_view order);

}  // namespace seawall::reports
