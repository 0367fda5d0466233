// What came from a foreign system, as a message may quote it: short and on one line.
#pragma once
#include <string>
#include <string_view>

namespace seawall::probe {

// At most about `limit` bytes of `text`, cut between characters. Control characters become blanks,
// bytes that are not UTF-8 '?'.
std::string excerpt(std::string_view text, std::size_t limit = 200);

}  // namespace seawall::probe
