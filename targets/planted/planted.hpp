// The product has no planted bugs (targets/bugs.hpp).
#pragma once
#include "targets/bugs.hpp"

namespace seawall {
constexpr bool planted(Bug) { return false; }
}  // namespace seawall
