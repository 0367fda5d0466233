// Any text as a scenario file: it is read or refused, never more. What was read must read back from
// its resolved text.
#include "harness/base/assert.hpp"
#include "harness/scenario/canonical.hpp"
#include "scenario/words.hpp"

using namespace seawall;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const model::Vocabulary words = scenario::tests::small_vocabulary();
  static const scenario::ReadOptions options = scenario::tests::quiet_options();
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto reading = scenario::read_scenario_text("fuzz.toml", text, options, words);
  if (!reading) {
    base::require(!reading.error().empty(), "a scenario that is refused has a reason");
    for (const base::Diagnostic& error : reading.error()) (void)to_text(error);
    return 0;
  }
  const model::Scenario& first = reading->scenario;
  const auto again = scenario::read_scenario_text("fuzz.toml", first.resolved, options, words);
  base::require(again.has_value(), "a resolved scenario is valid");
  if (first.redact_headers.empty() && first.resolved.find("***") == std::string::npos)
    base::require(scenario::canonical_text(first) == scenario::canonical_text(again->scenario),
                  "a resolved scenario reads back the same");
  return 0;
}
