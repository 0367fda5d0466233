#include "faults/proxy/numbering.hpp"

#include "support/catch.hpp"

namespace seawall::proxy {
namespace {

const base::Link to_payment{"order", "payment"};

model::Request charge(std::uint64_t order, std::string label = {}) {
  model::Request request(model::Method::post, "/charge?x=1");
  request.index.subject = {base::Subject::Kind::order, order};
  request.index.operation = "charge";
  request.index.label = std::move(label);
  return request;
}

std::uint32_t count(Numbering& numbering, const base::Link& link, model::Request request) {
  numbering.number(link, request);
  return request.index.n;
}

}  // namespace

TEST_CASE("requests are counted by subject link operation and label") {
  const runtime::Target target;
  Numbering numbering(target);
  CHECK(count(numbering, to_payment, charge(1)) == 1);
  CHECK(count(numbering, to_payment, charge(1)) == 2);
  CHECK(count(numbering, to_payment, charge(2)) == 1);
  CHECK(count(numbering, to_payment, charge(1, "hedge")) == 1);
  CHECK(count(numbering, {"order", "shipping"}, charge(1)) == 1);
  model::Request retry = charge(1);
  retry.index.attempt = 7;
  CHECK(count(numbering, to_payment, retry) == 3);
}

TEST_CASE("the ways to the instances of a service count as one link") {
  const runtime::Target target;
  Numbering numbering(target);
  CHECK(count(numbering, {"order", "payment/1"}, charge(1)) == 1);
  CHECK(count(numbering, {"order", "payment/3"}, charge(1)) == 2);
  CHECK(count(numbering, {"payment/1", "payment"}, charge(1)) == 1);
  CHECK(count(numbering, {"payment/3", "payment"}, charge(1)) == 2);
}

TEST_CASE("foreign requests count by arrival") {
  runtime::Target target;
  Numbering numbering(target);
  for (std::uint64_t arrival = 1; arrival <= 3; ++arrival) {
    model::Request request(model::Method::post, "/orders?dry=1");
    numbering.number({"client", "gateway"}, request);
    CHECK(request.index.subject == base::Subject{base::Subject::Kind::foreign, arrival});
    CHECK(request.index.operation == "POST /orders");
    CHECK(request.index.n == 1);
  }
  target.operation = [](const model::Request&) { return std::string("place-order"); };
  model::Request request(model::Method::post, "/orders");
  numbering.number({"client", "gateway"}, request);
  CHECK(request.index.operation == "place-order");
}

}  // namespace seawall::proxy
