#include "harness/cli/doctor.hpp"

#include <cstdio>
#include <filesystem>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "harness/check/validity.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/doctor_measures.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/os/private_folder.hpp"
#include "harness/os/process.hpp"
#include "harness/os/shim.hpp"
#include "reports/json_text.hpp"

namespace seawall::cli {
namespace {

using Level = Symptom::Level;

struct LevelWords {
  const char* shown;
  const char* in_json;
};
LevelWords words_of(Level level) {
  switch (level) {
    case Level::fine:
      return {"ok", "fine"};
    case Level::note:
      return {"NOTE", "note"};
    case Level::unfit:
      break;
  }
  return {"UNFIT", "unfit"};
}

// As at the start of any run: what one that was killed has left is undone, and its folder removed.
void look_for_leftovers(MachineState& machine) {
  for (const os::Undoing& undoing :
       os::undo_left_behind({os::own_program(), std::string(os::shim_word)}))
    (undoing.is_done ? machine.undone : machine.not_undone).push_back(undoing.sentence);
  if (const auto made = os::PrivateFolder::make(); !made)
    machine.folder_problem = made.error().message;
}

}  // namespace

Demand demand_of(const model::Scenario& scenario) {
  Demand demand;
  demand.over_sockets = scenario.target.mode != model::Mode::sim || scenario.target.is_own();
  demand.on_disk = scenario.target.is_shop() && scenario.target.mode != model::Mode::sim &&
                   scenario.target.store == model::Target::Store::sqlite;
  demand.namespaces = scenario.target.isolation == model::Target::Isolation::netns;
  for (std::size_t i = 0; i < scenario.loads.size(); ++i) {
    const model::Load& load = scenario.loads[i];
    const base::Duration lateness = check::lateness_limit(scenario, load);
    demand.lateness = i == 0 ? lateness : std::min(demand.lateness, lateness);
    demand.in_flight = i == 0 ? load.max_in_flight : demand.in_flight + load.max_in_flight;
  }
  return demand;
}

std::string doctor_text(const std::vector<Symptom>& symptoms) {
  std::string text;
  for (const Symptom& symptom : symptoms) {
    text += fmt::format("{:<6} {:<12} {}\n", words_of(symptom.level).shown, symptom.what,
                        symptom.found);
    if (!symptom.advice.empty()) text += fmt::format("{:20}{}\n", "", symptom.advice);
  }
  return text;
}

std::string doctor_json(const std::vector<Symptom>& symptoms) {
  boost::json::array list;
  for (const Symptom& symptom : symptoms)
    list.push_back({{"level", words_of(symptom.level).in_json},
                    {"what", symptom.what},
                    {"found", symptom.found},
                    {"advice", symptom.advice}});
  return reports::indented_json(
      boost::json::object{{"fit", is_fit(symptoms)}, {"symptoms", std::move(list)}});
}

int doctor_command(const DoctorOptions& options) {
  Demand demand;
  std::string what = "a run over sockets";
  if (!options.scenario.empty()) {
    Options reading;
    reading.scenarios = {options.scenario};
    const auto jobs = read_jobs(reading, false);
    if (!jobs) return usage;
    demand = demand_of(jobs->front().scenario);
    what = jobs->front().scenario.meta.name;
  }
  std::error_code none;
  const std::filesystem::path folder = std::filesystem::temp_directory_path(none);
  MachineState machine =
      measure_machine(folder.empty() ? "/tmp" : folder.string(), [&](const char* measured) {
        if (!options.quiet) std::fprintf(stderr, "  looks at %s\n", measured);
      });
  look_for_leftovers(machine);
  const std::vector<Symptom> symptoms = judge_machine(machine, demand);
  const int status = is_fit(symptoms) ? passed : environment;
  if (options.json) {
    std::fputs(doctor_json(symptoms).c_str(), stdout);
    return status;
  }
  std::fputs(doctor_text(symptoms).c_str(), stdout);
  std::printf("This machine is %s for %s.   exit %d\n", status == passed ? "fit" : "not fit",
              what.c_str(), status);
  return status;
}

}  // namespace seawall::cli
