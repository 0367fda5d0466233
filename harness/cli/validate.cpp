// seawall validate and seawall explain: what is wrong with scenarios, and what they would do.
#include <cstdio>
#include <map>

#include <fmt/format.h>

#include "harness/cli/commands.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/explain.hpp"
#include "harness/model/hidden_text.hpp"
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

// Two files with the same name, which `seawall run` refuses with --out: the files of one would
// replace those of the other.
base::Diagnostics same_names(const std::vector<Job>& jobs) {
  base::Diagnostics problems;
  std::map<std::string, std::string> files;  // by name
  for (const Job& job : jobs) {
    if (!job.scenario.variant.empty()) continue;
    const std::string& name = job.scenario.meta.name;
    const auto [first, is_new] = files.try_emplace(name, job.file);
    if (is_new || first->second == job.file) continue;
    problems.push_back({job.file, 0, 0,
                        fmt::format("its name \"{}\" is that of {}, too; expected another, as "
                                    "`seawall run --out` keeps the runs of both by their names",
                                    name, first->second),
                        "change scenario.name in one of them", ""});
  }
  return problems;
}

}  // namespace

int validate_command(const Options& options) {
  const auto jobs = read_jobs(options, true, Warnings::shown);
  if (!jobs) return usage;
  if (const base::Diagnostics problems = same_names(*jobs); !problems.empty()) {
    print(problems);
    return usage;
  }
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
    std::printf("%s\n", model::without_hidden(explain(job.scenario, links_of(job.scenario)) +
                                              (job.matrix ? explain(*job.matrix) : ""))
                            .c_str());
  return passed;
}

}  // namespace seawall::cli
