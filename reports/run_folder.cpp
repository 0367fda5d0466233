#include "reports/run_folder.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "harness/base/text.hpp"
#include "reports/report_table.hpp"

namespace seawall::reports {
namespace {

namespace fs = std::filesystem;
using base::Diagnostic;
using base::unexpected;

Diagnostic mistake(const fs::path& path, std::string message, std::string hint) {
  Diagnostic diagnostic;
  diagnostic.file = path.string();
  diagnostic.message = std::move(message);
  diagnostic.hint = std::move(hint);
  return diagnostic;
}

// A name that stays one part of a path whatever its author wrote: "shop/slow" is "shop-slow".
std::string file_name_of(std::string_view text) {
  std::string name(text);
  for (char& c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!plain && c != '.' && c != '_' && c != '-') c = '-';
  }
  if (name.empty() || name.front() == '.') name.insert(0, 1, '-');
  return name;
}

// The name of one of several files, with "-2" where another has it.
std::string free_name(const std::string& name, std::set<std::string>& taken) {
  constexpr std::size_t longest = 120;
  const fs::path whole = file_name_of(name);
  const std::string stem = whole.stem().string().substr(0, longest);
  std::string free = stem + whole.extension().string();
  for (int number = 2; !taken.insert(free).second; ++number)
    free = fmt::format("{}-{}{}", stem, number, whole.extension().string());
  return free;
}

std::string run_name(const FolderChoice& choice, const model::Scenario& scenario) {
  std::string name = scenario.meta.name;
  for (const std::string& part : choice.parts) name += "." + part;
  return file_name_of(name);
}

// "2025-11-21T09:53:00Z" -> "20251121T095300Z".
std::string compact(std::string_view utc) {
  std::string time(utc);
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  return file_name_of(time);
}

std::string filled_in(std::string text, const model::Scenario& scenario, std::string_view utc) {
  const std::array<std::pair<std::string_view, std::string>, 4> words = {{
      {"${scenario}", file_name_of(scenario.meta.name)},
      {"${seed}", std::to_string(scenario.run.seed)},
      {"${variant}", scenario.variant.empty() ? "" : file_name_of(scenario.variant)},
      {"${time}", compact(utc)},
  }};
  for (const auto& [word, value] : words)
    for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + value.size()))
      text.replace(at, word.size(), value);
  return text;
}

// A file of a run, by its exact name.
bool is_ours(const fs::path& file) {
  const auto reports = all_reports();
  return std::any_of(reports.begin(), reports.end(),
                     [&](const Report& report) { return file.filename() == report.file; });
}

// Whether a folder may take the place of `path`: nothing is there, or an empty folder, or a run
// that holds nothing but what runs write.
std::optional<Diagnostic> why_not_replaceable(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(path, error);
  if (status.type() == fs::file_type::not_found) return std::nullopt;
  const std::string hint = "name a folder that does not exist yet";
  if (status.type() != fs::file_type::directory)
    return mistake(path, "expected a folder for the run, found something else", hint);
  fs::directory_iterator entries(path, error);
  if (error) return mistake(path, "cannot look into the folder: " + error.message(), hint);
  bool empty = true;
  for (const fs::directory_entry& entry : entries) {
    empty = false;
    if (!is_ours(entry.path()) || !entry.is_regular_file(error))
      return mistake(path,
                     fmt::format("the folder exists and is no run: it holds '{}'",
                                 entry.path().filename().string()),
                     hint);
  }
  if (!empty && !fs::exists(path / all_reports().front().file, error))
    return mistake(path, "the folder exists and is no run: it has no run.json", hint);
  return std::nullopt;
}

// A folder beside the one to be, deleted with all that it holds unless it has been renamed.
class Draft {
 public:
  // Beside `place`, so that the rename stays within one file system. What a killed process has left
  // there is passed over.
  static base::expected<Draft, Diagnostic> make(const fs::path& place) {
    constexpr int most = 1'000;
    std::error_code error = std::make_error_code(std::errc::file_exists);
    for (int number = 1; number <= most; ++number) {
      const std::string name = fmt::format(".{}.partial-{}", place.filename().string(), number);
      const fs::path path = place.parent_path() / name;
      if (fs::create_directory(path, error)) return Draft(path);
      if (error) break;
    }
    return unexpected(mistake(place, "cannot write the run's folder: " + error.message(),
                              "make room, or choose another place with --out"));
  }
  Draft(Draft&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Draft& operator=(Draft&&) = delete;
  ~Draft() {
    std::error_code ignored;  // there is nobody left to tell
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }

  const fs::path& path() const { return path_; }
  bool rename_to(const fs::path& place, std::error_code& error) {
    fs::rename(path_, place, error);
    if (!error) path_.clear();
    return !error;
  }

 private:
  explicit Draft(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

// 0, or what went wrong. A full disk shows at write or at close.
int write_file(const fs::path& path, std::string_view text) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0) return errno;
  int error = 0;
  while (!text.empty() && error == 0) {
    const ssize_t written = write(file, text.data(), text.size());
    if (written >= 0)
      text.remove_prefix(static_cast<std::size_t>(written));
    else if (errno != EINTR)
      error = errno;
  }
  if (close(file) != 0 && error == 0) error = errno;
  return error;
}

std::optional<Diagnostic> write_into(const fs::path& draft, const fs::path& place,
                                     std::string_view name, std::string_view text) {
  const int error = write_file(draft / name, text);
  if (error == 0) return std::nullopt;
  return mistake(place / name, fmt::format("cannot write: {}", std::strerror(error)),
                 "nothing of this run was kept; make room, or choose another place with --out");
}

// The rename fails where a folder with files is in the way, so two runs that end together cannot
// take the same name.
base::expected<fs::path, Diagnostic> place_numbered(Draft draft, const fs::path& wanted) {
  constexpr int most = 10'000;
  for (int number = 1; number <= most; ++number) {
    fs::path place = wanted;
    if (number > 1) place += fmt::format("-{}", number);
    std::error_code error;
    if (fs::symlink_status(place, error).type() != fs::file_type::not_found) continue;
    if (draft.rename_to(place, error)) return place;
    if (error != std::errc::file_exists && error != std::errc::directory_not_empty)
      return unexpected(mistake(place, "cannot name the run's folder: " + error.message(), ""));
  }
  return unexpected(mistake(wanted, fmt::format("{} runs have this name", most),
                            "choose another place with --out"));
}

// The run that is there now steps aside first and comes back when the new one cannot take its
// place.
base::expected<fs::path, Diagnostic> place_exactly(Draft draft, const fs::path& place) {
  if (auto reason = why_not_replaceable(place)) return unexpected(std::move(*reason));
  auto former = Draft::make(place);
  if (!former) return unexpected(std::move(former.error()));
  std::error_code error;
  const bool taken = fs::exists(place, error);
  if (taken) fs::rename(place, former->path(), error);
  if (!error && draft.rename_to(place, error)) return place;
  const std::string reason = error.message();
  if (taken && !fs::exists(place, error)) former->rename_to(place, error);
  return unexpected(mistake(place, "cannot name the run's folder: " + reason, ""));
}

// Beside the runs; what is no link is left alone.
void point_latest(const fs::path& latest, const fs::path& run) {
  std::error_code ignored;  // the run is complete without it
  const fs::file_type type = fs::symlink_status(latest, ignored).type();
  if (type != fs::file_type::symlink && type != fs::file_type::not_found) return;
  const fs::path next = latest.parent_path() / ("." + run.filename().string() + ".latest");
  fs::remove(next, ignored);
  fs::create_directory_symlink(run.filename(), next, ignored);
  fs::rename(next, latest, ignored);
}

}  // namespace

base::expected<Folder, Diagnostic> choose_folder(const FolderChoice& choice,
                                                 const model::Scenario& scenario,
                                                 std::string_view started_utc) {
  const std::string name = run_name(choice, scenario);
  Folder folder;
  if (!choice.out.empty()) {
    folder.path = choice.several ? (fs::path(choice.out) / name).string() : choice.out;
  } else if (!scenario.report.dir.empty()) {
    folder.path = filled_in(scenario.report.dir, scenario, started_utc);
    folder.numbered = true;
  } else {
    folder.path = (fs::path("out") / (compact(started_utc) + "-" + name)).string();
    folder.numbered = true;
    folder.latest = "out/latest";
  }
  if (choice.of_many) {
    folder.numbered = true;
    folder.latest.clear();
  }
  while (folder.path.size() > 1 && folder.path.back() == '/') folder.path.pop_back();
  const fs::path last = fs::path(folder.path).filename();
  if (last.empty() || last == "." || last == "..")
    return unexpected(mistake(folder.path, "expected the name of a folder for the run", ""));

  std::error_code error;
  const fs::path parent = fs::absolute(folder.path, error).parent_path();
  fs::create_directories(parent, error);
  if (error || access(parent.c_str(), W_OK | X_OK) != 0)
    return unexpected(mistake(parent,
                              fmt::format("cannot write the run's folder here: {}",
                                          error ? error.message() : std::strerror(errno)),
                              "choose another place with --out"));
  // What access() allows is not always had: in /proc, on a disk that is only read. Better known now
  // than after the run.
  if (const auto draft = Draft::make(folder.path); !draft) return unexpected(draft.error());
  if (!folder.numbered)
    if (auto reason = why_not_replaceable(folder.path)) return unexpected(std::move(*reason));
  return folder;
}

base::expected<std::string, Diagnostic> write_run_folder(const RunReport& report,
                                                         const Folder& folder) {
  std::vector<File> files;
  for (const Report& row : all_reports())
    if (is_wanted(row, report.scenario->report.formats))
      files.push_back({std::string(row.file), row.text(report)});
  return write_files(files, folder);
}

base::expected<std::string, Diagnostic> write_files(const std::vector<File>& files,
                                                    const Folder& folder) {
  const fs::path place = folder.path;
  auto draft = Draft::make(place);
  if (!draft) return unexpected(std::move(draft.error()));
  std::set<std::string> taken;
  for (const File& file : files)
    if (auto reason = write_into(draft->path(), place, free_name(file.name, taken), file.text))
      return unexpected(std::move(*reason));
  const auto placed = folder.numbered ? place_numbered(std::move(*draft), place)
                                      : place_exactly(std::move(*draft), place);
  if (!placed) return unexpected(placed.error());
  if (!folder.latest.empty()) point_latest(folder.latest, *placed);
  return placed->string();
}

base::expected<std::string, Diagnostic> write_over(const std::string& path, std::string_view text) {
  const fs::path place = path;
  const fs::path draft =
      place.parent_path() / fmt::format(".{}.partial", place.filename().string());
  std::error_code error;
  fs::remove(draft, error);  // what a killed process has left there
  int failed = write_file(draft, text);
  if (failed == 0 && rename(draft.c_str(), place.c_str()) != 0) failed = errno;
  if (failed == 0) return path;
  fs::remove(draft, error);
  return unexpected(mistake(place, fmt::format("cannot write: {}", std::strerror(failed)),
                            "make room, or write there yourself"));
}

}  // namespace seawall::reports
