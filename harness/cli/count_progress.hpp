// How far many short pieces of work are, on stderr: one live line on a terminal, else a line for
// each tenth, nothing with --quiet.
#pragma once
#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>

namespace seawall::cli {

class CountProgress {
 public:
  // `what` they are called: "cells".
  CountProgress(std::string what, std::size_t count, bool quiet);
  ~CountProgress();
  CountProgress(const CountProgress&) = delete;

  // One more; from any thread.
  void ended();

 private:
  const std::string what_;
  const std::size_t count_;
  const bool quiet_;
  const bool terminal_;
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::mutex mutex_;
  std::size_t ended_ = 0;
};

}  // namespace seawall::cli
