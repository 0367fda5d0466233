// Markdown, as GitHub shows it.
#pragma once
#include <string>
#include <string_view>

namespace seawall::reports {

// Text of others must not become markup or break out of a table cell; what printable() takes away
// is not in it.
std::string escaped_markdown(std::string_view text);

}  // namespace seawall::reports
