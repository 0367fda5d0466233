// Flows of users from a file, over sockets.
#include <fstream>

#include "tests/own_runs/stand_in.hpp"
#include "tests/support/catch.hpp"

namespace seawall::tests {

TEST_CASE("users of a file log in and go on with what they were told", "[own]") {
  const StandIn service;
  const Desk desk;
  desk.write("users.csv", "user,age\nann,30\nbo,41\ncy,52\n");
  desk.write("own.toml",
             about(service,
                   "[[slo]]\nthat = \"ok_share >= 100%\"\n"
                   "[[slo]]\nthat = 'calls(\"client -> base\", \"GET /view/*\", 200) >= 40'\n",
                   R"([load]
rate = "30/s"
max_lateness = "10s"
data = "users.csv"
[[load.request]]
name = "login"
weight = 0
method = "POST"
path = "/login/{{row user}}"
json = { age = "{{row age}}" }
save = { token = "$.token" }
[[load.request]]
name = "view"
weight = 0
path = "/view/{{saved token}}"
[[load.flow]]
steps = ["login", "view"]
)"));
  const Ended ended = desk.seawall({"run", "own.toml"});
  INFO(ended.out << ended.err);
  CHECK(ended.status == 0);
  for (const char* user : {"ann", "bo", "cy"})
    CHECK(service.asked(std::string("/login/") + user) > 0);
  CHECK(service.asked("/view/") >= 40);
}

}  // namespace seawall::tests
