#include "harness/runtime/frame_pool.hpp"

#include <utility>

namespace seawall::runtime {

namespace {

// A frame that is used after its end must stay visible to AddressSanitizer, so nothing is kept
// then.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool keeps_frames = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool keeps_frames = false;
#else
constexpr bool keeps_frames = true;
#endif
#else
constexpr bool keeps_frames = true;
#endif

}  // namespace

FramePool& FramePool::mine() {
  thread_local FramePool pool;
  return pool;
}

void* FramePool::take(std::size_t size) {
  if (size > largest) return ::operator new(size);
  Free*& first = free_[class_of(size)];
  if (!first) return ::operator new(class_of(size) * step);
  return std::exchange(first, first->next);
}

void FramePool::give_back(void* frame, std::size_t size) noexcept {
  if (!keeps_frames || size > largest) return ::operator delete(frame);
  Free*& first = free_[class_of(size)];
  first = new (frame) Free{first};
}

FramePool::~FramePool() {
  for (Free*& first : free_)
    while (first) ::operator delete(std::exchange(first, first->next));
}

}  // namespace seawall::runtime
