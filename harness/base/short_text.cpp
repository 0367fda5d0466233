#include "harness/base/short_text.hpp"

#include <cstdint>
#include <cstring>

#include "harness/base/assert.hpp"

namespace seawall::base {

std::string_view ShortText::long_view() const {
  const char* text = nullptr;
  std::uint32_t size = 0;
  std::memcpy(&text, bytes_.data(), sizeof text);
  std::memcpy(&size, bytes_.data() + sizeof text, sizeof size);
  return {text, size};
}

void ShortText::set_long(std::string_view text) {
  require(text.size() <= UINT32_MAX, "a short text is shorter than 4 GiB");
  const auto size = static_cast<std::uint32_t>(text.size());
  char* const own = new char[size];
  std::memcpy(own, text.data(), size);
  std::memcpy(bytes_.data(), &own, sizeof own);
  std::memcpy(bytes_.data() + sizeof own, &size, sizeof size);
  bytes_[most_here] = elsewhere;
}

}  // namespace seawall::base
