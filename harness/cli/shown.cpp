#include "harness/cli/shown.hpp"

#include <fmt/format.h>

namespace seawall::cli {

std::string shown(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : 0);
    if (byte == 0xc2 && next >= 0x80 && next <= 0x9f) {
      out += fmt::format("\\x{:02x}", static_cast<int>(next));
      ++i;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", static_cast<int>(byte));
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace seawall::cli
