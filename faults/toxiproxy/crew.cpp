#include "faults/toxiproxy/crew.hpp"

#include <system_error>
#include <utility>

namespace seawall::toxiproxy {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration between_looks = 20ms;

}  // namespace

Crew::Crew(Waiting& waiting, std::size_t limit, base::Duration patience)
    : waiting_(waiting), limit_(limit), patience_(patience), warden_([this] { watch(); }) {}

void Crew::add(Task task) {
  const std::lock_guard lock(mutex_);
  tasks_.push_back(std::move(task));
  if (tasks_.size() <= idle_) return wanted_.notify_one();
  if (threads_.size() >= limit_ || !add_thread()) crowded_.notify_one();
}

// The system may have no more.
bool Crew::add_thread() {
  try {
    threads_.emplace_back([this] { work(); });
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

void Crew::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    wanted_.wait(lock, [this] { return ended_ || !tasks_.empty(); });
    --idle_;
    if (tasks_.empty()) return;
    const Task task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
    lock.lock();
  }
}

// As many have to go as there are that want a thread.
void Crew::watch() {
  std::unique_lock lock(mutex_);
  while (!ended_) {
    if (tasks_.size() <= idle_) {
      crowded_.wait(lock, [this] { return ended_ || tasks_.size() > idle_; });
      continue;
    }
    const std::size_t needed = tasks_.size() - idle_;
    lock.unlock();
    waiting_.evict(needed, patience_);
    lock.lock();
    crowded_.wait_for(lock, between_looks, [this] { return ended_; });
  }
}

void Crew::end() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  waiting_.close();
  wanted_.notify_all();
  crowded_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  if (warden_.joinable()) warden_.join();
}

}  // namespace seawall::toxiproxy
