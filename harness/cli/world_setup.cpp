#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "harness/cli/commands.hpp"
#include "harness/os/process.hpp"
#include "harness/os/shim.hpp"
#include "harness/worlds/own_services.hpp"
#include "targets/shop/shop.hpp"

namespace seawall::cli {

runtime::Target make_target(const model::Scenario& scenario) {
  return scenario.target.is_own() ? worlds::own_target(scenario) : shop::make_target(scenario);
}

base::expected<runtime::WorldSetup, base::Diagnostic> world_setup(const model::Scenario& scenario,
                                                                  const runtime::Target& target,
                                                                  const std::string& dir) {
  runtime::WorldSetup setup;
  setup.target = &target;
  setup.seed = scenario.run.seed;
  setup.dir = dir;
  setup.store = scenario.target.store;
  const std::string program = os::own_program();
  setup.programs.shim = {program, std::string(os::shim_word)};
  if (scenario.target.is_own() || scenario.target.mode != model::Mode::processes) return setup;

  // Each service reads the scenario that this process has read, whatever it was made from.
  const std::string file = (std::filesystem::path(dir) / "scenario.toml").string();
  std::ofstream(file) << scenario.resolved;
  if (std::error_code error; std::filesystem::file_size(file, error) != scenario.resolved.size()) {
    base::Diagnostic problem;
    problem.file = file;
    problem.message = std::string("cannot write it: ") + std::strerror(errno);
    problem.hint = "set TMPDIR to a folder that can be written";
    return base::unexpected(std::move(problem));
  }
  setup.programs.serve = {program, "serve", "--scenario", file};
  return setup;
}

}  // namespace seawall::cli
