// A number with its noun, as people write it: "1 fault", "2,000 faults".
#pragma once
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "harness/base/text.hpp"

namespace seawall::base {

// `what`: the noun in the singular, of those that end on "s" in the plural.
std::string counted(std::integral auto count, std::string_view what) {
  return concat({grouped(static_cast<std::int64_t>(count)), " ", what, count == 1 ? "" : "s"});
}

}  // namespace seawall::base
