#include "harness/init/tree.hpp"

#include "tests/support/catch.hpp"

namespace seawall::init::tests {
namespace {

std::string error_of(const std::string& text) {
  const auto tree = read_yaml("x.yaml", text);
  return tree ? "it was read" : to_text(tree.error());
}

}  // namespace

TEST_CASE("YAML becomes texts, lists and tables, with their lines") {
  const auto tree =
      read_yaml("x.yaml", "a: 1\nb:\n  - yes\n  - {c: ~}\n'd e': |\n  two\n  lines\n");
  REQUIRE(tree);
  CHECK(tree->text_of("a") == "1");
  REQUIRE(tree->get("b"));
  CHECK(tree->get("b")->items[0].text == "yes");
  CHECK(tree->get("b")->items[1].get("c")->kind == Tree::Kind::nothing);
  CHECK(tree->get("b")->items[1].line == 4);
  CHECK(tree->text_of("d e") == "two\nlines\n");
  CHECK(tree->get("none") == nullptr);
}

TEST_CASE("aliases and merge keys are resolved, and what is said beside them wins") {
  const auto tree = read_yaml("x.yaml",
                              "base: &b {x: 1, y: 2}\none: {<<: *b, y: 3}\n"
                              "two: {<<: [*b, {z: 4}]}\nthree: *b\n");
  REQUIRE(tree);
  CHECK(tree->get("one")->text_of("x") == "1");
  CHECK(tree->get("one")->text_of("y") == "3");
  CHECK(tree->get("two")->text_of("z") == "4");
  CHECK(tree->get("three")->text_of("y") == "2");
}

TEST_CASE("what is no YAML is refused with its place") {
  CHECK(error_of("a: [1\nb: 2") == "x.yaml:2:2: error: no YAML: end of sequence flow not found\n");
  CHECK(error_of("a: 1\na: 2\n").find("x.yaml:2:1: error: \"a\" comes twice") == 0);
  CHECK(error_of("{[1]: 2}").find("a list or a table as a key") != std::string::npos);
  CHECK(error_of("<<: 1").find("\"<<\" with what is no table") != std::string::npos);
  CHECK(error_of("a: &a [*a]").find("an alias of what it is part of") != std::string::npos);
}

TEST_CASE("a document that would grow too large is refused before it does") {
  std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
  for (char name = 'b'; name < 'k'; ++name) {
    const std::string previous(1, static_cast<char>(name - 1));
    bomb += std::string(1, name) + ": &" + name + " [";
    for (int i = 0; i < 10; ++i) bomb += "*" + previous + ", ";
    bomb += "]\n";
  }
  CHECK(error_of(bomb).find("more than 20000 values") != std::string::npos);
  CHECK(error_of(std::string(100, '[')).find("more than 50 levels") != std::string::npos);
  CHECK(error_of(std::string(100'000, '[')) != "it was read");
  CHECK(error_of(std::string(most_bytes + 1, ' ')) ==
        "x.yaml: error: a file of more than 256 KiB\n");
}

}  // namespace seawall::init::tests
