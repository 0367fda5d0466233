// The letters and words of HTTP, which are ASCII wherever their case does not count.
#pragma once
#include <algorithm>
#include <string_view>

namespace seawall::http {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

constexpr bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

// -1: the character is no digit.
constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char small = lower(c);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

constexpr std::string_view without_query(std::string_view target) {
  return target.substr(0, target.find('?'));
}

}  // namespace seawall::http
