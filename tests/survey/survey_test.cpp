// The resilience matrix of services whose behaviour under each fault is known, cell by cell.
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>

#include <boost/json.hpp>

#include "harness/net/port.hpp"
#include "tests/cli/program.hpp"
#include "tests/os/survivors.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/has.hpp"

namespace seawall::tests {

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// A service of the toy, that `more` has keys of.
std::string service(const std::string& name, const std::string& argument,
                    const std::string& more = "") {
  return "[[service]]\nname = \"" + name + "\"\n" + more + "command = [\"" SEAWALL_TOY "\", \"" +
         name + "\", \"${port}\", \"" + argument +
         "\"]\n"
         "ready = { http = \"/health\", within = \"30s\" }\n";
}

// One request of the desk, and the bank at this address as the judge.
std::string request(const std::string& path, const std::string& bank, const std::string& timeout,
                    const std::string& to = "") {
  return "[load]\nrate = \"5/s\"\n" + to + "timeout = \"" + timeout +
         "\"\n"
         "[[load.request]]\nname = \"ask\"\nmethod = \"POST\"\npath = \"" +
         path +
         "\"\nbody = \"{{uuid}}\"\n"
         "[[probe]]\nname = \"again\"\nhttp = \"GET http://" +
         bank +
         "/audit\"\njson = \"$.again\"\n"
         "[[invariant]]\nname = \"nobody is charged twice\"\nthat = \"again == 0\"\n";
}

// `settle`: what is broken is looked at for so long until it is.
std::string head(const std::string& settle = "1s") {
  return "schema = 1\nscenario = { name = \"toy\" }\nrun = { seed = 5, settle = \"" + settle +
         "\" }\n";
}

// Of the toy, with one request. A machine that is busy with other tests is late now and then: the
// bank has 300 ms for an answer, and the desk a fifth of `timeout` until it counts as slow.
std::string asking(const std::string& path, const std::string& more = "",
                   const std::string& timeout = "4s") {
  return head() + "target = { kind = \"services\" }\n" + service("bank", "${dir}/charges") +
         service("desk", "${link.desk.bank}") +
         request(path, "${service.bank}", timeout, "to = \"desk\"\n") + more;
}

using Fates = std::map<std::string, std::string>;  // by fault

// Of the only call of the only request.
Fates fates_in(const json::value& found, const std::string& place) {
  Fates fates;
  for (const json::value& cell : found.at("cells").as_array()) {
    CHECK(cell.at("request").as_string() == "ask");
    CHECK(cell.at("place").as_string() == place.c_str());
    fates[cell.at("fault").as_string().c_str()] = cell.at("fate").as_string().c_str();
  }
  return fates;
}

const json::value* cell_of(const json::value& found, const std::string& fault) {
  for (const json::value& cell : found.at("cells").as_array())
    if (cell.at("fault").as_string() == fault.c_str()) return &cell;
  return nullptr;
}

// The fates that are expected, each with the faults that have it.
Fates with(std::initializer_list<std::pair<std::string, std::vector<std::string>>> expected) {
  Fates fates;
  for (const auto& [fate, faults] : expected)
    for (const std::string& fault : faults) fates[fault] = fate;
  return fates;
}

struct Explored {
  Ended ended;
  json::value found;
};

// Cells of services of one's own are run all at once: they hardly do anything but wait.
Explored explored(const Desk& desk, const std::string& scenario,
                  const std::vector<std::string>& more = {"--jobs", "16"}) {
  desk.write("toy.toml", scenario);
  std::vector<std::string> words = {"explore", "toy.toml", "--out", "out", "--quiet"};
  words.insert(words.end(), more.begin(), more.end());
  Explored explored{desk.seawall(words), {}};
  UNSCOPED_INFO(explored.ended.out << explored.ended.err);
  explored.found = json::parse(text_of(desk.path() / "out/explore.json"));
  return explored;
}

// What runs already, in the background: the desk calls the bank through `listen`.
struct Town {
  explicit Town(const Desk& desk) {
    const auto free = [] { return net::ReservedPort::reserve(0).value(); };
    const auto port_of = [](const net::ReservedPort& port) {
      return std::to_string(port.number());
    };
    {
      const net::ReservedPort one = free(), two = free(), three = free();
      bank = port_of(one);
      listen = port_of(two);
      base = port_of(three);
    }
    const std::string text = head() + "target = { kind = \"services\" }\n" +
                             service("bank", "${dir}/charges", "port = " + bank + "\n") +
                             service("desk", "127.0.0.1:" + listen, "port = " + base + "\n") +
                             "[load]\nto = \"desk\"\n[[load.request]]\npath = \"/\"\n";
    desk.write("town.toml", text);
    running.emplace(desk, std::vector<std::string>{"up", "town.toml"});
    running->says("Ctrl-C ends it");
  }

  std::string asking(const std::string& path) const {
    return head("300ms") + "[target]\nkind = \"external\"\nbase = \"http://127.0.0.1:" + base +
           "\"\n"
           "[[link]]\nfrom = \"desk\"\nto = \"bank\"\nlisten = \"127.0.0.1:" +
           listen + "\"\nupstream = \"127.0.0.1:" + bank + "\"\n" +
           request(path, "127.0.0.1:" + bank, "3s");
  }

  std::string bank, listen, base;  // ports
  std::optional<Running> running;
};

}  // namespace

TEST_CASE("a call that is repeated under a key survives all that it can", "[survey]") {
  const Desk desk;
  const Explored matrix = explored(desk, asking("/keyed"));
  CHECK(matrix.ended.status == 0);
  CHECK(fates_in(matrix.found, "desk -> bank POST /charge") ==
        with({{"survives",
               {"request lost", "reply lost", "reset", "503", "503 after the work", "429", "slow",
                "late request", "sent twice"}},
              {"degrades",
               {"every request lost", "every reply lost", "always 503", "refused",
                "callee killed before", "callee killed after", "caller killed"}}}));
}

TEST_CASE("a call that is repeated without a key charges twice, and its cells say so", "[survey]") {
  const Desk desk;
  const Explored matrix = explored(desk, asking("/keyless"));
  CHECK(matrix.ended.status == 1);
  CHECK(fates_in(matrix.found, "desk -> bank POST /charge") ==
        with({{"survives", {"request lost", "reset", "503", "429"}},
              {"degrades",
               {"every request lost", "always 503", "refused", "callee killed before",
                "callee killed after", "caller killed"}},
              {"corrupts",
               {"reply lost", "every reply lost", "503 after the work", "slow", "late request",
                "sent twice"}}}));

  // What is found is a scenario that shows the same, and a run with all its files.
  for (const json::value& cell : matrix.found.at("cells").as_array()) {
    const bool survives = cell.at("fate").as_string() == "survives";
    CHECK(survives != (cell.as_object().contains("folder")));
    if (cell.at("fault").as_string() != "reply lost") continue;
    const std::string folder = std::string("out/") + cell.at("folder").as_string().c_str();
    CHECK(fs::exists(desk.path() / folder / "report.html"));
    const Ended run = desk.seawall({"run", folder + "/scenario.toml", "--out", "run", "--quiet"});
    INFO(run.out << run.err);
    CHECK(run.status == 1);
    CHECK(has(run.out, "nobody is charged twice"));
  }
  // They can stand in one folder.
  const Ended valid = desk.seawall({"validate", "out/found"});
  INFO(valid.out << valid.err);
  CHECK(valid.status == 0);
  const std::string page = text_of(desk.path() / "out/explore.html");
  CHECK(has(page, "BROKEN: 6 corrupts, 0 breaks"));
  CHECK(has(page, "found/001/report.html"));
}

TEST_CASE("a call with a fallback survives whatever happens to its callee", "[survey]") {
  const Desk desk;
  const Explored matrix = explored(desk, asking("/rates"), {"--jobs", "16", "--confirm"});
  CHECK(matrix.ended.status == 0);
  CHECK(fates_in(matrix.found, "desk -> bank GET /rates") ==
        with({{"survives",
               {"request lost", "every request lost", "reply lost", "every reply lost", "reset",
                "503", "always 503", "503 after the work", "429", "slow", "late request",
                "sent twice", "refused", "callee killed before", "callee killed after"}},
              {"degrades", {"caller killed"}}}));
  // What does not survive is run once more, and this hangs on no timing.
  for (const json::value& cell : matrix.found.at("cells").as_array())
    CHECK(cell.as_object().contains("same_again") == (cell.at("fate").as_string() == "degrades"));
  CHECK(cell_of(matrix.found, "caller killed")->at("same_again").as_bool());
}

TEST_CASE("a call without a timeout breaks where nothing comes back", "[survey]") {
  const Desk desk;
  const Explored matrix = explored(desk, asking("/stock", "", "1500ms"));
  CHECK(matrix.ended.status == 1);
  CHECK(fates_in(matrix.found, "desk -> bank GET /stock") ==
        with({{"survives", {"sent twice"}},
              {"degrades",
               {"reset", "503", "always 503", "503 after the work", "429", "slow", "refused",
                "callee killed before", "callee killed after", "caller killed"}},
              {"breaks",
               {"request lost", "every request lost", "reply lost", "every reply lost",
                "late request"}}}));
}

TEST_CASE("of a link that is no HTTP the bytes are harmed, and one without any is left out",
          "[survey]") {
  const Desk desk;
  const Explored matrix =
      explored(desk, asking("/stock",
                            "[[link]]\nfrom = \"bank\"\nto = \"desk\"\nprotocol = \"tcp\"\n"
                            "[[link]]\nfrom = \"desk\"\nto = \"bank\"\nprotocol = \"tcp\"\n",
                            "1500ms"));
  CHECK(matrix.ended.status == 1);
  CHECK(fates_in(matrix.found, "desk -> bank") ==
        with({{"degrades", {"reset", "slow", "callee killed before"}},
              {"breaks", {"silence"}},
              {"unproven", {"refused"}}}));
  CHECK(has(matrix.ended.out, "Nothing of ask was seen on bank -> desk."));
  CHECK_FALSE(has(matrix.ended.out, "] bank -> desk"));
}

// Each run has orders of its own: those of the run before would be charged again by this one.
TEST_CASE("what runs already is explored cell after cell", "[survey]") {
  const Desk desk;
  const Town town(desk);
  const Explored matrix =
      explored(desk, town.asking("/keyless"), {"--confirm", "--budget", "6runs"});
  CHECK(matrix.ended.status == 1);
  CHECK(fates_in(matrix.found, "desk -> bank POST /charge") ==
        with({{"survives", {"request lost"}},
              {"degrades", {"every request lost"}},
              {"corrupts", {"reply lost"}}}));
  CHECK(cell_of(matrix.found, "every request lost")->at("same_again").as_bool());
  // What is corrupt already cannot be confirmed.
  CHECK_FALSE(cell_of(matrix.found, "reply lost")->as_object().contains("same_again"));
}

TEST_CASE("several at a time is of services that can be there several times", "[survey]") {
  const Desk desk;
  const auto refused = [&desk](const std::string& scenario, const std::string& why) {
    desk.write("toy.toml", scenario);
    const Ended ended = desk.seawall({"explore", "toy.toml", "--jobs", "2"});
    CHECK(ended.status == 2);
    CHECK(has(ended.err, "error: --jobs 2: " + why));
    CHECK(has(ended.err, "expected 1"));
  };
  refused(head() + "target = { kind = \"external\", base = \"http://127.0.0.1:1\" }\n" +
              request("/keyed", "127.0.0.1:1", "2s"),
          "what runs already is one");
  refused(head() + "target = { kind = \"services\" }\n" +
              service("bank", "${dir}/charges", "port = 8099\n") +
              service("desk", "${link.desk.bank}") +
              request("/keyed", "${service.bank}", "2s", "to = \"desk\"\n"),
          "bank has port 8099");
}

TEST_CASE("a request that fails without a fault is not tried", "[survey]") {
  const Desk desk;
  const Explored matrix = explored(desk, asking("/nowhere"));
  CHECK(matrix.ended.status == 5);
  CHECK(has(matrix.ended.out, "ask: not tried: without any fault it got 404"));
  CHECK(matrix.found.at("cells").as_array().empty());
  CHECK_FALSE(fs::exists(desk.path() / "out/found"));
}

TEST_CASE("who interrupts an exploration of services has what was found so far", "[survey]") {
  const Desk desk;
  desk.write("toy.toml", asking("/keyless"));
  Running running(desk, {"explore", "toy.toml", "--out", "out", "--jobs", "16"});
  running.says("corrupts  ask: desk -> bank POST /charge: reply lost");
  const Ended ended = running.end(SIGINT);
  INFO(ended.out << ended.err);
  CHECK(ended.status == 1);
  CHECK(has(ended.out, "its user ended it"));
  const json::value found = json::parse(text_of(desk.path() / "out/explore.json"));
  CHECK_FALSE(found.at("complete").as_bool());
  const json::value* const lost = cell_of(found, "reply lost");
  REQUIRE(lost);
  const std::string folder = lost->at("folder").as_string().c_str();
  CHECK(fs::exists(desk.path() / "out" / folder / "scenario.toml"));
}

TEST_CASE("who interrupts an exploration of services twice finds nothing left", "[survey]") {
  const Desk desk;
  ::setenv("TMPDIR", desk.path().c_str(), 1);
  desk.write("toy.toml", asking("/keyless"));
  Running running(desk, {"explore", "toy.toml", "--out", "out", "--jobs", "4"});
  ::unsetenv("TMPDIR");
  running.says("corrupts  ask: desk -> bank POST /charge: reply lost");
  ::kill(running.process(), SIGINT);
  running.says("(again: stop at once)");
  const Ended ended = running.end(SIGINT);
  INFO(ended.err);
  CHECK(ended.status == 130);
  const auto is_swept = [&desk] {
    return std::ranges::none_of(fs::directory_iterator(desk.path()), [](const auto& entry) {
      return entry.path().filename().string().starts_with("seawall-run-");
    });
  };
  CHECK(os::test::comes_true(is_swept));
}

TEST_CASE("a budget that ends first is told, and what only the shop has is refused", "[survey]") {
  const Desk desk;
  desk.write("toy.toml", asking("/keyed"));
  const Ended short_one =
      desk.seawall({"explore", "toy.toml", "--out", "out", "--quiet", "--budget", "2runs"});
  CHECK(short_one.status == 5);
  CHECK(has(short_one.out, "INCONCLUSIVE: nothing breaks so far; the budget ended it"));
  for (const std::vector<std::string>& option :
       std::vector<std::vector<std::string>>{{"--matrix", "saga"},
                                             {"--orders", "2"},
                                             {"--depth", "2"},
                                             {"--fuzz"},
                                             {"--shard", "1/2", "--fuzz"},
                                             {"--first", "1", "--fuzz"}}) {
    std::vector<std::string> words = {"explore", "toy.toml"};
    words.insert(words.end(), option.begin(), option.end());
    const Ended ended = desk.seawall(words);
    CHECK(ended.status == 2);
    CHECK(has(ended.err, "error: " + option[0]));
    CHECK(has(ended.err, "expected it left out"));
  }
}

}  // namespace seawall::tests
