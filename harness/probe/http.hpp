// One request of HTTP to anybody, for the probes that ask by HTTP.
#pragma once
#include <string>

#include "harness/base/result.hpp"
#include "harness/model/request.hpp"
#include "harness/probe/look.hpp"

namespace seawall::probe {

// Blocks, at most until `limit` but for the lookup of a name. At most 1 MiB of body. The error is a
// sentence about what came instead of an answer.
base::expected<model::Response, std::string> fetch(model::Method method, const std::string& url,
                                                   const Limit& limit);

}  // namespace seawall::probe
