#include "harness/scenario/fault.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "harness/scenario/decode.hpp"
#include "harness/scenario/rules.hpp"

namespace seawall::scenario {
namespace {

// Of a scenario: its links, its time and its verdict.
constexpr auto placing =
    std::to_array<std::string_view>({"on", "zone", "groups", "at", "for", "at_call", "when", "flap",
                                     "must_hit", "ramp", "plan", "disabled"});

void refuse_placing(const Value& table, Problems& problems) {
  for (const Entry& entry : table.entries)
    if (std::ranges::find(placing, entry.key) != placing.end())
      problems.error(entry.place,
                     fmt::format("\"{}\" is for a scenario; this fault is on its proxy, from now "
                                 "on until it is removed",
                                 entry.key));
}

}  // namespace

std::optional<model::Fault> read_fault(const Value& table,
                                       const std::vector<model::KindWords>& kinds,
                                       Problems& problems) {
  refuse_placing(table, problems);
  if (problems.any()) return std::nullopt;
  model::Vocabulary words;
  words.kinds = kinds;
  words.services = {"callee"};
  words.links = {{"caller", "callee"}};
  const Environment nothing = [](std::string_view) { return std::nullopt; };  // of this process
  Context context{problems, words, nothing, "", "", "", {}, {}, {}};

  Value placed = table;
  placed.set("on", text_value("caller -> callee", table.place));
  if (!placed.find("name"))
    placed.set("name", text_value(std::string(table.text_of("type")), table.place));
  Value document = table_value(table.place);
  Value faults = array_value(table.place);
  faults.items.push_back(std::move(placed));
  document.set("fault", std::move(faults));

  model::Scenario scenario;
  scenario.target.mode = model::Mode::inprocess;
  const model::Field field{"a fault"};
  decode(At{context, *document.get("fault"), field, "fault"}, scenario.faults);
  if (scenario.faults.empty()) return std::nullopt;  // no table: reported
  check_faults(context, document, scenario);
  if (problems.any()) return std::nullopt;
  model::Fault fault = std::move(scenario.faults.front());
  fault.link.reset();
  return fault;
}

}  // namespace seawall::scenario
