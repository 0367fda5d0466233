// A fault in words of the command line: "latency latency=300ms match.path=/charge*". They become
// lines of a [[fault]] table, and the scenario reader says what is wrong with them.
#pragma once
#include <string>

#include "harness/base/result.hpp"

namespace seawall::cli {

// As a text of TOML, in quotes.
std::string quoted(const std::string& text);

struct FaultKey {
  std::string key;
  std::string line;  // "latency = \"300ms\"\n"
};
// KEY=VALUE. A number, a truth, a list or a table is written as it is, and all else is a text; what
// stands in a header or a body is always one. The error is a sentence about the word.
base::expected<FaultKey, std::string> fault_key(const std::string& word);

}  // namespace seawall::cli
