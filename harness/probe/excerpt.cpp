#include "harness/probe/excerpt.hpp"

#include "harness/base/text.hpp"
#include "harness/model/json_reader.hpp"

namespace seawall::probe {

std::string excerpt(std::string_view text, std::size_t limit) {
  text = base::trim(text);
  std::string out;
  while (!text.empty()) {
    const std::size_t length = model::utf8_length(text);
    if (out.size() + std::max<std::size_t>(length, 1) > limit) return out + "...";
    const auto first = static_cast<unsigned char>(text[0]);
    if (length == 0)
      out += '?';
    else if (first < 0x20 || first == 0x7f)
      out += ' ';
    else
      out += text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return std::string(base::trim(out));
}

}  // namespace seawall::probe
