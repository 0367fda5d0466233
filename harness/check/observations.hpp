// The rows of a record that carry times, put into an order that does not depend on where they came
// from: the client's history by intended time, the wire journal by the time a request reached its
// link, events by their time. So the sources of a record may be shuffled without changing a
// verdict, and a window of time is found by bisection. Cheap enough to be built for every look at a
// run that is still going on.
#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "harness/record/windows.hpp"

namespace seawall::check {

using base::Duration;
using base::TimePoint;
using record::Event;
using record::Exchange;
using record::Record;

// A stretch of time: `from` belongs to it, `to` does not.
using record::Window;
using record::Windows;

Duration length(const Windows& windows);
bool contains(const Windows& windows, TimePoint t);

// Holds pointers into `record`, which must outlive it.
class Observations {
 public:
  explicit Observations(const Record& record);

  std::span<const Exchange* const> history() const { return history_; }
  std::span<const Exchange* const> exchanges() const { return exchanges_; }
  std::span<const Event* const> events() const { return events_; }

  std::span<const Exchange* const> history(const Window& window) const;    // by intended time
  std::span<const Exchange* const> exchanges(const Window& window) const;  // by `sent`
  std::span<const Event* const> events(const Window& window) const;

  // When this node was down or paused; until `end` where it never came back.
  Windows down_times(std::string_view node, TimePoint end) const;
  // Whether any node was down or paused within `window`; its name, or nothing.
  std::string_view node_down(const Window& window) const;

 private:
  std::vector<const Exchange*> history_;
  std::vector<const Exchange*> exchanges_;
  std::vector<const Event*> events_;
};

}  // namespace seawall::check
