// Who reads along on a connection and says what passes. Without one, a flow gives what it has read
// to its sink; with one, it gives it to the interceptor, which answers with actions:
//
//   source --read--> interceptor --pass(bytes, when)--> queue or straight --> sink
//                        |------- pass(other direction): bytes of its own making
//                        |------- drop(): what was passed and waits yet
//                        |------- end(): the connection, now or at a time
//                        |------- wake(): call me at a time
//                        |------- ask_aside(): a request of its own to the same callee
//                        \------- detach(): it is not interested any more; plain TCP from here on
//
// One for both directions of one connection, on the thread of its worker. What it does not pass is
// swallowed; the faults of a link on streams come after it. It keeps nothing of the bytes that it
// is given but what it copies.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "faults/relay/stream_fault.hpp"
#include "harness/base/index.hpp"
#include "harness/net/close.hpp"

namespace seawall::relay {

using base::TimePoint;

// When bytes pass. What was passed before them in the same direction goes first, whatever it says.
struct Timing {
  TimePoint not_before = TimePoint::min();
  Duration gap{};  // after each byte, the first one included; below 1 ms in groups of that time
  bool at_once() const { return not_before == TimePoint::min() && gap == Duration{}; }
  bool operator==(const Timing&) const = default;
};

// A request over a connection of its own; what comes back is discarded.
struct AsideRequest {
  std::string bytes;
  TimePoint at;  // a moment that has passed: now
  // What it is: those that are hurried go in the order of this, a copy after its original.
  base::ExecutionIndex index;
  bool is_copy = false;
  // Called when the callee has been reached. It lives as long as the request does.
  std::function<void()> delivered;
  // Asked with what has come since it was asked last, whether that is all there is to wait for. The
  // connection ends then, or with its peer, or after Aside::patience.
  std::function<bool(std::string_view)> is_answered;
};

class Interceptor {
 public:
  // Of the connection, and valid in a call of the interceptor alone.
  class Actions {
   public:
    virtual TimePoint now() const = 0;
    virtual void pass(Direction direction, std::string_view bytes, const Timing& timing) = 0;
    // Both sides are ended so, at `at` and after everything that was passed in `after`. What is
    // passed in that direction afterwards is lost.
    virtual void end(Direction after, net::Close how, TimePoint at) = 0;
    // Offsets in what was passed in this direction: of its end, and of what has gone to its sink.
    virtual std::int64_t passed(Direction direction) const = 0;
    virtual std::int64_t gone(Direction direction) const = 0;
    // What was passed in this direction and has not gone is lost.
    virtual void drop(Direction direction) = 0;
    // Its woken() is called then. The last time that was said counts.
    virtual void wake(TimePoint at) = 0;
    // It is not called any more, and is destroyed soon after this call of it. What it passes until
    // this call has returned meets the faults of connections that nobody reads along.
    virtual void detach() = 0;
    // False: there are too many of them, or too many bytes in them, and it is not asked.
    virtual bool ask_aside(AsideRequest request) = 0;

   protected:
    ~Actions() = default;
  };

  // Where it is.
  struct Place {
    std::size_t worker = 0;    // of its relay, from 0
    std::uint64_t number = 0;  // of the connection; see relay.hpp
    TimePoint opened{};
    bool late = false;  // bytes have passed before it came
  };
  // Null: this connection has none.
  using Make = std::function<std::unique_ptr<Interceptor>(const Place&)>;

  virtual ~Interceptor() = default;
  // These bytes came, in this direction.
  virtual void took(Direction direction, std::string_view bytes, Actions& actions) = 0;
  // Nothing more comes in this direction. True: this passes on, after all that was passed before;
  // false: the other side does not learn of it, and the interceptor sees to the end of the
  // connection.
  virtual bool source_ended(Direction direction, net::Close how, Actions& actions) = 0;
  // Whoever keeps it has asked for this, with Link::nudge().
  virtual void nudged(Actions& actions) = 0;
  // It has asked for this, with wake().
  virtual void woken(Actions&) {}
  // What was passed in this direction and had to wait has gone to its sink, up to this offset. It
  // cannot act on that.
  virtual void went(Direction, std::int64_t /*gone*/, TimePoint /*now*/) {}
  // The connection has ended, in whatever way; the last call. `connected`: whether its callee was
  // ever reached.
  virtual void closed(bool connected, TimePoint now) = 0;
};

}  // namespace seawall::relay
