// TOML as text to and from Value.
#pragma once
#include <optional>
#include <string>

#include "harness/scenario/value.hpp"

namespace seawall::scenario {

// Parses one text of `sources` (limits: 256 KiB, 64 levels). A syntax error is the only error that
// is reported of a text; nothing comes back then.
std::optional<Value> parse_toml(std::size_t source, const std::string& text, Problems& problems);

// The table as a TOML document that parses to the same tree.
std::string to_toml(const Value& table);
// One value on one line.
std::string to_inline_toml(const Value& value);

}  // namespace seawall::scenario
