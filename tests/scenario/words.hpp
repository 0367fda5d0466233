// A small vocabulary, as a target and the fault kinds would give it, and helpers that read texts.
#pragma once
#include <string>

#include "harness/base/result.hpp"
#include "harness/scenario/reader.hpp"

namespace seawall::scenario::tests {

model::Vocabulary small_vocabulary();

// Options that see no disk and no environment but ACME_TOKEN=t0k3n.
ReadOptions quiet_options();

base::expected<Reading, base::Diagnostics> read_text(std::string text,
                                                     const ReadOptions& options = quiet_options());

// Reads what must be valid; a failure shows the errors.
Reading reading_of(const std::string& text, const ReadOptions& options = quiet_options());

// A scenario that is valid, with these lines behind it. It has 12 lines: the first of `more` is
// line 13.
std::string valid_with(const std::string& more = {});
inline constexpr int first_line = 13;

// Every error as "LINE:COLUMN message | hint", one a line; empty where the text is valid.
std::string errors_of(std::string text, const ReadOptions& options = quiet_options());
// Of valid_with(more).
std::string errors_with(const std::string& more);

}  // namespace seawall::scenario::tests
