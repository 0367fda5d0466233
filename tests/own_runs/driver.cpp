// Runs a scenario of a target that runs already, as `seawall run` does one of the shop:
//
//   driver run FILE     the verdict on stdout, its exit status
#include <cstdio>
#include <string>

#include "harness/cli/commands.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/run_once.hpp"
#include "harness/cli/started.hpp"
#include "harness/cli/words.hpp"
#include "harness/net/url.hpp"
#include "harness/os/shim.hpp"
#include "harness/os/undo_guard.hpp"
#include "harness/scenario/reader.hpp"
#include "harness/scenario/unbuilt.hpp"
#include "reports/terminal.hpp"

namespace {

using namespace seawall;

cli::Place place_of(const model::Scenario& scenario) {
  cli::Place place;
  for (const model::LinkSpec& link : scenario.links) place.target.links.push_back(link.link());
  const auto base = net::parse_url(*scenario.target.base + "/");
  place.outside["base"] = {base->host, base->port, base->authority};
  return place;
}

int run_file(const std::string& file) {
  cli::Interrupt interrupt;
  const auto reading = scenario::read_scenario(file, {}, cli::words());
  if (!reading) {
    cli::print(reading.error());
    return cli::usage;
  }
  const model::Scenario& scenario = reading->scenario;
  const auto outcome = cli::run_once(scenario, place_of(scenario), {}, interrupt);
  if (!outcome) {
    cli::print({outcome.error()});
    return cli::environment;
  }
  record::Verdict verdict = outcome->verdict;
  if (!outcome->environment_error.empty()) {
    std::fprintf(stderr, "seawall: %s\n", outcome->environment_error.c_str());
    verdict.exit = cli::environment;
  } else if (outcome->record.interrupted && verdict.exit != cli::invariant_broken) {
    verdict.exit = interrupt.exit_status();
  }
  const auto report =
      reports::make_run_report(scenario, outcome->record, verdict, cli::facts_of_now());
  std::fputs(reports::terminal_text(report, "", false).c_str(), stdout);
  return verdict.exit;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && argv[1] == os::shim_word) return os::run_shim(argv + 2);
  if (argc > 1 && argv[1] == os::guard_word) return os::run_guard(argv + 2);
  return argc == 3 ? run_file(argv[2]) : cli::usage;
}
