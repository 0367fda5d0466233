#include "harness/model/json_codec.hpp"

namespace seawall::model {
namespace {

void append_escaped(base::TextBuffer& out, char c) {
  static constexpr std::string_view values = "\"\\\b\f\n\r\t";
  static constexpr std::string_view names = "\"\\bfnrt";
  static constexpr std::string_view digits = "0123456789abcdef";
  if (const std::size_t i = values.find(c); i != values.npos) {
    out += '\\';
    out += names[i];
  } else {
    out += "\\u00";
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
}

}  // namespace

void append_json_string(base::TextBuffer& out, std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && stands_for_itself[static_cast<unsigned char>(text[at])]) ++at;
  if (at == text.size()) return out.quote(text);  // as nearly all do
  out += '"';
  std::size_t from = 0;  // what stands from here is copied as it is
  while (at < text.size()) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (stands_for_itself[c]) {
      ++at;
      continue;
    }
    if (const std::size_t length = c < 0x80 ? 0 : utf8_length(text.substr(at)); length > 0) {
      at += length;
      continue;
    }
    out += text.substr(from, at - from);
    if (c < 0x80)
      append_escaped(out, text[at]);
    else
      out += "\xEF\xBF\xBD";  // U+FFFD
    from = ++at;
  }
  out += text.substr(from);
  out += '"';
}

void append_json_string(std::string& out, std::string_view text) {
  base::TextBuffer buffer(out);
  append_json_string(buffer, text);
}

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

}  // namespace seawall::model
