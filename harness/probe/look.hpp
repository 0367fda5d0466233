// One look of one probe: asks, waits, and gives the value or a sentence about what went wrong.
//
//   probe ──HTTP, SQL, a command, Prometheus──▶ foreign system ──▶ Value
//
// All of it blocks its thread, for at most probe.timeout a try, the lookup of a host's name not
// counted: it belongs to a thread of its own (Prober), never to that of a loop.
#pragma once
#include <algorithm>
#include <stop_token>
#include <string>
#include <vector>

#include "harness/model/probe.hpp"
#include "harness/net/loop.hpp"
#include "harness/os/child.hpp"
#include "harness/probe/answer.hpp"

namespace seawall::probe {

// What a probe's late texts and relative paths stand for, and the clock of its limits.
struct Surroundings {
  model::Addresses addresses;
  std::string root;                  // folder of commands and of SQLite files
  net::Loop::Clock clock = nullptr;  // of CLOCK_MONOTONIC
  std::vector<std::string> shim;     // the words of one, for commands: os/shim.hpp
};

// Tries until one succeeds, 1 + probe.retries times; between two tries stands a pause. The error
// names the probe, what was asked of whom, and what came back; it holds no secret, no control
// character, and is short. `stop` ends all of it at once, as if its time had passed.
Answer look(const model::Probe& probe, const Surroundings& surroundings, std::stop_token stop);

// The ways to ask; each in a file of its own. Their errors say what came, not what was asked.
struct Limit {
  base::TimePoint end{};
  net::Loop::Clock clock = nullptr;

  std::stop_token stop = {};  // ends it at once

  base::Duration left() const {
    return stop.stop_requested() ? base::Duration{} : std::max(base::Duration{}, end - clock());
  }
  // For poll(2): rounded up, 0 when it has passed.
  int milliseconds() const;
};
Answer ask_http(model::Method method, const std::string& url, const model::JsonPath& path,
                const Limit& limit);
Answer ask_prometheus(const std::string& base, const std::string& query, const Limit& limit);
Answer ask_postgres(const std::string& dsn, const std::string& sql, const Limit& limit);
Answer ask_sqlite(const std::string& file, const std::string& sql, const Limit& limit);
Answer ask_command(const std::vector<std::string>& shim, const os::Command& command,
                   const model::JsonPath& path, const Limit& limit);

}  // namespace seawall::probe
