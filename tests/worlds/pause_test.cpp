// Pauses of a node that is not serving, in every world.
#include <atomic>

#include "tests/worlds/rig.hpp"
#include "tests/worlds/toy_worlds.hpp"

namespace seawall::test {

namespace {

// Starts of `back`, each of which waits until the gate is open.
struct Gate {
  std::atomic<int> starts = 0;
  std::atomic<int> looks = 0;  // at whether it is open
  std::atomic<bool> open = true;
};

class Gated final : public runtime::Service {
 public:
  Gated(Env& env, Gate& gate) : env_(env), gate_(gate), back_(env) {}

  Task<bool> start() override {
    ++gate_.starts;
    while (!gate_.open) {
      ++gate_.looks;
      runtime::Sleep sleep(env_, env_.now() + 1ms);
      co_await sleep;
    }
    co_return co_await back_.start();
  }
  Task<Response> handle(Request request) override { return back_.handle(std::move(request)); }
  std::vector<record::PatternUse> patterns() const override { return back_.patterns(); }

 private:
  Env& env_;
  Gate& gate_;
  Back back_;
};

runtime::Target gated(Gate& gate) {
  runtime::Target target = toy();
  target.nodes.at(0).make = [&gate](Env& env) { return std::make_unique<Gated>(env, gate); };
  return target;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("a pause stops a service that is starting", "[worlds][pause]", Worlds) {
  auto crash = fault("crash", "back");
  crash.restart = 1ms;
  Gate gate;
  Rig<TestType> rig({crash, fault("pause", "back")}, 1, gated(gate));
  gate.open = false;
  auto crashed = rig.arm(0);
  rig.until([&] { return gate.starts == 2; });
  {
    auto paused = rig.arm(1);
    // Over sockets it stands still a moment later.
    rig.until([&] {
      const int looks = gate.looks;
      rig.world().advance(rig.world().now() + 50ms);
      return gate.looks == looks;
    });
    gate.open = true;
    rig.world().advance(rig.world().now() + 100ms);
    CHECK(rig.world().active(0));  // it does not serve yet
    CHECK(rig.put("a", "1") == "502 refused");
  }
  rig.until([&] { return !rig.world().active(0); });
  CHECK(rig.put("a", "1") == "201 toy:a");
  rig.until_quiet();
  CHECK(rig.finish().faults[1].hit == 1);
}

TEMPLATE_LIST_TEST_CASE("a pause of a service that is down misses", "[worlds][pause]", ToyWorlds) {
  auto crash = fault("crash", "back");
  crash.restart.reset();
  Rig<TestType> rig({crash, fault("pause", "back")});
  {
    auto crashed = rig.arm(0);
    auto paused = rig.arm(1);
  }
  rig.world().heal_all();
  rig.until_quiet();
  CHECK(rig.put("a", "1") == "201 toy:a");
  CHECK(rig.finish().faults[1].hit == 0);
}

}  // namespace seawall::test
