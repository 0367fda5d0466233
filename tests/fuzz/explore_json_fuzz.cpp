// The explore.json of a shard may come from any machine and any version: whatever the bytes,
// reading ends with a result that can be joined with itself no more, or a sentence. Bare bytes
// rarely get beyond the syntax, so the input is also laid into a whole one, in the place of one of
// its values.
#include <cstddef>
#include <cstdint>
#include <string>

#include "harness/base/assert.hpp"
#include "harness/swarm/result.hpp"

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

// `input` instead of the value behind the colon number `which`.
std::string laid_in(std::string_view input, unsigned which) {
  std::size_t colon = whole.find(':');
  for (unsigned i = 0; i < which; ++i) {
    const std::size_t next = whole.find(':', colon + 1);
    colon = next == whole.npos ? whole.find(':') : next;
  }
  const std::size_t end = whole.find_first_of(",}]", colon + 1);
  return std::string(whole.substr(0, colon + 1)).append(input).append(whole.substr(end));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  seawall::base::require(seawall::swarm::parse_result(whole, "1").has_value(),
                         "the frame is a result");
  read(text);
  if (!text.empty()) read(laid_in(text.substr(1), static_cast<unsigned char>(text[0])));
  return 0;
}
