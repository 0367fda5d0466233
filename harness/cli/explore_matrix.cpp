// seawall explore --matrix saga: the order of one scenario, explored with one setting of its saga
// after the other, side by side. What does each rule of the saga buy?
#include <array>
#include <cstdio>
#include <set>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/parallel.hpp"
#include "harness/cli/words.hpp"
#include "harness/explore/one_order.hpp"
#include "harness/explore/search.hpp"
#include "harness/scenario/reader.hpp"

namespace seawall::cli {
namespace {

// The first is the scenario as it is; of the others, each changes one rule.
constexpr auto settings = std::to_array<std::string_view>({
    "",
    "saga.log=\"durable\"",
    "saga.log=\"memory\"",
    "saga.in_doubt=\"compensate\"",
    "saga.in_doubt=\"query\"",
    "saga.in_doubt=\"retry\"",
    "saga.in_doubt=\"assume_not_done\"",
    "saga.compensate=\"every-intent\"",
    "saga.compensate=\"unless-refused\"",
    "saga.compensation=true",
    "saga.compensation=false",
    "saga.compensation_max_attempts=0",
    "saga.compensation_max_attempts=3",
    "saga.recovery=true",
    "saga.recovery=false",
    "saga.outlives_client=true",
    "saga.outlives_client=false",
});

// A way in which a setting breaks an order: the smallest plan that was found for it.
struct Told {
  std::string signature;
  std::vector<std::string> plan;
  std::string why;
};

struct Row {
  std::string setting;
  std::string trouble;  // why it could not be explored; mostly empty
  std::int64_t runs = 0;
  std::int64_t violations = 0;
  std::set<std::string> broken;  // ids of invariants
  std::string unconfirmed;       // how its orders end without faults; mostly empty
  std::vector<Told> ways;        // the smallest first
  bool complete = false;
};

std::optional<model::Scenario> with_setting(const std::string& file, const Options& options,
                                            std::string_view setting, std::string& trouble) {
  scenario::ReadOptions how;
  how.sets = options.sets;
  if (!setting.empty()) how.sets.emplace_back(setting);
  how.seed = options.seed;
  how.variant = options.variant;
  how.mode = model::Mode::sim;
  auto reading = scenario::read_scenario(file, how, words());
  if (reading) return std::move(reading->scenario);
  trouble = reading.error().front().message;
  return std::nullopt;
}

Row row_of(const std::string& file, const Options& options, std::string_view setting,
           const Interrupt& interrupt) {
  Row row;
  row.setting = setting.empty() ? "as it is" : std::string(setting);
  const auto scenario = with_setting(file, options, setting, row.trouble);
  if (!scenario) return row;
  const auto text = explore::one_order(*scenario, options.explore.orders_or(1));
  if (!text) {
    row.trouble = text.error().message;
    return row;
  }
  explore::Candidates candidates(*text, words());
  const runtime::Target target = make_target(candidates.scenario());
  explore::Limits limits;
  limits.depth = options.explore.depth_or_default();
  limits.time.spent = [&interrupt] { return interrupt.count() > 0; };
  const std::size_t jobs =
      options.jobs > 0 ? static_cast<std::size_t>(options.jobs) : jobs_of_machine();
  const explore::Searched searched =
      explore::search({&candidates.scenario(), &target}, candidates, limits,
                      [jobs](std::size_t count, const std::function<void(std::size_t)>& work) {
                        in_parallel(count, jobs, work);
                      });
  if (searched.levels.front().run > 0 && !searched.has_order()) {
    row.trouble = explore::no_order(*scenario).message;
    return row;
  }
  for (const explore::Level& level : searched.levels) {
    row.runs += level.run;
    row.violations += level.violations;
  }
  std::set<std::string> signatures;
  for (const explore::Violation& violation : searched.violations) {
    for (const std::string& broken : violation.broken)
      row.broken.insert(broken.substr(0, broken.find(' ')));
    if (signatures.insert(violation.signature()).second)
      row.ways.push_back({violation.signature(), candidates.shown(violation.plan), violation.why});
  }
  row.complete = searched.complete;
  if (explore::is_none_confirmed(searched.ends))
    row.unconfirmed = explore::unconfirmed(searched.ends, options.explore.orders_or(1));
  return row;
}

void print_row(const Row& row) {
  if (!row.trouble.empty()) {
    std::printf("%-36s  not explored: %s\n", row.setting.c_str(), row.trouble.c_str());
    return;
  }
  std::string broken;
  for (const std::string& id : row.broken) broken += (broken.empty() ? "" : " ") + id;
  if (broken.empty()) broken = "-";
  if (!row.unconfirmed.empty()) broken += "; without any fault " + row.unconfirmed;
  std::printf("%-36s %9s %12s   %s\n", row.setting.c_str(), base::grouped(row.runs).c_str(),
              base::grouped(row.violations).c_str(), broken.c_str());
}

// In words, what no row before has shown.
class Ways {
 public:
  void add(const Row& row) {
    std::size_t told = 0;
    for (const Told& way : row.ways) {
      if (told == most_of_a_row || !told_.insert(way.signature).second) continue;
      if (told++ == 0) text_ += "\n" + row.setting + "\n";
      for (const std::string& fault : way.plan) text_ += "  fault  " + fault + "\n";
      if (way.plan.empty()) text_ += "  no fault is needed\n";
      text_ += "         " + way.why + "\n";
    }
  }
  const std::string& text() const { return text_; }

 private:
  static constexpr std::size_t most_of_a_row = 5;
  std::set<std::string> told_;  // by signature
  std::string text_;
};

}  // namespace

int explore_matrix_command(const std::string& file, const Options& options, Interrupt& interrupt) {
  interrupt.announce("stopping (again: stop at once)");
  std::printf("%-36s %9s %12s   %s\n", "saga", "runs", "that break", "invariants broken");
  int status = passed;
  std::string doubt;
  Ways ways;
  for (const std::string_view setting : settings) {
    const Row row = row_of(file, options, setting, interrupt);
    if (interrupt.count() > 0) return interrupt.exit_status();
    print_row(row);
    std::fflush(stdout);
    ways.add(row);
    // Settings that break are what the table is for; only the scenario as it is counts.
    if (setting.empty() && !row.trouble.empty()) status = usage;
    if (setting.empty() && row.violations > 0) status = invariant_broken;
    if (!setting.empty() || status != passed || row.unconfirmed.empty()) continue;
    status = inconclusive;
    doubt = explore::nothing_succeeded(row.unconfirmed);
  }
  std::fputs(ways.text().c_str(), stdout);
  if (!doubt.empty()) std::printf("\nINCONCLUSIVE: as it is, %s\n", doubt.c_str());
  return status;
}

}  // namespace seawall::cli
