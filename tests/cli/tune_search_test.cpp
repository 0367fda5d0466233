// Which combinations a tuning tries, and which it prefers.
#include "harness/cli/tune_search.hpp"

#include <set>

#include "tests/support/catch.hpp"

using namespace seawall::cli;

namespace {

Tried tried(std::size_t name, std::vector<double> costs, bool allowed = true) {
  return {{name}, allowed, std::move(costs)};
}

// Runs a search to its end; what is tried costs as `cost` has it.
template <class Cost>
std::vector<Tried> searched(TuneSearch search, Cost cost) {
  for (auto batch = search.next(); !batch.empty(); batch = search.next())
    for (const Choice& choice : batch) search.learn({choice, true, cost(choice)});
  return search.tried();
}

std::vector<double> distance(const Choice& choice) {
  const auto off = [](std::size_t at, double from) {
    const double by = static_cast<double>(at) - from;
    return by * by;
  };
  return {off(choice[0], 17) + off(choice[1], 3) + off(choice[2], 11)};
}

}  // namespace

TEST_CASE("a search tries every combination once where there are few") {
  const std::vector<Tried> all =
      searched(TuneSearch({3, 4, 2}, 100, 1), [](const Choice&) { return std::vector<double>{1}; });
  std::set<Choice> choices;
  for (const Tried& one : all) choices.insert(one.choice);
  CHECK(all.size() == 24);
  CHECK(choices.size() == 24);
}

TEST_CASE("a search tries no more than it may and depends on its seed alone") {
  const auto run = [](std::uint64_t seed) {
    std::vector<Choice> order;
    for (const Tried& one : searched(TuneSearch({20, 20, 20}, 300, seed), distance))
      order.push_back(one.choice);
    return order;
  };
  CHECK(run(1).size() == 300);
  CHECK(run(1) == run(1));
  CHECK(run(1) != run(2));
}

TEST_CASE("a search goes down to the best that it can see") {
  const std::vector<Tried> all = searched(TuneSearch({20, 20, 20}, 600, 7), distance);
  const std::vector<std::size_t> front = pareto_front(all);
  REQUIRE(front.size() == 1);
  CHECK(all[front.front()].choice == Choice{17, 3, 11});
}

TEST_CASE("the front has what nothing betters and is allowed") {
  const std::vector<Tried> all = {tried(0, {1, 9}), tried(1, {5, 5}),        tried(2, {6, 5}),
                                  tried(3, {9, 1}), tried(4, {0, 0}, false), tried(5, {5, 5})};
  CHECK(pareto_front(all) == std::vector<std::size_t>{0, 1, 3});
  CHECK(pareto_front({}).empty());
}

TEST_CASE("the compromise lies near the best of every measure") {
  const std::vector<Tried> all = {tried(0, {0, 100}), tried(1, {10, 10}), tried(2, {100, 0})};
  CHECK(best_compromise(all, {0, 1, 2}) == 1);
  CHECK(best_compromise(all, {2}) == 2);
  const std::vector<Tried> equal = {tried(0, {1, 2}), tried(1, {1, 2})};
  CHECK(best_compromise(equal, {0, 1}) == 0);
}
