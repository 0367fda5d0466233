// Message bodies come from clients: whatever the bytes, the decoder must end with a value or a
// sentence, and what it accepts must survive a round trip.
#include <cstdint>

#include "harness/base/assert.hpp"
#include "harness/model/json_codec.hpp"
#include "harness/record/ledger.hpp"

namespace seawall::model {
namespace {

// The shapes that a ledger row does not have.
struct Shapes {
  std::vector<Shapes> children;
  std::map<std::string, std::optional<std::int32_t>> numbers;
  std::optional<double> factor;
  Switch<base::Duration> limit;
  bool flag = false;
};
template <class Visitor>
void describe(Visitor& visit, Shapes& value) {
  visit.field("children", value.children, {});
  visit.field("numbers", value.numbers, {});
  visit.field("factor", value.factor, {});
  visit.field("limit", value.limit, {"", 0, 1'000'000});
  visit.field("flag", value.flag, {});
}

template <class T>
void check_round_trip(std::string_view text) {
  const auto decoded = decode_json<T>(text);
  if (!decoded) {
    base::require(decoded.error().starts_with("offset "), "an error says where it is");
    return;
  }
  const std::string encoded = encode_json(*decoded);
  const auto again = decode_json<T>(encoded);
  base::require(again && encode_json(*again) == encoded, "what was accepted survives a round trip");
}

}  // namespace
}  // namespace seawall::model

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  seawall::model::check_round_trip<seawall::model::Shapes>(text);
  seawall::model::check_round_trip<seawall::record::LedgerRow>(text);
  return 0;
}
