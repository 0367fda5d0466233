// Delays that are not uniform, from tables of integers: libm's last bit differs between machines.
#pragma once
#include <array>
#include <cstdint>

#include "faults/relay/stream_fault.hpp"

namespace seawall::relay {

// Value at each 256th of the probability, in units of 1/10000 of the deviation.
using QuantileTable = std::array<std::int32_t, 257>;

// Not of the uniform one.
const QuantileTable& quantiles(Delay::Distribution distribution);

// The deviation times the value at the probability bits / 2^64, between two entries on a line.
Duration spread(Duration deviation, const QuantileTable& table, std::uint64_t bits);

}  // namespace seawall::relay
