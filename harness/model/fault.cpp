#include "harness/model/fault.hpp"

#include <algorithm>
#include <charconv>

namespace seawall::model {

bool Zone::has(std::string_view node) const {
  const std::string_view service = base::service_of(node);
  if (service == node) return false;
  std::int64_t instance = 0;
  std::from_chars(node.data() + service.size() + 1, node.data() + node.size(), instance);
  return (instance - number) % of == 0;
}

bool Fault::covers(const base::Link& one) const {
  if (zone && !zone->has(one.to)) return false;
  if (link) return link->covers(one);
  const auto group_of = [this](const std::string& end) {
    return std::find_if(groups.begin(), groups.end(), [&](const auto& group) {
      return std::any_of(group.begin(), group.end(),
                         [&](const std::string& member) { return base::means(member, end); });
    });
  };
  const auto from = group_of(one.from);
  const auto to = group_of(one.to);
  return from != groups.end() && to != groups.end() && from != to && !one.is_inner();
}

std::string site_of(const Fault& fault) {
  std::string text = fault.link ? base::to_text(*fault.link) : fault.node;
  if (fault.zone) text.append(", zone ").append(std::to_string(fault.zone->number));
  for (const auto& group : fault.groups) {
    if (!text.empty()) text += " | ";
    for (std::size_t i = 0; i < group.size(); ++i) (i ? text += ", " : text) += group[i];
  }
  return text;
}

}  // namespace seawall::model
