#include <algorithm>
#include <array>

#include "faults/kinds/kind.hpp"
#include "harness/base/assert.hpp"

namespace seawall::kinds {

std::span<const Kind> all() {
  static const std::array table{
      latency(),           loss(),          bandwidth(),    slicer(),       drip(),
      slow_close(),        limit_data(),    timeout(),      blackhole(),    refuse(),
      reset_peer(),        http_abort(),    drop_request(), drop_reply(),   late_request(),
      duplicate_request(), truncate(),      corrupt(),      connect_hang(), half_open(),
      refuse_new(),        partition(),     crash(),        restart(),      pause(),
      clock_jump(),        database_lock(), disk_error(),   none(),
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
  // What is done by commands is done by the run itself; the plan has its place in the list of them.
  if (fault.by_command())
    return {&fault, nullptr, plan::NodeEffect::none, position, plan::Over::any};
  const Kind* kind = find(fault.type);
  base::require(kind != nullptr, "a fault that is armed is of a known kind");
  return {&fault, kind->apply, kind->node, position, kind->over};
}

std::vector<plan::Armed> arm_all(std::span<const model::Fault> faults) {
  std::vector<plan::Armed> armed;
  for (std::uint16_t position = 0; const model::Fault& fault : faults)
    armed.push_back(arm(fault, position++));
  return armed;
}

std::vector<plan::StreamFault> stream_faults(const model::Fault& fault) {
  const Kind* kind = find(fault.type);
  const model::Match& match = fault.match;
  const bool chooses = !match.method.empty() || !match.path.empty() || !match.header.empty() ||
                       !fault.at_call.empty() || fault.first || fault.every != 1 || fault.ramp;
  if (!kind || !kind->stream.apply || chooses) return {};
  plan::StreamFault stream;
  stream.name = fault.name;
  stream.probability = fault.probability;
  stream.only_unread = kind->apply != nullptr;
  kind->stream.apply(fault, stream.effect);
  if (stream.effect == plan::StreamEffect()) return {};
  std::vector<plan::StreamFault> streams;
  const auto direction = fault.direction.value_or(kind->stream.direction);
  if (direction != model::Direction::response) {
    stream.direction = plan::Direction::up;
    streams.push_back(stream);
  }
  if (direction != model::Direction::request) {
    stream.direction = plan::Direction::down;
    streams.push_back(stream);
  }
  return streams;
}

}  // namespace seawall::kinds
