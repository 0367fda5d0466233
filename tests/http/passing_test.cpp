// What no fault touches passes byte for byte, whatever it is, and the journal tells of it.
#include "tests/http/rig.hpp"
#include "tests/net/sending.hpp"

namespace seawall::http {

using net::pattern;
using net::send_through;

namespace {

// After the first row of an exchange came this note of its connection.
void check_passed_as_tcp(Rig& rig, Trouble trouble) {
  const auto rows = rig.rows(1);
  REQUIRE_FALSE(rows.empty());
  CHECK(rows.front().of_connection);
  CHECK(rows.front().note == reason_of(trouble));
}

}  // namespace

TEST_CASE("a request and its answer pass, and have a row", "[http][sockets]") {
  Rig rig;
  const std::size_t one = rig.connect();
  rig.callers[one].say(post_of("four"));
  CHECK(rig.hears(rig.callees[one], post_of("four")));
  rig.callees[one].say(ok);
  CHECK(rig.hears(rig.callers[one], ok));
  const auto rows = rig.rows(1);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].method == "POST");
  CHECK(rows[0].target == "/charge");
  CHECK(rows[0].connection == 0);
  CHECK(rows[0].note.empty());
  const record::Exchange& exchange = rows[0].exchange;
  CHECK(exchange.status == 200);
  CHECK(exchange.bytes_out == 4);
  CHECK(exchange.bytes_in == 5);
  CHECK(exchange.copies == 1);
  CHECK_FALSE(exchange.failure);
  CHECK(exchange.sent <= exchange.ended);
  CHECK(exchange.method == model::Method::post);
  CHECK(exchange.index.operation == "POST /charge");
  CHECK(exchange.index.n == 1);
}

TEST_CASE("a request that is split at any byte passes", "[http][sockets]") {
  Rig rig;
  const std::string request = post_of("body");
  const std::string answer =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
  const std::size_t one = rig.connect();
  std::string asked;
  std::string answered;
  for (std::size_t i = 1; i < request.size(); ++i) {
    rig.callers[one].say(std::string_view(request).substr(0, i));
    rig.wait(300us);
    rig.callers[one].say(std::string_view(request).substr(i));
    CHECK(rig.hears(rig.callees[one], asked += request));
    const std::size_t j = i % answer.size();
    rig.callees[one].say(std::string_view(answer).substr(0, j));
    rig.wait(300us);
    rig.callees[one].say(std::string_view(answer).substr(j));
    CHECK(rig.hears(rig.callers[one], answered += answer));
  }
  CHECK(rig.rows(request.size() - 1).size() == request.size() - 1);
}

TEST_CASE("a request that comes byte by byte passes", "[http][sockets]") {
  Rig rig;
  const std::size_t one = rig.connect();
  for (const char byte : get) {
    rig.callers[one].say({&byte, 1});
    rig.wait(100us);
  }
  CHECK(rig.hears(rig.callees[one], get));
  for (const char byte : ok) {
    rig.callees[one].say({&byte, 1});
    rig.wait(100us);
  }
  CHECK(rig.hears(rig.callers[one], ok));
  CHECK(rig.rows(1).at(0).exchange.bytes_in == 5);
}

TEST_CASE("large bodies pass in both directions, with lengths and in chunks", "[http][sockets]") {
  Rig rig;
  const std::size_t one = rig.connect();
  const std::string body = pattern(3'000'000);
  send_through(rig, rig.callers[one], rig.callees[one], post_of(body));
  std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::size_t i = 0; i < body.size(); i += 60'000)
    chunked += "ea60\r\n" + body.substr(i, 60'000) + "\r\n";
  chunked += "0\r\nTrailer: yes\r\n\r\n";
  send_through(rig, rig.callees[one], rig.callers[one], chunked);
  const auto rows = rig.rows(1);
  CHECK(rows.at(0).exchange.bytes_out == 3'000'000);
  CHECK(rows.at(0).exchange.bytes_in == 3'000'000);
}

TEST_CASE("pipelined requests pass, and each has its answer", "[http][sockets]") {
  Rig rig;
  const std::size_t one = rig.connect();
  std::string requests;
  std::string answers;
  for (int i = 0; i < 100; ++i) {
    requests += get_of("/" + std::to_string(i));
    const int status = i == 4 ? 200 : 200 + i;  // 204 would have no body
    answers += "HTTP/1.1 " + std::to_string(status) + " OK\r\nContent-Length: 1\r\n\r\nx";
  }
  rig.callers[one].say(requests);
  CHECK(rig.hears(rig.callees[one], requests));
  rig.callees[one].say(answers);
  CHECK(rig.hears(rig.callers[one], answers));
  const auto rows = rig.rows(100);
  REQUIRE(rows.size() == 100);
  for (int i = 0; i < 100; ++i) {
    CHECK(rows[static_cast<std::size_t>(i)].target == "/" + std::to_string(i));
    CHECK(rows[static_cast<std::size_t>(i)].exchange.status == (i == 4 ? 200 : 200 + i));
  }
}

TEST_CASE("more requests outstanding than a link keeps apart pass unread", "[http][sockets]") {
  Rig rig;
  const std::size_t one = rig.connect();
  constexpr std::size_t count = Outstanding::most + 100;
  std::string requests;
  for (std::size_t i = 0; i < count; ++i) requests += get;
  rig.callers[one].say(requests);
  CHECK(rig.hears(rig.callees[one], requests));
  std::string answers;
  for (std::size_t i = 0; i < count; ++i) answers += ok;
  rig.callees[one].say(answers);
  CHECK(rig.hears(rig.callers[one], answers));
  Query all;
  all.most = 2 * count;
  const auto rows = rig.rows(Outstanding::most + 1, all);
  CHECK_FALSE(rows.at(0).note.empty());
  CHECK(rig.link.journal().written() == Outstanding::most + 1);
}

TEST_CASE("who asks before it sends is told by the callee", "[http][sockets]") {
  Rig rig;
  const std::size_t one = rig.connect();
  const std::string head =
      "PUT /file HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";
  const std::string go = "HTTP/1.1 100 Continue\r\n\r\n";
  rig.callers[one].say(head);
  CHECK(rig.hears(rig.callees[one], head));
  rig.callees[one].say(go);
  CHECK(rig.hears(rig.callers[one], go));
  rig.callers[one].say("body");
  CHECK(rig.hears(rig.callees[one], head + "body"));
  rig.callees[one].say(ok);
  CHECK(rig.hears(rig.callers[one], go + std::string(ok)));
  CHECK(rig.rows(1).at(0).exchange.status == 200);
}

TEST_CASE("after an upgrade both directions pass as TCP", "[http][sockets]") {
  Rig rig({abort(503)});
  model::Fault other = abort(503);
  other.match.path = "/other";
  REQUIRE(rig.link.set_faults({other}));
  const std::size_t one = rig.connect();
  const std::string ask = "GET /chat HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  const std::string agree = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";
  rig.callers[one].say(ask);
  CHECK(rig.hears(rig.callees[one], ask));
  rig.callees[one].say(agree + "\x01\x02");
  CHECK(rig.hears(rig.callers[one], agree + "\x01\x02"));
  rig.callers[one].say(get_of("/other"));  // of another protocol now
  CHECK(rig.hears(rig.callees[one], ask + get_of("/other")));
  rig.callees[one].say("more");
  CHECK(rig.hears(rig.callers[one], agree + "\x01\x02more"));
  const auto rows = rig.rows(1);
  CHECK(rows.at(0).exchange.status == 101);
  CHECK_FALSE(rows.at(0).note.empty());
  CHECK(rig.hit() == 0);
}

TEST_CASE("a tunnel passes as TCP, and bulk through it", "[http][sockets]") {
  Rig rig;
  const std::size_t one = rig.connect();
  const std::string ask = "CONNECT shop:443 HTTP/1.1\r\nHost: shop:443\r\n\r\n";
  const std::string agree = "HTTP/1.1 200 Connection established\r\n\r\n";
  rig.callers[one].say(ask);
  CHECK(rig.hears(rig.callees[one], ask));
  rig.callees[one].say(agree);
  CHECK(rig.hears(rig.callers[one], agree));
  send_through(rig, rig.callers[one], rig.callees[one], pattern(2'000'000));
  send_through(rig, rig.callees[one], rig.callers[one], pattern(2'000'001));
}

TEST_CASE("an answer to HEAD announces a body and has none", "[http][sockets]") {
  Rig rig;
  const std::size_t one = rig.connect();
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
  rig.callers[one].say("HEAD / HTTP/1.1\r\n\r\n" + std::string(get));
  CHECK(rig.until([&] { return rig.callees[one].heard().size() > get.size(); }));
  rig.callees[one].say(head + std::string(ok));
  CHECK(rig.hears(rig.callers[one], head + std::string(ok)));
  const auto rows = rig.rows(2);
  CHECK(rows.at(0).exchange.bytes_in == 0);
  CHECK(rows.at(1).exchange.bytes_in == 5);
}

TEST_CASE("a body may end with its connection", "[http][sockets]") {
  Rig rig;
  const std::size_t one = rig.connect();
  rig.callers[one].say(get);
  CHECK(rig.hears(rig.callees[one], get));
  const std::string answer = "HTTP/1.1 200 OK\r\n\r\n" + std::string(1000, 'x');
  rig.callees[one].say(answer);
  rig.callees[one].end();
  CHECK(rig.ends(rig.callers[one], State::ended));
  CHECK(rig.callers[one].heard() == answer);
  const auto rows = rig.rows(1);
  CHECK(rows.at(0).exchange.bytes_in == 1000);
  CHECK_FALSE(rows.at(0).exchange.failure);
}

TEST_CASE("what is not HTTP passes as TCP", "[http][sockets]") {
  Rig rig;
  REQUIRE(rig.link.set_faults({abort(503)}));
  const std::size_t one = rig.connect();
  rig.callers[one].say("*1\r\n$4\r\nPING\r\n");
  CHECK(rig.hears(rig.callees[one], "*1\r\n$4\r\nPING\r\n"));
  rig.callees[one].say("+PONG\r\n");
  CHECK(rig.hears(rig.callers[one], "+PONG\r\n"));
  rig.callers[one].say(get);
  CHECK(rig.hears(rig.callees[one], "*1\r\n$4\r\nPING\r\n" + std::string(get)));
  check_passed_as_tcp(rig, Trouble::not_http);
  CHECK(rig.hit() == 0);
}

TEST_CASE("a callee that speaks first is not HTTP", "[http][sockets]") {
  Rig rig;
  const std::size_t one = rig.connect();
  rig.callees[one].say("220 mail ready\r\n");
  CHECK(rig.hears(rig.callers[one], "220 mail ready\r\n"));
  rig.callers[one].say("EHLO");
  CHECK(rig.hears(rig.callees[one], "EHLO"));
}

TEST_CASE("what is ambiguous passes unread from there on", "[http][sockets]") {
  Rig rig;
  const std::size_t one = rig.connect();
  const std::string odd =
      "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
  rig.callers[one].say(odd);
  CHECK(rig.hears(rig.callees[one], odd));
  check_passed_as_tcp(rig, Trouble::both_lengths);
  rig.callees[one].say("anything");
  CHECK(rig.hears(rig.callers[one], "anything"));
}

TEST_CASE("an ambiguous request behind others leaves them their answers", "[http][sockets]") {
  Rig rig;
  const std::size_t one = rig.connect();
  const std::string odd = "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n";
  rig.callers[one].say(std::string(get) + odd);
  CHECK(rig.hears(rig.callees[one], std::string(get) + odd));
  rig.callees[one].say(std::string(ok) + "HTTP/1.1 400 Bad\r\n\r\n");
  CHECK(rig.hears(rig.callers[one], std::string(ok) + "HTTP/1.1 400 Bad\r\n\r\n"));
  Query answered;
  answered.status = 200;
  CHECK(rig.rows(2, answered).size() == 1);
}

TEST_CASE("a bad chunk of an answer lets everything pass", "[http][sockets]") {
  Rig rig;
  const std::size_t one = rig.connect();
  rig.callers[one].say(std::string(get) + std::string(get));
  CHECK(rig.until([&] { return rig.callees[one].heard().size() == 2 * get.size(); }));
  const std::string answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n";
  rig.callees[one].say(answer);
  CHECK(rig.hears(rig.callers[one], answer));
  CHECK(rig.rows(3).size() == 3);
}

TEST_CASE("an answer may come before its request is complete", "[http][sockets]") {
  Rig rig;
  const std::size_t one = rig.connect();
  const std::string request = post_of("0123456789");
  rig.callers[one].say(std::string_view(request).substr(0, request.size() - 5));
  CHECK(rig.until([&] { return rig.callees[one].heard().size() == request.size() - 5; }));
  rig.callees[one].say(ok);
  CHECK(rig.hears(rig.callers[one], ok));
  rig.callers[one].say(std::string_view(request).substr(request.size() - 5));
  rig.callers[one].say(get);
  CHECK(rig.hears(rig.callees[one], request + std::string(get)));
  rig.callees[one].say(ok);
  CHECK(rig.hears(rig.callers[one], std::string(ok) + std::string(ok)));
  const auto rows = rig.rows(2);
  CHECK(rows.at(0).exchange.bytes_out == 10);
  CHECK(rows.at(1).exchange.status == 200);
}

TEST_CASE("ends and resets pass, and what was open has failed", "[http][sockets]") {
  Rig rig;
  const std::size_t one = rig.connect();
  rig.callers[one].say(get);
  CHECK(rig.hears(rig.callees[one], get));
  rig.callees[one].reset();
  CHECK(rig.ends(rig.callers[one], State::reset));
  CHECK(rig.rows(1).at(0).exchange.failure == model::Failure::reset);

  const std::size_t two = rig.connect();
  rig.callers[two].say(get_of("/left"));
  CHECK(rig.hears(rig.callees[two], get_of("/left")));
  rig.callers[two].close();
  CHECK(rig.ends(rig.callees[two], State::ended));
  rig.callees[two].close();
  CHECK(rig.rows(2).at(1).target == "/left");
  CHECK(rig.rows(2).at(1).exchange.failure == model::Failure::timed_out);

  const std::size_t three = rig.connect();
  rig.callers[three].say("GET /unfini");
  rig.callers[three].end();
  CHECK(rig.ends(rig.callees[three], State::ended));
  CHECK(rig.callees[three].heard() == "GET /unfini");
}

TEST_CASE("secrets do not come into the journal", "[http][sockets]") {
  Rig rig;
  const std::size_t one = rig.connect();
  const std::string request = get_of("/pay?order=7&token=abc&PIN=1234");
  rig.callers[one].say(request);
  CHECK(rig.hears(rig.callees[one], request));
  rig.callees[one].say(ok);
  CHECK(rig.rows(1).at(0).target == "/pay?order=7&token=***&PIN=***");
}

TEST_CASE("the index of a request comes with it", "[http][sockets]") {
  Rig rig;
  const std::size_t one = rig.connect();
  const std::string request =
      "POST /charge HTTP/1.1\r\nSeawall-Index: order 3; charge; ; 2\r\nContent-Length: 0\r\n\r\n";
  rig.callers[one].say(request + request);
  CHECK(rig.until([&] { return rig.callees[one].heard().size() == 2 * request.size(); }));
  rig.callees[one].say(std::string(ok) + std::string(ok));
  const auto rows = rig.rows(2);
  CHECK(base::to_text(rows.at(1).exchange.index.subject) == "order 3");
  CHECK(rows.at(1).exchange.index.operation == "charge");
  CHECK(rows.at(1).exchange.index.attempt == 2);
  CHECK(rows.at(1).exchange.index.n == 2);
}

TEST_CASE("many connections on two workers each have their own answers", "[http][sockets]") {
  Rig rig({}, 2);
  constexpr std::size_t connections = 16;
  constexpr std::size_t rounds = 20;
  for (std::size_t i = 0; i < connections; ++i) rig.connect();
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < connections; ++i)
      rig.callers[i].say(get_of("/" + std::to_string(i)));
    for (std::size_t i = 0; i < connections; ++i) {
      const std::size_t size = get_of("/" + std::to_string(i)).size() * (round + 1);
      CHECK(rig.until([&] { return rig.callees[i].heard().size() == size; }));
      rig.callees[i].say(ok_of(std::to_string(i)));
    }
    for (std::size_t i = 0; i < connections; ++i) {
      const std::size_t size = ok_of(std::to_string(i)).size() * (round + 1);
      CHECK(rig.until([&] { return rig.callers[i].heard().size() == size; }));
    }
  }
  const auto rows = rig.rows(connections * rounds);
  REQUIRE(rows.size() == connections * rounds);
  for (std::size_t i = 1; i < rows.size(); ++i)
    CHECK(rows[i - 1].exchange.ended <= rows[i].exchange.ended);
}

}  // namespace seawall::http
