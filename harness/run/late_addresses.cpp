#include "harness/run/late_addresses.hpp"

namespace seawall::run {

model::Addresses late_addresses(const runtime::World& world) {
  model::Addresses known;
  for (const auto& [name, address] : world.addresses()) {
    if (const auto link = base::parse_link(name))
      known.links.emplace(*link, address);
    else
      known.services.emplace(name, address);
  }
  return known;
}

}  // namespace seawall::run
