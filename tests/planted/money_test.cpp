// Bugs that cost money or stock.
#include "tests/planted/check_found.hpp"
#include "tests/support/catch.hpp"

namespace seawall::test {

TEST_CASE("a callee that ignores idempotency keys charges twice", "[planted]") {
  check_found({Bug::idempotency_key_ignored, R"(
[[load.request]]
use = "place-order"
[[fault]]
name        = "charge-reply-lost"
on          = "order -> payment"
match       = { method = "POST", path = "/charge" }
type        = "drop_reply"
probability = "20%"
at          = "1s"
for         = "2s"
must_hit    = 5
[[invariant]]
use = ["no-double-charge"]
)",
               "no-double-charge"});
}

// The charge arrives when the order has long been given up and its refund has found nothing.
TEST_CASE("a late charge that meets no tombstone keeps the money", "[planted]") {
  check_found({Bug::tombstone_missing, R"(
[[load.request]]
use = "place-order"
[[fault]]
name     = "charge-late"
on       = "order -> payment"
match    = { method = "POST", path = "/charge" }
type     = "late_request"
delay    = "4s"
at       = "1s"
for      = "500ms"
must_hit = 5
[[invariant]]
use = ["all-or-nothing"]
)",
               "all-or-nothing"});
}

TEST_CASE("a charge in doubt that is not refunded keeps the money", "[planted]") {
  check_found({Bug::refund_skipped_in_doubt, R"(
[[load.request]]
use = "place-order"
[[fault]]
name     = "charge-reply-lost"
on       = "order -> payment"
match    = { method = "POST", path = "/charge" }
type     = "drop_reply"
at       = "1s"
for      = "2s"
must_hit = 5
[[invariant]]
use = ["all-or-nothing"]
)",
               "all-or-nothing"});
}

TEST_CASE("a release that is never sent leaks the reservation", "[planted]") {
  check_found({Bug::release_never_sent, R"(
[[load.request]]
use = "place-order"
[target]
declines = "30%"
[[invariant]]
use = ["no-leaked-reservation"]
)",
               "no-leaked-reservation"});
}

// It would go unseen at the end: the hold runs out by itself while the run settles.
TEST_CASE("a release that is never sent is found though the hold expires", "[planted]") {
  check_found({Bug::release_never_sent, R"(
[[load.request]]
use = "place-order"
[target]
declines = "30%"
[saga]
hold_ttl = "3s"
[[invariant]]
use = ["no-leaked-reservation"]
)",
               "no-leaked-reservation"});
}

TEST_CASE("a sale of another quantity than was ordered is found", "[planted]") {
  check_found({Bug::wrong_quantity_sold, R"(
[[load.request]]
use = "place-order"
[[invariant]]
use = ["all-or-nothing"]
)",
               "all-or-nothing"});
}

}  // namespace seawall::test
