#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "harness/base/text.hpp"
#include "harness/cli/catalogue.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/started.hpp"
#include "harness/cli/words.hpp"
#include "harness/scenario/unbuilt.hpp"
#include "reports/finding_text.hpp"

namespace seawall::cli {
namespace {

bool has_any(const std::vector<std::string>& tags, const std::vector<std::string>& wanted) {
  return std::any_of(wanted.begin(), wanted.end(), [&](const std::string& tag) {
    return std::find(tags.begin(), tags.end(), tag) != tags.end();
  });
}

bool is_wanted(const model::Scenario& scenario, const Options& options) {
  const std::vector<std::string>& tags = scenario.meta.tags;
  return (options.tags.empty() || has_any(tags, options.tags)) && !has_any(tags, options.not_tags);
}

std::optional<reports::Folder> chosen_of_many(reports::FolderChoice choice,
                                              const model::Scenario& scenario) {
  choice.of_many = true;
  auto folder = reports::choose_folder(choice, scenario, facts_of_now().started_utc);
  std::error_code ignored;
  if (folder && !choice.out.empty() && std::filesystem::exists(folder->path, ignored))
    std::fprintf(stderr,
                 "seawall: %s is there already, and stays as it is: the files go to %s-2, or the "
                 "next number that is free\n",
                 folder->path.c_str(), folder->path.c_str());
  if (folder) return std::move(*folder);
  print({folder.error()});
  return std::nullopt;
}

}  // namespace

void print(const base::Diagnostics& problems) {
  for (const base::Diagnostic& problem : problems)
    std::fprintf(stderr, "%s", reports::printable_lines(base::to_text(problem)).c_str());
}

std::optional<reports::Folder> folder_of_many(const Job& job, const std::string& out,
                                              const std::string& what) {
  reports::FolderChoice choice;
  choice.out = out;
  if (!job.scenario.variant.empty()) choice.parts.push_back(job.scenario.variant);
  choice.parts.push_back(what);
  return chosen_of_many(std::move(choice), job.scenario);
}

std::optional<reports::Folder> folder_of_many(const std::string& out) {
  reports::FolderChoice choice;
  choice.out = out;
  return chosen_of_many(std::move(choice), {});
}

std::optional<std::vector<Job>> read_jobs(const Options& options, bool with_variants,
                                          Warnings warnings_wanted) {
  const bool warnings = warnings_wanted == Warnings::shown;
  std::vector<std::string> files;
  base::Diagnostics problems;
  for (const std::string& word : options.scenarios) {
    const auto found = find_scenarios(word);
    if (!found) {
      problems.push_back(found.error());
      continue;
    }
    for (const std::string& file : *found)
      if (std::find(files.begin(), files.end(), file) == files.end()) files.push_back(file);
  }

  std::vector<Job> jobs;
  const auto read = [&](const std::string& file, const std::string& variant,
                        std::optional<std::uint64_t> seed) -> bool {
    scenario::ReadOptions how;
    how.sets = options.sets;
    how.seed = seed;
    how.mode = options.mode;
    how.variant = variant;
    auto reading = scenario::read_scenario(file, how, words());
    if (!reading) {
      problems.insert(problems.end(), reading.error().begin(), reading.error().end());
      return false;
    }
    if (warnings && variant == options.variant) print(reading->warnings);
    jobs.push_back(
        {std::move(reading->scenario), file, std::move(reading->matrix), std::move(reading->tune)});
    return true;
  };
  // A repetition is read with its own seed, so that what it writes can be replayed.
  const auto read_repeats = [&](const std::string& file, const std::string& variant) {
    const std::uint64_t seed = jobs.back().scenario.run.seed;
    for (int repeat = 1; repeat < options.repeat; ++repeat)
      if (!read(file, variant, seed + static_cast<std::uint64_t>(repeat))) return;
  };
  for (const std::string& file : files) {
    if (!read(file, options.variant, options.seed)) continue;
    if (!is_wanted(jobs.back().scenario, options)) {
      jobs.pop_back();
      continue;
    }
    const std::vector<model::Variant> variants = jobs.back().scenario.variants;
    read_repeats(file, options.variant);
    if (!with_variants) continue;
    for (const model::Variant& variant : variants)
      if (read(file, variant.name, options.seed)) read_repeats(file, variant.name);
  }
  if (!problems.empty()) {
    print(problems);
    return std::nullopt;
  }
  if (jobs.empty()) {
    std::fprintf(stderr, "seawall: no scenario has the tags that were asked for\n");
    return std::nullopt;
  }
  return jobs;
}

bool can_run(const std::vector<Job>& jobs) {
  base::Diagnostics problems;
  const auto check = [&](const model::Scenario& scenario) {
    for (base::Diagnostic& problem : scenario::unbuilt_parts(scenario))
      problems.push_back(std::move(problem));
  };
  for (const Job& job : jobs) check(job.scenario);
  print(problems);
  return problems.empty();
}

}  // namespace seawall::cli
