#include "tests/check/story.hpp"
#include "tests/support/catch.hpp"

namespace seawall::check {

TEST_CASE("holding more than there is is an oversell") {
  Story story;
  story.place("1", 999);
  story.reserved("1", 999);
  story.place("2");
  story.reserved("2");
  CHECK(broken(story, "no-oversell", "2"));
  CHECK(judged(story, "no-oversell").why.find("there are only 1000") != std::string::npos);
}

TEST_CASE("an oversell that a release hides later is still one") {
  Story story;
  story.place("1", 999);
  story.reserved("1", 999);
  story.place("2");
  story.reserved("2");
  story.released("1");
  CHECK(broken(story, "A3", "2"));
}

TEST_CASE("restocked pieces may be sold") {
  Story story;
  Row& more = story.row("inventory", Machine::stock, "", "-", "restocked");
  more.sku = "sku-1";
  more.quantity = 10;
  more.available_after = 1010;
  story.place("1", 1005);
  story.reserved("1", 1005).available_after = 5;
  CHECK(status(story, "A3") == Status::held);
}

TEST_CASE("a count of what is left that is wrong breaks it") {
  Story story;
  story.place("1");
  story.reserved("1").available_after += 1;
  CHECK(broken(story, "A3", "1"));
}

TEST_CASE("stock that is still held when the order ends is leaked though the hold expires") {
  Story story;
  story.place("1");
  story.reserved("1");
  story.moved("1", "pending", "compensating", "in-doubt");
  story.moved("1", "compensating", "failed");
  story.ended("1", "compensated");
  story.wait(10s);
  story.released("1", "expired");
  CHECK(broken(story, "no-leaked-reservation", "1"));
  CHECK(all_broken(story) == "A9");
}

TEST_CASE("a late reserve that finds no tombstone after the last saga ended is leaked") {
  Story story;
  story.place("1");
  story.moved("1", "pending", "compensating", "in-doubt");
  story.moved("1", "compensating", "failed");
  story.ended("1", "compensated");
  story.wait(20s);
  story.reserved("1");
  CHECK(broken(story, "A9", "1"));
  CHECK(broken(story, "B2", "1"));
}

TEST_CASE("stock that is held for a moment after the order ended is leaked though it is let go") {
  Story story;
  story.declined("1");
  story.reserved("1", 2, "sku-2");
  story.released("1");
  CHECK(broken(story, "A9", "1"));
}

TEST_CASE("stock that is held at the end by an order that never was is leaked") {
  Story story;
  story.confirmed("1");
  story.reserved("9");
  CHECK(broken(story, "A9", "9"));
  CHECK(broken(story, "B5", "9"));
}

TEST_CASE("holds of a run that was broken off are no leak") {
  Story story;
  story.place("1");
  story.reserved("1");
  story.record.interrupted = true;
  story.record.settled = TimePoint{};
  CHECK(status(story, "A9") == Status::held);
  CHECK(status(story, "B1") == Status::not_judged);
  CHECK(status(story, "C1") == Status::not_judged);
}

TEST_CASE("a late duplicate that finds a tombstone leaves no trace and breaks nothing") {
  Story story;
  story.place("1");
  story.moved("1", "pending", "compensating", "in-doubt");
  Row& tombstone = story.row("inventory", Machine::reservation, "1", "-", "tombstone");
  tombstone.key = "release-1";
  tombstone.sku = "sku-1";
  story.row("payment", Machine::charge, "1", "-", "tombstone").key = "refund-1";
  story.moved("1", "compensating", "failed");
  story.told("1", Told::refused, 503, "inventory");
  story.ended("1", "compensated");
  story.wait(5s);
  Exchange& late = story.wire("order", "inventory", "1", "reserve");
  late.status = 409;
  late.copies = 2;
  CHECK(all_broken(story).empty());
}

}  // namespace seawall::check
