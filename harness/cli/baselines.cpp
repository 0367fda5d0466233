#include "harness/cli/baselines.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>

#include <fmt/format.h>

namespace seawall::cli {
namespace {

namespace fs = std::filesystem;

base::Diagnostic trouble(const fs::path& place, const std::string& what,
                         const std::error_code& error) {
  base::Diagnostic problem;
  problem.file = place.string();
  problem.message = fmt::format("{}: {}", what, error.message());
  problem.hint = "make room, or choose another place with --folder";
  return problem;
}

std::error_code copy_run(const fs::path& run, const fs::path& place) {
  std::error_code error;
  fs::create_directories(place, error);
  for (const char* file : {"run.json", "scenario.toml", "latency.hlog"})
    if (!error) fs::copy_file(run / file, place / file, error);
  return error;
}

// A number before it keeps the order in which the runs were given.
std::string name_of_run(std::size_t number, const fs::path& run) {
  const fs::path last = fs::weakly_canonical(run).filename();
  return fmt::format("{:03}-{}", number, last.empty() ? "run" : last.string());
}

}  // namespace

bool is_baseline_name(const std::string& name) {
  const auto is_plain = [](unsigned char c) {
    return std::isalnum(c) || c == '.' || c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= 100 && name.front() != '.' && name.front() != '-' &&
         std::ranges::all_of(name, is_plain);
}

std::string find_baseline(const std::string& folder, const std::string& name) {
  if (!is_baseline_name(name)) return "";
  std::error_code ignored;
  const fs::path place = fs::path(folder) / name;
  return fs::is_directory(place, ignored) ? place.string() : "";
}

std::vector<std::string> baseline_names(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    if (at->is_directory(error) && is_baseline_name(at->path().filename().string()))
      names.push_back(at->path().filename().string());
  std::ranges::sort(names);
  return names;
}

base::expected<std::string, base::Diagnostic> keep_baseline(const std::string& folder,
                                                            const std::string& name,
                                                            const std::vector<std::string>& runs) {
  const fs::path place = fs::path(folder) / name;
  const fs::path draft = fs::path(folder) / ("." + name + ".partial");
  std::error_code error;
  fs::remove_all(draft, error);  // of a process that was killed
  for (std::size_t i = 0; i < runs.size() && !error; ++i)
    error = copy_run(runs[i], draft / name_of_run(i + 1, runs[i]));
  // The one before steps aside first: a name that was there is never gone.
  const fs::path former = fs::path(folder) / ("." + name + ".former");
  std::error_code ignored;
  fs::remove_all(former, ignored);
  if (!error && fs::exists(place, ignored)) fs::rename(place, former, error);
  if (!error) fs::rename(draft, place, error);
  if (error && fs::exists(former, ignored)) fs::rename(former, place, ignored);
  fs::remove_all(former, ignored);
  if (!error) return place.string();
  fs::remove_all(draft, ignored);
  return base::unexpected(trouble(place, "cannot keep the baseline", error));
}

}  // namespace seawall::cli
