#include <cstdio>

#include "harness/cli/commands.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/explain.hpp"
#include "targets/shop/shop.hpp"

namespace seawall::cli {

int validate_command(const Options& options) {
  const auto jobs = read_jobs(options, true, Warnings::shown);
  if (!jobs) return usage;
  for (const Job& job : *jobs)
    std::printf("ok    %s%s\n", job.scenario.meta.name.c_str(),
                job.scenario.variant.empty() ? "" : (" (" + job.scenario.variant + ")").c_str());
  return passed;
}

int explain_command(const Options& options) {
  const auto jobs = read_jobs(options, false, Warnings::shown);
  if (!jobs) return usage;
  for (const Job& job : *jobs)
    std::printf("%s\n", explain(job.scenario, shop::make_target(job.scenario)).c_str());
  return passed;
}

}  // namespace seawall::cli
