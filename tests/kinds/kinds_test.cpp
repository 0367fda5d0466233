#include <algorithm>
#include <set>

#include "faults/kinds/kind.hpp"
#include "harness/base/text.hpp"
#include "harness/scenario/reader.hpp"
#include "tests/support/catch.hpp"
#include "tests/worlds/rig.hpp"
#include "tests/worlds/sim_world.hpp"

namespace seawall::kinds {

namespace {

using namespace std::chrono_literals;

model::Vocabulary vocabulary() {
  model::Vocabulary vocabulary;
  vocabulary.kinds = words();
  vocabulary.services = {"gateway", "order", "payment", "inventory", "shipping"};
  vocabulary.links = {{"client", "gateway"},
                      {"gateway", "order"},
                      {"order", "payment"},
                      {"order", "inventory"},
                      {"order", "shipping"}};
  vocabulary.presets["field"] = {};
  vocabulary.presets["none"] = {};
  model::RequestSpec request;
  request.name = "place-order";
  request.method = model::Method::post;
  vocabulary.requests = {request};
  return vocabulary;
}

base::expected<scenario::Reading, base::Diagnostics> read(std::string_view faults,
                                                          const std::string& mode) {
  const std::string head = "schema = 1\n[scenario]\nname = \"example\"\n[target]\nmode = \"" +
                           mode + "\"\n[[load.request]]\nuse = \"place-order\"\n";
  return scenario::read_scenario_text("example.toml", head + std::string(faults), {}, vocabulary());
}

bool works_in_sim(const Kind& kind) {
  const auto& worlds = kind.words.worlds;
  return std::find(worlds.begin(), worlds.end(), model::Mode::sim) != worlds.end();
}

// The example of a kind, aimed at the toy.
model::Fault aimed_at_toy(const Kind& kind, model::Fault fault) {
  if (kind.words.on_node)
    fault.node = "back";
  else if (kind.words.on_groups)
    fault.groups = {{"front"}, {"back"}};
  else
    fault.link = base::Link{"front", "back"};
  fault.match = {};
  fault.probability = base::Share::all();
  if (fault.loss != base::Share()) fault.loss = base::Share::all();
  for (model::Point& point : fault.at_call)
    point = point.durable_write ? test::write_point("put") : test::call_point("put");
  return fault;
}

}  // namespace

TEST_CASE("every kind is found by its name and says what it does", "[kinds]") {
  std::set<std::string> names;
  for (const Kind& kind : all()) {
    INFO(kind.words.name);
    CHECK(names.insert(kind.words.name).second);
    CHECK(find(kind.words.name) == &kind);
    CHECK_FALSE(kind.words.doc.empty());
    CHECK(kind.words.acts ==
          (kind.apply || kind.stream.apply || kind.node != plan::NodeEffect::none));
    CHECK(kind.words.on_node == (kind.node != plan::NodeEffect::none));
    for (const std::string& key : kind.words.required)
      CHECK(std::count(kind.words.keys.begin(), kind.words.keys.end(), key) == 1);
  }
  CHECK(find("toxic") == nullptr);
  CHECK(words().size() == all().size());
}

TEST_CASE("every kind parses its own example and hits and heals", "[kinds]") {
  for (const Kind& kind : all()) {
    INFO(kind.words.name);
    const auto reading = read(kind.example, works_in_sim(kind) ? "sim" : "inprocess");
    if (!reading)
      for (const auto& diagnostic : reading.error()) UNSCOPED_INFO(base::to_text(diagnostic));
    REQUIRE(reading);
    REQUIRE(reading->scenario.faults.size() == 1);
    const model::Fault fault = aimed_at_toy(kind, reading->scenario.faults[0]);
    CHECK(fault.type == kind.words.name);
    if (!works_in_sim(kind)) continue;  // tests/proxy has those over sockets

    test::Rig<test::SimWorld> rig({fault});
    if (kind.over == plan::Over::kept) CHECK(rig.put("0", "0") == "201 toy:0");
    std::optional<runtime::Lease> lease = rig.arm(0);
    const auto asked = rig.send(rig.request("/put/a", "1"));
    rig.world().advance(rig.world().now() + 1s);
    const std::int64_t hits = kind.words.acts ? 1 : 0;
    CHECK(rig.world().fault_uses()[0].hit == hits);
    lease.reset();
    rig.until([&] { return !rig.world().active(0); });
    rig.world().heal_all();
    rig.until_quiet();
    CHECK(asked->ended.load());
    CHECK(rig.put("b", "2") == "201 toy:b");
    const auto uses = rig.world().fault_uses();
    CHECK(uses[0].hit == hits);
    CHECK(uses[0].healed > uses[0].armed);
  }
}

TEST_CASE("parameters that make no sense are refused with a reason", "[kinds]") {
  const auto problem = [](const std::string& kind, auto change) {
    model::Fault fault;
    fault.type = kind;
    change(fault);
    return find(kind)->words.check(fault);
  };
  using model::Fault;
  using model::When;
  CHECK(problem("latency", [](Fault& fault) { fault.latency = 10ms; }).empty());
  CHECK_FALSE(problem("latency", [](Fault& fault) { fault.jitter = 10ms; }).empty());

  CHECK(problem("drip", [](Fault& fault) { fault.gap = 2ms; }).empty());
  CHECK_FALSE(problem("drip", [](Fault& fault) { fault.gap = 1us; }).empty());
  CHECK_FALSE(problem("drip", [](Fault& fault) { fault.gap = 11s; }).empty());
  CHECK(problem("bandwidth", [](Fault& fault) { fault.rate.per_second = {1}; }).empty());
  CHECK_FALSE(problem("bandwidth", [](Fault& fault) { fault.rate.per_second = {0}; }).empty());
  CHECK_FALSE(
      problem("bandwidth", [](Fault& fault) { fault.rate.per_second = {1'000'000'000}; }).empty());

  const auto ramp = [&](base::Duration from, base::Duration to, base::Duration jitter) {
    return problem("latency", [&](Fault& fault) {
      fault.ramp = model::Ramp{from, to};
      fault.jitter = jitter;
    });
  };
  CHECK(ramp(0ms, 100ms, 0ms).empty());
  CHECK(ramp(100ms, 20ms, 20ms).empty());
  CHECK_FALSE(ramp(100ms, 20ms, 21ms).empty());
  CHECK_FALSE(ramp(100ms, 100ms, 0ms).empty());

  const auto table = [&](std::vector<base::Duration> times, base::Duration jitter = 0ms) {
    return problem("latency", [&](Fault& fault) {
      fault.distribution = model::Distribution::table;
      fault.table = std::move(times);
      fault.jitter = jitter;
    });
  };
  CHECK(table({0ms, 10ms}).empty());
  CHECK_FALSE(table({0ms}).empty());
  CHECK_FALSE(table({10ms, 0ms}).empty());
  CHECK_FALSE(table({0ms, 10ms}, 1ms).empty());
  CHECK_FALSE(problem("latency", [](Fault& fault) { fault.table = {0ms, 10ms}; }).empty());
  CHECK(problem("latency", [](Fault& fault) {
          fault.latency = 10ms;
          fault.jitter = 20ms;
          fault.distribution = model::Distribution::normal;
        }).empty());

  CHECK(problem("loss", [](Fault& fault) { fault.loss = base::Share::percent(1); }).empty());
  CHECK_FALSE(problem("loss", [](Fault&) {}).empty());
  CHECK(problem("timeout", [](Fault& fault) { fault.timeout = 1ms; }).empty());
  CHECK_FALSE(problem("timeout", [](Fault&) {}).empty());

  CHECK(problem("http_abort", [](Fault& fault) { fault.status = 404; }).empty());
  CHECK_FALSE(problem("http_abort", [](Fault& fault) { fault.status = 200; }).empty());
  for (const int status : {408, 425, 429, 500, 503, 599})
    CHECK(problem("http_abort", [&](Fault& fault) {
            fault.status = status;
            fault.effect = When::after;
          }).empty());
  for (const int status : {400, 402, 404, 409, 422})
    CHECK_FALSE(problem("http_abort", [&](Fault& fault) {
                  fault.status = status;
                  fault.effect = When::after;
                }).empty());
  CHECK(problem("http_abort", [](Fault& fault) {
          fault.status = 409;
          fault.effect = When::after;
          fault.lying = true;
        }).empty());

  CHECK(problem("clock_jump", [](Fault& fault) { fault.jump.by = -1h; }).empty());
  CHECK_FALSE(problem("clock_jump", [](Fault&) {}).empty());

  CHECK_FALSE(problem("crash", [](Fault& fault) { fault.effect = When::after; }).empty());
  const auto crash_at = [&](const std::string& node, model::Point point) {
    return problem("crash", [&](Fault& fault) {
      fault.node = node;
      fault.at_call = {std::move(point)};
    });
  };
  CHECK(crash_at("front", test::call_point("put")).empty());
  CHECK(crash_at("back", test::call_point("put")).empty());
  CHECK(crash_at("back", test::write_point("put")).empty());
  CHECK_FALSE(crash_at("front", test::write_point("put")).empty());
  CHECK_FALSE(crash_at("shipping", test::call_point("put")).empty());
}

TEST_CASE("jitter is drawn on both sides of the latency", "[kinds]") {
  model::Fault fault;
  fault.latency = 100ms;
  fault.jitter = 40ms;
  fault.direction = model::Direction::both;
  base::Duration least = 1h, most = 0ms;
  for (int i = 0; i < 1000; ++i) {
    plan::Effect effect;
    find("latency")->apply(fault, base::KeyedRandom(1).with(i), {"a", "b"}, effect);
    for (const base::Duration drawn : {effect.request_delay, effect.response_delay}) {
      least = std::min(least, drawn);
      most = std::max(most, drawn);
    }
    CHECK(effect.request_delay != effect.response_delay);
  }
  CHECK(least >= 60ms);
  CHECK(least < 62ms);
  CHECK(most <= 140ms);
  CHECK(most > 138ms);
}

}  // namespace seawall::kinds
