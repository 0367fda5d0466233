// Texts of others on a terminal: what it would obey is spelt out.
#pragma once
#include <string>
#include <string_view>

namespace seawall::cli {

// Control characters, those of one byte and of two (U+0080 to U+009F), as \x1b. A line feed too.
std::string shown(std::string_view text);

}  // namespace seawall::cli
