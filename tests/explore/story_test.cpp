// A run as a diagram.
#include "harness/explore/story.hpp"

#include "tests/support/catch.hpp"

namespace seawall::test {

namespace {

using namespace std::chrono_literals;

record::Exchange call(base::Duration sent, base::Duration ended, int status) {
  record::Exchange row;
  row.link = {"a", "b"};
  row.index.operation = "put";
  row.index.n = 1;
  row.sent = base::TimePoint(sent);
  row.ended = base::TimePoint(ended);
  row.status = status;
  if (!status) row.failure = model::Failure::timed_out;
  return row;
}

record::LedgerRow write(base::Duration t) {
  record::LedgerRow row;
  row.node = "b";
  row.t = base::TimePoint(t);
  row.machine = record::LedgerRow::Machine::charge;
  row.subject = {base::Subject::Kind::order, 1};
  row.to = "captured";
  return row;
}

}  // namespace

TEST_CASE("time goes down, messages across, and writes are marked", "[explore]") {
  record::Record record;
  record.exchanges = {call(1ms, 4ms, 200)};
  record.ledger = {write(2ms)};
  CHECK(explore::story_of(record, {}) ==
        "        ms       a          b     \n"
        "      1.00       o---------->       put #1\n"
        "      2.00       |          *       charge captured\n"
        "      4.00       <----------o       put #1: 200\n");
}

TEST_CASE("a lost answer is a broken line, and the fault is named", "[explore]") {
  record::Record record;
  record.exchanges = {call(1ms, 4ms, 0)};
  record.exchanges[0].faults = {0};
  model::Fault fault;
  fault.type = "drop_reply";
  const std::string story = explore::story_of(record, {&fault});
  CHECK(story.find("x - - - - -o       put #1: timed_out") != std::string::npos);
  CHECK(story.find("put #1  <-- drop_reply") != std::string::npos);
}

TEST_CASE("a long story is cut in its middle", "[explore]") {
  record::Record record;
  for (int i = 0; i < 100; ++i) record.ledger.push_back(write(i * 1ms));
  const std::string story = explore::story_of(record, {}, 20);
  CHECK(std::count(story.begin(), story.end(), '\n') == 22);
  CHECK(story.find("(80 more)") != std::string::npos);
}

}  // namespace seawall::test
