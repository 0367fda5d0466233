// Where messages begin and end, in whatever pieces their bytes come.
#include "faults/http/framing.hpp"

#include <string>
#include <vector>

#include "tests/support/catch.hpp"

namespace seawall::http {

namespace {

// What a stream of messages is: "GET /a|abc|" for a request with the body abc, and behind a ! what
// went wrong.
std::string read(std::string_view bytes, std::size_t piece, Side side,
                 std::string_view to = "GET") {
  std::string told;
  std::string held;
  HeadReader reader(side);
  BodyReader body;
  bool in_body = false;
  while (true) {
    if (in_body) {
      const BodyReader::Part part = body.read(held);
      if (part.is_data) told += held.substr(0, part.size);
      held.erase(0, part.size);
      if (part.trouble != Trouble::none) return told + "!" + std::string(reason_of(part.trouble));
      if (part.complete) {
        told += "|";
        in_body = false;
      }
      if (part.size > 0 || part.complete) continue;
    } else if (!held.empty()) {
      const HeadReader::State state = reader.read(held);
      if (state == HeadReader::State::trouble)
        return told + "!" + std::string(reason_of(reader.trouble()));
      if (state == HeadReader::State::complete) {
        const Head& head = reader.head();
        if (side == Side::request)
          told += std::string(head.method) + " " + std::string(head.target) + "|";
        else
          told += std::to_string(head.status) + "|";
        body.begin(side == Side::request ? body_of_request(head) : body_of_answer(head, to));
        in_body = true;
        held.erase(0, head.size);
        reader.reset();
        continue;
      }
    }
    if (bytes.empty()) return told;
    held += bytes.substr(0, piece);
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
}

// Whatever the pieces, the same is read.
std::string requests(std::string_view bytes) {
  const std::string whole = read(bytes, bytes.size(), Side::request);
  for (std::size_t piece = 1; piece < bytes.size(); ++piece)
    CHECK(read(bytes, piece, Side::request) == whole);
  return whole;
}
std::string answers(std::string_view bytes, std::string_view to = "GET") {
  const std::string whole = read(bytes, bytes.size(), Side::answer, to);
  for (std::size_t piece = 1; piece < bytes.size(); ++piece)
    CHECK(read(bytes, piece, Side::answer, to) == whole);
  return whole;
}
std::string trouble(Trouble trouble) { return "!" + std::string(reason_of(trouble)); }

std::string head(std::string_view lines) {
  return "POST / HTTP/1.1\r\n" + std::string(lines) + "\r\n";
}

}  // namespace

TEST_CASE("requests follow each other, with bodies and without", "[http][framing]") {
  CHECK(requests("GET /a HTTP/1.1\r\nHost: x\r\n\r\nPOST /b?c=d HTTP/1.0\r\ncontent-LENGTH:  3 "
                 "\r\n\r\nabcDELETE * HTTP/1.1\r\n\r\n") == "GET /a||POST /b?c=d|abc|DELETE *||");
}

TEST_CASE("empty lines before a request are no request", "[http][framing]") {
  CHECK(requests("\r\n\r\nGET /a HTTP/1.1\r\n\r\n\r\nGET /b HTTP/1.1\r\n\r\n") ==
        "GET /a||GET /b||");
}

TEST_CASE("chunks end with their last, extensions and trailers included", "[http][framing]") {
  CHECK(requests(head("Transfer-Encoding: Chunked\r\n") +
                 "3\r\nabc\r\n00a;name=\"v\"\r\n0123456789\r\n0\r\nA: b\r\nC: d\r\n\r\nGET / "
                 "HTTP/1.1\r\n\r\n") == "POST /|abc0123456789|GET /||");
}

TEST_CASE("an answer has the body that its status and its request allow", "[http][framing]") {
  CHECK(answers("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") == "200|ok|");
  CHECK(answers("HTTP/1.1 204\r\n\r\nHTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n") ==
        "204||304||");
  CHECK(answers("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") ==
        "100||200||");
  CHECK(answers("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nHTTP/1.1 404 No\r\n\r\n", "HEAD") ==
        "200||404||");
  CHECK(answers("HTTP/1.0 200 OK\r\n\r\nuntil the end") == "200|until the end");
  CHECK(answers("HTTP/1.1 200 OK\r\n\r\n", "CONNECT") == "200||");
}

TEST_CASE("another protocol is known by its first bytes", "[http][framing]") {
  const std::string none = trouble(Trouble::not_http);
  for (const std::string_view bytes :
       {"\x16\x03\x01\x02", "*1\r\n$4\r\nPING\r\n", "PING\r\n", "get / HTTP/1.1\r\n\r\n",
        "GET / HTTP/2.0\r\n\r\n", "PRI * HTTP/2.0\r\n\r\n", "GET /\r\n", "GET  / HTTP/1.1\r\n\r\n",
        "GET / x HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\n\n", "GET /\t HTTP/1.1\r\n\r\n", "\n",
        "DESCRIBE rtsp://x RTSP/1.0\r\n\r\n"}) {
    INFO(bytes);
    CHECK(requests(bytes) == none);
  }
  for (const std::string_view bytes :
       {"SSH-2.0-x\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 20\r\n\r\n",
        "HTTP/1.1 099 x\r\n\r\n", "\r\nHTTP/1.1 200 OK\r\n\r\n"})
    CHECK(answers(bytes) == none);
}

TEST_CASE("shapes that can be read in two ways are not read", "[http][framing]") {
  const auto of = [](std::string_view lines) { return requests(head(lines)); };
  CHECK(of("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n") ==
        trouble(Trouble::both_lengths));
  CHECK(of("Content-Length: 3\r\nContent-Length: 3\r\n") == trouble(Trouble::length));
  CHECK(of("Content-Length: 3, 3\r\n") == trouble(Trouble::length));
  CHECK(of("Content-Length: +3\r\n") == trouble(Trouble::length));
  CHECK(of("Content-Length:\r\n") == trouble(Trouble::length));
  CHECK(of("Content-Length: 99999999999999999999\r\n") == trouble(Trouble::length));
  CHECK(of("Transfer-Encoding: gzip, chunked\r\n") == trouble(Trouble::coding));
  CHECK(of("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n") ==
        trouble(Trouble::coding));
  CHECK(of("Transfer-Encoding : chunked\r\n") == trouble(Trouble::header));
  CHECK(of(": x\r\n") == trouble(Trouble::header));
  CHECK(of("no colon\r\n") == trouble(Trouble::header));
  CHECK(of("A: b\r\n c\r\n") == trouble(Trouble::folded));
  CHECK(of("A: b\nC: d\r\n") == trouble(Trouble::line_end));
  CHECK(of("A: b\rC: d\r\n") == trouble(Trouble::line_end));
  CHECK(requests("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n") ==
        trouble(Trouble::coding));
}

TEST_CASE("chunks that are none are told where they go wrong", "[http][framing]") {
  const auto of = [](std::string_view body) {
    return requests(head("Transfer-Encoding: chunked\r\n") + std::string(body));
  };
  const std::string begin = "POST /|";
  CHECK(of("x\r\n") == begin + trouble(Trouble::chunk));
  CHECK(of("\r\n") == begin + trouble(Trouble::chunk));
  CHECK(of("3\nabc") == begin + trouble(Trouble::chunk));
  CHECK(of("0x3\r\nabc") == begin + trouble(Trouble::chunk));
  CHECK(of(" 3\r\nabc") == begin + trouble(Trouble::chunk));
  CHECK(of("3;a\nb\r\nabc") == begin + trouble(Trouble::chunk));
  CHECK(of("3\r\nabcd\r\n") == begin + "abc" + trouble(Trouble::chunk));
  CHECK(of("ffffffffffffffff\r\n") == begin + trouble(Trouble::chunk));
  CHECK(of("0\r\nA: b\n\r\n") == begin + trouble(Trouble::trailers));
  CHECK(of("0\r\n" + std::string(9000, 'a')) == begin + trouble(Trouble::trailers));
}

TEST_CASE("a head has a limit", "[http][framing]") {
  const auto of = [](std::size_t size) {
    const std::string start = "GET / HTTP/1.1\r\nA: ";
    return start + std::string(size - start.size() - 4, 'a') + "\r\n\r\n";
  };
  for (const std::size_t piece : {std::size_t{1000}, most_head * 2}) {
    CHECK(read(of(most_head), piece, Side::request) == "GET /||");
    CHECK(read(of(most_head + 1), piece, Side::request) == trouble(Trouble::head_size));
    CHECK(read("GET /" + std::string(most_head, 'a'), piece, Side::request) ==
          trouble(Trouble::head_size));
  }
}

TEST_CASE("what a head says of its connection is read", "[http][framing]") {
  const auto closes = [](const std::string& bytes) {
    HeadReader reader(Side::request);
    REQUIRE(reader.read(bytes) == HeadReader::State::complete);
    return reader.head().closes;
  };
  CHECK_FALSE(closes("GET / HTTP/1.1\r\n\r\n"));
  CHECK(closes("GET / HTTP/1.1\r\nConnection: TE, Close\r\n\r\n"));
  CHECK(closes("GET / HTTP/1.0\r\n\r\n"));
  CHECK_FALSE(closes("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"));

  HeadReader reader(Side::request);
  const std::string bytes =
      "PUT / HTTP/1.1\r\nExpect: 100-Continue\r\nX-Test: a b \r\nSeawall-Index: order 3; a; ; "
      "1\r\n\r\n";
  REQUIRE(reader.read(bytes) == HeadReader::State::complete);
  CHECK(reader.head().expects_continue);
  CHECK(reader.head().index == "order 3; a; ; 1");
  CHECK(has_header(reader.head(), "x-TEST", "a b"));
  CHECK_FALSE(has_header(reader.head(), "x-test", "a"));
}

}  // namespace seawall::http
