// A node's wall clock that jumps, in every world: its own alone, and never the steady one.
#include <charconv>

#include "tests/worlds/factories.hpp"
#include "tests/worlds/rig.hpp"

namespace seawall::test {

namespace {

// Answers with what the clocks of its node say, in nanoseconds: "toy:WALL STEADY".
class Clocks final : public runtime::Service {
 public:
  explicit Clocks(Env& env) : env_(env) {}

  Task<bool> start() override { co_return true; }
  Task<Response> handle(Request) override {
    Response response(200, std::string(own));
    response.body += std::to_string(env_.wall().time_since_epoch().count()) + ' ' +
                     std::to_string(env_.now().time_since_epoch().count());
    co_return response;
  }
  std::vector<record::PatternUse> patterns() const override { return {}; }

 private:
  Env& env_;
};

runtime::Target with_clocks() {
  runtime::Target target = toy();
  target.nodes.at(0).make = [](Env& env) { return std::make_unique<Clocks>(env); };
  return target;
}

struct Times {
  base::Duration wall{};
  base::Duration steady{};
};

template <class Factory>
Times read_clocks(Rig<Factory>& rig) {
  const Answer answer = rig.ask(rig.request("/clocks"));
  REQUIRE(answer);
  const std::string_view body = std::string_view(answer->body).substr(own.size());
  const std::size_t blank = body.find(' ');
  std::int64_t wall = 0;
  std::int64_t steady = 0;
  std::from_chars(body.data(), body.data() + blank, wall);
  std::from_chars(body.data() + blank + 1, body.data() + body.size(), steady);
  return {base::Duration(wall), base::Duration(steady)};
}

model::Fault jump(const std::string& node, base::Duration by) {
  model::Fault jump = fault("clock_jump", node);
  jump.jump.by = by;
  return jump;
}

bool near(base::Duration time, base::Duration expected) {
  return time > expected - 1min && time < expected + 1min;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("a wall clock jumps and comes back, and the steady one does not notice",
                        "[worlds][clock_jump]", Worlds) {
  Rig<TestType> rig({jump("back", -1h), jump("back", 2h), jump("front", 5h)}, 1, with_clocks());
  const Times before = read_clocks(rig);
  {
    const auto back = rig.arm(0);
    const auto elsewhere = rig.arm(2);
    const Times during = read_clocks(rig);
    CHECK(near(during.wall, before.wall - 1h));
    CHECK(near(during.steady, before.steady));
    const auto further = rig.arm(1);
    CHECK(near(read_clocks(rig).wall, before.wall + 1h));
  }
  CHECK(near(read_clocks(rig).wall, before.wall));
  rig.until_quiet();
  const auto faults = rig.finish().faults;
  CHECK(faults[0].hit == 1);
  CHECK(faults[1].hit == 1);
}

TEMPLATE_LIST_TEST_CASE("a clock that jumped has jumped for the next incarnation too",
                        "[worlds][clock_jump]", Worlds) {
  auto crash = fault("crash", "back");
  crash.restart = 1ms;
  Rig<TestType> rig({jump("back", 3h), crash}, 1, with_clocks());
  const Times before = read_clocks(rig);
  const auto jumped = rig.arm(0);
  {
    const auto crashed = rig.arm(1);
  }
  rig.until([&] { return !rig.world().active(1); });
  CHECK(near(read_clocks(rig).wall, before.wall + 3h));
}

}  // namespace seawall::test
