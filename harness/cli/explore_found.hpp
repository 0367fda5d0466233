// What the ways to explore share: their budget, how far they are, and what becomes of what they
// have found: a run in a folder of its own, that is all that `seawall replay` needs.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/units.hpp"
#include "harness/cli/commands.hpp"
#include "harness/explore/report.hpp"
#include "reports/run_folder.hpp"

namespace seawall::cli {

struct Budget {
  std::optional<base::Duration> time;
  std::int64_t runs = 0;
};
// "30s" or "100000runs"; empty: none. Nothing: it is neither, which is printed.
std::optional<Budget> parse_budget(std::string_view text);

// From now on. Of a time, the last fifth is for shrinking what was found.
explore::TimeLimit time_limit(std::optional<base::Duration> time, const Interrupt& interrupt);

// The one scenario that is explored; nothing, and a message, where there are others.
std::optional<Job> one_job(const Options& options);

// How many runs there were, on a terminal alone: there is no telling how many there will be.
class RunsShown {
 public:
  explicit RunsShown(bool quiet);
  ~RunsShown();
  RunsShown(const RunsShown&) = delete;
  void ended(std::int64_t runs) const;

 private:
  const bool shown_;
};

// Whether it can be run: what comes from a file may have been edited.
bool is_scenario(const std::string& text);

struct FoundRun {
  std::string scenario;  // its text
  std::string broken;    // "A1 no-double-charge"
  reports::FoundFacts told;
  bool is_robust = false;  // worth a try over real sockets
};

// What is known of all that was found.
struct Summary {
  std::string as_json;  // explore.json
  std::string text;     // explore.txt
};

// The text; then each finding once more, as `seawall run` does it, with its folder at found/NNN;
// and explore.json last, so that all that it names is there, whenever its user stops it at once.
// The first interruption stops none of it: it takes milliseconds, and what was found is what its
// user has waited for. `path` is that of the folder, empty where there is none. False, and a
// message: something could not be written, or does not happen again, and then there is a bug in the
// explorer.
bool keep_all(const Summary& summary, const std::vector<FoundRun>& found,
              const reports::Folder& folder, std::string& path);

// The finding over real sockets. An interruption ends the run that there is.
explore::Confirmation confirm(const FoundRun& found, const Options& options, Interrupt& interrupt);
// One after the other; says on stderr how far it is and how long each takes at most, and, as soon
// as it is known, on stdout what came of each, unless that is for JSON.
std::vector<explore::Confirmation> confirm_all(const std::vector<FoundRun>& found,
                                               const Options& options, Interrupt& interrupt);

// The same summary, with what became of the findings over sockets. False, and a message: a file
// could not be written.
bool rewrite_summary(const Summary& summary, const std::string& path);

// The last lines: what can be done with what was found, and where the files are.
void print_files(const std::string& path, bool is_kept, const std::vector<FoundRun>& found,
                 int exit);

int explore_fuzz_command(const Job& job, const Budget& budget, const Options& options,
                         Interrupt& interrupt);

}  // namespace seawall::cli
