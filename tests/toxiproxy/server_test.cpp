// The API's own connections: who is slow keeps nobody out, and what is no HTTP ends.
#include <atomic>
#include <set>

#include "faults/toxiproxy/client.hpp"
#include "harness/live/clock.hpp"
#include "tests/support/catch.hpp"
#include "tests/toxiproxy/wire.hpp"

using namespace seawall::toxiproxy;
using namespace std::chrono_literals;
using test::Heard;
using test::Socket;
using test::Stand;

TEST_CASE("two hundred clients that dawdle do not keep one waiting") {
  Server::Settings settings = Stand::any_port();
  settings.threads = 16;
  settings.request_time = 10min;  // no time has them out of the way
  settings.patience = 20ms;
  const Stand stand({}, settings);
  std::vector<Socket> slow;
  for (int i = 0; i < 200; ++i) {
    slow.push_back(Socket::connect(stand.port()));
    REQUIRE(slow.back().failure == 0);
    slow.back().say("POST /populate HTTP/1.1\r\nContent-Length: 100\r\n\r\n[");
  }
  for (int i = 0; i < 20; ++i) CHECK(stand.ask("GET", "/version").status == 200);
}

TEST_CASE("two hundred clients that ask at the same time are all answered") {
  Server::Settings settings = Stand::any_port();
  settings.threads = 8;
  settings.patience = 10min;  // whatever this machine does meanwhile
  const Stand stand({}, settings);
  std::vector<Socket> clients;
  for (int i = 0; i < 200; ++i) {
    clients.push_back(Socket::connect(stand.port()));
    REQUIRE(clients.back().failure == 0);
    clients.back().say("GET /version HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  }
  int answered = 0;
  for (const Socket& client : clients) answered += client.hear_all().starts_with("HTTP/1.1 200 ");
  CHECK(answered == 200);
}

TEST_CASE("a length that is none, or too large, is answered before the body comes") {
  Server::Settings settings = Stand::any_port();
  settings.request_time = 10min;  // no time has it answered
  settings.request_bytes = 100'000;
  const Stand stand({}, settings);
  const auto answer_to = [&](const std::string& headers) {
    const Socket client = Socket::connect(stand.port());
    client.say("POST /populate HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n");
    return client.hear_all();
  };
  for (const char* length : {"-1", "+5", "5x", "0x10", "1 2"}) {
    const std::string answer = answer_to(std::string("Content-Length: ") + length + "\r\n");
    INFO(length << ": " << answer);
    CHECK(answer.starts_with("HTTP/1.1 400 "));
    CHECK(answer.find("expected a number of bytes") != std::string::npos);
  }
  for (const char* length : {"100001", "99999999999999999999999"}) {
    const std::string answer = answer_to(std::string("Content-Length: ") + length + "\r\n");
    INFO(answer);
    CHECK(answer.starts_with("HTTP/1.1 413 "));
    CHECK(answer.find("no more than 100000 bytes") != std::string::npos);
  }
  const std::string chunks = "2710\r\n" + std::string(10'000, ' ') + "\r\n";
  std::string body;
  for (int i = 0; i < 11; ++i) body += chunks;
  CHECK(answer_to("Transfer-Encoding: chunked\r\n\r\n" + body).starts_with("HTTP/1.1 413 "));
}

TEST_CASE("many ask at the same time, while connections live") {
  const Stand stand;
  const test::EchoServer echo;
  const std::uint16_t shared = stand.proxy("shared", echo.address());
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, name = "own" + std::to_string(t)] {
      const auto expect = [&](int status, const std::string& method, const std::string& target,
                              const std::string& body = "") {
        wrong += stand.ask(method, target, body).status != status;
      };
      for (int i = 0; i < 10; ++i) {
        expect(201, "POST", "/proxies",
               R"({"name":")" + name + R"(","listen":"127.0.0.1:0","upstream":")" + echo.address() +
                   "\"}");
        expect(200, "POST", "/proxies/shared/toxics",
               R"({"type":"latency","attributes":{"latency":1},"name":")" + name + "\"}");
        expect(200, "PATCH", "/proxies/shared/toxics/" + name, R"({"toxicity":0.5})");
        expect(200, "GET", "/seawall/v1/proxies");
        expect(204, "DELETE", "/proxies/shared/toxics/" + name);
        expect(200, "PATCH", "/proxies/" + name, R"({"enabled":false})");
        expect(204, "DELETE", "/proxies/" + name);
      }
    });
  for (int i = 0; i < 40; ++i) {
    const Socket socket = Socket::connect(shared);
    socket.say("hello\n");
    wrong += socket.hear_line() != "hello\n";
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
}

TEST_CASE("a request that drips is ended by its total time, however often a byte comes") {
  Server::Settings settings = Stand::any_port();
  settings.request_time = 300ms;
  const Stand stand({}, settings);
  const Socket slow = Socket::connect(stand.port());
  const auto began = seawall::live::steady_now();
  slow.say("POST /populate HTTP/1.1\r\nContent-Length: 100000\r\n\r\n");
  std::thread dripping([&] {
    for (int i = 0; i < 30; ++i) {
      slow.say("[");
      Socket::connect(stand.port()).say("");  // takes a moment
      const Heard heard = stand.ask("GET", "/version");
      CHECK(heard.status == 200);
    }
  });
  CHECK(slow.hear_end() != Socket::End::open);
  CHECK(seawall::live::steady_now() - began >= 300ms);
  dripping.join();
}

TEST_CASE("a client that says nothing is let go") {
  Server::Settings settings = Stand::any_port();
  settings.request_time = 100ms;
  const Stand stand({}, settings);
  CHECK(Socket::connect(stand.port()).hear_end() != Socket::End::open);
}

TEST_CASE("a connection is kept for the next request") {
  const Stand stand;
  const Socket socket = Socket::connect(stand.port());
  for (int i = 0; i < 3; ++i) {
    socket.say("GET /version HTTP/1.1\r\nHost: a\r\n\r\n");
    std::string head;
    while (!head.ends_with("\r\n\r\n")) {
      const std::string next = socket.hear(1);
      REQUIRE_FALSE(next.empty());
      head += next;
    }
    CHECK(head.starts_with("HTTP/1.1 200"));
    CHECK(socket.hear(22) == "{\"version\": \"2.12.0\"}\n");
  }
}

TEST_CASE("a request without a length has no body") {
  const Stand stand;
  const Socket socket = Socket::connect(stand.port());
  socket.say("POST /reset HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  CHECK(socket.hear_all().starts_with("HTTP/1.1 204"));
}

TEST_CASE("bodies come in chunks, as forms, and with 100-continue") {
  const Stand stand;
  const std::string body = R"({"name":"a","upstream":"127.0.0.1:1","enabled":false})";
  const Socket chunked = Socket::connect(stand.port());
  chunked.say(
      "POST /proxies HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
      "Transfer-Encoding: chunked\r\n\r\n" +
      std::string("35\r\n") + body + "\r\n0\r\n\r\n");
  CHECK(body.size() == 0x35);
  CHECK(chunked.hear_all().starts_with("HTTP/1.1 201"));
  CHECK(stand.ask("POST", "/proxies", body, "Content-Type: application/x-www-form-urlencoded\r\n")
            .status == 409);
  const std::string long_body = std::string(20'000, ' ') + body;
  CHECK(
      stand
          .ask("POST", "/proxies", long_body, "Content-Type: application/x-www-form-urlencoded\r\n")
          .status == 409);
  const Socket careful = Socket::connect(stand.port());
  careful.say(
      "POST /proxies HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\n"
      "Content-Length: 53\r\n\r\n");
  CHECK(careful.hear_line().starts_with("HTTP/1.1 100"));
  careful.say(body);
  CHECK(careful.hear_all().find("HTTP/1.1 409") != std::string::npos);
}

TEST_CASE("what is no request, or too much of one, is refused") {
  Server::Settings settings = Stand::any_port();
  settings.request_bytes = 100'000;
  settings.request_time = 2s;
  const Stand stand({}, settings);
  for (const std::string& said :
       {std::string("hello\r\n\r\n"), "GET " + std::string(9000, 'a') + " HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nA: " + std::string(9000, 'a') + "\r\n\r\n", std::string("\r\n\r\n")}) {
    const Socket socket = Socket::connect(stand.port());
    socket.say(said);
    const std::string heard = socket.hear_all();
    INFO(heard);
    CHECK((heard.empty() || heard.starts_with("HTTP/1.1 4")));
  }
  CHECK(stand.ask("POST", "/populate", std::string(200'000, ' ')).status == 413);
  CHECK(stand.ask("POST", "/populate", "[]", "Content-Type: multipart/form-data; boundary=b\r\n")
            .status == 415);
  // What follows a body that nobody reads is no request.
  const Socket smuggler = Socket::connect(stand.port());
  smuggler.say("GET /version HTTP/1.1\r\nContent-Length: 24\r\n\r\nPOST /reset HTTP/1.1\r\n\r\n");
  const std::string heard = smuggler.hear_all();
  CHECK(heard.starts_with("HTTP/1.1 200"));
  CHECK(heard.find("HTTP/1.1", 9) == std::string::npos);
  CHECK(stand.ask("GET", "/version").status == 200);
}

TEST_CASE("every answer has a number of its own") {
  const Stand stand;
  std::set<std::string> numbers;
  for (const auto& [method, target] :
       std::vector<std::pair<std::string, std::string>>{{"GET", "/version"},
                                                        {"GET", "/nowhere"},
                                                        {"PUT", "/proxies"},
                                                        {"POST", "/reset"},
                                                        {"BREW", "/proxies"}}) {
    const Heard heard = stand.ask(method, target);
    const std::size_t at = heard.head.find("X-Toxiproxy-Request-Id: ");
    INFO(method << " " << target << ": " << heard.head);
    REQUIRE(at != std::string::npos);
    CHECK(numbers.insert(heard.head.substr(at, 40)).second);
  }
}

TEST_CASE("a port that is taken is told, and a second server does not share it") {
  const Stand stand;
  Server::Settings settings = Stand::any_port();
  settings.port = stand.port();
  const auto second = Server::listen(stand.api, settings);
  REQUIRE_FALSE(second);
  CHECK(second.error() ==
        "cannot listen on 127.0.0.1:" + std::to_string(stand.port()) + ": Address already in use");
}

TEST_CASE("the client tells apart nobody, no HTTP and no answer") {
  const Stand stand;
  Client::Settings settings;
  settings.port = stand.port();
  const auto version = Client(settings).ask("GET", "/version", "");
  REQUIRE(version);
  CHECK(version->status == 200);
  CHECK(Client(settings).ask("PATCH", "/proxies/" + path_segment("a b/c"), "{}")->status == 404);

  settings.port = stand.proxy("quiet", "127.0.0.1:1");
  stand.ask("PATCH", "/proxies/quiet", R"({"enabled":false})");
  const auto nobody = Client(settings).ask("GET", "/version", "");
  REQUIRE_FALSE(nobody);
  CHECK(nobody.error().find("cannot connect") != std::string::npos);

  const test::EchoServer echo;
  settings.port = echo.port();
  settings.total_time = 300ms;
  CHECK_FALSE(Client(settings).ask("GET", "/version", ""));
}
