// Execution indexes as text.
#include "harness/model/point.hpp"

#include <limits>

#include "support/catch.hpp"

using seawall::model::parse_plan_item;
using seawall::model::PlanItem;

namespace {

PlanItem item_of(std::string_view text) {
  const auto item = parse_plan_item(text);
  INFO(text);
  REQUIRE(item.has_value());
  return *item;
}
std::string again(std::string_view text) { return to_text(item_of(text).point); }

}  // namespace

TEST_CASE("a call is named by subject, link, operation, label and ordinal") {
  const PlanItem item = item_of("order 3: order->payment.charge[sku-1] #2");
  CHECK(item.point.subject.kind == seawall::base::Subject::Kind::order);
  CHECK(item.point.subject.number == 3);
  CHECK(item.point.link == seawall::base::Link{"order", "payment"});
  CHECK(item.point.operation == "charge");
  CHECK(item.point.label == "sku-1");
  CHECK(item.point.first == 2);
  CHECK(item.point.last == 2);
  CHECK_FALSE(item.point.durable_write);
  CHECK(item.outcome.empty());
}

TEST_CASE("a durable write is named by its node and class") {
  const PlanItem item = item_of("any: order!saga.charged #1");
  CHECK(item.point.any_subject);
  CHECK(item.point.durable_write);
  CHECK(item.point.link.from == "order");
  CHECK(item.point.operation == "saga.charged");
  CHECK(item_of("request 7: payment!capture #1").point.operation == "capture");
}

TEST_CASE("a range and a star are one unit") {
  constexpr auto every = std::numeric_limits<std::uint32_t>::max();
  CHECK(item_of("any: a->b.c #2..4").point.last == 4);
  CHECK(item_of("any: a->b.c #2..").point.last == every);
  CHECK(item_of("any: a->b.c #*").point.first == 1);
  CHECK(item_of("any: a->b.c #*").point.last == every);
}

TEST_CASE("an outcome carries its parameters") {
  const PlanItem item = item_of("any: a->b.c #1: http_abort(status=503, body=\"x, y)\")");
  CHECK(item.outcome == "http_abort");
  CHECK(item.arguments.at("status") == "503");
  CHECK(item.arguments.at("body") == "x, y)");
}

TEST_CASE("a point prints as it is written") {
  for (const char* text :
       {"order 3: order->payment.charge #1", "any: order-db->payment-2.charge[l 1] #2..3",
        "request 1: order!saga.charged #*", "any: a!b #3.."})
    CHECK(again(text) == text);
  CHECK(again(" order 3 :order -> payment . charge# 1") == "order 3: order->payment.charge #1");
}

TEST_CASE("a line of a plan prints as what reads back the same") {
  for (const char* text : {"any: a->b.c #1", "order 1: a->b.c #*: drop_reply",
                           "any: a!b #1: crash(effect=after, on=a)",
                           "any: a->b.c #1: http_abort(body=\"x, y)\", status=503)",
                           "any: a->b.c #1: http_abort(body=\"\", status=503)"})
    CHECK(to_text(item_of(text)) == text);
  CHECK(to_text(item_of("any:a->b.c #1 : x( b = 2,a=1 )")) == "any: a->b.c #1: x(a=1, b=2)");
}

TEST_CASE("what is wrong with a point is told at its offset") {
  const auto error = [](std::string_view text) {
    const auto item = parse_plan_item(text);
    REQUIRE_FALSE(item.has_value());
    return std::to_string(item.error().at) + " " + item.error().message;
  };
  CHECK(error("") == "0 order N, request N or any");
  CHECK(error("oder 3: a->b.c #1") == "0 order N, request N or any");
  CHECK(error("order 0: a->b.c #1") == "6 the number of the order, from 1");
  CHECK(error("any: a->b #1") == "10 \".\" and the operation, such as .charge");
  CHECK(error("any: a.b #1") ==
        "6 \"->\" and a service (a call), or \"!\" and a class (a durable write)");
  CHECK(error("any: a->b.c") == "11 \"#\" and which one: #1, #1..3, #2.. or #*");
  CHECK(error("any: a->b.c #3..2") == "16 a last number that is not below the first");
  CHECK(error("any: a->b.c[x #1") == "12 \"]\" after the label");
  CHECK(error("any: a->b.c #4294967295") == "13 a smaller number");
  CHECK(error("any: a->b.c #1: x(a=1, a=2)").ends_with("each parameter once"));
  CHECK(error("any: a->b.c #1 x") ==
        "15 its end after \"#1\" (a line of a plan: \":\" and a kind of fault)");
  CHECK(error("any: a->b.c #1: x y") == "18 the end of the text");
  CHECK(error(std::string(1001, ' ')) == "0 a shorter text: at most 1000 characters");
}
