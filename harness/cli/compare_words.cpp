#include "harness/cli/compare_words.hpp"

#include "harness/cli/comparing.hpp"
#include "harness/cli/interrupt.hpp"
#include "harness/cli/one_of.hpp"
#include "harness/cli/whole_number.hpp"

namespace seawall::cli {
namespace {

void add_telling(CLI::App& command, ComparingOptions& how) {
  command
      .add_option("--tolerance", how.tolerances,
                  "how much worse B may be: p50, p90, p99, errors (points), goodput (virtual time)")
      ->type_name("METRIC=SHARE,...");
  command
      .add_option("--fail-on", how.fail_on,
                  "classes that give a non-zero exit: invariant,slo,regression,inconclusive; "
                  "default: all but inconclusive")
      ->type_name("CLASS,...");
  command.add_option("--out", how.out, "folder of its files")->type_name("FOLDER");
  command.add_flag("--json", how.json, "print JSON instead of the table");
  one_of(*command.add_option("--ci", how.ci, "github: the step summary"),
         {"github", "none", "auto"});
}

CLI::Option* add_each(CLI::App& command, const char* name, std::vector<std::string>& values,
                      const char* type, const char* text) {
  return command.add_option(name, values, text)
      ->type_name(type)
      ->take_all()
      ->allow_extra_args(false);
}

void add_missing(CLI::App& command, bool& allow) {
  command.add_flag("--allow-missing-baseline", allow, "0 instead of 5 where there is no baseline");
}

void add_side(CLI::App& command, const std::string& letter, GateSide& side) {
  const std::string upper = letter == "a" ? "A" : "B";
  command
      .add_option("--" + letter + "-bin", side.program,
                  "the seawall that runs " + upper + "; default: this one")
      ->type_name("PROGRAM");
  add_each(command, ("--" + letter + "-set").c_str(), side.sets, "PATH=VALUE",
           ("overlay one value in " + upper + " alone, such as a service's command").c_str());
  command.add_option("--" + letter + "-variant", side.variant, "the variant that " + upper + " is")
      ->type_name("NAME");
}

}  // namespace

CompareWords::CompareWords(CLI::App& app) {
  compare_ = app.add_subcommand(
      "compare", "two runs, or two sets of runs: is B worse than A, and how sure is that?");
  add_compare(*compare_);
  gate_ = app.add_subcommand(
      "gate", "run A and B by turns until it is known whether B is worse; resumable with --out");
  add_gate(*gate_);
  add_baseline(*app.add_subcommand("baseline", "runs that later ones are compared with"));
}

void CompareWords::add_compare(CLI::App& command) {
  command
      .add_option("RUN", comparing_.paths,
                  "A and B: folders of runs, folders of such folders, histogram logs; A may be a "
                  "saved baseline, and B is out/latest where it is left away")
      ->expected(0, 2);
  add_each(command, "--a", comparing_.a, "RUN", "one of several runs that are A");
  add_each(command, "--b", comparing_.b, "RUN", "one of several runs that are B");
  command
      .add_option("--unit", comparing_.unit,
                  "what a value of 1 is in a histogram log of another tool")
      ->type_name("TIME")
      ->capture_default_str();
  command.add_flag("--force", comparing_.force, "compare runs of different things");
  add_missing(command, comparing_.allow_missing_baseline);
  add_telling(command, comparing_.how);
}

void CompareWords::add_gate(CLI::App& command) {
  GateOptions& gate = gate_options_;
  command.add_option("SCENARIO", gate.scenario, "a file, or the name or number of a scenario")
      ->required();
  add_each(command, "--set", gate.sets, "PATH=VALUE", "overlay one value in both");
  command.add_option("--seed", gate.seed, "every random choice is derived from it")
      ->transform(seed_number());
  one_of(*command.add_option("--mode", gate.mode,
                             "of the shop alone; default: sim, where differences are exact"),
         {"sim", "inprocess", "processes"});
  add_side(command, "a", gate.a);
  add_side(command, "b", gate.b);
  command.add_option("--seeds", gate.seeds, "runs of each side in virtual time, with other seeds")
      ->transform(whole_number(1, 100))
      ->capture_default_str();
  command
      .add_option("--least-requests", gate.least_requests,
                  "of a run in wall time; fewer say little of a p99")
      ->transform(whole_number(1, 1'000'000'000))
      ->capture_default_str();
  command
      .add_option("--most-foreign", gate.most_foreign,
                  "of the processors that others may use during a run in wall time")
      ->type_name("SHARE")
      ->capture_default_str();
  command
      .add_option("--most-stolen", gate.most_stolen,
                  "of the processors' time that a hypervisor may give to others meanwhile")
      ->type_name("SHARE")
      ->capture_default_str();
  command.add_flag("--quiet", gate.how.quiet, "no progress");
  add_telling(command, gate.how);
}

void CompareWords::add_baseline(CLI::App& command) {
  BaselineOptions& baseline = baseline_options_;
  command.require_subcommand(1);
  const auto add = [&](const char* name, const char* help) {
    CLI::App* const added = command.add_subcommand(name, help);
    added->add_option("--folder", baseline.folder, "where they are kept")
        ->type_name("FOLDER")
        ->capture_default_str();
    return added;
  };
  save_ = add("save", "keep runs under a name");
  list_ = add("list", "those there are");
  check_ = add("check", "compare runs with the one of this name");
  for (CLI::App* const named : {save_, check_}) {
    named->add_option("NAME", baseline.name, "letters, digits, '.', '_' and '-'")->required();
    named->add_option("RUN", baseline.runs, "folders of runs; default out/latest");
  }
  save_->add_flag("--force", baseline.force, "in place of one that has this name");
  check_->add_flag("--force", baseline.force, "compare runs of different things");
  add_missing(*check_, baseline.allow_missing_baseline);
  add_telling(*check_, baseline.how);
  list_->add_flag("--json", baseline.how.json, "print JSON instead of the table");
}

bool CompareWords::chosen() const {
  for (const CLI::App* const one : {compare_, gate_, save_, list_, check_})
    if (*one) return true;
  return false;
}

int CompareWords::run() const {
  if (*compare_) return compare_command(comparing_);
  if (*save_) return baseline_save(baseline_options_);
  if (*list_) return baseline_list(baseline_options_);
  if (*check_) return baseline_check(baseline_options_);
  Interrupt interrupt;
  return gate_command(gate_options_, interrupt);
}

}  // namespace seawall::cli
