// Any text as a compose file: it is refused with a reason, or becomes a scenario that is valid.
#include <cstdio>

#include "harness/base/assert.hpp"
#include "harness/init/wiring.hpp"
#include "harness/init/write.hpp"
#include "scenario/words.hpp"

using namespace seawall;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const model::Vocabulary words = scenario::tests::small_vocabulary();
  static const scenario::ReadOptions options = scenario::tests::quiet_options();
  const init::Folder nothing("/seawall-no-such-folder");
  const std::string text(reinterpret_cast<const char*>(data), size);
  auto parts = init::read_compose(nothing, "compose.yaml", text);
  if (!parts) {
    base::require(!parts.error().message.empty(), "a file that is refused has a reason");
    return 0;
  }
  const init::System system = init::wired(std::move(*parts));
  if (system.entry.empty()) return 0;
  const std::string toml = init::to_toml(system, "fuzz", "");
  const auto reading = scenario::read_scenario_text("fuzz.toml", toml, options, words);
  if (!reading)
    for (const base::Diagnostic& error : reading.error())
      std::fputs(to_text(error).c_str(), stderr);
  base::require(reading.has_value(), "what a compose file becomes is valid");
  return 0;
}
