// A run as a diagram.
#include "harness/explore/story.hpp"

#include "harness/explore/violation.hpp"
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

TEST_CASE("a request that is held is drawn when it is sent and when it arrives", "[explore]") {
  record::Record record;
  record.exchanges = {call(1ms, 4ms, 0)};
  record.exchanges[0].faults = {0};
  record.ledger = {write(12ms)};
  model::Fault fault;
  fault.type = "late_request";
  fault.delay = 9ms;
  CHECK(explore::story_of(record, {&fault}) ==
        "        ms       a          b     \n"
        "      1.00       o - - - - -|       put #1 held 9ms by late_request\n"
        "      4.00       x          |       put #1: timed_out\n"
        "     10.00       o---------->       put #1 arrives late (its caller left at 4.00)\n"
        "     12.00       |          *       charge captured\n");
  record.faults = {{}};
  record.faults[0].healed = base::TimePoint(7ms);  // lets go of what it holds
  CHECK(explore::story_of(record, {&fault}).find("held 6ms by") != std::string::npos);
  record.exchanges[0].copies = 0;
  const std::string never = explore::story_of(record, {&fault});
  CHECK(never.find("by late_request, and never arrived") != std::string::npos);
  CHECK(never.find("arrives late") == std::string::npos);
}

TEST_CASE("a request that is repeated on its way arrives twice", "[explore]") {
  record::Record record;
  record.exchanges = {call(1ms, 4ms, 200)};
  record.exchanges[0].faults = {0};
  record.exchanges[0].copies = 2;
  model::Fault fault;
  fault.type = "duplicate_request";
  fault.gap = 5ms;
  CHECK(explore::story_of(record, {&fault}) ==
        "        ms       a          b     \n"
        "      1.00       o---------->       put #1  <-- duplicate_request\n"
        "      4.00       <----------o       put #1: 200\n"
        "      6.00       o---------->       put #1 arrives once more\n");
}

TEST_CASE("nobody answers what never arrived", "[explore]") {
  record::Record record;
  record.exchanges = {call(1ms, 4ms, 0)};
  record.exchanges[0].copies = 0;
  CHECK(explore::story_of(record, {}) ==
        "        ms       a          b     \n"
        "      1.00       o - - - - -x       put #1\n"
        "      4.00       x          |       put #1: timed_out\n");
}

TEST_CASE("a success that wrote nothing is told", "[explore]") {
  const std::string words = "b answered put #2 with 200 and wrote nothing";
  record::Record record;
  record.exchanges = {call(1ms, 4ms, 200), call(5ms, 8ms, 200)};
  for (record::Exchange& row : record.exchanges) {
    row.method = model::Method::post;
    row.index.subject = {base::Subject::Kind::order, 1};
  }
  record.exchanges[1].index.n = 2;
  record.ledger = {write(2ms), write(6ms)};
  record.ledger[0].key = "k";
  record.ledger[1].subject.number = 2;  // what is written for another order is another matter
  const auto is_told = [&] {
    return explore::story_of(record, {}).find(words) != std::string::npos;
  };
  CHECK(is_told());
  CHECK(explore::story_of(record, {}).find("put #1 with") == std::string::npos);
  record.exchanges[1].key = "k";  // the same once more: an answer that is remembered
  CHECK_FALSE(is_told());
  record.exchanges[1].key = "other";
  CHECK(is_told());
  record.exchanges[1].method = model::Method::get;
  CHECK_FALSE(is_told());
  record.exchanges[1].method = model::Method::post;
  record.ledger[0].node = "a";  // then b is one that never writes
  CHECK_FALSE(is_told());
}

TEST_CASE("how an order ended leaves out what is as it should be", "[explore]") {
  using Machine = record::LedgerRow::Machine;
  explore::Played played;
  played.broken.emplace_back().id = "B2";
  played.broken[0].orders = {"1"};
  const auto add = [&](base::Duration t, const char* node, Machine machine, const char* to) {
    record::LedgerRow row = write(t);
    row.node = node;
    row.machine = machine;
    row.order = "1";
    row.to = to;
    played.record.ledger.push_back(row);
  };
  add(2ms, "order", Machine::order, "failed");
  add(2ms, "order", Machine::saga, "compensated");
  add(1ms, "order", Machine::key, "seen");
  add(1ms, "inventory", Machine::reservation, "released");
  add(1ms, "payment", Machine::charge, "refunded");
  const auto culprit = [&] { return explore::violation_of({}, {}, played).culprit; };
  CHECK(culprit() == "order failed, charge refunded, reservation released, saga compensated");
  CHECK(explore::late_write_words(played.record).empty());
  add(1'472ms, "payment", Machine::charge, "captured");
  CHECK(culprit() == "order failed, but charge captured");
  CHECK(explore::late_write_words(played.record) ==
        " (payment wrote last, 1.47 s after the order had failed)");
  add(1ms, "payment", Machine::charge, "declined");
  played.record.ledger.back().order = "2";  // another's
  CHECK(culprit() == "order failed, but charge captured");
  played.record.ledger.back().subject.number = 2;
  CHECK(explore::late_write_words(played.record).empty());
  played.record.ledger.clear();
  CHECK(culprit() == "no row at all");
}

TEST_CASE("a long story is cut in its middle", "[explore]") {
  record::Record record;
  for (int i = 0; i < 100; ++i) record.ledger.push_back(write(i * 1ms));
  const std::string story = explore::story_of(record, {}, 20);
  CHECK(std::count(story.begin(), story.end(), '\n') == 22);
  CHECK(story.find("(80 more)") != std::string::npos);
}

}  // namespace seawall::test
