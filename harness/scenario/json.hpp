// JSON as text to and from Value, for tables that come over the wire instead of in a file: what
// reads TOML reads them then, with the same words and the same mistakes.
#pragma once
#include <optional>
#include <string>

#include "harness/scenario/value.hpp"

namespace seawall::scenario {

// Parses one text of `sources`, which is an object. Strict: a key that comes twice is a mistake,
// and so is null, which no TOML has. The first mistake of a text is the only one that is reported;
// nothing comes back then.
std::optional<Value> parse_json(std::size_t source, const std::string& text, Problems& problems);

// On one line, its keys in the order of the table.
std::string to_json(const Value& value);

}  // namespace seawall::scenario
