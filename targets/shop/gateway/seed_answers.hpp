// How the gateways of the seeds answer, as exhibits (`target.gateway`).
//
//   nulls    000's view is 200 whatever happens, with null for each part that could not be had: a
//            total outage looks healthy
//   raises   002's view shows the exception itself in place of the order, and leaves other parts
//            out without a word; and who places an order is told 503 for every refusal, and 500
//            where the breaker is open
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "harness/model/scenario.hpp"
#include "targets/resilience/outcome.hpp"
#include "targets/shop/http.hpp"

namespace seawall::shop {

// A part of a view as it came back: its JSON, else what went wrong.
struct SeedPart {
  std::string_view name;
  std::string_view json;
  std::string_view exception;  // empty: none
};

// `parts`: the order first.
Response seed_view(model::Target::Gateway how, std::span<const SeedPart> parts);

// The answer of 002 to who has placed an order.
Response seed_placed(resilience::Outcome outcome);

// What a client library would raise for a call that came to nothing.
std::string exception_of(const resilience::Outcome& outcome);

}  // namespace seawall::shop
