#include "harness/cli/interrupt.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace seawall::cli {
namespace {

constexpr int wake_up = SIGUSR1;  // from our own destructor

sigset_t watched() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, wake_up}) sigaddset(&set, signal);
  return set;
}

}  // namespace

Interrupt::Interrupt() {
  const sigset_t set = watched();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  thread_ = std::thread([this] { watch(); });
}

Interrupt::~Interrupt() {
  pthread_kill(thread_.native_handle(), wake_up);
  thread_.join();
}

void Interrupt::watch() {
  const sigset_t set = watched();
  for (int signal = 0; sigwait(&set, &signal) == 0 && signal != wake_up;) {
    signal_ = signal;
    if (++count_ > 1) {
      std::fputs("\nseawall: stopped at once; nothing was healed or judged\n", stderr);
      const std::lock_guard lock(mutex_);
      for (const Callbacks& listener : listeners_)
        if (listener.at_once) listener.at_once();
      std::_Exit(exit_status());
    }
    const std::lock_guard lock(mutex_);
    std::fprintf(stderr, "\nseawall: %s\n", announcement_.c_str());
    for (const Callbacks& listener : listeners_) listener.at_first();
  }
}

int Interrupt::exit_status() const { return signal_ == 0 ? 0 : 128 + signal_.load(); }

void Interrupt::announce(std::string text) {
  const std::lock_guard lock(mutex_);
  announcement_ = std::move(text);
}

Interrupt::Listener::Listener(Interrupt& interrupt, std::function<void()> callback,
                              std::function<void()> at_once)
    : interrupt_(interrupt) {
  const std::lock_guard lock(interrupt_.mutex_);
  place_ = interrupt_.listeners_.insert(interrupt_.listeners_.end(),
                                        {std::move(callback), std::move(at_once)});
}

Interrupt::Listener::~Listener() {
  const std::lock_guard lock(interrupt_.mutex_);
  interrupt_.listeners_.erase(place_);
}

}  // namespace seawall::cli
