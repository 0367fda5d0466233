// The state of a gate lies in a folder that anybody may write to: whatever the bytes, reading ends
// with runs that lead to no other folder, or with a sentence.
#include <cstdint>

#include "harness/base/assert.hpp"
#include "harness/cli/gate_state.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto state =
      seawall::cli::parse_state(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!state) {
    seawall::base::require(!state.error().empty(), "a mistake says what it is");
    return 0;
  }
  for (const seawall::cli::GateRun& run : state->runs)
    seawall::base::require(
        run.folder.find('/') == run.folder.npos && run.folder != ".." && !run.folder.empty(),
        "a run lies directly below runs/");
  return 0;
}
