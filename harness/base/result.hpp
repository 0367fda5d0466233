// Values that may be failures. An expected failure is a value (expected), a mistake of the user is
// a Diagnostic, and a mistake of ours ends the program (assert.hpp).
#pragma once
#include <string>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

namespace seawall::base {

template <class Value, class Error>
using expected = tl::expected<Value, Error>;
using tl::unexpected;

// One mistake in what a user wrote, where it stands and what to do about it. Line and column count
// from 1; 0 where there is no position (a file that is missing, say).
struct Diagnostic {
  std::string file;
  int line = 0;
  int column = 0;
  std::string message;   // what was found; what was expected
  std::string hint;      // what to do; may be empty
  std::string excerpt;   // the line itself, for the caret; may be empty
  bool warning = false;  // told, and nothing is refused
};
using Diagnostics = std::vector<Diagnostic>;

// FILE:LINE:COLUMN: error (or warning): message, the line, a caret, and the hint.
std::string to_text(const Diagnostic& diagnostic);

}  // namespace seawall::base
