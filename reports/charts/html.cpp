#include "reports/charts/html.hpp"

#include "harness/model/json_reader.hpp"

namespace seawall::charts {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

// C1 controls, and what turns the direction of the text around it: U+0080 to U+009F, U+202A to
// U+202E, U+2066 to U+2069.
bool is_hidden(std::string_view sequence) {
  if (sequence.size() == 2 && sequence[0] == '\xC2')
    return static_cast<unsigned char>(sequence[1]) < 0xA0;
  if (sequence.size() != 3 || sequence[0] != '\xE2') return false;
  const auto last = static_cast<unsigned char>(sequence[2]);
  return (sequence[1] == '\x80' && last >= 0xAA && last <= 0xAE) ||
         (sequence[1] == '\x81' && last >= 0xA6 && last <= 0xA9);
}

void append_ascii(std::string& out, char c) {
  switch (c) {
    case '&':
      out += "&amp;";
      return;
    case '<':
      out += "&lt;";
      return;
    case '>':
      out += "&gt;";
      return;
    case '"':
      out += "&quot;";
      return;
    case '\'':
      out += "&#39;";
      return;
    case '\n':
    case '\r':
    case '\t':
      out += ' ';
      return;
    default:
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
        out += replacement;
      else
        out += c;
  }
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  while (!text.empty()) {
    const std::size_t length = model::utf8_length(text);
    if (length == 1)
      append_ascii(out, text[0]);
    else if (length == 0 || is_hidden(text.substr(0, length)))
      out += replacement;
    else
      out += text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) {
    const std::size_t length = model::utf8_length(text);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return count;
}

std::string shortened(std::string_view text, std::size_t most) {
  if (characters(text) <= most) return std::string(text);
  std::size_t end = 0;
  for (std::size_t count = 1; count < most; ++count) {
    const std::size_t length = model::utf8_length(text.substr(end));
    end += length == 0 ? 1 : length;
  }
  return std::string(text.substr(0, end)) + "…";
}

}  // namespace seawall::charts
