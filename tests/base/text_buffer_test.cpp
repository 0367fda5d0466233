#include "harness/base/text_buffer.hpp"

#include <cstdint>
#include <string>

#include "tests/support/catch.hpp"

using seawall::base::TextBuffer;

TEST_CASE("a buffer appends what it was given in order and whatever its length") {
  for (const std::size_t length : {0U, 1U, 255U, 256U, 257U, 600U}) {
    const std::string piece(length, 'x');
    std::string text("before ");
    {
      TextBuffer out(text);
      out += '<';
      out += piece;
      out.number(std::int64_t{-42});
      out += piece;
      out += '>';
    }
    CHECK(text == "before <" + piece + "-42" + piece + ">");
  }
}

TEST_CASE("a buffer goes on after it was flushed") {
  std::string text;
  TextBuffer out(text);
  for (int i = 0; i < 200; ++i) out.number(i % 10);
  out.flush();
  CHECK(text.size() == 200);
  out += "end";
  out.flush();
  CHECK(text.substr(198) == "89end");
}
