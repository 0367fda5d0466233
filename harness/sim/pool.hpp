// Objects that are used again and again, each at an address of its own for good. A slot is the
// number of one of them; its generation counts how often it was given back, so that whoever kept a
// slot can tell that it has moved on. T has a field `generation` and a function rest(), which lets
// go of what it holds.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

namespace seawall::sim {

template <class T>
class Pool {
 public:
  T& operator[](std::uint32_t slot) { return blocks_[slot / block][slot % block]; }

  std::uint32_t take() {
    if (resting_.empty()) grow();
    const std::uint32_t slot = resting_.back();
    resting_.pop_back();
    return slot;
  }
  void give_back(std::uint32_t slot) {
    T& object = (*this)[slot];
    object.rest();
    ++object.generation;
    resting_.push_back(slot);
  }
  std::uint32_t slots() const { return static_cast<std::uint32_t>(blocks_.size() * block); }
  std::uint32_t in_use() const { return slots() - static_cast<std::uint32_t>(resting_.size()); }

 private:
  static constexpr std::uint32_t block = 16;

  void grow() {
    const std::uint32_t first = slots();
    blocks_.push_back(std::make_unique<T[]>(block));
    for (std::uint32_t i = block; i > 0; --i) resting_.push_back(first + i - 1);
  }

  std::vector<std::unique_ptr<T[]>> blocks_;
  std::vector<std::uint32_t> resting_;
};

}  // namespace seawall::sim
