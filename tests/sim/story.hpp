// A run of the toy with load and every kind of fault, and all that was recorded as text: equal
// texts mean equal runs.
#pragma once
#include <cstdint>
#include <string>

#include "harness/record/record.hpp"

namespace seawall::test {

record::Record run_story(std::uint64_t seed);
std::string to_text(const record::Record& record);

}  // namespace seawall::test
