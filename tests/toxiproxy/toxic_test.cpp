// Each type of toxic, and what it does to a stream.
#include "faults/toxiproxy/toxic.hpp"

#include "tests/support/catch.hpp"

using namespace seawall::toxiproxy;
using namespace std::chrono_literals;
namespace relay = seawall::relay;

namespace {

relay::StreamEffect effect(std::string_view type, std::array<std::int64_t, 3> values) {
  Toxic toxic;
  toxic.name = "t";
  toxic.type = find_toxic_type(type);
  REQUIRE(toxic.type != nullptr);
  toxic.values = values;
  return toxic.fault().effect;
}

}  // namespace

TEST_CASE("each type fills the parts that stand for it") {
  CHECK(effect("noop", {}) == relay::StreamEffect());
  CHECK(effect("latency", {100, 20}).delay == relay::Delay{100ms, 20ms});
  CHECK(effect("bandwidth", {64}).rate == 64'000);
  CHECK(effect("bandwidth", {0}).rate == 0);
  CHECK(effect("slow_close", {250}).close_delay == 250ms);
  CHECK(effect("timeout", {100}).holds);
  CHECK(effect("timeout", {100}).close_after == relay::Duration(100ms));
  CHECK_FALSE(effect("timeout", {0}).close_after);
  CHECK(effect("reset_peer", {0}).reset_after == relay::Duration(0));
  CHECK(effect("reset_peer", {7}).reset_after == relay::Duration(7ms));
  CHECK(effect("slicer", {64, 8, 10}).slices == relay::Slices{64, 8, 10us});
  CHECK(effect("limit_data", {512}).limit == 512);
}

TEST_CASE("values that would make no sense are taken for the nearest that do") {
  CHECK_FALSE(effect("slicer", {}).slices);
  CHECK(effect("slicer", {4, 100, 0}).slices->variation == 3);
  for (const ToxicType& type : toxic_types()) {
    std::array<std::int64_t, 3> most{};
    for (std::size_t i = 0; i < type.count; ++i) most[i] = type.attributes()[i].most;
    const relay::StreamEffect largest = effect(type.name, most);
    CHECK(largest.rate.value_or(1) > 0);
    CHECK(largest.limit.value_or(1) > 0);
    if (largest.delay) CHECK(largest.delay->latency > 0s);
    if (largest.slices) CHECK(largest.slices->gap > 0s);
  }
}

TEST_CASE("a toxicity is a share in millionths and stays as it was written") {
  for (const auto& [number, ppm] : std::vector<std::pair<double, std::int64_t>>{
           {0, 0}, {0.2, 200'000}, {0.29, 290'000}, {1, 1'000'000}, {0.0000004, 0}}) {
    CHECK(Toxicity::of(number).share.ppm == ppm);
    CHECK(Toxicity::of(number).as_given == number);
  }
}
