// Faults of HTTP requests over the API, asked without sockets: what is answered in which words.
#include "tests/support/catch.hpp"
#include "tests/support/has.hpp"
#include "tests/toxiproxy/desk.hpp"

using namespace seawall::toxiproxy;
using seawall::has;
using test::Desk;

namespace {

const std::string faults = "/seawall/v1/proxies/web/faults";
const std::string journal = "/seawall/v1/proxies/web/journal";

struct Web : Desk {
  Web() : Desk({}, {true, false}) {
    ask("POST", "/proxies", R"({"name":"web","upstream":"127.0.0.1:80"})");
  }
};

}  // namespace

TEST_CASE("a fault of requests is told in the words that it was given in, with its hits") {
  Web web;
  const std::string words =
      R"("type":"http_abort","status":503,"match":{"method":"POST","path":"/charge*",)"
      R"("header":{"X-Test-Id":"t42"}},"probability":"50%","first":2,"effect":"after",)"
      R"("body":"no\n","headers":{"Retry-After":"1"})";
  const std::string told = R"({"name":"t42",)" + words + R"(,"hits":{"matched":0,"acted":0}})";
  CHECK(web.told("POST", faults, R"({"name":"t42",)" + words + "}") == "201 " + told);
  CHECK(web.told("GET", faults) == "200 [" + told + "]");
  CHECK(web.told("GET", faults + "/t42") == "200 " + told);
  CHECK(has(web.told("GET", "/seawall/v1/proxies/web"), R"("faults":[)" + told + "]"));
  CHECK(has(web.told("GET", "/metrics"),
            "seawall_fault_hits_total{proxy=\"web\",fault=\"t42\"} 0\n"));
  CHECK(web.told("DELETE", faults + "/t42") == "204 ");
  CHECK(web.told("GET", faults) == "200 []");
}

TEST_CASE("faults without a name are numbered, and a name is given once") {
  Web web;
  const std::string abort = R"({"type":"http_abort","status":500})";
  CHECK(has(web.told("POST", faults, abort), R"(201 {"name":"http_abort-1",)"));
  CHECK(has(web.told("POST", faults, abort), R"(201 {"name":"http_abort-2",)"));
  CHECK(web.ask("DELETE", faults + "/http_abort-1").status == 204);
  CHECK(has(web.told("POST", faults, abort), R"(201 {"name":"http_abort-1",)"));
  CHECK(web.told("POST", faults, R"({"name":"http_abort-1","type":"drop_reply"})") ==
        R"(409 {"error":"fault already exists","status":409})");
}

TEST_CASE("wrong words of a fault are told as those of a scenario, all at once") {
  Web web;
  for (const auto& [body, words] : std::vector<std::pair<std::string, std::string>>{
           {"", "expected an object"},
           {"[]", "expected an object"},
           {R"({"type":"http_abort","status":503} x)", "line 1, column 36: "},
           {R"({"type":"http_abort","type":"latency"})", "the key 'type' comes twice"},
           {R"({"type":"http_abort","status":null})", "status: expected a text, a number"},
           {R"({})", R"(\"type\" is missing)"},
           {R"({"type":"http_abrt"})", R"(did you mean \"http_abort\"?)"},
           {R"({"type":"crash"})", R"(unknown type \"crash\"; expected one of )"},
           {R"({"type":"connect_hang"})", R"(unknown type \"connect_hang\")"},
           {R"({"type":"http_abort"})", R"(\"status\" is missing; http_abort needs it)"},
           {R"({"type":"http_abort","status":"503"})", "expected a whole number"},
           {R"({"type":"http_abort","status":200})", "must be an error: 400 to 599"},
           {R"({"type":"http_abort","status":503,"stauts":1})", R"(did you mean \"status\"?)"},
           {R"({"type":"http_abort","status":503,"latency":"1s"})", R"(takes no \"latency\")"},
           {R"({"type":"latency","latency":300})", R"(write \"300ms\" or \"300s\")"},
           {R"({"type":"latency","latency":"1s","jitter":"2s"})", "larger than 'latency'"},
           {R"({"type":"drop_reply","probability":0.5})", R"(write \"0.5%\")"},
           {R"({"type":"drop_reply","first":0})", "expected at least 1"},
           {R"({"type":"drop_reply","match":{"paht":"/"}})", R"(did you mean \"path\"?)"},
           {R"({"type":"drop_reply","name":""})", "a fault without a name"},
           {R"({"type":"drop_reply","at":"1s"})", R"(\"at\" is for a scenario)"},
           {R"({"type":"drop_reply","on":"a -> b"})", R"(\"on\" is for a scenario)"},
           {R"({"type":"http_abort","status":503,"body":"${env.HOME}"})", "HOME"}}) {
    const std::string told = web.told("POST", faults, body);
    INFO(body << "\n" << told);
    CHECK(told.starts_with("400 {\"error\":\"bad request body: line "));
    CHECK(has(told, words));
  }
  const std::string both =
      web.told("POST", faults, "{\"type\":\"latency\",\n \"latency\":5, \"match\":{\"x\":1}}");
  CHECK(has(both, "line 2, column 12: "));
  CHECK(has(both, "; line 2, column 24: "));
  CHECK(web.told("GET", faults) == "200 []");
}

TEST_CASE("what is not there is 404, and our own paths take nothing that they do not know") {
  Web web;
  for (const char* target :
       {"/seawall/v1/proxies/other/faults", "/seawall/v1/proxies/other/journal",
        "/seawall/v1/proxies/web/faults/x"})
    CHECK(web.ask("GET", target).status == 404);
  CHECK(web.ask("POST", "/seawall/v1/proxies/other/faults", "{").status == 404);
  CHECK(web.told("DELETE", faults + "/x") == R"(404 {"error":"fault not found","status":404})");
  CHECK(web.ask("DELETE", faults).status == 405);
  CHECK(web.ask("GET", faults + "?a=1").status == 400);
  for (const char* query : {"?a=1", "?status=x", "?status=600", "?limit=-1", "?limit=10001",
                            "?since=soon", "?since=", "?path=/a&path=/b"})
    CHECK(web.ask("GET", journal + query).status == 400);
  for (const char* query : {"", "?", "?since=30s", "?since=5", "?status=0&limit=0",
                            "?method=GET&path=%2Fcharge*&fault=a&"})
    CHECK(web.told("GET", journal + query) == R"(200 {"now_ns":100000000000,"rows":[]})");
}

TEST_CASE("reset takes faults of requests away, and an update keeps them") {
  Web web;
  web.ask("POST", faults, R"({"type":"drop_reply"})");
  CHECK(web.ask("PATCH", "/proxies/web", R"({"upstream":"127.0.0.1:81"})").status == 200);
  CHECK(has(web.told("GET", faults), "drop_reply-1"));
  CHECK(web.ask("POST", "/reset").status == 204);
  CHECK(web.told("GET", faults) == "200 []");
}

TEST_CASE("a fault of requests waits on a proxy that does not listen yet") {
  Desk desk;
  desk.ask("POST", "/proxies", R"({"name":"web","upstream":"127.0.0.1:80","enabled":false})");
  CHECK(desk.ask("POST", faults, R"({"type":"drop_reply"})").status == 201);
  CHECK(desk.told("GET", journal) == R"(200 {"now_ns":100000000000,"rows":[]})");
  CHECK(desk.ask("PATCH", "/proxies/web", R"({"enabled":true})").status == 200);
  CHECK(has(desk.told("GET", faults), R"("hits":{"matched":0,"acted":0})"));
}

TEST_CASE("a journal is kept where it is asked for") {
  Web web;
  CHECK(has(web.told("GET", "/seawall/v1/proxies/web"), R"("journal":false)"));
  CHECK(has(web.told("PATCH", "/seawall/v1/proxies/web", R"({"journal":true})"),
            R"("journal":true)"));
  CHECK(web.lines.told.back() == "read web");
  for (const char* body :
       {"", "{}", R"({"journal":null})", R"({"journal":1})", R"({"jornal":true})"})
    CHECK(web.ask("PATCH", "/seawall/v1/proxies/web", body).status == 400);
  CHECK(web.told("DELETE", journal) == "204 ");

  const std::string list = R"([{"name":"new","upstream":"a:1","journal":true}])";
  CHECK(web.ask("POST", "/seawall/v1/populate", list).status == 201);
  CHECK(has(web.told("GET", "/seawall/v1/proxies/new"), R"("journal":true)"));
  // Toxiproxy's own API knows no such key.
  web.ask("POST", "/populate", R"([{"name":"old","upstream":"a:1","journal":true}])");
  CHECK(has(web.told("GET", "/seawall/v1/proxies/old"), R"("journal":false)"));
}
