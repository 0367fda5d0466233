// What came from a foreign system, as a message may quote it: short, on one line, without the
// secrets that were sent there.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace seawall::probe {

// At most about `limit` bytes of `text`, cut between characters. Control characters become blanks,
// bytes that are not UTF-8 '?'.
std::string excerpt(std::string_view text, std::size_t limit = 200);

// Every occurrence of a secret in `text` as ***.
std::string without_secrets(std::string text, const std::vector<std::string>& secrets);

}  // namespace seawall::probe
