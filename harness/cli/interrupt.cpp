#include "harness/cli/interrupt.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mutex>
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

struct Interrupt::Callback {
  std::mutex mutex;
  std::function<void()> call;
  std::string announcement =
      "stopping; faults heal and what there is gets judged (again: stop at once)";
};

Interrupt::Interrupt() : callback_(std::make_unique<Callback>()) {
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
      std::_Exit(exit_status());
    }
    const std::lock_guard lock(callback_->mutex);
    std::fprintf(stderr, "\nseawall: %s\n", callback_->announcement.c_str());
    if (callback_->call) callback_->call();
  }
}

int Interrupt::exit_status() const { return signal_ == 0 ? 0 : 128 + signal_.load(); }

void Interrupt::announce(std::string text) {
  const std::lock_guard lock(callback_->mutex);
  callback_->announcement = std::move(text);
}

void Interrupt::on_interrupt(std::function<void()> callback) {
  const std::lock_guard lock(callback_->mutex);
  callback_->call = std::move(callback);
}

}  // namespace seawall::cli
