// What a tuning has found: the settings that nobody could better, beside the file as it is, and
// what each of them costs.
//
//                 attempt  max_attempts  |  latency_all.p99  amplification(...)  |  other seeds
//   as it is        300ms             3  |           309 ms                1.03  |  hold
//   * chosen        200ms             2  |           212 ms                1.01  |  hold
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace seawall::reports {

struct TuneRow {
  std::vector<std::string> values;    // of the settings, as TOML writes them
  std::vector<std::string> measured;  // what is minimised, for people; empty: not allowed
  std::vector<double> costs;          // the same as numbers
  bool allowed = false;               // invariants and service levels were kept
  std::int64_t confirmed = 0;         // other seeds with which they were kept, too
  std::int64_t tried = 0;             // so many other seeds were run
  bool chosen = false;
};

struct TuneReport {
  std::string scenario;
  std::vector<std::string> settings;  // paths
  std::vector<std::string> measures;
  std::uint64_t combinations = 0;
  std::int64_t candidates = 0;  // that were tried
  std::int64_t allowed = 0;     // of them
  std::string no_value;         // what could not be compared, and why; mostly empty
  TuneRow as_it_is;             // values: empty where the file does not state them
  std::vector<TuneRow> front;
  bool broken_off = false;  // by its user
  int exit = 0;

  bool has_choice() const;
};

std::string tune_text(const TuneReport& report);
std::string tune_markdown(const TuneReport& report);
std::string tune_json(const TuneReport& report);

// The chosen settings as a scenario that extends `file`, with what the command line said (lines of
// TOML); empty where nothing was chosen.
std::string tuned_overlay(const TuneReport& report, const std::string& file,
                          const std::vector<std::string>& given);

}  // namespace seawall::reports
