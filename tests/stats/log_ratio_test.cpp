#include "harness/stats/log_ratio.hpp"

#include <cmath>

#include "support/catch.hpp"

using namespace std::chrono_literals;

namespace seawall::stats {
namespace {

TEST_CASE("a ratio is the logarithm that libm gives, to a hundredth of a millionth") {
  for (const base::Duration from :
       {base::Duration(1ns), base::Duration(7ns), base::Duration(1ms), base::Duration(1h)})
    for (const base::Duration to : {base::Duration(1ns), base::Duration(999ns),
                                    base::Duration(1'234'567ns), base::Duration(2h)}) {
      const double expected =
          std::log(static_cast<double>(to.count())) - std::log(static_cast<double>(from.count()));
      CHECK(static_cast<double>(log_ratio(from, to)) / log_units ==
            Approx(expected).margin(1.0 / (1 << 27)));
    }
}

TEST_CASE("equal times have the ratio zero, and the other order the negative") {
  CHECK(log_ratio(5ms, 5ms) == 0);
  CHECK(log_ratio(0ns, 1ns) == 0);
  CHECK(log_ratio(5ms, 7ms) == -log_ratio(7ms, 5ms));
}

TEST_CASE("a change and its logarithm belong together") {
  CHECK(change_of_log(log_of_change(base::Share::percent(10))) == Approx(0.1).margin(1e-7));
  CHECK(change_of_log(log_of_change(base::Share::percent(0))) == 0);
  CHECK(change_of_log(log_ratio(10ms, 9ms)) == Approx(-0.1).margin(1e-7));
}

}  // namespace
}  // namespace seawall::stats
