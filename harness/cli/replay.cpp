// seawall replay: the resolved scenario of a recorded run, once more. In virtual time everything
// that happens has to be the same, byte for byte; what is not is told, and so is another verdict.
#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "harness/base/shell_word.hpp"
#include "harness/base/text.hpp"
#include "harness/check/judge.hpp"
#include "harness/cli/commands.hpp"
#include "harness/cli/exit_status.hpp"
#include "reports/finding_text.hpp"
#include "reports/run_reader.hpp"
#include "reports/trace_difference.hpp"

namespace seawall::cli {
namespace {

// Nothing where there is none: [report] formats may leave a file away. What is no file (a pipe,
// say) may never end.
std::optional<std::string> text_of_file(const std::string& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) return std::nullopt;
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// What a run records line by line. Of two differences at the same time the one in the earlier file
// is told: an event or a request is the cause of what was written.
struct LinesFile {
  const char* name;
  std::string reports::TraceParts::* hash;
};
constexpr std::array lines_files = {LinesFile{"events.jsonl", &reports::TraceParts::events},
                                    LinesFile{"journal.jsonl", &reports::TraceParts::journal},
                                    LinesFile{"ledger.jsonl", &reports::TraceParts::ledger}};

struct Recording {
  std::string folder;
  reports::RecordedRun run;
  // Of lines_files; runs of former versions have no ledger.
  std::array<std::optional<std::string>, lines_files.size()> lines;
};

// What stands in no file is not in it.
std::optional<reports::LineDifference> earliest_difference(const Recording& recording,
                                                           const Ran& now) {
  const auto rank = [](const reports::LineDifference& one) {
    return one.t.value_or(std::numeric_limits<std::int64_t>::max());
  };
  const std::array<std::string_view, lines_files.size()> again = {now.trace.lines, now.journal,
                                                                  now.ledger};
  std::optional<reports::LineDifference> first;
  for (std::size_t i = 0; i < lines_files.size(); ++i) {
    if (!recording.lines[i]) continue;
    auto other = reports::first_difference(lines_files[i].name, *recording.lines[i], again[i]);
    if (other && (!first || rank(*other) < rank(*first))) first = std::move(other);
  }
  return first;
}

std::string shown_line(std::string_view line) {
  constexpr std::size_t longest = 400;
  if (line.empty()) return "nothing more";
  return reports::printable(line.substr(0, longest)) + (line.size() > longest ? " ..." : "");
}

// What is known where nothing of its files differs.
std::string sameness_of(const Recording& recording) {
  std::vector<std::string> files;
  for (std::size_t i = 0; i < lines_files.size(); ++i)
    if (recording.lines[i]) files.emplace_back(lines_files[i].name);
  if (files.empty()) return "it has none of events.jsonl, journal.jsonl and ledger.jsonl";
  const std::string last = files.back();
  files.pop_back();
  const std::string all = files.empty() ? last : base::join(files, ", ") + " and " + last;
  return "every line of its " + all + " is the same as now";
}

// Where the difference would be: "ledger.jsonl"; empty: what differs stands in none, or in one that
// it has.
std::string lacking_files(const Recording& recording, const reports::TraceParts& now) {
  const reports::TraceParts& before = recording.run.trace_parts;
  std::vector<std::string> files;
  for (std::size_t i = 0; i < lines_files.size(); ++i) {
    const LinesFile& file = lines_files[i];
    if (before.*file.hash != now.*file.hash && !recording.lines[i]) files.emplace_back(file.name);
  }
  return base::join(files, ", ");
}

void print_first(const std::optional<reports::LineDifference>& first, const Recording& recording,
                 const Ran& now) {
  if (!first) {
    const std::string lacking = lacking_files(recording, now.trace.parts);
    const std::string where =
        lacking.empty() ? "where it differs is in no file"
                        : "the difference would be in " + lacking + ", which is not there";
    std::fprintf(stderr, "  %s; %s\n", sameness_of(recording).c_str(), where.c_str());
    return;
  }
  std::string at;
  if (first->t) at = fmt::format("at {:.3f} ms, ", static_cast<double>(*first->t) / 1e6);
  std::fprintf(
      stderr, "%s",
      fmt::format("  first {}{} line {}:\n    recorded: {}\n    now:      {}\n", at, first->file,
                  first->line, shown_line(first->recorded), shown_line(first->now))
          .c_str());
}

// Whether it is the same run, in so far as the recording tells; prints what is known of it.
bool is_same(const Recording& recording, const Ran& now) {
  const bool is_comparable = recording.run.trace_version == reports::trace_version;
  if (is_comparable && recording.run.trace_hash == now.trace.hash) {
    std::fprintf(stderr, "the trace is the same as the recorded one\n");
    return true;
  }
  const auto first = earliest_difference(recording, now);
  if (!is_comparable) {
    std::fprintf(stderr,
                 "seawall: the trace_hash of the recording is of version %lld, this seawall makes "
                 "those of version %lld, and they cannot be compared; record the run anew: "
                 "seawall run %s\n",
                 static_cast<long long>(recording.run.trace_version),
                 static_cast<long long>(reports::trace_version),
                 base::shell_word(recording.folder + "/scenario.toml").c_str());
    if (!first) {
      std::fprintf(stderr, "  %s; of the rest nothing is known\n", sameness_of(recording).c_str());
      return true;
    }
  }
  std::string parts;
  if (is_comparable) parts = reports::differing_parts(recording.run.trace_parts, now.trace.parts);
  if (!parts.empty()) parts.insert(0, " in its ");
  std::fprintf(stderr,
               "seawall: the trace differs from the recorded one%s: another version of seawall, or "
               "the scenario was edited\n",
               parts.c_str());
  print_first(first, recording, now);
  return false;
}

// "FAIL (A1 no-double-charge)": the verdict, and what it is about.
std::string verdict_with_reasons(const record::Verdict& verdict) {
  std::vector<std::string> reasons;
  for (const record::Finding& finding : verdict.findings)
    if (reports::needs_attention(finding)) reasons.push_back(reports::title_of(finding));
  std::string text = reports::verdict_label(verdict);
  if (!reasons.empty()) text += " (" + base::join(reasons, ", ") + ")";
  return text;
}

void tell_verdict(const reports::RecordedRun& recorded, const Ran& now) {
  const std::string before = verdict_with_reasons({recorded.checks, recorded.exit});
  const std::string after = verdict_with_reasons(now.verdict);
  if (before != after)
    std::fprintf(stderr, "seawall: the verdict was %s, now it is %s\n",
                 reports::printable(before).c_str(), reports::printable(after).c_str());
}

// Whether these paths lead to the same folder, which the second need not do yet.
bool is_same_folder(const std::string& a, const std::string& b) {
  std::error_code error;
  const auto one = std::filesystem::weakly_canonical(std::filesystem::absolute(a), error);
  if (error) return false;
  const auto other = std::filesystem::weakly_canonical(std::filesystem::absolute(b), error);
  // "a/" is "a".
  return !error && (one / "").lexically_normal() == (other / "").lexically_normal();
}

}  // namespace

int replay_command(const Options& options, Interrupt& interrupt) {
  const std::string folder = options.run_folder.empty() ? "out/latest" : options.run_folder;
  const auto recorded = reports::read_run(folder);
  if (!recorded) {
    print({recorded.error()});
    return usage;
  }
  if (!options.out.empty() && is_same_folder(folder, options.out)) {
    base::Diagnostic problem;
    problem.file = options.out;
    problem.message =
        "--out is the folder of the recording, which would be lost; expected another folder";
    problem.hint = "without --out, a replay has a new folder under out";
    print({problem});
    return usage;
  }
  Recording recording{folder, *recorded, {}};
  for (std::size_t i = 0; i < lines_files.size(); ++i)
    recording.lines[i] = text_of_file(folder + "/" + lines_files[i].name);
  Options again = options;
  again.scenarios = {folder + "/scenario.toml"};
  const auto jobs = read_jobs(again, false);
  if (!jobs || !can_run(*jobs)) return usage;
  std::optional<Ran> now;
  const int status = run_jobs(*jobs, again, interrupt, &now);
  if (!now || interrupt.count() > 0) return status;
  const bool is_virtual = jobs->front().scenario.target.mode == model::Mode::sim;
  const bool same = !is_virtual || is_same(recording, *now);
  tell_verdict(*recorded, *now);
  // Whoever bisects runs other versions on purpose, and asks for the verdict.
  if (same || options.bisect) return status;
  const int worse = check::worse_exit(status, inconclusive);
  if (worse != status)
    std::fprintf(stderr, "seawall: it ends with %d, as it is not the run that was recorded\n",
                 worse);
  return worse;
}

}  // namespace seawall::cli
