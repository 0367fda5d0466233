// Looking for words in a text, as a check that says what it looked at.
#pragma once
#include <string>
#include <string_view>

#include "tests/support/catch.hpp"

namespace seawall {

// Whether the words stand in the text. A check that fails shows the text. On the thread of the
// test.
inline bool has(std::string_view text, std::string_view words) {
  const bool found = text.find(words) != text.npos;
  if (!found) UNSCOPED_INFO("no \"" << words << "\" in:\n" << text);
  return found;
}

}  // namespace seawall
