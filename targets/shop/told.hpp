// What an answer of the shop told about an order, from its body and from nothing else: the status
// alone proves nothing, because a fault can answer with any.
#pragma once
#include <string_view>

#include "harness/model/request.hpp"

namespace seawall::shop {

// Pure; any thread. Answers to other requests than those for orders tell no outcome.
model::Told told(model::Method method, std::string_view path, int status, std::string_view body);

// The operation that a request of a foreign client asks for ("place-order"); empty: none that has a
// name.
std::string operation_of(const model::Request& request);

}  // namespace seawall::shop
