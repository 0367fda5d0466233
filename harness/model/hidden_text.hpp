// Characters that show nothing of themselves and change what a reader sees, in text of others that
// goes to a terminal, a page or a file: a name may turn the line around it, or end it early.
#pragma once
#include <string>
#include <string_view>

namespace seawall::model {

// Of one character in UTF-8, as utf8_length() cuts it: a control but a tab or the end of a line,
// what turns the direction of text (U+061C, U+200E to U+200F, U+202A to U+202E, U+2066 to U+2069),
// another end of a line (U+2028, U+2029), or what Unicode keeps for nobody (U+FFFE, U+FDD0 ...).
bool is_hidden(std::string_view character);

// What is_hidden(), and what is no UTF-8, becomes U+FFFD; all else stays.
std::string without_hidden(std::string_view text);

// JSON that says the same, with `\u....` in its texts for what is_hidden(), so that a terminal can
// print it. What is no UTF-8 becomes U+FFFD.
std::string json_without_hidden(std::string_view json);

}  // namespace seawall::model
