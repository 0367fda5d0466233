// Pipes for splice(): bytes go from socket to socket through them and never leave the kernel. A
// stream has one only while bytes are in it, and they come from a pool, because to make one and to
// widen it costs more than to fill it.
//
// Of one thread.
#pragma once
#include <cstddef>
#include <vector>

#include "faults/relay/descriptor.hpp"

namespace seawall::relay {

// What splice() and what a stream of bytes moves at most at once.
constexpr std::size_t widest_pipe = 1 << 20;

// The two ends; empty where it has been given back, or where there was none to have.
class Pipe {
 public:
  Pipe() = default;
  Pipe(int read_end, int write_end) : read_(read_end), write_(write_end) {}

  explicit operator bool() const { return static_cast<bool>(read_); }
  int read_end() const { return read_.number(); }
  int write_end() const { return write_.number(); }

 private:
  Descriptor read_;
  Descriptor write_;
};

class PipePool {
 public:
  // Empty where the process or the kernel has no more: then bytes are copied.
  Pipe take();
  // With nothing in it.
  void give_back(Pipe pipe);

 private:
  static constexpr std::size_t most_kept = 32;
  std::vector<Pipe> idle_;
};

}  // namespace seawall::relay
