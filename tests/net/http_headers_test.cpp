#include "harness/net/http_headers.hpp"

#include "support/catch.hpp"

namespace seawall::net {
using namespace std::chrono_literals;

namespace {

base::ExecutionIndex index(std::string operation, std::string label) {
  base::ExecutionIndex index;
  index.subject = {base::Subject::Kind::order, 3};
  index.operation = std::move(operation);
  index.label = std::move(label);
  index.attempt = 2;
  return index;
}

std::string index_text(const base::ExecutionIndex& index) {
  std::string text;
  base::TextBuffer out(text);
  append_index(out, index);
  out.flush();
  return text;
}

std::string trace_text(const model::Trace& trace) {
  std::string text;
  base::TextBuffer out(text);
  append_trace(out, trace);
  out.flush();
  return text;
}

std::string message(const model::Request& request, base::TimePoint now = {}) {
  std::string out;
  append_message(out, request, "127.0.0.1:80", now);
  return out;
}

}  // namespace

TEST_CASE("an execution index survives the wire whatever its label holds") {
  CHECK(index_text(index("charge", "")) == "order 3; charge; ; 2");
  CHECK(index_text(index("GET /a b", "x;y%\r\n")) == "order 3; GET%20/a%20b; x%3By%25%0D%0A; 2");
  for (const auto& i :
       {index("charge", ""), index("", ""), index("GET /a b", "x;y%\r\n\xff"), index("a", "sku-1")})
    CHECK(parse_index(index_text(i)) == i);
}

TEST_CASE("a malformed execution index is none") {
  for (const char* text :
       {"", "order 3", "order 3; charge; ", "order 3; charge; ; 0", "order 3; charge; ; 01",
        "order 3; charge; ; +1", "order 3; charge; ; 4294967296", "order 3;charge;;1",
        "none; charge; ; 1", "ordr 3; charge; ; 1", "order 3; cha rge; ; 1",
        "order 3; charge; ; 1; 2", "order 3; %4; ; 1", "order 3; %zz; ; 1",
        "order 3; charge; ; 1 "})
    CHECK_FALSE(parse_index(text));
}

TEST_CASE("a trace context is read as W3C writes it") {
  const auto trace = parse_trace("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  REQUIRE(trace);
  CHECK(trace->high == 0x4bf92f3577b34da6);
  CHECK(trace->low == 0xa3ce929d0e0e4736);
  CHECK(trace->span == 0x00f067aa0ba902b7);
  CHECK(trace_text(*trace) == "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  for (const char* text : {"", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                           "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                           "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                           "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                           "00-4BF92F3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"})
    CHECK_FALSE(parse_trace(text));
}

TEST_CASE("a request is written with what it carries and nothing else") {
  model::Request request(model::Method::post, "/charge", "{}");
  CHECK(message(request) ==
        "POST /charge HTTP/1.1\r\nHost: 127.0.0.1:80\r\nContent-Length: 2\r\n\r\n{}");

  const base::TimePoint now(5s);
  request.idempotency_key = "o-1";
  request.deadline = now + 250ms;
  request.index = index("charge", "");
  request.trace.low = 1;
  request.trace.span = 2;
  request.headers.emplace_back("X-Test-Id", "t42");
  CHECK(message(request, now) ==
        "POST /charge HTTP/1.1\r\nHost: 127.0.0.1:80\r\nIdempotency-Key: o-1\r\n"
        "traceparent: 00-00000000000000000000000000000001-0000000000000002-01\r\n"
        "Seawall-Deadline: 250000\r\nSeawall-Index: order 3; charge; ; 2\r\n"
        "X-Test-Id: t42\r\nContent-Length: 2\r\n\r\n{}");

  request.pass_deadline = false;
  CHECK(message(request, now).find("Seawall-Deadline") == std::string::npos);
}

TEST_CASE("a deadline that has passed travels as nothing left") {
  model::Request request(model::Method::get, "/");
  request.deadline = base::TimePoint(1s);
  CHECK(message(request, base::TimePoint(2s)).find("Seawall-Deadline: 0\r\n") != std::string::npos);
}

TEST_CASE("no value of a message can add a header or another message") {
  model::Request request(model::Method::get, "/a b\r\nX: 1");
  request.idempotency_key = "k\r\nX: 1";
  request.headers.emplace_back("Bad\r\nX", "1");
  request.headers.emplace_back("Content-Length", "100");
  request.headers.emplace_back("transfer-encoding", "chunked");
  CHECK(
      message(request) ==
      "GET /a%20b%0D%0AX:%201 HTTP/1.1\r\nHost: 127.0.0.1:80\r\nIdempotency-Key: k  X: 1\r\n\r\n");
}

TEST_CASE("an answer without a body by its status has none on the wire") {
  std::string out;
  append_message(out, model::Response(204, "ignored"), true, false);
  CHECK(out == "HTTP/1.1 204 No Content\r\n\r\n");
  out.clear();
  append_message(out, model::Response(200, "announced"), false, true);
  CHECK(out == "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 9\r\n\r\n");
}

}  // namespace seawall::net
