#include "harness/os/output.hpp"

#include "tests/support/catch.hpp"

namespace seawall::os::test {

TEST_CASE("an output keeps its last lines") {
  Output output;
  CHECK(output.last_lines() == "it said nothing");
  output.append("one\ntwo\nthr");
  output.append("ee\n\n");
  CHECK(output.last_lines(2) == "its last lines:\n  | two\n  | three");
  CHECK(output.last_lines() == "its last lines:\n  | one\n  | two\n  | three");
}

TEST_CASE("an output finds a text that comes in pieces or has gone by") {
  Output output("listening on");
  output.append("now list");
  CHECK_FALSE(output.has_said());
  output.append("ening ");
  CHECK_FALSE(output.has_said());
  output.append("on port 80\n");
  CHECK(output.has_said());
  output.append(std::string(5 * Output::most, 'x'));
  CHECK(output.has_said());
}

TEST_CASE("an output is bounded and tells how much it was") {
  Output output;
  for (int i = 0; i < 100; ++i) output.append(std::string(10'000, 'a') + "\n");
  CHECK(output.bytes() == 1'000'100);
  const std::string last = output.last_lines(1);
  CHECK(last.starts_with("its last lines (of 1,000,100 bytes):\n  | aaa"));
  CHECK(last.ends_with("a ..."));
  CHECK(last.size() < 400);
}

TEST_CASE("what an output says cannot move a terminal") {
  Output output;
  output.append("\x1b[2Jgone\r\x07\tand\x7f back\n");
  CHECK(output.last_lines() == "its last lines:\n  |  [2Jgone   and  back");
}

}  // namespace seawall::os::test
