// The requests of a connection that have not ended, in the order in which they came.
#pragma once
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "faults/http/framing.hpp"
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

// Looks at what one request carries, for an overseer that wants to know; it lives until nothing of
// the request is under way any more.
class Flight {
 public:
  virtual ~Flight() = default;
  // Of the request: the next part of its body; that it is delivered so many times more, or fewer.
  virtual void sent(std::string_view body) = 0;
  virtual void delivered(int copies) = 0;
  // Of the answer: the callee's head; the next part of the body that goes to the caller; that it is
  // another one, with this body.
  virtual void answered(const Head& head) = 0;
  virtual void heard(std::string_view body) = 0;
  virtual void answered_instead(std::string_view body) = 0;
};

struct Exchange {
  Journal::Entry row;
  std::unique_ptr<plan::Effect> effect;  // null: neutral
  std::uint64_t version = 0;             // of the faults that it has met
  std::shared_ptr<Flight> flight;        // null: nobody looks
  std::string added;                     // headers for its callee, with the ends of their lines
  Fate fate = Fate::pass;
  TimePoint passes = TimePoint::min();  // when the request does, or meets its fate
  bool swallowed = false;               // the callee does not hear of it on this connection
  bool crash_waits = false;             // until it passes
  bool collects = false;                // `copy` is being filled
  bool closes = false;                  // its caller wants no other after it
  bool early = false;  // it is answered before it is complete, and nothing is read after it
  bool request_done = false;
  bool answer_done = false;
  bool ended = false;  // for its caller
  bool told = false;   // its caller has the whole of an answer, be it the callee's or the link's
  bool left = false;   // its caller went before
  // Of the answer, in what is passed to the caller; no end: it is not complete, or goes nowhere.
  static constexpr std::int64_t no_end = std::numeric_limits<std::int64_t>::max();
  std::int64_t answer_begin = 0;
  std::int64_t answer_end = no_end;
  std::string copy;  // the request, for a connection of its own
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
