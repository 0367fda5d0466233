// One service as a process of its own: started, awaited, signalled, stopped, started again on the
// same port. What goes wrong is told with its name, what was tried, and the last that it said.
//
//   launch() --> runs --wait_until_ready()--> ready --signal, kill, stop--> ended --> launch() ...
//
// Its port belongs to it while it is down, too: nobody else gets it. One thread at a time, but for
// signal() and kill().
#pragma once
#include <csignal>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "harness/net/port.hpp"
#include "harness/os/child.hpp"
#include "harness/worlds/readiness.hpp"

namespace seawall::worlds {

struct Stop {
  int signal = SIGTERM;
  base::Duration grace = std::chrono::seconds(5);  // after that: KILL
};

struct ServiceSpec {
  std::string name;
  os::Command command;
  std::uint16_t port = 0;          // of 127.0.0.1, where it is to listen; 0: it has none
  std::vector<std::string> needs;  // services that are ready before it starts
  Ready ready;
  Stop stop;
};

class Supervised {
 public:
  // `shim`: the words of a program that is one (os/shim.hpp).
  Supervised(ServiceSpec spec, std::vector<std::string> shim);

  const ServiceSpec& spec() const { return spec_; }

  // Where none of it runs. Returns when the program does. `on_end` is told when nothing of it is
  // left, on another thread. `channel`: see os::Command.
  base::expected<void, std::string> launch(os::Child::OnEnd on_end = {}, int channel = -1);
  // What launch() started: until it is ready, or nobody wants it any more.
  base::expected<void, std::string> wait_until_ready(const std::function<bool()>& unwanted = {});

  // Where none of it runs: nobody else gets its port before the next launch().
  base::expected<void, std::string> hold_port();

  // To all of its group. False where none of it runs.
  bool signal(int number);
  // It, and all that it has started; soon. Harmless where none of it runs.
  void kill();
  // By its signal, and after the grace time as kill() does; returns when nothing is left. What is
  // to be said of it where the signal did not do.
  std::optional<std::string> stop();

  // Waits until nothing of it is left, at most so long: whether nothing is.
  bool wait(base::Duration limit);
  // How it ended, where it has; none where it runs or was never started.
  std::optional<os::End> ended() const;
  // "payments exited with status 1; its last lines: ...".
  std::string story() const;

 private:
  using Unwanted = std::function<bool()>;
  base::expected<void, std::string> look(const Unwanted& unwanted);
  base::expected<void, std::string> look_by_command(const Unwanted& unwanted);

  const ServiceSpec spec_;
  const std::vector<std::string> shim_;
  std::optional<net::ReservedPort> held_;  // while it is down
  mutable std::mutex mutex_;               // of the child as a pointer
  std::shared_ptr<os::Child> child_;
};

}  // namespace seawall::worlds
