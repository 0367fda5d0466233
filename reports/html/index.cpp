#include "reports/html/index.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "reports/charts/html.hpp"
#include "reports/charts/scale.hpp"
#include "reports/charts/style.hpp"
#include "reports/finding_text.hpp"
#include "reports/html/markup.hpp"
#include "reports/run_folder.hpp"

namespace seawall::reports {
namespace {

namespace fs = std::filesystem;
using charts::html_text;

constexpr std::size_t most_named = 4;  // failed checks of a run

std::string_view style_of(std::string_view verdict) {
  return verdict == "pass" ? "s good" : verdict == "fail" ? "s bad" : "s warn";
}

std::string upper(std::string_view word) {
  std::string text(word);
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

// "A1 no-double-charge, ... and 3 more".
std::string failed_checks(const RecordedRun& run) {
  std::vector<std::string> names;
  for (const record::Finding& check : run.checks)
    if (check.status == record::Finding::Status::broken ||
        check.status == record::Finding::Status::inconclusive)
      names.push_back(title_of(check));
  const std::size_t all = names.size();
  if (all > most_named) names.resize(most_named);
  std::string text = base::join(names, ", ");
  if (run.interrupted) text.insert(0, text.empty() ? "interrupted" : "interrupted; ");
  if (!run.stopped_by.empty())
    text.insert(0, fmt::format("stopped by {}{}", run.stopped_by, text.empty() ? "" : "; "));
  if (all > most_named) text += fmt::format(" and {} more", all - most_named);
  return text;
}

// The worst of its requests: a run is as slow as that.
base::Duration worst(const RecordedRun& run, base::Duration RecordedMeasure::* quantile) {
  base::Duration slowest{};
  for (const RecordedMeasure& measure : run.measures)
    slowest = std::max(slowest, measure.*quantile);
  return slowest;
}

std::string latency(const RecordedRun& run, base::Duration RecordedMeasure::* quantile) {
  return run.measures.empty() ? "-" : charts::duration_label(worst(run, quantile));
}

// A path in a link: a '%' or a '?' in the name of a folder is a part of that name.
std::string link_to(const IndexEntry& entry, std::string_view text) {
  std::string path;
  for (const fs::path& part : fs::path(entry.folder))
    path += base::percent_encoded(part.string()) + "/";
  return fmt::format("<a href=\"{}{}\">{}</a>", html_text(path),
                     entry.has_page ? "report.html" : "run.json", html_text(text));
}

std::vector<Cell> row_of(const IndexEntry& entry) {
  if (!entry.run)
    return {{"UNREADABLE", "s warn", ""},        {entry.folder, "k", ""}, {}, {}, {}, {}, {}, {},
            {entry.run.error().message, "o", ""}};
  const RecordedRun& run = *entry.run;
  std::int64_t sent = 0;
  for (const RecordedMeasure& measure : run.measures) sent += measure.sent;
  return {{upper(run.verdict), style_of(run.verdict), ""},
          {"", "k", link_to(entry, run.scenario)},
          {run.variant, "", ""},
          {std::to_string(run.seed), "n", ""},
          {std::string(model::name_of(run.mode)), "", ""},
          number_cell(sent),
          {latency(run, &RecordedMeasure::p50), "n", ""},
          {latency(run, &RecordedMeasure::p99), "n", ""},
          {failed_checks(run), "o", ""}};
}

std::string counts_of(const std::vector<IndexEntry>& entries) {
  std::vector<std::string> parts;
  for (const std::string_view word : {"fail", "inconclusive", "error", "pass"}) {
    const auto count = std::count_if(entries.begin(), entries.end(), [&](const IndexEntry& entry) {
      return entry.run && entry.run->verdict == word;
    });
    if (count > 0) parts.push_back(fmt::format("{} {}", count, word));
  }
  const auto unreadable = std::count_if(entries.begin(), entries.end(),
                                        [](const IndexEntry& entry) { return !entry.run; });
  if (unreadable > 0) parts.push_back(fmt::format("{} unreadable", unreadable));
  return base::join(parts, ", ");
}

fs::path whole(const std::string& folder) {
  std::error_code ignored;
  fs::path path = fs::weakly_canonical(folder, ignored);
  return path.empty() ? fs::path(folder) : path;
}

}  // namespace

std::string index_html(std::string_view title, const std::vector<IndexEntry>& entries) {
  std::vector<std::vector<Cell>> rows;
  for (const IndexEntry& entry : entries) rows.push_back(row_of(entry));
  std::string body = fmt::format("<header><h1>{}</h1>\n", html_text(title));
  body += html_paragraph(fmt::format("{} runs: {}", entries.size(), counts_of(entries)), "facts");
  body += "</header>\n" + html_table({{"verdict", ""},
                                      {"run", ""},
                                      {"variant", ""},
                                      {"seed", "n"},
                                      {"mode", ""},
                                      {"sent", "n"},
                                      {"p50", "n"},
                                      {"p99", "n"},
                                      {"checks that failed", ""}},
                                     rows);
  body += html_paragraph("Latencies are those of the slowest request of each run.", "mute");
  return charts::html_page(title, body);
}

base::expected<std::string, base::Diagnostic> write_index(const std::string& place,
                                                          const std::vector<std::string>& folders) {
  std::vector<IndexEntry> entries;
  const fs::path here = whole(place);
  for (const std::string& folder : folders) {
    std::error_code ignored;
    entries.push_back({whole(folder).lexically_relative(here).string(),
                       fs::exists(fs::path(folder) / "report.html", ignored), read_run(folder)});
  }
  return write_over((fs::path(place) / "index.html").string(),
                    index_html("Runs in " + here.filename().string(), entries));
}

std::vector<std::string> runs_in(const std::string& folder) {
  std::vector<std::string> runs;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    // out/latest is one of the others.
    if (at->is_symlink(error) || at->path().filename().string().starts_with('.')) continue;
    if (is_run_folder(at->path().string())) runs.push_back(at->path().string());
  }
  std::sort(runs.begin(), runs.end());
  return runs;
}

std::string common_parent(const std::vector<std::string>& folders) {
  fs::path common;
  for (const std::string& folder : folders) {
    const fs::path parent = whole(folder).parent_path();
    if (common.empty()) {
      common = parent;
      continue;
    }
    const auto differs = std::mismatch(common.begin(), common.end(), parent.begin(), parent.end());
    fs::path shared;
    for (auto at = common.begin(); at != differs.first; ++at) shared /= *at;
    common = shared;
  }
  return common.string();
}

}  // namespace seawall::reports
