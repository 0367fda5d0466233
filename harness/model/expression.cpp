#include "harness/model/expression.hpp"

#include <algorithm>

namespace seawall::model {

void collect_probes(const Expression& expression, std::vector<std::string>& names) {
  const bool known = std::ranges::find(names, expression.name) != names.end();
  if (expression.kind == Expression::Kind::probe && !known) names.push_back(expression.name);
  for (const Expression& child : expression.children) collect_probes(child, names);
}

}  // namespace seawall::model
