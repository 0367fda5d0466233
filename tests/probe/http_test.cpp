// Probes by HTTP, and of Prometheus, against stand-ins that answer well, badly, or never.
#include "support/catch.hpp"
#include "tests/probe/rig.hpp"

using namespace seawall;
using namespace seawall::probe::tests;
using namespace std::chrono_literals;

namespace {

model::Probe prometheus(const std::string& place, const std::string& query = "up") {
  model::Probe probe = http_probe("", "$");
  probe.http.reset();
  probe.json.reset();
  probe.prometheus = model::plain_text("http://" + place + "/");
  probe.query = query;
  return probe;
}

// What a probe sees of a server that always answers this.
std::string seen_of(const std::string& answer) {
  const StandIn server([&](const std::string&) { return answer; });
  std::string text = seen(http_probe("http://" + server.place() + "/stock", "$.a.n"));
  const std::size_t at = text.find(server.place());
  return at == std::string::npos ? text : text.replace(at, server.place().size(), "HOST");
}

std::string queried(const std::string& body, int status = 200) {
  const StandIn server([&](const std::string&) { return http_answer(status, body); });
  const std::string text = seen(prometheus(server.place()));
  const std::size_t colon = text.rfind("/: ");
  return colon == std::string::npos ? text : text.substr(colon + 3);
}

std::string vector_of(const std::string& series) {
  return R"({"status":"success","data":{"resultType":"vector","result":[)" + series + "]}}";
}

}  // namespace

TEST_CASE("a probe by HTTP takes the value at its JSON path") {
  CHECK(seen_of(http_answer(200, R"({"a":{"n":41}})")) == "41");
  std::string request;
  const StandIn server([&](const std::string& text) {
    request = text;
    return http_answer(200, "7");
  });
  CHECK(seen(http_probe("http://localhost:" + server.place().substr(10) + "/x?y=1", "$")) == "7");
  CHECK(request.find("GET /x?y=1 HTTP/1.1\r\n") == 0);
}

TEST_CASE("a probe by HTTP says what was asked and what came") {
  CHECK(seen_of(http_answer(503, "busy\x01")) ==
        "probe stock: GET http://HOST/stock: status 503 (busy); expected 2xx");
  CHECK(seen_of(http_answer(200, "{}")) ==
        "probe stock: GET http://HOST/stock: nothing at $.a.n of {}");
  CHECK(seen_of("garbage\r\n\r\n") ==
        "probe stock: GET http://HOST/stock: the connection broke off, or what came is no HTTP");
  CHECK(seen(http_probe("http://127.0.0.1:1/", "$")) ==
        "probe stock: GET http://127.0.0.1:1/: nobody listens at 127.0.0.1:1");
}

TEST_CASE("a probe waits no longer than its timeout for a server that is silent") {
  const StandIn server([](const std::string&) { return ""; });
  model::Probe probe = http_probe("http://" + server.place() + "/", "$");
  probe.timeout = 50ms;
  CHECK(seen(probe).find("no answer in time") != std::string::npos);
}

TEST_CASE("a probe that failed is tried again, as often as it may be") {
  int count = 0;
  const StandIn server(
      [&](const std::string&) { return http_answer(++count < 3 ? 500 : 200, "1"); });
  model::Probe probe = http_probe("http://" + server.place() + "/", "$");
  probe.retries = 1;
  CHECK(seen(probe).find("; expected 2xx (2 tries)") != std::string::npos);
  CHECK(server.asked() == 2);
  CHECK(seen(probe) == "1");
}

TEST_CASE("no secret is in what a probe says") {
  model::Probe probe = http_probe("http://127.0.0.1:1/x?key=", "$");
  probe.http->url.parts.push_back({model::LateText::Part::Kind::secret, "t0k3n", {}});
  const std::string text = seen(probe);
  CHECK(text.find("t0k3n") == std::string::npos);
  CHECK(text.find("/x?key=***") != std::string::npos);
}

TEST_CASE("a late text that nothing is known of is named") {
  model::Probe probe = http_probe("http://", "$");
  probe.http->url.parts.push_back({model::LateText::Part::Kind::service, "orders", {}});
  CHECK(seen(probe) ==
        "probe stock: GET http://${service.orders}: ${service.orders} stands for nothing yet");
}

TEST_CASE("Prometheus is asked for one value") {
  CHECK(queried(vector_of(R"({"metric":{},"value":[1.5,"42.5"]})")) == "42.5");
  CHECK(queried(R"({"status":"success","data":{"resultType":"scalar","result":[1,"7"]}})") == "7");
  CHECK(queried(vector_of("")) == "no series has a value; expected one");
  CHECK(queried(vector_of(R"({"value":[1,"1"]},{"value":[1,"2"]})")) ==
        "several series; expected one, such as by sum(...)");
  CHECK(queried(vector_of(R"({"value":[1,"NaN"]})")) == "the value NaN; expected a finite number");
  CHECK(queried(R"({"status":"error","error":"parse error"})", 400) == "status 400: parse error");
  CHECK(queried("<html>", 502) == "status 502, and no JSON (offset 0: expected a value): <html>");
  CHECK(queried(R"({"status":"success","data":{"resultType":"matrix","result":[]}})") ==
        "a result of type \"matrix\"; expected a scalar or a vector of one series");
}

TEST_CASE("a query of Prometheus reaches it as it was written") {
  std::string request;
  const StandIn server([&](const std::string& text) {
    request = text;
    return http_answer(200, vector_of(R"({"value":[1,"1"]})"));
  });
  CHECK(seen(prometheus(server.place(), "sum(up{a=\"b\"})")) == "1");
  CHECK(request.find("GET /api/v1/query?query=sum%28up%7Ba%3D%22b%22%7D%29 HTTP/1.1") == 0);
}
