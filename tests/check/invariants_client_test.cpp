#include "tests/check/story.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/has.hpp"

namespace seawall::check {

TEST_CASE("an outcome told before it is durable breaks told-only-durable") {
  Story story;
  SECTION("202 before the order is") {
    story.told("1", Told::accepted, 202);
    story.place("1");
  }
  SECTION("202 and the order never is") {
    story.confirmed("2");
    story.told("1", Told::accepted, 202);
  }
  SECTION("201 while it is only charged") {
    story.place("1");
    story.told("1", Told::confirmed, 201);
    story.moved("1", "charged", "confirmed");
  }
  SECTION("a refusal before the saga has turned back") {
    story.place("1");
    story.told("1", Told::refused, 409, "out_of_stock");
    story.moved("1", "pending", "compensating");
  }
  CHECK(broken(story, "told-only-durable", "1"));
}

TEST_CASE("reads tell only what is durable too unless they are marked degraded") {
  Story story;
  story.place("1");
  Exchange& read = story.wire("gateway", "order", "1", "read-order");
  read.method = model::Method::get;
  read.path = "/orders/1";
  read.durable_lsn = story.last_lsn("order");
  read.told.kind = Told::other;
  read.told.order = "1";
  read.told.state = "charged";
  CHECK(broken(story, "A5", "1"));
  read.told.degraded = true;
  CHECK(status(story, "A5") == Status::not_exercised);
  read.told.degraded = false;
  read.told.state = "pending";
  CHECK(status(story, "A5") == Status::held);
}

TEST_CASE("one key with two bodies that both had an effect breaks key-integrity") {
  Story story;
  story.place("1");
  story.captured("1", "charge-1");
  story.captured("1", "charge-1").payload_hash = 99;
  CHECK(broken(story, "key-integrity", "1"));
}

TEST_CASE("another body under a used key must be refused") {
  Story story;
  story.confirmed("1");
  SECTION("answered as the first") {
    story.history("1", Told::confirmed, 201).payload_hash = 8;
    CHECK(broken(story, "A6", "1"));
  }
  SECTION("refused with 422") {
    story.history("1", Told::rejected, 422).payload_hash = 8;
    CHECK(all_broken(story).empty());
  }
  SECTION("not answered at all") {
    story.history("1", Told::nothing, 0).payload_hash = 8;
    CHECK(all_broken(story).empty());
  }
}

TEST_CASE("a repeat that gets the same answer and writes no row breaks nothing") {
  Story story;
  story.confirmed("1");
  story.wait(1s);
  story.told("1", Told::confirmed, 201);
  CHECK(all_broken(story).empty());
}

TEST_CASE("a tombstone under the key of the request that it keeps out is no second effect") {
  Story story;
  story.place("1");
  story.row("payment", Machine::charge, "1", "-", "declined").key = "charge-1";
  Row& tombstone = story.row("payment", Machine::charge, "1", "declined", "tombstone");
  tombstone.key = "charge-1";
  tombstone.payload_hash = 99;
  CHECK(status(story, "A6") != Status::broken);
}

TEST_CASE("two perfect orders for one client key are one too many") {
  Story story;
  story.confirmed("1");
  story.confirmed("2");
  SECTION("the service knew the key") {
    for (Row& row : story.record.ledger)
      if (row.order == "2") row.client_key = "k-1";
  }
  SECTION("the service has forgotten it and the request tells") {
    for (Row& row : story.record.ledger) {
      row.client_key = {};
      if (row.order == "2") row.subject = story.subject("1");
    }
  }
  const Finding finding = judged(story, "one-order-per-request");
  CHECK(finding.status == Status::broken);
  CHECK(finding.orders.size() == 1);
}

TEST_CASE("two answers under one key that name two orders break one-order-per-request") {
  Story story;
  story.confirmed("1");
  story.history("1", Told::confirmed, 201).told.order = "1b";
  CHECK(broken(story, "A7", "1b"));
}

TEST_CASE("requests without a key may make as many orders as they like") {
  Story story;
  story.confirmed("1");
  story.confirmed("2");
  for (Row& row : story.record.ledger) row.client_key = {};
  for (Exchange& row : story.record.history) row.key = {};
  CHECK(status(story, "A7") == Status::not_exercised);
}

TEST_CASE("what the client was told must be what became of its order") {
  Story story;
  SECTION("confirmed but failed") {
    story.declined("1");
    story.record.history.back().told.kind = Told::confirmed;
  }
  SECTION("refused but confirmed") {
    story.confirmed("1");
    story.record.history.back().told.kind = Told::refused;
  }
  SECTION("accepted but unknown to the shop") { story.history("1", Told::accepted, 202); }
  SECTION("rejected but done") {
    story.confirmed("1");
    story.history("1", Told::rejected, 422);
  }
  SECTION("unaccepted but done") {
    story.confirmed("1");
    story.record.history.clear();
    story.history("1", Told::unaccepted, 503);
  }
  CHECK(broken(story, "client-truth", "1"));
}

TEST_CASE("a refusal of an order that does not exist is the truth") {
  Story story;
  story.history("1", Told::refused, 503);
  CHECK(status(story, "B3") == Status::held);
}

TEST_CASE("unaccepted is the truth when another copy made the order") {
  Story story;
  story.confirmed("1");
  story.history("1", Told::unaccepted, 503);
  CHECK(status(story, "B3") == Status::held);
}

TEST_CASE("unaccepted is the truth when a copy that a fault made brought the order") {
  Story story;
  story.confirmed("1");
  story.record.history.clear();
  story.history("1", Told::unaccepted, 503);
  Exchange& way_in = story.wire("client", "gateway", "1", "place-order");
  way_in.key = "k-1";
  way_in.copies = 2;
  CHECK(status(story, "B3") == Status::held);
}

TEST_CASE("unaccepted is the truth when a copy made behind the gateway brought the order") {
  Story story;
  story.confirmed("1");
  story.record.history.clear();
  story.history("1", Told::unaccepted, 503);
  Exchange& further = story.wire("gateway", "order", "1", "place-order");
  further.key = "k-1";
  CHECK(status(story, "B3") == Status::broken);
  further.copies = 2;
  CHECK(status(story, "B3") == Status::held);
}

TEST_CASE("an answer that names another client's order is a lie though that order is fine") {
  Story story;
  story.confirmed("1");
  story.confirmed("2");
  story.record.history.back().told.order = "1";
  CHECK(status(story, "B3") == Status::broken);
}

TEST_CASE("a read that is answered with another order is a lie") {
  Story story;
  story.confirmed("1");
  story.confirmed("2");
  Exchange& read = story.history("1", Told::confirmed, 200);
  read.method = model::Method::get;
  read.path = "/orders/2/view";
  read.key = {};
  CHECK(broken(story, "B3", "1"));
  read.path = "/orders/1/view";
  CHECK(status(story, "B3") == Status::held);
}

TEST_CASE("a success that its client never heard of is counted and breaks nothing") {
  Story story;
  story.confirmed("1");
  story.confirmed("2");
  Exchange& lost = story.record.history.back();
  lost.told = {};
  lost.status = 0;
  CHECK(all_broken(story).empty());
  CHECK(judged(story, "client-truth").value == "1 ghost success");
  // The repeat that told it makes it known.
  story.history("2", Told::confirmed, 201);
  CHECK_FALSE(has(judged(story, "client-truth").value, "ghost"));
}

}  // namespace seawall::check
