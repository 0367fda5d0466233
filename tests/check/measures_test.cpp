#include "harness/check/measures.hpp"

#include "tests/check/expressions.hpp"
#include "tests/check/story.hpp"
#include "tests/support/catch.hpp"

namespace seawall::check {
namespace {

using State = Outcome::State;

Outcome take_of(const Story& story, const Expression& measure) {
  const Observations observations(story.record);
  return take(whole(story.scenario, story.record, observations), measure);
}

double value_of(const Story& story, const Expression& measure) {
  const Outcome outcome = take_of(story, measure);
  INFO(outcome.why);
  REQUIRE(outcome.has_value());
  return outcome.number;
}

// Requests at 1 ms distance from 1 s on; request i takes i milliseconds.
void requests(Story& story, int count) {
  for (int i = 1; i <= count; ++i) {
    Exchange& row = story.history(std::to_string(i), Told::confirmed, 201);
    row.intended = Story::at(1s) + i * 1ms;
    row.ended = row.intended + i * 1ms;
    row.deadline = row.intended + 5s;
  }
}

Expression on_link(const std::string& name, const std::string& link = "order -> payment") {
  return measure(name, "", {text(link)});
}

void stands(Story& story, const std::string& pattern,
            const std::string& where = "order -> payment") {
  record::PatternUse& use = story.record.patterns.emplace_back();
  use.pattern = pattern;
  use.where = where;
}

bool is_blind(const Story& story, const Expression& measure) {
  const Outcome outcome = take_of(story, measure);
  CHECK(outcome.blind == !outcome.why.empty());
  return outcome.blind;
}

Event& breaker(Story& story, Duration t, const std::string& what) {
  Event& event = story.event(Event::Kind::breaker, "order -> payment", "", what);
  event.t = Story::at(t);
  return event;
}

}  // namespace

TEST_CASE("quantiles are nearest ranks from the intended time") {
  Story story;
  requests(story, 1000);
  CHECK(value_of(story, measure("latency", "p50")) == Approx(0.5));
  CHECK(value_of(story, measure("latency", "p90")) == Approx(0.9));
  CHECK(value_of(story, measure("latency", "p99")) == Approx(0.99));
  CHECK(value_of(story, measure("latency", "max")) == Approx(1.0));
  CHECK(value_of(story, measure("latency", "mean")) == Approx(0.5005));
}

TEST_CASE("a quantile takes ten samples beyond it and says how many there were") {
  CHECK(least_samples("p50", false) == 20);
  CHECK(least_samples("p90", false) == 100);
  CHECK(least_samples("p95", false) == 200);
  CHECK(least_samples("p99", false) == 1000);
  CHECK(least_samples("p99.9", false) == 10'000);
  CHECK(least_samples("p99", true) == 100);
  CHECK(least_samples("max", false) == 1);

  Story story;
  requests(story, 999);
  const Outcome outcome = take_of(story, measure("latency", "p99"));
  CHECK(outcome.state == State::inconclusive);
  CHECK(outcome.why == "p99 takes 1,000 samples, and there were only 999");
  CHECK(take_of(Story(), measure("latency", "max")).state == State::inconclusive);
}

TEST_CASE("latency looks at expected answers and latency_all at everything") {
  Story story;
  requests(story, 100);
  Exchange& lost = story.history("101", Told::nothing, 0);
  lost.intended = Story::at(2s);
  lost.deadline = Story::at(7s);
  lost.ended = Story::at(2500ms);  // a reset long before the timeout
  lost.expected = false;
  CHECK(value_of(story, measure("latency", "max")) == Approx(0.1));
  CHECK(value_of(story, measure("latency_all", "max")) == Approx(5.0));
  CHECK(value_of(story, measure("error_rate")) == Approx(1.0 / 101));
  CHECK(value_of(story, measure("ok_share")) == Approx(100.0 / 101));
  CHECK(value_of(story, measure("ok_rate")) == Approx(100.0 / 60));
}

TEST_CASE("the latency of calls is that of one link, over those that were answered") {
  Story story;
  for (int i = 1; i <= 101; ++i) {
    Exchange& row = story.record.exchanges.emplace_back();
    row.link = i % 2 ? base::Link{"order", "payment"} : base::Link{"order", "inventory"};
    row.sent = Story::at(1s) + i * 1ms;
    row.ended = row.sent + i * 1ms;
    row.status = i == 101 ? 0 : 200;
  }
  CHECK(value_of(story, measure("call_latency", "max", {text("order -> payment")})) ==
        Approx(0.099));
  CHECK(value_of(story, measure("call_latency", "max", {text("* -> inventory")})) == Approx(0.1));
  CHECK(take_of(story, measure("call_latency", "p90", {text("order -> payment")})).state ==
        State::inconclusive);
}

TEST_CASE("measures of one request look at no other") {
  Story story;
  requests(story, 100);
  story.record.history.back().request_name = "read-order";
  story.record.history.back().expected = false;
  CHECK(value_of(story, measure("error_rate", "", {text("read-order")})) == 1.0);
  CHECK(value_of(story, measure("error_rate", "", {text("place-order")})) == 0.0);
}

TEST_CASE("what the client left on purpose and what is still open counts nowhere") {
  Story story;
  requests(story, 2);
  story.record.history[0].abandoned = true;
  story.record.history[0].expected = false;
  story.record.history[1].ended = TimePoint{};
  story.record.history[1].deadline = story.record.end + 1s;
  CHECK(take_of(story, measure("error_rate")).state == State::inconclusive);
  story.record.history[1].deadline = story.record.end;
  CHECK(value_of(story, measure("latency_all", "max")) > 60);
}

TEST_CASE("requests outside the load phase are in no number") {
  Story story;
  requests(story, 2);
  story.record.history[0].intended = story.record.time_zero - 1ns;
  story.record.history[1].intended = story.record.load_end;
  CHECK(take_of(story, measure("error_rate")).state == State::inconclusive);
}

TEST_CASE("goodput counts confirmed orders that came in time") {
  Story story;
  requests(story, 120);
  story.record.history[0].ended = story.record.history[0].deadline + 1ms;
  story.record.history[1].told.kind = Told::accepted;
  CHECK(value_of(story, measure("goodput")) == Approx(118.0 / 60));
}

TEST_CASE("the degraded share is one of the expected answers") {
  Story story;
  requests(story, 4);
  story.record.history[0].told.degraded = true;
  CHECK(value_of(story, measure("degraded_share")) == Approx(0.25));
  story.record.history[0].told.degraded = false;
  CHECK(is_blind(story, measure("degraded_share")));
  story.scenario.policy.links[{"gateway", "payment"}].fallback.emplace();
  CHECK_FALSE(is_blind(story, measure("degraded_share")));
}

TEST_CASE("attempts and retries of a link and what they multiply the calls by") {
  Story story;
  for (std::uint32_t attempt : {1U, 2U, 3U, 1U})
    story.wire("order", "payment", "1", "charge").index.attempt = attempt;
  story.wire("order", "inventory", "1", "reserve");
  CHECK(value_of(story, on_link("attempts")) == 4);
  CHECK(value_of(story, on_link("retries")) == 2);
  CHECK(value_of(story, on_link("amplification")) == 2);
  CHECK(value_of(story, on_link("attempts", "order -> *")) == 5);
  CHECK(take_of(story, on_link("amplification", "order -> shipping")).state == State::inconclusive);
}

TEST_CASE("the fullest ten milliseconds of a link against the mean") {
  Story story;
  // Ten at once, and one in each of ten more slots of a second that has a hundred.
  for (int i = 0; i < 20; ++i) {
    Exchange& row = story.wire("order", "payment", "1", "charge");
    row.sent = Story::at(1s) + (i < 10 ? i * 1ms : i * 20ms);
  }
  story.wire("order", "inventory", "1", "reserve").sent = Story::at(1s);
  const Observations observations(story.record);
  Focus second = whole(story.scenario, story.record, observations);
  second.windows = {{Story::at(1s), Story::at(2s)}};
  CHECK(take(second, on_link("peak_to_mean")).number == 50);
  CHECK(take(second, on_link("peak_to_mean", "order -> shipping")).state == State::inconclusive);
}

TEST_CASE("calls of the wire journal by method and path and status") {
  Story story;
  story.wire("order", "payment", "1", "charge");
  story.wire("order", "payment", "1", "charge/late").status = 503;
  story.wire("order", "payment", "1", "refund");
  const auto calls = [&](std::vector<Expression> more) {
    std::vector<Expression> arguments{text("order -> payment")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return value_of(story, measure("calls", "", arguments));
  };
  CHECK(calls({}) == 3);
  CHECK(calls({text("POST /charge*")}) == 2);
  CHECK(calls({text("POST /charge*"), count(503)}) == 1);
  CHECK(calls({text("GET /charge*")}) == 0);
  CHECK(calls({text("/refund")}) == 1);
}

TEST_CASE("that a link was not used in a phase counts only where it is used at all") {
  Story story;
  story.wire("order", "inventory", "1", "reserve").sent = Story::at(1s);
  const auto blind = [&](const char* name) {
    const Observations observations(story.record);
    Focus later = whole(story.scenario, story.record, observations);
    later.windows = {{Story::at(1s), Story::at(2s)}};
    const Outcome outcome = take(later, on_link(name));
    CHECK(outcome.has_value());
    CHECK(outcome.number == 0);
    return outcome.blind;
  };
  CHECK(blind("calls"));
  CHECK(blind("attempts"));
  story.wire("order", "payment", "1", "charge").sent = Story::at(5s);
  CHECK_FALSE(blind("calls"));
  CHECK_FALSE(blind("attempts"));
}

TEST_CASE("measures of a breaker") {
  Story story;
  story.fault("slow", 10s, 20s);
  const auto to_open = measure("time_to_open", "", {text("order -> payment"), text("slow")});
  CHECK(take_of(story, to_open).state == State::failed);
  breaker(story, 9s, "closed open");
  breaker(story, 11s, "open half_open");
  breaker(story, 12500ms, "half_open open");
  breaker(story, 15s, "open half_open");
  breaker(story, 16s, "half_open closed");
  CHECK(value_of(story, on_link("opens")) == 2);
  CHECK(value_of(story, to_open) == Approx(2.5));
  for (const Duration t : {9500ms, 11500ms, 13s + 0ms, 15s + 0ms})
    story.wire("order", "payment", "1", "charge").sent = Story::at(t);
  CHECK(value_of(story, on_link("calls_while_open")) == 2);

  Event& probe = story.event(Event::Kind::probe, "order -> payment");
  probe.value = 3;
  CHECK(value_of(story, on_link("probes")) == 1);
  CHECK(value_of(story, on_link("half_open_in_flight")) == 3);
  const auto unknown = measure("time_to_open", "", {text("order -> payment"), text("gone")});
  CHECK(take_of(story, unknown).state == State::not_applicable);
}

TEST_CASE("measures of an instance that is left alone") {
  Story story;
  story.fault("gray", 10s, 20s);
  const auto both = [](const std::string& name) {
    return measure(name, "", {text("order -> payment"), text("gray")});
  };
  stands(story, "outlier");
  CHECK(take_of(story, both("time_to_eject")).state == State::failed);
  CHECK(take_of(story, both("time_to_return")).state == State::inconclusive);
  const auto tell = [&](Duration t, int instance, const std::string& what) {
    const std::string where = "order -> payment/" + std::to_string(instance);
    story.event(Event::Kind::outlier, where, "", what).t = Story::at(t);
  };
  tell(10500ms, 2, "ejected");
  CHECK(take_of(story, both("time_to_return")).state == State::failed);
  tell(15s, 2, "returned");
  CHECK(value_of(story, both("time_to_return")) == 0);
  tell(16s, 2, "ejected");
  tell(26s, 2, "returned");
  CHECK(value_of(story, on_link("ejections")) == 2);
  CHECK(value_of(story, on_link("ejections", "order -> payment/2")) == 2);
  CHECK(value_of(story, both("time_to_eject")) == Approx(0.5));
  CHECK(value_of(story, both("time_to_return")) == Approx(6));
  story.wire("order", "payment/1", "1", "charge");
  CHECK(value_of(story, on_link("ejections", "order -> payment/1")) == 0);
  CHECK(value_of(story, on_link("attempts")) == 1);
  CHECK(is_blind(story, on_link("ejections", "order -> shipping")));
  story.scenario.target.instances.count["payment"] = 3;
  model::Outlier& outlier = story.scenario.policy.links[{"order", "payment"}].outlier.emplace();
  CHECK_FALSE(is_blind(story, on_link("ejections", "order -> payment/1")));
  outlier.max_ejection = model::Share::percent(30);
  CHECK(is_blind(story, on_link("ejections", "order -> payment/1")));
}

TEST_CASE("an instance returns from the fault that ejected it, and from no other") {
  Story story;
  story.fault("first", 10s, 20s);
  story.fault("second", 30s, 40s);
  story.fault("third", 45s, 46s);
  const auto after = [](const std::string& fault) {
    return measure("time_to_return", "", {text("order -> payment"), text(fault)});
  };
  const auto tell = [&](Duration t, int instance, const std::string& what) {
    const std::string where = "order -> payment/" + std::to_string(instance);
    story.event(Event::Kind::outlier, where, "", what).t = Story::at(t);
  };
  tell(5s, 3, "ejected");
  tell(21s, 3, "returned");
  CHECK(take_of(story, after("first")).state == State::inconclusive);
  CHECK(take_of(story, after("second")).state == State::inconclusive);
  tell(31s, 2, "ejected");
  tell(48s, 2, "returned");
  CHECK(take_of(story, after("first")).state == State::inconclusive);
  CHECK(value_of(story, after("second")) == Approx(8));
  CHECK(take_of(story, after("third")).state == State::inconclusive);
}

TEST_CASE("a service with instances is looked at where its callers reach it") {
  Story story;
  story.scenario.target.instances.count["payment"] = 2;
  for (const std::string node : {"payment", "payment/1", "payment/2"}) {
    record::Sample& sample = story.record.samples.emplace_back();
    sample.t = Story::at(1s);
    sample.node = node;
    sample.in_flight = node == "payment" ? 9 : node == "payment/1" ? 3 : 5;
  }
  CHECK(value_of(story, measure("in_flight", "", {text("payment")})) == 5);
  CHECK(value_of(story, measure("in_flight", "", {text("payment/1")})) == 3);
}

TEST_CASE("what a pattern did is blind where it does not stand or had no call") {
  Story story;
  for (const char* name : {"opens", "probes", "retries", "calls_past_deadline"}) {
    INFO(name);
    const Outcome unsent = take_of(story, on_link(name));
    CHECK((unsent.blind || unsent.state == State::inconclusive));
  }
  story.wire("order", "payment", "1", "charge");
  const std::pair<const char*, const char*> patterns[] = {{"opens", "circuit_breaker"},
                                                          {"retries", "retry"},
                                                          {"amplification", "retry"},
                                                          {"calls_past_deadline", "timeout"}};
  for (const auto& [name, pattern] : patterns) {
    INFO(name);
    CHECK(is_blind(story, on_link(name)));
    stands(story, pattern, "order -> shipping");
    CHECK(is_blind(story, on_link(name)));
    stands(story, pattern);
    CHECK_FALSE(is_blind(story, on_link(name)));
    CHECK_FALSE(is_blind(story, on_link(name, "* -> *")));
    CHECK_FALSE(is_blind(story, on_link(name, "order -> *")));
    story.record.patterns.clear();
  }
}

TEST_CASE("a pattern that stands on a link without a call says nothing") {
  Story story;
  stands(story, "circuit_breaker");
  CHECK(take_of(story, on_link("opens")).why ==
        "no call was made over order -> payment in this phase");
  story.event(Event::Kind::reject, "order -> payment", "bulkhead");
  CHECK_FALSE(is_blind(story, on_link("opens")));
}

TEST_CASE("what a breaker does when it is open is not known of one that never was") {
  Story story;
  story.wire("order", "payment", "1", "charge");
  stands(story, "circuit_breaker");
  CHECK(is_blind(story, on_link("probes")));
  CHECK(take_of(story, on_link("calls_while_open")).state == State::inconclusive);
  CHECK(take_of(story, on_link("half_open_in_flight")).state == State::inconclusive);
  breaker(story, 9s, "closed open");
  CHECK_FALSE(is_blind(story, on_link("probes")));
  CHECK(value_of(story, on_link("calls_while_open")) == 0);
  CHECK(take_of(story, on_link("half_open_in_flight")).state == State::inconclusive);
}

TEST_CASE("one breaker for all links of a caller is at each of them") {
  Story story;
  stands(story, "circuit_breaker", "order -> *");
  breaker(story, 9s, "closed open").where = "order -> *";
  story.wire("order", "payment", "1", "charge").sent = Story::at(10s);
  story.wire("order", "inventory", "1", "reserve").sent = Story::at(10s);
  CHECK(value_of(story, on_link("opens")) == 1);
  CHECK(value_of(story, on_link("calls_while_open")) == 1);
  CHECK(value_of(story, on_link("opens", "gateway -> order")) == 0);
}

TEST_CASE("counts over nothing that was sent are inconclusive") {
  const Story story;
  for (const char* name : {"attempts", "calls"}) {
    INFO(name);
    CHECK(take_of(story, on_link(name)).state == State::inconclusive);
  }
  for (const char* name : {"ok_rate", "goodput", "permits_leaked", "dead_letters", "compensations",
                           "charges_per_order", "convergence_time"}) {
    INFO(name);
    CHECK(take_of(story, measure(name)).state == State::inconclusive);
  }
}

TEST_CASE("orders that came to no count are a count of none") {
  Story story;
  story.place("1");
  for (const char* name : {"dead_letters", "compensations", "charges_per_order"}) {
    INFO(name);
    CHECK(value_of(story, measure(name)) == 0);
  }
}

TEST_CASE("rejections count by pattern at the link and at the callee") {
  Story story;
  story.event(Event::Kind::reject, "order -> payment", "bulkhead");
  story.event(Event::Kind::reject, "payment", "capacity");
  const auto rejected = [&](const std::string& pattern) {
    return value_of(story, measure("rejected", "", {text("order -> payment"), text(pattern)}));
  };
  CHECK(rejected("bulkhead") == 1);
  CHECK(rejected("capacity") == 1);
  CHECK(rejected("circuit_breaker") == 0);
  const auto blind = [&](const std::string& pattern) {
    return is_blind(story, measure("rejected", "", {text("order -> payment"), text(pattern)}));
  };
  CHECK(blind("circuit_breaker"));
  stands(story, "circuit_breaker");
  CHECK_FALSE(blind("circuit_breaker"));
  for (const char* pattern : {"rate_limiter", "throttle", "concurrency_limit"}) {
    INFO(pattern);
    CHECK(blind(pattern));
    stands(story, pattern);
    CHECK_FALSE(blind(pattern));
  }
  stands(story, "retry");  // repeats calls, and refuses none
  CHECK(blind("retry"));
}

TEST_CASE("permits that never came back are counted over all patterns") {
  Story story;
  story.record.patterns.resize(2);
  story.record.patterns[0].permits_taken = 10;
  story.record.patterns[0].permits_returned = 9;
  story.record.patterns[1].permits_taken = story.record.patterns[1].permits_returned = 5;
  CHECK(value_of(story, measure("permits_leaked")) == 1);
}

TEST_CASE("calls past their deadline are seen by the journal and told by the caller") {
  Story story;
  Exchange& call = story.wire("order", "payment", "1", "charge");
  call.ended = call.deadline + 100ms;
  CHECK(value_of(story, measure("calls_past_deadline")) == 0);
  call.ended += 1ms;
  CHECK(value_of(story, measure("calls_past_deadline")) == 1);
  story.event(Event::Kind::late, "order -> payment");
  story.event(Event::Kind::late, "order -> payment");
  CHECK(value_of(story, measure("calls_past_deadline")) == 2);
}

TEST_CASE("the most in flight and the oldest are taken from samples") {
  Story story;
  for (int i = 0; i < 3; ++i) {
    record::Sample& sample = story.record.samples.emplace_back();
    sample.t = Story::at(i * 1s);
    sample.node = "gateway";
    sample.in_flight = 10 * i;
    sample.oldest = i * 300ms;
  }
  CHECK(value_of(story, measure("in_flight", "", {text("gateway")})) == 20);
  CHECK(value_of(story, measure("oldest_in_flight")) == Approx(0.6));
  CHECK(take_of(story, measure("in_flight", "", {text("order")})).state == State::inconclusive);
}

TEST_CASE("measures of orders") {
  Story story;
  story.confirmed("1");
  story.declined("2");
  story.captured("1", "charge-1");
  story.letter("2", "-", "open");
  CHECK(value_of(story, measure("compensations")) == 1);
  CHECK(value_of(story, measure("dead_letters")) == 1);
  CHECK(value_of(story, measure("charges_per_order")) == 2);
  CHECK(value_of(story, measure("convergence_time")) == 0);
  story.go_to(70s);
  story.confirmed("3");
  CHECK(value_of(story, measure("convergence_time")) == Approx(10.012).margin(0.01));
  story.place("4");
  CHECK(take_of(story, measure("convergence_time")).state == State::failed);
}

TEST_CASE("an order belongs to the phase in which its client meant to send it") {
  Story story;
  story.go_to(5s);
  story.place("1");
  story.told("1", Told::accepted, 202);
  story.go_to(62s);
  story.moved("1", "pending", "compensating");
  CHECK(value_of(story, measure("compensations")) == 1);
}

TEST_CASE("every measure has words for the scenario's reader") {
  const auto words = measure_words();
  CHECK(words.size() == measures().size());
  for (const model::MeasureWords& word : words) {
    INFO(word.name);
    CHECK_FALSE(word.doc.empty());
    CHECK(find_measure(word.name) != nullptr);
    CHECK(word.quantile == (word.name.find("latency") != word.name.npos));
  }
  for (const char* name : {"latency", "error_rate", "goodput"})
    CHECK(find_measure(name)->source == Measure::Source::client);
  const auto running = std::count_if(words.begin(), words.end(),
                                     [](const auto& word) { return word.while_running; });
  CHECK(running == 7);
  CHECK(find_measure("calls")->arguments == "link text? count?");
}

}  // namespace seawall::check
