// What `seawall doctor` thinks of a machine: from what was measured and what a scenario asks, with
// nothing but arithmetic, to sentences. doctor_measures.hpp measures.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/units.hpp"

namespace seawall::cli {

// What was seen. What is absent could not be measured here, and nothing follows from it.
struct MachineState {
  std::int64_t cores = 1;
  std::optional<std::int64_t> quota_milli;  // thousandths of a core that its cgroup may use
  struct Lateness {
    base::Duration middle{};
    base::Duration p99{};
  };
  std::optional<Lateness> sleeps;      // behind a sleep of 1 ms
  std::string clock_source;            // "tsc"; empty: not known
  std::optional<base::Share> foreign;  // of all cores, used by others
  std::optional<base::Share> stolen;   // taken by the host of a virtual machine
  struct Loopback {
    base::Duration p99{};  // of a round trip of one byte
    std::int64_t bytes_per_second = 0;
  };
  std::optional<Loopback> loopback;
  std::optional<std::int64_t> descriptors;  // that a process may have at most
  std::optional<std::int64_t> ports;        // that the kernel gives to who asks for any
  std::int64_t waiting_ports = 0;           // of connections in TIME_WAIT
  std::string folder;                       // of what runs keep in files
  std::string folder_problem;               // why none of them can be made there; empty: it can
  std::optional<base::Duration> sync;       // p50 of a small write that reached its disk
  std::optional<std::int64_t> free_bytes;   // there
  std::optional<bool> namespaces;           // whether a user may make them
  std::vector<std::string> undone;          // what killed runs had left, and is undone now
  std::vector<std::string> not_undone;      // ... and could not be undone
};

// What a scenario asks of it; without one, what any run over sockets asks.
struct Demand {
  bool over_sockets = true;  // else virtual time: how fast the machine is does not matter
  bool on_disk = true;       // each write of a service waits for the disk
  bool namespaces = false;
  base::Duration lateness = base::Duration(5'000'000);  // p99 of late sending, at most
  std::int64_t in_flight = 2000;                        // requests at the same time, at most
};

struct Symptom {
  enum class Level : std::uint8_t { fine, note, unfit };
  Level level = Level::fine;
  std::string what;    // "timers"
  std::string found;   // with its unit, and what was expected
  std::string advice;  // what to do; empty where it is fine
};

// In the order of MachineState.
std::vector<Symptom> judge_machine(const MachineState& machine, const Demand& demand);

bool is_fit(const std::vector<Symptom>& symptoms);

}  // namespace seawall::cli
