// seawall doctor: whether this machine is quiet enough for a verdict, and fit for what a scenario
// asks of it.
#pragma once
#include <string>
#include <vector>

#include "harness/cli/doctor_judgement.hpp"
#include "harness/model/scenario.hpp"

namespace seawall::cli {

struct DoctorOptions {
  std::string scenario;  // empty: any run over sockets
  bool json = false;
  bool quiet = false;
};

// 0 where the machine is fit, 6 where it is not, 2 where there is no such scenario.
int doctor_command(const DoctorOptions& options);

// What a scenario asks of the machine that runs it.
Demand demand_of(const model::Scenario& scenario);

// A line for each symptom, and below it what to do.
std::string doctor_text(const std::vector<Symptom>& symptoms);
// { "fit": true, "symptoms": [{ "level": "fine", "what", "found", "advice" }] }
std::string doctor_json(const std::vector<Symptom>& symptoms);

}  // namespace seawall::cli
