// Forward proxies over the API, and callers that have http_proxy set.
#include "tests/support/catch.hpp"
#include "tests/support/has.hpp"
#include "tests/toxiproxy/desk.hpp"
#include "tests/toxiproxy/wire.hpp"

using namespace seawall::toxiproxy;
using seawall::has;
using test::Desk;
using test::EchoServer;
using test::Socket;
using test::Stand;
using test::text_in;

namespace {

const std::string forwards = "/seawall/v1/forwards";

std::uint16_t port_in(const std::string& told) {
  const std::string listen = text_in(told, "listen");
  return static_cast<std::uint16_t>(std::stoi(listen.substr(listen.rfind(':') + 1)));
}

std::string get(std::uint16_t port, const std::string& target, const std::string& host) {
  const Socket socket = Socket::connect(port);
  socket.say("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
  return socket.hear_all();
}

}  // namespace

TEST_CASE("forwards are made, told and deleted") {
  Desk desk;
  desk.ask("POST", "/proxies", R"({"name":"pay","listen":"127.0.0.1:3000","upstream":"a:1"})");
  desk.ask("POST", "/proxies", R"({"name":"off","upstream":"a:1","enabled":false})");
  const std::string told =
      R"({"name":"order","listen":"127.0.0.1:40000","routes":{"payment:3002":"pay","stock":"off"},)"
      R"("unknown":"refuse","connections":{"accepted":0,"open":0},"requests":0,"tunnels":0,)"
      R"("refused":0})";
  CHECK(desk.told("POST", forwards,
                  R"({"name":"order","routes":{"payment:3002":"pay","stock":"off"}})") ==
        "201 " + told);
  CHECK(desk.told("GET", forwards) == "200 [" + told + "]");
  CHECK(desk.told("GET", forwards + "/order") == "200 " + told);
  const auto at = [&](std::size_t i) { return desk.lines.routes["order"].routes.at(i).at; };
  CHECK(at(0) == seawall::relay::Endpoint{"127.0.0.1", 3000});
  CHECK_FALSE(at(1));
  // Routes follow their proxies.
  desk.ask("PATCH", "/proxies/pay", R"({"listen":"127.0.0.1:3001"})");
  CHECK(at(0) == seawall::relay::Endpoint{"127.0.0.1", 3001});
  desk.ask("DELETE", "/proxies/pay");
  CHECK_FALSE(at(0));
  CHECK(desk.told("DELETE", forwards + "/order") == "204 ");
  CHECK(desk.told("GET", forwards + "/order") ==
        R"(404 {"error":"forward not found","status":404})");
}

TEST_CASE("wrong forwards are told with what was expected") {
  Desk desk;
  desk.lines.in_use = {3310};
  desk.ask("POST", "/proxies", R"({"name":"pay","upstream":"a:1"})");
  desk.ask("POST", forwards, R"({"name":"there","unknown":"pass"})");
  for (const auto& [body, words] : std::vector<std::pair<std::string, std::string>>{
           {"{}", "400 {\"error\":\"missing required field: name"},
           {R"({"name":"there"})", "409 {\"error\":\"forward already exists"},
           {R"({"name":"a","listen":"x"})", "400 {\"error\":\"listen: 'x' is no address"},
           {R"({"name":"a","listen":"127.0.0.1:3310"})", "500 {\"error\":\"listen tcp 127.0.0.1"},
           {R"({"name":"a","routes":{"b":"nobody"}})", "the proxy 'nobody', and there is none"},
           {R"({"name":"a","routes":{"b:c":"pay"}})", "is no host: expected HOST or HOST:PORT"},
           {R"({"name":"a","routes":{"b":"pay","B.":"pay"}})", "in another way of writing it"},
           {R"({"name":"a","route":{}})", "there is no key 'route' here; expected name, listen"},
           {R"({"name":"a","unknown":5})", "unknown: expected"}}) {
    const std::string told = desk.told("POST", forwards, body);
    INFO(body << "\n" << told);
    CHECK(has(told, words));
  }
}

TEST_CASE("a caller with http_proxy meets the faults of the proxies that it is led to") {
  const Stand stand;
  // What is called is the API itself.
  stand.proxy("pay", "127.0.0.1:" + std::to_string(stand.port()));
  const auto made =
      stand.ask("POST", forwards, R"({"name":"order","routes":{"payment:3002":"pay"}})");
  REQUIRE(made.status == 201);
  const std::uint16_t port = port_in(made.body);
  CHECK(get(port, "http://payment:3002/version", "payment:3002").starts_with("HTTP/1.1 200 "));
  REQUIRE(stand
              .ask("POST", "/seawall/v1/proxies/pay/faults",
                   R"({"type":"http_abort","status":503,"match":{"path":"/version"}})")
              .status == 201);
  CHECK(get(port, "http://payment:3002/version", "payment:3002").starts_with("HTTP/1.1 503 "));

  const Socket tunnel = Socket::connect(port);
  tunnel.say("CONNECT payment:3002 HTTP/1.1\r\n\r\n");
  const std::string established = "HTTP/1.1 200 Connection established\r\n\r\n";
  CHECK(tunnel.hear(established.size()) == established);
  tunnel.say("GET /version HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  CHECK(tunnel.hear_all().starts_with("HTTP/1.1 503 "));

  CHECK(has(get(port, "http://stock/", "stock"), "there is one to payment:3002"));
  stand.ask("PATCH", "/proxies/pay", R"({"enabled":false})");
  const Socket refused = Socket::connect(port);
  refused.say("GET http://payment:3002/ HTTP/1.1\r\n\r\n");
  CHECK(refused.hear_end() == Socket::End::reset);
  const std::string told = stand.told("GET", forwards + "/order");
  CHECK(has(told, R"("requests":3,"tunnels":1,"refused":1)"));
  CHECK(stand.ask("DELETE", forwards + "/order").status == 204);
  CHECK(Socket::connect(port).failure == ECONNREFUSED);
}
