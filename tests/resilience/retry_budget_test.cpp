#include "targets/resilience/retry_budget.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/fake_env.hpp"

namespace seawall::resilience {
namespace {

using namespace std::chrono_literals;
using testing::at;

model::RetryBudget ratio(std::int64_t percent, base::Rate min_rate) {
  model::RetryBudget settings;
  settings.kind = model::RetryBudget::Kind::ratio;
  settings.percent = base::Share::percent(percent);
  settings.min_rate = min_rate;
  return settings;
}

TEST_CASE("a token budget denies retries from half of its tokens down") {
  RetryBudget budget{model::RetryBudget{}};  // 10 tokens
  int granted = 0;
  for (int i = 0; i < 20; ++i) {
    budget.on_failure();
    granted += budget.take(at(0s));
  }
  CHECK(granted == 4);  // at 9, 8, 7 and 6 tokens
  CHECK(budget.denied() == 16);
}

TEST_CASE("successes fill a token budget by its ratio") {
  RetryBudget budget{model::RetryBudget{}};
  for (int i = 0; i < 5; ++i) budget.on_failure();
  CHECK_FALSE(budget.take(at(0s)));
  budget.on_success();  // 5.1 tokens
  CHECK(budget.take(at(0s)));
}

TEST_CASE("a token budget never holds more than its tokens nor less than none") {
  RetryBudget budget{model::RetryBudget{}};
  for (int i = 0; i < 1000; ++i) budget.on_success();
  for (int i = 0; i < 5; ++i) budget.on_failure();
  CHECK_FALSE(budget.take(at(0s)));
  for (int i = 0; i < 1000; ++i) budget.on_failure();
  for (int i = 0; i < 50; ++i) budget.on_success();  // 5.0 tokens
  CHECK_FALSE(budget.take(at(0s)));
  budget.on_success();
  CHECK(budget.take(at(0s)));
}

// patterns.md: with a ratio of 0.1 it carries about 8 % of failing calls, not 20 %.
TEST_CASE("a token budget carries a few percent of failing calls and not twenty") {
  const auto denied = [](int percent) {
    RetryBudget budget{model::RetryBudget{}};
    int failures = 0;
    for (int call = 0; call < 10'000; ++call) {
      const bool fails =
          base::KeyedRandom(1).with(call).below(100) < static_cast<std::uint64_t>(percent);
      if (fails) {
        ++failures;
        budget.on_failure();
        if (budget.take(at(0s))) budget.on_success();  // the retry mends it
      } else {
        budget.on_success();
      }
    }
    return budget.denied() * 100 / failures;
  };
  CHECK(denied(5) == 0);
  CHECK(denied(8) < 50);
  CHECK(denied(20) > 95);
}

TEST_CASE("a ratio budget grants its share of the first attempts") {
  RetryBudget budget(ratio(20, base::Rate{0}));
  CHECK_FALSE(budget.take(at(0s)));
  for (int i = 0; i < 100; ++i) budget.on_first_attempt(at(1s));
  int granted = 0;
  for (int i = 0; i < 50; ++i) granted += budget.take(at(1s));
  CHECK(granted == 20);
}

TEST_CASE("a ratio budget always grants its least rate") {
  RetryBudget budget(ratio(0, base::Rate::per_second(10)));
  int granted = 0;
  for (int i = 0; i < 500; ++i) granted += budget.take(at(1s));
  CHECK(granted == 100);  // 10/s over the window of 10 s
}

TEST_CASE("a ratio budget forgets what is older than its window") {
  RetryBudget budget(ratio(20, base::Rate{0}));
  for (int i = 0; i < 100; ++i) budget.on_first_attempt(at(0s));
  CHECK(budget.take(at(8s)));
  CHECK_FALSE(budget.take(at(11s)));
}

}  // namespace
}  // namespace seawall::resilience
