#include <fmt/format.h>

#include "tests/check/story.hpp"
#include "tests/support/catch.hpp"

namespace seawall::check {

TEST_CASE("steps that do not exist break legal-transitions") {
  Story story;
  story.confirmed("1");
  SECTION("a confirmed order fails") { story.moved("1", "confirmed", "failed"); }
  SECTION("a sold line is released") {
    Row& row = story.row("inventory", Machine::reservation, "1", "sold", "released");
    row.sku = "sku-1";
  }
  SECTION("a refunded charge is captured") {
    story.row("payment", Machine::charge, "1", "refunded", "captured").key = "charge-1";
  }
  CHECK(broken(story, "A4", "1"));
}

TEST_CASE("a step from a state that the machine was not in breaks legal-transitions") {
  Story story;
  story.place("1");
  story.moved("1", "reserved", "charged");
  CHECK(broken(story, "A4", "1"));
  CHECK(judged(story, "A4").why.find("but it was pending") != std::string::npos);
}

TEST_CASE("a charge on top of a tombstone breaks legal-transitions") {
  Story story;
  story.place("1");
  story.row("payment", Machine::charge, "1", "-", "tombstone").key = "refund-1";
  story.captured("1", "charge-1");
  CHECK(broken(story, "A4", "1"));
}

TEST_CASE("a hold on top of a tombstone of nothing breaks legal-transitions") {
  Story story;
  story.place("1");
  story.row("inventory", Machine::reservation, "1", "-", "tombstone").key = "release-1";
  SECTION("refused, as it must be") { CHECK(status(story, "A4") == Status::held); }
  SECTION("held") {
    const std::uint64_t lsn = story.reserved("1").lsn;
    CHECK(broken(story, "A4", "1"));
    CHECK(judged(story, "A4")
              .why.find(fmt::format("held (write {} of inventory), but it was tombstone already "
                                    "(write {} of inventory)",
                                    lsn, lsn - 1)) != std::string::npos);
  }
}

TEST_CASE("a charged order may turn back only because its commit was refused") {
  Story story;
  story.place("1");
  story.moved("1", "pending", "reserved");
  story.moved("1", "reserved", "charged");
  SECTION("it was") {
    story.moved("1", "charged", "compensating", "commit-refused");
    CHECK(status(story, "A4") == Status::held);
  }
  SECTION("it was not") {
    story.moved("1", "charged", "compensating", "timeout");
    CHECK(broken(story, "A4", "1"));
  }
}

TEST_CASE("an order that fails before anything began needs no compensation") {
  Story story;
  story.place("1");
  story.moved("1", "pending", "failed", "not-sent");
  story.told("1", Told::refused, 503, "inventory");
  story.ended("1", "compensated");
  CHECK(all_broken(story).empty());
}

TEST_CASE("two shipments of one order break ship-once") {
  Story story;
  story.confirmed("1");
  story.shipped("1").shipment = "s-1b";
  CHECK(broken(story, "ship-once", "1"));
  CHECK(broken(story, "B2", "1"));
}

TEST_CASE("a saga that never ended is named with its last row") {
  Story story;
  story.confirmed("1");
  story.place("2");
  const std::uint64_t lsn = story.intent("2", "charge").lsn;
  CHECK(broken(story, "every-saga-settled", "2"));
  const Finding finding = judged(story, "every-saga-settled");
  CHECK(finding.value == "1 open");
  CHECK(finding.why.find("charge (write " + std::to_string(lsn) + " of order)") !=
        std::string::npos);
  CHECK(broken(story, "C1", "2"));
}

TEST_CASE("what is open after an interrupt is judged once the whole limit was granted") {
  Story story;
  story.place("1");
  story.record.interrupted = true;
  story.record.settled = TimePoint{};
  story.record.end = story.record.load_end + story.scenario.run.settle;
  SECTION("it was") {
    CHECK(status(story, "B1") == Status::broken);
    CHECK(status(story, "C1") == Status::broken);
  }
  SECTION("it was not") {
    story.record.end -= 1ms;
    CHECK(status(story, "B1") == Status::not_judged);
    CHECK(status(story, "C1") == Status::not_judged);
  }
}

TEST_CASE("confirmed is not an end and neither is a dead letter") {
  Story story;
  story.place("1");
  story.moved("1", "pending", "reserved");
  story.moved("1", "reserved", "charged");
  story.moved("1", "charged", "confirmed");
  story.letter("1", "-", "open");
  CHECK(broken(story, "B1", "1"));
}

TEST_CASE("a saga whose calls all ended at the client's deadline stays open and is found") {
  Story story;
  story.place("1");
  story.intent("1", "reserve");
  story.reserved("1");
  story.told("1", Told::accepted, 202);
  CHECK(broken(story, "B1", "1"));
  CHECK(broken(story, "A9", "1"));
}

TEST_CASE("a confirmed order must be whole") {
  Story story;
  story.confirmed("1");
  const auto last = [&](Machine machine, const std::string& to) -> Row& {
    for (Row& row : story.record.ledger)
      if (row.machine == machine && row.to == to) return row;
    FAIL("no such row");
    return story.record.ledger.front();
  };
  SECTION("the wrong quantity was sold") { last(Machine::reservation, "sold").quantity = 1; }
  SECTION("the wrong SKU was sold") { last(Machine::reservation, "sold").sku = "sku-2"; }
  SECTION("nothing was sold") { last(Machine::reservation, "sold").to = "released"; }
  SECTION("too little was charged") { last(Machine::charge, "captured").amount.minor = 1999; }
  SECTION("nothing was shipped") { last(Machine::shipment, "created").machine = Machine::key; }
  SECTION("it was sold twice") {
    Row& row = story.row("inventory", Machine::reservation, "1", "held", "sold");
    row.sku = "sku-1";
    row.quantity = 2;
  }
  SECTION("the money was given back") { story.refunded("1", "charge-1"); }
  CHECK(broken(story, "all-or-nothing", "1"));
}

TEST_CASE("a failed order must leave nothing") {
  Story story;
  story.declined("1");
  SECTION("charged") { story.captured("1", "charge-1"); }
  SECTION("held") { story.reserved("1", 2, "sku-2"); }
  SECTION("sold") {
    story.reserved("1", 2, "sku-2");
    story.sold("1");
  }
  SECTION("shipped") { story.shipped("1"); }
  CHECK(broken(story, "B2", "1"));
}

TEST_CASE("a saga that ended otherwise than its order is not whole") {
  Story story;
  story.place("1");
  story.ended("1", "completed");
  CHECK(broken(story, "B2", "1"));
}

TEST_CASE("open sagas are none of all-or-nothing's business") {
  Story story;
  story.confirmed("1");
  story.place("2");
  story.captured("2", "charge-2");
  CHECK(status(story, "B2") == Status::held);
}

TEST_CASE("effects of an order that never was are orphans unless they were undone") {
  Story story;
  story.confirmed("1");
  SECTION("captured") {
    story.captured("9", "charge-9");
    CHECK(broken(story, "no-orphans", "9"));
  }
  SECTION("shipped") {
    story.shipped("9");
    CHECK(broken(story, "no-orphans", "9"));
  }
  SECTION("captured and refunded") {
    story.captured("9", "charge-9");
    story.refunded("9", "charge-9");
    CHECK(status(story, "no-orphans") == Status::held);
  }
  SECTION("only a tombstone") {
    story.row("payment", Machine::charge, "9", "-", "tombstone").key = "refund-9";
    CHECK(status(story, "no-orphans") == Status::held);
  }
  SECTION("held and released") {
    story.reserved("9");
    story.released("9");
    CHECK(status(story, "no-orphans") == Status::held);
  }
}

namespace {

// Charged, then turned back because the confirm was refused.
void turn_back_after_pivot(Story& story, const std::string& order, bool expired,
                           const std::string& cause) {
  story.place(order);
  story.reserved(order);
  story.moved(order, "pending", "reserved");
  story.captured(order, "charge-" + order);
  story.moved(order, "reserved", "charged");
  if (expired) story.released(order, "expired");
  story.moved(order, "charged", "compensating", cause);
  story.refunded(order, "charge-" + order);
  if (!expired) story.released(order);
  story.moved(order, "compensating", "failed", cause);
  story.ended(order, "compensated");
}

}  // namespace

TEST_CASE("past the pivot an order turns back only when its hold had expired") {
  Story story;
  SECTION("it had") {
    turn_back_after_pivot(story, "1", true, "commit-refused");
    CHECK(status(story, "B7") == Status::held);
    CHECK(all_broken(story).empty());
  }
  SECTION("it had not") {
    turn_back_after_pivot(story, "1", false, "commit-refused");
    CHECK(broken(story, "forward-after-pivot", "1"));
  }
  SECTION("for another cause") {
    turn_back_after_pivot(story, "1", true, "timeout");
    CHECK(broken(story, "forward-after-pivot", "1"));
  }
}

}  // namespace seawall::check
