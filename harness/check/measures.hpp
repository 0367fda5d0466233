// The measures of the expression language: one row for each, with its words for the scenario's
// reader and the function that takes it from a record. Adding one is a function and a row.
//
//   latency.p99("place-order")   name, quantile, arguments   ->   Outcome
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/check/focus.hpp"
#include "harness/model/vocabulary.hpp"

namespace seawall::check {

struct Measure {
  // What it is taken from. The client's history grows while the run goes on; the rest of a record
  // is there in the end alone. Events may have been dropped, where there were too many.
  enum class Source : std::uint8_t { client, events, record };
  std::string_view name;
  model::Unit unit;
  bool quantile;
  std::string_view arguments;  // as model::MeasureWords has them, separated by blanks
  Outcome (*take)(const Focus& focus, const model::Expression& measure);
  // Depends on the load having been sent as planned: without that it is not judged.
  bool of_load;
  Source source;
  std::string_view doc;
};

std::span<const Measure> measures();
const Measure* find_measure(std::string_view name);
// For the scenario's vocabulary.
std::vector<model::MeasureWords> measure_words();

// The value of a node of kind `measure`.
Outcome take(const Focus& focus, const model::Expression& measure);

// "p99.9" -> 99.9 %.
base::Share share_of_quantile(std::string_view quantile);
// How many samples this quantile ("p99") takes: 10/(1-q), a tenth of it within recovery_time; 1 for
// max and mean.
std::int64_t least_samples(std::string_view quantile, bool within_recovery);

// The quantile of these samples, or why there is none. `sent`: how many requests there were that
// might have given one.
Outcome quantile_outcome(const Focus& focus, std::vector<Duration> samples, std::int64_t sent,
                         const std::string& quantile);

// The functions of the table.
Outcome latency(const Focus&, const model::Expression&);  // measures_client.cpp
Outcome latency_all(const Focus&, const model::Expression&);
Outcome error_rate(const Focus&, const model::Expression&);
Outcome ok_share(const Focus&, const model::Expression&);
Outcome ok_rate(const Focus&, const model::Expression&);
Outcome goodput(const Focus&, const model::Expression&);
Outcome degraded_share(const Focus&, const model::Expression&);
Outcome call_latency(const Focus&, const model::Expression&);  // measures_link.cpp
Outcome attempts(const Focus&, const model::Expression&);
Outcome retries(const Focus&, const model::Expression&);
Outcome amplification(const Focus&, const model::Expression&);
Outcome peak_to_mean(const Focus&, const model::Expression&);
Outcome calls(const Focus&, const model::Expression&);
Outcome opens(const Focus&, const model::Expression&);
Outcome time_to_open(const Focus&, const model::Expression&);
Outcome calls_while_open(const Focus&, const model::Expression&);
Outcome probes(const Focus&, const model::Expression&);
Outcome half_open_in_flight(const Focus&, const model::Expression&);
Outcome ejections(const Focus&, const model::Expression&);
Outcome time_to_eject(const Focus&, const model::Expression&);
Outcome time_to_return(const Focus&, const model::Expression&);
Outcome rejected(const Focus&, const model::Expression&);
Outcome permits_leaked(const Focus&, const model::Expression&);
Outcome calls_past_deadline(const Focus&, const model::Expression&);
Outcome in_flight(const Focus&, const model::Expression&);  // measures_shop.cpp
Outcome oldest_in_flight(const Focus&, const model::Expression&);
Outcome dead_letters(const Focus&, const model::Expression&);
Outcome compensations(const Focus&, const model::Expression&);
Outcome charges_per_order(const Focus&, const model::Expression&);
Outcome convergence_time(const Focus&, const model::Expression&);
Outcome recovery_time(const Focus&, const model::Expression&);  // recovery.cpp

}  // namespace seawall::check
