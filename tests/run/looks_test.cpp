// When probes are asked in a run.
#include "harness/run/looks.hpp"

#include <fmt/format.h>

#include "support/catch.hpp"

using namespace seawall;
using namespace std::chrono_literals;
using record::ProbeSample;

namespace {

// Answers at once, and writes down what it was asked.
class Scribe : public probe::Asker {
 public:
  void ask(ProbeSample::Moment moment, std::uint32_t round,
           std::span<const std::string> probes) override {
    asked += fmt::format("{}{}:", asked.empty() ? "" : " ", static_cast<int>(moment));
    for (const std::string& name : probes) {
      asked += name;
      ProbeSample& sample = samples_.emplace_back();
      sample.moment = moment;
      sample.round = round;
      sample.probe = name;
    }
  }
  void collect(std::vector<ProbeSample>& samples) override {
    samples.insert(samples.end(), samples_.begin(), samples_.end());
    samples_.clear();
  }
  bool idle() const override { return samples_.empty(); }

  std::string asked;

 private:
  std::vector<ProbeSample> samples_;
};

model::Expression over(const std::vector<std::string>& probes) {
  model::Expression all;
  all.kind = model::Expression::Kind::all_of;
  for (const std::string& name : probes) {
    model::Expression& one = all.children.emplace_back();
    one.kind = model::Expression::Kind::probe;
    one.name = name;
  }
  return all;
}

const Scribe& scribe_of(run::Looks& looks) {
  auto scribe = std::make_unique<Scribe>();
  const Scribe& one = *scribe;
  looks.ask_with(std::move(scribe));
  return one;
}

void add(model::Scenario& scenario, std::vector<std::string> probes, base::Duration every = {}) {
  model::Invariant& invariant = scenario.invariants.emplace_back();
  invariant.that = over(probes);
  invariant.every = every;
  if (every > base::Duration{}) invariant.when = model::Invariant::When::always;
}

}  // namespace

TEST_CASE("a scenario without probes asks nobody") {
  run::Looks looks(model::Scenario{});
  CHECK_FALSE(looks.any());
  looks.before_faults();
  looks.during(10s);
  looks.at_the_end();
  CHECK(looks.idle());
  CHECK_FALSE(looks.next().has_value());
}

TEST_CASE("each moment asks the probes that are judged there, together") {
  model::Scenario scenario;
  scenario.steady_state = {over({"a"}), over({"b", "a"})};
  add(scenario, {"c", "b"});
  add(scenario, {"d"}, 1s);
  run::Looks looks(scenario);
  CHECK(looks.any());
  const Scribe& scribe = scribe_of(looks);
  looks.before_faults();
  CHECK(scribe.asked == "0:ab");
  looks.at_the_end();
  CHECK(scribe.asked == "0:ab 2:abcd");
  record::Record record;
  looks.collect(record);
  CHECK(looks.idle());
  REQUIRE(record.probes.size() == 6);
  CHECK(record.probes[1].round == 1);
  CHECK(record.probes[5].round == 2);
}

TEST_CASE("invariants that hold always are looked at in step") {
  model::Scenario scenario;
  add(scenario, {"a"}, 500ms);
  add(scenario, {"b"}, 2s);
  run::Looks looks(scenario);
  CHECK(looks.any());
  const Scribe& scribe = scribe_of(looks);
  looks.during(0s);
  CHECK(scribe.asked == "1:a 1:b");
  CHECK(looks.next() == 500ms);
  looks.during(400ms);
  CHECK(scribe.asked == "1:a 1:b");
  looks.during(510ms);
  CHECK(scribe.asked == "1:a 1:b 1:a");
  CHECK(looks.next() == 1s);
  looks.during(2300ms);
  CHECK(scribe.asked == "1:a 1:b 1:a 1:a 1:b");
  CHECK(looks.next() == 2500ms);
}

TEST_CASE("stop conditions are looked at each second, those over probes alone") {
  model::Scenario scenario;
  scenario.stop_when.resize(2);
  scenario.stop_when[0].that = over({"a"});
  run::Looks looks(scenario);
  const Scribe& scribe = scribe_of(looks);
  looks.during(0s);
  looks.during(1500ms);
  CHECK(scribe.asked == "1:a 1:a");
  CHECK(looks.next() == 2s);
  looks.at_the_end();
  CHECK(scribe.asked == "1:a 1:a");
}

TEST_CASE("a round may take as long as all tries of its slowest probe") {
  model::Scenario scenario;
  scenario.probes.resize(2);
  scenario.probes[0].timeout = 3s;
  scenario.probes[1].timeout = 1s;
  scenario.probes[1].retries = 4;
  CHECK(run::Looks(scenario).longest() == 6s);
}
