// The explore.json of a shard may come from any machine and any version: whatever the bytes,
// reading ends with a result that can be joined with itself no more, or a sentence.
#include <string_view>

#include "harness/base/assert.hpp"
#include "harness/swarm/result.hpp"
#include "tests/fuzz/whole_json.hpp"

namespace {

constexpr std::string_view whole =
    R"({"schema":1,"kind":"fuzz","version":"1","scenario":"s","text":"0a","seed":1,"orders":20,)"
    R"("first":1,"budget":9,"shards":2,"done":[1],"runs":5,"faults":9,"violations":1,)"
    R"("complete":true,"kinds":[{"kind":"pause for a time","drawn":4,"acted":2}],"findings":[)"
    R"({"signature":"A1","runs":1,"run":3,"seed":7,"drawn":2,"broken":["A1 n"],"why":"w",)"
    R"("culprit":"c","plan":["p"],"orders":1,"other_broken":4,"other_seeds":4,)"
    R"("over_sockets":"","hint":"h","story":"t","scenario":"schema = 1"}],"exit":1})";

void read(std::string_view text) {
  const auto result = seawall::swarm::parse_result(text, "1");
  seawall::base::require(result || !result.error().empty(), "what is no result says why");
  if (!result) return;
  seawall::base::require(!seawall::swarm::result_text(*result).empty(), "a result can be told");
  seawall::base::require(!seawall::swarm::merge({*result, *result}).has_value(),
                         "a shard is joined once");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  seawall::base::require(seawall::swarm::parse_result(whole, "1").has_value(),
                         "the frame is a result");
  seawall::test::feed(whole, data, size, read);
  return 0;
}
