// A run.json may come from any machine and any version: whatever the bytes, reading ends with a run
// or a sentence.
#include <string_view>

#include "harness/base/assert.hpp"
#include "reports/run_reader.hpp"
#include "tests/fuzz/whole_json.hpp"

namespace {

constexpr std::string_view whole =
    R"({"schema":1,"scenario":"s","variant":"","mode":"sim","seed":42,"verdict":"fail","exit":1,)"
    R"("trace_hash":"90","trace":{"version":2,"events":"1","journal":"2","history":"3",)"
    R"("ledger":"4"},"comparison_hash":"01","checks":[{"kind":"invariant","id":"A1",)"
    R"("name":"n","phase":"","verdict":"fail","value":"","limit":"","why":"","orders":["1"],)"
    R"("offending":1,"exercised":1}],"faults":[{"name":"f","on":null,"hit":1,"reached":1,)"
    R"("must_hit":20,"calls":1,"shielded":0}],"patterns":[{"pattern":"retry","where":"a -> b",)"
    R"("acted":1,"permits_taken":0,"permits_returned":0,"peak_in_flight":0}],"load":[{"name":"l",)"
    R"("planned":1,"sent":1,"peak_in_flight":1,"lateness_p99_ns":0,"lateness_max_ns":0,)"
    R"("lateness_limit_ns":1}],"measures":[{"request":"r","sent":1,"expected":1,"ended":1,)"
    R"("latency_p50_ns":1,"latency_p99_ns":1,"latency_max_ns":1}],"events_omitted":0,)"
    R"("interrupted":false,"stopped_by":"","machine":"m","versions":{"seawall":"0.1.0"},)"
    R"("started":"2025-11-21T09:53:00Z"})";

void read(std::string_view text) {
  const auto run = seawall::reports::parse_run_json(text);
  seawall::base::require(run || !run.error().empty(), "what is no run says why");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  seawall::base::require(seawall::reports::parse_run_json(whole).has_value(), "the frame is a run");
  seawall::test::feed(whole, data, size, read);
  return 0;
}
