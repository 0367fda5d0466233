#include <cstdio>

#include <fmt/format.h>

#include "harness/cli/commands.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/explain.hpp"
#include "targets/shop/shop.hpp"

namespace seawall::cli {

int validate_command(const Options& options) {
  const auto jobs = read_jobs(options, true, Warnings::shown);
  if (!jobs) return usage;
  for (const Job& job : *jobs) {
    std::string what = job.scenario.meta.name;
    if (!job.scenario.variant.empty()) what += " (" + job.scenario.variant + ")";
    if (job.matrix) what += fmt::format(" (a matrix of {} cells)", job.matrix->cells.size());
    std::printf("ok    %s\n", what.c_str());
  }
  return passed;
}

int explain_command(const Options& options) {
  const auto jobs = read_jobs(options, false, Warnings::shown);
  if (!jobs) return usage;
  for (const Job& job : *jobs)
    std::printf("%s%s\n", explain(job.scenario, shop::make_target(job.scenario)).c_str(),
                job.matrix ? explain(*job.matrix).c_str() : "");
  return passed;
}

}  // namespace seawall::cli
