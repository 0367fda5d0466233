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
    {"matrix", "order"},
    {"target.store", "postgres"},
    {"saga.kind", "choreography"},
    {"load", "connections"},
    {"load.request", "data"},
    {"fault", "correlation"},
    {"fault.type", "duplicate"},
    {"fault.type", "reorder"},
    {"fault.type", "http_delay"},
    {"fault.type", "pressure_cpu"},
    {"fault.type", "pressure_memory"},
    {"fault.type", "disk_full"},
    {"fault.type", "disk_slow"},
    {"fault.type", "command"},
    {"invariant.use", "events-delivered"},
    {"report.formats", "traces"},
    {"report.formats", "metrics"},
});

}  // namespace

bool is_later(std::string_view where, std::string_view word) {
  return std::ranges::any_of(
      rows, [&](const Row& row) { return row.where == where && row.word == word; });
}

}  // namespace seawall::scenario
