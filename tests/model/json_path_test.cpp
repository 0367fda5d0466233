// JSON paths: what they lead to, and which are refused.
#include "harness/model/json_path.hpp"

#include "support/catch.hpp"

using namespace seawall::model;

namespace {

const std::string document =
    R"({"a": {"b": [1, -2.50e3, "x\u00e9", null, true ]}, "a.b": "dotted", "": "empty")"
    R"(, "o": { "k" : 1 } })";

// What the path leads to, or "none", or what was expected instead of it.
std::string at(const std::string& path, const std::string& text = document) {
  const auto parsed = parse_json_path(path);
  if (!parsed) return std::to_string(parsed.error().at) + ": " + parsed.error().message;
  const auto found = json_at(text, *parsed);
  if (!found) return "no JSON: " + found.error();
  return *found ? (**found).text : "none";
}

}  // namespace

TEST_CASE("a JSON path leads to one value") {
  CHECK(at("$.a.b[0]") == "1");
  CHECK(at("$.a.b[1]") == "-2.50e3");
  CHECK(at("$.a.b[2]") == "x\u00e9");
  CHECK(at("$.a.b[3]") == "null");
  CHECK(at("$.a.b[4]") == "true");
  CHECK(at("$['a.b']") == "dotted");
  CHECK(at("$[\"a\"]['b'][0]") == "1");
  CHECK(at("$['']") == "empty");
  CHECK(at("$.o") == R"({ "k" : 1 })");
  CHECK(at("$", " 7 ") == "7");
  CHECK(at("$['it\\'s']", R"({"it's": 1})") == "1");
}

TEST_CASE("a JSON path that leads nowhere finds nothing") {
  CHECK(at("$.b") == "none");
  CHECK(at("$.a.b[5]") == "none");
  CHECK(at("$.a[0]") == "none");
  CHECK(at("$.a.b.c") == "none");
  CHECK(at("$.o.k.x") == "none");
}

TEST_CASE("what is no JSON is said, wherever it breaks off") {
  CHECK(at("$.a", R"({"a": 1)") == "no JSON: offset 7: expected ',' or '}'");
  CHECK(at("$.a", R"({"a": 1} x)") == "no JSON: offset 9: expected the end");
  CHECK(at("$", "") == "no JSON: offset 0: expected a value");
  CHECK(at("$", std::string(100, '[')) == "no JSON: offset 32: nested too deeply");
}

TEST_CASE("only paths to one value are taken") {
  CHECK(at("a.b") == "0: \"$\", the document");
  CHECK(at("$a") == "1: \".\" or \"[\"");
  CHECK(at("$..a") == "2: the name of a member");
  CHECK(at("$.a.") == "4: the name of a member");
  CHECK(at("$.*") == "2: the name of a member");
  CHECK(at("$.a[*]") == "4: a number from 0, or a name in quotes");
  CHECK(at("$.a[-1]") == "4: a number from 0, or a name in quotes");
  CHECK(at("$.a[0:2]") == "5: \"]\"");
  CHECK(at("$.a[0") == "5: \"]\"");
  CHECK(at("$['a") == "4: the closing quote");
  CHECK(at("$.a[99999999999999999999]") == "4: a number from 0, or a name in quotes");
}
