#include "harness/os/processor_time.hpp"

#include "support/catch.hpp"

using namespace std::chrono_literals;

namespace seawall::os {
namespace {

TEST_CASE("processor time is read from the first line of /proc/stat") {
  const auto time =
      parse_processor_time("cpu  100 20 30 4000 50 6 7 8 9 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n", 100);
  REQUIRE(time);
  CHECK(time->busy == 1'500ms);
  CHECK(time->stolen == 80ms);
  CHECK(time->all == 42'210ms);
}

TEST_CASE("what is no such line gives no time") {
  CHECK_FALSE(parse_processor_time("", 100));
  CHECK_FALSE(parse_processor_time("cpu0 1 2 3 4 5 6 7 8\n", 100));
  CHECK_FALSE(parse_processor_time("cpu  1 2 3\n", 100));
  CHECK_FALSE(parse_processor_time("cpu  1 2 x 4 5 6 7 8\n", 100));
  CHECK_FALSE(parse_processor_time("cpu  1 2 3 4 5 6 7 8\n", 0));
}

TEST_CASE("what others used is what was busy and not ours") {
  const ProcessorTime before{100s, 10s, 1s};
  const ProcessorTime after{110s, 14s, 1'200ms};
  const ProcessorUse use = use_between(before, after, 3s);
  CHECK(use.foreign == base::Share::percent(10));
  CHECK(use.stolen == base::Share::percent(2));
  // Counted in other ticks, ours may seem to be more than all.
  CHECK(use_between(before, after, 5s).foreign == base::Share{});
  CHECK(use_between(before, before, 0s).foreign == base::Share{});
}

TEST_CASE("the kernel tells of this machine and of this process") {
  const auto time = processor_time();
  REQUIRE(time);
  CHECK(time->all > time->busy);
  CHECK(own_processor_time() > 0s);
}

}  // namespace
}  // namespace seawall::os
