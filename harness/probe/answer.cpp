#include "harness/probe/answer.hpp"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/probe/excerpt.hpp"

namespace seawall::probe {

Answer value_of(std::string_view text) {
  if (text.size() > longest_value)
    return base::unexpected(fmt::format("a value of {} bytes ({}); expected at most {}",
                                        text.size(), excerpt(text, 40), longest_value));
  Value value;
  value.text = std::string(text);
  const std::string_view digits = base::trim(text);
  double number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  if (whole && !digits.empty() && !std::isfinite(number))
    return base::unexpected(fmt::format("{}; expected a finite number", excerpt(text)));
  if (whole && !digits.empty()) value.number = number;
  return value;
}

Answer value_in(std::string_view document, const model::JsonPath& path) {
  using Kind = model::JsonFound::Kind;
  const auto found = model::json_at(document, path);
  if (!found)
    return base::unexpected(fmt::format("no JSON ({}): {}", found.error(), excerpt(document)));
  if (!*found)
    return base::unexpected(fmt::format("nothing at {} of {}", path.text, excerpt(document)));
  const model::JsonFound& value = **found;
  if (value.kind == Kind::null || value.kind == Kind::object || value.kind == Kind::array)
    return base::unexpected(
        fmt::format("{} at {}; expected a number or a text", excerpt(value.text, 80), path.text));
  Answer answer = value_of(value.text);
  // "007" in quotes is meant as a text, and compared as one.
  if (answer && value.kind == Kind::text) answer->number.reset();
  return answer;
}

}  // namespace seawall::probe
