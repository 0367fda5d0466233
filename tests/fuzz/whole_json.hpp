// Input for what reads a JSON file of ours: as it is, which rarely gets beyond the syntax, and laid
// into a whole one, in the place of one of its values.
//
//   feed(whole, data, size, read)   read("...") and read({"schema":1,"kind":...})
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace seawall::test {

// `input` instead of the value behind the colon number `which`.
inline std::string laid_in(std::string_view whole, std::string_view input, unsigned which) {
  std::size_t colon = whole.find(':');
  for (unsigned i = 0; i < which; ++i) {
    const std::size_t next = whole.find(':', colon + 1);
    colon = next == whole.npos ? whole.find(':') : next;
  }
  const std::size_t end = whole.find_first_of(",}]", colon + 1);
  return std::string(whole.substr(0, colon + 1)).append(input).append(whole.substr(end));
}

// Which value it is, the first byte says.
inline void feed(std::string_view whole, const std::uint8_t* data, std::size_t size,
                 void (*read)(std::string_view)) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read(text);
  if (!text.empty())
    read(laid_in(whole, text.substr(1), static_cast<unsigned char>(text.front())));
}

}  // namespace seawall::test
