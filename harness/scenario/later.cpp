#include "harness/scenario/later.hpp"

#include <algorithm>
#include <array>

namespace seawall::scenario {
namespace {

struct Row {
  std::string_view where;
  std::string_view word;
};

constexpr auto rows = std::to_array<Row>({
    {"", "service"},
    {"", "link"},
    {"", "probe"},
    {"", "control"},
    {"matrix", "order"},
    {"", "gate"},
    {"target.kind", "services"},
    {"target.kind", "external"},
    {"target.store", "postgres"},
    {"target", "root"},
    {"target", "isolation"},
    {"target", "base"},
    {"saga.kind", "choreography"},
    {"load", "flow"},
    {"load", "command"},
    {"load", "connections"},
    {"load", "data"},
    {"load.request", "data"},
    {"template", "row"},
    {"placeholder", "port"},
    {"placeholder", "dir"},
    {"placeholder", "service"},
    {"placeholder", "link"},
    {"fault", "distribution"},
    {"fault", "correlation"},
    {"fault", "start"},
    {"fault", "undo"},
    {"fault.type", "slicer"},
    {"fault.type", "slow_close"},
    {"fault.type", "limit_data"},
    {"fault.type", "timeout"},
    {"fault.type", "refuse_new"},
    {"fault.type", "loss"},
    {"fault.type", "duplicate"},
    {"fault.type", "reorder"},
    {"fault.type", "http_delay"},
    {"fault.type", "pressure_cpu"},
    {"fault.type", "pressure_memory"},
    {"fault.type", "disk_full"},
    {"fault.type", "disk_slow"},
    {"fault.type", "disk_error"},
    {"fault.type", "command"},
    {"invariant", "that"},
    {"invariant", "when"},
    {"invariant", "every"},
    {"invariant", "name"},
    {"invariant.use", "events-delivered"},
    {"report.formats", "html"},
    {"report.formats", "traces"},
    {"report.formats", "metrics"},
});

}  // namespace

bool is_later(std::string_view where, std::string_view word) {
  return std::ranges::any_of(
      rows, [&](const Row& row) { return row.where == where && row.word == word; });
}

}  // namespace seawall::scenario
