// seawall report: says again what runs that are over have come to, and where their pages are; of
// several, in an index. It judges nothing, so it ends with 0 whatever they say.
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "harness/cli/commands.hpp"
#include "harness/cli/exit_status.hpp"
#include "reports/comparison_words.hpp"
#include "reports/finding_text.hpp"
#include "reports/html/index.hpp"
#include "reports/run_reader.hpp"
#include "reports/terminal.hpp"

namespace seawall::cli {
namespace {

namespace fs = std::filesystem;

int tell_one(const std::string& folder, const Options& options) {
  const auto run = reports::read_run(folder);
  if (!run) {
    print({run.error()});
    return usage;
  }
  record::Verdict verdict;
  verdict.findings = run->checks;
  verdict.exit = run->exit;
  const std::string variant = run->variant.empty() ? "" : " [" + run->variant + "]";
  const std::string line = fmt::format("{}{}  seed {}  {}  {}", run->scenario, variant, run->seed,
                                       model::name_of(run->mode), run->started);
  std::printf("%s\n", reports::printable(line).c_str());
  std::fputs(reports::terminal_text(verdict, folder, wants_color(options)).c_str(), stdout);
  std::error_code ignored;
  const fs::path page = fs::path(folder) / "report.html";
  if (fs::exists(page, ignored))
    std::printf("page: %s\n", page.c_str());
  else
    std::printf("page: none; its [report] formats left html out\n");
  return passed;
}

int tell_many(const std::string& place, const std::vector<std::string>& folders) {
  const auto index = reports::write_index(place, folders);
  if (!index) {
    print({index.error()});
    return environment;
  }
  std::printf("%s: %s\n", reports::runs_text(folders.size()).c_str(), index->c_str());
  return passed;
}

base::Diagnostic no_run(const std::string& folder) {
  base::Diagnostic problem;
  problem.file = folder;
  problem.message = "there is no run in it; expected the folder of a run, or one that holds runs";
  problem.hint = "`seawall run --out FOLDER` makes one";
  return problem;
}

}  // namespace

int report_command(const Options& options) {
  std::vector<std::string> named = options.run_folders;
  if (named.empty()) named = {"out/latest"};
  if (named.size() == 1) {
    std::error_code ignored;
    const bool is_there = fs::is_directory(named.front(), ignored);
    if (!is_there || reports::is_run_folder(named.front())) return tell_one(named.front(), options);
    const std::vector<std::string> runs = reports::runs_in(named.front());
    if (!runs.empty()) return tell_many(named.front(), runs);
    print({no_run(named.front())});
    return usage;
  }
  base::Diagnostics problems;
  for (const std::string& folder : named)
    if (const auto run = reports::read_run(folder); !run) problems.push_back(run.error());
  print(problems);
  return problems.empty() ? tell_many(reports::common_parent(named), named) : usage;
}

}  // namespace seawall::cli
