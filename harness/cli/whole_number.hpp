// An option whose value is a whole number within a range, which the help and its error name.
// CLI::Range says neither what was expected nor that a word is no number. It belongs into
// transform(), not check(): CLI11 takes 010 for 8 by itself, so it gets 10 to read.
#pragma once
#include <charconv>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

#include "harness/base/text.hpp"

namespace seawall::cli {

inline CLI::Validator whole_number(std::int64_t least, std::int64_t most) {
  const std::string from = std::to_string(least);
  const std::string to = std::to_string(most);
  const auto mistake = [least, most, from, to](std::string& text) -> std::string {
    std::int64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    if (error == std::errc() && rest == end && number >= least && number <= most) {
      text = std::to_string(number);
      return "";
    }
    return base::concat(
        {"expected a whole number from ", from, " to ", to, ", found '", text, "'"});
  };
  return CLI::Validator(mistake, base::concat({from, " to ", to}));
}

// Seeds of scenarios: what a whole number of a file may be.
inline CLI::Validator seed_number() {
  return whole_number(0, std::numeric_limits<std::int64_t>::max());
}

}  // namespace seawall::cli
