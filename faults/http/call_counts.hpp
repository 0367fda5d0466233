// Counts requests by what they ask for: the `n` of their execution index, over all workers of a
// link. A table of a fixed size without locks; what comes when it is full counts as one.
//
// Any thread.
#pragma once
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "harness/base/assert.hpp"

namespace seawall::http {

class CallCounts {
 public:
  // What is kept apart, at most.
  static constexpr std::size_t most = 16 * 1024;

  // What has not been used of it costs no time and no memory: many links never count.
  CallCounts() : places_(static_cast<Place*>(std::calloc(most, sizeof(Place)))) {
    base::require(places_ != nullptr, "there is memory for a link");
  }

  // Which of its kind this one is, from 1. `kind`: a hash of what it asks for.
  std::uint32_t next(std::uint64_t kind) {
    if (kind == 0) kind = 1;  // 0 is a place that is free
    for (std::size_t i = 0; i < most_probes; ++i) {
      Place& place = places_.get()[(kind + i) % most];
      const std::atomic_ref place_kind(place.kind);
      std::uint64_t holds = place_kind.load(std::memory_order_relaxed);
      if (holds == 0 && place_kind.compare_exchange_strong(holds, kind, std::memory_order_relaxed))
        holds = kind;
      if (holds == kind)
        return std::atomic_ref(place.count).fetch_add(1, std::memory_order_relaxed) + 1;
    }
    return others_.fetch_add(1, std::memory_order_relaxed) + 1;
  }

 private:
  static constexpr std::size_t most_probes = 32;
  struct Place {
    std::uint64_t kind;  // 0: free
    std::uint32_t count;
  };
  struct Freed {
    void operator()(Place* places) const { std::free(places); }
  };
  std::unique_ptr<Place, Freed> places_;
  std::atomic<std::uint32_t> others_ = 0;
};

}  // namespace seawall::http
