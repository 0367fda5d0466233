#include "harness/sim/disk.hpp"

#include <map>

#include "tests/support/catch.hpp"

namespace seawall::sim {

TEST_CASE("a disk holds what a sorted map would hold", "[sim]") {
  Disk disk("node");
  Journal journal;
  std::map<std::string, std::string> expected;
  const base::KeyedRandom draw(1);
  for (int i = 0; i < 5000; ++i) {
    runtime::Batch batch;
    const std::string key = "k/" + std::to_string(draw.with("key").with(i).below(3000));
    const std::string value(draw.with("length").with(i).below(60), static_cast<char>('a' + i % 26));
    batch.put(key, value);
    expected[key] = value;
    disk.commit(batch, {}, journal);
    if (i % 700 != 0) continue;
    const std::string prefix = "k/" + std::to_string(i % 10);
    runtime::Rows wanted;
    for (const auto& row : expected)
      if (row.first.starts_with(prefix)) wanted.push_back(row);
    CHECK(disk.scan(prefix) == wanted);
  }
  for (const auto& [key, value] : expected) {
    const auto found = disk.find(key);
    REQUIRE(found);
    REQUIRE(*found == value);
  }
  CHECK_FALSE(disk.find("k/none"));
  CHECK(disk.scan("").size() == expected.size());
}

TEST_CASE("rows of one batch share its number and rows of several are numbered on", "[sim]") {
  Disk disk("node");
  Journal journal;
  for (const std::size_t rows : {2, 0, 1}) {
    runtime::Batch batch;
    batch.put("k", "v");
    batch.ledger.resize(rows);
    disk.commit(batch, base::TimePoint(std::chrono::seconds(1)), journal);
  }
  std::vector<record::LedgerRow> ledger;
  journal.read_ledger(ledger);
  REQUIRE(ledger.size() == 3);
  CHECK(ledger[0].batch == ledger[1].batch);
  CHECK(ledger[2].batch == ledger[1].batch + 1);
  CHECK(ledger[2].lsn == 3);
  CHECK(disk.lsn() == 3);
  journal.read_ledger(ledger);
  CHECK(ledger.size() == 3);
}

}  // namespace seawall::sim
