#include "harness/base/text.hpp"

#include "harness/base/index.hpp"
#include "harness/base/link.hpp"
#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using namespace seawall::base;

TEST_CASE("a duration needs a unit and is exact") {
  CHECK(parse_duration("300ms") == Duration(300ms));
  CHECK(parse_duration("1.5s") == Duration(1500ms));
  CHECK(parse_duration("0s") == Duration::zero());
  CHECK(parse_duration("9ns") == Duration(9));
  CHECK(parse_duration("1.05s") == Duration(1050ms));
  for (const char* bad : {"300", "", "ms", "-1s", "1.s", ".5s", "1e3s", "1 s", "1.0000000001s",
                          "8761h", "99999999999999999999s", "1sx"})
    CHECK_FALSE(parse_duration(bad).has_value());
}

TEST_CASE("rates and shares and sizes need their units") {
  CHECK(parse_rate("150/s") == Rate::per_second(150));
  CHECK(parse_rate("0.5/s")->micro_per_second == 500'000);
  CHECK(parse_rate("90/m")->micro_per_second == 1'500'000);
  for (const char* bad : {"150", "0/s", "-1/s", "/s", "150/h", "10000001/s"})
    CHECK_FALSE(parse_rate(bad).has_value());
  CHECK(parse_share("12.5%") == Share{125'000});
  CHECK(parse_share("100%") == Share::all());
  for (const char* bad : {"50", "101%", "-1%", "%", "0.00001%"})
    CHECK_FALSE(parse_share(bad).has_value());
  CHECK(parse_bytes("64KiB") == Bytes{65'536});
  CHECK(parse_bytes("5KB") == Bytes{5'000});
  CHECK_FALSE(parse_bytes("64").has_value());
}

TEST_CASE("a printed unit is read back as itself") {
  for (const std::int64_t ns :
       {0LL, 1LL, 999LL, 1'000LL, 1'500'000LL, 300'000'000LL, 1'050'000'000LL, 60'000'000'000LL,
        3'600'000'000'000LL, 90'000'000'000LL, 123'456'789'012LL})
    CHECK(parse_duration(to_text(Duration(ns))) == Duration(ns));
  CHECK(to_text(Duration(90s)) == "90s");
  CHECK(to_text(Duration(2h)) == "2h");
  CHECK(to_text(Duration(-1500ms)) == "-1.5s");
  CHECK(to_text(Rate::per_second(150)) == "150/s");
  CHECK(to_text(Share{125'000}) == "12.5%");
  CHECK(to_text(Bytes{65'536}) == "64KiB");
  CHECK(to_text(Bytes{0}) == "0B");
  CHECK(to_text(Money{-1999}) == "-19.99");
  CHECK(grouped(1234567) == "1,234,567");
  CHECK(grouped(-123) == "-123");
}

TEST_CASE("the nearest word is offered only when it is near") {
  const std::vector<std::string> words = {"rate", "arrivals", "timeout"};
  CHECK(nearest("raet", words) == "rate");
  CHECK(nearest("timeuot", words) == "timeout");
  CHECK_FALSE(nearest("xyzzy", words).has_value());
  CHECK_FALSE(nearest("rate", {}).has_value());
}

TEST_CASE("a glob's star stands for any run") {
  CHECK(matches_glob("/charge*", "/charge"));
  CHECK(matches_glob("*", ""));
  CHECK(matches_glob("a*b*c", "a-b-b-c"));
  CHECK_FALSE(matches_glob("a*b", "a-b-c"));
  CHECK_FALSE(matches_glob("/charge", "/charges"));
}

TEST_CASE("a link is written with an arrow and a star covers any service") {
  CHECK(parse_link("order->payment") == Link{"order", "payment"});
  CHECK(parse_link("  order  ->  payment ") == Link{"order", "payment"});
  for (const char* bad : {"order", "->", "a->", "->b", "a->b->c"})
    CHECK_FALSE(parse_link(bad).has_value());
  CHECK(Link{"*", "payment"}.covers({"order", "payment"}));
  CHECK_FALSE(Link{"*", "payment"}.covers({"order", "inventory"}));
}

TEST_CASE("a subject reads back as itself") {
  for (const Subject subject :
       {Subject{Subject::Kind::order, 3}, Subject{Subject::Kind::warmup, 12},
        Subject{Subject::Kind::foreign, 1}})
    CHECK(parse_subject(to_text(subject)) == subject);
  for (const char* bad : {"", "order", "order x", "order 3 ", "thing 3", "order -1"})
    CHECK(parse_subject(bad) == Subject{});
}

TEST_CASE("pieces of text are put together as they are") {
  CHECK(concat({}).empty());
  CHECK(concat({"order", "", "/", "4711"}) == "order/4711");
}
