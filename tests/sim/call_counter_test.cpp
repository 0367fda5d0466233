#include "harness/sim/call_counter.hpp"

#include <map>

#include "harness/base/keyed_random.hpp"
#include "tests/support/catch.hpp"

namespace seawall::sim {

using base::Subject;

TEST_CASE("each key has a count of its own, however many keys a subject has", "[sim]") {
  CallCounter counter;
  std::map<std::uint64_t, std::uint32_t> model;
  const base::KeyedRandom draw(1);
  for (int i = 0; i < 20'000; ++i) {
    const auto of_call = draw.with(i);
    // A few subjects with many keys, many with a few, and calls of no subject.
    const std::uint64_t number =
        of_call.with("many").below(2) == 0 ? of_call.below(3) : static_cast<std::uint64_t>(i / 4);
    const Subject subject{
        of_call.with("kind").below(4) == 0 ? Subject::Kind::none : Subject::Kind::order, number};
    const auto key = draw.with(subject).with(of_call.with("key").below(500)).bits();
    REQUIRE(counter.next(key, subject) == ++model[key]);
  }
}

}  // namespace seawall::sim
