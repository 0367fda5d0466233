// Command lines and variables as shells, compose files and .env files write them.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace seawall::init {

using Words = std::vector<std::string>;

// The words of a line that needs no shell; quotes and backslashes are taken away. Absent: only a
// shell can tell (variables, pipes, globs), or a quote is not closed.
std::optional<Words> words_of(std::string_view line);

// What a scenario starts for it: the words themselves, else a shell that gets the line. "$PORT"
// becomes the template ${port}; other variables are left to the shell.
Words command_of(std::string_view line);

// NAME=VALUE lines, as of a .env file: comments, quotes and `export` are understood, what is
// nothing of it is skipped.
std::vector<std::pair<std::string, std::string>> variables_in(std::string_view text);

// Whether something of that name is kept secret, as far as a name tells.
bool is_secret(std::string_view name);
// What stands in a scenario for the value of a secret.
inline constexpr std::string_view stand_in = "seawall";
// The value of `name` as it may be copied into a scenario, with `stand_in` for all of it where the
// name is that of a secret, for the password of USER:PASSWORD@HOST (at the beginning, and of URLs
// everywhere), and for the value of NAME=VALUE within it. The same text where there is none.
std::string without_secrets(std::string_view name, std::string_view value);

// $NAME, ${NAME}, ${NAME:-default} and $$ of a compose file, resolved. `missing` gets the names
// that have neither a value nor a default, for which compose takes nothing.
std::string interpolated(std::string_view text, const std::map<std::string, std::string>& values,
                         std::vector<std::string>& missing);

}  // namespace seawall::init
