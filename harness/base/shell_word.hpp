// Text as a word of a POSIX shell, for the commands that are printed to be copied: a folder of
// anybody's choice goes through as the one argument that it is, and runs nothing.
#pragma once
#include <string>
#include <string_view>

namespace seawall::base {

// "it's" becomes 'it'\''s'.
std::string in_single_quotes(std::string_view text);
// As it is where no shell sees more in it than itself, else in single quotes.
std::string shell_word(std::string_view text);

}  // namespace seawall::base
