// Bugs of the patterns. They break no promise to a customer: service levels find them.
#include "tests/planted/judged.hpp"
#include "tests/support/catch.hpp"

namespace seawall::test {

TEST_CASE("a breaker that leaks permits is found", "[planted]") {
  check_found({Bug::breaker_permit_leaked, R"(
[[load.request]]
use = "place-order"
[[fault]]
name     = "payment-silent"
on       = "order -> payment"
type     = "blackhole"
at       = "1s"
for      = "1s"
must_hit = 5
[[slo]]
name = "every permit comes back"
that = 'permits_leaked == 0'
)",
               "every permit comes back"});
}

// Silence lasts over several half-open periods: each probe takes as long as its timeout.
TEST_CASE("a half-open breaker that lets everything through is found", "[planted]") {
  check_found({Bug::half_open_unlimited, R"(
[[load.request]]
use = "place-order"
[policy."order -> payment"]
circuit_breaker = { open_for = "300ms", minimum_calls = 10, size = 20 }
[[fault]]
name     = "payment-silent"
on       = "order -> payment"
type     = "blackhole"
at       = "1s"
for      = "3s"
must_hit = 5
[[slo]]
name = "a half-open breaker probes"
that = 'probes("order -> payment") >= 1'
[[slo]]
name = "no more than three probes at a time"
that = 'half_open_in_flight("order -> payment") <= 3'
)",
               "no more than three probes at a time"});
}

TEST_CASE("a timeout that every byte renews is found", "[planted]") {
  check_found({Bug::timeout_per_read, R"(
[[load.request]]
use = "place-order"
[[fault]]
name     = "payment-slow"
on       = "order -> payment"
type     = "latency"
latency  = "2s"
at       = "1s"
for      = "1s"
must_hit = 5
[[slo]]
name = "no call outlives its deadline"
that = 'calls_past_deadline == 0'
)",
               "no call outlives its deadline"});
}

}  // namespace seawall::test
