#include "tests/planted/pattern_mutants.hpp"

namespace seawall::test {

namespace {

// One client in ten is quiet, and each has a bucket of its own.
const std::string two_clients = R"(
[[load.request]]
name    = "quiet-order"
use     = "place-order"
headers = { X-Client = "quiet" }
[[load.request]]
name    = "noisy-order"
use     = "place-order"
weight  = 9
headers = { X-Client = "noisy" }
[policy."client -> gateway"]
rate_limiter = { rate = "10/s", burst = 10, key = "X-Client" }
[[slo]]
name = "the quiet client is served"
that = 'ok_share("quiet-order") >= 99%'
[[slo]]
name = "the noisy one is told so"
that = 'calls("client -> gateway", "POST /orders", 429) >= 50'
)";

// Twice what payment can do, and nothing else that turns work away.
const std::string overload = R"(
[[load.request]]
use    = "place-order"
weight = 9
[[load.request]]
use    = "read-sku"
weight = 1
[target.capacity]
payment = { workers = 1, service_time = "50ms", queue = 1000, deadline_margin = "0s" }
[policy."gateway -> order"]
bulkhead        = false
circuit_breaker = false
[policy."order -> payment"]
bulkhead        = false
circuit_breaker = false
retry_budget    = false
)";

// Payment does not answer for a while: what its callers still send is what counts.
const std::string dead_payment = R"(
[[load.request]]
use = "place-order"
[policy."order -> payment"]
circuit_breaker = false
retry           = false
retry_budget    = false
bulkhead        = false
throttle        = { k = 1.5, window = "2s" }
[[fault]]
name     = "payment-refused"
on       = "order -> payment"
type     = "refuse"
at       = "1s"
for      = "3s"
must_hit = 5
[[slo]]
name  = "a dead service is left alone"
that  = 'calls("order -> payment", "POST /charge") <= 70'
phase = "during payment-refused"
)";

const std::string reads = R"(
[[load.request]]
use = "read-sku"
)";

// Twice what the gateway can do. Its queue is shorter than what the limit lets in at first: that is
// how the limit finds out.
const std::string too_many_reads = reads + R"(
[target.capacity]
gateway = { workers = 1, service_time = "50ms", queue = 5, deadline_margin = "0s" }
[policy."client -> gateway"]
concurrency_limit = { algorithm = "aimd", initial = 20, min = 1 }
)";

// Answers of inventory that are half a second late, and a hedge against them.
std::string late_answers(const std::string& hedge, const std::string& probability) {
  return R"(
[policy."gateway -> inventory"]
timeout = { attempt = "900ms", total = "1s" }
hedge   = )" +
         hedge + R"(
[[fault]]
name        = "tail"
on          = "gateway -> inventory"
type        = "latency"
latency     = "500ms"
probability = ")" +
         probability + "\"\n";
}

const std::string stale_reads = reads + R"(
[policy."gateway -> inventory"]
circuit_breaker = false
fallback = { kind = "stale_cache", max_stale = "1s" }
[[fault]]
name     = "inventory-gone"
on       = "gateway -> inventory"
type     = "refuse"
at       = "1s"
for      = "4s"
must_hit = 5
)";

// Three of payment, of which those that fail are left alone for a short time.
std::string gray(const std::string& outlier, const std::string& link,
                 const std::string& probability) {
  return R"(
[[load.request]]
use = "place-order"
[target.instances]
payment = 3
zones   = 2
[policy."order -> payment"]
circuit_breaker = false
outlier = { interval = "200ms", base_ejection = "500ms", )" +
         outlier + R"( }
[[fault]]
name        = "gray"
type        = "http_abort"
status      = 500
at          = "500ms"
for         = "3s"
on          = ")" +
         link + "\"\nprobability = \"" + probability + "\"\n";
}

// They break no promise to a customer: service levels find them.
const std::vector<Mutant> mutants = {
    {Bug::breaker_permit_leaked, R"(
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
     "every permit comes back", "breaker_permit_leaked"},

    // Silence lasts over several half-open periods: each probe takes as long as its timeout.
    {Bug::half_open_unlimited, R"(
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
     "no more than three probes at a time", "half_open_unlimited"},

    {Bug::timeout_per_read, R"(
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
     "no call outlives its deadline", "timeout_per_read"},

    {Bug::rate_limit_shared, two_clients, "the quiet client is served", "rate_limit_shared"},

    {Bug::rate_limit_open, two_clients, "the noisy one is told so", "rate_limit_open"},

    {Bug::throttle_open, dead_payment, "a dead service is left alone", "throttle_open"},

    {Bug::limit_never_shrinks, too_many_reads + R"(
[[slo]]
name = "the limit finds out how much is too much"
that = 'rejected("client -> gateway", "concurrency_limit") >= 20'
)",
     "the limit finds out how much is too much", "limit_never_shrinks"},

    {Bug::limit_without_reserve, overload + R"(
[policy."client -> gateway"]
concurrency_limit = { algorithm = "aimd", initial = 10, min = 10, max = 10, critical = ["GET /*"] }
[[slo]]
name  = "reads are answered"
that  = 'ok_share("read-sku") >= 99%'
)",
     "reads are answered", "limit_without_reserve"},

    {Bug::limit_permit_leaked, too_many_reads + R"(
[[slo]]
name = "every permit comes back"
that = 'permits_leaked == 0'
)",
     "every permit comes back", "limit_permit_leaked"},

    {Bug::hedge_without_budget, reads + late_answers("{ delay = \"50ms\" }", "100%") + R"(
[[slo]]
name = "little more load"
that = 'amplification("gateway -> inventory") <= 1.5'
)",
     "little more load", "hedge_without_budget"},

    {Bug::hedge_never_sent,
     reads + late_answers("{ delay = \"50ms\", share_retry_budget = false }", "20%") + R"(
[[slo]]
name = "a short tail"
that = 'latency_all.p90 <= 250ms'
)",
     "a short tail", "hedge_never_sent"},

    {Bug::cache_keeps_nothing, reads + R"(
[policy."gateway -> inventory"]
cache = { ttl = "1s" }
[[slo]]
name = "most reads come from the cache"
that = 'calls("gateway -> inventory") <= 60'
)",
     "most reads come from the cache", "cache_keeps_nothing"},

    {Bug::coalescing_forgotten, reads + R"(
[policy."gateway -> inventory"]
timeout         = { attempt = "900ms", total = "1s" }
circuit_breaker = false
bulkhead        = false
cache           = { ttl = "0s", coalesce = true }
[[fault]]
name    = "slow"
on      = "gateway -> inventory"
type    = "latency"
latency = "400ms"
[[slo]]
name = "one call for all who ask for the same"
that = 'calls("gateway -> inventory") <= 80'
)",
     "one call for all who ask for the same", "coalescing_forgotten"},

    {Bug::stale_without_limit, stale_reads + R"(
[[slo]]
name  = "nothing is shown that is too old"
that  = 'ok_share <= 5%'
phase = "from 3s to 5s"
)",
     "nothing is shown that is too old", "stale_without_limit"},

    {Bug::degraded_unmarked, stale_reads + R"(
[[slo]]
name  = "what is stale says so"
that  = 'degraded_share >= 20%'
phase = "from 1500ms to 3s"
)",
     "what is stale says so", "degraded_unmarked"},

    {Bug::outlier_never_returns, gray("consecutive_5xx = 3", "order -> payment/2", "100%") + R"(
[[slo]]
name = "it returns"
that = 'time_to_return("order -> payment", "gray") <= 2s'
)",
     "it returns", "outlier_never_returns"},

    {Bug::outlier_without_limit,
     gray("consecutive_5xx = 3, panic_threshold = \"0%\"", "order -> payment", "100%") + R"(
zone = 1
[[slo]]
name  = "no instance takes it all"
that  = 'calls("order -> payment/2", "/charge") <= 0.8 * calls("order -> payment", "/charge")'
phase = "during gray"
)",
     "no instance takes it all", "outlier_without_limit"},

    {Bug::outlier_never_forgives, gray("consecutive_5xx = 5", "order -> payment", "15%") + R"(
[[slo]]
name = "those that are well enough are kept"
that = 'ejections("order -> payment") == 0'
)",
     "those that are well enough are kept", "outlier_never_forgives"},
};

}  // namespace

const std::vector<Mutant>& pattern_mutants() { return mutants; }

}  // namespace seawall::test
