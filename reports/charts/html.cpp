#include "reports/charts/html.hpp"

#include "harness/model/hidden_text.hpp"
#include "harness/model/json_reader.hpp"

namespace seawall::charts {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

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
      out += model::is_hidden({&c, 1}) ? replacement : std::string_view(&c, 1);
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
    else if (length == 0 || model::is_hidden(text.substr(0, length)))
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
