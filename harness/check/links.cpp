#include "harness/check/links.hpp"

#include <utility>
#include <vector>

namespace seawall::check {

std::map<base::Link, Attempts> attempts_between_services(const Observations& observations,
                                                         const Window& window) {
  // There are a handful of links: looking through a list is faster than a map for each request.
  std::vector<std::pair<const base::Link*, Attempts>> counted;
  const auto of_link = [&](const base::Link& link) -> Attempts& {
    for (auto& [known, attempts] : counted)
      if (*known == link) return attempts;
    return counted.emplace_back(&link, Attempts{}).second;
  };
  for (const Exchange* request : observations.exchanges(window)) {
    if (request->link.from == "client" || request->link.is_inner()) continue;
    Attempts& attempts = of_link(request->link);
    ++attempts.all;
    if (request->index.attempt <= 1) ++attempts.first;
  }
  std::map<base::Link, Attempts> sorted;
  for (const auto& [link, attempts] : counted) {
    Attempts& sum = sorted[base::between_services(*link)];
    sum.all += attempts.all;
    sum.first += attempts.first;
  }
  return sorted;
}

}  // namespace seawall::check
