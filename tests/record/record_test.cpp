#include "harness/record/record.hpp"

#include "tests/support/catch.hpp"

using namespace seawall;

namespace {

record::LedgerRow row(std::string node, std::uint64_t lsn) {
  record::LedgerRow row;
  row.node = std::move(node);
  row.lsn = lsn;
  return row;
}

record::Event event(std::int64_t t, std::string name) {
  record::Event event;
  event.t = base::TimePoint(base::Duration(t));
  event.name = std::move(name);
  return event;
}

}  // namespace

TEST_CASE("a record is sorted by node and log position and its events by time") {
  record::Record record;
  record.ledger = {row("payment", 2), row("order", 1), row("payment", 1), row("order", 2)};
  record.events = {event(2, "late"), event(1, "first"), event(1, "second")};
  record.sort();
  CHECK(record.ledger[0].node == "order");
  CHECK(record.ledger[1].lsn == 2);
  CHECK(record.ledger[2].node == "payment");
  CHECK(record.ledger[2].lsn == 1);
  CHECK(record.events[0].name == "first");
  CHECK(record.events[1].name == "second");
  CHECK(record.events[2].n == 2);
}
