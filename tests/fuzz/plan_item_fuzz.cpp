// Lines of a plan are written by people and by the explorer: whatever the bytes, one that is read
// prints as what reads back the same, and one that is not has its mistake within the text.
#include <cstdint>
#include <string_view>

#include "harness/base/assert.hpp"
#include "harness/model/point.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace seawall;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto item = model::parse_plan_item(text);
  if (!item) {
    base::require(item.error().at <= text.size(), "a mistake is within the text");
    base::require(!item.error().message.empty(), "and says what was expected");
    return 0;
  }
  const std::string printed = model::to_text(*item);
  const auto again = model::parse_plan_item(printed);
  if (printed.size() > 1000) return 0;  // blanks that it was read without made it longer
  base::require(again.has_value(), "what is printed can be read");
  base::require(model::to_text(*again) == printed, "and is the same");
  return 0;
}
