// Probes of a run: asked at one moment, answered when they are.
#include "harness/probe/prober.hpp"

#include "harness/live/clock.hpp"
#include "harness/os/shim.hpp"
#include "support/catch.hpp"
#include "tests/probe/rig.hpp"

using namespace seawall;
using namespace seawall::probe;
using namespace seawall::probe::tests;
using Moment = record::ProbeSample::Moment;

namespace {

model::Probe named(model::Probe probe, const std::string& name) {
  probe.name = name;
  return probe;
}

Surroundings here() {
  Surroundings surroundings;
  surroundings.root = ".";
  surroundings.clock = live::steady_now;
  surroundings.shim = {OS_UNRULY, std::string(os::shim_word)};
  return surroundings;
}

// Lets nobody pass until it is opened.
class Gate {
 public:
  std::string pass() {
    while (!open_) std::this_thread::yield();
    return http_answer(200, "1");
  }
  void open() { open_ = true; }

 private:
  std::atomic<bool> open_ = false;
};

std::vector<ProbeSample> all_of(Prober& prober) {
  std::vector<ProbeSample> samples;
  while (!prober.idle()) std::this_thread::yield();
  prober.collect(samples);
  return samples;
}

}  // namespace

TEST_CASE("a probe that hangs holds up no other") {
  Gate gate;
  const StandIn server([&](const std::string&) { return gate.pass(); });
  Prober prober({named(http_probe("http://" + server.place() + "/", "$"), "hangs"),
                 named(command_probe({"echo", "5"}, "$"), "quick")},
                here());
  const std::vector<std::string> both = {"hangs", "quick"};
  prober.ask(Moment::always, 1, both);
  std::vector<ProbeSample> samples;
  while (samples.empty()) prober.collect(samples);
  CHECK(samples[0].probe == "quick");
  CHECK(samples[0].number == 5);
  gate.open();
  samples = all_of(prober);
  REQUIRE(samples.size() == 1);
  CHECK(samples[0].number == 1);
  CHECK(samples[0].round == 1);
  CHECK(samples[0].asked <= samples[0].t);
}

TEST_CASE("a probe that is too far behind says so instead of waiting for ever") {
  Gate gate;
  const StandIn server([&](const std::string&) { return gate.pass(); });
  Prober prober({named(http_probe("http://" + server.place() + "/", "$"), "hangs")}, here());
  const std::vector<std::string> one = {"hangs"};
  constexpr std::uint32_t rounds = 20;
  for (std::uint32_t round = 1; round <= rounds; ++round) prober.ask(Moment::always, round, one);
  gate.open();
  const std::vector<ProbeSample> samples = all_of(prober);
  CHECK(samples.size() == rounds);
  const auto behind = std::ranges::count_if(samples, [](const ProbeSample& sample) {
    return sample.error.find("4 earlier looks are not done yet") != std::string::npos;
  });
  CHECK(behind >= 15);  // four wait, and one may be on its way
}

TEST_CASE("a prober that ends early asks nothing more") {
  const StandIn silent([](const std::string&) { return ""; });
  model::Probe hangs = named(http_probe("http://" + silent.place() + "/", "$"), "hangs");
  hangs.timeout = std::chrono::milliseconds(50);
  hangs.retries = 10;
  {
    Prober prober({hangs}, here());
    const std::vector<std::string> one = {"hangs"};
    prober.ask(Moment::settled, 1, one);
    while (silent.asked() == 0) std::this_thread::yield();
  }
  CHECK(silent.asked() < 11);
}

TEST_CASE("a prober that ends early leaves whoever hangs") {
  const StandIn web([](const std::string&) { return ""; });
  const StandIn database([](const std::string&) { return ""; });
  std::vector<model::Probe> hang = {
      named(http_probe("http://" + web.place() + "/", "$"), "web"),
      named(sql_probe("postgres://app@" + database.place() + "/x", "select 1"), "database"),
      named(command_probe({"sleep", "1000"}, "$"), "command")};
  for (model::Probe& probe : hang) probe.timeout = std::chrono::hours(1);
  const base::TimePoint begun = live::steady_now();
  {
    Prober prober(hang, here());
    const std::vector<std::string> all = {"web", "database", "command"};
    prober.ask(Moment::settled, 1, all);
    while (web.asked() == 0) std::this_thread::yield();
  }
  CHECK(live::steady_now() - begun < std::chrono::minutes(10));
}
