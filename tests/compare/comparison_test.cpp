#include "harness/compare/comparison.hpp"

#include <algorithm>

#include "support/catch.hpp"
#include "tests/compare/made_runs.hpp"

namespace seawall::compare {
namespace {

using tests::Made;
using tests::made_run;
using tests::made_side;
using tests::row;
using Standing = Row::Standing;
using Verdict = Comparison::Verdict;

Side one(const char* name, const Made& made = {}) { return {name, {made_run(made)}}; }

Comparison compared(const Side& a, const Side& b, const Rules& rules = {}) {
  const auto comparison = compare(a, b, rules);
  REQUIRE(comparison);
  return *comparison;
}

std::string error_of(const Side& a, const Side& b) {
  const auto comparison = compare(a, b, {});
  return comparison ? "no error" : comparison.error().message;
}

bool has_note(const Comparison& comparison, std::string_view words) {
  for (const std::string& note : comparison.notes)
    if (note.find(words) != note.npos) return true;
  return false;
}

TEST_CASE("a run compared with itself differs in nothing, in any world") {
  for (const bool is_virtual : {true, false}) {
    Made made;
    made.is_virtual = is_virtual;
    const Comparison comparison = compared(one("a", made), one("a", made));
    CHECK(comparison.verdict == Verdict::passed);
    CHECK(comparison.reason == "Nothing differs.");
    CHECK(row(comparison, Metric::p99).standing == Standing::same);
    CHECK(row(comparison, Metric::errors, "read").standing == Standing::same);
  }
}

TEST_CASE("in virtual time one percent is a regression, and a tenth of a percent is tolerated") {
  Made slower;
  slower.thousandths = 1'010;
  const Comparison comparison = compared(one("a"), one("b", slower));
  CHECK(comparison.is_exact);
  CHECK(comparison.verdict == Verdict::regression);
  const Row& p99 = row(comparison, Metric::p99);
  CHECK(p99.standing == Standing::worse);
  CHECK(std::abs(*p99.change - 10'000) <= 1'000);  // what a histogram can tell apart
  CHECK(comparison.reason.find("p99 of order") != std::string::npos);

  slower.thousandths = 1'001;
  CHECK(compared(one("a"), one("b", slower)).verdict == Verdict::passed);

  Rules rules;
  rules.exact.by[Metric::p50] = rules.exact.by[Metric::p90] = rules.exact.by[Metric::p99] = {};
  CHECK(compared(one("a"), one("b", slower), rules).verdict == Verdict::regression);
}

TEST_CASE("what got better is no regression") {
  Made faster;
  faster.thousandths = 900;
  const Comparison comparison = compared(one("a"), one("b", faster));
  CHECK(comparison.verdict == Verdict::passed);
  CHECK(row(comparison, Metric::p50).standing == Standing::better);
}

TEST_CASE("more errors are a regression, and so is goodput that is lost") {
  Made failing;
  failing.errors = 40;
  const Comparison comparison = compared(one("a"), one("b", failing));
  CHECK(comparison.verdict == Verdict::regression);
  CHECK(row(comparison, Metric::errors).change == 18'000);  // of a million: 36 more of 2,000
  CHECK(row(comparison, Metric::errors).standing == Standing::worse);
  CHECK(row(comparison, Metric::goodput).standing == Standing::worse);
}

TEST_CASE("quantiles that lie at the edge of what was counted decide nothing") {
  Made few;
  few.requests = 60;
  few.errors = 0;
  Made slower = few;
  slower.thousandths = 2'000;
  const Comparison comparison = compared(one("a", few), one("b", slower));
  CHECK(row(comparison, Metric::p99).standing == Standing::too_few);
  CHECK(row(comparison, Metric::p90).standing == Standing::worse);
}

TEST_CASE("an invariant that B alone breaks fails without any statistics") {
  Side a = one("a"), b = one("b");
  b.runs[0].broken = {"A1 no-double-charge"};
  const Comparison comparison = compared(a, b);
  CHECK(comparison.verdict == Verdict::invariant_broken);
  CHECK(comparison.newly_broken == std::vector<std::string>{"A1 no-double-charge"});

  a.runs[0].broken = {"A1 no-double-charge"};
  b.runs[0].broken.clear();
  const Comparison mended = compared(a, b);
  CHECK(mended.verdict == Verdict::passed);
  CHECK(mended.mended == std::vector<std::string>{"A1 no-double-charge"});
}

TEST_CASE("what both break is no pass, and in a gate it fails") {
  Side a = one("a"), b = one("b");
  a.runs[0].broken = b.runs[0].broken = {"A1 no-double-charge"};
  const Comparison comparison = compared(a, b);
  CHECK(comparison.verdict == Verdict::inconclusive);
  CHECK(comparison.reason == "Both break A1 no-double-charge, which is no pass. Nothing differs.");
  CHECK(comparison.both_broken == std::vector<std::string>{"A1 no-double-charge"});

  Rules gate;
  gate.asked = true;
  CHECK(compared(a, b, gate).verdict == Verdict::invariant_broken);
  CHECK(compared(a, b, gate).reason.find("Both break A1 no-double-charge") == 0);
  const PairedDecision none({});
  CHECK(compare_pairs(none, a, b, {}).verdict == Verdict::invariant_broken);

  Made slower;
  slower.thousandths = 1'100;
  Side slower_b = one("b", slower);
  slower_b.runs[0].broken = a.runs[0].broken;
  CHECK(compared(a, slower_b).verdict == Verdict::regression);
}

TEST_CASE("a service level that is newly missed is a regression in virtual time") {
  Side a = one("a"), b = one("b");
  b.runs[0].missed = {"few errors"};
  CHECK(compared(a, b).verdict == Verdict::regression);
  a.runs[0].missed = b.runs[0].missed;
  CHECK(compared(a, b).verdict == Verdict::passed);
  CHECK(compared(a, b).both_missed == std::vector<std::string>{"few errors"});
}

TEST_CASE("in virtual time a miss or a break of one seed excuses none of another") {
  Side a = made_side("a", {1'000, 1'000}, true);
  Side b = a;
  a.runs[0].missed = b.runs[1].missed = {"few errors"};
  std::ranges::reverse(b.runs);  // pairs are those of one seed, in whatever order they came
  const Comparison missed = compared(a, b);
  CHECK(missed.verdict == Verdict::regression);
  CHECK(missed.newly_missed == std::vector<std::string>{"few errors"});
  CHECK(missed.both_missed.empty());

  a.runs[0].broken = b.runs[0].broken = {"A1 no-double-charge"};
  const Comparison broken = compared(a, b);
  CHECK(broken.verdict == Verdict::invariant_broken);
  CHECK(broken.newly_broken == std::vector<std::string>{"A1 no-double-charge"});
}

TEST_CASE("a run that could not be judged is no evidence of a pass, on either side") {
  const std::string missed = "fault lost: 0, expected >= 20";
  for (const bool is_virtual : {true, false})
    for (const bool of_b : {true, false}) {
      Made made;
      made.is_virtual = is_virtual;
      Side a = one("a", made), b = one("b", made);
      (of_b ? b : a).runs[0].doubts = {missed};
      CHECK(compared(of_b ? b : a, of_b ? b : a).notes.size() == 1);
      const Comparison comparison = compared(a, b);
      CHECK(comparison.verdict == Verdict::inconclusive);
      CHECK(comparison.reason == "No more than a hint, because out/run is inconclusive: " + missed +
                                     ". Nothing differs.");
      CHECK(has_note(comparison, missed));
    }
}

TEST_CASE(
    "what is worse for sure stands where a fault missed, and not where the load was another") {
  Made slower;
  slower.thousandths = 1'100;
  Side b = one("b", slower);
  b.runs[0].doubts = {"fault lost: 0, expected >= 20"};
  CHECK(compared(one("a"), b).verdict == Verdict::regression);
  CHECK(has_note(compared(one("a"), b), "fault lost"));
  b.runs[0].load_held = false;
  const Comparison unheld = compared(one("a"), b);
  CHECK(unheld.verdict == Verdict::inconclusive);
  CHECK(has_note(unheld, "the load of out/run was not held"));
  b.runs[0].broken = {"A1 no-double-charge"};
  CHECK(compared(one("a"), b).verdict == Verdict::invariant_broken);
}

TEST_CASE("what A was judged by and B was not is no pass") {
  Side a = one("a"), b = one("b");
  a.runs[0].judged = {"A1 no-double-charge", "few errors"};
  b.runs[0].judged = {"few errors"};
  const Comparison comparison = compared(a, b);
  CHECK(comparison.verdict == Verdict::inconclusive);
  CHECK(has_note(comparison, "A was judged by what B was not: A1 no-double-charge"));
  CHECK(compared(b, a).verdict == Verdict::passed);
}

TEST_CASE("what several runs of a side leave open is told once") {
  Side a = made_side("a", {1'000, 1'000, 1'000}, true),
       b = made_side("b", {1'000, 1'000, 1'000}, true);
  for (Run& run : b.runs) run.doubts = {"fault lost: 0, expected >= 20"};
  CHECK(has_note(compared(a, b), "out/run and 2 more of its side are inconclusive: fault lost"));
  CHECK(compared(a, b).notes.size() == 1);
}

TEST_CASE("pairs of runs that could not be judged are no pass") {
  std::vector<std::int64_t> same(7, 1'000);
  same[0] = 1'002;
  Side a = made_side("a", std::vector<std::int64_t>(7, 1'000), false),
       b = made_side("b", same, false);
  CHECK(compared(a, b).verdict == Verdict::passed);
  a.runs[3].doubts = {"pattern bulkhead"};
  CHECK(compared(a, b).verdict == Verdict::inconclusive);
}

TEST_CASE("a request that one side alone has is no change of it") {
  for (const bool is_virtual : {true, false}) {
    Made made;
    made.is_virtual = is_virtual;
    Side a = one("a", made), b = one("b", made);
    b.runs[0].figures.requests.erase("read");
    const Comparison comparison = compared(a, b);
    CHECK(row(comparison, Metric::p99, "read").standing == Standing::only_a);
    CHECK_FALSE(row(comparison, Metric::p99, "read").change.has_value());
    CHECK(row(compared(b, a), Metric::p99, "read").standing == Standing::only_b);
    CHECK(row(comparison, Metric::p99, "order").standing != Standing::only_a);
  }
}

TEST_CASE("runs that measured something else are refused, and say why") {
  Side b = one("b");
  b.runs[0].comparison_hash = "0badcafe";
  CHECK(error_of(one("a"), b).find("the load, the faults or the durations differ") !=
        std::string::npos);
  Rules forced;
  forced.force = true;
  CHECK(has_note(compared(one("a"), b, forced), "compared all the same"));

  Side broken_off = one("b");
  broken_off.runs[0].is_whole = false;
  CHECK(error_of(one("a"), broken_off).find("broken off") != std::string::npos);
  CHECK(compared(one("a"), broken_off, forced).verdict == Verdict::inconclusive);

  Made live;
  live.is_virtual = false;
  CHECK(error_of(one("a"), one("b", live)).find("expected \"sim\"") != std::string::npos);
}

TEST_CASE("two runs in wall time cannot tell") {
  Made live;
  live.is_virtual = false;
  Made slower = live;
  slower.thousandths = 1'500;
  const Comparison comparison = compared(one("a", live), one("b", slower));
  CHECK_FALSE(comparison.is_exact);
  CHECK(comparison.verdict == Verdict::inconclusive);
  CHECK(comparison.reason == "1 pair of runs cannot tell; the next look takes 6 more.");
}

const std::vector<std::int64_t> quiet(14, 1'000);

TEST_CASE("fourteen pairs in wall time can tell that B is slower") {
  std::vector<std::int64_t> slower;
  for (std::int64_t i = 0; i < 14; ++i) slower.push_back(1'200 + i);
  const Comparison comparison =
      compared(made_side("a", quiet, false), made_side("b", slower, false));
  CHECK(comparison.verdict == Verdict::regression);
  const Row& p50 = row(comparison, Metric::p50);
  CHECK(p50.standing == Standing::worse);
  CHECK(p50.low.value() > 190'000);
  CHECK(p50.high.value() < 220'000);
  CHECK(p50.chance.value() == Approx(1.0 / 128));
  CHECK(row(comparison, Metric::p999).standing == Standing::shown);
  CHECK(row(comparison, Metric::p99, "read").standing == Standing::shown);
}

TEST_CASE("seven pairs of equals pass, and the rest is left out") {
  std::vector<std::int64_t> same = quiet;
  for (std::size_t i = 0; i < same.size(); i += 2) same[i] = 1'002;
  const Comparison comparison = compared(made_side("a", quiet, false), made_side("b", same, false));
  CHECK(comparison.verdict == Verdict::passed);
  CHECK(has_note(comparison, "7 pairs were enough"));
}

TEST_CASE(
    "another machine makes a result in wall time a hint, and in virtual time does not matter") {
  std::vector<std::int64_t> same = quiet;
  same[0] = 1'002;
  Side b = made_side("b", same, false);
  b.runs[3].machine = "64 cores";
  const Comparison comparison = compared(made_side("a", quiet, false), b);
  CHECK(comparison.verdict == Verdict::inconclusive);
  CHECK(has_note(comparison, "2 machines"));

  Side virtual_b = one("b");
  virtual_b.runs[0].machine = "64 cores";
  CHECK(compared(one("a"), virtual_b).verdict == Verdict::passed);
}

TEST_CASE("a pair whose load was not held is left out") {
  Side b = made_side("b", std::vector<std::int64_t>(7, 1'001), false);
  b.runs[2].load_held = false;
  const Comparison comparison =
      compared(made_side("a", std::vector<std::int64_t>(7, 1'000), false), b);
  CHECK(comparison.verdict == Verdict::inconclusive);
  CHECK(has_note(comparison, "pair 3 is left out"));
}

TEST_CASE("a p99 takes a thousand requests in each run") {
  Side a = made_side("a", std::vector<std::int64_t>(7, 1'000), false);
  Side b = made_side("b", std::vector<std::int64_t>(7, 1'001), false);
  Made few;
  few.is_virtual = false;
  few.requests = 900;
  b.runs[6] = made_run(few);
  const Comparison comparison = compared(a, b);
  CHECK(comparison.verdict == Verdict::inconclusive);
  CHECK(has_note(comparison, "a p99 takes 1000"));
}

TEST_CASE("of a log only latencies are compared") {
  Side log = one("b");
  log.runs[0].is_log = true;
  for (auto& [name, figures] : log.runs[0].figures.requests) figures.sent = figures.expected = 0;
  log.runs[0].figures.requests["order"].latency.record(std::chrono::seconds(1));
  const Comparison comparison = compared(one("a"), log);
  CHECK(comparison.verdict == Verdict::inconclusive);
  CHECK(has_note(comparison, "only latencies are compared"));
  for (const Row& each : comparison.rows) CHECK(is_quantile(each.metric));
}

TEST_CASE("other seeds in virtual time are other draws, and no exact difference") {
  Made other;
  other.seed = 43;
  other.thousandths = 1'100;
  const Comparison comparison = compared(one("a"), one("b", other));
  CHECK_FALSE(comparison.is_exact);
  CHECK(comparison.verdict == Verdict::inconclusive);
}

}  // namespace
}  // namespace seawall::compare
