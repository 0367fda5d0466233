// seawall tune: tries combinations of the settings that [tune] names, in virtual time, keeps those
// with which the scenario passes, and shows what the best of them cost.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/check/evaluate.hpp"
#include "harness/check/judge.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/count_progress.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/parallel.hpp"
#include "harness/cli/run_once.hpp"
#include "harness/cli/tune_search.hpp"
#include "harness/cli/words.hpp"
#include "harness/scenario/document.hpp"
#include "harness/scenario/reader.hpp"
#include "reports/run_folder.hpp"
#include "reports/tune_report.hpp"

namespace seawall::cli {
namespace {

// The seeds that a choice is confirmed with: none that it was chosen by.
constexpr std::uint64_t other_seeds = 3;

// What one combination came to with some seeds.
struct Trial {
  bool broken_off = false;               // by the user: nothing follows from it
  std::int64_t kept = 0;                 // seeds with which the scenario passed
  std::vector<check::Outcome> measured;  // the worst of the seeds
};

class Tuner {
 public:
  Tuner(const Job& job, const Options& options, Interrupt& interrupt)
      : job_(job),
        tune_(*job.tune),
        options_(options),
        interrupt_(interrupt),
        search_(sizes_of(tune_), static_cast<std::size_t>(tune_.candidates),
                job.scenario.run.seed) {
    quietly_.quiet = true;
  }

  reports::TuneReport run() {
    reports::TuneReport report;
    report.scenario = job_.scenario.meta.name;
    report.combinations = search_.combinations();
    for (const model::TuneAxis& axis : tune_.vary) report.settings.push_back(axis.path);
    for (const model::Expression& measure : tune_.minimise) report.measures.push_back(measure.text);
    const Trial as_it_is = try_out({}, 0, tune_.seeds);
    report.as_it_is = row_of({}, as_it_is);
    confirm({}, report.as_it_is);
    search();
    report.no_value = no_value_;
    report.candidates = static_cast<std::int64_t>(search_.tried().size());
    for (const Tried& tried : search_.tried()) report.allowed += tried.allowed ? 1 : 0;
    add_front(report);
    report.broken_off = interrupt_.count() > 0;
    return report;
  }

 private:
  static std::vector<std::size_t> sizes_of(const model::Tune& tune) {
    std::vector<std::size_t> sizes;
    for (const model::TuneAxis& axis : tune.vary) sizes.push_back(axis.values.size());
    return sizes;
  }

  std::size_t jobs() const {
    return options_.jobs > 0 ? static_cast<std::size_t>(options_.jobs) : jobs_of_machine();
  }

  void search() {
    const auto most = std::min<std::uint64_t>(static_cast<std::uint64_t>(tune_.candidates),
                                              search_.combinations());
    CountProgress progress("candidates", static_cast<std::size_t>(most), options_.quiet);
    for (auto batch = search_.next(); !batch.empty(); batch = search_.next()) {
      std::vector<Trial> trials(batch.size());
      in_parallel(batch.size(), jobs(), [&](std::size_t i) {
        trials[i] = try_out(batch[i], 0, tune_.seeds);
        progress.ended();
      });
      for (std::size_t i = 0; i < batch.size(); ++i)
        if (!trials[i].broken_off) learn(batch[i], trials[i]);
      if (interrupt_.count() > 0) return;
    }
  }

  void learn(const Choice& choice, const Trial& trial) {
    const bool kept = trial.kept == tune_.seeds;
    std::vector<double> numbers = numbers_of(trial);
    if (kept && numbers.empty() && no_value_.empty()) no_value_ = what_is_missing(trial);
    const bool allowed = kept && !numbers.empty();
    if (allowed) allowed_.emplace(choice, trial);
    search_.learn({choice, allowed, std::move(numbers)});
  }

  // The first `seeds` from the file's own on, `skip` of them left out. It ends with the first that
  // does not pass: the combination is out.
  Trial try_out(const Choice& choice, std::uint64_t skip, std::int64_t seeds) {
    Trial trial;
    for (std::int64_t i = 0; i < seeds; ++i) {
      trial.broken_off = interrupt_.count() > 0;
      if (trial.broken_off) return trial;
      const std::uint64_t seed = job_.scenario.run.seed + skip + static_cast<std::uint64_t>(i);
      const auto scenario = scenario_with(choice, seed);
      if (!scenario) return trial;  // the values do not go together
      const auto outcome = run_once(*scenario, quietly_, interrupt_);
      trial.broken_off = interrupt_.count() > 0;
      if (trial.broken_off || !outcome || !outcome->environment_error.empty() ||
          outcome->verdict.exit != passed)
        return trial;
      ++trial.kept;
      take_measures(*scenario, outcome->record, trial);
    }
    return trial;
  }

  std::optional<model::Scenario> scenario_with(const Choice& choice, std::uint64_t seed) const {
    scenario::ReadOptions how;
    how.sets = options_.sets;
    for (std::size_t i = 0; i < choice.size(); ++i)
      how.chosen.push_back(tune_.vary[i].path + "=" + tune_.vary[i].values[choice[i]]);
    how.seed = seed;
    how.mode = model::Mode::sim;
    auto reading = scenario::read_scenario(job_.file, how, words());
    if (!reading) return std::nullopt;
    return std::move(reading->scenario);
  }

  void take_measures(const model::Scenario& scenario, const record::Record& record, Trial& trial) {
    const check::Observations observations(record);
    const check::Focus focus = check::whole(scenario, record, observations);
    for (std::size_t i = 0; i < tune_.minimise.size(); ++i) {
      const check::Outcome outcome = check::evaluate(tune_.minimise[i], focus);
      if (i == trial.measured.size())
        trial.measured.push_back(outcome);
      else if (!outcome.has_value() || outcome.number > trial.measured[i].number)
        trial.measured[i] = outcome;
    }
  }

  // Empty where one of the measures has no value: nothing can be compared by it.
  static std::vector<double> numbers_of(const Trial& trial) {
    std::vector<double> numbers;
    for (const check::Outcome& outcome : trial.measured) {
      if (!outcome.has_value()) return {};
      numbers.push_back(outcome.number);
    }
    return numbers;
  }

  std::string what_is_missing(const Trial& trial) const {
    for (std::size_t i = 0; i < trial.measured.size(); ++i)
      if (!trial.measured[i].has_value())
        return fmt::format("{} has no value: {}", tune_.minimise[i].text, trial.measured[i].why);
    return {};
  }

  reports::TuneRow row_of(const Choice& choice, const Trial& trial) const {
    reports::TuneRow row;
    for (std::size_t i = 0; i < choice.size(); ++i)
      row.values.push_back(tune_.vary[i].values[choice[i]]);
    row.allowed = trial.kept == tune_.seeds;
    row.costs = numbers_of(trial);
    if (row.allowed)
      for (const check::Outcome& outcome : trial.measured)
        row.measured.push_back(check::value_text(outcome));
    return row;
  }

  void confirm(const Choice& choice, reports::TuneRow& row) {
    if (!row.allowed) return;
    for (std::uint64_t i = 0; i < other_seeds; ++i) {
      const Trial trial = try_out(choice, static_cast<std::uint64_t>(tune_.seeds) + i, 1);
      if (trial.broken_off) return;
      ++row.tried;
      row.confirmed += trial.kept;
    }
  }

  // What it was chosen by it has been fitted to: only what holds with other seeds can be chosen.
  void add_front(reports::TuneReport& report) {
    const std::vector<std::size_t> front = pareto_front(search_.tried());
    report.front.resize(front.size());
    in_parallel(front.size(), jobs(), [&](std::size_t i) {
      const Tried& tried = search_.tried()[front[i]];
      report.front[i] = row_of(tried.choice, allowed_.at(tried.choice));
      confirm(tried.choice, report.front[i]);
    });
    std::vector<std::size_t> holding;
    for (std::size_t i = 0; i < front.size(); ++i)
      if (report.front[i].confirmed == static_cast<std::int64_t>(other_seeds))
        holding.push_back(front[i]);
    if (!holding.empty()) {
      const std::size_t chosen = best_compromise(search_.tried(), holding);
      for (std::size_t i = 0; i < front.size(); ++i) report.front[i].chosen = front[i] == chosen;
    }
    std::ranges::stable_sort(report.front, {},
                             [](const reports::TuneRow& row) { return row.costs; });
  }

  const Job& job_;
  const model::Tune& tune_;
  const Options& options_;
  Options quietly_ = options_;
  Interrupt& interrupt_;
  TuneSearch search_;
  std::map<Choice, Trial> allowed_;
  std::string no_value_;
};

// What the command line said, as the overlay repeats it.
std::vector<std::string> given(const Options& options) {
  std::vector<std::string> lines;
  for (const std::string& set : options.sets) lines.push_back(scenario::setting_as_toml(set));
  if (options.seed) lines.push_back(fmt::format("run.seed = {}", *options.seed));
  return lines;
}

// The file as its overlay names it, from where that will lie.
std::string seen_from(const std::string& folder, const std::string& file) {
  std::error_code error;
  const auto from = std::filesystem::absolute(folder, error);
  const auto path = std::filesystem::absolute(file, error).lexically_relative(from);
  return path.empty() ? file : path.string();
}

}  // namespace

int tune_command(const Options& options, Interrupt& interrupt) {
  const auto jobs = read_jobs(options, false);
  if (!jobs || !can_run(*jobs)) return usage;
  if (jobs->size() != 1 || !jobs->front().tune) {
    const std::string& file = jobs->size() == 1 ? jobs->front().file : std::string();
    print({{file, 0, 0,
            jobs->size() == 1 ? "no [tune] in it; expected what may be varied, and what minimised"
                              : "more than one scenario; expected one with [tune]",
            "", ""}});
    return usage;
  }
  const Job& job = jobs->front();
  if (job.scenario.target.is_own()) {
    print({{job.file, 0, 0,
            "services of your own run in no virtual time; expected the shop, in "
            "which a tuning tries some hundred combinations",
            "", ""}});
    return usage;
  }
  constexpr std::uint64_t most_seed = std::numeric_limits<std::int64_t>::max() - 1'000;
  if (job.scenario.run.seed > most_seed) {
    print({{job.file, 0, 0, "found a seed that has no others behind it; expected a smaller one", "",
            ""}});
    return usage;
  }
  const auto folder = folder_of_many(job, options.out, "tune");
  if (!folder) return usage;

  reports::TuneReport report = Tuner(job, options, interrupt).run();
  report.exit = interrupt.count() > 0 ? interrupt.exit_status()
                : report.has_choice() ? passed
                                      : inconclusive;
  std::vector<reports::File> files = {{"tune.json", reports::tune_json(report)},
                                      {"tune.md", reports::tune_markdown(report)}};
  if (report.has_choice())
    files.push_back({"tuned.toml", reports::tuned_overlay(report, seen_from(folder->path, job.file),
                                                          given(options))});
  const auto written = reports::write_files(files, *folder);
  if (!written) {
    print({written.error()});
    report.exit = check::worse_exit(report.exit, environment);
  }
  std::fputs(options.json ? reports::tune_json(report).c_str() : reports::tune_text(report).c_str(),
             stdout);
  if (!options.json && written)
    std::printf("\nfiles: %s%s   exit %d\n", written->c_str(),
                report.has_choice() ? " (seawall run its tuned.toml)" : "", report.exit);
  return report.exit;
}

}  // namespace seawall::cli
