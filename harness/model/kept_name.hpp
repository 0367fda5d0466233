// The name of a scenario that is kept of something that was found: after the scenario that it comes
// from and what it shows, so that several stand in one folder, and the same has the same name
// again.
#pragma once
#include <string>
#include <string_view>

namespace seawall::model {

// "toy-ask-desk-bank-POST-charge-reply-lost", of "toy" and "ask: desk -> bank POST /charge: reply
// lost". `told` is written with letters, digits, '.' and '_'; a "*" is "any", a minus before a
// number "minus", and all else one "-". What is longer than a name may be is cut; that, and what
// has other signs than those and `separators`, is told apart by a hash of the whole.
std::string kept_name(std::string_view scenario, std::string_view told,
                      std::string_view separators);

}  // namespace seawall::model
