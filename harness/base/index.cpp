#include "harness/base/index.hpp"

#include <array>
#include <charconv>

#include "harness/base/integer_math.hpp"
#include "harness/base/keyed_random.hpp"
#include "harness/base/link.hpp"
#include "harness/base/text.hpp"

namespace seawall::base {
namespace {
constexpr std::array<std::string_view, 5> kind_names = {"none", "order", "request", "warmup",
                                                        "foreign"};
}

std::string_view name_of(Subject::Kind kind) { return kind_names[static_cast<std::size_t>(kind)]; }

std::string to_text(Subject subject) {
  std::string text(name_of(subject.kind));
  if (subject.kind != Subject::Kind::none) text += ' ' + std::to_string(subject.number);
  return text;
}

Subject parse_subject(std::string_view text) {
  const std::size_t blank = text.find(' ');
  if (blank == std::string_view::npos) return {};
  const std::string_view digits = text.substr(blank + 1);
  for (std::size_t kind = 1; kind < kind_names.size(); ++kind) {
    if (text.substr(0, blank) != kind_names[kind]) continue;
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size()) return {};
    return {static_cast<Subject::Kind>(kind), number};
  }
  return {};
}

std::optional<Link> parse_link(std::string_view text) {
  const std::size_t arrow = text.find("->");
  if (arrow == std::string_view::npos) return std::nullopt;
  const std::string_view from = trim(text.substr(0, arrow));
  const std::string_view to = trim(text.substr(arrow + 2));
  if (from.empty() || to.empty() || to.find("->") != std::string_view::npos) return std::nullopt;
  return Link{std::string(from), std::string(to)};
}

Duration KeyedRandom::exponential(Duration mean) const {
  // mean * -ln(u), with -ln(u) in units of 2^-32.
  return Duration(
      scale(mean.count(), static_cast<std::int64_t>(negative_log(state_)), std::int64_t{1} << 32));
}

}  // namespace seawall::base
