#include "harness/model/policy.hpp"

namespace seawall::model {

LinkPolicy Policy::of(const base::Link& link) const {
  if (const auto exact = links.find(base::between_services(link)); exact != links.end())
    return exact->second;
  for (const auto& [pattern, policy] : links)
    if (pattern.covers(link)) return policy;
  return {};
}

}  // namespace seawall::model
