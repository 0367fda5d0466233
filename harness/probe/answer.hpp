// What a probe saw: one value, which conditions compare as a number or as a text.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/result.hpp"
#include "harness/model/json_path.hpp"

namespace seawall::probe {

struct Value {
  std::string text;
  std::optional<double> number;  // where all of the text is one; for verdicts alone
};

// Or why there is none: a sentence that says what came and what was expected, for its user.
using Answer = base::expected<Value, std::string>;

// The longest text that counts as a value, in bytes.
inline constexpr std::size_t longest_value = 4096;

// "12", "-1.50", "2e3" as numbers, everything else as a text. Not of it: infinity and NaN, which no
// condition could be about.
Answer value_of(std::string_view text);

// The value that `path` leads to; a truth counts as the text true or false.
Answer value_in(std::string_view document, const model::JsonPath& path);

}  // namespace seawall::probe
