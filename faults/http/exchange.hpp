// The requests of a connection that have not been answered, in the order in which they came.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "faults/http/journal.hpp"
#include "faults/plan/plan.hpp"

namespace seawall::http {

// What becomes of a request and its answer, when its turn has come.
enum class Fate : std::uint8_t {
  pass,    // the callee answers
  answer,  // the link does, in its place
  reset,   // the connection is reset
  mute,    // nobody answers, and whatever comes after it is not heard either
};

struct Exchange {
  Journal::Entry row;
  std::unique_ptr<plan::Effect> effect;  // null: neutral
  Fate fate = Fate::pass;
  TimePoint passes = TimePoint::min();  // when the request does, or meets its fate
  bool swallowed = false;               // the callee does not hear of it on this connection
  bool collects = false;                // `copy` is being filled
  bool closes = false;                  // its caller wants no other after it
  bool early = false;  // it is answered before it is complete, and nothing is read after it
  bool request_done = false;
  bool answer_done = false;
  bool told = false;  // its caller has the whole of an answer, be it the callee's or the link's
  std::string copy;   // the request, for a connection of its own
};

// A queue in one piece of memory, which grows to what was outstanding at once.
class Outstanding {
 public:
  static constexpr std::size_t most = 1024;

  bool empty() const { return size_ == 0; }
  bool full() const { return size_ == most; }
  std::size_t size() const { return size_; }
  Exchange& front() { return slots_[begin_]; }
  Exchange& back() { return at(size_ - 1); }
  Exchange& at(std::size_t i) { return slots_[(begin_ + i) & (slots_.size() - 1)]; }

  Exchange& push() {
    if (size_ == slots_.size()) grow();
    ++size_;
    return back();
  }
  void pop() {
    front() = Exchange();
    begin_ = (begin_ + 1) & (slots_.size() - 1);
    --size_;
  }

 private:
  void grow() {
    std::vector<Exchange> wider(slots_.empty() ? 1 : 2 * slots_.size());
    for (std::size_t i = 0; i < size_; ++i) wider[i] = std::move(at(i));
    slots_ = std::move(wider);
    begin_ = 0;
  }

  std::vector<Exchange> slots_;  // a power of two
  std::size_t begin_ = 0;
  std::size_t size_ = 0;
};

}  // namespace seawall::http
