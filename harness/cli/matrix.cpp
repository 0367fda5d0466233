// seawall matrix: runs every cell of a file's [matrix] and [ablation], and shows side by side what
// each pattern buys.
#include <algorithm>
#include <cstdio>
#include <limits>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/check/cell_numbers.hpp"
#include "harness/check/judge.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/count_progress.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/cli/explain.hpp"
#include "harness/cli/parallel.hpp"
#include "harness/cli/run_once.hpp"
#include "reports/matrix_report.hpp"
#include "reports/run_folder.hpp"

namespace seawall::cli {
namespace {

using reports::MatrixCell;
using Status = record::Finding::Status;

std::optional<double> number_of(const check::Outcome& outcome) {
  if (outcome.state == check::Outcome::State::failed)
    return std::numeric_limits<double>::infinity();
  return outcome.has_value() ? std::optional(outcome.number) : std::nullopt;
}

void add_findings(const record::Verdict& verdict, MatrixCell& shown) {
  for (const record::Finding& finding : verdict.findings) {
    if (finding.status == Status::inconclusive) shown.inconclusive.push_back(finding.name);
    if (finding.status != Status::broken) continue;
    const bool of_level = finding.kind == record::Finding::Kind::slo;
    (of_level ? shown.missed : shown.broken).push_back(finding.name);
  }
}

bool is_at(const std::string& where, const base::Link& on) {
  const auto link = base::parse_link(where);
  return link && on.covers(*link);
}

std::string file_of(const model::Cell& cell) {
  return fmt::format("{}.{}.toml", cell.name(), cell.scenario.run.seed);
}

// What a run of this cell came to. Its record is dropped: a matrix has many.
MatrixCell shown_cell(const model::Cell& cell, const base::Link& on, const Options& options,
                      const base::expected<run::Outcome, base::Diagnostic>& outcome) {
  MatrixCell shown;
  shown.ablation = cell.ablation;
  shown.point = cell.point;
  shown.seed = cell.scenario.run.seed;
  shown.mode = model::name_of(cell.scenario.target.mode);
  shown.file = file_of(cell);
  if (!outcome || !outcome->environment_error.empty()) {
    shown.error = outcome ? outcome->environment_error : outcome.error().message;
    shown.exit = shown.counted = environment;
    return shown;
  }
  shown.exit = outcome->verdict.exit;
  shown.counted = judged_status(outcome->verdict, options);
  add_findings(outcome->verdict, shown);
  const check::CellNumbers numbers = check::cell_numbers(cell.scenario, outcome->record, on);
  shown.availability = number_of(numbers.availability);
  shown.p99 = number_of(numbers.p99);
  shown.recovery = number_of(numbers.recovery);
  shown.amplification = number_of(numbers.amplification);
  for (const record::PatternUse& use : outcome->record.patterns)
    if (is_at(use.where, on)) shown.acted[use.pattern] += use.acted;
  return shown;
}

// Over sockets one cell at a time: two would be each other's noise.
std::size_t jobs_for(const model::Matrix& matrix, const Options& options) {
  const bool is_virtual = std::ranges::all_of(matrix.cells, [](const model::Cell& cell) {
    return cell.scenario.target.mode == model::Mode::sim;
  });
  if (!is_virtual) return 1;
  if (options.jobs > 0) return static_cast<std::size_t>(options.jobs);
  return matrix.jobs > 0 ? static_cast<std::size_t>(matrix.jobs) : jobs_of_machine();
}

// Those that an interrupt left out are not in the result.
std::vector<MatrixCell> run_cells(const std::vector<model::Cell>& cells, const base::Link& on,
                                  std::size_t jobs, const Options& options, Interrupt& interrupt) {
  Options quietly = options;
  quietly.quiet = true;
  std::vector<std::optional<MatrixCell>> results(cells.size());
  {
    CountProgress progress("cells", cells.size(), options.quiet);
    in_parallel(cells.size(), jobs, [&](std::size_t i) {
      if (interrupt.count() > 0) return;
      const auto outcome = run_once(cells[i].scenario, quietly, interrupt);
      if (interrupt.count() > 0) return;  // a part of a run says nothing beside whole ones
      results[i] = shown_cell(cells[i], on, options, outcome);
      progress.ended();
    });
  }
  std::vector<MatrixCell> ended;
  for (std::optional<MatrixCell>& result : results)
    if (result) ended.push_back(std::move(*result));
  return ended;
}

reports::MatrixExpectation judged(const model::Expectation& expectation,
                                  const std::vector<MatrixCell>& cells) {
  reports::MatrixExpectation shown{expectation.ablation, expectation.check};
  for (const MatrixCell& cell : cells) {
    if (cell.ablation != expectation.ablation) continue;
    ++shown.cells;
    const auto has = [&](const std::vector<std::string>& names) {
      return std::ranges::find(names, expectation.check) != names.end();
    };
    if (has(cell.broken) || has(cell.missed)) ++shown.broken_in;
  }
  return shown;
}

// The worst of what has all its patterns; an expectation that was not met is a blind check.
int worst_of(const reports::MatrixReport& report, const Options& options) {
  int worst = passed;
  for (const MatrixCell& cell : report.cells)
    if (cell.ablation == model::full_policy) worst = check::worse_exit(worst, cell.counted);
  for (const MatrixCell& cell : report.confirm) worst = check::worse_exit(worst, cell.counted);
  for (const reports::MatrixExpectation& expectation : report.expectations)
    if (expectation.broken_in == 0 && expectation.judged && counts(options, "inconclusive"))
      worst = check::worse_exit(worst, inconclusive);
  return worst;
}

}  // namespace

int matrix_command(const Options& options, Interrupt& interrupt) {
  const auto jobs = read_jobs(options, false);
  if (!jobs || !can_run(*jobs)) return usage;
  if (jobs->size() != 1 || !jobs->front().matrix) {
    const bool several = jobs->size() != 1;
    print({{several ? "" : jobs->front().file, 0, 0,
            several ? "more than one scenario; expected one with [matrix] or [ablation]"
                    : "no [matrix] and no [ablation] in it; expected one of them",
            several ? "" : "`seawall run` runs it as it is", ""}});
    return usage;
  }
  const Job& job = jobs->front();
  const model::Matrix& matrix = *job.matrix;
  const auto folder = folder_of_many(job, options.out, "matrix");
  if (!folder) return usage;

  const std::size_t threads = jobs_for(matrix, options);
  if (!options.quiet)
    std::fprintf(stderr, "matrix: %s, %zu at a time\n", cost_of(matrix).c_str(), threads);
  reports::MatrixReport report;
  report.scenario = job.scenario.meta.name;
  if (!job.scenario.variant.empty()) report.scenario += " (" + job.scenario.variant + ")";
  report.on = matrix.on.to.empty() ? "" : base::to_text(matrix.on);
  report.points = matrix.points;
  report.ablations = matrix.ablations;
  report.planned = static_cast<std::int64_t>(matrix.cells.size());
  report.cells = run_cells(matrix.cells, matrix.on, threads, options, interrupt);
  report.confirm = run_cells(matrix.confirm, matrix.on, 1, options, interrupt);
  for (const model::Expectation& expectation : matrix.expectations)
    report.expectations.push_back(judged(expectation, report.cells));
  const bool broken_off = report.cells.size() < matrix.cells.size();
  for (reports::MatrixExpectation& expectation : report.expectations)
    expectation.judged = !broken_off;
  report.exit = worst_of(report, options);
  if (interrupt.count() > 0 && report.exit != invariant_broken)
    report.exit = interrupt.exit_status();

  std::vector<reports::File> files = {{"matrix.json", reports::matrix_json(report)},
                                      {"matrix.md", reports::matrix_markdown(report)},
                                      {"index.html", reports::matrix_html(report)}};
  for (const model::Cell& cell : matrix.cells)
    files.push_back({file_of(cell), cell.scenario.resolved});
  const auto written = reports::write_files(files, *folder);
  if (!written) {
    print({written.error()});
    report.exit = check::worse_exit(report.exit, environment);
  }
  std::fputs(
      options.json ? reports::matrix_json(report).c_str() : reports::matrix_text(report).c_str(),
      stdout);
  if (!options.json && written)
    std::printf("\nfiles: %s (each cell as a scenario for seawall run)   exit %d\n",
                written->c_str(), report.exit);
  return report.exit;
}

}  // namespace seawall::cli
