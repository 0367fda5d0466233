// A scenario as text in which every setting stands once, in one order, however the file spelled it:
// what two scenarios are compared by.
#pragma once
#include <cstdint>
#include <string>

#include "harness/model/scenario.hpp"

namespace seawall::scenario {

// Everything but where it was written.
std::string canonical_text(const model::Scenario& scenario);

// Over target, load, faults and durations, without secrets: runs of equal hashes can be compared.
std::uint64_t comparison_hash(const model::Scenario& scenario);

// Whether a header's value is a secret: the usual ones, and those that [redact] names.
bool is_secret_header(std::string_view name, const std::vector<std::string>& redacted);

// The same text with the password of each URL in it (scheme://user:password@) as ***. What is
// ${env.NAME} stays.
std::string without_password(const std::string& text);

}  // namespace seawall::scenario
