// Tables that come as JSON, and one fault by itself.
#include "harness/scenario/json.hpp"

#include "harness/base/text.hpp"
#include "harness/scenario/fault.hpp"
#include "harness/scenario/toml.hpp"
#include "tests/scenario/words.hpp"
#include "tests/support/catch.hpp"

using namespace seawall;
using namespace seawall::scenario;

namespace {

// What is said of a text, as "LINE:COLUMN message"; or the text that it is again.
std::string told(const std::string& text) {
  Sources sources;
  Problems problems(sources);
  const auto value = parse_json(sources.add("body", text), text, problems);
  if (value) return to_json(*value);
  const base::Diagnostics errors = problems.take_errors();
  REQUIRE(errors.size() == 1);
  return std::to_string(errors[0].line) + ":" + std::to_string(errors[0].column) + " " +
         errors[0].message;
}

}  // namespace

TEST_CASE("what JSON states is told again in the same order") {
  for (const std::string text :
       {"{}", R"({"b":1,"a":-7,"c":[true,false,[],{}],"d":{"e":"\"\\\n"},"f":0.5})",
        R"({"":"","é":"ü"})", R"({"n":9223372036854775807})"})
    CHECK(told(text) == text);
  CHECK(told(" { \"a\" :\n[ 1 , 2.50 ] } ") == R"({"a":[1,2.5]})");
}

TEST_CASE("what is no table of JSON is told with its place") {
  for (const auto& [text, words] : std::vector<std::pair<std::string, std::string>>{
           {"", "1:1 expected an object"},
           {"[]", "1:1 expected an object"},
           {"{} {}", "1:4 "},
           {"{\"é\":1, \"é\" :2}", "1:9 the key 'é' comes twice"},
           {"{\n \"a\": null}", "2:7 a: expected a text"},
           {"{\"a\":{\"b\":nan}}", "1:11 a.b: expected a text"},
           {R"({"a":9223372036854775808})", "1:6 a: expected a smaller number"},
           {R"({"a":1e999})", "1:6 a: expected a smaller number"},
           {R"({"a":1,})", "1:8 "}}) {
    INFO(text);
    CHECK(told(text).starts_with(words));
  }
}

TEST_CASE("TOML and JSON state the same fault") {
  const std::string toml =
      "type = \"latency\"\nlatency = \"1.5s\"\nfirst = 2\n[match]\npath = \"/a*\"\n"
      "header.X-Test-Id = \"t\"\n";
  Sources sources;
  Problems problems(sources);
  const auto file = parse_toml(sources.add("file", toml), toml, problems);
  REQUIRE(file);
  const std::string json = to_json(*file);
  CHECK(json == R"({"type":"latency","latency":"1.5s","first":2,)"
                R"("match":{"path":"/a*","header":{"X-Test-Id":"t"}}})");
  const auto body = parse_json(sources.add("body", json), json, problems);
  REQUIRE(body);
  for (const Value& table : {*file, *body}) {
    const auto fault = read_fault(table, tests::small_vocabulary().kinds, problems);
    REQUIRE(fault);
    CHECK(fault->type == "latency");
    CHECK(fault->latency == std::chrono::milliseconds(1500));
    CHECK(fault->first == 2);
    CHECK(fault->match.path == "/a*");
    CHECK(fault->match.header.at("X-Test-Id") == "t");
    CHECK_FALSE(fault->on_links());
  }
}
