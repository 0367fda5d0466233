#include "faults/toxiproxy/toxic.hpp"

#include <algorithm>
#include <cmath>

namespace seawall::toxiproxy {
namespace {

using relay::StreamEffect;
using Values = std::span<const std::int64_t>;
using std::chrono::microseconds;
using std::chrono::milliseconds;

// 365 days, the longest time that this program knows anywhere.
constexpr std::int64_t most_milliseconds = 365LL * 24 * 60 * 60 * 1000;
constexpr std::int64_t most_microseconds = most_milliseconds * 1000;
// What a double can count, because that is what clients send: JavaScript has no other number.
constexpr std::int64_t most_bytes = 1LL << 53;
// Toxiproxy's kilobyte has 1000 bytes: it divides the bytes of a chunk by the rate and takes the
// result for milliseconds.
constexpr std::int64_t kilobyte = 1000;
constexpr std::int64_t most_kilobytes = most_bytes / kilobyte;

void latency(Values values, StreamEffect& effect) {
  effect.delay = relay::Delay{milliseconds(values[0]), milliseconds(values[1])};
}

void bandwidth(Values values, StreamEffect& effect) { effect.rate = values[0] * kilobyte; }

void slow_close(Values values, StreamEffect& effect) {
  effect.close_delay = milliseconds(values[0]);
}

// Without a time it holds until it is removed.
void timeout(Values values, StreamEffect& effect) {
  effect.holds = true;
  if (values[0] > 0) effect.close_after = milliseconds(values[0]);
}

void reset_peer(Values values, StreamEffect& effect) {
  effect.holds = true;
  effect.reset_after = milliseconds(values[0]);
}

// Slices of 0 bytes are what a client asks for that gave no size: it slices nothing. A variation
// that could make a slice of nothing ends just below the average.
void slicer(Values values, StreamEffect& effect) {
  if (values[0] == 0) return;
  effect.slices =
      relay::Slices{values[0], std::min(values[1], values[0] - 1), microseconds(values[2])};
}

void limit_data(Values values, StreamEffect& effect) { effect.limit = values[0]; }

void noop(Values, StreamEffect&) {}

constexpr std::array<ToxicType, 8> types = {{
    {"latency", {{{"latency", most_milliseconds}, {"jitter", most_milliseconds}}}, 2, latency},
    {"bandwidth", {{{"rate", most_kilobytes}}}, 1, bandwidth},
    {"slow_close", {{{"delay", most_milliseconds}}}, 1, slow_close},
    {"timeout", {{{"timeout", most_milliseconds}}}, 1, timeout},
    {"reset_peer", {{{"timeout", most_milliseconds}}}, 1, reset_peer},
    {"slicer",
     {{{"average_size", most_bytes}, {"size_variation", most_bytes}, {"delay", most_microseconds}}},
     3,
     slicer},
    {"limit_data", {{{"bytes", most_bytes}}}, 1, limit_data},
    {"noop", {}, 0, noop},
}};

}  // namespace

std::span<const ToxicType> toxic_types() { return types; }

const ToxicType* find_toxic_type(std::string_view name) {
  const auto* const found = std::find_if(types.begin(), types.end(),
                                         [&](const ToxicType& type) { return type.name == name; });
  return found == types.end() ? nullptr : found;
}

Toxicity Toxicity::of(double number) {
  return {number, {std::llround(number * static_cast<double>(base::Share::all().ppm))}};
}

relay::StreamFault Toxic::fault() const {
  relay::StreamFault fault;
  fault.name = name;
  fault.direction = direction;
  fault.probability = toxicity.share;
  type->fill({values.data(), type->count}, fault.effect);
  return fault;
}

std::string_view to_text(relay::Direction direction) {
  return direction == relay::Direction::up ? "upstream" : "downstream";
}

}  // namespace seawall::toxiproxy
