#include "reports/recorded_side.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "reports/finding_text.hpp"
#include "reports/hdr_log.hpp"
#include "reports/run_reader.hpp"

namespace seawall::reports {
namespace {

namespace fs = std::filesystem;
using base::Diagnostic;
using base::unexpected;
using record::Finding;

constexpr std::uintmax_t most_log_bytes = std::uintmax_t{256} << 20;  // of a log
constexpr std::size_t most_runs = 200;                                // of a side

Diagnostic side_mistake(const fs::path& place, std::string message, std::string hint) {
  Diagnostic problem;
  problem.file = place.string();
  problem.message = std::move(message);
  problem.hint = std::move(hint);
  return problem;
}

base::expected<std::string, Diagnostic> text_of(const fs::path& file, const std::string& hint) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(file, error);
  if (error) return unexpected(side_mistake(file, "cannot be read: " + error.message(), hint));
  if (size > most_log_bytes)
    return unexpected(side_mistake(
        file, fmt::format("{} bytes; expected a log of {} at most", size, most_log_bytes), hint));
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return unexpected(side_mistake(file, "cannot be read", hint));
  return text.str();
}

using TotalsByName = std::map<std::string, stats::Histogram>;

base::expected<TotalsByName, Diagnostic> totals_of(const fs::path& file, base::Duration unit,
                                                   const std::string& hint) {
  const auto text = text_of(file, hint);
  if (!text) return unexpected(text.error());
  auto totals = read_hdr_totals(*text, unit);
  if (!totals) return unexpected(side_mistake(file, totals.error(), hint));
  return std::move(*totals);
}

// What run.json counts and what the log holds must be of one run, or a file was cut off.
base::expected<compare::RunFigures, Diagnostic> figures_of(const RecordedRun& run,
                                                           TotalsByName totals,
                                                           const fs::path& log) {
  compare::RunFigures figures;
  for (const RecordedMeasure& measure : run.measures) {
    compare::RequestFigures& request = figures.requests[measure.request];
    request.sent = measure.sent;
    request.expected = measure.expected;
    const auto found = totals.find(tag_of(measure.request));
    if (found != totals.end()) {
      request.latency = std::move(found->second);
      totals.erase(found);
    }
    if (request.latency.count() != measure.ended)
      return unexpected(side_mistake(
          log,
          fmt::format("it has {} latencies of \"{}\"; expected {}, as run.json beside it says",
                      request.latency.count(), measure.request, measure.ended),
          "the folder is not as its run left it; run the scenario again"));
  }
  if (totals.empty()) return figures;
  return unexpected(
      side_mistake(log,
                   fmt::format("latencies of \"{}\", which run.json beside it does not know",
                               totals.begin()->first),
                   "the folder is not as its run left it; run the scenario again"));
}

std::string level_name(const Finding& finding) {
  if (finding.phase.empty() || finding.phase == "all") return finding.name;
  return fmt::format("{} [{}]", finding.name, finding.phase);
}

// What is not judged, or not exercised, is no more than absent.
void add_judged(const Finding& finding, compare::Run& run) {
  if (finding.status != Finding::Status::held && finding.status != Finding::Status::broken) return;
  if (finding.kind == Finding::Kind::invariant) run.judged.insert(title_of(finding));
  if (finding.kind == Finding::Kind::slo) run.judged.insert(level_name(finding));
  if (finding.kind == Finding::Kind::load) run.judged.insert("the load");
}

void add_checks(const RecordedRun& recorded, compare::Run& run) {
  if (recorded.checks.empty()) run.doubts.emplace_back("nothing was judged in it");
  for (const Finding& finding : recorded.checks) {
    add_judged(finding, run);
    const bool is_broken = finding.status == Finding::Status::broken;
    if (finding.kind == Finding::Kind::invariant && is_broken) run.broken.insert(title_of(finding));
    if (finding.kind == Finding::Kind::slo && is_broken) run.missed.insert(level_name(finding));
    const bool is_open = finding.status == Finding::Status::inconclusive;
    if (finding.kind == Finding::Kind::load)
      run.load_held = run.load_held && finding.status == Finding::Status::held;
    else if (is_open)
      run.doubts.push_back(fmt::format("{} {}", model::name_of(finding.kind), line_of(finding)));
  }
}

// Whether two folders hold one run: a copy is no second pair. In wall time two runs may do the same
// in the same order, and never take the same time for all of it.
bool is_copy(const compare::Run& a, const compare::Run& b) {
  if (a.is_log || b.is_log) return false;
  return a.world == b.world && a.seed == b.seed && a.trace_hash == b.trace_hash &&
         a.comparison_hash == b.comparison_hash && (a.is_virtual || is_same(a.figures, b.figures));
}

// The folders of runs directly in it, by name.
std::vector<std::string> runs_in(const fs::path& folder) {
  std::vector<std::string> runs;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    if (at->is_directory(error) && !at->is_symlink(error) && is_run_folder(at->path().string()))
      runs.push_back(at->path().string());
  std::ranges::sort(runs);
  return runs;
}

class SideReader {
 public:
  explicit SideReader(base::Duration unit) : unit_(unit) {}

  void add(const std::string& path) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (status.type() == fs::file_type::regular) return keep(read_recorded_log(path, unit_));
    if (status.type() != fs::file_type::directory)
      return refuse(side_mistake(path,
                                 "expected the folder of a run, or a histogram log; found nothing",
                                 "name one under out/, or a baseline that was saved"));
    if (is_run_folder(path)) return keep(read_recorded_run(path));
    const std::vector<std::string> runs = runs_in(path);
    if (runs.empty())
      return refuse(side_mistake(path, "no run.json in it, nor in a folder in it",
                                 "name the folder of a run, such as out/latest"));
    for (const std::string& run : runs) keep(read_recorded_run(run));
  }
  compare::Side side;
  base::Diagnostics problems;

 private:
  void keep(base::expected<compare::Run, Diagnostic> run) {
    if (!run) return refuse(run.error());
    if (side.runs.size() == most_runs)
      return refuse(side_mistake(run->where,
                                 fmt::format("more than {} runs of one side", most_runs),
                                 "name fewer of them"));
    for (const compare::Run& other : side.runs)
      if (const std::string twice = why_twice(*run, other); !twice.empty())
        return refuse(
            side_mistake(run->where, twice, "name each run once; others need other seeds"));
    side.runs.push_back(std::move(*run));
  }
  // As a message; empty where these are two runs.
  static std::string why_twice(const compare::Run& run, const compare::Run& other) {
    std::error_code error;
    if (fs::equivalent(run.where, other.where, error))
      return fmt::format("the same as {}, which this side has already", other.where);
    if (!is_copy(run, other)) return "";
    return fmt::format(
        "the same run as {}, with the seed {} and the trace {}: of one side, each run counts once",
        other.where, run.seed, run.trace_hash);
  }
  void refuse(Diagnostic problem) { problems.push_back(std::move(problem)); }

  const base::Duration unit_;
};

}  // namespace

base::expected<compare::Run, Diagnostic> read_recorded_run(const std::string& folder) {
  const auto recorded = read_run(folder);
  if (!recorded) return unexpected(recorded.error());
  const fs::path log = fs::path(folder) / "latency.hlog";
  auto totals = totals_of(log, base::Duration(1),
                          "a run writes it unless [report] formats leaves out \"hdr\"");
  if (!totals) return unexpected(totals.error());
  auto figures = figures_of(*recorded, std::move(*totals), log);
  if (!figures) return unexpected(figures.error());

  compare::Run run;
  run.where = folder;
  run.figures = std::move(*figures);
  run.scenario = recorded->scenario;
  if (!recorded->variant.empty()) run.scenario += " [" + recorded->variant + "]";
  run.is_virtual = recorded->mode == model::Mode::sim;
  run.world = model::name_of(recorded->mode);
  run.seed = recorded->seed;
  run.comparison_hash = recorded->comparison_hash;
  run.machine = recorded->machine;
  run.trace_hash = recorded->trace_hash;
  run.is_whole = !recorded->interrupted && recorded->verdict != "error";
  add_checks(*recorded, run);
  return run;
}

base::expected<compare::Run, Diagnostic> read_recorded_log(const std::string& file,
                                                           base::Duration unit) {
  auto totals = totals_of(file, unit, "expected a histogram log, as HdrHistogram's tools write it");
  if (!totals) return unexpected(totals.error());
  compare::Run run;
  run.where = file;
  run.is_log = true;
  run.scenario = file;
  for (auto& [tag, histogram] : *totals) run.figures.requests[tag].latency = std::move(histogram);
  if (run.figures.all().latency.count() > 0) return run;
  return unexpected(
      side_mistake(file, "no values in it; expected a histogram log",
                   "each of its lines has a start, a length, a maximum and a histogram"));
}

base::expected<compare::Side, base::Diagnostics> read_side(const std::vector<std::string>& paths,
                                                           base::Duration unit) {
  SideReader reader(unit);
  for (const std::string& path : paths) reader.add(path);
  if (!reader.problems.empty()) return unexpected(std::move(reader.problems));
  reader.side.name = base::join(paths, ", ");
  return std::move(reader.side);
}

}  // namespace seawall::reports
