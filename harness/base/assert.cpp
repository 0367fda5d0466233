#include "harness/base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace seawall::base {

void fail_promise(std::string_view promise, std::source_location where) {
  std::fprintf(stderr, "seawall: internal error: %.*s does not hold (%s:%u)\n",
               static_cast<int>(promise.size()), promise.data(), where.file_name(), where.line());
  std::fflush(stderr);
  std::_Exit(70);
}

}  // namespace seawall::base
