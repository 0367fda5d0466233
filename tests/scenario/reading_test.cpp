// What valid files mean: defaults, presets, overlays, templates, expressions, and the resolved
// text.
#include "harness/base/text.hpp"
#include "harness/scenario/canonical.hpp"
#include "scenario/words.hpp"
#include "support/catch.hpp"

using namespace seawall;
using namespace seawall::scenario::tests;
using namespace std::chrono_literals;
using scenario::Reading;
using scenario::ReadOptions;

namespace {

model::Scenario scenario_of(const std::string& text, const ReadOptions& options = quiet_options()) {
  return reading_of(text, options).scenario;
}
model::Scenario scenario_with(const std::string& more,
                              const ReadOptions& options = quiet_options()) {
  return scenario_of(valid_with(more), options);
}

// Files by name, in place of the disk.
ReadOptions with_files(std::map<std::string, std::string> files) {
  ReadOptions options = quiet_options();
  options.load = [files = std::move(files)](
                     const std::string& path) -> base::expected<std::string, std::string> {
    const auto found = files.find(path);
    if (found == files.end()) return base::unexpected(std::string("there is no such file"));
    return found->second;
  };
  return options;
}

std::string text_of(const model::Template& text) {
  using Kind = model::Template::Part::Kind;
  std::string out;
  for (const auto& part : text.parts) {
    const std::string mark = part.whole_value ? "!" : "";
    if (part.kind == Kind::text) out += part.text;
    if (part.kind == Kind::uuid) out += "<" + mark + "uuid>";
    if (part.kind == Kind::integer)
      out += "<" + mark + std::to_string(part.least) + ".." + std::to_string(part.most) + ">";
    if (part.kind == Kind::pick) out += "<" + mark + base::join(part.choices, "|") + ">";
    if (part.kind == Kind::saved) out += "<" + mark + "saved " + part.text + ">";
  }
  return out;
}

const model::LinkPolicy& payment_policy(const model::Scenario& scenario) {
  return scenario.policy.links.at({"order", "payment"});
}

}  // namespace

TEST_CASE("what a file does not say has its default") {
  const model::Scenario scenario = scenario_with("");
  CHECK(scenario.run.seed == 1);
  CHECK(scenario.run.warmup == 3s);
  CHECK(scenario.run.duration == 30s);
  CHECK(scenario.run.settle == 30s);
  CHECK(scenario.target.mode == model::Mode::inprocess);
  CHECK(scenario.target.capacity.size() == 5);
  CHECK(scenario.target.stock.at("sku-2") == 1'000'000);
  CHECK(scenario.policy.preset == "field");
  CHECK(payment_policy(scenario).retry->max_attempts == 3);
  CHECK_FALSE(scenario.policy.links.at({"gateway", "order"}).retry);
  CHECK(scenario.loads.at(0).requests.at(0).name == "place-order");
  CHECK(scenario.loads.at(0).to == "gateway");
}

TEST_CASE("a policy is laid over the preset key by key") {
  const model::Scenario scenario = scenario_with(R"toml(
[policy."order->payment"]
timeout = { attempt = "300ms" }
retry = false
circuit_breaker = { failure_rate = false, open_for = "2s", half_open_max_wait = false }
[policy."* -> payment"]
bulkhead.max_concurrent = 7
fallback = true
)toml");
  const model::LinkPolicy& policy = payment_policy(scenario);
  CHECK(policy.timeout->attempt == 300ms);
  CHECK(policy.timeout->total == 2s);
  CHECK_FALSE(policy.retry);
  CHECK_FALSE(policy.circuit_breaker->failure_rate);
  CHECK(policy.circuit_breaker->slow_call_rate->ppm == 500'000);
  CHECK(policy.circuit_breaker->open_for == 2s);
  CHECK_FALSE(policy.circuit_breaker->half_open_max_wait);
  CHECK(policy.bulkhead->max_concurrent == 7);
  CHECK(policy.fallback);
  CHECK(scenario.policy.links.at({"gateway", "payment"}).bulkhead->max_concurrent == 7);
  CHECK(scenario.policy.links.at({"order", "shipping"}).bulkhead->max_concurrent == 32);
  CHECK(scenario.policy.links.at({"order", "shipping"}).retry);
}

TEST_CASE("what is said of one link wins over what is said of many, in any order") {
  const model::Scenario scenario = scenario_with(R"toml(
[policy."order -> payment"]
bulkhead.max_concurrent = 1
[policy."* -> *"]
bulkhead.max_concurrent = 2
)toml");
  CHECK(payment_policy(scenario).bulkhead->max_concurrent == 1);
  CHECK(scenario.policy.links.at({"order", "shipping"}).bulkhead->max_concurrent == 2);
}

TEST_CASE("the size of a breaker's window is a number or a time") {
  const model::Scenario scenario = scenario_with(
      "[policy.\"order -> payment\"]\ncircuit_breaker = { window = \"time\", size = \"20s\" }\n"
      "[policy.\"order -> shipping\"]\ncircuit_breaker.size = 7\n");
  CHECK(payment_policy(scenario).circuit_breaker->window_time == 20s);
  CHECK(scenario.policy.links.at({"order", "shipping"}).circuit_breaker->size == 7);
}

TEST_CASE("the patterns that no preset has are off until a file names them") {
  CHECK_FALSE(payment_policy(scenario_with("")).hedge);
  const model::Scenario scenario = scenario_with(R"toml(
[policy."* -> payment"]
rate_limiter = { rate = "5/s", burst = 3, max_wait = "1s", key = "link" }
concurrency_limit = { algorithm = "vegas", critical = ["POST /charge"] }
[policy."order -> payment"]
hedge = true
throttle.k = 1.5
cache = { ttl = "2s", coalesce = false }
fallback = { kind = "static", answer = '{"available":0}' }
[policy."order -> shipping"]
hedge.delay = "30ms"
fallback = { kind = "stale_cache", max_stale = "5s" }
)toml");
  const model::LinkPolicy& policy = payment_policy(scenario);
  CHECK(policy.rate_limiter->rate == base::Rate::per_second(5));
  CHECK(policy.rate_limiter->burst == 3);
  CHECK(policy.rate_limiter->max_wait == 1s);
  CHECK(policy.rate_limiter->key == "link");
  CHECK(policy.rate_limiter->side == model::RateLimiter::Side::server);
  CHECK(policy.concurrency_limit->algorithm == model::ConcurrencyLimit::Algorithm::vegas);
  CHECK(policy.concurrency_limit->critical.size() == 1);
  CHECK(policy.hedge->delay.percentile == 95);
  CHECK(policy.throttle->k == 1.5);
  CHECK(policy.cache->ttl == 2s);
  CHECK_FALSE(policy.cache->coalesce);
  CHECK(policy.fallback->kind == model::Fallback::Kind::fixed);
  const model::LinkPolicy& shipping = scenario.policy.links.at({"order", "shipping"});
  CHECK(shipping.hedge->delay.percentile == 0);
  CHECK(shipping.hedge->delay.time == 30ms);
  CHECK(shipping.fallback->max_stale == 5s);
  CHECK_FALSE(shipping.rate_limiter);
  CHECK(scenario.policy.links.at({"gateway", "payment"}).rate_limiter);
}

TEST_CASE("a service may have instances, in zones") {
  const model::Scenario scenario = scenario_with(R"toml(
[target.instances]
payment = 3
inventory = 1
zones = 2
[policy."order -> payment"]
outlier = { consecutive_5xx = 3, max_ejection = "34%" }
[[fault]]
type = "refuse"
on = "* -> payment"
zone = 2
[[fault]]
type = "crash"
on = "payment/3"
)toml");
  const model::Instances& instances = scenario.target.instances;
  CHECK(instances.zones == 2);
  CHECK(instances.nodes_of("payment") ==
        std::vector<std::string>{"payment/1", "payment/2", "payment/3"});
  CHECK(instances.nodes_of("inventory") == std::vector<std::string>{"inventory"});
  CHECK(instances.nodes_of("order") == std::vector<std::string>{"order"});
  CHECK(payment_policy(scenario).outlier->consecutive_5xx == 3);
  CHECK(payment_policy(scenario).outlier->max_ejection == base::Share::percent(34));
  CHECK(scenario.policy.of({"order", "payment/2"}).outlier);
  CHECK_FALSE(scenario.policy.of({"payment/2", "payment"}).timeout);
  CHECK(scenario.faults[0].zone->number == 2);
  CHECK(scenario.faults[0].covers({"order", "payment/2"}));
  CHECK_FALSE(scenario.faults[0].covers({"order", "payment/3"}));
  CHECK(scenario.faults[1].node == "payment/3");
}

TEST_CASE("a fault says what, where, when and how often it must hit") {
  const model::Scenario scenario = scenario_with(R"toml(
[[fault]]
name = "slow"
on = "order->payment"
type = "latency"
latency = "800ms"
match = { method = "POST", path = "/charge*", header = { X-Test = "${env.ACME_TOKEN}" } }
direction = "both"
probability = "12.5%"
at = "5s"
for = "4s"
must_hit = "90%"
[[fault]]
type = "crash"
on = "payment"
restart = "never"
at = "slow + 2s"
must_hit = 0
[[fault]]
type = "drop_reply"
at_call = ["order 3: order->payment.charge #1", "any: order -> payment . charge #2.."]
)toml");
  REQUIRE(scenario.faults.size() == 3);
  const model::Fault& slow = scenario.faults[0];
  CHECK(slow.link == base::Link{"order", "payment"});
  CHECK(slow.latency == 800ms);
  CHECK(slow.match.header.at("X-Test") == "t0k3n");
  CHECK(slow.direction == model::Direction::both);
  CHECK(slow.probability.ppm == 125'000);
  CHECK(slow.window.at == 5s);
  CHECK(slow.window.length == 4s);
  CHECK(slow.must_hit.share->ppm == 900'000);
  CHECK(slow.in_file);
  CHECK(slow.source.line == 14);
  const model::Fault& crash = scenario.faults[1];
  CHECK(crash.name == "crash-1");
  CHECK(crash.node == "payment");
  CHECK_FALSE(crash.restart);
  CHECK(crash.window.after == "slow");
  CHECK(crash.must_hit.count == 0);
  const model::Fault& drop = scenario.faults[2];
  CHECK(drop.at_call.size() == 2);
  CHECK(drop.link == base::Link{"order", "payment"});
}

TEST_CASE("each line of a plan is a fault") {
  const model::Scenario scenario = scenario_with(R"toml(
[[fault]]
name = "story"
plan = ["order 2: order->payment.charge #1: latency(latency=2s, jitter=100ms)",
        "order 3: order!saga.charged #1: crash(restart=never)"]
must_hit = 1
)toml");
  REQUIRE(scenario.faults.size() == 2);
  CHECK(scenario.faults[0].name == "story-1");
  CHECK(scenario.faults[0].latency == 2s);
  CHECK(scenario.faults[1].node == "order");
  CHECK_FALSE(scenario.faults[1].restart);
  CHECK(scenario.faults[1].at_call.at(0).operation == "saga.charged");
}

TEST_CASE("a request becomes templates") {
  const model::Scenario scenario = scenario_with(R"toml(
[[load.request]]
name = "a"
method = "POST"
path = "/x/{{int 1 9}}?s=${scenario}-${seed}"
headers = { Authorization = "Bearer ${env.ACME_TOKEN}", Idempotency-Key = "{{uuid}}", N = 7 }
query = { q = "{{pick a b}}" }
json.customer = "c\"{{int 1 500}}"
json.n = "{{int -3 3}}"
json.list = [1, 2.5, true, { k = "{{pick x y}}" }]
expect = { status = [201, 402], json = { "$.status" = ["confirmed", 3] } }
repeat = { times = 3, probability = "5%", with = "other_body" }
abandon = { after = "50ms", probability = "10%" }
[[load.request]]
path = "/y"
form = { a = "x y", b = "{{saved order_id}}" }
[[load.request]]
path = "/z"
headers = { content-type = "application/vnd.acme+json" }
json = { a = 1 }
)toml");
  const auto& requests = scenario.loads.at(0).requests;
  REQUIRE(requests.size() == 4);
  const model::RequestSpec& first = requests[1];
  CHECK(text_of(first.path) == "/x/<1..9>?s=test/one-1");
  CHECK(text_of(first.headers.at(0).second) == "Bearer t0k3n");
  CHECK(text_of(first.headers.at(1).second) == "<uuid>");
  CHECK(text_of(first.headers.at(2).second) == "7");
  CHECK(first.headers.at(3).first == "Content-Type");
  CHECK(text_of(first.headers.at(3).second) == "application/json");
  CHECK(text_of(first.query.at(0).second) == "<a|b>");
  CHECK(text_of(first.body) ==
        "{\"customer\":\"c\\\"<1..500>\",\"n\":<!-3..3>,\"list\":[1,2.5,true,{\"k\":<!x|y>}]}");
  CHECK(first.expect.status == std::vector<int>{201, 402});
  CHECK(first.expect.json.at("$.status") == std::vector<std::string>{"confirmed", "3"});
  CHECK(first.repeat->times == 3);
  CHECK(first.repeat->other_body);
  CHECK(first.abandon->after == 50ms);
  const model::RequestSpec& second = requests[2];
  CHECK(second.name == "GET /y");
  CHECK(text_of(second.body) == "a=x%20y&b=<saved order_id>");
  CHECK(second.headers.at(0).first == "Content-Type");
  const model::RequestSpec& third = requests[3];
  REQUIRE(third.headers.size() == 1);
  CHECK(text_of(third.headers[0].second) == "application/vnd.acme+json");
}

TEST_CASE("a request of the target is used and laid over") {
  const model::Scenario scenario = scenario_of(R"toml(
schema = 1
scenario = { name = "x" }
[[load]]
name = "one"
stages = [{ to = "300/s", over = "10s" }, { hold = "20s" }]
burst = { at = "5s", count = 200 }
[[load.request]]
use = "place-order"
weight = 9
headers = { X-Client = "a" }
[[load]]
name = "two"
start = "10s"
[[load.request]]
path = "/x"
)toml");
  REQUIRE(scenario.loads.size() == 2);
  const model::Load& one = scenario.loads[0];
  CHECK(one.stages.at(0).to == model::Rate::per_second(300));
  CHECK(one.stages.at(1).over == 20s);
  CHECK_FALSE(one.stages.at(1).to);
  CHECK(one.burst->count == 200);
  CHECK(one.requests.at(0).method == model::Method::post);
  CHECK(one.requests.at(0).weight == 9);
  CHECK(one.requests.at(0).headers.size() == 2);
  CHECK(one.requests.at(0).save.at("order_id") == "$.id");
  CHECK(scenario.loads[1].start == 10s);
}

TEST_CASE("a base file is laid under, entries merge by name") {
  const std::string base = R"toml(
schema = 1
[scenario]
name = "base"
tags = ["a"]
[run]
seed = 5
duration = "40s"
[load]
rate = "10/s"
[[load.request]]
name = "a"
path = "/a"
weight = 2
[[load.request]]
name = "b"
path = "/b"
[[fault]]
name = "f"
type = "refuse"
on = "order -> payment"
for = "5s"
[[slo]]
that = "error_rate < 1%"
phase = "during f"
[policy."order -> payment"]
retry.max_attempts = 2
)toml";
  const std::string child = R"toml(
schema = 1
extends = "sub/base.toml"
scenario = { name = "child" }
run.seed = 6
[[load.request]]
name = "a"
weight = 5
[[load.request]]
name = "b"
disabled = true
[[load.request]]
name = "c"
path = "/c"
[[fault]]
name = "f"
disabled = true
[[fault]]
name = "g"
type = "refuse"
on = "order -> shipping"
[policy."order->payment"]
retry.multiplier = 3.0
)toml";
  const ReadOptions options = with_files({{"sub/base.toml", base}});
  const model::Scenario scenario = scenario_of(child, options);
  CHECK(scenario.meta.name == "child");
  CHECK(scenario.meta.tags == std::vector<std::string>{"a"});
  CHECK(scenario.run.seed == 6);
  CHECK(scenario.run.duration == 40s);
  const auto& requests = scenario.loads.at(0).requests;
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].weight == 5);
  CHECK(text_of(requests[0].path) == "/a");
  CHECK(requests[1].name == "c");
  REQUIRE(scenario.faults.size() == 1);
  CHECK(scenario.faults[0].name == "g");
  CHECK(scenario.levels.at(0).phase.fault == "f");  // not applicable, and no error
  CHECK(payment_policy(scenario).retry->max_attempts == 2);
  CHECK(payment_policy(scenario).retry->multiplier == 3.0);
}

TEST_CASE("chains of files end and do not go in a circle") {
  const std::string circle = "schema = 1\nextends = \"a.toml\"\n";
  CHECK(errors_of(circle, with_files({{"a.toml", "schema = 1\nextends = \"test.toml\"\n"}})) ==
        "a.toml:2:11 \"test.toml\" extends itself, in the end; expected no circle\n");
  std::map<std::string, std::string> files;
  for (int i = 0; i < 20; ++i)
    files["f" + std::to_string(i) + ".toml"] =
        "schema = 1\nextends = \"f" + std::to_string(i + 1) + ".toml\"\n";
  CHECK(errors_of("schema = 1\nextends = \"f0.toml\"\n", with_files(files)) ==
        "f6.toml:2:11 a chain of more than 8 files; expected fewer\n");
  CHECK(errors_of(circle) == "2:11 a.toml: there is no such file\n");
}

TEST_CASE("a mistake in a base file is shown where it stands") {
  const ReadOptions options =
      with_files({{"sub/b.toml", "schema = 1\n[run]\nseed = 1\nduraton = \"5s\"\n"}});
  CHECK(errors_of("schema = 1\nextends = \"sub/b.toml\"\nscenario.name = \"x\"\n"
                  "[[load.request]]\nuse = \"place-order\"\n",
                  options)
            .starts_with("sub/b.toml:4:1 unknown key \"duraton\""));
}

TEST_CASE("settings of the command line are laid over everything") {
  ReadOptions options = quiet_options();
  options.sets = {"run.seed=7",
                  "policy.\"order -> payment\".retry.max_attempts=1",
                  "policy.'order->payment'.bulkhead=false",
                  "fault.slow.for=5s",
                  "load.request.place-order.weight=3",
                  "load.rate = 20/s",
                  "scenario.tags=[\"x\"]"};
  options.mode = model::Mode::sim;
  const std::string fault =
      "[[fault]]\nname = \"slow\"\ntype = \"refuse\"\non = \"order -> payment\"\nat = \"3s\"\n";
  model::Scenario scenario = scenario_with(fault, options);
  CHECK(scenario.run.seed == 7);
  CHECK(payment_policy(scenario).retry->max_attempts == 1);
  CHECK_FALSE(payment_policy(scenario).bulkhead);
  CHECK(scenario.faults.at(0).window.length == 5s);
  CHECK(scenario.loads.at(0).requests.at(0).weight == 3);
  CHECK(scenario.loads.at(0).rate == model::Rate::per_second(20));
  CHECK(scenario.meta.tags == std::vector<std::string>{"x"});
  CHECK(scenario.target.mode == model::Mode::sim);
  options.seed = 9;
  CHECK(scenario_with(fault, options).run.seed == 9);
}

TEST_CASE("a variant is laid over the file like a file") {
  const std::string more = R"toml(
[[fault]]
name = "slow"
type = "refuse"
on = "order -> payment"
[variant.no-keys]
why = "without keys a retry charges again"
set.policy."order -> payment".idempotency = false
set.fault.slow.for = "4s"
breaks = ["no-double-charge"]
[variant.none]
set.policy.preset = "none"
)toml";
  const model::Scenario base = scenario_with(more);
  CHECK(base.variant.empty());
  REQUIRE(base.variants.size() == 2);
  CHECK(base.variants[0].name == "no-keys");
  CHECK(base.variants[0].breaks == std::vector<std::string>{"no-double-charge"});
  CHECK(payment_policy(base).idempotency);
  ReadOptions options = quiet_options();
  options.variant = "no-keys";
  const model::Scenario variant = scenario_with(more, options);
  CHECK(variant.variant == "no-keys");
  CHECK_FALSE(payment_policy(variant).idempotency);
  CHECK(variant.faults.at(0).window.length == 4s);
  options.variant = "none";
  CHECK_FALSE(payment_policy(scenario_with(more, options)).timeout);
}

TEST_CASE("what may be on purpose is a warning") {
  const std::string fault =
      "[[fault]]\ntype = \"refuse\"\non = \"order -> payment\"\nat = \"2s\"\nfor = \"20s\"\n";
  const std::string quiet = "[saga]\nhold_ttl = \"5s\"\n" + fault;
  REQUIRE(reading_of(valid_with(quiet)).warnings.size() == 1);
  const std::string recovers = "[[invariant]]\nuse = [\"goodput-recovers\"]\n";
  const Reading reading = reading_of(valid_with(quiet + recovers));
  REQUIRE(reading.warnings.size() == 3);
  CHECK(reading.warnings[0].message.starts_with("hold_ttl is 5s, shorter than duration + settle"));
  CHECK(reading.warnings[1].message ==
        "goodput-recovers will not be judged: the load before the first fault is 2s and about 300 "
        "requests; expected at least 5s and 500");
  CHECK(reading.warnings[2].message.starts_with(
      "goodput-recovers will not be judged: the load from 10s after the last heal is 0s"));
  CHECK(to_text(reading.warnings[0]).starts_with("test.toml:14:12: warning: hold_ttl"));
  CHECK(reading_of(valid_with()).warnings.empty());
  const std::string outlier = "[policy.\"order -> payment\"]\noutlier = true\n";
  const Reading two = reading_of(valid_with("[target.instances]\npayment = 2\n" + outlier));
  REQUIRE(two.warnings.size() == 1);
  CHECK(two.warnings[0].message ==
        "outlier of order -> payment never ejects: it takes 3 instances of payment, and there are "
        "2");
  const auto never = [&](int instances, const std::string& most) {
    const std::string more = "[target.instances]\npayment = " + std::to_string(instances) +
                             "\n[policy.\"order -> payment\"]\noutlier = { minimum_hosts = 2, " +
                             "max_ejection = \"" + most + "\" }\n";
    return !reading_of(valid_with(more)).warnings.empty();
  };
  CHECK(never(3, "10%"));
  CHECK(never(3, "33%"));
  CHECK_FALSE(never(3, "34%"));
  CHECK(never(2, "49%"));
  CHECK_FALSE(never(2, "50%"));
  CHECK(never(1, "100%"));
  CHECK(reading_of(valid_with("[target.instances]\npayment = 3\n" + outlier)).warnings.empty());
}

TEST_CASE("the resolved text reads back to the same scenario") {
  const std::string more = R"toml(
[report]
dir = "out/${scenario}-${seed}"
[target.instances]
payment = 4
zones = 2
[policy."* -> payment"]
retry = false
circuit_breaker = { window = "time", size = "10s" }
outlier = { slow_start = "1s" }
[[load.request]]
path = "/a b\"\\\n\u0001{{uuid}}"
headers = { Authorization = "Bearer ${env.ACME_TOKEN}", Cookie = "s=literal" }
json = { a = [1, { b = 1.5e300 }], when = 2024-01-02T03:04:05Z }
disabled = true
[[load.request]]
path = "/a"
json = { a = [1, { b = 1.5e300, c = [] }], when = 2024-01-02T03:04:05Z, t = "ä \" \\ \t" }
[[fault]]
type = "drop_reply"
at_call = "order 3: order->payment.charge[sku-1] #1..3"
[[fault]]
plan = ["any: order->payment.charge #*: latency(latency=1s)"]
[[fault]]
type = "refuse"
on = "* -> payment"
zone = 1
[[fault]]
name = "off"
disabled = true
type = "refuse"
on = "order -> payment"
[[slo]]
that = 'recovery_time("off", latency.p90 < 200ms and error_rate < 1%) < 6s'
[[invariant]]
use = ["no-oversell"]
[steady_state]
hold = ["error_rate < 1%"]
[blast_radius]
hosts = ["127.0.0.1"]
stop_when = [{ that = "error_rate > 80%", for = "10s" }]
[variant.no-keys]
why = "x"
set.policy."order -> payment".idempotency = false
breaks = ["no-double-charge"]
)toml";
  for (const std::string variant : {"", "no-keys"}) {
    ReadOptions options = quiet_options();
    options.variant = variant;
    model::Scenario scenario = scenario_with(more, options);
    if (!variant.empty()) scenario.variants.clear();
    const model::Scenario again = scenario_of(scenario.resolved);
    INFO(scenario.resolved);
    CHECK(scenario::canonical_text(scenario) == scenario::canonical_text(again));
    CHECK(scenario.comparison_hash == again.comparison_hash);
    CHECK(scenario.resolved == again.resolved);
    CHECK(again.report.dir.starts_with("/"));
    CHECK(again.report.dir.ends_with("/out/${scenario}-${seed}"));
    CHECK(again.variant == variant);
  }
}

TEST_CASE("secrets stay out of the resolved text") {
  const model::Scenario scenario = scenario_with(R"toml(
[redact]
headers = ["X-Api-Key"]
[[load.request]]
path = "/x?t=${env.ACME_TOKEN}"
headers.authorization = "Bearer canary-1"
headers.x-api-key = "canary-2"
headers.Cookie = "${env.ACME_TOKEN}"
)toml");
  CHECK(text_of(scenario.loads[0].requests[1].headers[0].second) == "Bearer canary-1");
  CHECK(scenario.resolved.find("canary") == std::string::npos);
  CHECK(scenario.resolved.find("t0k3n") == std::string::npos);
  CHECK(scenario.resolved.find("${env.ACME_TOKEN}") != std::string::npos);
  CHECK(scenario.loads[0].requests[1].name.find("t0k3n") == std::string::npos);
}

TEST_CASE("the files beside this test are read from the disk") {
  const std::string folder = SEAWALL_TEST_FILES;
  const auto reading =
      scenario::read_scenario(folder + "/slow-payment.toml", ReadOptions{}, small_vocabulary());
  REQUIRE(reading.has_value());
  const model::Scenario& scenario = reading->scenario;
  CHECK(scenario.meta.name == "shop/slow-payment");
  CHECK(scenario.loads.at(0).requests.size() == 2);
  CHECK(scenario.levels.size() == 3);
  CHECK(scenario.report.dir == folder + "/out/${scenario}-${seed}");
  const auto longer =
      scenario::read_scenario(folder + "/longer/slow.toml", ReadOptions{}, small_vocabulary());
  REQUIRE(longer.has_value());
  CHECK(longer->scenario.run.duration == 60s);
  CHECK(longer->scenario.faults.at(0).latency == 400ms);
  CHECK(longer->scenario.report.dir == scenario.report.dir);
}

TEST_CASE("a fault of type none takes the keys of any other and is not missed") {
  const auto scenario = scenario_with(
      "[[fault]]\ntype = \"none\"\non = \"order -> payment\"\nlatency = \"1s\"\nmust_hit = "
      "20\n[[fault]]\ntype = \"none\"\n");
  REQUIRE(scenario.faults.size() == 2);
  CHECK(scenario.faults[0].must_hit.count == 0);
  CHECK(scenario.faults[1].must_hit.count == 0);
}

TEST_CASE("runs are comparable whose target, load, faults and durations are equal") {
  const auto hash = [](const std::string& more) { return scenario_with(more).comparison_hash; };
  const std::uint64_t base = hash("");
  CHECK(hash("[run]\nseed = 2\n") == base);
  CHECK(hash("[policy.\"order -> payment\"]\nretry = false\n") == base);
  CHECK(hash("[run]\nduration = \"30000ms\"\n") == base);
  CHECK(hash("[run]\nduration = \"31s\"\n") != base);
  CHECK(hash("[target]\nmode = \"sim\"\n") != base);
  CHECK(hash("[target.capacity]\npayment = { workers = 4 }\n") != base);
  CHECK(hash("[[load.request]]\npath = \"/x\"\n") != base);
  CHECK(hash("[[fault]]\ntype = \"refuse\"\non = \"order -> payment\"\n") != base);
}
