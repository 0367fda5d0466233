// Every scenario of the catalogue in virtual time: it passes, and each variant breaks what it says.
#include "tests/cli/program.hpp"
#include "tests/support/catch.hpp"

TEST_CASE("every scenario passes in virtual time and each variant breaks what it lists") {
  const seawall::tests::Desk desk;
  const seawall::tests::Ended ended = desk.seawall(
      {"run", SEAWALL_SOURCE_DIR "/scenarios", "--mode", "sim", "--variants", "--out", "runs"});
  INFO(ended.out << ended.err);
  CHECK(ended.status == 0);
}
