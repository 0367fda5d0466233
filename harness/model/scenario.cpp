#include "harness/model/scenario.hpp"

namespace seawall::model {

std::vector<std::string> Instances::nodes_of(std::string_view service) const {
  const auto found = count.find(std::string(service));
  const std::int64_t all = found == count.end() ? 1 : found->second;
  std::vector<std::string> nodes;
  if (all <= 1) nodes.emplace_back(service);
  for (std::int64_t number = 1; all > 1 && number <= all; ++number)
    nodes.emplace_back(service).append("/").append(std::to_string(number));
  return nodes;
}

}  // namespace seawall::model
