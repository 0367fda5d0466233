#include "harness/xray/calls.hpp"

#include "tests/support/catch.hpp"
#include "tests/xray/journal.hpp"

namespace seawall::xray {

TEST_CASE("the shape of a path forgets what differs from request to request", "[xray]") {
  const auto shape = [](const std::string& path) {
    record::Exchange row;
    row.path = path;
    return operation_of(row).path;
  };
  CHECK(shape("/charge") == "/charge");
  CHECK(shape("/orders/o-17/lines/2?full=1") == "/orders/*/lines/*");
  CHECK(shape("/") == "/");
  CHECK(shape("/skus/sku-1") == "/skus/*");
}

TEST_CASE("repeats within a request of the client are one call", "[xray]") {
  Journal journal;
  journal.asks(0s, 5s);
  journal.fails(1s, 500ms);
  journal.fails(2s, 500ms);
  journal.asks(10s, 5s);
  journal.calls(11s, 10ms);
  const auto calls = calls_on(journal.record, charge);
  REQUIRE(calls.size() == 2);
  CHECK(calls[0].attempts.size() == 2);
  CHECK(calls[1].attempts.size() == 1);
}

TEST_CASE("what comes when the client has left is no attempt of its call", "[xray]") {
  Journal journal;
  journal.asks(0s, 1s);
  journal.fails(500ms, 300ms);
  journal.fails(3s, 300ms);
  journal.asks(10s, 1s);
  journal.fails(12s, 300ms);  // of nobody who waits
  const auto calls = calls_on(journal.record, charge);
  REQUIRE(calls.size() == 1);
  CHECK(calls[0].attempts.size() == 1);
  CHECK(calls[0].afterwards.size() == 1);
}

TEST_CASE("several calls of one request are told apart by what they carry", "[xray]") {
  Journal journal;
  journal.asks(0s, 5s);
  journal.calls(1s, 10ms, "/charge/1");
  journal.calls(2s, 10ms, "/charge/2");
  Subject subject = charge;
  CHECK(calls_on(journal.record, subject).size() == 1);
  subject.once = false;
  CHECK(calls_on(journal.record, subject).size() == 2);
}

TEST_CASE("the operation that most requests need is the one that is looked at", "[xray]") {
  Journal journal;
  for (int i = 0; i < 3; ++i) {
    journal.asks(10s * i, 5s);
    journal.calls(10s * i + 1s, 10ms);
    if (i == 0) journal.calls(10s * i + 2s, 10ms, "/refund/1");
  }
  const auto subject = main_subject(journal.record, link);
  REQUIRE(subject);
  CHECK(to_text(subject->operation) == "POST /charge/*");
  CHECK(subject->once);
  CHECK_FALSE(main_subject(journal.record, {"orders", "nobody"}));
}

TEST_CASE("a request that needs a call twice does not need it once", "[xray]") {
  Journal journal;
  journal.asks(0s, 5s);
  journal.calls(1s, 10ms);
  journal.calls(2s, 10ms);
  CHECK_FALSE(main_subject(journal.record, link)->once);
}

}  // namespace seawall::xray
