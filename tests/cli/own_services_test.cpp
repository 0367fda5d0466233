// Scenarios of the user's own services on the command line: read, explained, and refused.
#include <cstdlib>

#include "tests/cli/program.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/has.hpp"

using seawall::has;
using seawall::tests::Desk;
using seawall::tests::Ended;

namespace {

const std::string examples = SEAWALL_SOURCE_DIR "/tests/scenario/files/examples/";

// Sets a variable of the environment that the program inherits, for one test.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  ~Variable() { unsetenv(name_); }
  Variable(const Variable&) = delete;

 private:
  const char* name_;
};

}  // namespace

TEST_CASE("the examples of the language are valid") {
  const Desk desk;
  const Variable token("ACME_TOKEN", "c4n4ry");
  for (const char* name : {"1-shop", "2-own-services", "2b-unchanged-third-party", "2c-external",
                           "3-partition", "4-ablation"}) {
    const Ended ended = desk.seawall({"validate", examples + name + ".toml"});
    INFO(name << ended.err);
    CHECK(ended.status == 0);
    CHECK(has(ended.out, "ok    "));
  }
}

TEST_CASE("a variable that the environment does not have is a mistake, with its place") {
  const Desk desk;
  unsetenv("ACME_TOKEN");
  const Ended ended = desk.seawall({"validate", examples + "2-own-services.toml"});
  CHECK(ended.status == 2);
  CHECK(has(ended.err,
            "2-own-services.toml:53:37: error: the environment variable ACME_TOKEN is "
            "not set; expected a value"));
  CHECK(has(ended.err, "hint: export ACME_TOKEN="));
}

TEST_CASE("what can be read and not yet run is refused by name before anything starts") {
  const Desk desk;
  const Variable token("ACME_TOKEN", "c4n4ry");
  const auto refused = [&](const std::string& command, const std::string& name,
                           const std::string& what) {
    const Ended ended = desk.seawall({command, examples + name + ".toml"});
    INFO(command << ' ' << name << ended.err);
    CHECK(ended.status == 2);
    CHECK(has(ended.err, what + " is not in this version"));
    CHECK_FALSE(has(ended.err, "c4n4ry"));
  };
  refused("matrix", "4-ablation", "[gate]");
  CHECK_FALSE(std::filesystem::exists(desk.path() / "out"));
}

TEST_CASE("explain shows services, links and probes, and no secret") {
  const Desk desk;
  const Variable token("ACME_TOKEN", "c4n4ry");
  const Ended ended = desk.seawall({"explain", examples + "2-own-services.toml"});
  INFO(ended.err);
  CHECK(ended.status == 0);
  for (const char* part :
       {"target services, seed 7", "db: postgres; ready when it answers",
        "inventory: ./bin/inventory --listen 127.0.0.1:${port}; ready when /healthz answers 2xx, "
        "within 5s",
        "needs db, payments, inventory", "  payments -> db: db-stall\n", "  client -> orders\n",
        "stock >= 0 [always, each 500ms]  (never oversold)",
        "probe stock: GET http://${service.inventory}/skus/A1, $.available"})
    CHECK(has(ended.out, part));
  CHECK_FALSE(has(ended.out, "c4n4ry"));
}

TEST_CASE("a condition of the scenario's own is an invariant, of the shop too") {
  const Desk desk;
  const auto run = [&](const std::string& that) {
    desk.write("own.toml", R"(schema = 1
[scenario]
name = "own"
[run]
warmup = "1s"
duration = "5s"
[load]
rate = "40/s"
[[load.request]]
use = "place-order"
[[invariant]]
name = "no charge without a request"
that = ')" + that + "'\n");
    return desk.seawall({"run", "own.toml", "--mode", "sim"});
  };
  const Ended holds =
      run(R"(calls("order -> payment", "POST /charge*") <= calls("client -> gateway"))");
  INFO(holds.out << holds.err);
  CHECK(holds.status == 0);
  CHECK(has(holds.out, "no charge without a request"));
  const Ended broken = run(R"(calls("order -> payment", "POST /charge*") == 0)");
  INFO(broken.out << broken.err);
  CHECK(broken.status == 1);
  CHECK(has(broken.out, "FAIL"));
}
