// Scenarios of the user's own system: what they say comes into the model, and what is wrong with
// them is said at its place.
#include <algorithm>

#include "harness/scenario/unbuilt.hpp"
#include "scenario/words.hpp"
#include "support/catch.hpp"

using namespace seawall;
using namespace seawall::scenario::tests;
using model::LateText;
using PartKind = LateText::Part::Kind;

namespace {

// Two services, a link between them by a template, a probe of each way, and conditions over them.
const std::string shop_of_their_own = R"(schema = 1
scenario = { name = "theirs/one" }
target = { kind = "services", root = "/srv/theirs" }
[[service]]
name = "db"
builtin = "postgres"
databases = ["orders"]
[[service]]
name = "orders"
command = ["./orders", "--port", "${port}", "--data=${dir}/x"]
env = { DB = "postgres://app@${link.orders.db}/orders", TOKEN = "${env.ACME_TOKEN}", N = 3 }
needs = ["db"]
setup = [["./migrate", "${service.db}"]]
ready = { http = "/health", within = "5s" }
stop = { signal = "INT", grace = "1s" }
[load]
to = "orders"
rate = "10/s"
[[load.request]]
name = "buy"
method = "POST"
path = "/orders"
[[probe]]
name = "stock"
http = "GET http://${service.orders}/stock"
json = "$.items[0]['in stock']"
retries = 2
[[probe]]
name = "paid"
sql = "select sum(cents) from payments"
dsn = "postgres://app:${env.ACME_TOKEN}@${service.db}/orders"
[steady_state]
hold = ["stock > 0"]
[[invariant]]
name = "never oversold"
that = "stock >= 0 and stock != 'unknown'"
when = "always"
every = "200ms"
[[invariant]]
that = "paid == stock * 100"
[[fault]]
on = "orders -> db"
type = "latency"
latency = "10ms"
[[fault]]
type = "command"
start = ["docker", "pause", "x"]
undo = ["docker", "unpause", "x"]
[blast_radius]
hosts = ["127.0.0.1"]
)";

model::Scenario read(const std::string& text) {
  const auto reading = read_text(text);
  if (!reading)
    for (const auto& error : reading.error()) UNSCOPED_INFO(to_text(error));
  REQUIRE(reading.has_value());
  return reading->scenario;
}

// The scenario with one line of it replaced, or taken out where `line` is empty.
std::string with_line(const std::string& begin, const std::string& line) {
  const std::size_t at = shop_of_their_own.find("\n" + begin);
  REQUIRE(at != std::string::npos);
  const std::size_t end = shop_of_their_own.find('\n', at + 1);
  std::string text = shop_of_their_own;
  return text.replace(at + 1, end - at - (line.empty() ? 0 : 1), line);
}

std::string errors_with_line(const std::string& begin, const std::string& line) {
  return errors_of(with_line(begin, line));
}

std::string own_errors(const std::string& more) { return errors_of(shop_of_their_own + more); }

std::string external(const std::string& more) {
  return "schema = 1\nscenario = { name = \"x\" }\n[target]\nkind = \"external\"\nbase = "
         "\"http://127.0.0.1:8080\"\n[load]\n[[load.request]]\npath = \"/\"\n" +
         more;
}

}  // namespace

TEST_CASE("services come into the model with their late texts") {
  const model::Scenario scenario = read(shop_of_their_own);
  CHECK(scenario.target.root == "/srv/theirs");
  CHECK(scenario.run.warmup == base::Duration{});
  REQUIRE(scenario.services.size() == 2);
  const model::Service& orders = scenario.services[1];
  REQUIRE(orders.command.size() == 4);
  REQUIRE(orders.command[3].parts.size() == 3);
  CHECK(orders.command[3].parts[1].kind == PartKind::dir);
  CHECK(orders.env.at("N").parts[0].text == "3");
  CHECK(orders.needs == std::vector<std::string>{"db"});
  CHECK(orders.stop.signal == model::Stop::Signal::interrupt);
  REQUIRE(orders.ready.has_value());
  CHECK(orders.ready->within == std::chrono::seconds(5));

  model::Addresses known;
  known.port = "4000";
  known.dir = "/tmp/x";
  known.links[{"orders", "db"}] = "127.0.0.1:7001";
  CHECK(model::complete(orders.env.at("DB"), known) == "postgres://app@127.0.0.1:7001/orders");
  CHECK(model::complete(orders.command[3], known) == "--data=/tmp/x/x");
  CHECK(model::complete(orders.setup[0][1], known).error() ==
        "${service.db} stands for nothing yet");
}

TEST_CASE("links follow from templates, [[link]] and the load") {
  const model::Scenario scenario = read(shop_of_their_own);
  REQUIRE(scenario.links.size() == 2);
  CHECK(scenario.links[0].link() == base::Link{"orders", "db"});
  CHECK(scenario.links[1].link() == base::Link{"client", "orders"});
  CHECK_FALSE(scenario.links[0].in_file);
  const model::Scenario stated =
      read(shop_of_their_own + "[[link]]\nfrom = \"orders\"\nto = \"db\"\nprotocol = \"tcp\"\n");
  REQUIRE(stated.links.size() == 2);
  CHECK(stated.links[0].protocol == model::LinkSpec::Protocol::tcp);
  CHECK(stated.links[0].in_file);
}

TEST_CASE("what an environment holds is in no text that is shown or kept") {
  const model::Scenario scenario = read(shop_of_their_own);
  CHECK(model::shown(scenario.services[1].env.at("TOKEN")) == "***");
  CHECK(model::shown(scenario.probes[1].dsn) == "postgres://app:***@${service.db}/orders");
  CHECK(scenario.resolved.find("t0k3n") == std::string::npos);
  std::vector<std::string> secrets;
  model::collect_secrets(scenario.probes[1].dsn, secrets);
  CHECK(secrets == std::vector<std::string>{"t0k3n"});
}

TEST_CASE("a password in a URL is not kept") {
  const model::Scenario scenario =
      read(with_line("dsn", "dsn = \"postgres://app:hunter2@${service.db}/orders\""));
  CHECK(scenario.resolved.find("hunter2") == std::string::npos);
  CHECK(scenario.resolved.find("postgres://app:***@${service.db}") != std::string::npos);
}

TEST_CASE("conditions over probes know which names are probes") {
  const model::Scenario scenario = read(shop_of_their_own);
  REQUIRE(scenario.invariants.size() == 2);
  const model::Invariant& always = scenario.invariants[0];
  CHECK(always.when == model::Invariant::When::always);
  CHECK(always.every == std::chrono::milliseconds(200));
  REQUIRE(always.that.has_value());
  const model::Expression& stock = always.that->children[0].children[0];
  CHECK(stock.kind == model::Expression::Kind::probe);
  CHECK(stock.name == "stock");
  CHECK(always.that->children[1].children[1].unit == model::Unit::text);
  CHECK(scenario.invariants[1].name == "paid == stock * 100");
}

TEST_CASE("a resolved scenario of own services reads back the same from another folder") {
  const model::Scenario first = read(shop_of_their_own);
  const auto again = scenario::read_scenario_text("elsewhere/again.toml", first.resolved,
                                                  quiet_options(), small_vocabulary());
  REQUIRE(again.has_value());
  CHECK(again->scenario.comparison_hash == first.comparison_hash);
  CHECK(again->scenario.target.root == "/srv/theirs");
}

TEST_CASE("the command line reaches services, links and probes by their names") {
  scenario::ReadOptions options = quiet_options();
  options.sets = {"service.orders.ready.within=9s", "probe.stock.timeout=1s",
                  "link.\"orders -> db\".protocol=tcp"};
  const auto reading =
      read_text(shop_of_their_own + "[[link]]\nfrom = \"orders\"\nto = \"db\"\n", options);
  REQUIRE(reading.has_value());
  CHECK(reading->scenario.services[1].ready->within == std::chrono::seconds(9));
  CHECK(reading->scenario.probes[0].timeout == std::chrono::seconds(1));
  CHECK(reading->scenario.links[0].protocol == model::LinkSpec::Protocol::tcp);
  options.sets = {"service.order.port=1"};
  CHECK(errors_of(shop_of_their_own, options).find("no [[service]] is named \"order\"") !=
        std::string::npos);
}

TEST_CASE("what no run carries out is named") {
  const auto unbuilt = [](const std::string& text) {
    std::string out;
    for (const auto& problem : scenario::unbuilt_parts(read(text)))
      out += std::to_string(problem.line) + " " + problem.message + "\n";
    return out;
  };
  const std::string why = " is not in this version: it can be validated and explained, not run\n";
  CHECK(unbuilt(valid_with()) == "");
  CHECK(unbuilt(shop_of_their_own) == "");
  CHECK(unbuilt(external("")) == "");
  CHECK(unbuilt(external("[control]\ntoxiproxy = \"127.0.0.1:8474\"\n")) == "");
  std::string isolated = shop_of_their_own;
  isolated.replace(isolated.find("kind ="), 0, "isolation = \"netns\", ");
  CHECK(unbuilt(isolated) == "3 isolation = \"netns\"" + why);
}

TEST_CASE("a tool that makes the load has a receiver, and what it saw is no measure") {
  const auto with_tool = [](const std::string& load, const std::string& more) {
    std::string text = external(more);
    const std::size_t at = text.find("[load]");
    return text.replace(at, text.find("path = \"/\"\n") + 11 - at, load);
  };
  const std::string tool = "[load]\ncommand = [\"k6\", \"http://${link.client.base}\"]\n";
  const model::Scenario scenario = read(with_tool(tool, ""));
  CHECK(scenario.loads[0].to == "base");
  CHECK(model::shown(scenario.loads[0].command[1]) == "http://${link.client.base}");
  CHECK(read(with_tool(tool, "[[slo]]\nthat = 'calls(\"client -> base\") > 3'\n")).levels.size() ==
        1);
  CHECK(errors_of(with_tool(tool, "[[slo]]\nthat = 'error_rate < 1%'\n")) ==
        "9:8 \"error_rate\" is what our own client sees, and here a command makes the load; "
        "expected what links and probes show | such as call_latency.p99(\"client -> SERVICE\") or "
        "calls(\"client -> SERVICE\", \"GET /*\", 200)\n");
  CHECK(errors_of(with_tool(tool, "[steady_state]\nhold = [\"error_rate < 1%\"]\n"))
            .find("9:8 \"error_rate\" is what our own client sees") == 0);
  CHECK(errors_of(with_tool(tool + "rate = \"3/s\"\n", ""))
            .find("8:1 \"rate\" beside command; the command makes the load") == 0);
  CHECK(
      errors_of(with_tool(tool + "to = \"nobody\"\n", "")).find("8:6 unknown service \"nobody\"") ==
      0);
}

TEST_CASE("a stop condition may be over probes") {
  const model::Scenario scenario =
      read(shop_of_their_own + "stop_when = [{ that = \"stock < 0\", for = \"3s\" }]\n");
  REQUIRE(scenario.stop_when.size() == 1);
  CHECK(scenario.stop_when[0].that.children[0].kind == model::Expression::Kind::probe);
}

TEST_CASE("rows come from a file beside the scenario, and their columns are known") {
  scenario::ReadOptions options = quiet_options();
  options.load_data = [](const std::string& path) -> base::expected<std::string, std::string> {
    if (path.ends_with("/users.csv")) return std::string("id,name\n7,Ann\n8,Bo\n");
    if (path.ends_with("/bad.csv")) return std::string("id,name\n7\n");
    return base::unexpected(std::string("there is no such file"));
  };
  const auto with_data = [](const std::string& file, const std::string& path) {
    std::string text = external("");
    text.replace(text.find("path = \"/\""), 10, "path = \"" + path + "\"");
    return text.replace(text.find("[load]\n"), 7, "[load]\ndata = \"" + file + "\"\n");
  };
  const auto reading = read_text(with_data("users.csv", "/{{row id}}"), options);
  REQUIRE(reading.has_value());
  REQUIRE(reading->scenario.loads[0].rows != nullptr);
  CHECK(reading->scenario.loads[0].rows->find(1, "name")->text == "Bo");
  const std::string missing = errors_of(with_data("none.csv", "/{{row id}}"), options);
  CHECK(missing.find("7:8 ") == 0);
  CHECK(missing.find("none.csv: there is no such file") != std::string::npos);
  CHECK(errors_of(with_data("bad.csv", "/{{row id}}"), options)
            .find("/bad.csv:2:1 1 cells; expected 2, one for each column\n") != std::string::npos);
  const std::string unknown = errors_of(with_data("users.csv", "/{{row nam}}"), options);
  CHECK(unknown.find("draws {{row nam}}, which is no column of ") != std::string::npos);
  CHECK(unknown.find("expected one of id, name | did you mean \"name\"?") != std::string::npos);
}

TEST_CASE("templates of services are checked to their column") {
  CHECK(errors_with_line("needs", "cwd = \"${service.bd}\"") ==
        "12:8 unknown service \"bd\"; expected one of db, orders | did you mean \"db\"?\n");
  CHECK(errors_with_line("needs", "cwd = \"${link.orders.bd}\"") ==
        "12:8 unknown service \"bd\"; expected one of db, orders | did you mean \"db\"?\n");
  CHECK(errors_with_line("needs", "cwd = \"x${link.db.orders}\"") ==
        "12:9 ${link.db.orders} stands in what belongs to orders; expected "
        "${link.orders.orders}, its own calls\n");
  CHECK(errors_with_line("needs", "cwd = \"${link.orders.orders}\"") ==
        "12:8 a link from orders to itself; expected another service\n");
  CHECK(errors_with_line("needs", "cwd = \"${link.orders}\"") ==
        "12:8 found \"${link.orders}\"; expected ${link.A.B}\n");
  CHECK(errors_with_line("needs", "cwd = \"${prot}\"").find("12:8 unknown placeholder \"prot\"") ==
        0);
  CHECK(errors_with_line("needs", "cwd = \"${port\"") ==
        "12:8 \"${\" without \"}\"; expected a name such as ${port}\n");
  CHECK(errors_with_line("needs", "cwd = \"${env.NOPE}\"") ==
        "12:8 the environment variable NOPE is not set; expected a value | export NOPE=... before "
        "you start seawall\n");
  CHECK(errors_with_line("path", "path = \"/${port}\"") ==
        "22:10 ${port} has no place here; expected it in a [[service]], a [[probe]] or a command | "
        "it is known when the services have started\n");
}

TEST_CASE("a probe looks past the proxy") {
  CHECK(errors_with_line("http", "http = \"GET http://${link.orders.db}/stock\"") ==
        "25:20 ${link.orders.db} leads through the proxy, and nobody calls here; expected "
        "${service.db}, past it\n");
  CHECK(errors_with_line("http", "http = \"GET http://127.0.0.1:${port}/stock\"") ==
        "25:30 ${port} outside a [[service]], whose it is; expected ${service.X}\n");
}

TEST_CASE("services are started in one way, and in some order") {
  CHECK(errors_with_line("builtin", "").find("4:1 expected one of command, builtin") == 0);
  CHECK(errors_with_line("builtin", "builtin = \"postgres\"\ncommand = [\"x\"]") ==
        "7:1 \"command\" beside \"builtin\"; expected one of command, builtin\n");
  CHECK(errors_with_line("builtin", "builtin = \"mysql\"").find("6:11 unknown builtin \"mysql\"") ==
        0);
  CHECK(errors_with_line("builtin", "builtin = \"redis\"") ==
        "7:1 \"databases\" belongs to builtin = \"postgres\"\n");
  CHECK(errors_with_line("databases", "needs = [\"orders\"]") ==
        "7:9 db needs orders needs db: a circle of needs, in which none can start first\n");
  CHECK(errors_with_line("databases", "needs = [\"db\"]") ==
        "7:9 db needs db: a circle of needs, in which none can start first\n");
  CHECK(errors_with_line("needs", "needs = [\"dbb\"]") ==
        "12:10 unknown service \"dbb\"; expected one of db, orders | did you mean \"db\"?\n");
  CHECK(errors_with_line("name = \"db\"", "name = \"client\"").find("expected another name") !=
        std::string::npos);
  CHECK(errors_with_line("name = \"db\"", "name = \"a b\"")
            .find("5:8 a service called \"a b\"; expected letters, digits, '-' and '_'") !=
        std::string::npos);
  CHECK(errors_with_line("ready", "ready = { within = \"5s\" }") ==
        "14:9 expected one of http, tcp, log, command\n");
  CHECK(errors_with_line("ready", "ready = { http = \"health\" }") ==
        "14:18 found \"health\"; expected a path such as \"/health\"\n");
  CHECK(errors_with_line("ready", "ready = { tcp = true, log = \"x\" }") ==
        "14:23 \"log\" beside \"tcp\"; expected one of http, tcp, log, command\n");
  CHECK(errors_with_line("stop", "stop = { signal = \"TREM\" }").find("did you mean \"TERM\"?") !=
        std::string::npos);
  CHECK(errors_with_line("setup", "setup = [[]]") == "13:9 an empty command; expected a program\n");
  CHECK(own_errors("[[service]]\nname = \"x\"\ncommand = [\"x\"]\nport = 70000\n") ==
        "54:8 found the number 70000; expected at most 65535\n");
  CHECK(own_errors("[[service]]\nname = \"x\"\ncommand = [\"x\"]\nport = 9\n[[service]]\nname = "
                   "\"y\"\ncommand = [\"y\"]\nport = 9\n") ==
        "58:8 port 9 is that of x; expected another one, or isolation = \"netns\"\n");
  CHECK(
      own_errors("[[service]]\nname = \"db\"\ncommand = [\"x\"]\n").find("a second [[service]]") !=
      std::string::npos);
}

TEST_CASE("a host's name of a link needs something that finds it") {
  const std::string link = "[[link]]\nfrom = \"orders\"\nto = \"db\"\nhost = \"db:5432\"\n";
  CHECK(own_errors(link) ==
        "54:1 \"host\", and nothing makes orders find it; expected wiring = \"http_proxy\" in its "
        "[[service]], or isolation = \"netns\"\n");
  CHECK(errors_of(with_line("needs", "wiring = \"http_proxy\"") + link) == "");
  CHECK(own_errors("[[link]]\nfrom = \"orders\"\nto = \"db\"\nlisten = \"127.0.0.1:1\"\n") ==
        "54:1 \"listen\" beside kind = \"services\"; the link knows its service\n");
  CHECK(own_errors("[[link]]\nfrom = \"orders\"\nto = \"orders\"\n") ==
        "53:6 a link from orders to itself; expected another service\n");
}

TEST_CASE("a probe asks in one way, and says all that this way needs") {
  const auto probe = [](const std::string& keys) {
    return own_errors("[[probe]]\nname = \"p\"\n" + keys + "\n");
  };
  CHECK(probe("") == "51:1 expected one of http, sql, command, prometheus\n");
  CHECK(probe("sql = \"select 1\"") == "51:1 \"dsn\" is missing; \"sql\" needs it\n");
  CHECK(probe("sql = \"select 1\"\ndsn = \"mysql://x\"")
            .find("54:7 found \"mysql://x\"; expected postgres://") == 0);
  CHECK(probe("sql = \"select 1\"\ndsn = \"sqlite:shop.db\"") == "");
  CHECK(probe("command = [\"x\"]") == "51:1 \"json\" is missing; \"command\" needs it\n");
  CHECK(probe("command = []\njson = \"$\"") == "53:11 an empty command; expected a program\n");
  CHECK(probe("command = [\"x\"]\njson = \"$.a[*]\"") ==
        "54:13 in the JSON path \"$.a[*]\", expected a number from 0, or a name in quotes | such "
        "as \"$.stock[0].available\" or \"$['a b']\"\n");
  CHECK(probe("http = \"GIT http://127.0.0.1/\"\njson = \"$\"").find("53:8 found") == 0);
  CHECK(probe("http = \"https://127.0.0.1/\"\njson = \"$\"")
            .find("expected a URL that begins with http://") != std::string::npos);
  CHECK(probe("http = \"GET http://u:p@127.0.0.1/\"\njson = \"$\"")
            .find("a name or a password in a URL; expected none") != std::string::npos);
  CHECK(probe("prometheus = \"http://127.0.0.1:9090\"") ==
        "51:1 \"query\" is missing; \"prometheus\" needs it\n");
  CHECK(probe("prometheus = \"http://127.0.0.1:9090\"\nquery = \"up\"\njson = \"$\"") ==
        "55:1 \"json\" beside \"prometheus\"; it goes with http or command\n");
  CHECK(probe("command = [\"x\"]\njson = \"$\"\ntimeout = \"0s\"")
            .find("55:11 found \"0s\"; expected at least 1ms") == 0);
  CHECK(own_errors("[[probe]]\nname = \"latency\"\ncommand = [\"x\"]\njson = \"$\"\n")
            .find("52:8 a probe called \"latency\", which conditions take for a word") == 0);
  CHECK(own_errors("[[probe]]\nname = \"a-b\"\ncommand = [\"x\"]\njson = \"$\"\n")
            .find("52:8 a probe called \"a-b\"") == 0);
}

TEST_CASE("conditions use probes where a moment is judged") {
  CHECK(own_errors("[[slo]]\nthat = \"stock > 0\"\n") ==
        "52:9 \"stock\" is a probe, and here measures are compared; expected one | probes go into "
        "an [[invariant]], the steady state, or stop_when\n");
  CHECK(errors_with_line("hold", "hold = [\"stok > 0\"]")
            .find("unknown probe or measure \"stok\"; expected one of stock, paid") !=
        std::string::npos);
  CHECK(errors_with_line("hold", "hold = [\"stock > 5s\"]").find("a time beside \">\"") !=
        std::string::npos);
  CHECK(errors_with_line("hold", "hold = [\"stock > 'x'\"]") ==
        "33:18 a text has no order; expected \"==\" or \"!=\"\n");
  CHECK(errors_with_line("hold", "hold = [\"error_rate == 'x'\"]") ==
        "33:10 a share beside the text 'x'; expected a probe\n");
  CHECK(errors_with_line("hold", "hold = [\"stock + 'x' == 1\"]").find("a text beside \"+\"") !=
        std::string::npos);
  CHECK(own_errors("[[invariant]]\nthat = \"error_rate < 1%\"\nwhen = \"always\"\n") ==
        "53:8 always, without a probe that could look all the time; expected one, or when = "
        "\"settled\"\n");
  CHECK(own_errors("[[invariant]]\nthat = \"stock > 1\"\nevery = \"1s\"\n") ==
        "53:1 \"every\" without when = \"always\"; it has no meaning\n");
  CHECK(own_errors("[[invariant]]\nname = \"x\"\n") ==
        "51:1 neither \"use\" nor \"that\"; expected one of them\n");
  CHECK(own_errors("[[invariant]]\nuse = [\"no-oversell\"]\n") ==
        "52:8 invariant \"no-oversell\" means nothing with kind = \"services\"; there are none "
        "here\n");
  CHECK(own_errors("[[invariant]]\nname = \"never oversold\"\nthat = \"stock > 1\"\n")
            .find("a second [[invariant]] is called") != std::string::npos);
}

TEST_CASE("each kind of target refuses what belongs to another") {
  CHECK(own_errors("[policy]\npreset = \"field\"\n") ==
        "51:2 [policy] beside kind = \"services\"; it belongs to the shop, and what runs here "
        "brings its own\n");
  CHECK(errors_with_line("target", "target = { kind = \"services\", mode = \"sim\" }") ==
        "3:31 \"mode\" beside kind = \"services\"; it belongs to shop\n");
  CHECK(errors_of(valid_with("[target]\nbase = \"http://127.0.0.1\"\n")) ==
        "14:1 \"base\" beside kind = \"shop\"; it belongs to external\n");
  CHECK(errors_of(valid_with("[[service]]\nname = \"x\"\n")) ==
        "13:3 [service] beside kind = \"shop\"; it belongs to services of your own\n");
  CHECK(
      errors_of(valid_with("[target]\nkind = \"servces\"\n")).find("did you mean \"services\"?") !=
      std::string::npos);
  CHECK(own_errors("[[fault]]\ntype = \"clock_jump\"\non = \"db\"\njump = \"1h\"\n") ==
        "52:8 type \"clock_jump\" means nothing with kind = \"services\"; expected one of latency, "
        "http_abort, refuse, drop_reply, crash, partition, bandwidth, none, sim_loss, command\n");
  CHECK(own_errors("[[slo]]\nthat = \"permits_leaked == 0\"\n")
            .find("52:9 measure "
                  "\"permits_leaked\" means "
                  "nothing") == 0);
  CHECK(own_errors("[[fault]]\ntype = \"command\"\non = \"db\"\nstart = [\"x\"]\nundo = []\n") ==
        "53:1 command takes no \"on\"; its commands say what they are done to\n55:8 an empty "
        "command; expected a program\n");
  CHECK(errors_of("schema = 1\nscenario = { name = \"x\" }\n[target]\nkind = \"services\"\n[load]\n"
                  "to = \"x\"\n[[load.request]]\npath = \"/\"\n")
            .find("4:8 no [[service]]; expected the services that are to be started") !=
        std::string::npos);
}

TEST_CASE("what runs already is reached at its base and at the links that are named") {
  CHECK(errors_of(external("")) == "");
  const std::string link = "[[link]]\nfrom = \"a\"\nto = \"b\"\n";
  CHECK(errors_of(external(link + "listen = \"127.0.0.1:1\"\nupstream = \"127.0.0.1:2\"\n")) == "");
  CHECK(errors_of(external(link)) ==
        "9:1 \"listen\" is missing; expected HOST:PORT\n9:1 \"upstream\" is missing; expected "
        "HOST:PORT\n");
  CHECK(errors_of(external(link + "listen = \"127.0.0.1\"\nupstream = \"x:0\"\n")) ==
        "12:10 found \"127.0.0.1\"; expected HOST:PORT, such as \"127.0.0.1:8474\"\n13:12 found "
        "\"x:0\"; expected HOST:PORT, such as \"127.0.0.1:8474\"\n");
  CHECK(
      errors_of(external("[[service]]\nname = \"x\"\ncommand = [\"x\"]\n")) ==
      "9:1 a [[service]] beside kind = \"external\"; it runs already | kind = \"services\" starts "
      "them\n");
  CHECK(errors_of(external("[[fault]]\ntype = \"crash\"\non = \"base\"\n"))
            .find("10:8 type \"crash\" means nothing with kind = \"external\"") == 0);
  CHECK(errors_of("schema = 1\nscenario = { name = \"x\" }\n[target]\nkind = \"external\"\n[load]\n"
                  "[[load.request]]\npath = \"/\"\n") ==
        "3:1 \"base\" is missing; expected the URL that gets the load: http://HOST:PORT\n");
}

TEST_CASE("the base has no path") {
  std::string text = external("");
  text.insert(text.find("8080") + 4, "/api");
  CHECK(errors_of(text) ==
        "5:8 a path behind the base; expected it in the requests | such as path = \"/orders\"\n");
}

TEST_CASE("nothing outside the blast radius is touched") {
  const std::string link =
      "[[link]]\nfrom = \"a\"\nto = \"b\"\nlisten = \"127.0.0.1:1\"\nupstream = \"b.staging:80\"\n";
  CHECK(errors_of(external(link)) ==
        "13:12 b.staging is outside the blast radius; expected this machine alone | add "
        "\"b.staging\" to [blast_radius] hosts, if it may be harmed\n");
  CHECK(errors_of(external(link + "[blast_radius]\nhosts = [\"127.0.0.1\", \"b.staging\"]\n")) ==
        "");
  CHECK(errors_of(external(link + "[blast_radius]\nhosts = [\"b.staging\"]\n")) ==
        "5:8 127.0.0.1 is outside the blast radius; expected one of b.staging | add \"127.0.0.1\" "
        "to [blast_radius] hosts, if it may be harmed\n");
  CHECK(errors_of(external("[[probe]]\nname = \"p\"\nsql = \"select 1\"\ndsn = "
                           "\"postgres://u:p@db.example:5432/x\"\n"))
            .find("12:7 db.example is outside the blast radius") == 0);
  CHECK(errors_of(external("[[probe]]\nname = \"p\"\nsql = \"select 1\"\ndsn = "
                           "\"postgres://u@127.0.0.1/x?hostaddr=10.0.0.1\"\n")) ==
        "12:7 a host behind the \"?\" of a DSN; expected it before\n");
  CHECK(errors_of(external("[control]\ntoxiproxy = \"127.example:8474\"\n"))
            .find("10:13 found 127.example:8474; expected an address of this machine") == 0);
  CHECK(errors_of(external("[control]\ntoxiproxy = \"0.0.0.0:8474\"\n"))
            .find("10:13 found 0.0.0.0:8474; expected an address of this machine") == 0);
}

TEST_CASE("another tool may make the load, and then nothing else says how") {
  const auto load = [](const std::string& keys) {
    std::string text = shop_of_their_own;
    const std::size_t from = text.find("[load]");
    return errors_of(text.replace(from, text.find("[[probe]]") - from, "[load]\n" + keys + "\n"));
  };
  CHECK(load("command = [\"k6\", \"run\", \"-e\", \"BASE=http://${link.client.orders}\"]") == "");
  CHECK(load("command = [\"k6\"]\nrate = \"1/s\"") ==
        "18:1 \"rate\" beside command; the command makes the load\n");
  CHECK(load("command = []") == "17:11 an empty command; expected a program\n");
  CHECK(load("command = [\"k6\", \"${link.orders.db}\"]")
            .find("stands in what belongs to client; expected ${link.client.db}") !=
        std::string::npos);
  CHECK(load("rate = \"1/s\"\n[[load.request]]\npath = \"/\"") ==
        "16:1 \"to\" is missing; expected the service that gets the load\n");
  CHECK(load("to = \"order\"\n[[load.request]]\npath = \"/\"") ==
        "17:6 unknown service \"order\"; expected one of db, orders | did you mean \"orders\"?\n");
}

TEST_CASE("flows are made of requests of their load") {
  CHECK(errors_of(valid_with("[[load.flow]]\nsteps = [\"place-order\"]\n")) == "");
  CHECK(errors_of(valid_with("[[load.flow]]\nsteps = [\"place-oder\"]\n")) ==
        "14:10 unknown request \"place-oder\"; expected one of place-order | did you mean "
        "\"place-order\"?\n");
  CHECK(errors_of(valid_with("[[load.flow]]\nsteps = []\n")) ==
        "14:9 a flow without steps; expected requests\n");
  CHECK(errors_of(valid_with("[[load.request]]\npath = \"/{{row sku}}\"\n"))
            .find("draws {{row ...}}, and there is no data") != std::string::npos);
}

TEST_CASE("conditions of a gate compare with a baseline") {
  const auto gate = [](const std::string& condition) {
    return errors_of(
        valid_with("[gate]\nbaseline = \"main\"\nfail_if = [\"" + condition + "\"]\n"));
  };
  CHECK(gate("latency.p99 > 1.25 * baseline + 10ms") == "");
  CHECK(gate("baseline < latency.p99").find("15:13 \"baseline\" before what it is compared") == 0);
  CHECK(gate("latency.p99 > baseline + 1").find("a plain number beside \"+\"") !=
        std::string::npos);
  CHECK(errors_of(valid_with("[gate]\nfail_if = []\n")) ==
        "13:1 \"baseline\" is missing; expected a saved name, or a folder\n14:11 no condition; "
        "expected at least one\n");
}
