// The owner of one file descriptor of this process.
#pragma once

namespace seawall::os {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor() { reset(); }

  int get() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }
  // Closes it now.
  void reset();

 private:
  int number_ = -1;
};

// Both ends of something; neither is inherited by a program that another thread starts. Empty
// where the kernel gives none, and errno says why.
struct Pair {
  Descriptor first;   // of a pipe: where to read
  Descriptor second;  // of a pipe: where to write
  explicit operator bool() const { return static_cast<bool>(first); }
};
Pair make_pipe();
// Messages keep their bounds; whoever is left alone reads an end.
Pair make_message_pair();

}  // namespace seawall::os
