#include <cstdio>

#include "harness/cli/commands.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/run_once.hpp"
#include "harness/worlds/worlds.hpp"
#include "targets/shop/shop.hpp"

namespace seawall::cli {

int up_command(const Options& options, Interrupt& interrupt) {
  const auto jobs = read_jobs(options, false);
  if (!jobs || !can_run(*jobs)) return usage;
  const model::Scenario& scenario = jobs->front().scenario;
  if (jobs->size() > 1 || scenario.target.mode == model::Mode::sim) {
    std::fprintf(
        stderr,
        "seawall: up starts one scenario over real sockets (--mode inprocess or processes)\n");
    return usage;
  }
  auto folder = private_folder();
  if (!folder) {
    print({folder.error()});
    return environment;
  }
  const runtime::Target target = shop::make_target(scenario);
  const auto setup = world_setup(scenario, target, folder->path());
  if (!setup) {
    print({setup.error()});
    return environment;
  }
  const std::unique_ptr<runtime::World> world = worlds::make_world(scenario.target.mode, *setup);
  interrupt.announce("stopping");
  const Interrupt::Listener listener(interrupt, [&world] { world->interrupt(); });
  const auto started = world->start();
  if (started) {
    for (const auto& [name, address] : world->addresses())
      std::printf("%-24s http://%s\n", name.c_str(), address.c_str());
    std::printf("try: curl -i http://%s/health/ready\nCtrl-C ends it\n",
                world->addresses().at("gateway").c_str());
    std::fflush(stdout);
    while (interrupt.count() == 0) world->advance(world->now() + std::chrono::hours(1));
  } else {
    std::fprintf(stderr, "seawall: the target did not start: %s\n", started.error().c_str());
  }
  record::Record record;
  world->finish(record);
  return started ? passed : environment;
}

}  // namespace seawall::cli
