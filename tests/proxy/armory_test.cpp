#include "faults/proxy/armory.hpp"

#include "faults/kinds/kind.hpp"
#include "support/catch.hpp"

namespace seawall::proxy {
namespace {

using base::Duration;

constexpr TimePoint at(int n) { return TimePoint(Duration(n)); }

model::Fault declines() {
  model::Fault fault;
  fault.name = "declines";
  fault.type = "http_abort";
  fault.link = base::Link{"*", "payment"};
  return fault;
}

model::Fault crash_of_payment() {
  model::Fault fault;
  fault.name = "crash-1";
  fault.type = "crash";
  fault.node = "payment";
  return fault;
}

struct Books {
  const model::Fault abort = declines();
  const model::Fault crash = crash_of_payment();
  std::vector<std::string> told;
  Armory armory{{kinds::arm(abort, 0), kinds::arm(crash, 1)}, [this](const record::Event& event) {
                  told.push_back(event.name + " " + event.what);
                }};
};

}  // namespace

TEST_CASE("arming swaps a list that its readers keep") {
  Books books;
  const auto before = books.armory.armed();
  books.armory.arm(0, at(1));
  CHECK(before->empty());
  REQUIRE(books.armory.armed()->size() == 1);
  CHECK(books.armory.armed()->front().position == 0);
  CHECK(books.armory.active(0));
  books.armory.disarm(0, at(2));
  CHECK_FALSE(books.armory.active(0));
  const auto use = books.armory.uses().at(0);
  CHECK(use.was_armed);
  CHECK(use.armed == at(1));
  CHECK(use.healed == at(2));
  CHECK(books.told == std::vector<std::string>{"declines armed", "declines healed"});
}

TEST_CASE("what is told of late meets the faults of its time") {
  Books books;
  CHECK(books.armory.armed_since(at(1))->empty());
  books.armory.arm(0, at(2));
  CHECK(books.armory.armed_since(at(1))->size() == 1);
  books.armory.disarm(0, at(4));
  CHECK(books.armory.armed_since(at(3))->size() == 1);
  CHECK(books.armory.armed_since(at(4))->empty());
  CHECK(books.armory.armed()->empty());
}

TEST_CASE("uses count calls by link and hits by decision") {
  Books books;
  books.armory.arm(0, at(1));
  plan::Decision hit;
  hit.reached = {0};
  hit.hit = {0};
  books.armory.met_call({"order", "payment"}, hit, {}, at(2));
  books.armory.met_call({"order", "payment"}, {}, {}, at(3));
  books.armory.met_call({"order", "shipping"}, {}, {}, at(4));
  const auto use = books.armory.uses().at(0);
  CHECK(use.calls == 2);
  CHECK(use.reached == 1);
  CHECK(use.hit == 1);
}

TEST_CASE("a write of another node is no call of a fault that aims at one") {
  model::Fault fault = crash_of_payment();
  model::Point point;
  point.durable_write = true;
  point.link.from = "payment";
  fault.at_call = {point};
  Armory armory({kinds::arm(fault, 0)}, [](const record::Event&) {});
  armory.arm(0, at(1));
  armory.met_write({}, "payment", {}, at(2));
  armory.met_write({}, "shipping", {}, at(3));
  CHECK(armory.uses().at(0).calls == 1);
}

TEST_CASE("a crash is active until its node serves again") {
  Books books;
  books.armory.arm(1, at(1));
  CHECK_FALSE(books.armory.active(1));
  books.armory.met_node(1, "payment", true, at(1));
  books.armory.node_down(1, "payment");
  CHECK(books.armory.active(1));
  books.armory.disarm(1, at(5));
  CHECK(books.armory.active(1));
  books.armory.node_up("shipping", at(6));
  CHECK(books.armory.active(1));
  books.armory.node_up("payment", at(7));
  CHECK_FALSE(books.armory.active(1));
  CHECK(books.armory.uses().at(1).healed == at(7));
  CHECK(books.armory.uses().at(1).hit == 1);
}

TEST_CASE("a restart hits when its node dies, not when that is asked to end") {
  Books books;
  books.armory.arm(1, at(1));
  books.armory.met_node(1, "payment", false, at(1));
  books.armory.node_down(1, "payment");
  CHECK(books.armory.active(1));
  CHECK(books.armory.uses().at(1).hit == 0);
  books.armory.drained(1, "payment", at(3));
  CHECK(books.armory.uses().at(1).hit == 1);
  CHECK(books.armory.uses().at(1).reached == 1);
}

}  // namespace seawall::proxy
