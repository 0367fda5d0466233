// Runs of services of the user's own: stand-ins in Python and Node, started, wired, harmed, judged.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "faults/relay/tls.hpp"
#include "faults/toxiproxy/client.hpp"
#include "harness/live/clock.hpp"
#include "harness/net/port.hpp"
#include "tests/cli/program.hpp"
#include "tests/net/peer.hpp"
#include "tests/os/survivors.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/has.hpp"

using seawall::has;
using seawall::os::test::comes_true;
using seawall::os::test::living;
using seawall::tests::Desk;
using seawall::tests::Ended;
using seawall::tests::Running;
using seawall::toxiproxy::Client;
namespace fs = std::filesystem;

namespace {

const fs::path stand_ins = SEAWALL_SOURCE_DIR "/tests/stand_ins";

std::string read(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

void replace(std::string& text, const std::string& what, const std::string& by) {
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  text.replace(at, what.size(), by);
}

// One [[service]] that is the stand-in, with these options behind its port.
std::string service(const std::string& name, const std::string& options = "",
                    const std::string& keys = "") {
  return "[[service]]\nname = \"" + name + "\"\ncommand = [\"python3\", \"" +
         (stand_ins / "service.py").string() + "\", \"${port}\"" +
         (options.empty() ? "" : ", " + options) +
         "]\nready = { http = \"/health\", within = \"60s\" }\n" + keys;
}

// A run of three seconds, in which a client calls orders.
const std::string head = R"(schema = 1
scenario = { name = "own" }
run = { duration = "3s", settle = "30s" }
target = { kind = "services" }
[load]
to = "orders"
rate = "20/s"
max_lateness = "10s"
[[load.request]]
method = "POST"
path = "/orders"
json = { sku = "A1" }
expect = { status = [201, 503] }
)";
const std::string calls_payments =
    R"("calls=http://${link.orders.payments}/charge", "timeout=0.3")";

std::string fault(const std::string& on, const std::string& keys) {
  return "[[fault]]\nname = \"it\"\non = \"" + on + "\"\n" + keys;
}

// orders calls payments.
std::string shop(const std::string& fault = "", const std::string& payments = "") {
  return head + service("orders", calls_payments, "needs = [\"payments\"]\n") +
         service("payments", payments) + fault;
}

// Runs a scenario on a desk of its own. Whatever it starts carries the mark of this family, and
// nobody of it is left afterwards.
class Stage {
 public:
  Stage() : family_(seawall::os::test::new_family()) {
    ::setenv(seawall::os::test::family_variable, family_.c_str(), 1);
  }
  ~Stage() {
    CHECK(comes_true([&] { return living(family_).empty(); }));
    ::unsetenv(seawall::os::test::family_variable);
  }
  Stage(const Stage&) = delete;

  Ended run(const std::string& text, std::vector<std::string> more = {}) const {
    desk.write("own.toml", text);
    std::vector<std::string> words = {"run", "own.toml", "--out", "out"};
    words.insert(words.end(), more.begin(), more.end());
    return desk.seawall(std::move(words));
  }
  std::string file(const std::string& name) const { return read(desk.path() / "out" / name); }

  const Desk desk;

 private:
  const std::string family_;
};

}  // namespace

TEST_CASE("own services are started, called through links, and judged by what passed there") {
  const Stage stage;
  const Ended ended =
      stage.run(shop(fault("orders -> payments", R"(match = { method = "POST", path = "/charge" }
type = "drop_reply"
at = "500ms"
for = "1500ms"
must_hit = 2
[[invariant]]
that = 'calls("client -> orders", "POST /orders", 503) <= calls("orders -> payments")'
[[slo]]
that = 'attempts("orders -> payments") >= 2'
[[slo]]
that = "error_rate < 50%"
phase = "after it"
)")));
  INFO(ended.out << ended.err);
  CHECK(ended.status == 0);
  CHECK(has(ended.out, "ok    fault      it: "));
  CHECK(has(stage.file("journal.jsonl"), R"("link":"orders -> payments")"));
  CHECK(has(stage.file("events.jsonl"), R"("kind":"node","where":"payments","what":"up")"));
  CHECK(has(stage.file("run.json"), R"("verdict": "pass")"));
}

TEST_CASE("a service that is killed comes back on its port, and its callers see it gone") {
  const Stage stage;
  const Ended ended = stage.run(shop(fault("payments", R"(type = "crash"
at = "500ms"
restart = "300ms"
)")));
  INFO(ended.out << ended.err);
  CHECK(ended.status == 0);
  CHECK(has(ended.out, "ok    fault      it: 1 >= 1"));
  const std::string events = stage.file("events.jsonl");
  const std::size_t down = events.find(R"("where":"payments","what":"down","value":1)");
  REQUIRE(down != std::string::npos);
  CHECK(events.find(R"("where":"payments","what":"up","value":2)", down) != std::string::npos);
}

TEST_CASE("a service that never comes back leaves the verdict to the checks until all is healed") {
  const Stage stage;
  const Ended ended = stage.run(shop(fault("payments", R"(type = "crash"
at = "200ms"
restart = "never"
[[slo]]
that = 'calls("client -> orders", "POST /orders", 503) == 0'
)")));
  INFO(ended.out << ended.err);
  CHECK(ended.status == 3);
  CHECK(has(stage.file("events.jsonl"), R"("where":"payments","what":"up","value":2)"));
}

TEST_CASE("a service that stands still answers nobody, and goes on") {
  const Stage stage;
  const Ended ended = stage.run(shop(fault("payments", R"(type = "pause"
at = "500ms"
for = "600ms"
)")));
  INFO(ended.out << ended.err);
  CHECK(ended.status == 0);
  CHECK(has(stage.file("events.jsonl"), R"("where":"payments","what":"resumed")"));
}

TEST_CASE("a service is asked to end, ends, and starts again") {
  const Stage stage;
  std::string keys = "type = \"restart\"\nat = \"500ms\"\nrestart = \"100ms\"\n";
  std::string options;
  SECTION("by its signal") {}
  SECTION("by KILL, as it does not listen") {
    options = R"("ignores=TERM")";
    keys += "drain = \"200ms\"\n";
  }
  const Ended ended = stage.run(shop(fault("payments", keys), options));
  INFO(ended.out << ended.err);
  CHECK(ended.status == 0);
  CHECK(has(ended.out, "ok    fault      it: 1 >= 1"));
  CHECK(has(stage.file("events.jsonl"), R"("where":"payments","what":"up","value":2)"));
}

TEST_CASE("a caller with http_proxy finds links by the names in its code, and only those") {
  const Stage stage;
  const auto asks = [&](const std::string& host) {
    return stage.run(
        head +
        service("orders", "\"calls=http://" + host + "/charge\"", "wiring = \"http_proxy\"\n") +
        service("payments") +
        R"([[link]]
from = "orders"
to = "payments"
host = "payment.internal:3002"
)" + fault("orders -> payments", "type = \"http_abort\"\nstatus = 503\nat = \"500ms\"\n"));
  };
  const Ended found = asks("payment.internal:3002");
  INFO(found.out << found.err);
  CHECK(found.status == 0);
  const Ended lost = asks("payments.internal:3002");
  INFO(lost.out << lost.err);
  CHECK(lost.status == 5);
  CHECK(has(lost.err, "nobody used the link orders -> payments"));
  CHECK(has(lost.err, "requests of orders for hosts that no [[link]] of it names"));
}

TEST_CASE("a link that carries no HTTP has faults of bytes, and each connection is a hit") {
  const Stage stage;
  const Ended ended = stage.run(shop(R"([[link]]
from = "orders"
to = "payments"
protocol = "tcp"
)" + fault("orders -> payments", "type = \"latency\"\nlatency = \"50ms\"\nat = \"500ms\"\n")));
  INFO(ended.out << ended.err);
  CHECK(ended.status == 0);
  CHECK_FALSE(has(stage.file("journal.jsonl"), "orders -> payments"));
}

TEST_CASE("a link speaks TLS to its callee, so that faults see requests") {
  const Stage stage;
  const auto identity = seawall::relay::make_identity({"127.0.0.1"});
  stage.desk.write("payments.pem", identity.certificate + identity.key);
  std::string text = shop(R"([[link]]
from = "orders"
to = "payments"
tls = true
)" + fault("orders -> payments", R"(match = { path = "/charge" }
type = "http_abort"
status = 503
at = "500ms"
[[invariant]]
that = 'calls("orders -> payments", "POST /charge", 201) > 0'
)"),
                          "\"tls=payments.pem\"");
  const std::size_t payments = text.find("name = \"payments\"");
  text.replace(text.find("http = \"/health\"", payments), 16, "tcp = true");
  const Ended ended = stage.run(text);
  INFO(ended.out << ended.err);
  CHECK(ended.status == 0);
}

TEST_CASE("a partition cuts what is between its groups") {
  const Stage stage;
  const Ended ended = stage.run(shop(R"([[fault]]
name = "it"
type = "partition"
groups = [["orders"], ["payments"]]
at = "500ms"
)"));
  INFO(ended.out << ended.err);
  CHECK(ended.status == 0);
}

TEST_CASE("a link that nobody uses is told by name, and its fault proves nothing") {
  const Stage stage;
  const Ended ended = stage.run(head + service("orders") + service("payments") +
                                "[[link]]\nfrom = \"orders\"\nto = \"payments\"\n" +
                                fault("orders -> payments", "type = \"refuse\"\nat = \"500ms\"\n"));
  INFO(ended.out << ended.err);
  CHECK(ended.status == 5);
  CHECK(has(ended.err, "nobody used the link orders -> payments: is orders pointed at it?"));
}

TEST_CASE(
    "what goes wrong with a service is told with its name, what was tried and its last words") {
  const Stage stage;
  const auto fails = [&](const std::string& text, std::vector<std::string> parts) {
    const Ended ended = stage.run(text);
    INFO(ended.out << ended.err);
    CHECK(ended.status == 6);
    for (const std::string& part : parts) CHECK(has(ended.err, part));
    fs::remove_all(stage.desk.path() / "out");
  };
  const auto runs = [&](const std::string& command, const std::string& keys = "") {
    return head + "[[service]]\nname = \"orders\"\ncommand = " + command + "\n" + keys;
  };
  SECTION("a command that does not exist") {
    fails(
        runs(R"(["./no-such-program"])"),
        {"orders: cannot run './no-such-program' in the folder /", ": No such file or directory"});
  }
  SECTION("a folder that does not exist") {
    fails(runs(R"(["true"])", "cwd = \"nowhere\"\n"), {"orders: its folder ", "nowhere"});
  }
  SECTION("one that exits at once") {
    fails(runs(R"(["sh", "-c", "echo no licence; exit 4"])", "ready = { tcp = true }\n"),
          {"orders exited with status 4 before it was ready", "takes connections", "| no licence"});
  }
  SECTION("one that never gets ready") {
    fails(runs(R"(["sh", "-c", "echo starting up; sleep 60"])",
               "ready = { http = \"/health\", within = \"500ms\" }\n"),
          {"orders was not ready in time", "GET /health on 127.0.0.1:", "within 500ms",
           "| starting up"});
  }
  SECTION("a port that somebody has") {
    const seawall::net::PeerListener listener;
    const std::string number = std::to_string(listener.port());
    fails(runs(R"(["true"])", "port = " + number + "\n"),
          {"orders: port " + number + " is in use", "give the service another port"});
  }
  SECTION("a setup that fails") {
    fails(head + service("orders", "", R"(setup = [["sh", "-c", "echo no table; exit 3"]])"),
          {"orders: its setup `sh -c echo no table; exit 3` exited with status 3", "| no table"});
  }
  SECTION("one that ends though no fault has killed it") {
    fails(head + service("orders", "\"ends=1\""),
          {"a service ended though no fault had killed it: orders exited with status 7",
           "| the disk is gone"});
  }
  SECTION("one that floods its output and ends") {
    fails(head + service("orders", "\"says=3000000\", \"ends=1\""),
          {"orders exited with status 7", "of 3,000,", "| the disk is gone"});
  }
}

TEST_CASE("a service that does not end when it is asked to is killed, and that is told") {
  const Stage stage;
  const Ended ended =
      stage.run(head + service("orders", R"("ignores=TERM")", "stop = { grace = \"200ms\" }\n"));
  INFO(ended.out << ended.err);
  CHECK(ended.status == 0);
  CHECK(has(ended.err, "orders did not end within 200ms of TERM and was killed"));
}

TEST_CASE("setup runs once, in the service's folder and environment, and no secret is told") {
  const Stage stage;
  ::setenv("OWN_SECRET", "c4n4ry", 1);
  const Ended ended = stage.run(
      head + service("orders", "", R"(env = { TOKEN = "${env.OWN_SECRET}", HERE = "${dir}" }
setup = [["sh", "-c", "test -d $HERE && echo once >>setup.log && echo $TOKEN && exit 9"]]
)"));
  ::unsetenv("OWN_SECRET");
  INFO(ended.out << ended.err);
  CHECK(ended.status == 6);
  CHECK(has(ended.err, "| ***"));
  CHECK_FALSE(has(ended.err, "c4n4ry"));
  CHECK(read(stage.desk.path() / "setup.log") == "once\n");
}

TEST_CASE("up starts own services and tells where they and their links are") {
  const Stage stage;
  stage.desk.write("own.toml", shop());
  Running up(stage.desk, {"up", "own.toml"});
  const std::string& said = up.says("Ctrl-C ends it");
  for (const char* name : {"orders ", "payments ", "client -> orders ", "orders -> payments "})
    CHECK(has(said, name));
  SECTION("and ends them when it is asked to") { CHECK(up.end(SIGTERM).status == 0); }
  SECTION("and nothing of them is left when it is killed") {
    CHECK(up.end(SIGKILL).status == 128 + SIGKILL);
  }
}

TEST_CASE("a start that nobody waits for any more ends at once") {
  const Stage stage;
  const std::string ready = "ready = { http = \"/health\", within = \"1h\" }\n";
  std::string text = head + "[[service]]\nname = \"orders\"\ncommand = ";
  SECTION("while a service gets ready") { text += "[\"sleep\", \"1000\"]\n" + ready; }
  SECTION("while a setup runs") { text += "[\"true\"]\nsetup = [[\"sleep\", \"1000\"]]\n" + ready; }
  stage.desk.write("own.toml", text);
  const Ended ended = stage.desk.seawall_until("start", SIGINT, {"run", "own.toml"});
  INFO(ended.out << ended.err);
  CHECK(ended.status == 130);
  CHECK(has(ended.err, "interrupted"));
}

TEST_CASE("a tuning takes no services of one's own") {
  const Stage stage;
  stage.desk.write("own.toml", shop() + R"([tune]
minimise = ["latency_all.p99"]
[tune.vary]
"service.payments.stop.grace" = ["1s", "2s"]
)");
  const Ended ended = stage.desk.seawall({"tune", "own.toml"});
  CHECK(ended.status == 2);
  CHECK(has(ended.err, "services of your own run in no virtual time"));
}

namespace {

// A free port, which somebody may take before it is used.
std::string free_port() {
  return std::to_string(seawall::net::ReservedPort::reserve(0).value().number());
}

// The third example, with addresses that are here.
std::string external(const std::string& base, const std::string& listen,
                     const std::string& upstream,
                     const std::string& control = "127.0.0.1:" + free_port()) {
  std::string text = read(SEAWALL_SOURCE_DIR "/tests/scenario/files/examples/2c-external.toml");
  replace(text, "http://127.0.0.1:8080", base);
  replace(text, "127.0.0.1:18080", listen);
  replace(text, "catalog.staging.internal:80", upstream);
  replace(text, "127.0.0.1:8474", control);
  return text;
}

std::string port_in(const std::string& address) { return address.substr(address.find(':') + 1); }

Client client_of(const std::string& address) {
  Client::Settings settings;
  settings.port = static_cast<std::uint16_t>(std::stoi(port_in(address)));
  return Client(settings);
}

// What runs already: cart calls its catalog at `listen`. Another run keeps both up.
struct SystemOfOthers {
  explicit SystemOfOthers(const Desk& desk) {
    desk.write("system.toml",
               R"(schema = 1
scenario = { name = "system" }
run = { duration = "1s" }
target = { kind = "services" }
[load]
to = "cart"
[[load.request]]
path = "/cart"
)" + service("catalog") +
                   service("cart", "\"calls=http://" + listen + "/items\", \"timeout=10\"",
                           "port = " + port_in(base) + "\n"));
    running.emplace(desk, std::vector<std::string>{"up", "system.toml"});
    const std::string said = running->says("Ctrl-C ends it");
    const std::size_t at = said.find("127.0.0.1:", said.find("catalog "));
    upstream = "localhost:" + port_in(said.substr(at, said.find('\n', at) - at));
  }

  // The third example, which loads the cart.
  std::string scenario(const std::string& control = "127.0.0.1:" + free_port()) const {
    std::string text = external("http://" + base, listen, upstream, control);
    replace(text, "path   = \"/cart/{{int 1 100}}\"", "method = \"POST\"\npath = \"/cart\"");
    replace(text, "status = [200]", "status = [201]");
    replace(text, "catalog.staging.internal\"]", "localhost\"]");
    return text;
  }

  const std::string listen = "127.0.0.1:" + free_port();
  const std::string base = "127.0.0.1:" + free_port();
  std::string upstream;
  std::optional<Running> running;
};

}  // namespace

TEST_CASE("what runs already gets load and faults through links that its callers are pointed at") {
  const Stage stage;
  SystemOfOthers system(stage.desk);
  std::string text = system.scenario();
  replace(text, "duration = \"60s\"", "duration = \"4s\"");
  replace(text, "rate  = \"20/s\"", "rate = \"80/s\"");
  replace(text, "at = \"20s\"\nfor = \"20s\"\nmust_hit = 50",
          "at = \"1s\"\nfor = \"2s\"\nmust_hit = 5");
  const Ended ended = stage.run(text, {"--set", "load.max_lateness=10s"});
  INFO(ended.out << ended.err);
  CHECK((ended.status == 0 || ended.status == 3));  // p95, on a machine that is busy
  CHECK(has(ended.out, "fault      latency-1: "));
  CHECK(has(stage.file("journal.jsonl"), R"("link":"checkout -> catalog")"));

  SECTION("a host that nobody knows is told with its link") {
    replace(text, system.upstream, "no-such-host.invalid:80");
    replace(text, "localhost\"]", "no-such-host.invalid\"]");
    fs::remove_all(stage.desk.path() / "out");
    const Ended unknown = stage.run(text);
    CHECK(unknown.status == 6);
    CHECK(has(unknown.err,
              "the link checkout -> catalog: the host no-such-host.invalid is unknown here"));
  }
  CHECK(system.running->end(SIGTERM).status == 0);
}

TEST_CASE("clients of Toxiproxy see the links of a run as proxies, and put toxics on them") {
  const Stage stage;
  SystemOfOthers system(stage.desk);
  const std::string control = "127.0.0.1:" + free_port();
  stage.desk.write("own.toml", system.scenario(control));
  Running run(stage.desk, {"run", "own.toml", "--out", "out"});
  const Client api = client_of(control);
  REQUIRE(comes_true([&] { return api.ask("GET", "/version", "").has_value(); }));

  const auto told = [&](const std::string& method, const std::string& path,
                        const std::string& body = "") {
    const auto answer = api.ask(method, path, body);
    return answer ? std::to_string(answer->status) + " " + answer->body : answer.error();
  };
  const std::string link = "/proxies/checkout%20-%3E%20catalog";
  const std::string seen = told("GET", "/proxies");
  CHECK(has(seen, R"("checkout -> catalog")"));
  CHECK(has(seen, R"("client -> base")"));
  CHECK(has(told("GET", link), "\"listen\":\"" + system.listen + "\""));
  CHECK(has(told("GET", link), "\"upstream\":\"127.0.0.1:" + port_in(system.upstream)));

  // Whoever calls along the link meets the toxic, for as long as it is there.
  const std::string slow = R"({"name": "slow", "type": "latency", "attributes": {"latency": 700}})";
  CHECK(has(told("POST", link + "/toxics", slow), "200 "));
  const auto began = seawall::live::steady_now();
  CHECK(client_of(system.listen).ask("POST", "/items", "{}").has_value());
  CHECK(seawall::live::steady_now() - began >= std::chrono::milliseconds(700));
  CHECK(has(told("GET", link + "/toxics"), "\"slow\""));
  CHECK(told("DELETE", link + "/toxics/slow") == "204 ");
  CHECK_FALSE(has(told("GET", link + "/toxics"), "\"slow\""));

  CHECK(has(told("POST", link, R"({"enabled": false})"), "\"enabled\":false"));
  CHECK_FALSE(client_of(system.listen).ask("POST", "/items", "{}").has_value());
  CHECK(told("POST", "/reset") == "204 ");
  CHECK(client_of(system.listen).ask("POST", "/items", "{}").has_value());

  // What links there are is the scenario's.
  const std::string fresh = R"({"name": "a", "listen": "127.0.0.1:0", "upstream": "127.0.0.1:1"})";
  CHECK(has(told("POST", "/proxies", fresh), "403 "));
  CHECK(has(told("POST", "/populate", "[" + fresh + "]"), "the links of a run"));
  CHECK(has(told("POST", link, R"({"upstream": "127.0.0.1:1"})"), "cannot move a proxy"));
  CHECK(has(told("DELETE", link), "cannot delete a proxy"));
  CHECK(has(told("POST", "/seawall/v1/cuts", "{}"), "403 "));
  CHECK(has(told("GET", "/metrics"), "toxiproxy_proxy_received_bytes_total"));

  const Ended ended = run.end(SIGINT);
  INFO(ended.out << ended.err);
  CHECK(ended.status == 130);
  CHECK(has(ended.err, "the toxic slow on checkout -> catalog: it acted on "));
  CHECK(has(ended.err, "a client disabled checkout -> catalog 1 time"));
  CHECK_FALSE(api.ask("GET", "/version", "").has_value());
}

TEST_CASE("an address of [control] that is in use is told before anything starts") {
  const Stage stage;
  const seawall::net::PeerListener taken;
  std::string text = external("http://127.0.0.1:1", "127.0.0.1:" + free_port(), "127.0.0.1:1",
                              "127.0.0.1:" + std::to_string(taken.port()));
  const Ended ended = stage.run(text);
  INFO(ended.out << ended.err);
  CHECK(ended.status == 6);
  CHECK(has(ended.err, "[control] toxiproxy: cannot listen on 127.0.0.1:"));
  CHECK(has(ended.err, "give another one"));
}

TEST_CASE("a run of what runs already does not begin where nobody listens") {
  const Stage stage;
  const std::string base = "127.0.0.1:" + free_port();
  const Ended ended = stage.run(R"(schema = 1
scenario = { name = "nobody" }
run = { duration = "1s" }
target = { kind = "external", base = "http://)" +
                                base + R"(" }
[load]
rate = "20/s"
[[load.request]]
path = "/"
)");
  CHECK(ended.status == 6);
  CHECK(has(ended.err, "nobody takes connections at base, " + base));
}

// It is wherever a secret may stand: in the environment of a service and of a command, in headers,
// in what a service says, and in the password of a database that cannot be reached.
TEST_CASE("a secret of the environment is in no file of a run, and in nothing that is told") {
  const Stage stage;
  ::setenv("OWN_SECRET", "c4n4ry", 1);
  std::string text = shop(fault("orders -> payments", R"(type = "drop_reply"
at = "500ms"
for = "1500ms"
)"));
  replace(text, "json = { sku",
          "headers = { Authorization = \"Bearer ${env.OWN_SECRET}\" }\njson = { sku");
  replace(text, "name = \"payments\"\n", R"(name = "payments"
env = { TOKEN = "${env.OWN_SECRET}" }
setup = [["sh", "-c", "echo the token is $TOKEN"]]
)");
  text += R"([[probe]]
name = "stock"
sql = "select 1"
dsn = "postgres://app:${env.OWN_SECRET}@127.0.0.1:1/none"
timeout = "200ms"
[[probe]]
name = "token"
command = ["sh", "-c", "echo '{\"it\":1}'; echo $0 >&2", "${env.OWN_SECRET}"]
json = "$.it"
[[invariant]]
that = "stock >= 0"
[[invariant]]
that = "token == 1"
)";
  const Ended ended = stage.run(text, {"--ci", "github"});
  ::unsetenv("OWN_SECRET");
  INFO(ended.out << ended.err);
  CHECK(ended.status != 2);
  CHECK(ended.status != 6);
  CHECK_FALSE(has(ended.out + ended.err, "c4n4ry"));
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(stage.desk.path() / "out")) {
    if (!entry.is_regular_file()) continue;
    INFO(entry.path());
    CHECK_FALSE(has(read(entry.path()), "c4n4ry"));
    ++files;
  }
  CHECK(files > 5);
}

TEST_CASE("services of one's own are gated, and what B alone breaks fails") {
  const Stage stage;
  stage.desk.write("own.toml", shop() + R"([[invariant]]
name = "each order is charged"
that = 'calls("orders -> payments", "POST /charge*") > 0'
)");
  // B asks payments for something else.
  const std::string command = "service.orders.command=[\"python3\", \"" +
                              (stand_ins / "service.py").string() +
                              R"(", "${port}", "calls=http://${link.orders.payments}/health"])";
  const Ended ended = stage.desk.seawall({"gate", "own.toml", "--b-set", command, "--out", "gate",
                                          "--least-requests", "10", "--most-foreign", "100%",
                                          "--most-stolen", "100%"});
  INFO(ended.err);
  CHECK(ended.status == 1);
  CHECK(has(ended.out, "FAIL: B breaks what A keeps: each order is charged"));
  CHECK(fs::exists(stage.desk.path() / "gate/runs/001-A/run.json"));
  CHECK(fs::exists(stage.desk.path() / "gate/runs/001-B/run.json"));
}
