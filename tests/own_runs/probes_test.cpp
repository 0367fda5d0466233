// Probes in a run: before any fault, all the time, at the end, and where they end it.
#include "tests/own_runs/stand_in.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/has.hpp"

namespace seawall::tests {
namespace {

const std::string stock_probe =
    "[[probe]]\nname = \"stock\"\nhttp = \"GET http://${service.base}/stock\"\njson = "
    "\"$.available\"\ntimeout = \"5s\"\n"
    "[[probe]]\nname = \"state\"\nhttp = \"GET http://${service.base}/stock\"\njson = "
    "\"$.state\"\ntimeout = \"5s\"\n";

Ended run(const Desk& desk, const StandIn& service, const std::string& more) {
  desk.write("own.toml", about(service, stock_probe + more));
  return desk.seawall({"run", "own.toml"});
}

}  // namespace

TEST_CASE("conditions over probes are judged in a run", "[own]") {
  StandIn service;
  const Desk desk;
  const Ended ended =
      run(desk, service,
          "[steady_state]\nhold = [\"stock > 0\", \"state == 'open'\"]\n"
          "[[invariant]]\nname = \"never oversold\"\nthat = \"stock >= 0\"\nwhen = \"always\"\n"
          "every = \"200ms\"\n"
          "[[invariant]]\nname = \"all sold\"\nthat = \"stock <= 999950 and state == 'open'\"\n");
  INFO(ended.out << ended.err);
  CHECK(ended.status == 0);
  CHECK(has(ended.out, "never oversold"));
  CHECK(has(ended.out, "all sold"));
  CHECK(service.asked("/stock") >= 2 + 1 + 2);  // of each moment
}

TEST_CASE("an invariant that its probe breaks is broken", "[own]") {
  StandIn service;
  service.stock = 20;
  const Desk desk;
  const Ended ended = run(desk, service,
                          "[[invariant]]\nname = \"never oversold\"\nthat = \"stock >= 0\"\nwhen = "
                          "\"always\"\nevery = \"200ms\"\n");
  INFO(ended.out << ended.err);
  CHECK(ended.status == 1);
  CHECK(has(ended.out, "FAIL"));
}

TEST_CASE("what a system puts right within its time to settle is right", "[own]") {
  StandIn service;
  service.wrong_looks = 3;
  const Desk desk;
  const Ended ended =
      run(desk, service, "[[invariant]]\nname = \"never oversold\"\nthat = \"stock >= 0\"\n");
  INFO(ended.out << ended.err);
  CHECK(ended.status == 0);
  CHECK(service.wrong_looks == 0);
}

TEST_CASE("where the steady state does not hold nothing is injected", "[own]") {
  StandIn service;
  const Desk desk;
  std::string why;
  SECTION("because of what a probe saw") {
    service.stock = 0;
    why = "stock > 0: 0";
  }
  SECTION("because a probe saw nonsense") {
    service.mute = true;
    why = "probe stock: GET " + service.url() + "/stock: no JSON";
  }
  const Ended ended = run(desk, service, "[steady_state]\nhold = [\"stock > 0\"]\n");
  INFO(ended.out << ended.err);
  CHECK(ended.status == 6);
  CHECK(has(ended.err, "the steady state does not hold before any fault"));
  CHECK(has(ended.err, why));
  CHECK(service.asked("/sell") == 0);
}

TEST_CASE("a probe that answers nonsense leaves its invariant undecided", "[own]") {
  StandIn service;
  service.mute = true;
  const Desk desk;
  const Ended ended = run(desk, service, "[[invariant]]\nthat = \"stock >= 0\"\n");
  INFO(ended.out << ended.err);
  CHECK(ended.status == 5);
  CHECK(has(ended.out, "INCONCLUSIVE"));
  CHECK(has(ended.out, "no JSON"));
}

TEST_CASE("a stop condition over a probe ends the run", "[own]") {
  StandIn service;
  service.stock = 20;
  const Desk desk;
  std::string text = about(service, stock_probe +
                                        "[blast_radius]\nstop_when = [{ that = \"stock < "
                                        "0\", for = \"1s\" }]\n");
  text.replace(text.find("duration = \"2s\""), 15, "duration = \"60s\"");
  desk.write("own.toml", text);
  const Ended ended = desk.seawall({"run", "own.toml"});
  INFO(ended.out << ended.err);
  CHECK(ended.status == 3);
  CHECK(has(ended.out, "The run was stopped because stock < 0 held"));
  CHECK(service.asked("/sell") < 2'000);
}

}  // namespace seawall::tests
