// The threads of the API's server: as many as are needed and no more than a limit. What comes while
// all of them are busy waits for one of them; a warden sees to it that those which wait for their
// clients for long let go (waiting.hpp).
#pragma once
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "faults/toxiproxy/waiting.hpp"

namespace seawall::toxiproxy {

class Crew {
 public:
  using Task = std::function<void()>;

  // `waiting` outlives it.
  Crew(Waiting& waiting, std::size_t limit, base::Duration patience);
  ~Crew() { end(); }
  Crew(const Crew&) = delete;

  // Any thread.
  void add(Task task);
  // What was accepted and never looked at is closed by its own task, at once. Twice is harmless.
  void end();

 private:
  bool add_thread();
  void work();
  void watch();

  Waiting& waiting_;
  const std::size_t limit_;
  const base::Duration patience_;
  std::mutex mutex_;  // of all below
  std::condition_variable wanted_;
  std::condition_variable crowded_;
  std::deque<Task> tasks_;
  std::vector<std::thread> threads_;
  std::size_t idle_ = 0;
  bool ended_ = false;
  std::thread warden_;
};

}  // namespace seawall::toxiproxy
