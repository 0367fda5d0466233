#include <cstdio>

#include "harness/cli/commands.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/run_once.hpp"
#include "harness/worlds/worlds.hpp"

namespace seawall::cli {
namespace {

constexpr base::Duration one_look = std::chrono::seconds(1);  // whether all still runs

using Addresses = std::map<std::string, std::string>;

// Those of services of the user's own are whatever they speak.
void print_addresses(const model::Scenario& scenario, const Addresses& addresses) {
  const bool is_own = scenario.target.is_own();
  for (const auto& [name, address] : addresses)
    std::printf("%-24s %s%s\n", name.c_str(), is_own ? "" : "http://", address.c_str());
  if (!is_own)
    std::printf("try: curl -i http://%s/health/ready\n", addresses.at("gateway").c_str());
  if (const auto& api = scenario.control.toxiproxy)
    std::printf("%-24s http://%s\n", "API of Toxiproxy", model::to_text(*api).c_str());
  std::puts("Ctrl-C ends it");
  std::fflush(stdout);
}

}  // namespace

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
  FolderSweeper sweeper(interrupt);
  auto folder = private_folder();
  if (!folder) {
    print({folder.error()});
    return environment;
  }
  sweeper.watch(*folder);
  const runtime::Target target = make_target(scenario);
  const auto setup = world_setup(scenario, target, folder->path());
  if (!setup) {
    print({setup.error()});
    return environment;
  }
  const std::unique_ptr<runtime::World> world = worlds::make_world(scenario, *setup);
  interrupt.announce("stopping");
  const Interrupt::Listener listener(interrupt, [&world] { world->interrupt(); });
  const auto started = world->start();
  if (started) {
    print_addresses(scenario, world->addresses());
    while (interrupt.count() == 0 && world->failure().empty())
      world->advance(world->now() + one_look);
    if (!world->failure().empty()) std::fprintf(stderr, "seawall: %s\n", world->failure().c_str());
  } else {
    std::fprintf(stderr, "seawall: the target did not start: %s\n", started.error().c_str());
  }
  record::Record record;
  world->finish(record);
  for (const std::string& remark : world->remarks())
    std::fprintf(stderr, "seawall: %s\n", remark.c_str());
  return started && world->failure().empty() ? passed : environment;
}

}  // namespace seawall::cli
