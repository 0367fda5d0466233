#include "harness/net/http_parser.hpp"

#include "support/catch.hpp"

namespace seawall::net {
using namespace std::chrono_literals;

namespace {

constexpr base::TimePoint now(100s);

// Feeds `bytes` one at a time, as a dripping peer would.
template <class Parser>
Fed drip(Parser& parser, std::string_view bytes) {
  std::string kept;
  Fed fed;
  for (const char byte : bytes) {
    kept += byte;
    fed = parser.feed(kept);
    kept.erase(0, fed.consumed);
    if (fed.state != Fed::State::need_more) break;
  }
  return fed;
}

int status_of(std::string_view bytes, HttpLimits limits = {}) {
  RequestParser parser(limits);
  const Fed fed = parser.feed(bytes);
  return fed.state == Fed::State::failed ? fed.status : 0;
}

}  // namespace

TEST_CASE("a request is read with its headers in whatever pieces it comes") {
  const std::string_view bytes =
      "POST /charge?x=1 HTTP/1.1\r\nhost: a\r\nIDEMPOTENCY-KEY: o-1\r\n"
      "seawall-deadline: 250000\r\nSeawall-Index: order 3; charge; sku-1; 2\r\n"
      "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n"
      "x-test-id:  t42 \r\nContent-Length: 5\r\n\r\nhello";
  for (const bool dripped : {false, true}) {
    RequestParser parser({});
    const Fed fed = dripped ? drip(parser, bytes) : parser.feed(bytes);
    REQUIRE(fed.state == Fed::State::complete);
    CHECK(parser.keep_alive());
    const model::Request request = parser.take(now);
    CHECK(request.method == model::Method::post);
    CHECK(request.path == "/charge?x=1");
    CHECK(request.body == "hello");
    CHECK(request.idempotency_key == "o-1");
    CHECK(request.deadline == now + 250ms);
    CHECK(request.pass_deadline);
    CHECK(request.index.subject == base::Subject{base::Subject::Kind::order, 3});
    CHECK(request.index.operation == "charge");
    CHECK(request.index.label == "sku-1");
    CHECK(request.index.attempt == 2);
    CHECK(request.trace.span == 0x00f067aa0ba902b7);
    REQUIRE(request.headers.size() == 1);
    CHECK(request.headers[0].name == "X-Test-Id");
    CHECK(request.headers[0].value == "t42");
  }
}

TEST_CASE("a request of a foreign client has no index and no deadline") {
  RequestParser parser({});
  const Fed fed = parser.feed(
      "GET / HTTP/1.1\r\nSeawall-Index: order x\r\nSeawall-Deadline: -5\r\n"
      "Seawall-Deadline: 21111111111111115\r\n\r\nGET /next");
  REQUIRE(fed.state == Fed::State::complete);
  const model::Request request = parser.take(now);
  CHECK(request.index.subject.kind == base::Subject::Kind::none);
  CHECK(request.deadline == base::TimePoint{});
  CHECK_FALSE(request.pass_deadline);
}

TEST_CASE("what is behind a request is left for the next one") {
  RequestParser parser({});
  const std::string_view bytes = "GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.0\r\n\r\n";
  const Fed first = parser.feed(bytes);
  REQUIRE(first.state == Fed::State::complete);
  CHECK(parser.take(now).path == "/1");
  const Fed second = parser.feed(bytes.substr(first.consumed));
  REQUIRE(second.state == Fed::State::complete);
  CHECK_FALSE(parser.keep_alive());
  CHECK(parser.take(now).path == "/2");
  CHECK(first.consumed + second.consumed == bytes.size());
}

TEST_CASE("a chunked body is put together") {
  const std::string_view bytes =
      "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
      "4;ext=1\r\nSea \r\n4\r\nWall\r\n0\r\nTrailer: x\r\n\r\n";
  RequestParser whole({});
  REQUIRE(whole.feed(bytes).state == Fed::State::complete);
  CHECK(whole.take(now).body == "Sea Wall");
  RequestParser dripped({});
  REQUIRE(drip(dripped, bytes).state == Fed::State::complete);
  CHECK(dripped.take(now).body == "Sea Wall");
}

TEST_CASE("an empty chunked body may come byte by byte") {
  const std::string_view bytes = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
  for (std::size_t piece = 1; piece < bytes.size(); ++piece) {
    RequestParser parser({});
    std::string kept;
    Fed fed;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      kept += bytes.substr(at, piece);
      fed = parser.feed(kept);
      kept.erase(0, fed.consumed);
    }
    CHECK(fed.state == Fed::State::complete);
  }
}

TEST_CASE("what is no request is told by the status that answers it") {
  CHECK(status_of("\x16\x03\x01\x02\x05 garbage\r\n\r\n") == 400);
  CHECK(status_of("GET / HTTP/1.1\r\nno colon\r\n\r\n") == 400);
  CHECK(status_of("GET / HTTP/2.0\r\n\r\n") == 400);
  CHECK(status_of("POST / HTTP/1.1\r\nContent-Length: 5x\r\n\r\n") == 400);
  CHECK(status_of("POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n") == 400);
  CHECK(status_of("POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n") ==
        400);
  CHECK(status_of("BREW / HTTP/1.1\r\n\r\n") == 501);
  CHECK(status_of("CONNECT a:1 HTTP/1.1\r\n\r\n") == 501);
}

TEST_CASE("head and body are bounded") {
  HttpLimits limits;
  limits.head = 1000;
  limits.body = 100;
  const std::string head = "GET / HTTP/1.1\r\nX: ";
  CHECK(status_of(head + std::string(2000, 'x') + "\r\n\r\n", limits) == 431);
  CHECK(status_of(head + std::string(2000, 'x'), limits) == 431);
  CHECK(status_of("POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\n", limits) == 0);
  CHECK(status_of("POST / HTTP/1.1\r\nContent-Length: 101\r\n\r\n", limits) == 413);
  CHECK(status_of("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" +
                      std::string(101, 'x') + "\r\n0\r\n\r\n",
                  limits) == 413);
}

TEST_CASE("a request that waits for 100 Continue says so once") {
  RequestParser parser({});
  CHECK_FALSE(parser.wants_continue());
  parser.feed("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  CHECK(parser.wants_continue());
  CHECK_FALSE(parser.wants_continue());
}

TEST_CASE("a response is read with its headers") {
  ResponseParser parser({});
  const std::string_view bytes =
      "HTTP/1.1 100 Continue\r\n\r\n"
      "HTTP/1.1 503 Busy\r\nretry-after: 1\r\nSeawall-Lsn: 99\r\nContent-Length: 2\r\n\r\n{}";
  REQUIRE(drip(parser, bytes).state == Fed::State::complete);
  CHECK(parser.keep_alive());
  const model::Response response = parser.take();
  CHECK(response.status == 503);
  CHECK(response.body == "{}");
  CHECK(response.durable_lsn == 99);
  REQUIRE(response.header("Retry-After"));
  CHECK(*response.header("Retry-After") == "1");
}

TEST_CASE("a response without a length ends with the connection") {
  ResponseParser parser({});
  CHECK_FALSE(parser.feed_end());
  CHECK(parser.feed("HTTP/1.1 200 OK\r\n\r\nsome").state == Fed::State::need_more);
  CHECK(parser.feed_end());
  CHECK_FALSE(parser.keep_alive());
  CHECK(parser.take().body == "some");

  ResponseParser cut({});
  cut.feed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nsome");
  CHECK_FALSE(cut.feed_end());
}

TEST_CASE("a status that is none is garbage") {
  ResponseParser parser({});
  CHECK(parser.feed("HTTP/1.1 042 What\r\n\r\n").state == Fed::State::failed);
}

TEST_CASE("the answer to a HEAD request has no body") {
  ResponseParser parser({});
  parser.expect_no_body();
  const auto bytes = "HTTP/1.1 102 Wait\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
  CHECK(parser.feed(bytes).state == Fed::State::complete);
  CHECK(parser.take().body.empty());
}

}  // namespace seawall::net
