// The resilience matrix of services whose behaviour under each fault is known, cell by cell.
#include <csignal>
#include <fstream>
#include <map>
#include <sstream>

#include <boost/json.hpp>

#include "tests/cli/program.hpp"
#include "tests/support/catch.hpp"

namespace seawall::tests {

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Of the toy, with one request. A machine that is busy with other tests is late now and then: the
// bank has 300 ms for an answer, and the desk 800 ms until it counts as slow.
std::string asking(const std::string& path, const std::string& more = "") {
  const std::string toy = "command = [\"" SEAWALL_TOY "\", ";
  return "schema = 1\nscenario = { name = \"toy\" }\nrun = { seed = 5, settle = \"2s\" }\n"
         "[target]\nkind = \"services\"\n"
         "[[service]]\nname = \"bank\"\n" +
         toy +
         "\"bank\", \"${port}\", \"${dir}/charges\"]\n"
         "ready = { http = \"/health\", within = \"30s\" }\n"
         "[[service]]\nname = \"desk\"\n" +
         toy +
         "\"desk\", \"${port}\", \"${link.desk.bank}\"]\n"
         "ready = { http = \"/health\", within = \"30s\" }\n"
         "[load]\nrate = \"5/s\"\nto = \"desk\"\ntimeout = \"4s\"\n"
         "[[load.request]]\nname = \"ask\"\nmethod = \"POST\"\npath = \"" +
         path +
         "\"\nbody = \"{{uuid}}\"\n"
         "[[probe]]\nname = \"again\"\nhttp = \"GET http://${service.bank}/audit\"\n"
         "json = \"$.again\"\n"
         "[[invariant]]\nname = \"nobody is charged twice\"\nthat = \"again == 0\"\n" +
         more;
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

Explored explored(const Desk& desk, const std::string& scenario) {
  desk.write("toy.toml", scenario);
  Explored explored{desk.seawall({"explore", "toy.toml", "--out", "out", "--quiet", "--jobs", "8"}), {}};
  UNSCOPED_INFO(explored.ended.out << explored.ended.err);
  explored.found = json::parse(text_of(desk.path() / "out/explore.json"));
  return explored;
}

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
  const std::string page = text_of(desk.path() / "out/explore.html");
  CHECK(has(page, "BROKEN: 6 corrupts, 0 breaks"));
  CHECK(has(page, "found/001/report.html"));
}

TEST_CASE("a call with a fallback survives whatever happens to its callee", "[survey]") {
  const Desk desk;
  const Explored matrix = explored(desk, asking("/rates"));
  CHECK(matrix.ended.status == 0);
  CHECK(fates_in(matrix.found, "desk -> bank GET /rates") ==
        with({{"survives",
               {"request lost", "every request lost", "reply lost", "every reply lost", "reset",
                "503", "always 503", "503 after the work", "429", "slow", "late request",
                "sent twice", "refused", "callee killed before", "callee killed after"}},
              {"degrades", {"caller killed"}}}));
}

TEST_CASE("a call without a timeout breaks where nothing comes back", "[survey]") {
  const Desk desk;
  const Explored matrix = explored(desk, asking("/stock"));
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
                            "[[link]]\nfrom = \"desk\"\nto = \"bank\"\nprotocol = \"tcp\"\n"
                            "[[link]]\nfrom = \"bank\"\nto = \"desk\"\nprotocol = \"tcp\"\n"));
  CHECK(matrix.ended.status == 1);
  CHECK(fates_in(matrix.found, "desk -> bank") ==
        with({{"degrades", {"reset", "slow", "callee killed before"}},
              {"breaks", {"silence"}},
              {"unproven", {"refused"}}}));
  CHECK(has(matrix.ended.out, "Nothing of ask was seen on bank -> desk."));
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
  Running running(desk, {"explore", "toy.toml", "--out", "out"});
  running.says("corrupts  ask: desk -> bank POST /charge: reply lost");
  const Ended ended = running.end(SIGINT);
  INFO(ended.out << ended.err);
  CHECK(ended.status == 1);
  CHECK(has(ended.out, "its user ended it"));
  CHECK(fs::exists(desk.path() / "out/found/001/scenario.toml"));
  const json::value found = json::parse(text_of(desk.path() / "out/explore.json"));
  CHECK_FALSE(found.at("complete").as_bool());
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
