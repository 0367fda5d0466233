#include "harness/model/hidden_text.hpp"

#include "support/catch.hpp"

namespace seawall::model {
namespace {

TEST_CASE("what turns a line around, ends it early or shows nothing becomes visible") {
  for (const char* hidden :
       {"\x1b",   "\x7f",   "\x01",   "\u0085", "\u009f",     "\u061c",    "\u200e",
        "\u200f", "\u2028", "\u2029", "\u202a", "\u202e",     "\u2066",    "\u2069",
        "\uFDD0", "\uFDEF", "\uFFFE", "\uFFFF", "\U0001FFFE", "\U0010FFFF"})
    CHECK(without_hidden(std::string("a") + hidden + "z") == "a\uFFFDz");
  CHECK(without_hidden(std::string_view("\0x", 2)) == "\uFFFDx");
}

TEST_CASE("what is no UTF-8 becomes visible, byte by byte") {
  CHECK(without_hidden("\xFFz\xC3") == "\uFFFDz\uFFFD");
}

TEST_CASE("JSON says hidden characters without having them") {
  CHECK(json_without_hidden("{\"a\u009b\u202e\": \"\x7f\U0001FFFEz\xFF\"}\n") ==
        "{\"a\\u009b\\u202e\": \"\\u007f\\ud83f\\udffez\uFFFD\"}\n");
  const std::string plain = "{\n  \"Größe\": \"日本 \U0001F600\"\n}\n";
  CHECK(json_without_hidden(plain) == plain);
}

TEST_CASE("letters of any language, blanks and the ends of lines stay") {
  const std::string text =
      "Größe → 20 µs 日本 \u00a0\u200b\u2030\u206a\uFDCF\uFDF0\uFFFD \U0001F600\ta\r\nb";
  CHECK(without_hidden(text) == text);
  CHECK(without_hidden("").empty());
}

}  // namespace
}  // namespace seawall::model
