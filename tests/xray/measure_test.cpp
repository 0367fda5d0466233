#include "harness/xray/measure.hpp"

#include "harness/xray/findings.hpp"
#include "tests/support/catch.hpp"
#include "tests/xray/journal.hpp"

namespace seawall::xray {

TEST_CASE("a reaction has its attempts, its waits and what the client was told", "[xray]") {
  Journal journal;
  auto& request = journal.asks(0s, 3s);
  request.status = 503;
  journal.fails(0s, 500ms);
  journal.fails(600ms, 500ms);
  journal.fails(1300ms, 200ms);
  const Reaction reaction = reaction_in({journal.record}, charge);
  CHECK(reaction.calls == 1);
  CHECK(reaction.attempts == 3);
  CHECK(reaction.gave_up_after == 500ms);
  CHECK(reaction.cut_after == 1500ms);
  REQUIRE(reaction.gaps.size() == 2);
  CHECK(reaction.gaps[0] == std::vector<Duration>{100ms});
  CHECK(reaction.gaps[1] == std::vector<Duration>{200ms});
  CHECK(reaction.keyed);
  CHECK(reaction.same_key);
  CHECK(reaction.told == "503");
  CHECK(reaction.told_after == 3s);
}

TEST_CASE("a caller that never gives up has no timeout", "[xray]") {
  Journal journal;
  journal.asks(0s, 60s);
  journal.calls(0s, 0s).faults = {0};
  LinkFindings findings;
  findings.reactions[Probe::silence] = reaction_in({journal.record}, charge);
  CHECK(findings.reactions[Probe::silence].still_waiting);
  conclude(findings, 60s);
  CHECK_FALSE(findings.timeout.value);
  CHECK(findings.timeout.why == "none within 1m");
}

TEST_CASE("another key or body in a repeat is seen", "[xray]") {
  Journal journal;
  journal.asks(0s, 5s);
  journal.fails(0s, 500ms);
  auto& again = journal.fails(1s, 500ms);
  again.key = "other";
  again.payload_hash = 2;
  const Reaction reaction = reaction_in({journal.record}, charge);
  CHECK_FALSE(reaction.same_key);
  CHECK_FALSE(reaction.same_body);
}

namespace {

// A request every 20 ms for 20 s; those between `from` and `until` bring no call.
Journal with_pause(Duration from, Duration until, int successes) {
  Journal journal;
  for (int i = 0; i < successes; ++i) journal.calls(Duration(-10s) + i * 20ms, 1ms);
  for (Duration t{}; t < Duration(20s); t += 20ms) {
    journal.asks(t, 10ms);
    if (t < from || t >= until) journal.fails(t + 1ms, 1ms);
  }
  return journal;
}

}  // namespace

TEST_CASE("a caller that stops to call though it is asked has opened", "[xray]") {
  const auto opening = opening_in(with_pause(200ms, 5200ms, 3).record, link, 20ms);
  REQUIRE(opening);
  CHECK(opening->failures == 10);
  CHECK(opening->too_few == 9);
  CHECK(opening->successes == 3);
  CHECK(opening->from == 182ms);
  CHECK(opening->length == 5019ms);
  CHECK_FALSE(opening_in(with_pause(200ms, 200ms, 3).record, link, 20ms));
}

TEST_CASE("a caller that waits for a free place has not opened", "[xray]") {
  Journal journal;
  for (Duration t{}; t < Duration(20s); t += 20ms) {
    journal.asks(t, 10ms);
    if (t % 2s == 0ms) journal.fails(t, 2s);  // one at a time, each silent for 2 s
  }
  CHECK_FALSE(opening_in(journal.record, link, 20ms));
}

TEST_CASE("a copy that goes out while the first is under way is no repeat", "[xray]") {
  Journal journal;
  journal.asks(0s, 5s);
  journal.fails(0s, 1s);
  journal.fails(100ms, 1s);
  LinkFindings findings;
  findings.reactions[Probe::silence] = reaction_in({journal.record}, charge);
  CHECK(findings.reactions[Probe::silence].hedged_after == 100ms);
  conclude(findings, 60s);
  CHECK_FALSE(findings.attempts.value);
  CHECK_FALSE(findings.backoff.value);
}

TEST_CASE("who leaves when its client does has no timeout that can be told", "[xray]") {
  Journal journal;
  journal.asks(0s, 1s);
  journal.fails(0s, 990ms);
  LinkFindings findings;
  findings.reactions[Probe::silence] = reaction_in({journal.record}, charge);
  conclude(findings, 1s);
  CHECK_FALSE(findings.timeout.value);
}

TEST_CASE("a caller that nobody asks has not opened", "[xray]") {
  Journal journal = with_pause(200ms, 5200ms, 0);
  std::erase_if(journal.record.exchanges, [](const record::Exchange& row) {
    return row.link.from == "client" && row.sent > zero + 200ms && row.sent < zero + 5200ms;
  });
  CHECK_FALSE(opening_in(journal.record, link, 20ms));
}

TEST_CASE("which rule opened a breaker shows after few and after many successes", "[xray]") {
  const auto concluded = [](std::int64_t fresh, std::int64_t seasoned,
                            std::int64_t overlapping = 0) {
    BreakerFinding breaker;
    breaker.fresh.successes = 2;
    breaker.fresh.failures = fresh;
    breaker.fresh.too_few = fresh - 1;
    breaker.seasoned.emplace();
    breaker.seasoned->successes = 400;
    breaker.seasoned->failures = seasoned;
    breaker.seasoned->too_few = seasoned - 1 - overlapping;
    conclude(breaker);
    return breaker;
  };
  CHECK(concluded(5, 5).consecutive == 5);
  CHECK(concluded(5, 7, 2).consecutive == 5);
  CHECK_FALSE(concluded(5, 7, 1).consecutive);
  CHECK_FALSE(concluded(5, 60, 59).consecutive);  // all at once: that shows nothing
  CHECK(concluded(18, 25).minimum_calls == 20);
  CHECK_FALSE(concluded(18, 25).consecutive);
  CHECK_FALSE(concluded(18, 19).consecutive);
  CHECK_FALSE(concluded(2, 25).minimum_calls);  // the share decided, and not the number
}

TEST_CASE("jitter shows in the waits before the first repeat", "[xray]") {
  const auto jitter_of = [](std::vector<Duration> waits) {
    Reaction reaction;
    std::sort(waits.begin(), waits.end());
    reaction.gaps = {std::move(waits)};
    const auto found = backoff_of({{Probe::reset, reaction}});
    return found.value ? std::optional(found.value->jitter) : std::nullopt;
  };
  CHECK(jitter_of({100ms, 101ms, 100ms, 103ms}) == Jitter::none);
  CHECK(jitter_of({3ms, 50ms, 97ms, 20ms}) == Jitter::full);
  CHECK(jitter_of({52ms, 61ms, 99ms, 80ms}) == Jitter::equal);
  CHECK(jitter_of({75ms, 90ms, 100ms, 80ms}) == Jitter::other);
  CHECK_FALSE(jitter_of({10ms, 11ms}));
}

TEST_CASE("who closes where nothing comes back has given up, and elsewhere has not", "[xray]") {
  Journal journal;
  journal.asks(0s, 600ms);
  journal.fails(0s, 500ms).failure = model::Failure::reset;
  CHECK(reaction_in({journal.record}, charge).gave_up_after == 500ms);
  CHECK_FALSE(reaction_in({journal.record}, charge, false).gave_up_after);
}

TEST_CASE("calls beyond the most at once wait for a place, or are refused", "[xray]") {
  // 100 requests in 100 ms to a caller that has 10 calls under way; the callee takes 1 s.
  const auto found = [](Duration rest_waits) {
    Journal journal;
    for (int i = 0; i < 100; ++i) {
      journal.asks(i * 1ms, i < 10 ? Duration(1s) : rest_waits);
      // Ten at a time, the next as soon as one has ended.
      if (i < 10 || rest_waits > 1s) journal.calls(i / 10 * 1s + i % 10 * 1ms, 1s);
    }
    LinkFindings findings;
    conclude(findings, crowd_in(journal.record, link, 1s), 100);
    return findings;
  };
  const LinkFindings pool = found(12s);
  CHECK(pool.beyond == Beyond::waits);
  CHECK(pool.pool.value == 10);
  const LinkFindings bulkhead = found(1ms);
  CHECK(bulkhead.beyond == Beyond::refused);
  CHECK(bulkhead.at_once.value == 10);
  CHECK_FALSE(bulkhead.pool.value);
  CHECK(bulkhead.pool.why == "cannot tell: more calls than these are refused before");
}

TEST_CASE("a caller without a limit has no pool that could be told", "[xray]") {
  Journal journal;
  for (int i = 0; i < 100; ++i) {
    journal.asks(i * 10ms, 2s);
    journal.calls(i * 10ms, 1s);
  }
  LinkFindings findings;
  conclude(findings, crowd_in(journal.record, link, 1s), 100);
  CHECK_FALSE(findings.at_once.value);
  CHECK(findings.pool.why == "none below 100");
}

TEST_CASE("the most at once counts those that never end", "[xray]") {
  Journal journal;
  journal.calls(0s, 2s);
  journal.calls(1s, 0s);
  journal.calls(3s, 1s);
  CHECK(peak_on(journal.record, link) == 2);
  CHECK(arrivals_in(journal.record, link, zero + 1s, 3s) == 2);
}

}  // namespace seawall::xray
