#include "harness/base/link.hpp"

#include "support/catch.hpp"

using namespace seawall::base;

TEST_CASE("a service means each of its instances, and an instance itself alone") {
  CHECK(service_of("payment/2") == "payment");
  CHECK(service_of("payment") == "payment");
  CHECK(means("payment", "payment/2"));
  CHECK(means("payment/2", "payment/2"));
  CHECK(means("*", "payment/2"));
  CHECK_FALSE(means("payment/2", "payment"));
  CHECK_FALSE(means("payment/2", "payment/1"));
  CHECK_FALSE(means("pay", "payment/1"));
}

TEST_CASE("a link covers the ways to the instances of its callee") {
  const Link all{"order", "payment"};
  const Link second{"order", "payment/2"};
  CHECK(all.covers(all));
  CHECK(all.covers(second));
  CHECK(second.covers(second));
  CHECK_FALSE(second.covers(all));
  CHECK_FALSE(second.covers({"order", "payment/1"}));
  CHECK(Link{"*", "payment"}.covers(second));
  CHECK(Link{"order", "*"}.covers(second));
  CHECK(between_services(second) == all);
}

TEST_CASE("nothing means the link from an instance to what its service shares") {
  const Link inner{"payment/2", "payment"};
  CHECK(inner.is_inner());
  CHECK_FALSE(Link{"*", "payment"}.covers(inner));
  CHECK_FALSE(Link{"*", "*"}.covers(inner));
  CHECK_FALSE(Link{"order", "payment/2"}.is_inner());
  CHECK_FALSE(Link{"*", "*"}.is_inner());
}
