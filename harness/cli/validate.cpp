#include <cstdio>

#include <fmt/format.h>

#include "harness/cli/commands.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/explain.hpp"
#include "targets/shop/shop.hpp"

namespace seawall::cli {
namespace {

// The links of its target, each once and in the order of the target.
std::vector<base::Link> links_of(const model::Scenario& scenario) {
  std::vector<base::Link> links;
  if (!scenario.target.is_shop())
    for (const model::LinkSpec& link : scenario.links) links.push_back(link.link());
  else
    links = shop::make_target(scenario).links;
  return links;
}

}  // namespace

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
    std::printf("%s%s\n", explain(job.scenario, links_of(job.scenario)).c_str(),
                job.matrix ? explain(*job.matrix).c_str() : "");
  return passed;
}

}  // namespace seawall::cli
