// The words of the language that this version does not build yet. Each is refused by name, so that
// no file carries a dead key and nobody looks for a typing mistake in a correct word.
#pragma once
#include <string_view>

namespace seawall::scenario {

// Whether `word` belongs to the language at `where`, but not to this version. `where` is the path
// of the table, or of the key whose value the word is, in dots; a link's table is "policy.LINK".
bool is_later(std::string_view where, std::string_view word);

}  // namespace seawall::scenario
