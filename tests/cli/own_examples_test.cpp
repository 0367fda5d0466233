// The examples of the language for services of the user's own, as they are written, in folders of
// stand-ins. What they need beside Python is looked for by CMakeLists.txt, which names what is not
// there.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/cli/program.hpp"
#include "tests/os/survivors.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/has.hpp"

using seawall::has;
using seawall::os::test::comes_true;
using seawall::tests::Desk;
using seawall::tests::Ended;
namespace fs = std::filesystem;

namespace {

const fs::path examples = SEAWALL_SOURCE_DIR "/tests/scenario/files/examples";
const fs::path stand_ins = SEAWALL_SOURCE_DIR "/tests/stand_ins";

std::string read(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("a system that is started unchanged, with names and ports in its code, is judged") {
  const Desk desk;
  fs::copy(stand_ins / "their-checkout", desk.path() / "their-checkout",
           fs::copy_options::recursive);
  fs::create_directory(desk.path() / "ours");
  fs::copy(examples / "2b-unchanged-third-party.toml", desk.path() / "ours");
  const Ended ended = desk.seawall({"run", "ours/2b-unchanged-third-party.toml", "--out", "out",
                                    "--set", "load.max_lateness=10s"});
  INFO("the ports 3000 to 3003 are in the example, and have to be free on this machine");
  INFO(ended.out << ended.err);
  CHECK(ended.status == 0);
  CHECK(has(ended.out, "money is not created: a refund follows a charge"));
  CHECK(has(ended.out, "ok    fault      charge-reply-lost: "));
  CHECK_FALSE(has(ended.err, "nobody used the link"));
}

TEST_CASE("services in three languages and a database keep every cent while payments suffers") {
  const Desk desk;
  fs::copy(stand_ins / "acme", desk.path() / "acme", fs::copy_options::recursive);
  fs::copy(examples / "2-own-services.toml", desk.path() / "acme");
  ::setenv("ACME_TOKEN", "c4n4ry", 1);
  const Ended ended = desk.seawall(
      {"run", "acme/2-own-services.toml", "--out", "out", "--set", "load.max_lateness=10s", "--set",
       // Its 200 ms are of a machine that does nothing else.
       "steady_state.hold=[\"error_rate < 1%\", \"latency.p95 < 5s\", \"captured == confirmed\"]"});
  ::unsetenv("ACME_TOKEN");
  INFO(ended.out << ended.err);
  CHECK(ended.status == 0);
  for (const char* check :
       {"every captured cent belongs to a confirmed order", "never oversold",
        "no leaked reservation", "charge-reply-lost: ", "payments-crash: ", "db-stall: "})
    CHECK(has(ended.out, check));
  for (const auto& file : fs::directory_iterator(desk.path() / "out"))
    CHECK_FALSE(has(read(file.path()), "c4n4ry"));
}
