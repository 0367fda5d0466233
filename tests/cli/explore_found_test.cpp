// What becomes of a finding, beside its files.
#include "harness/cli/explore_found.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/has.hpp"

namespace seawall::cli {
namespace {

TEST_CASE("a finding with a fault of virtual time alone is not tried over sockets") {
  FoundRun found;
  found.scenario =
      "schema = 1\n[scenario]\nname = \"found\"\n[target]\nmode = \"sim\"\n"
      "[load]\nrate = \"1/s\"\n[[load.request]]\nuse = \"place-order\"\n"
      "[[fault]]\nplan = ['order 1: order->payment.charge #1: refuse']\n";
  found.broken = "A1 no-double-charge";
  found.is_robust = true;
  REQUIRE(is_scenario(found.scenario));
  Interrupt interrupt;
  const explore::Confirmation confirmation = confirm(found, {}, interrupt);
  CHECK_FALSE(confirmation.tried);
  CHECK(has(confirmation.trouble, "refuse at a call works with the shop in mode sim alone"));
}

}  // namespace
}  // namespace seawall::cli
