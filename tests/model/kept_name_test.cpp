// Names of scenarios that are kept of what was found.
#include "harness/model/kept_name.hpp"

#include "harness/model/scenario.hpp"
#include "tests/support/catch.hpp"

namespace seawall::model {

TEST_CASE("a kept scenario is named after its scenario and what it shows", "[model]") {
  CHECK(kept_name("toy", "ask: a -> b GET /x/* #2: reset", " :/>#-") ==
        "toy-ask-a-b-GET-x-any-2-reset");
  CHECK(kept_name("toy", "jump(by=-1h)", "()=-") == "toy-jump-by-minus-1h");
  CHECK(kept_name("toy", "jump(by=1h)", "()=-") == "toy-jump-by-1h");
  CHECK(kept_name("toy", "", "") == "toy");
}

TEST_CASE("names that cannot say all are told apart by a hash", "[model]") {
  const std::string foreign = kept_name("toy", "a\u00fcb", " ");
  CHECK(foreign.starts_with("toy-a-b-"));
  CHECK(foreign.size() == std::string("toy-a-b-").size() + 8);
  CHECK(foreign != kept_name("toy", "a\u00f6b", " "));
  const std::string longest(longest_name, 'x');
  const std::string cut = kept_name(longest, longest + "1", " ");
  CHECK(cut.size() == longest_name);
  CHECK(cut != kept_name(longest, longest + "2", " "));
}

TEST_CASE("a name is cut where it is too long alone, and between its words once", "[model]") {
  const std::string scenario(90, 's');
  const std::string foreign = kept_name(scenario, "a\u00fcb", " ");
  CHECK(foreign.starts_with(scenario + "-a-b-"));
  CHECK(foreign.size() == scenario.size() + std::string("-a-b-").size() + 8);
  // 51 bytes are left behind "s...s", and the 51st of what is told is a blank.
  const std::string half(longest_name / 2, 's');
  const std::string told = std::string(49, 'a') + " " + std::string(40, 'b');
  const std::string cut = kept_name(half, told, " ");
  CHECK(cut.starts_with(half + "-" + std::string(49, 'a') + "-"));
  CHECK(cut.find("--") == std::string::npos);
  CHECK(cut.size() == longest_name - 1);
  const std::string ending = std::string(59, 's') + "-" + std::string(20, 's');
  CHECK(kept_name(ending, told, " ").find("--") == std::string::npos);
}

}  // namespace seawall::model
