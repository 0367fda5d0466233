// Permits taken, come back, and in somebody's hands. One that nobody holds and that never came back
// has leaked; one that a call under way holds has not, as the end of its frame gives it back. So
// the count is true whenever it is read, also at the moment of a crash.
#pragma once
#include <cstdint>

#include "harness/record/record.hpp"

namespace seawall::resilience {

struct PermitCount {
  std::int64_t taken = 0;
  std::int64_t returned = 0;
  std::int64_t held = 0;

  void tell(record::PatternUse& use) const {
    use.permits_taken = taken;
    use.permits_returned = returned + held;
  }
};

}  // namespace seawall::resilience
