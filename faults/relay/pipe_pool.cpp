#include "faults/relay/pipe_pool.hpp"

#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace seawall::relay {

Pipe PipePool::take() {
  if (!idle_.empty()) {
    Pipe pipe = std::move(idle_.back());
    idle_.pop_back();
    return pipe;
  }
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return {};
  // One that the kernel does not widen, as it does not for a user who has many, serves as it is.
  (void)fcntl(ends[1], F_SETPIPE_SZ, static_cast<int>(widest_pipe));
  return {ends[0], ends[1]};
}

void PipePool::give_back(Pipe pipe) {
  if (pipe && idle_.size() < most_kept) idle_.push_back(std::move(pipe));
}

}  // namespace seawall::relay
