#include <cstdio>

#include "harness/cli/catalogue.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/exit_status.hpp"

namespace seawall::cli {

int list_command(const Options& options) {
  Options all = options;
  if (all.scenarios.empty()) all.scenarios = {catalogue_folder()};
  if (all.scenarios.front().empty()) {
    std::fprintf(stderr, "seawall: there is no folder scenarios/ here or beside the program\n");
    return usage;
  }
  const auto jobs = read_jobs(all, false);
  if (!jobs) return usage;
  for (const Job& job : *jobs) {
    std::printf("%-34s %s\n", job.scenario.meta.name.c_str(),
                job.scenario.meta.description.c_str());
    for (const model::Variant& variant : job.scenario.variants)
      std::printf("  %-32s %s\n", ("+ " + variant.name).c_str(), variant.why.c_str());
  }
  return passed;
}

}  // namespace seawall::cli
