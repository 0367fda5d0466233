// Task: a lazy coroutine that owns its frame. Scope: an owner of many. before(): a deadline.
//
// The project has its own because asio::awaitable posts the destruction of frames to its executor,
// which leaks and crashes when a crash destroys them. Here destroying a Task destroys its frame,
// and with it every task and every operation that the frame waits for, at once.
#pragma once
#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

#include "harness/runtime/env.hpp"
#include "harness/runtime/frame_pool.hpp"

namespace seawall::runtime {

template <class T = Unit>
class [[nodiscard]] Task {
 public:
  struct promise_type : PooledFrame {
    Task get_return_object() { return Task(Resume<promise_type>::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    struct Back {
      bool await_ready() noexcept { return false; }
      void await_resume() noexcept {}
      Resume<> await_suspend(Resume<promise_type> frame) noexcept { return frame.promise().waiter; }
    };
    Back final_suspend() noexcept { return {}; }
    void return_value(T v) { value.emplace(std::move(v)); }
    // Expected failures are values; anything else is a bug of ours.
    void unhandled_exception() noexcept { std::terminate(); }
    std::optional<T> value;
    Resume<> waiter;
  };

  Task(Task&& other) noexcept : frame_(std::exchange(other.frame_, {})) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~Task() {
    if (frame_) frame_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  Resume<> await_suspend(Resume<> waiter) noexcept {
    frame_.promise().waiter = waiter;
    return frame_;
  }
  T await_resume() { return std::move(*frame_.promise().value); }

  // Ends it here and now; its value, if it had finished.
  std::optional<T> end() {
    std::optional<T> value = std::move(frame_.promise().value);
    std::exchange(frame_, {}).destroy();
    return value;
  }

 private:
  explicit Task(Resume<promise_type> frame) : frame_(frame) {}
  Resume<promise_type> frame_;
};

// Owns what it spawned; ends it, newest first, when it ends.
class Scope {
 public:
  Scope() = default;
  Scope(Scope&&) = delete;
  ~Scope() {
    while (newest_) Resume<Root>::from_promise(*newest_).destroy();
  }
  void spawn(Task<> task) { drive(*this, std::move(task)); }
  bool empty() const { return newest_ == nullptr; }

 private:
  struct Root : PooledFrame {
    Root(Scope& s, Task<>&) : scope(s), older(std::exchange(s.newest_, this)) {
      if (older) older->newer = this;
    }
    ~Root() {
      (newer ? newer->older : scope.newest_) = older;
      if (older) older->newer = newer;
    }
    struct Ref {
      using promise_type = Root;
    };
    Ref get_return_object() noexcept { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() noexcept { std::terminate(); }
    Scope& scope;
    Root* older;
    Root* newer = nullptr;
  };
  static Root::Ref drive(Scope&, Task<> task) { co_await task; }
  Root* newest_ = nullptr;
};

namespace detail {
template <class T>
struct Race final : Sleep {
  Race(Env& env, TimePoint deadline, Task<T>& c) : Sleep(env, deadline), child(c) {}
  Resume<> await_suspend(Resume<> waiter) {
    Sleep::await_suspend(waiter);
    return child.await_suspend(waiter);
  }
  void await_resume() noexcept {}
  Task<T>& child;
};
}  // namespace detail

// The value of `child`, or nothing if the deadline came first; then the child is ended, and
// whatever it waited for is withdrawn.
template <class T>
Task<std::optional<T>> before(Env& env, TimePoint deadline, Task<T> child) {
  detail::Race<T> race(env, deadline, child);
  co_await race;
  co_return child.end();
}

}  // namespace seawall::runtime
