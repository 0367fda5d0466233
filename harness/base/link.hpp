// A link: the way from one service to another, and where faults act. Written "order -> payment".
//
// A service may have instances: "payment/1", "payment/2" and so on, each a node of its own. What is
// said of a service is said of all of them, and what is said of a link, of the way to each.
#pragma once
#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace seawall::base {

// The service that a node is, or is an instance of.
inline std::string_view service_of(std::string_view node) { return node.substr(0, node.find('/')); }

// Whether `name`, which is a service, an instance or `*`, means this node.
inline bool means(std::string_view name, std::string_view node) {
  return name == node || name == "*" || name == service_of(node);
}

struct Link {
  std::string from;
  std::string to;
  auto operator<=>(const Link&) const = default;
  // Whether it leads from an instance to what all of its service share. Nothing means such a link.
  bool is_inner() const { return from != to && service_of(from) == to; }
  // Whether `link` is meant by this one, in which `*` stands for any service.
  bool covers(const Link& link) const {
    return means(from, link.from) && means(to, link.to) && !link.is_inner();
  }
};

inline std::string to_text(const Link& link) { return link.from + " -> " + link.to; }
// The link that this one is, or is the way to one instance of.
inline Link between_services(const Link& link) {
  return {std::string(service_of(link.from)), std::string(service_of(link.to))};
}
// Blanks around the arrow do not matter; nothing where `text` is no link.
std::optional<Link> parse_link(std::string_view text);

}  // namespace seawall::base
