// The rules of the API, asked without sockets: what is answered in which words.
#include "tests/support/catch.hpp"
#include "tests/support/has.hpp"
#include "tests/toxiproxy/desk.hpp"

using namespace seawall::toxiproxy;
using seawall::has;
using test::Desk;

namespace {

const std::string redis = R"({"name":"redis","listen":"localhost:0","upstream":"127.0.0.1:6379"})";

}  // namespace

TEST_CASE("a version that makes clients use PATCH") {
  Desk desk;
  CHECK(desk.told("GET", "/version") == "200 {\"version\": \"2.12.0\"}\n");
}

TEST_CASE("a new proxy listens and says where") {
  Desk desk;
  CHECK(desk.told("POST", "/proxies", redis) ==
        R"(201 {"name":"redis","listen":"127.0.0.1:40000","upstream":"127.0.0.1:6379",)"
        R"("enabled":true,"toxics":[]})");
  CHECK(has(desk.told("POST", "/proxies", R"({"name":"a","upstream":"b:1","enabled":null})"),
            R"("listen":"[::]:40001","upstream":"b:1","enabled":true)"));
  CHECK(has(desk.told("POST", "/proxies",
                      R"({"Name":"off","LISTEN":"localhost:0","upstream":"b:1","enabled":false})"),
            R"("listen":"localhost:0","upstream":"b:1","enabled":false)"));
  CHECK(desk.lines.told == std::vector<std::string>{"add redis", "faults redis 0", "start redis",
                                                    "add a", "faults a 0", "start a"});
}

TEST_CASE("refusals have the words that clients look for") {
  Desk desk;
  desk.lines.in_use = {3310};
  desk.ask("POST", "/proxies", redis);
  CHECK(desk.told("POST", "/proxies", R"({"upstream":"b:1"})") ==
        R"(400 {"error":"missing required field: name","status":400})");
  CHECK(desk.told("POST", "/proxies", R"({"name":"a","upstream":null})") ==
        R"(400 {"error":"missing required field: upstream","status":400})");
  CHECK(desk.told("POST", "/proxies", redis) ==
        R"(409 {"error":"proxy already exists","status":409})");
  CHECK(
      desk.told("POST", "/proxies", R"({"name":"a","listen":"localhost:3310","upstream":"b:1"})") ==
      R"(500 {"error":"listen tcp 127.0.0.1:3310: bind: address already in use","status":500})");
  CHECK(desk.told("GET", "/proxies/a") == R"(404 {"error":"proxy not found","status":404})");
  CHECK(desk.told("GET", "/proxies/redis/toxics/t") ==
        R"(404 {"error":"toxic not found","status":404})");
  for (const char* body : {"", "{", "[]", "7", R"({"name":5})", R"({"enabled":"yes"})", "{} {}"})
    CHECK(has(desk.told("POST", "/proxies", body), R"(400 {"error":"bad request body: )"));
  CHECK(has(desk.told("POST", "/proxies", R"({"name":"a","upstream":"nowhere"})"),
            "400 {\"error\":\"upstream: "));
  CHECK(desk.told("POST", "/proxies/redis/toxics", R"({"type":"latencyy"})") ==
        R"(400 {"error":"invalid toxic type","status":400})");
  CHECK(desk.told("POST", "/proxies/redis/toxics", R"({"type":"noop","stream":"sideways"})") ==
        R"(400 {"error":"stream was invalid, can be either upstream or downstream","status":400})");
  CHECK(desk.ask("POST", "/proxies/redis/toxics", R"({"type":"noop"})").status == 200);
  CHECK(desk.told("POST", "/proxies/redis/toxics", R"({"type":"noop"})") ==
        R"(409 {"error":"toxic already exists","status":409})");
}

TEST_CASE("what is not there is 404 and what cannot be done to it is 405") {
  Desk desk;
  for (const char* target : {"/", "/proxy", "/proxies/", "/proxies/a/b", "/proxies/a/toxics/b/c",
                             "", "*", "/metrics", "/seawall/v1", "/%ff\xff"})
    CHECK(desk.ask("GET", target).status == 404);
  for (const char* method : {"PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", ""}) {
    const Answer answer = desk.ask(method, "/proxies");
    CHECK(answer.status == 405);
    CHECK(answer.allow == "GET, POST");
  }
  CHECK(desk.ask("POST", "/version").status == 405);
  CHECK(desk.ask("GET", "/populate").status == 405);
}

TEST_CASE("browsers are refused, whatever they ask") {
  Desk desk;
  Request request;
  request.method = "GET";
  request.target = "/version";
  request.host = "127.0.0.1:8474";
  request.user_agent = "Mozilla/5.0 (X11; Linux x86_64)";
  CHECK(desk.api.handle(request).status == 403);
  request.user_agent = "curl/7.88.1";
  CHECK(desk.api.handle(request).status == 200);
  for (const char* origin : {"http://evil.example", "null", "http://127.0.0.1:3000"}) {
    request.origin = origin;
    CHECK(desk.api.handle(request).status == 403);
  }
  request.origin = "http://127.0.0.1:8474";
  CHECK(desk.api.handle(request).status == 200);
}

TEST_CASE("an update changes what it names, by either verb") {
  Desk desk;
  desk.ask("POST", "/proxies", redis);
  desk.ask("POST", "/proxies/redis/toxics", R"({"type":"latency"})");
  for (const char* verb : {"POST", "PATCH"}) {
    CHECK(has(desk.told(verb, "/proxies/redis", R"({"enabled":false})"), R"("enabled":false)"));
    CHECK(has(desk.told(verb, "/proxies/redis", R"({"enabled":true})"),
              R"("listen":"127.0.0.1:40000","upstream":"127.0.0.1:6379","enabled":true)"));
  }
  desk.lines.told.clear();
  const std::string same = R"({"listen":"localhost:40000","upstream":"127.0.0.1:6379"})";
  CHECK(has(desk.told("PATCH", "/proxies/redis", same), R"("enabled":true)"));
  CHECK(desk.lines.told.empty());
  CHECK(has(desk.told("PATCH", "/proxies/redis", R"({"upstream":"127.0.0.1:7000"})"),
            R"("listen":"127.0.0.1:40000","upstream":"127.0.0.1:7000","enabled":true)"));
  CHECK(desk.lines.told ==
        std::vector<std::string>{"stop redis", "add redis", "faults redis 1", "start redis"});
  CHECK(desk.ask("PATCH", "/proxies/other", "{").status == 404);
  CHECK(desk.ask("PATCH", "/proxies/redis", "{").status == 400);

  // What cannot listen stays, and is disabled.
  desk.lines.in_use = {3310};
  CHECK(desk.ask("PATCH", "/proxies/redis", R"({"listen":"127.0.0.1:3310"})").status == 500);
  CHECK(has(desk.told("GET", "/proxies/redis"), R"("listen":"127.0.0.1:3310")"));
  CHECK(has(desk.told("GET", "/proxies/redis"), R"("enabled":false)"));
}

TEST_CASE("populating makes all, keeps what has not changed, and replaces what has") {
  Desk desk;
  const std::string both = R"([{"name":"a","listen":"localhost:5000","upstream":"u:1"},
                               {"name":"b","listen":"localhost:5001","upstream":"u:2"}])";
  CHECK(has(desk.told("POST", "/populate", both), R"(201 {"proxies":[{"name":"a","listen":"127.)"));
  desk.ask("POST", "/proxies/a/toxics", R"({"type":"latency"})");
  desk.ask("POST", "/proxies/b/toxics", R"({"type":"latency"})");
  desk.lines.told.clear();
  const std::string other = R"([{"name":"a","listen":"127.0.0.1:5000","upstream":"u:1"},
                                {"name":"b","listen":"localhost:5001","upstream":"u:3"}])";
  CHECK(desk.ask("POST", "/populate", other).status == 201);
  CHECK(has(desk.told("GET", "/proxies/a"), "latency_downstream"));
  CHECK(has(desk.told("GET", "/proxies/b"), R"("upstream":"u:3","enabled":true,"toxics":[])"));
  CHECK(desk.lines.told == std::vector<std::string>{"stop b", "add b", "faults b 0", "start b"});
  CHECK(desk.told("POST", "/populate", "[]") == R"(201 {"proxies":[]})");
  CHECK(desk.ask("POST", "/populate", "{}").status == 400);
}

TEST_CASE("populating checks all before it makes any") {
  Desk desk;
  desk.lines.in_use = {3310};
  for (const auto& [body, words] : std::vector<std::pair<std::string, std::string>>{
           {R"([{"name":"a","upstream":"u:1"},{"upstream":"u:1"}])",
            "missing required field: name at proxy 2"},
           {R"([{"name":"a","upstream":"u:1"},{"name":"b"}])",
            "missing required field: upstream at proxy 2"},
           {R"([{"name":"a","upstream":"u:1"},{"name":"a","upstream":"u:1"}])",
            "duplicate proxy name a at proxy 2"},
           {R"([{"name":"a","upstream":"u:1"},{"name":"b","upstream":"u:1",
                 "toxics":[{"type":"nothing"}]}])",
            "invalid toxic type at proxy 2"}}) {
    CHECK(has(desk.told("POST", "/populate", body), "400 {\"error\":\"" + words + "\""));
    CHECK(desk.told("GET", "/proxies") == "200 {}");
  }
  // What fails later keeps what was made before.
  const std::string told = desk.told("POST", "/populate",
                                     R"([{"name":"a","listen":"127.0.0.1:0","upstream":"u:1"},
                                         {"name":"b","listen":"127.0.0.1:3310","upstream":"u:1"},
                                         {"name":"c","upstream":"u:1"}])");
  CHECK(has(told, R"(500 {"error":"listen tcp 127.0.0.1:3310: bind: address already in use",)"
                  R"("status":500,"proxies":[{"name":"a")"));
  CHECK(desk.ask("GET", "/proxies/a").status == 200);
  CHECK(desk.ask("GET", "/proxies/c").status == 404);
}

TEST_CASE("proxies may be populated with their toxics") {
  Desk desk;
  const std::string body = R"([{"name":"a","upstream":"u:1","listen":"127.0.0.1:5000",
      "toxics":[{"type":"latency","attributes":{"latency":5}},
                {"type":"timeout","stream":"upstream"}]}])";
  CHECK(desk.ask("POST", "/populate", body).status == 201);
  CHECK(desk.lines.faults.at("a").size() == 2);
  CHECK(has(desk.told("POST", "/populate",
                      R"([{"name":"a","upstream":"u:1","listen":"127.0.0.1:5000","toxics":[]}])"),
            "timeout_upstream"));
  CHECK(has(desk.told("POST", "/populate",
                      R"([{"name":"a","upstream":"u:1","listen":"127.0.0.1:5000",
                           "toxics":[{"type":"noop","name":"n"}]}])"),
            R"("toxics":[{"attributes":{},"name":"n","type":"noop")"));
  CHECK(desk.lines.faults.at("a").size() == 1);
}

TEST_CASE("a toxic has defaults, echoes and order") {
  Desk desk;
  desk.ask("POST", "/proxies", redis);
  const auto add = [&](const std::string& body) {
    return desk.told("POST", "/proxies/redis/toxics", body);
  };
  CHECK(add(R"({"type":"latency","attributes":{"latency":100,"unknown":"x"},"toxicity":0.2})") ==
        R"(200 {"attributes":{"latency":100,"jitter":0},"name":"latency_downstream",)"
        R"("type":"latency","stream":"downstream","toxicity":0.2})");
  CHECK(add(R"({"type":"slicer","stream":"UPSTREAM","attributes":null})") ==
        R"(200 {"attributes":{"average_size":0,"size_variation":0,"delay":0},)"
        R"("name":"slicer_upstream","type":"slicer","stream":"upstream","toxicity":1})");
  CHECK(has(add(R"({"type":"noop","stream":"upstream","name":"z"})"), R"("attributes":{})"));
  // Names are unique over both streams.
  CHECK(
      add(R"({"type":"noop","stream":"upstream","name":"latency_downstream"})").starts_with("409"));
  CHECK(desk.ask("POST", "/proxies/redis/toxics", R"({"type":"noop","name":"a"})").status == 200);
  std::string order;
  const auto toxics = desk.proxies.toxics("redis");
  for (const Toxic& toxic : *toxics) order += toxic.name + " ";
  CHECK(order == "slicer_upstream z latency_downstream a ");
}

TEST_CASE("an update of a toxic merges attributes and keeps the toxicity") {
  Desk desk;
  desk.ask("POST", "/proxies", redis);
  desk.ask("POST", "/proxies/redis/toxics",
           R"({"type":"latency","attributes":{"latency":100,"jitter":5},"toxicity":0.5})");
  for (const char* verb : {"POST", "PATCH"})
    CHECK(has(desk.told(verb, "/proxies/redis/toxics/latency_downstream",
                        R"({"attributes":{"latency":200},"type":"noop","name":"other"})"),
              R"("attributes":{"latency":200,"jitter":5},"name":"latency_downstream",)"
              R"("type":"latency","stream":"downstream","toxicity":0.5)"));
  CHECK(has(desk.told("PATCH", "/proxies/redis/toxics/latency_downstream", R"({"toxicity":0.25})"),
            R"("toxicity":0.25)"));
  CHECK(desk.lines.faults.at("redis")[0].probability.ppm == 250'000);
  CHECK(desk.ask("PATCH", "/proxies/redis/toxics/none", "{}").status == 404);
  CHECK(desk.ask("DELETE", "/proxies/redis/toxics/latency_downstream").status == 204);
  CHECK(desk.ask("DELETE", "/proxies/redis/toxics/latency_downstream").status == 404);
  CHECK(desk.lines.faults.at("redis").empty());
}

TEST_CASE("numbers that are none, negative, broken or too large are refused") {
  Desk desk;
  desk.ask("POST", "/proxies", redis);
  for (const char* value : {"-1", "1.5", "\"100\"", "true", "[]", "{}", "1e400", "31536000001",
                            "99999999999999999999", "-0.5"})
    CHECK(
        has(desk.told("POST", "/proxies/redis/toxics",
                      std::string(R"({"type":"latency","attributes":{"latency":)") + value + "}}"),
            "attributes.latency: expected an integer from 0 to 31536000000"));
  for (const char* value : {"-0.1", "1.1", "\"1\"", "NaN", "1e999", "nan", "Infinity"})
    CHECK(has(desk.told("POST", "/proxies/redis/toxics",
                        std::string(R"({"type":"noop","toxicity":)") + value + "}"),
              "400 {\"error\":\"bad request body: "));
  for (const char* value : {"100.0", "1e2", "100"})
    CHECK(desk.told("POST", "/proxies/redis/toxics",
                    std::string(R"({"type":"latency","name":")") + value +
                        R"(","attributes":{"latency":)" + value + "}}")
              .find(R"("latency":100,)") != std::string::npos);
}

TEST_CASE("a reset enables all, takes toxics away and keeps ports") {
  Desk desk;
  desk.ask("POST", "/proxies", redis);
  desk.ask("POST", "/proxies/redis/toxics", R"({"type":"latency"})");
  desk.ask("PATCH", "/proxies/redis", R"({"enabled":false})");
  const Answer answer = desk.ask("POST", "/reset");
  CHECK(answer.status == 204);
  CHECK(answer.body.empty());
  CHECK(
      has(desk.told("GET", "/proxies/redis"),
          R"("listen":"127.0.0.1:40000","upstream":"127.0.0.1:6379","enabled":true,"toxics":[])"));
  CHECK(desk.ask("DELETE", "/proxies/redis").status == 204);
  CHECK(desk.ask("DELETE", "/proxies/redis").status == 404);
}

TEST_CASE("names may be escaped in a path") {
  Desk desk;
  desk.ask("POST", "/proxies", R"({"name":"order->a/b","upstream":"u:1"})");
  CHECK(desk.ask("GET", "/proxies/order-%3Ea%2fb").status == 200);
  CHECK(desk.ask("GET", "/proxies/order->a%2Fb").status == 200);
  CHECK(desk.ask("GET", "/proxies/order-%3Ea/b").status == 404);
}

TEST_CASE("with --allow-host, upstreams elsewhere are refused") {
  Desk desk({{"127.0.0.1", "db"}});
  CHECK(desk.ask("POST", "/proxies", redis).status == 201);
  CHECK(desk.ask("POST", "/proxies", R"({"name":"a","upstream":"db:1"})").status == 201);
  CHECK(has(desk.told("POST", "/proxies", R"({"name":"b","upstream":"169.254.169.254:80"})"),
            "403 {\"error\":\"upstream 169.254.169.254:80: expected a host that --allow-host"));
  CHECK(desk.ask("PATCH", "/proxies/a", R"({"upstream":"other:1"})").status == 403);
  CHECK(desk.ask("POST", "/populate", R"([{"name":"c","upstream":"other:1"}])").status == 403);
}

TEST_CASE("the links of a run take toxics, and none is made, moved or deleted") {
  Desk desk;
  desk.told("POST", "/proxies", redis);
  desk.proxies.fix();
  const std::string why =
      ": the proxies here are the links of a run, and its scenario says what there is; expected a "
      "change of toxics, or of enabled";
  const auto refused = [&](const std::string& method, const std::string& path,
                           const std::string& body, const std::string& what) {
    const Answer answer = desk.ask(method, path, body);
    INFO(answer.body);
    CHECK(answer.status == 403);
    CHECK(has(answer.body, "cannot " + what + why));
  };
  refused("POST", "/proxies", redis, "create a proxy");
  refused("POST", "/populate", "[" + redis + "]", "populate");
  refused("DELETE", "/proxies/redis", "", "delete a proxy");
  refused("PATCH", "/proxies/redis", R"({"upstream":"127.0.0.1:1"})", "move a proxy");
  refused("POST", "/proxies/redis", R"({"listen":"127.0.0.1:1"})", "move a proxy");
  for (const char* path : {"populate", "proxies", "cuts", "forwards", "proxies/redis/faults"})
    refused("POST", std::string("/seawall/v1/") + path, "{}", "do this through Seawall's own API");
  refused("GET", "/seawall/v1/proxies/redis/journal", "", "do this through Seawall's own API");

  CHECK(desk.ask("GET", "/seawall/v1/proxies/redis").status == 200);
  // As clients send it that have read it before.
  CHECK(desk.ask("POST", "/proxies/redis",
                 R"({"listen":"127.0.0.1:40000","upstream":"127.0.0.1:6379","enabled":false})")
            .status == 200);
  CHECK(desk.ask("POST", "/proxies/redis/toxics", R"({"type":"latency"})").status == 200);
  CHECK(desk.ask("POST", "/reset").status == 204);
  CHECK(has(desk.told("GET", "/proxies/redis"), R"("enabled":true,"toxics":[])"));
}

TEST_CASE("our own part of the API is strict and tells numbers") {
  Desk desk;
  desk.ask("POST", "/proxies", redis);
  desk.lines.counters.accepted = 3;
  desk.lines.counters.up.received_bytes = 12;
  desk.lines.injection_error.emplace().record(std::chrono::microseconds(50));
  const std::string told = desk.told("GET", "/seawall/v1/proxies/redis");
  CHECK(has(told,
            R"("connections":{"accepted":3,"open":0,"unreachable":0,"refused":0,"distrusted":0})"));
  CHECK(has(told, R"("upstream_bytes":{"received_bytes":12,"sent_bytes":0})"));
  CHECK(has(told, R"("injection_error_ns":{"count":1,"p50":)"));
  CHECK(desk.ask("GET", "/seawall/v1/proxies").status == 200);
  CHECK(desk.ask("GET", "/seawall/v1/proxies?all=1").status == 400);
  CHECK(desk.ask("GET", "/seawall/v1/proxies/none").status == 404);
  CHECK(has(desk.told("POST", "/seawall/v1/populate", R"([{"name":"a","upsteam":"u:1"}])"),
            "there is no key 'upsteam' here"));
  CHECK(desk.ask("POST", "/seawall/v1/populate", R"([{"name":"a","upstream":"u:1"}])").status ==
        201);
}
