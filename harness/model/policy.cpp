#include "harness/model/policy.hpp"

namespace seawall::model {

const LinkPolicy& Policy::of(const base::Link& link) const {
  static const LinkPolicy none;
  if (const auto exact = links.find(base::between_services(link)); exact != links.end())
    return exact->second;
  for (const auto& [pattern, policy] : links)
    if (pattern.covers(link)) return policy;
  return none;
}

}  // namespace seawall::model
