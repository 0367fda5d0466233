// What faults do to the bytes of a connection, as plain data. Kinds of fault are many and these
// parts are few: whoever knows kinds (the Toxiproxy API, a scenario) fills the parts in, and the
// relay carries them out and knows no kinds.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "faults/plan/delay.hpp"
#include "harness/base/units.hpp"

namespace seawall::plan {

// Of the bytes: from the caller to the upstream, or back.
enum class Direction : std::uint8_t { up, down };

// The bytes pass in pieces of `average` give or take `variation`, each so much after the one
// before.
struct Slices {
  std::int64_t average = 0;    // at least 1
  std::int64_t variation = 0;  // less than average
  Duration gap{};
  bool operator==(const Slices&) const = default;
};

// What one fault does. Those of several combine: delays add up, each rate is kept, the nearest
// limit holds. Neutral by default.
struct StreamEffect {
  std::optional<Delay> delay;        // of each chunk; the order is kept
  std::optional<Loss> loss;          // of each chunk
  std::optional<std::int64_t> rate;  // bytes a second; 0: nothing passes
  bool shared_rate = false;          // of all connections of the link together
  std::optional<Slices> slices;
  Duration close_delay{};             // the end of the stream comes so much later
  std::optional<std::int64_t> limit;  // after so many more bytes the connection ends
  bool holds = false;  // nothing passes; what comes waits, and the peer's sends with it
  // Counted from when this fault came to this connection: then both sides are closed, or reset.
  std::optional<Duration> close_after;
  std::optional<Duration> reset_after;

  bool operator==(const StreamEffect&) const = default;
};

// One fault of a link. The name keys its draws: two faults of one name draw alike.
struct StreamFault {
  std::string name;
  Direction direction = Direction::down;
  base::Share probability = base::Share::all();  // of connections, drawn by their number
  StreamEffect effect;
  // Not on connections that are read along for faults of requests (HTTP): it acts on these
  // otherwise. Where one turns out to be something else, from there on.
  bool only_unread = false;

  bool operator==(const StreamFault&) const = default;
};

}  // namespace seawall::plan
