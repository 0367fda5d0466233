// A link: the way from one service to another, and where faults act. Written "order -> payment".
#pragma once
#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace seawall::base {

struct Link {
  std::string from;
  std::string to;
  auto operator<=>(const Link&) const = default;
  // Whether `link` is meant by this one, in which `*` stands for any service.
  bool covers(const Link& link) const {
    return (from == "*" || from == link.from) && (to == "*" || to == link.to);
  }
};

inline std::string to_text(const Link& link) { return link.from + " -> " + link.to; }
// Blanks around the arrow do not matter; nothing where `text` is no link.
std::optional<Link> parse_link(std::string_view text);

}  // namespace seawall::base
