// Why a fault that is aimed at a place of the execution did not act there: the execution had no
// such place. Says what it had instead, so that the next number that is written is right.
#pragma once
#include <string>

#include "harness/model/fault.hpp"
#include "harness/record/record.hpp"

namespace seawall::check {

// One sentence, without its full stop; empty where the execution came to the point.
std::string why_unreached(const model::Point& point, const record::Record& record);

}  // namespace seawall::check
