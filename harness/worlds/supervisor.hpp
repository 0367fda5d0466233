// Services that somebody wrote, started as processes in the order in which they need each other,
// and stopped in the reverse one. However its owner ends, nothing of them is left (os/shim.hpp).
//
//   Supervisor supervisor(shim);
//   supervisor.add(spec);
//   supervisor.start();         // each is ready before those that need it start
//   supervisor.find("payments")->signal(SIGSTOP);
//   supervisor.stop();
//
// One thread.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/worlds/supervised.hpp"

namespace seawall::worlds {

// Positions of the services, each after all that it needs, else as they were given. The error names
// a need that is no service, or a circle.
base::expected<std::vector<std::size_t>, std::string> start_order(
    const std::vector<ServiceSpec>& services);

class Supervisor {
 public:
  explicit Supervisor(std::vector<std::string> shim) : shim_(std::move(shim)) {}
  // Kills what still runs.
  ~Supervisor() = default;

  // Before start().
  void add(ServiceSpec spec);
  // `launch` starts a service that is its turn, `on_ready` is told when it is ready: an error of
  // either ends the start, and so does it that nobody wants it any more. What was started before
  // runs on until stop().
  using Step = std::function<base::expected<void, std::string>(Supervised&)>;
  base::expected<void, std::string> start(const Step& launch = {}, const Step& on_ready = {},
                                          const std::function<bool()>& unwanted = {});
  // What was to be killed because its signal did not do.
  std::vector<std::string> stop();

  // Null where there is none of that name.
  Supervised* find(std::string_view name);

 private:
  const std::vector<std::string> shim_;
  std::vector<ServiceSpec> specs_;
  std::vector<std::unique_ptr<Supervised>> services_;  // in the order in which they start
};

}  // namespace seawall::worlds
