#include <algorithm>
#include <map>
#include <string>

#include "harness/base/text.hpp"
#include "tests/sim/story.hpp"
#include "tests/support/catch.hpp"

namespace seawall::test {

TEST_CASE("the same seed gives the same bytes and another seed gives others", "[sim]") {
  const std::string first = to_text(run_story(1));
  CHECK(first.size() > 100'000);
  CHECK(to_text(run_story(1)) == first);
  CHECK(to_text(run_story(2)) != first);
}

TEST_CASE("every fault of a story hits and heals and the record stays whole", "[sim]") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    const record::Record record = run_story(seed);
    for (const record::FaultUse& use : record.faults) {
      INFO(use.name);
      CHECK(use.hit > 0);
      CHECK(use.hit <= use.reached);
      CHECK(use.healed > use.armed);
    }

    std::uint64_t lsn = 0;
    std::map<std::string, std::uint64_t> first_lsn;
    for (const record::LedgerRow& row : record.ledger) {
      REQUIRE(row.lsn == ++lsn);
      first_lsn.emplace(row.order, row.lsn);
    }
    for (const record::Exchange& row : record.exchanges) {
      REQUIRE(row.ended > row.sent);
      REQUIRE((row.status != 0) != row.failure.has_value());
      if (row.link.to != "back" || row.told.kind != model::Told::Kind::confirmed) continue;
      REQUIRE(first_lsn.count(row.told.order) == 1);
      REQUIRE(first_lsn[row.told.order] <= row.durable_lsn);
    }
  }
}

TEST_CASE("requests of one execution index are counted without a gap in the order they came",
          "[sim]") {
  const record::Record record = run_story(3);
  std::map<std::string, std::uint32_t> counts;
  base::TimePoint last{};
  for (const record::Exchange& row : record.exchanges) {
    const std::string key = base::concat({base::to_text(row.link), base::to_text(row.index.subject),
                                          row.index.operation, row.index.label});
    REQUIRE(row.index.n == ++counts[key]);
    REQUIRE(row.sent >= last);
    last = row.sent;
  }
}

}  // namespace seawall::test
