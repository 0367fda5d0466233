// Cuts over the API: whom they lie on, what is said of wrong ones, and what callers see on the
// wire.
#include <poll.h>
#include <sys/socket.h>

#include "tests/net/peer.hpp"
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

namespace {

const std::string cuts = "/seawall/v1/cuts";

Cut cut_of(const std::string& text) {
  auto cut = read_cut(text);
  INFO(text);
  REQUIRE(cut);
  return *cut;
}

struct Shop : Desk {
  Shop() {
    for (const char* name : {"order -> payment", "order->stock", "web"})
      ask("POST", "/proxies", std::string(R"({"name":")") + name + R"(","upstream":"a:1"})");
  }
};

// A proxy to a server that gives back what it hears.
struct CutWire {
  Stand stand;
  EchoServer echo;
  std::uint16_t port = stand.proxy("web", echo.address());

  void cut(const std::string& body) const {
    const auto heard = stand.ask("POST", cuts, body);
    INFO(heard.body);
    REQUIRE(heard.status == 201);
  }
  void heal(const std::string& name) const {
    CHECK(stand.ask("DELETE", cuts + "/" + name).status == 204);
  }
  // Whether a line comes back on it; a socket waits half a minute for that.
  static bool answers(const Socket& socket, const std::string& line = "hello\n") {
    socket.say(line);
    return socket.hear_line() == line;
  }
  // On a busy machine a connection may be taken later than it is answered by the API.
  bool comes_to_tell(const std::string& target, const std::string& words) const {
    for (int i = 0; i < 1000; ++i) {
      if (has(stand.told("GET", target), words)) return true;
      ::poll(nullptr, 0, 10);
    }
    return false;
  }
  bool is_silent(const Socket& socket) const {
    socket.say("unheard\n");
    char byte = 0;
    // What comes back to another connection of the API takes longer than what would to this one.
    for (int i = 0; i < 20; ++i) {
      stand.ask("GET", "/version");
      if (recv(socket.descriptor(), &byte, 1, MSG_DONTWAIT | MSG_PEEK) > 0) return false;
    }
    return true;
  }
};

}  // namespace

TEST_CASE("a proxy stands between those that its name says, or that somebody says") {
  const auto ends = [](const std::string& name, std::optional<std::string> caller = {},
                       std::optional<std::string> callee = {}) {
    const Parties parties = parties_of(name, caller, callee);
    return parties.caller + "|" + parties.callee;
  };
  CHECK(ends("web") == "client|web");
  CHECK(ends("order -> payment") == "order|payment");
  CHECK(ends("order->payment") == "order|payment");
  CHECK(ends("->payment") == "client|->payment");
  CHECK(ends("web", "order") == "order|web");
  CHECK(ends("a -> b", {}, "c") == "a|c");
}

TEST_CASE("a partition lies between its groups and nowhere else") {
  const Cut cut = cut_of(R"({"type":"partition","groups":[["order","x"],["payment","pay"]]})");
  CHECK(covers(cut, {"p", "order", "payment"}));
  CHECK(covers(cut, {"p", "payment", "order"}));
  CHECK(covers(cut, {"pay", "order", "z"}));
  CHECK_FALSE(covers(cut, {"p", "order", "x"}));
  CHECK_FALSE(covers(cut, {"p", "client", "payment"}));
  CHECK_FALSE(covers(cut, {"p", "order", "stock"}));
  const Cut named = cut_of(R"({"type":"refuse","on":"order -> *"})");
  CHECK(covers(named, {"p", "order", "anything"}));
  CHECK_FALSE(covers(named, {"p", "client", "order"}));
  CHECK(covers(cut_of(R"({"type":"refuse","on":"we*"})"), {"web", "a", "b"}));
}

TEST_CASE("cuts are made, told and healed in the words that they were given in") {
  Shop shop;
  const std::string words =
      R"("type":"partition","groups":[["order"],["payment","stock"]],"mode":"blackhole")";
  const std::string told = R"({"name":"partition-1",)" + words +
                           R"(,"proxies":["order -> payment","order->stock"],)"
                           R"("hits":{"connections":0,"hung_connects":0}})";
  CHECK(shop.told("POST", cuts, "{" + words + "}") == "201 " + told);
  CHECK(shop.told("GET", cuts) == "200 [" + told + "]");
  CHECK(shop.told("GET", cuts + "/partition-1") == "200 " + told);
  CHECK(shop.lines.faults["order -> payment"].size() == 2);
  CHECK(shop.lines.faults["order -> payment"].front().effect.holds);
  CHECK(shop.lines.faults["web"].empty());
  // One that comes later is cut too.
  shop.ask("POST", "/seawall/v1/proxies",
           R"({"name":"late","upstream":"a:1","caller":"order","callee":"payment"})");
  CHECK(shop.lines.faults["late"].size() == 2);
  CHECK(has(shop.told("GET", cuts), R"("late")"));
  CHECK(has(shop.told("POST", cuts, R"({"name":"n","type":"connect_hang","on":"web"})"),
            R"(201 {"name":"n","type":"connect_hang","on":"web","proxies":["web"])"));
  CHECK(shop.lines.told.back() == "admit web 2");
  CHECK(shop.told("POST", cuts, R"({"name":"n","type":"refuse","on":"web"})") ==
        R"(409 {"error":"cut already exists","status":409})");
  CHECK(shop.told("DELETE", cuts + "/partition-1") == "204 ");
  CHECK(shop.lines.faults["late"].empty());
  CHECK(shop.told("DELETE", cuts + "/partition-1") ==
        R"(404 {"error":"cut not found","status":404})");
  CHECK(shop.ask("POST", "/reset").status == 204);
  CHECK(shop.told("GET", cuts) == "200 []");
}

TEST_CASE("wrong words of a cut are told with what was expected") {
  Shop shop;
  for (const auto& [body, words] : std::vector<std::pair<std::string, std::string>>{
           {"", "bad request body"},
           {"{}", "type: expected one of partition, blackhole, refuse"},
           {R"({"type":"partiton"})", "found 'partiton'"},
           {R"({"type":"partition"})", "expected two or more"},
           {R"({"type":"partition","groups":[["a"],[]]})", "one of them is empty"},
           {R"({"type":"partition","groups":[["a"],["a"]]})", "'a' comes twice"},
           {R"({"type":"partition","groups":[["a"],["b"]],"on":"web"})", "has groups in its place"},
           {R"({"type":"partition","groups":[["a"],["b"]],"mode":"cut"})", "blackhole or refuse"},
           {R"({"type":"partition","groups":[["order"],["payment","paymnt"]]})",
            "groups: no proxy has 'paymnt'; there is order -> payment (order -> payment), "},
           {R"({"type":"partition","groups":[["order"],["web"]]})", "this cut lies on no proxy"},
           {R"({"type":"refuse","groups":[["a"],["b"]]})", "only a partition has some"},
           {R"({"type":"refuse"})", "on: expected a proxy"},
           {R"({"type":"refuse","on":"web","mode":"refuse"})", "only a partition has one"},
           {R"({"type":"refuse","on":"web","direction":"both"})", "silence alone has one"},
           {R"({"type":"blackhole","on":"web","direction":"up"})", "request, response or both"},
           {R"({"type":"refuse","on":"web","probability":"5%"})", "there is no key 'probability'"},
           {R"({"type":"refuse","on":"nobody"})", "lies on no proxy"}}) {
    const std::string told = shop.told("POST", cuts, body);
    INFO(body << "\n" << told);
    CHECK(told.starts_with("400 "));
    CHECK(has(told, words));
  }
}

TEST_CASE("a partition silences open and new connections, until it heals") {
  const CutWire wire;
  const Socket open = Socket::connect(wire.port);
  REQUIRE(CutWire::answers(open));
  wire.cut(R"({"name":"split","type":"partition","groups":[["client"],["web"]]})");
  CHECK(wire.is_silent(open));
  const Socket fresh = Socket::connect(wire.port);
  CHECK(fresh.failure == 0);
  CHECK(wire.is_silent(fresh));
  CHECK(wire.comes_to_tell(cuts + "/split", R"("hits":{"connections":2,)"));
  wire.heal("split");
  CHECK(open.hear_line() == "unheard\n");
  CHECK(fresh.hear_line() == "unheard\n");
  CHECK(CutWire::answers(open));
}

TEST_CASE("a partition that refuses resets open connections and refuses new ones") {
  const CutWire wire;
  const Socket open = Socket::connect(wire.port);
  REQUIRE(CutWire::answers(open));
  wire.cut(R"({"name":"split","type":"partition","groups":[["client"],["web"]],"mode":"refuse"})");
  CHECK(open.hear_end() == Socket::End::reset);
  CHECK(Socket::connect(wire.port).failure == ECONNREFUSED);
  CHECK(has(wire.stand.told("GET", cuts + "/split"), R"("hits":{"connections":1,)"));
  wire.heal("split");
  CHECK(CutWire::answers(Socket::connect(wire.port)));
}

TEST_CASE("refuse_new and connect_hang leave open connections alone") {
  const CutWire wire;
  const Socket open = Socket::connect(wire.port);
  REQUIRE(CutWire::answers(open));
  wire.cut(R"({"name":"r","type":"refuse_new","on":"client -> web"})");
  CHECK(Socket::connect(wire.port).failure == ECONNREFUSED);
  CHECK(CutWire::answers(open));
  wire.heal("r");
  wire.cut(R"({"name":"h","type":"connect_hang","on":"web"})");
  CHECK(CutWire::answers(open));
  {
    const seawall::net::Peer hanging = seawall::net::Peer::begin_connect_to(wire.port);
    CHECK(CutWire::answers(open));
    CHECK(has(wire.stand.told("GET", cuts + "/h"), R"("hits":{"connections":0,"hung_connects":)"));
    CHECK_FALSE(has(wire.stand.told("GET", cuts + "/h"), R"("hung_connects":0)"));
  }
  wire.heal("h");
  CHECK(CutWire::answers(Socket::connect(wire.port)));
}

TEST_CASE("a cut of one direction lets the other pass") {
  const CutWire wire;
  wire.cut(R"({"name":"b","type":"blackhole","on":"web","direction":"response"})");
  const Socket socket = Socket::connect(wire.port);
  CHECK(wire.is_silent(socket));
  CHECK(has(wire.stand.told("GET", "/seawall/v1/proxies/web"),
            R"("upstream_bytes":{"received_bytes":8,"sent_bytes":8})"));
  wire.heal("b");
  CHECK(socket.hear_line() == "unheard\n");
}
