// Memory for coroutine frames. A request makes a dozen of them, of a kilobyte and more, which a
// general allocator splits and merges again each time; here a frame that ends leaves its memory to
// the next one of its size, on the same thread.
#pragma once
#include <array>
#include <cstddef>
#include <new>

namespace seawall::runtime {

class FramePool {
 public:
  FramePool() = default;
  FramePool(const FramePool&) = delete;
  ~FramePool();

  void* take(std::size_t size);
  void give_back(void* frame, std::size_t size) noexcept;

  // This thread's.
  static FramePool& mine();

 private:
  struct Free {
    Free* next;
  };
  static constexpr std::size_t step = 64;
  static constexpr std::size_t largest = 8192;
  static std::size_t class_of(std::size_t size) { return (size + step - 1) / step; }

  std::array<Free*, largest / step + 1> free_{};
};

// Base of the promises whose frames come from the pool.
struct PooledFrame {
  static void* operator new(std::size_t size) { return FramePool::mine().take(size); }
  static void operator delete(void* frame, std::size_t size) noexcept {
    FramePool::mine().give_back(frame, size);
  }
};

}  // namespace seawall::runtime
