// The results of shards: what is read, what belongs together, and what is said of the whole.
#include "harness/swarm/result.hpp"

#include "tests/support/catch.hpp"

namespace seawall::test {

namespace {

swarm::Result shard(std::int64_t number, std::int64_t of) {
  swarm::Result result;
  result.version = "1.0";
  result.scenario = "shop";
  result.text = "abc";
  result.seed = 7;
  result.orders = 20;
  result.budget = 100;
  result.shards = of;
  result.done = {number};
  result.runs = 50;
  result.faults = 200;
  result.complete = true;
  result.kinds = {{"pause for a time", 10, 4}};
  return result;
}

swarm::Found found(const std::string& signature, std::int64_t run, std::int64_t drawn) {
  swarm::Found one;
  one.signature = signature;
  one.runs = 3;
  one.run = run;
  one.drawn = drawn;
  one.broken = {"A1 no-double-charge"};
  one.orders = 1;
  one.plan = {"order 1: a->b.c #1: drop_reply"};
  return one;
}

bool has(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("a result comes back from its file as it was", "[swarm]") {
  swarm::Result result = shard(1, 2);
  result.findings = {found("A1 / x", 3, 2)};
  result.violations = 3;
  const auto again = swarm::parse_result(swarm::result_json(result), "1.0");
  REQUIRE(again.has_value());
  CHECK(swarm::result_json(*again) == swarm::result_json(result));
}

TEST_CASE("an order that fails without any fault proves nothing, in parts and joined", "[swarm]") {
  swarm::Result one = shard(1, 2);
  swarm::Result two = shard(2, 2);
  one.unconfirmed = two.unconfirmed = "the order failed";
  CHECK(swarm::exit_of(one) == 5);
  CHECK(has(swarm::result_text(one), "INCONCLUSIVE: the order failed without any fault"));
  const auto whole = swarm::merge({*swarm::parse_result(swarm::result_json(one), "1.0"), two});
  REQUIRE(whole.has_value());
  CHECK(whole->exit == 5);
  one.findings = {found("A1 / x", 3, 2)};
  CHECK(swarm::exit_of(one) == 1);
}

TEST_CASE("an order that fails without any fault is told beside whatever else is missing",
          "[swarm]") {
  const std::string unmet = "; and the order failed without any fault, so no fault met one";
  swarm::Result ended = shard(1, 2);
  ended.unconfirmed = "the order failed";
  CHECK(has(swarm::result_text(*swarm::merge({ended})), "these shards are missing: 2" + unmet));
  ended.complete = false;
  CHECK(has(swarm::result_text(ended), "it was ended before its budget was spent" + unmet));
  ended.runs = 0;
  CHECK(has(swarm::result_text(ended), "it was ended before its budget was spent" + unmet));
}

TEST_CASE("shards that disagree on orders without faults come to the worse, in any order",
          "[swarm]") {
  swarm::Result one = shard(1, 3), two = shard(2, 3), three = shard(3, 3);
  two.unconfirmed = "1 of 20 orders failed";
  three.unconfirmed = "20 of 20 orders failed";
  for (const auto& parts : {std::vector{one, two}, std::vector{two, one}}) {
    const auto whole = swarm::merge(parts);
    CHECK(whole->exit == 5);
    CHECK(whole->unconfirmed == "1 of 20 orders failed");
  }
  CHECK(swarm::merge({two, three, one})->unconfirmed ==
        swarm::merge({three, two, one})->unconfirmed);
}

TEST_CASE("what is no result of a fuzzing is told with its place", "[swarm]") {
  const auto error_of = [](const std::string& text) {
    return swarm::parse_result(text, "1.0").error();
  };
  const std::string text = swarm::result_json(shard(1, 2));
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string other = text;
    return other.replace(other.find(from), from.size(), to);
  };
  CHECK(has(error_of("{}"), "it is no result of --fuzz: found kind none, expected fuzz"));
  CHECK(has(error_of("not json"), "offset 0"));
  CHECK(has(error_of(R"({"scenario": "s", "depth": 2})"),
            "it is no result of --fuzz, but of a systematic search"));
  CHECK(has(error_of(R"({"scenario": "s", "kind": "services"})"),
            "it is no result of --fuzz, but of services of your own (kind services)"));
  CHECK(has(error_of(changed("\"fuzz\"", "\"pair\"")), "found kind pair, expected fuzz"));
  CHECK(has(error_of(changed("\"text\"", "\"txet\"")), "txet: this member is not known"));
  CHECK(has(error_of(changed("\"drawn\"", "\"dealt\"")), "kinds.dealt: this member is not known"));
  CHECK(has(error_of(swarm::result_json(shard(3, 2))), "shard 3 of 2"));
}

TEST_CASE("a result of another version is refused, whatever else it holds", "[swarm]") {
  const std::string text = swarm::result_json(shard(1, 2));
  const std::string error = swarm::parse_result(text, "1.1").error();
  CHECK(has(error, "it is of seawall 1.0 (schema 1), and this is 1.1 (schema 1)"));
  CHECK(has(error, "join it with the version that wrote it, or run its shard again"));
  const std::string later = "{\"schema\": 2, \"kind\": \"fuzz\", \"version\": \"2\", \"more\": 1}";
  CHECK(has(swarm::parse_result(later, "1.0").error(), "it is of seawall 2 (schema 2)"));
}

TEST_CASE("a result whose numbers cannot all be true is refused", "[swarm]") {
  const auto error_of = [](auto change) {
    swarm::Result result = shard(1, 2);
    change(result);
    return swarm::parse_result(swarm::result_json(result), "1.0").error();
  };
  CHECK(has(error_of([](swarm::Result& r) { r.shards = 10'001; }), "expected at most 10000"));
  CHECK(has(error_of([](swarm::Result& r) { r.violations = 51; }), "51 in 50 runs"));
  CHECK(has(error_of([](swarm::Result& r) { r.violations = 1; }), "0 of 1 violations"));
  CHECK(has(error_of([](swarm::Result& r) { r.findings = {found("A1", 3, 2)}; }),
            "1 of 0 violations"));
}

TEST_CASE("who has run nothing knows nothing", "[swarm]") {
  swarm::Result none = shard(1, 1);
  none.runs = none.faults = 0;
  const auto whole = swarm::merge({none});
  REQUIRE(whole.has_value());
  CHECK(whole->exit == 5);
  CHECK(has(swarm::result_text(*whole),
            "INCONCLUSIVE: no run was done, so nothing is known; give it a larger --budget\n"));
}

TEST_CASE("a fuzzing that was ended says so, whatever it has found so far", "[swarm]") {
  swarm::Result ended = shard(1, 1);
  ended.complete = false;
  const std::string why = "; it was ended before its budget was spent\n";
  CHECK(has(swarm::result_text(ended), "no violation so far" + why));
  ended.findings = {found("A1 / x", 3, 2)};
  ended.violations = 3;
  CHECK(has(swarm::result_text(ended), "BROKEN: 1 kind of violation in 3 of 50 runs" + why));
  ended.complete = true;
  CHECK(has(swarm::result_text(ended), "BROKEN: 1 kind of violation in 3 of 50 runs\n"));
  swarm::Result none = shard(1, 1);
  none.runs = none.faults = 0;
  none.complete = false;
  CHECK(has(swarm::result_text(none), "no run was done, so nothing is known" + why));
}

TEST_CASE("shards add up, and the run with the fewest faults tells what they share", "[swarm]") {
  swarm::Result one = shard(1, 2), two = shard(2, 2);
  one.findings = {found("A1 / x", 3, 4)};
  one.violations = 3;
  two.findings = {found("A1 / x", 8, 2), found("B2", 2, 1)};
  two.violations = 6;
  const auto whole = swarm::merge({one, two});
  REQUIRE(whole.has_value());
  CHECK(whole->runs == 100);
  CHECK(whole->violations == 9);
  CHECK(whole->kinds.front().drawn == 20);
  CHECK(whole->shards == 1);
  CHECK(whole->exit == 1);
  REQUIRE(whole->findings.size() == 2);
  CHECK(whole->findings.front().signature == "B2");
  CHECK(whole->findings.back().run == 8);
  CHECK(whole->findings.back().runs == 6);
}

TEST_CASE("a finding without a hint has no line for it", "[swarm]") {
  swarm::Result result = shard(1, 1);
  result.findings = {found("A1 / x", 3, 2)};
  result.violations = 3;
  CHECK_FALSE(has(swarm::result_text(result), "\n  .\n"));
  result.findings.front().hint = "Do it once";
  CHECK(has(swarm::result_text(result), "\n  Do it once.\n"));
}

TEST_CASE("shards of different fuzzings are refused", "[swarm]") {
  const auto error_of = [](auto change) {
    swarm::Result other = shard(2, 3);
    change(other);
    return swarm::merge({shard(1, 3), other}).error();
  };
  CHECK(has(error_of([](swarm::Result& r) { r.seed = 8; }), "seed: 7 and 8"));
  CHECK(has(error_of([](swarm::Result& r) { r.version = "2"; }), "version of seawall: 1.0 and 2"));
  CHECK(has(error_of([](swarm::Result& r) { r.scenario = "s"; }), "scenario: shop and s"));
  CHECK(has(error_of([](swarm::Result& r) { r.text = "d"; }), "settings"));
  CHECK(has(error_of([](swarm::Result& r) { r.shards = 2; }), "number of shards: 3 and 2"));
  CHECK(has(error_of([](swarm::Result& r) { r.budget = 5; }), "budget of runs: 100 and 5"));
  CHECK(has(error_of([](swarm::Result& r) { r.done = {1}; }), "shard 1 of 3 is there twice"));
}

TEST_CASE("shards that are missing are named, and the whole is inconclusive", "[swarm]") {
  const auto part = swarm::merge({shard(4, 4), shard(2, 4)});
  REQUIRE(part.has_value());
  CHECK(swarm::missing_shards(*part) == "1, 3");
  CHECK(part->exit == 5);
  CHECK(has(swarm::result_text(*part),
            "INCONCLUSIVE: 100 runs of 20 orders: no violation so far; "
            "these shards are missing: 1, 3"));
  const auto whole = swarm::merge({*part, shard(1, 4), shard(3, 4)});
  REQUIRE(whole.has_value());
  CHECK(whole->shards == 1);
  CHECK(whole->complete);
  CHECK(whole->exit == 0);
  CHECK(has(swarm::result_text(*whole), "\nok: 200 runs of 20 orders: 0 violations\n"));
}

TEST_CASE("shards join to the same whole, by whatever steps, through their files", "[swarm]") {
  const auto kept = [](const base::expected<swarm::Result, std::string>& result) {
    return *swarm::parse_result(swarm::result_json(*result), "1.0");
  };
  const auto at_once = swarm::merge({shard(1, 3), shard(2, 3), shard(3, 3)});
  const swarm::Result one = kept(swarm::merge({shard(1, 3)}));
  CHECK(one.exit == 5);  // though the shard itself was ok
  CHECK(has(swarm::result_text(one), "these shards are missing: 2, 3"));
  const swarm::Result two = kept(swarm::merge({one, shard(2, 3)}));
  CHECK(two.exit == 5);
  const auto by_steps = swarm::merge({two, shard(3, 3)});
  CHECK(swarm::result_json(*by_steps) == swarm::result_json(*at_once));
}

TEST_CASE("a shard that was ended early keeps the whole from being ok", "[swarm]") {
  swarm::Result ended = shard(2, 2);
  ended.complete = false;
  const auto whole = swarm::merge({shard(1, 2), ended});
  CHECK(whole->exit == 5);
  CHECK(has(swarm::result_text(*whole), "it was ended before its budget was spent"));
}

}  // namespace seawall::test
