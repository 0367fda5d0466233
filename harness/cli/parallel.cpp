#include "harness/cli/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace seawall::cli {

void in_parallel(std::size_t count, std::size_t jobs,
                 const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next = 0;
  const auto run = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < std::min(jobs, count); ++i) others.emplace_back(run);
  run();
  for (std::thread& other : others) other.join();
}

std::size_t jobs_of_machine() { return std::max(1U, std::thread::hardware_concurrency()); }

}  // namespace seawall::cli
