#include <algorithm>
#include <array>

#include "faults/kinds/kind.hpp"
#include "harness/base/assert.hpp"

namespace seawall::kinds {

std::span<const Kind> all() {
  static const std::array table{
      latency(),           loss(),          timeout(),      blackhole(),  refuse(),
      reset_peer(),        http_abort(),    drop_request(), drop_reply(), late_request(),
      duplicate_request(), crash(),         connect_hang(), half_open(),  pause(),
      clock_jump(),        database_lock(), restart(),      partition(),  drip(),
      bandwidth(),         truncate(),      corrupt(),      none(),
  };
  return table;
}

const Kind* find(std::string_view name) {
  const auto kinds = all();
  const auto at = std::find_if(kinds.begin(), kinds.end(),
                               [&](const Kind& kind) { return kind.words.name == name; });
  return at == kinds.end() ? nullptr : &*at;
}

std::vector<model::KindWords> words() {
  std::vector<model::KindWords> result;
  for (const Kind& kind : all()) result.push_back(kind.words);
  return result;
}

plan::Armed arm(const model::Fault& fault, std::uint16_t position) {
  const Kind* kind = find(fault.type);
  base::require(kind != nullptr, "a fault that is armed is of a known kind");
  return {&fault, kind->apply, kind->node, position, kind->over};
}

}  // namespace seawall::kinds
