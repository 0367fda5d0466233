#include "harness/check/links.hpp"

namespace seawall::check {

std::map<base::Link, Attempts> attempts_between_services(const Observations& observations,
                                                         const Window& window) {
  std::map<base::Link, Attempts> attempts;
  for (const Exchange* request : observations.exchanges(window)) {
    if (request->link.from == "client") continue;
    Attempts& of_link = attempts[request->link];
    ++of_link.all;
    if (request->index.attempt <= 1) ++of_link.first;
  }
  return attempts;
}

}  // namespace seawall::check
