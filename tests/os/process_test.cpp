#include "harness/os/process.hpp"

#include <unistd.h>

#include "harness/os/child.hpp"
#include "harness/os/shim.hpp"
#include "tests/support/catch.hpp"

namespace seawall::os::test {

TEST_CASE("the facts of a process are those of the kernel") {
  const auto own = facts_of(::getpid());
  REQUIRE(own);
  CHECK(own->process == ::getpid());
  CHECK(own->parent == ::getppid());
  CHECK(own->state == 'R');
  CHECK(own->started > 0);
  CHECK_FALSE(facts_of(0));
}

TEST_CASE("a child and its shim descend from the driver") {
  Command command;
  command.words = {"sleep", "1000"};
  const auto child = Child::start({OS_UNRULY, std::string(shim_word)}, command);
  REQUIRE(child);
  const auto below = descendants_of(::getpid());
  REQUIRE(below.size() == 2);
  CHECK(below[0].parent == ::getpid());
  CHECK(below[1].parent == below[0].process);
  CHECK(below[1].process == (*child)->process());
}

}  // namespace seawall::os::test
