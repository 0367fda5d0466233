// Ctrl-C and TERM. The first asks the run to stop, heal and judge what there is; the second ends
// the process at once and says that nothing was healed, but for what would outlive it.
#pragma once
#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>

namespace seawall::cli {

// One for the process, made before any other thread, so that every thread inherits the blocked
// signals and only this one's thread takes them.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;

  const std::atomic<int>& count() const { return count_; }
  // 130 after Ctrl-C, 143 after TERM, 0 after none.
  int exit_status() const;
  // What the first one says on stderr.
  void announce(std::string text);

  // Calls back on the signal thread at each interrupt, as long as it lives. Of any thread, and
  // several at a time; the Interrupt outlives them.
  class Listener;

 private:
  struct Callbacks {
    std::function<void()> at_first;
    std::function<void()> at_once;
  };

  void watch();

  std::atomic<int> count_ = 0;
  std::atomic<int> signal_ = 0;
  std::mutex mutex_;
  std::list<Callbacks> listeners_;
  std::string announcement_ =
      "stopping; faults heal and what there is gets judged (again: stop at once)";
  std::thread thread_;
};

class Interrupt::Listener {
 public:
  // `at_once`: before the second one ends the process; it returns soon.
  Listener(Interrupt& interrupt, std::function<void()> callback,
           std::function<void()> at_once = {});
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

 private:
  Interrupt& interrupt_;
  std::list<Callbacks>::iterator place_;
};

}  // namespace seawall::cli
