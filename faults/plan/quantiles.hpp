// Distributions as tables of integers: libm's last bit differs between machines.
#pragma once
#include <array>
#include <cstdint>

#include "harness/base/units.hpp"
#include "harness/model/fault.hpp"

namespace seawall::plan {

// Value at each 256th of the probability, in units of 1/10000 of the deviation.
using QuantileTable = std::array<std::int32_t, 257>;

// Of normal, lognormal and pareto.
const QuantileTable& quantiles(model::Distribution distribution);

// The deviation times the value at the probability bits / 2^64, between two entries on a line.
base::Duration spread(base::Duration deviation, const QuantileTable& table, std::uint64_t bits);

}  // namespace seawall::plan
