// What the tables of the user's own system say of each other: services that need each other in no
// circle, links between those that there are, and nothing outside the blast radius.
#pragma once
#include <string_view>

#include "harness/model/scenario.hpp"
#include "harness/scenario/context.hpp"
#include "harness/scenario/value.hpp"

namespace seawall::scenario {

// Whether a host can only be this machine: "localhost", 127.0.0.0/8 or ::1.
bool is_this_machine(std::string_view host);

// Tables that have no meaning for the target of this document: reported and taken out.
void drop_foreign_tables(Context& context, Value& document);

// Reports errors, and appends to the links of the scenario those that only templates name.
void check_own_system(Context& context, const Value& document, model::Scenario& scenario);

}  // namespace seawall::scenario
