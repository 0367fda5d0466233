#include "harness/net/http_client.hpp"

#include <optional>
#include <vector>

#include "harness/net/http_server.hpp"
#include "net/peer.hpp"
#include "net/run_until.hpp"
#include "support/catch.hpp"

namespace seawall::net {
namespace {

using namespace std::chrono_literals;
using model::Failure;

constexpr std::string_view ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// A client of a bare peer that says whatever the test wants.
struct Wire {
  explicit Wire(HttpClient::Settings settings = {})
      : client(
            std::make_unique<HttpClient>(loop, Address{"127.0.0.1", listener.port()}, settings)) {}

  HttpClient::Ticket send(base::Duration limit = 10s, std::string path = "/") {
    model::Request request(model::Method::get, std::move(path));
    request.deadline = loop.now() + limit;
    return send(std::move(request));
  }
  HttpClient::Ticket send(model::Request request) {
    const std::size_t at = results.size();
    results.emplace_back();
    const HttpClient::Ticket ticket =
        client->send(std::move(request), [this, at](HttpClient::Result result) {
          CHECK_FALSE(results[at]);
          results[at] = std::move(result);
        });
    CHECK_FALSE(results[at]);  // never inside send
    return ticket;
  }
  // The server's side of connection `number`, once a whole request has come on it.
  Peer& asked(std::size_t number = 0) {
    REQUIRE(run_until(loop, [&] {
      return listener.accept_into(peers) > number && peers[number].heard().ends_with("\r\n\r\n");
    }));
    return peers[number];
  }
  const HttpClient::Result& result(std::size_t at = 0) {
    REQUIRE(run_until(loop, [&] { return results[at].has_value(); }));
    return *results[at];
  }
  Failure failure(std::size_t at = 0) {
    REQUIRE_FALSE(result(at).has_value());
    return result(at).error();
  }
  // Lets the loop see all that has happened so far.
  void turn() {
    const auto start = loop.now();
    run_until(loop, [&] { return loop.now() > start + 5ms; });
  }

  Loop loop{live::steady_now};
  PeerListener listener;
  std::vector<Peer> peers;
  std::vector<std::optional<HttpClient::Result>> results;
  std::unique_ptr<HttpClient> client;
};

}  // namespace

TEST_CASE("a request is answered and its connection is kept for the next") {
  Wire wire;
  for (std::size_t i = 0; i < 3; ++i) {
    wire.send();
    if (i > 0) run_until(wire.loop, [&] { return wire.peers[0].heard().size() > i * 30; });
    wire.asked().say(
        "HTTP/1.1 201 Created\r\nLocation: /1\r\nSeawall-Lsn: 7\r\n"
        "Content-Length: 2\r\n\r\nok");
    REQUIRE(wire.result(i));
    CHECK(wire.result(i)->status == 201);
    CHECK(wire.result(i)->body == "ok");
    CHECK(wire.result(i)->durable_lsn == 7);
    CHECK(*wire.result(i)->header("Location") == "/1");
  }
  CHECK(wire.listener.accept_into(wire.peers) == 1);
  CHECK(wire.client->connections() == 1);
  CHECK(wire.client->pending() == 0);
}

TEST_CASE("a connect that is refused left no byte") {
  const auto port = ReservedPort::reserve(0);
  Loop loop(live::steady_now);
  HttpClient client(loop, Address{"127.0.0.1", port->number()});
  std::optional<HttpClient::Result> result;
  model::Request request(model::Method::get, "/");
  request.deadline = loop.now() + 10s;
  client.send(std::move(request), [&](HttpClient::Result r) { result = std::move(r); });
  REQUIRE(run_until(loop, [&] { return result.has_value(); }));
  CHECK(result->error() == Failure::refused);
  CHECK(client.connections() == 0);
}

TEST_CASE("a request whose deadline has passed is not sent") {
  Wire wire;
  wire.send(-1ms);
  CHECK(wire.failure() == Failure::unreachable);
  CHECK(wire.listener.accept_into(wire.peers) == 0);
}

TEST_CASE("the deadline is total however the answer drips") {
  Wire wire;
  const auto start = wire.loop.now();
  wire.send(60ms);
  Peer& peer = wire.asked();
  std::size_t said = 0;
  auto next = start;
  run_until(wire.loop, [&] {
    if (wire.loop.now() >= next && said < ok.size() - 1) {
      peer.say(ok.substr(said++, 1));
      next = wire.loop.now() + 5ms;
    }
    return wire.results[0].has_value();
  });
  CHECK(wire.failure() == Failure::timed_out);
  CHECK(wire.loop.now() >= start + 60ms);
  CHECK(said > 2);
  CHECK(run_until(wire.loop, [&] { return peer.state() != Peer::State::open; }));
  CHECK(wire.client->connections() == 0);
}

TEST_CASE("a read timeout is put off by every byte, and ends what falls silent") {
  Wire wire;
  model::Request request(model::Method::get, "/");
  const auto start = wire.loop.now();
  request.read_timeout = 400ms;  // which no pause of a busy machine reaches
  for (const bool falls_silent : {false, true}) {
    const std::size_t at = wire.results.size();
    request.deadline = wire.loop.now() + request.read_timeout;
    wire.send(request);
    Peer& peer = wire.asked();
    const std::size_t bytes = ok.size() - (falls_silent ? 1 : 0);
    std::size_t said = 0;
    auto next = wire.loop.now();
    run_until(wire.loop, [&] {
      if (wire.loop.now() >= next && said < bytes) {
        peer.say(ok.substr(said++, 1));
        next = wire.loop.now() + 25ms;
      }
      return wire.results[at].has_value();
    });
    if (falls_silent)
      CHECK(wire.failure(at) == Failure::timed_out);
    else
      CHECK(wire.result(at));
  }
  CHECK(wire.loop.now() - start > 1500ms);  // each answer has 40 bytes
}

TEST_CASE("a connection that breaks under a request leaves it in doubt") {
  const std::vector<std::string> said = {"", "HTTP/1.1 200",
                                         "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"};
  for (const std::string& half : said) {
    for (const bool reset : {false, true}) {
      Wire wire;
      wire.send();
      Peer& peer = wire.asked();
      if (!half.empty()) peer.say(half);
      reset ? peer.reset() : peer.close();
      CHECK(wire.failure() == Failure::reset);
      CHECK(wire.client->connections() == 0);
    }
  }
}

TEST_CASE("garbage for an answer leaves the request in doubt") {
  for (const std::string& garbage :
       {std::string("SSH-2.0-OpenSSH\r\n\r\n"), std::string(100'000, 'x'),
        "HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x'),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n")}) {
    Wire wire;
    wire.send();
    wire.asked().say(garbage);
    CHECK(wire.failure() == Failure::reset);
  }
}

TEST_CASE("a chunked answer of a foreign server is put together") {
  Wire wire;
  wire.send();
  wire.asked().say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nsea\r\n");
  wire.turn();
  wire.peers[0].say("4\r\nwall\r\n0\r\n\r\n");
  CHECK(wire.result()->body == "seawall");
  CHECK(wire.client->connections() == 1);
}

TEST_CASE("an answer that ends with the connection is whole") {
  Wire wire;
  wire.send();
  wire.asked().say("HTTP/1.0 200 OK\r\n\r\nall of it");
  wire.turn();
  CHECK_FALSE(wire.results[0]);
  wire.peers[0].close();
  CHECK(wire.result()->body == "all of it");
  CHECK(wire.client->connections() == 0);
}

TEST_CASE("an idle connection that the server closes is forgotten") {
  Wire wire;
  wire.send();
  wire.asked().say(ok);
  REQUIRE(wire.result());
  wire.peers[0].close();
  CHECK(run_until(wire.loop, [&] { return wire.client->connections() == 0; }));
  wire.send();
  wire.asked(1).say(ok);
  CHECK(wire.result(1));
}

TEST_CASE("a kept connection found reset before a byte was written is replaced") {
  Wire wire;
  wire.send();
  wire.asked().say(ok);
  REQUIRE(wire.result());
  wire.peers[0].reset();
  wire.send();  // before the loop has seen the reset
  wire.asked(1).say(ok);
  CHECK(wire.result(1));
}

TEST_CASE("an unasked answer closes its connection") {
  Wire wire;
  wire.send();
  wire.asked().say(std::string(ok) + "HTTP/1.1 200 OK\r\n");
  REQUIRE(wire.result());
  CHECK(wire.client->connections() == 0);
  wire.send();
  wire.asked(1).say(ok);
  REQUIRE(wire.result(1));
  wire.peers[1].say(ok);
  CHECK(run_until(wire.loop, [&] { return wire.client->connections() == 0; }));
}

TEST_CASE("a cancelled request closes its connection and nobody is called") {
  Wire wire;
  const HttpClient::Ticket ticket = wire.send();
  Peer& peer = wire.asked();
  peer.say(ok);  // on its way while it is cancelled
  wire.client->cancel(ticket);
  wire.client->cancel(ticket);
  CHECK(wire.client->pending() == 0);
  CHECK(wire.client->connections() == 0);
  wire.turn();
  CHECK_FALSE(wire.results[0]);
  CHECK(peer.state() != Peer::State::open);
}

TEST_CASE("a destroyed client calls nobody and closes everything") {
  Wire wire;
  wire.send();
  wire.send(-1ms);
  Peer& peer = wire.asked();
  wire.send();
  const bool second_came_first = wire.results[1].has_value();
  wire.client.reset();
  wire.turn();
  CHECK_FALSE(wire.results[0]);
  CHECK(wire.results[1].has_value() == second_came_first);
  CHECK_FALSE(wire.results[2]);
  CHECK(peer.state() != Peer::State::open);
}

TEST_CASE("requests above the limit of connections wait in order") {
  HttpClient::Settings settings;
  settings.connections = 1;
  Wire wire(settings);
  wire.send(10s, "/1");
  wire.send(10s, "/2");
  model::Request hasty(model::Method::get, "/3");
  hasty.deadline = wire.loop.now() + 10s;
  hasty.connect_by = wire.loop.now() + 20ms;
  wire.send(std::move(hasty));
  wire.send(10s, "/4");
  Peer& peer = wire.asked();
  CHECK(wire.failure(2) == Failure::unreachable);  // no connection by its limit
  peer.say(ok);
  REQUIRE(run_until(wire.loop, [&] { return peer.heard().find("/2") != std::string::npos; }));
  CHECK(wire.results[0]);
  peer.say("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  Peer& fresh = wire.asked(1);
  CHECK(fresh.heard().starts_with("GET /4 "));
  fresh.say(ok);
  CHECK(wire.result(1));
  CHECK(wire.result(3));
}

TEST_CASE("an answer to a HEAD request has no body and the connection is kept") {
  Wire wire;
  model::Request request(model::Method::head, "/");
  wire.send(std::move(request));  // and without any deadline
  wire.asked().say("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
  CHECK(wire.result()->body.empty());
  CHECK(wire.client->connections() == 1);
}

TEST_CASE("client and server understand each other in everything that a request carries") {
  Loop loop(live::steady_now);
  std::optional<model::Request> seen;
  const auto server =
      std::move(*HttpServer::listen(loop, 0, [&](model::Request request, HttpServer::Reply reply) {
        seen = std::move(request);
        model::Response response(202, "later");
        response.headers.emplace_back("Location", "/orders/1");
        response.durable_lsn = 12;
        reply.send(response);
      }));
  HttpClient client(loop, Address{"127.0.0.1", server->port()});
  model::Request request(model::Method::post, "/orders?a=b", std::string("\0\r\n{}", 5));
  request.idempotency_key = "key-1";
  request.deadline = loop.now() + 5s;
  request.index.subject = {base::Subject::Kind::warmup, 9};
  request.index.operation = "place-order";
  request.index.label = "a; b";
  request.index.attempt = 3;
  request.trace.low = 7;
  request.trace.span = 8;
  const model::Request sent = request;
  std::optional<HttpClient::Result> result;
  client.send(std::move(request), [&](HttpClient::Result r) { result = std::move(r); });
  REQUIRE(run_until(loop, [&] { return result.has_value(); }));
  CHECK(seen->method == sent.method);
  CHECK(seen->path == sent.path);
  CHECK(seen->body == sent.body);
  CHECK(seen->idempotency_key == sent.idempotency_key);
  CHECK(seen->index == sent.index);
  CHECK(seen->trace.low == 7);
  CHECK(seen->trace.span == 8);
  CHECK(seen->deadline <= sent.deadline + 1s);
  CHECK(seen->deadline > loop.now());
  CHECK((*result)->status == 202);
  CHECK((*result)->durable_lsn == 12);
  CHECK(*(*result)->header("Location") == "/orders/1");
}

TEST_CASE("many requests at once use a connection each and keep them") {
  Loop loop(live::steady_now);
  std::vector<HttpServer::Reply> replies;
  const auto server =
      std::move(*HttpServer::listen(loop, 0, [&](model::Request, HttpServer::Reply reply) {
        replies.push_back(std::move(reply));
        if (replies.size() < 200) return;
        for (HttpServer::Reply& each : replies) each.send(model::Response(200));
        replies.clear();
      }));
  HttpClient client(loop, Address{"127.0.0.1", server->port()});
  int answered = 0;
  for (int round = 1; round <= 3; ++round) {
    for (int i = 0; i < 200; ++i) {
      model::Request request(model::Method::get, "/");
      request.deadline = loop.now() + 10s;
      client.send(std::move(request), [&](HttpClient::Result r) { answered += r.has_value(); });
    }
    REQUIRE(run_until(loop, [&] { return client.pending() == 0; }));
    CHECK(answered == 200 * round);
    CHECK(client.connections() == 200);
  }
}

}  // namespace seawall::net
