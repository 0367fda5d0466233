#include "harness/model/json_reader.hpp"

#include "support/catch.hpp"

namespace seawall::model {
namespace {

// Whether `text` is one value of JSON and nothing else.
bool is_json(std::string_view text) {
  JsonReader reader(text);
  return reader.skip_value() && reader.read_end();
}

std::string string_of(std::string_view text) {
  JsonReader reader(text);
  std::string value;
  return reader.read_string(value) && reader.read_end() ? value : "error " + reader.error();
}

TEST_CASE("values of JSON are accepted as RFC 8259 has them") {
  for (const std::string_view text :
       {"0", "-0", "10", "-1.5", "0.25", "1e9", "1E+2", "1.5e-3", "true", "false", "null", R"("")",
        R"("a\/b")", "[]", "[ ]", "[1 , 2]", "{}", R"({"":[{}]})", " \t\r\n1 \n"}) {
    INFO(text);
    CHECK(is_json(text));
  }
}

TEST_CASE("what is not JSON is refused") {
  for (const std::string_view text : {"",
                                      " ",
                                      "00",
                                      "01",
                                      "-",
                                      "+1",
                                      ".5",
                                      "1.",
                                      "1e",
                                      "1e+",
                                      "0x1",
                                      "nul",
                                      "truefalse",
                                      "NaN",
                                      "'a'",
                                      "\"",
                                      "\"\n\"",
                                      R"("\x")",
                                      R"("\u12g4")",
                                      R"("\u12")",
                                      "[1,]",
                                      "[,1]",
                                      "[1 2]",
                                      "[",
                                      "[1",
                                      "{",
                                      "{1:2}",
                                      R"({"a"})",
                                      R"({"a":})",
                                      R"({"a":1,})",
                                      R"({"a":1 "b":2})",
                                      "1 2",
                                      "// x",
                                      "\"\x80\"",
                                      "\"\xc0\xaf\"",
                                      "\"\xed\xa0\x80\"",
                                      "\"\xf4\x90\x80\x80\"",
                                      "\"\xe2\x82\""}) {
    INFO(text);
    CHECK_FALSE(is_json(text));
  }
  CHECK_FALSE(is_json(std::string_view("1\0", 2)));
}

TEST_CASE("escapes become the characters that they stand for") {
  CHECK(string_of(R"("a\"\\\/\b\f\n\r\tz")") == "a\"\\/\b\f\n\r\tz");
  CHECK(string_of(R"("\u0041\u00e9\u20AC\ud83d\ude00")") ==
        "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
  CHECK(string_of(R"("\u0000")") == std::string(1, '\0'));
}

TEST_CASE("half of a surrogate pair is refused") {
  CHECK(string_of(R"("\ud83d")") == "error offset 1: half of a surrogate pair");
  CHECK(string_of(R"("\ud83dx")") == "error offset 1: half of a surrogate pair");
  CHECK(string_of(R"("\ud83d\u0041")") == "error offset 1: half of a surrogate pair");
  CHECK(string_of(R"("\ude00")") == "error offset 1: half of a surrogate pair");
}

TEST_CASE("UTF-8 of every length is recognised at its boundaries") {
  const auto length_of = [](unsigned code_point) {
    std::string text;
    append_utf8(text, code_point);
    return utf8_length(text) == text.size() ? text.size() : 0;
  };
  CHECK(length_of(0x7F) == 1);
  CHECK(length_of(0x80) == 2);
  CHECK(length_of(0x7FF) == 2);
  CHECK(length_of(0x800) == 3);
  CHECK(length_of(0xFFFF) == 3);
  CHECK(length_of(0x10000) == 4);
  CHECK(length_of(0x10FFFF) == 4);
  CHECK(length_of(0x110000) == 0);
  CHECK(length_of(0xD800) == 0);
  CHECK(utf8_length("") == 0);
  CHECK(utf8_length("\xe0\x9f\xbf") == 0);
  CHECK(utf8_length("\xf0\x8f\xbf\xbf") == 0);
}

TEST_CASE("the first mistake stays") {
  JsonReader reader("[1, x]");
  bool first = true;
  REQUIRE(reader.enter('['));
  REQUIRE(reader.more(']', first));
  REQUIRE(reader.skip_value());
  REQUIRE(reader.more(']', first));
  CHECK_FALSE(reader.skip_value());
  CHECK_FALSE(reader.more(']', first));
  CHECK_FALSE(reader.read_end());
  CHECK(reader.error() == "offset 4: expected a value");
}

}  // namespace
}  // namespace seawall::model
