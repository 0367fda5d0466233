// seawall list: the scenarios there are, for a terminal or as the README of their folder.
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/cli/catalogue.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/exit_status.hpp"
#include "harness/model/hidden_text.hpp"

namespace seawall::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view head =
    "# Scenarios\n"
    "\n"
    "<!-- Written by `seawall list --markdown > scenarios/README.md`; a test compares. -->\n"
    "\n"
    "Each file is a scenario of the built-in shop. `seawall run NUMBER` runs it, `--mode sim` in\n"
    "virtual time, and `--variants` runs each of its variants too: one takes something away, and "
    "has\n"
    "to break what stands behind it here, an invariant or a service level by its name.\n"
    "\n"
    "| number | name | what it shows | variants, and what each breaks |\n"
    "|---|---|---|---|\n";

// Text in a cell: a bar would end it, and so would a line.
std::string in_cell(const std::string& text) {
  std::string cell;
  for (const char c : text) {
    if (c == '|') cell += '\\';
    cell += c == '\n' ? ' ' : c;
  }
  return cell;
}

// "06" of "scenarios/calls/06-payment-refused.toml"; empty where the name has no number.
std::string number_of(const std::string& file) {
  const std::string name = fs::path(file).stem().string();
  const std::size_t dash = name.find('-');
  const bool numbered =
      dash != std::string::npos && name.find_first_not_of("0123456789") == dash && dash > 0;
  return numbered ? name.substr(0, dash) : std::string();
}

// "payment-refused" of the same: a word that find_scenarios() takes.
std::string short_name(const std::string& file) {
  const std::string number = number_of(file);
  return fs::path(file).stem().string().substr(number.empty() ? 0 : number.size() + 1);
}

void print_row(const Job& job, const fs::path& folder) {
  const model::Scenario& scenario = job.scenario;
  std::string variants;
  for (const model::Variant& variant : scenario.variants)
    variants += fmt::format("{}`{}`: {}", variants.empty() ? "" : "<br>", variant.name,
                            in_cell(base::join(variant.breaks, "; ")));
  const std::string link = fs::path(job.file).lexically_relative(folder).generic_string();
  const std::string row =
      fmt::format("| {} | [{}]({}) | {} | {} |\n", number_of(job.file), scenario.meta.name, link,
                  in_cell(scenario.meta.description), variants);
  std::fputs(model::without_hidden(row).c_str(), stdout);
}

// By number, those without one first.
void print_markdown(std::vector<Job> jobs, const fs::path& folder) {
  const auto number = [](const Job& job) {
    const std::string digits = number_of(job.file);
    return std::pair(digits.size(), digits);
  };
  std::stable_sort(jobs.begin(), jobs.end(),
                   [&](const Job& a, const Job& b) { return number(a) < number(b); });
  std::fwrite(head.data(), 1, head.size(), stdout);
  for (const Job& job : jobs) print_row(job, folder);
}

}  // namespace

int list_command(const Options& options) {
  Options all = options;
  if (all.scenarios.empty()) all.scenarios = {catalogue_folder()};
  if (all.scenarios.front().empty()) {
    std::fprintf(stderr, "seawall: there is no folder scenarios/ here or beside the program\n");
    return usage;
  }
  const auto jobs = read_jobs(all, false);
  if (!jobs) return usage;
  if (options.markdown) {
    const fs::path first = all.scenarios.front();
    print_markdown(*jobs, fs::is_directory(first) ? first : fs::path(catalogue_folder()));
    return passed;
  }
  for (const Job& job : *jobs) {
    if (options.names) {
      std::printf("%s\n", short_name(job.file).c_str());
      continue;
    }
    const model::Scenario& scenario = job.scenario;
    std::string lines = fmt::format("{:<34} {}\n", scenario.meta.name, scenario.meta.description);
    for (const model::Variant& variant : scenario.variants)
      lines += fmt::format("  {:<32} {}\n", "+ " + variant.name, variant.why);
    std::fputs(model::without_hidden(lines).c_str(), stdout);
  }
  return passed;
}

}  // namespace seawall::cli
