#include "harness/cli/count_progress.hpp"

#include <cstdio>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

namespace seawall::cli {

CountProgress::CountProgress(std::string what, std::size_t count, bool quiet)
    : what_(std::move(what)), count_(count), quiet_(quiet), terminal_(isatty(STDERR_FILENO) == 1) {}

CountProgress::~CountProgress() {
  if (terminal_ && !quiet_) std::fputs("\r\033[K", stderr);
}

void CountProgress::ended() {
  const std::lock_guard lock(mutex_);
  ++ended_;
  if (quiet_) return;
  const double share = static_cast<double>(ended_) / static_cast<double>(count_);
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - started_;
  const std::string text = fmt::format("  {} of {} {}, about {:.0f} s left", ended_, count_, what_,
                                       passed.count() * (1 - share) / share);
  if (terminal_)
    std::fprintf(stderr, "\r\033[K%s", text.c_str());
  else if (ended_ * 10 / count_ != (ended_ - 1) * 10 / count_)
    std::fprintf(stderr, "%s\n", text.c_str());
}

}  // namespace seawall::cli
