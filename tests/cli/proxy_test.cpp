// seawall proxy, proxies, toxic, fault and journal as their users meet them.
#include <csignal>
#include <fstream>
#include <sstream>

#include "faults/toxiproxy/client.hpp"
#include "tests/cli/program.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/has.hpp"

using seawall::has;
using seawall::tests::Desk;
using seawall::tests::Ended;
using seawall::tests::Running;

namespace {

// A proxy on a free port that runs in the background.
struct Proxy {
  Desk desk;
  Running running;
  std::string api;

  explicit Proxy(std::vector<std::string> more = {}) : running(desk, arguments(std::move(more))) {
    const std::string& said = running.says("http://");
    const std::size_t begin = said.find("http://") + 7;
    api = said.substr(begin, said.find(';', begin) - begin);
  }
  static std::vector<std::string> arguments(std::vector<std::string> more) {
    std::vector<std::string> all = {"proxy", "-host", "127.0.0.1", "-port", "0"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  Ended ask(std::vector<std::string> words) const {
    words.insert(words.end(), {"--api", api});
    return desk.seawall(std::move(words));
  }
};

}  // namespace

TEST_CASE("a proxy runs until it is told to end, and ends with 0") {
  for (const int signal : {SIGTERM, SIGINT}) {
    Proxy proxy({"--workers", "2", "-seed", "7", "-proxy-metrics", "--runtime-metrics"});
    CHECK(proxy.ask({"proxies"}).status == 0);
    CHECK(proxy.running.end(signal).status == 0);
    CHECK(proxy.ask({"proxies"}).status == 6);
  }
}

TEST_CASE("a proxy that is killed leaves its ports to the next") {
  Proxy proxy;
  const Ended made =
      proxy.ask({"proxies", "create", "p", "-l", "127.0.0.1:0", "-u", "127.0.0.1:1"});
  REQUIRE(made.status == 0);
  const std::size_t at = made.out.find("127.0.0.1:");
  const std::string listen = made.out.substr(at, made.out.find(' ', at) - at);
  CHECK(proxy.running.end(SIGKILL).status == 128 + SIGKILL);
  CHECK(std::filesystem::is_empty(proxy.desk.path()));

  const std::string port = proxy.api.substr(proxy.api.rfind(':') + 1);
  Running next(proxy.desk, {"proxy", "--port=" + port});
  next.says("http://127.0.0.1:" + port);
  const Ended again = proxy.ask({"proxies", "create", "p", "-l", listen, "-u", "127.0.0.1:1"});
  INFO(again.err);
  CHECK(again.status == 0);
}

TEST_CASE("proxies are made, listed, switched and deleted from the command line") {
  const Proxy proxy;
  CHECK(has(proxy.ask({"proxies"}).out, "no proxies: seawall proxies create"));
  const Ended made = proxy.ask(
      {"proxies", "create", "re dis/1", "--listen", "127.0.0.1:0", "--upstream", "127.0.0.1:6379"});
  CHECK(made.status == 0);
  CHECK(has(made.out, "-> 127.0.0.1:6379  enabled"));
  CHECK(has(proxy.ask({"proxies", "toggle", "re dis/1"}).out, "disabled"));
  CHECK(has(proxy.ask({"proxies", "toggle", "re dis/1"}).out, "enabled"));
  CHECK(has(proxy.ask({"proxies", "disable", "re dis/1"}).out, "disabled"));
  CHECK(has(proxy.ask({"proxies", "enable", "re dis/1"}).out, "enabled"));
  CHECK(has(proxy.ask({"proxies", "list"}).out, "re dis/1"));
  CHECK(has(proxy.ask({"proxies", "show", "re dis/1", "--json"}).out, R"("name":"re dis/1")"));
  CHECK(proxy.ask({"proxies", "reset"}).status == 0);
  CHECK(proxy.ask({"proxies", "delete", "re dis/1"}).status == 0);
  const Ended gone = proxy.ask({"proxies", "delete", "re dis/1"});
  CHECK(gone.status == 2);
  CHECK(has(gone.err, "proxy not found"));
}

TEST_CASE("toxics are added, changed, listed and removed from the command line") {
  const Proxy proxy;
  REQUIRE(proxy.ask({"proxies", "create", "p", "-l", "127.0.0.1:0", "-u", "127.0.0.1:1"}).status ==
          0);
  const Ended added =
      proxy.ask({"toxic", "add", "p", "--type", "latency", "--attribute", "latency=1000",
                 "--attribute", "jitter=10", "--toxicity", "0.5", "--upstream"});
  INFO(added.err);
  CHECK(added.status == 0);
  CHECK(has(added.out, "latency_upstream"));
  CHECK(has(added.out, "toxicity 0.5  latency=1000  jitter=10"));
  CHECK(has(proxy.ask({"toxic", "update", "p", "latency_upstream", "-a", "jitter=7"}).out,
            "toxicity 0.5  latency=1000  jitter=7"));
  CHECK(has(proxy.ask({"toxic", "list", "p"}).out, "latency_upstream"));
  CHECK(proxy.ask({"toxic", "remove", "p", "-n", "latency_upstream"}).status == 0);
  CHECK(has(proxy.ask({"toxic", "list", "p"}).out, "no toxics"));

  for (const auto& [words, found] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"toxic", "add", "p", "--type", "late"}, "expected one of latency, bandwidth"},
           {{"toxic", "add", "p", "--type", "latency", "-a", "delay=1"}, "there is no 'delay'"},
           {{"toxic", "add", "p", "--type", "latency", "-a", "latency=x"}, "NAME=NUMBER"},
           {{"toxic", "add", "p", "--type", "latency", "-a", "latency=-1"}, "from 0 to"},
           {{"toxic", "add", "q", "--type", "latency"}, "proxy not found"},
           {{"toxic", "remove", "p", "t"}, "toxic not found"}}) {
    const Ended ended = proxy.ask(words);
    INFO(ended.err);
    CHECK(ended.status == 2);
    CHECK(has(ended.err, found));
  }
}

TEST_CASE("faults of requests are added, listed and removed from the command line") {
  const Proxy proxy;
  REQUIRE(proxy.ask({"proxies", "create", "p", "-l", "127.0.0.1:0", "-u", "127.0.0.1:1"}).status ==
          0);
  CHECK(has(proxy.ask({"fault", "list", "p"}).out, "no faults of requests"));
  const Ended added =
      proxy.ask({"fault", "add", "p", "http_abort", "status=503", "probability=20%", "first=2",
                 "match.path=/charge*", "match.header.X-Test-Id=42", "body=5"});
  INFO(added.err);
  CHECK(added.status == 0);
  CHECK(has(added.out, "http_abort-1"));
  CHECK(has(added.out, "matched 0, acted 0  status=503  probability=20%  first=2"));
  CHECK(has(added.out, R"(match={"path":"/charge*","header":{"X-Test-Id":"42"}})"));
  const Ended named = proxy.ask({"fault", "add", "p", "latency", "latency=300ms", "name=slow",
                                 "match={ method = \"GET\" }", "--json"});
  CHECK(has(named.out, R"({"name":"slow","type":"latency","latency":"300ms",)"));
  CHECK(has(proxy.ask({"fault", "list", "p"}).out, "slow"));
  CHECK(proxy.ask({"fault", "remove", "p", "slow"}).status == 0);
  CHECK_FALSE(has(proxy.ask({"fault", "list", "p"}).out, "slow"));

  for (const auto& [words, found] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"fault", "add", "p", "abort"}, "unknown type \"abort\""},
           {{"fault", "add", "p", "crash"}, "unknown type \"crash\""},
           {{"fault", "add", "p", "http_abort"}, "\"status\" is missing"},
           {{"fault", "add", "p", "latency", "latency=300"}, "latency = 300\n"},
           {{"fault", "add", "p", "latency", "300ms"}, "is no KEY=VALUE"},
           {{"fault", "add", "p", "latency", "latency=1s", "for=2s"}, "\"for\" is for a scenario"},
           {{"fault", "add", "q", "drop_reply"}, "proxy not found"},
           {{"fault", "add", "p", "http_abort", "status=500", "name=http_abort-1"},
            "fault already exists"},
           {{"fault", "remove", "p", "x"}, "fault not found"},
           {{"fault"}, "subcommand"},
           {{"journal", "q"}, "proxy not found"},
           {{"journal", "p", "--status", "x"}, "status: expected an integer"},
           {{"journal", "p", "--keep", "--empty"}, "excludes"}}) {
    const Ended ended = proxy.ask(words);
    INFO(ended.err);
    CHECK(ended.status == 2);
    CHECK(has(ended.err, found));
  }
}

TEST_CASE("the journal of a proxy tells of its requests") {
  const Proxy proxy;
  // What it passes on to is its own API.
  const Ended made = proxy.ask({"proxies", "create", "p", "-l", "127.0.0.1:0", "-u", proxy.api});
  const std::size_t at = made.out.find("127.0.0.1:");
  const std::string listen = made.out.substr(at, made.out.find(' ', at) - at);
  CHECK(has(proxy.ask({"journal", "p"}).out, "no requests: the journal is kept while"));
  CHECK(has(proxy.ask({"journal", "p", "--keep"}).out, "the journal of p is kept from now on"));
  CHECK(proxy.desk.seawall({"proxies", "--api", listen}).status == 0);
  CHECK(proxy
            .ask({"fault", "add", "p", "http_abort", "status=404", "name=gone",
                  R"(body={"error":"gone"})"})
            .status == 0);
  CHECK(proxy.desk.seawall({"proxies", "show", "p", "--api", listen}).status == 2);
  const std::string rows = proxy.ask({"journal", "p"}).out;
  INFO(rows);
  CHECK(has(rows, "GET    /proxies  200"));
  CHECK(has(rows, "GET    /proxies/p  404"));
  CHECK(has(rows, "[gone]"));
  CHECK_FALSE(has(proxy.ask({"journal", "p", "--fault", "gone"}).out, "/proxies  200"));
  CHECK(has(proxy.ask({"journal", "p", "--path", "/proxies", "--json"}).out, R"("status":200)"));
  CHECK(proxy.ask({"journal", "p", "--empty"}).status == 0);
  CHECK(has(proxy.ask({"journal", "p", "--since", "1m"}).out, "no requests"));
  CHECK(has(proxy.ask({"journal", "p", "--no-keep"}).out, "while it has faults"));
}

TEST_CASE("a wrong use of the proxy ends with 2, a port in use with 6") {
  const Proxy proxy;
  const Desk& desk = proxy.desk;
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"proxy", "-prot", "1"},
           {"proxy", "-port", "65536"},
           {"proxy", "-port", "x"},
           {"proxy", "-host"},
           {"proxy", "-config", "missing.json"},
           {"proxy", "--workers", "0"},
           {"proxies", "create", "p"},
           {"proxies", "--api", "nowhere"},
           {"toxic"},
           {"toxic", "add", "p"},
           {"toxic", "add", "p", "--type", "noop", "--toxicity", "2"}}) {
    const Ended ended = desk.seawall(words);
    INFO(words.front() << " " << words.back() << ": " << ended.err);
    CHECK(ended.status == 2);
    CHECK_FALSE(ended.err.empty());
  }
  const Ended taken = desk.seawall({"proxy", "-port", proxy.api.substr(proxy.api.rfind(':') + 1)});
  CHECK(taken.status == 6);
  CHECK(has(taken.err, "Address already in use"));
  for (const char* help : {"-h", "-help", "--help"})
    CHECK(desk.seawall({"proxy", help}).status == 0);
}

TEST_CASE("a configuration file is read, and what is wrong in it is told with its place") {
  const Desk desk;
  desk.write("right.json", R"([{"name": "redis", "listen": "localhost:0",
    "upstream": "127.0.0.1:6379", "toxics": [{"type": "latency", "attributes": {"latency": 5}}]},
    {"name": "off", "upstream": "127.0.0.1:1", "enabled": false}])");
  Running running(desk, {"proxy", "-port", "0", "-config", "right.json"});
  CHECK(has(running.says("proxy redis: "), "proxy off:  -> 127.0.0.1:1 (disabled)"));
  CHECK(running.end(SIGTERM).status == 0);

  for (const auto& [text, words] : std::vector<std::pair<std::string, std::string>>{
           {"[\n{\"name\": 5}]", "f.json:2:10: error: [0].name: expected a string"},
           {"[{\"name\": \"a\", \"upsteam\": \"b:1\"}]", "there is no key 'upsteam'"},
           {"[\n\n  {\"name\": \"a\"}]",
            "f.json:3:3: error: missing required field: upstream at proxy 1"},
           {"[{\"name\": \"a\", \"upstream\": \"b:1\",\n\"toxics\": [{\"type\": \"latency\", "
            "\"attributes\": {\"latency\": -1}}]}]",
            "f.json:2:58: error: attributes.latency: expected an integer"}}) {
    desk.write("f.json", text);
    const Ended ended = desk.seawall({"proxy", "-port", "0", "-config", "f.json"});
    INFO(ended.err);
    CHECK(ended.status == 2);
    CHECK(has(ended.err, words));
  }
}

TEST_CASE("a host that was not allowed is refused") {
  const Proxy proxy({"--allow-host", "127.0.0.1", "--allow-host", "db"});
  CHECK(proxy.ask({"proxies", "create", "a", "-l", "127.0.0.1:0", "-u", "db:1"}).status == 0);
  const Ended refused =
      proxy.ask({"proxies", "create", "b", "-l", "127.0.0.1:0", "-u", "169.254.169.254:80"});
  CHECK(refused.status == 2);
  CHECK(has(refused.err, "expected a host that --allow-host names (127.0.0.1, db)"));
}

TEST_CASE("cuts are added, listed and healed from the command line") {
  const Proxy proxy;
  CHECK(has(proxy.ask({"cut", "list"}).out, "no cuts"));
  REQUIRE(
      proxy.ask({"proxies", "create", "order -> payment", "-l", "127.0.0.1:0", "-u", "127.0.0.1:1"})
          .status == 0);
  REQUIRE(proxy
              .ask({"proxies", "create", "web", "-l", "127.0.0.1:0", "-u", "127.0.0.1:1",
                    "--caller", "order", "--callee", "stock"})
              .status == 0);
  const Ended added = proxy.ask({"cut", "add", "partition", "--group", "order", "--group",
                                 "payment, stock", "--mode", "refuse", "--name", "split"});
  INFO(added.err);
  CHECK(added.status == 0);
  CHECK(has(added.out, "split"));
  CHECK(has(added.out, R"(mode=refuse  proxies=["order -> payment","web"])"));
  CHECK(proxy.ask({"cut", "add", "connect_hang", "--on", "* -> stock"}).status == 0);
  CHECK(has(proxy.ask({"cut", "list"}).out, "connect_hang-1"));
  CHECK(proxy.ask({"cut", "remove", "split"}).status == 0);
  CHECK_FALSE(has(proxy.ask({"cut", "list"}).out, "split"));
  CHECK(proxy.ask({"proxies", "reset"}).status == 0);
  CHECK(has(proxy.ask({"cut", "list"}).out, "no cuts"));
  for (const auto& [words, found] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"cut", "add", "partition", "--group", "order"}, "expected two or more"},
           {{"cut", "add", "refuse", "--on", "nobody"}, "lies on no proxy; there is order -> pay"},
           {{"cut", "add", "cut", "--on", "web"}, "expected one of partition, blackhole"},
           {{"cut", "remove", "x"}, "cut not found"}}) {
    const Ended ended = proxy.ask(words);
    INFO(ended.err);
    CHECK(ended.status == 2);
    CHECK(has(ended.err, found));
  }
}

TEST_CASE("forwards are made, listed and deleted from the command line") {
  const Proxy proxy;
  CHECK(has(proxy.ask({"forward"}).out, "no forwards: seawall forward create"));
  REQUIRE(proxy.ask({"proxies", "create", "self", "-l", "127.0.0.1:0", "-u", proxy.api}).status ==
          0);
  const Ended made =
      proxy.ask({"forward", "create", "order", "--route", "shop:80=self", "-r", "stock=self"});
  INFO(made.err);
  REQUIRE(made.status == 0);
  CHECK(has(made.out, "http_proxy=http://127.0.0.1:"));
  CHECK(has(made.out, "shop:80                  -> self"));
  CHECK(has(made.out, "is refused"));
  CHECK(has(proxy.ask({"forward", "create", "free", "--pass-unknown"}).out, "passes"));
  CHECK(has(proxy.ask({"forward", "list"}).out, "requests 0, tunnels 0, refused 0"));
  CHECK(proxy.ask({"forward", "show", "order"}).status == 0);
  CHECK(proxy.ask({"forward", "delete", "order"}).status == 0);
  for (const auto& [words, found] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"forward", "show", "order"}, "forward not found"},
           {{"forward", "create", "a", "-r", "shop"}, "expected HOST[:PORT]=PROXY"},
           {{"forward", "create", "a", "-r", "b=self", "-r", "b=self"}, "comes twice"},
           {{"forward", "create", "a", "-r", "b=nobody"}, "there is none of that name"}}) {
    const Ended ended = proxy.ask(words);
    INFO(ended.err);
    CHECK(ended.status == 2);
    CHECK(has(ended.err, found));
  }
}

TEST_CASE("a proxy with TLS writes the certificate that was made for its callers") {
  const Proxy proxy;
  const std::string file = (proxy.desk.path() / "ca.pem").string();
  const auto create = [&](std::vector<std::string> words) {
    words.insert(words.begin(),
                 {"proxies", "create", "web", "-l", "127.0.0.1:0", "-u", "127.0.0.1:1"});
    return proxy.ask(std::move(words));
  };
  for (const auto& [words, found] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"--tls-certificate", file}, "--tls-key"},
           {{"--tls-write", file}, "--tls-make-for"},
           {{"--tls-certificate", file, "--tls-key", file}, "which cannot be read"},
           {{"--tls-authorities", file, "--tls-insecure"}, "excludes"},
           {{"--tls-authorities", file}, "cannot read authorities"}}) {
    const Ended ended = create(words);
    INFO(ended.err);
    CHECK(ended.status == 2);
    CHECK(has(ended.err, found));
  }
  const Ended made = create({"--tls-make-for", "localhost", "--tls-write", file, "--tls-insecure"});
  INFO(made.err);
  REQUIRE(made.status == 0);
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  CHECK(text.str().starts_with("-----BEGIN CERTIFICATE-----"));

  proxy.desk.write("precious.txt", "precious");
  const Ended spared = proxy.ask({"proxies", "create", "other", "-l", "127.0.0.1:0", "-u",
                                  "127.0.0.1:1", "--tls-make-for", "localhost", "--tls-write",
                                  (proxy.desk.path() / "precious.txt").string()});
  CHECK(spared.status == 2);
  CHECK(has(spared.err, "more than a certificate"));
  std::ostringstream kept;
  kept << std::ifstream(proxy.desk.path() / "precious.txt").rdbuf();
  CHECK(kept.str() == "precious");
  CHECK_FALSE(has(proxy.ask({"proxies"}).out, "other"));
}

TEST_CASE("a toxic is listed with the connections that it came to") {
  const Proxy proxy;
  REQUIRE(proxy.ask({"proxies", "create", "p", "-l", "127.0.0.1:0", "-u", "127.0.0.1:1"}).status ==
          0);
  REQUIRE(proxy.ask({"toxic", "add", "p", "--type", "noop"}).status == 0);
  CHECK(has(proxy.ask({"toxic", "list", "p"}).out, "connections 0, acted on 0"));
  CHECK(has(proxy.ask({"toxic", "list", "p", "--json"}).out, R"([{"attributes":{},)"));
  const Ended wrong = proxy.ask({"toxic", "add", "p", "--type", "noop", "--toxicity", "nan"});
  CHECK(wrong.status == 2);
  CHECK(has(wrong.err, "expected a number from 0 to 1: nan"));
}

TEST_CASE("names of others do not steer the terminal") {
  const Proxy proxy;
  const std::string name = "a\x1b[31mb\nc\xc2\x9b";
  const Ended made =
      proxy.ask({"proxies", "create", name, "-l", "127.0.0.1:0", "-u", "127.0.0.1:1"});
  CHECK(has(made.out, R"(a\x1b[31mb\x0ac\x9b)"));
  CHECK_FALSE(has(proxy.ask({"proxies"}).out, "\x1b"));
  const Ended told = proxy.ask({"proxies", "--json"});
  CHECK(has(told.out, R"(b\nc\u009b)"));
  CHECK_FALSE(has(told.out, "\xc2\x9b"));
  CHECK(proxy.desk.seawall({"proxies", "--api", "HTTP://" + proxy.api + "/"}).status == 0);
}

TEST_CASE("seeds of 64 bits are taken, and what is none is refused") {
  for (const char* seed : {"18446744073709551615", "-1", "7"}) {
    Proxy proxy({"-seed", seed});
    CHECK(proxy.running.end(SIGTERM).status == 0);
  }
  const Desk desk;
  for (const char* seed : {"18446744073709551616", "x", "1.5", "-9223372036854775809"}) {
    const Ended ended = desk.seawall({"proxy", "-port", "0", "-seed", seed});
    INFO(ended.err);
    CHECK(ended.status == 2);
    CHECK(has(ended.err, "expected a whole number of 64 bits"));
  }
}
