#include "targets/resilience/kept_reads.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/fake_env.hpp"

namespace seawall::resilience {
namespace {

using namespace std::chrono_literals;
using testing::at;

TEST_CASE("an answer is found until it is too old") {
  KeptReads kept(10);
  kept.put(at(0s), "/skus/1", "one");
  REQUIRE(kept.find(at(1s), "/skus/1", 1s));
  CHECK(kept.find(at(1s), "/skus/1", 1s)->body == "one");
  CHECK_FALSE(kept.find(at(1001ms), "/skus/1", 1s));
  CHECK(kept.find(at(1001ms), "/skus/1", 2s));
  CHECK_FALSE(kept.find(at(0s), "/skus/2", 1s));
}

TEST_CASE("a newer answer takes the place of the older one") {
  KeptReads kept(10);
  kept.put(at(0s), "a", "old");
  kept.put(at(5s), "a", "new");
  CHECK(kept.size() == 1);
  REQUIRE(kept.find(at(6s), "a", 1s));
  CHECK(kept.find(at(6s), "a", 1s)->body == "new");
}

TEST_CASE("the answer that was renewed longest ago goes first") {
  KeptReads kept(2);
  kept.put(at(0s), "a", "1");
  kept.put(at(1s), "b", "2");
  kept.put(at(2s), "a", "3");
  kept.put(at(3s), "c", "4");
  CHECK(kept.size() == 2);
  CHECK(kept.find(at(3s), "a", 1h));
  CHECK_FALSE(kept.find(at(3s), "b", 1h));
  CHECK(kept.find(at(3s), "c", 1h));
}

}  // namespace
}  // namespace seawall::resilience
