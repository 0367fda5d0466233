// Where the services and links of a world are, as late texts name them.
#pragma once
#include "harness/model/late_text.hpp"
#include "harness/runtime/world.hpp"

namespace seawall::run {

// Of a world that has started. None in virtual time.
model::Addresses late_addresses(const runtime::World& world);

}  // namespace seawall::run
