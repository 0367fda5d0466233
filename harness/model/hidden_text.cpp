#include "harness/model/hidden_text.hpp"

#include "harness/model/json_reader.hpp"

namespace seawall::model {
namespace {

unsigned code_point_of(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 1) return byte(0);
  // The first byte has as many bits of the code point as its length leaves, each other one six.
  unsigned code_point = byte(0) & (0x7Fu >> character.size());
  for (std::size_t i = 1; i < character.size(); ++i)
    code_point = (code_point << 6) | (byte(i) & 0x3Fu);
  return code_point;
}

bool is_control(unsigned c) {
  const bool is_blank = c == '\t' || c == '\n' || c == '\r';
  return (c < 0x20 && !is_blank) || (c >= 0x7F && c <= 0x9F);
}

bool turns_text(unsigned c) {
  return c == 0x61C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

void append_json_escape(std::string& out, unsigned unit) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += digits[(unit >> shift) & 0xF];
}

// Two units of UTF-16 where one does not suffice.
void append_json_escapes(std::string& out, unsigned code_point) {
  if (code_point < 0x10000) return append_json_escape(out, code_point);
  append_json_escape(out, 0xD800 + ((code_point - 0x10000) >> 10));
  append_json_escape(out, 0xDC00 + ((code_point - 0x10000) & 0x3FF));
}

bool is_noncharacter(unsigned c) { return (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE; }

}  // namespace

bool is_hidden(std::string_view character) {
  const unsigned c = code_point_of(character);
  return is_control(c) || turns_text(c) || c == 0x2028 || c == 0x2029 || is_noncharacter(c);
}

std::string without_hidden(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0 || is_hidden(text.substr(0, length)))
      append_utf8(out, 0xFFFD);
    else
      out += text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

std::string json_without_hidden(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  while (!json.empty()) {
    const std::size_t length = utf8_length(json);
    const std::string_view character = json.substr(0, length);
    if (length == 0)
      append_utf8(out, 0xFFFD);
    else if (is_hidden(character))
      append_json_escapes(out, code_point_of(character));
    else
      out += character;
    json.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

}  // namespace seawall::model
