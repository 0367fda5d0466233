// What the command line said to compare, gate and baseline.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace seawall::cli {

// What these three have in common: what is tolerated, and how it is told.
struct ComparingOptions {
  std::optional<std::string> tolerances;  // "p50=3%,p99=10%"; the rest keeps its defaults
  std::optional<std::string> fail_on;     // classes; absent: invariant,slo,regression
  std::string out;                        // folder of its files
  std::string ci = "auto";
  bool json = false;
  bool quiet = false;
};

struct CompareOptions {
  ComparingOptions how;
  std::vector<std::string> paths;  // A and B
  std::vector<std::string> a, b;   // several runs of a side
  std::string unit = "1ns";        // of a value in a log
  bool force = false;
  bool allow_missing_baseline = false;
};

// One of the two that a gate runs.
struct GateSide {
  std::string program;            // seawall that runs it; empty: this one
  std::vector<std::string> sets;  // PATH=VALUE
  std::string variant;
};

struct GateOptions {
  ComparingOptions how;
  std::string scenario;
  std::vector<std::string> sets;  // of both
  std::optional<std::uint64_t> seed;
  std::string mode;  // of the shop; empty: sim
  GateSide a, b;
  int seeds = 3;                         // in virtual time
  std::int64_t least_requests = 10'000;  // of a run in wall time
  std::string most_foreign = "5%";       // of the machine's processors, by processes of others
  std::string most_stolen = "1%";        // by other machines on the same hardware
};

struct BaselineOptions {
  ComparingOptions how;
  std::string folder = ".seawall/baselines";
  std::string name;
  std::vector<std::string> runs;  // none: out/latest
  bool force = false;
  bool allow_missing_baseline = false;
};

}  // namespace seawall::cli
