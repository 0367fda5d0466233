// Text of others as text of a page. Names of scenarios, headers and errors come from anywhere:
// whatever they hold, it is shown, and never becomes markup, a control character or broken UTF-8.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace seawall::charts {

// For content and for attributes in either kind of quotes. Line ends and tabs become blanks, other
// characters that are hidden (hidden_text.hpp) and what is no UTF-8 become U+FFFD.
std::string html_text(std::string_view text);

// At most `most` characters (code points), the last of them "…" where some are left out.
std::string shortened(std::string_view text, std::size_t most);

// How many characters there are; a byte that is no UTF-8 counts as one.
std::size_t characters(std::string_view text);

}  // namespace seawall::charts
