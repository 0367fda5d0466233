// Files of rows: what they say, and what is wrong with them.
#include "harness/scenario/rows.hpp"

#include "support/catch.hpp"

using namespace seawall;

namespace {

std::string mistake(const std::string& text, const std::string& name = "users.csv") {
  const auto rows = scenario::parse_rows(name, text);
  if (rows) return "none";
  return std::to_string(rows.error().line) + ":" + std::to_string(rows.error().column) + " " +
         rows.error().message;
}

model::Rows read(const std::string& text, const std::string& name = "users.csv") {
  auto rows = scenario::parse_rows(name, text);
  INFO(mistake(text, name));
  REQUIRE(rows.has_value());
  return std::move(*rows);
}

}  // namespace

TEST_CASE("CSV: names first, then a row in each line") {
  const model::Rows rows =
      read("\xef\xbb\xbfid,name,vip\r\n7,\"Ann, \"\"A\"\"\",true\r\n008,,x\r\n");
  CHECK(rows.columns == std::vector<std::string>{"id", "name", "vip"});
  REQUIRE(rows.rows.size() == 2);
  CHECK(rows.find(0, "id")->text == "7");
  CHECK(rows.find(0, "id")->literal);
  CHECK(rows.find(0, "name")->text == "Ann, \"A\"");
  CHECK_FALSE(rows.find(0, "name")->literal);
  CHECK(rows.find(0, "vip")->literal);
  CHECK_FALSE(rows.find(1, "id")->literal);  // no number of JSON
  CHECK(rows.find(1, "name")->text.empty());
  CHECK(rows.find(1, "none") == nullptr);
  CHECK(rows.find(2, "id") == nullptr);
  CHECK_FALSE(read("zip\n\"01234\"\n\"7\"").find(1, "zip")->literal);
}

TEST_CASE("JSON lines: an object in each, with the names of the first") {
  const model::Rows rows =
      read("{\"id\": 7, \"name\": \"A\\\"n\"}\n{\"name\":\"7\",\"id\":-1.5e3 }\n", "users.jsonl");
  CHECK(rows.columns == std::vector<std::string>{"id", "name"});
  REQUIRE(rows.rows.size() == 2);
  CHECK(rows.find(0, "id")->literal);
  CHECK(rows.find(0, "name")->text == "A\"n");
  CHECK_FALSE(rows.find(1, "name")->literal);
  CHECK(rows.find(1, "id")->text == "-1.5e3");
}

TEST_CASE("mistakes in rows are told with their place") {
  CHECK(mistake("") == "1:1 no row; expected at least one");
  CHECK(mistake("id,name\n") == "2:1 no row; expected at least one");
  CHECK(mistake("id,name\n1\n") == "2:1 1 cells; expected 2, one for each column");
  CHECK(mistake("id,id\n1,2\n") == "1:1 a second column \"id\"; expected different names");
  CHECK(mistake("id,\n1,2\n") == "1:1 a column called \"\"; expected a name without blanks");
  CHECK(mistake("id\n1\n\n2\n") == "3:1 an empty line; expected a row");
  CHECK(mistake("id\n\"1\n") ==
        "2:1 a cell without its closing quote; expected it in the same line");
  CHECK(mistake("id\n\"1\"x\n") ==
        "2:4 text behind a closing quote; expected a comma, or the end of the line");
  CHECK(mistake("id\n1\"\n") ==
        "2:2 a quote within a cell; expected it doubled, and the cell in quotes");
  CHECK(mistake("id\na\tb\n") == "2:2 a control character; expected text without any");
  CHECK(mistake("id\na\xff\n") == "2:2 bytes that are no UTF-8; expected text");
  CHECK(mistake("{\"a\":1}\n{\"b\":1}\n", "a.jsonl") ==
        "2:1 no \"a\"; expected the names of the first line");
  CHECK(mistake("{\"a\":1}\n{\"a\":1,\"a\":2}\n", "a.jsonl") ==
        "2:1 2 members; expected 1, the names of the first line, each once");
  CHECK(mistake("{\"a\":[1]}\n", "a.ndjson").find("1:6 a: expected a text, a number or a truth") ==
        0);
  CHECK(mistake("{\"a\":\"x\\ny\"}\n", "a.jsonl") ==
        "1:1 a has a control character; expected text without any");
  CHECK(mistake("[]\n", "a.jsonl").find("1:1 ") == 0);
}
