#include "harness/cli/catalogue.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "harness/base/text.hpp"

namespace seawall::cli {
namespace {

namespace fs = std::filesystem;

// "scenarios/calls/06-payment-refused.toml" -> "calls/06-payment-refused"
std::string name_in(const fs::path& folder, const fs::path& file) {
  return file.lexically_relative(folder).replace_extension().generic_string();
}

// Whether `word` names the file `name`: all of it, its last part, that without its number, or the
// number alone.
bool names(const std::string& word, const std::string& name) {
  const std::string last = name.substr(name.rfind('/') + 1);
  const std::size_t dash = last.find('-');
  const bool numbered =
      dash != std::string::npos && dash > 0 && last.find_first_not_of("0123456789") == dash;
  if (word == name || word == last) return true;
  if (!numbered) return false;
  if (word == last.substr(dash + 1)) return true;
  const auto without_zeros = [](const std::string& digits) {
    return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
  };
  return word.find_first_not_of("0123456789") == std::string::npos &&
         without_zeros(word) == without_zeros(last.substr(0, dash));
}

}  // namespace

std::vector<std::string> catalogue_folders() {
  std::error_code error;
  std::vector<std::string> folders;
  if (fs::is_directory("scenarios", error)) folders.emplace_back("scenarios");
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) return folders;
  for (fs::path at = program.parent_path(); at.has_relative_path(); at = at.parent_path())
    for (const char* below : {"share/seawall/scenarios", "scenarios"}) {
      if (!fs::is_directory(at / below, error)) continue;
      if (folders.empty() || !fs::equivalent(folders.front(), at / below, error))
        folders.push_back((at / below).string());
      return folders;
    }
  return folders;
}

std::string catalogue_folder() {
  const std::vector<std::string> folders = catalogue_folders();
  return folders.empty() ? std::string() : folders.front();
}

std::vector<std::string> scenarios_under(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error))
    if (at->is_regular_file(error) && at->path().extension() == ".toml")
      files.push_back(at->path().lexically_normal().string());
  std::sort(files.begin(), files.end());
  return files;
}

base::expected<std::vector<std::string>, base::Diagnostic> find_scenarios(const std::string& word) {
  std::error_code error;
  base::Diagnostic problem;
  problem.file = word;
  if (fs::is_directory(word, error)) {
    std::vector<std::string> files = scenarios_under(word);
    if (!files.empty()) return files;
    problem.message = "the folder holds no *.toml file; expected at least one scenario";
    return base::unexpected(std::move(problem));
  }
  if (fs::exists(word, error)) return std::vector<std::string>{word};

  const std::vector<std::string> folders = catalogue_folders();
  std::vector<std::string> known;
  for (const std::string& folder : folders)
    for (const std::string& file : scenarios_under(folder)) {
      known.push_back(name_in(folder, file));
      if (names(word, known.back())) return std::vector<std::string>{file};
    }
  problem.message = "there is no such file or folder, and no scenario of that name or number";
  std::vector<std::string> words = known;
  for (const std::string& name : known) {
    words.push_back(name.substr(name.rfind('/') + 1));
    words.push_back(words.back().substr(words.back().find('-') + 1));
  }
  if (const auto near = base::nearest(word, words)) {
    problem.hint = "did you mean \"" + *near + "\"? `seawall list` shows them all";
  } else {
    problem.hint = folders.empty() ? "there is no folder scenarios/ here"
                                   : "`seawall list` shows the scenarios under " + folders.front();
  }
  return base::unexpected(std::move(problem));
}

}  // namespace seawall::cli
