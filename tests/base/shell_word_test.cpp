#include "harness/base/shell_word.hpp"

#include <string>

#include "tests/support/catch.hpp"

using seawall::base::in_single_quotes;
using seawall::base::shell_word;

TEST_CASE("what a shell takes as it is stays as it is") {
  for (const char* const word :
       {"out/latest", "../20261121T111928Z-quick_start-2/found/001", "a@b"})
    CHECK(shell_word(word) == word);
}

TEST_CASE("what a shell would split, expand or run is one word in quotes") {
  for (const char* const text : {"my runs/001", "~me", "$HOME", "a;b", "`id`", "a&b", "*", "a\\b",
                                 "a\nb", "a=b", "\"a\"", ""})
    CHECK(shell_word(text) == "'" + std::string(text) + "'");
  CHECK(shell_word("it's") == R"('it'\''s')");
  CHECK(in_single_quotes("plain") == "'plain'");
}
