// What holds of builtins wherever their servers are; those are tested each in a file of its own,
// which CMakeLists.txt leaves out, by name, where the machine does not have it.
#include <cstdlib>

#include "tests/supervisor/builtin_rig.hpp"
#include "tests/support/catch.hpp"

namespace seawall::worlds::tests {

TEST_CASE("a builtin whose program is missing is refused with the package that has it") {
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", "/seawall-no-such-folder", 1);
  const auto made = builtin(service_of(model::Service::Builtin::redis), 1, ".");
  ::setenv("PATH", path.c_str(), 1);
  REQUIRE_FALSE(made);
  CHECK(made.error() ==
        "db: builtin = \"redis\" needs redis-server, and this machine has none; install the Debian "
        "package redis-server");
}

}  // namespace seawall::worlds::tests
