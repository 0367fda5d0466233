// Independent pieces of work on several threads.
#pragma once
#include <cstddef>
#include <functional>

namespace seawall::cli {

// Calls `work(i)` once for each i below `count`, on at most `jobs` threads, and returns when all
// have ended. They begin in order; what they write must be their own.
// An exception of theirs comes out when all have ended.
void in_parallel(std::size_t count, std::size_t jobs, const std::function<void(std::size_t)>& work);

// One job for each core.
std::size_t jobs_of_machine();

}  // namespace seawall::cli
