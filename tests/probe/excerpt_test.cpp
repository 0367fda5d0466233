// What of a foreign answer comes into messages and into conditions.
#include "harness/probe/excerpt.hpp"

#include "harness/model/late_text.hpp"
#include "harness/probe/answer.hpp"
#include "support/catch.hpp"

using namespace seawall;
using namespace seawall::probe;

TEST_CASE("an excerpt is short, on one line, and UTF-8") {
  CHECK(excerpt("  a\nb\tc\x1b[31m  ") == "a b c [31m");
  CHECK(excerpt(std::string(500, 'x'), 10) == "xxxxxxxxxx...");
  CHECK(excerpt("\xff\xfeok") == "??ok");
  CHECK(excerpt("ab\xc3\xa9", 3) == "ab...");
  CHECK(excerpt(std::string("a\0b", 3)) == "a b");
}

TEST_CASE("secrets are taken out wherever they stand") {
  CHECK(model::without_secrets("pw=hunter2, hunter2", {"hunter2"}) == "pw=***, ***");
  CHECK(model::without_secrets("*", {"*"}) == "***");
  CHECK(model::without_secrets("x", {""}) == "x");
}

TEST_CASE("a value is a number where all of it is one") {
  CHECK(value_of("12")->number == 12);
  CHECK(value_of("-1.50")->number == -1.5);
  CHECK(value_of(" 2e3\n")->number == 2000);
  CHECK_FALSE(value_of("12 apples")->number.has_value());
  CHECK_FALSE(value_of("")->number.has_value());
  CHECK_FALSE(value_of("NaN").has_value());
  CHECK_FALSE(value_of("inf").has_value());
  CHECK_FALSE(value_of(std::string(5000, 'x')).has_value());
}

TEST_CASE("a value of JSON is a number, a text or a truth") {
  const auto in = [](const std::string& text) {
    const Answer answer = value_in(text, *model::parse_json_path("$.a"));
    if (!answer) return answer.error();
    return answer->text + (answer->number ? " (number)" : "");
  };
  CHECK(in(R"({"a": 7})") == "7 (number)");
  CHECK(in(R"({"a": "7"})") == "7");
  CHECK(in(R"({"a": true})") == "true");
  CHECK(in(R"({"a": null})") == "null at $.a; expected a number or a text");
  CHECK(in(R"({"a": [1]})") == "[1] at $.a; expected a number or a text");
  CHECK(in(R"({"b": 1})") == "nothing at $.a of {\"b\": 1}");
  CHECK(in("<html>\nno") == "no JSON (offset 0: expected a value): <html> no");
}
