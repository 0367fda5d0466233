#include "harness/net/http_server.hpp"

#include <vector>

#include "net/peer.hpp"
#include "net/run_until.hpp"
#include "support/catch.hpp"

namespace seawall::net {
namespace {

using namespace std::chrono_literals;

// A server whose requests and replies are kept until the test answers them.
struct Kept {
  explicit Kept(HttpServer::Settings settings = {})
      : server(std::move(*HttpServer::listen(
            loop, 0,
            [this](model::Request request, HttpServer::Reply reply) {
              requests.push_back(std::move(request));
              replies.push_back(std::move(reply));
            },
            settings))) {}
  Peer connect() const { return Peer::connect_to(server->port()); }
  bool asked(std::size_t count) {
    return run_until(loop, [&] { return requests.size() == count; });
  }
  bool ends(Peer& peer, Peer::State state) {
    return run_until(loop, [&] { return peer.state() == state; });
  }

  Loop loop{live::steady_now};
  std::vector<model::Request> requests;
  std::vector<HttpServer::Reply> replies;
  std::unique_ptr<HttpServer> server;
};

// What a server says to a caller who says `bytes`, until it closes.
std::string answer_to(std::string_view bytes, HttpServer::Settings settings = {}) {
  Kept kept(settings);
  Peer peer = kept.connect();
  peer.say(bytes);
  REQUIRE(kept.ends(peer, Peer::State::ended));
  CHECK(kept.requests.empty());
  return peer.heard();
}

}  // namespace

TEST_CASE("a request is answered later and the connection is kept") {
  Kept kept;
  Peer peer = kept.connect();
  for (std::size_t i = 0; i < 3; ++i) {
    peer.say("POST /charge HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}");
    REQUIRE(kept.asked(i + 1));
    CHECK(kept.requests[i].path == "/charge");
    CHECK(kept.replies[i].open());
    model::Response response(201, "done");
    response.durable_lsn = i + 1;
    kept.replies[i].send(response);
    CHECK_FALSE(kept.replies[i].open());
    const std::string last =
        "Seawall-Lsn: " + std::to_string(i + 1) + "\r\nContent-Length: 4\r\n\r\ndone";
    CHECK(run_until(kept.loop, [&] { return peer.heard().ends_with(last); }));
  }
  CHECK(kept.server->connections() == 1);
}

TEST_CASE("pipelined requests are answered in order and one at a time") {
  Kept kept;
  Peer peer = kept.connect();
  std::string many;
  for (int i = 0; i < 500; ++i) many += "GET /" + std::to_string(i) + " HTTP/1.1\r\n\r\n";
  peer.say(many);
  std::string expected;
  for (std::size_t i = 0; i < 500; ++i) {
    REQUIRE(kept.asked(i + 1));
    CHECK(kept.requests[i].path == "/" + std::to_string(i));
    kept.replies[i].send(model::Response(200, std::to_string(i)));
    const std::string body = std::to_string(i);
    expected +=
        "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  CHECK(run_until(kept.loop, [&] { return peer.heard().size() >= expected.size(); }));
  CHECK(peer.heard() == expected);
}

TEST_CASE("a handler that answers at once serves a long pipeline without growing the stack") {
  Loop loop(live::steady_now);
  int served = 0;
  const auto server =
      std::move(*HttpServer::listen(loop, 0, [&](model::Request, HttpServer::Reply reply) {
        ++served;
        reply.send(model::Response(204));
      }));
  Peer peer = Peer::connect_to(server->port());
  std::string many;
  for (int i = 0; i < 2000; ++i) many += "GET / HTTP/1.1\r\n\r\n";
  peer.say(many);
  CHECK(run_until(loop, [&] { return served == 2000; }));
}

TEST_CASE("a caller that wants its connection closed gets the answer first") {
  Kept kept;
  Peer peer = kept.connect();
  peer.say("GET / HTTP/1.1\r\nConnection: close\r\n\r\nbytes behind it");
  REQUIRE(kept.asked(1));
  kept.replies[0].send(model::Response(200, "bye"));
  REQUIRE(kept.ends(peer, Peer::State::ended));
  CHECK(peer.heard() == "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\nbye");
  peer.close();
  CHECK(run_until(kept.loop, [&] { return kept.server->connections() == 0; }));
}

TEST_CASE("a caller that goes is noticed while its request is with the handler") {
  for (const bool reset : {false, true}) {
    Kept kept;
    Peer peer = kept.connect();
    peer.say("GET / HTTP/1.1\r\n\r\n");
    REQUIRE(kept.asked(1));
    reset ? peer.reset() : peer.close();
    CHECK(run_until(kept.loop, [&] { return !kept.replies[0].open(); }));
    kept.replies[0].send(model::Response(200));  // nobody hears it
    CHECK(kept.server->connections() == 0);
  }
}

TEST_CASE("a reply that is dropped or reset resets its connection") {
  Kept kept;
  Peer dropped = kept.connect();
  dropped.say("GET / HTTP/1.1\r\n\r\n");
  REQUIRE(kept.asked(1));
  kept.replies.clear();
  CHECK(kept.ends(dropped, Peer::State::reset));

  Peer closed = kept.connect();
  closed.say("GET / HTTP/1.1\r\n\r\n");
  REQUIRE(kept.asked(2));
  kept.replies[0].close(Close::fin);
  CHECK(kept.ends(closed, Peer::State::ended));
}

TEST_CASE("a stopped server resets its connections and refuses new ones") {
  Kept kept;
  const std::uint16_t port = kept.server->port();
  Peer idle = kept.connect();
  Peer busy = kept.connect();
  busy.say("GET / HTTP/1.1\r\n\r\n");
  REQUIRE(kept.asked(1));
  REQUIRE(run_until(kept.loop, [&] { return kept.server->connections() == 2; }));
  kept.server->stop(Close::reset);
  CHECK(kept.ends(idle, Peer::State::reset));
  CHECK(kept.ends(busy, Peer::State::reset));
  CHECK(Peer::connect_to(port).state() == Peer::State::reset);
  kept.server.reset();
  kept.replies[0].send(model::Response(200));  // outlives the server
}

TEST_CASE("garbage is answered 400 and closed") {
  CHECK(answer_to("\x16\x03\x01 hello\r\n\r\n").starts_with("HTTP/1.1 400 "));
  CHECK(answer_to("GET / HTTP/1.1\r\nno colon\r\n\r\n").starts_with("HTTP/1.1 400 "));
  CHECK(answer_to("CONNECT a:1 HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 501 "));
}

TEST_CASE("what is too large is refused before it is read") {
  CHECK(
      answer_to("POST / HTTP/1.1\r\nContent-Length: 1048577\r\n\r\n").starts_with("HTTP/1.1 413 "));
  CHECK(answer_to("GET / HTTP/1.1\r\nX: " + std::string(40'000, 'x')).starts_with("HTTP/1.1 431 "));
  CHECK(answer_to("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;" +
                  std::string(100'000, 'x'))
            .starts_with("HTTP/1.1 4"));
}

TEST_CASE("the largest body that is allowed arrives whole") {
  Kept kept;
  Peer peer = kept.connect();
  peer.say("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1048576\r\n\r\n");
  REQUIRE(run_until(kept.loop, [&] { return peer.heard() == "HTTP/1.1 100 Continue\r\n\r\n"; }));
  for (int i = 0; i < 64; ++i) {
    peer.say(std::string(16'384, static_cast<char>('a' + i % 26)));
    kept.loop.stop();
    kept.loop.run();
  }
  REQUIRE(kept.asked(1));
  CHECK(kept.requests[0].body.size() == 1'048'576);
}

TEST_CASE("connections above the limit wait until one is free") {
  HttpServer::Settings settings;
  settings.connections = 1;
  Kept kept(settings);
  Peer first = kept.connect();
  Peer second = kept.connect();
  first.say("GET /1 HTTP/1.1\r\n\r\n");
  second.say("GET /2 HTTP/1.1\r\n\r\n");
  REQUIRE(kept.asked(1));
  CHECK(kept.requests[0].path == "/1");
  kept.replies[0].send(model::Response(200));
  CHECK(kept.server->connections() == 1);
  first.close();
  REQUIRE(kept.asked(2));
  CHECK(kept.requests[1].path == "/2");
}

TEST_CASE("a large answer to a slow reader is written whole") {
  Kept kept;
  Peer peer = kept.connect();
  peer.say("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n");
  REQUIRE(kept.asked(1));
  const std::string body(20'000'000, 'b');
  kept.replies[0].send(model::Response(200, body));
  kept.loop.stop();
  kept.loop.run();
  CHECK(kept.requests.size() == 1);  // the next one waits until this answer is out
  REQUIRE(kept.ends(peer, Peer::State::open));
  REQUIRE(run_until(kept.loop,
                    [&] { return peer.heard().ends_with("b") && kept.requests.size() == 2; }));
  CHECK(peer.heard().size() > body.size());
}

}  // namespace seawall::net
