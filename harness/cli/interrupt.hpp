// Ctrl-C and TERM. The first asks the run to stop, heal and judge what there is; the second ends
// the process at once and says that nothing was healed.
#pragma once
#include <atomic>
#include <functional>
#include <memory>
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
  // Called on the signal thread at each interrupt, until it is replaced; empty: nobody.
  void on_interrupt(std::function<void()> callback);

 private:
  void watch();

  std::atomic<int> count_ = 0;
  std::atomic<int> signal_ = 0;
  struct Callback;
  std::unique_ptr<Callback> callback_;
  std::thread thread_;
};

}  // namespace seawall::cli
