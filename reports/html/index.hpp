// index.html: several runs in one table, each with a link to its own page. Made from what each says
// of itself in run.json, so it can be made again at any time, and of any runs.
#pragma once
#include <string>
#include <vector>

#include "harness/base/result.hpp"
#include "reports/run_reader.hpp"

namespace seawall::reports {

struct IndexEntry {
  std::string folder;  // of the run, from that of the index
  bool has_page = true;
  base::expected<RecordedRun, base::Diagnostic> run;  // a run that cannot be read has its row
};

// In the order of `entries`.
std::string index_html(std::string_view title, const std::vector<IndexEntry>& entries);

// Reads the runs in `folders` and writes `place`/index.html over what may be there. Returns its
// path; the error is one of writing.
base::expected<std::string, base::Diagnostic> write_index(const std::string& place,
                                                          const std::vector<std::string>& folders);

// The folders of runs that lie in `folder`, by name.
std::vector<std::string> runs_in(const std::string& folder);

// The folder that all of these lie in, however deep.
std::string common_parent(const std::vector<std::string>& folders);

}  // namespace seawall::reports
