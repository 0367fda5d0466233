// A row of the store as one line of fields: for what is written several times for each order, where
// JSON would cost more than all the rest. The last field may hold any bytes.
//
//   append_field(row, 12), append_field(row, 7), row += text        "12 7 text"
//   take_field(rest, number) ...                                    rest: "text"
#pragma once
#include <charconv>
#include <concepts>
#include <string_view>

#include "harness/base/text_buffer.hpp"

namespace seawall::saga {

inline constexpr char field_separator = ' ';

template <std::integral Number>
void append_field(base::TextBuffer& row, Number number) {
  row.number(number);
  row += field_separator;
}

// Takes the next field off the front of `rest`.
inline std::string_view take_field(std::string_view& rest) {
  const std::size_t end = rest.find(field_separator);
  const std::string_view field = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return field;
}

// The same as a number; false where it is none.
template <std::integral Number>
bool take_field(std::string_view& rest, Number& number) {
  const std::string_view field = take_field(rest);
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), number);
  return error == std::errc() && end == field.data() + field.size();
}

}  // namespace seawall::saga
