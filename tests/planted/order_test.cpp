// Bugs of the order service: its log, its recovery, and what it tells.
#include "tests/planted/check_found.hpp"
#include "tests/support/catch.hpp"

namespace seawall::test {

// The stock is held when the order service dies, and its log does not say that it had asked for it.
TEST_CASE("an effect before its intent leaks the reservation in a crash", "[planted]") {
  check_found({Bug::effect_before_intent, R"(
[[load.request]]
use = "place-order"
[[fault]]
name    = "order-dies-with-the-stock-held"
on      = "order"
type    = "crash"
effect  = "after"
at_call = "order 60: order->inventory.reserve #1"
restart = "500ms"
[[invariant]]
use = ["no-leaked-reservation"]
)",
               "no-leaked-reservation"});
}

// The crash is aimed: at this load a moment in which no order is under way is not rare.
TEST_CASE("orders that a restart forgets never settle", "[planted]") {
  check_found({Bug::no_recovery_at_restart, R"(
[[load.request]]
use = "place-order"
[[fault]]
name    = "order-dies-at-a-charge"
on      = "order"
type    = "crash"
effect  = "after"
at_call = "order 60: order->payment.charge #1"
restart = "500ms"
[[invariant]]
use = ["every-saga-settled"]
)",
               "every-saga-settled"});
}

TEST_CASE("an outcome that is told before it is durable is found", "[planted]") {
  check_found({Bug::told_before_durable, R"(
[[load.request]]
use = "place-order"
[[invariant]]
use = ["told-only-durable"]
)",
               "told-only-durable"});
}

TEST_CASE("a stuck order that nobody marks is found", "[planted]") {
  check_found({Bug::no_dead_letter, R"(
[[load.request]]
use = "place-order"
[saga]
stuck_after = "1s"
[[fault]]
name     = "shipping-silent"
on       = "order -> shipping"
type     = "blackhole"
at       = "500ms"
must_hit = 5
[[invariant]]
use = ["stuck-is-visible"]
)",
               "stuck-is-visible"});
}

TEST_CASE("a client's key that is ignored makes a second order", "[planted]") {
  check_found({Bug::client_key_ignored, R"(
[[load.request]]
use    = "place-order"
repeat = { times = 2, probability = "20%" }
[[invariant]]
use = ["one-order-per-request"]
)",
               "one-order-per-request"});
}

}  // namespace seawall::test
