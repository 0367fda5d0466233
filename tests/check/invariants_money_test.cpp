#include "tests/check/story.hpp"
#include "tests/support/catch.hpp"

namespace seawall::check {

TEST_CASE("a shop that does everything right breaks nothing") {
  Story story;
  story.confirmed("1");
  story.declined("2");
  story.timed_out("3");
  story.out_of_stock("4");
  CHECK(all_broken(story).empty());
  for (const char* name : {"A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "B1", "B2", "B3",
                           "B4", "B5", "B7", "C1"}) {
    INFO(name << ": " << judged(story, name).why);
    CHECK(status(story, name) == Status::held);
  }
}

TEST_CASE("without any order there is nothing to judge and nothing reads held") {
  const Story story;
  for (const char* name : {"A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "B1", "B2", "B3",
                           "B4", "B5", "B7", "B8", "C1", "C2", "C3"}) {
    INFO(name);
    CHECK(status(story, name) == Status::not_exercised);
  }
}

TEST_CASE("the same key charging twice is a double charge whose rows are named") {
  Story story;
  story.confirmed("1");
  const std::uint64_t first = 1;
  const std::uint64_t second = story.captured("1", "charge-1").lsn;
  CHECK(broken(story, "no-double-charge", "1"));
  const std::string why = judged(story, "no-double-charge").why;
  CHECK(why.find("charged twice under key charge-1: write " + std::to_string(first) +
                 " of payment and write " + std::to_string(second) + " of payment") !=
        std::string::npos);
}

TEST_CASE("a second charge under another key is a double charge too") {
  Story story;
  story.confirmed("1");
  story.captured("1", "charge-1b");
  CHECK(broken(story, "A1", "1"));
}

TEST_CASE("a charge that was doubled and given back later is still a double charge") {
  Story story;
  story.confirmed("1");
  story.captured("1", "charge-1b");
  story.refunded("1", "charge-1b");
  CHECK(broken(story, "A1", "1"));
}

TEST_CASE("a new charge after the first was wholly given back is no double charge") {
  Story story;
  story.place("1");
  story.captured("1", "charge-1");
  story.refunded("1", "charge-1");
  story.captured("1", "charge-1b");
  CHECK(status(story, "A1") == Status::held);
}

TEST_CASE("one key that charges two orders is a double charge") {
  Story story;
  story.confirmed("1");
  story.place("2");
  story.captured("2", "charge-1");
  CHECK(broken(story, "A1", "2"));
}

TEST_CASE("taking more than the order's amount breaks it even without a second charge") {
  Story story;
  story.place("1");
  story.captured("1", "charge-1").amount = base::Money{5000};
  CHECK(broken(story, "A1", "1"));
}

TEST_CASE("the price of the scenario decides what an order costs") {
  Story story;
  story.scenario.target.price["sku-1"] = base::Money{500};
  story.confirmed("1");
  CHECK(broken(story, "A1", "1"));
  CHECK(broken(story, "B2", "1"));
}

TEST_CASE("a refund that names no charge is an over-refund") {
  Story story;
  story.place("1");
  story.captured("1", "charge-1");
  story.refunded("1", "charge-9");
  CHECK(broken(story, "no-over-refund", "1"));
}

TEST_CASE("a refund before its charge is an over-refund on that prefix") {
  Story story;
  story.place("1");
  Row& refund = story.row("payment", Machine::charge, "1", "captured", "refunded");
  refund.names = "charge-1";
  refund.amount = base::Money{3998};
  story.captured("1", "charge-1");
  CHECK(broken(story, "A2", "1"));
  CHECK(broken(story, "A1", "1"));  // less than nothing was kept
}

TEST_CASE("refunds that come to more than the charge are over-refunds") {
  Story story;
  story.timed_out("1");
  story.refunded("1", "charge-1").amount = base::Money{1};
  CHECK(broken(story, "A2", "1"));
}

TEST_CASE("tombstones and declines are no refunds") {
  Story story;
  story.declined("1");
  CHECK(status(story, "A2") == Status::not_exercised);
}

TEST_CASE("the books do not close while a saga is open or the settle limit has passed") {
  Story story;
  story.confirmed("1");
  SECTION("open") { story.place("2"); }
  SECTION("limit") { story.record.settled = TimePoint{}; }
  CHECK(status(story, "B4") == Status::not_judged);
}

TEST_CASE("the books show money that was kept of a failed order") {
  Story story;
  story.confirmed("1");
  story.declined("2");
  story.captured("2", "charge-2");
  CHECK(broken(story, "B4", "2"));
}

TEST_CASE("the books show an account that does not agree with the charges") {
  Story story;
  story.confirmed("1");
  Row& account = story.row("payment", Machine::account, "1", "-", "booked");
  account.amount = base::Money{1};
  account.balance_after = 3999;
  CHECK(status(story, "B4") == Status::broken);
}

TEST_CASE("the books show a running balance that does not agree with its entries") {
  Story story;
  story.confirmed("1");
  story.confirmed("2");
  for (Row& row : story.record.ledger)
    if (row.machine == Machine::account && row.order == "2") row.balance_after += 100;
  CHECK(status(story, "B4") == Status::broken);
}

TEST_CASE("the books show stock that was sold without an order for it") {
  Story story;
  story.confirmed("1");
  for (Row& row : story.record.ledger)
    if (row.to == "sold") row.quantity = 1;
  CHECK(status(story, "B4") == Status::broken);
}

}  // namespace seawall::check
