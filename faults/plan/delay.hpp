// How long a fault holds what passes: pure, from integer tables, so that a key gives the same time
// on every machine. A "message" is a request or an answer on an HTTP link, and a chunk of bytes on
// a TCP one.
#pragma once
#include <cstdint>
#include <vector>

#include "harness/base/keyed_random.hpp"
#include "harness/model/fault.hpp"

namespace seawall::plan {

using base::Duration;

struct Delay {
  using Distribution = model::Distribution;
  Duration latency{};
  Duration jitter{};  // uniform: at most; the others: their deviation
  Distribution distribution = Distribution::uniform;
  // Of Distribution::table: the quantiles, evenly by probability, from the least to the largest;
  // they are added to the latency.
  std::vector<Duration> table;

  bool operator==(const Delay&) const = default;
};

// One delay; not negative.
Duration draw(const Delay& delay, const base::KeyedRandom& key);

// Lost packets, as TCP lets its users see them: nothing is missing, and what was lost comes after
// the sender's timer, which doubles with each loss in a row (RFC 6298).
struct Loss {
  base::Share share{};  // of the messages that are lost at first
  base::Share burst{};  // of those, and of each repeat, that are lost once more
  Duration timer{};

  bool operator==(const Loss&) const = default;
};

// After so many losses in a row the packet arrives, as no connection outlives many more of them.
constexpr int most_losses = 6;

// How much later one message comes; most do not.
Duration draw(const Loss& loss, const base::KeyedRandom& key);

}  // namespace seawall::plan
