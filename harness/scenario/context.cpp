#include "harness/scenario/context.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/base/link.hpp"
#include "harness/base/text.hpp"
#include "harness/scenario/later.hpp"

namespace seawall::scenario {
namespace {

constexpr std::size_t most_names_shown = 12;

std::string expected_names(std::span<const std::string> known) {
  if (known.empty()) return "there are none here";
  if (known.size() <= most_names_shown) return "expected one of " + base::join(known, ", ");
  return "expected one of " + base::join(known.first(most_names_shown), ", ") + ", ...";
}

// Those that share a word with it ("late_reply": drop_reply, late_request), else all that the
// message has left out.
std::string other_names(std::string_view word, std::span<const std::string> known) {
  if (known.size() <= most_names_shown) return {};
  constexpr std::size_t least = 4;  // letters of a word that says something
  std::vector<std::string> alike;
  for (const std::string& name : known) {
    const auto parts = base::split(name, '_');
    const bool shares = std::ranges::any_of(base::split(word, '_'), [&](std::string_view part) {
      return part.size() >= least && std::ranges::find(parts, part) != parts.end();
    });
    if (shares) alike.push_back(name);
  }
  if (!alike.empty()) return "did you mean one of " + base::join(alike, ", ") + "?";
  return "the others are " + base::join(known.subspan(most_names_shown), ", ");
}

}  // namespace

void report_unknown(const Context& context, Place place, std::string_view kind,
                    std::string_view word, std::span<const std::string> known,
                    std::string_view where) {
  const auto& later = context.words.later;
  if (is_later(where, word) || std::ranges::find(later, word) != later.end()) {
    context.problems.error(place, fmt::format("{} \"{}\" is not in this version", kind, word),
                           "it belongs to the language, and a later version builds it");
    return;
  }
  const auto& elsewhere = context.words.elsewhere;
  if (std::ranges::find(elsewhere, word) != elsewhere.end()) {
    context.problems.error(place, fmt::format("{} \"{}\" means nothing with kind = \"{}\"; {}",
                                              kind, word, context.target, expected_names(known)));
    return;
  }
  const auto meant = base::nearest(word, known);
  context.problems.error(
      place, fmt::format("unknown {} \"{}\"; {}", kind, word, expected_names(known)),
      meant ? fmt::format("did you mean \"{}\"?", *meant) : other_names(word, known));
}

bool check_name(const Context& context, Place place, std::string_view kind, std::string_view name,
                std::span<const std::string> known, std::string_view where) {
  if (std::ranges::find(known, name) != known.end()) return true;
  report_unknown(context, place, kind, name, known, where);
  return false;
}

bool check_node(const Context& context, Place place, std::string_view name) {
  const std::string_view service = base::service_of(name);
  if (!check_name(context, place, "service", service, context.words.services)) return false;
  const auto count = context.instances.count.find(std::string(service));
  const bool misread = count != context.instances.count.end() && count->second == 0;
  if (service == name || misread) return true;
  const std::vector<std::string> nodes = context.instances.nodes_of(service);
  if (std::ranges::find(nodes, name) != nodes.end()) return true;
  if (nodes.size() == 1)
    context.problems.error(place, fmt::format("{}: {} has no instances", name, service),
                           fmt::format("[target.instances] {} = 3 makes three of it", service));
  else
    context.problems.error(place, fmt::format("{}: there are {} instances; expected {} to {}", name,
                                              nodes.size(), nodes.front(), nodes.back()));
  return false;
}

std::vector<std::string> link_names(const model::Vocabulary& words) {
  std::vector<std::string> names;
  for (const base::Link& link : words.links) names.push_back(base::to_text(link));
  return names;
}

std::optional<base::Link> read_link(const Context& context, Place place, std::string_view text) {
  const std::optional<base::Link> link = base::parse_link(text);
  if (!link) {
    context.problems.error(place, fmt::format("found \"{}\"; expected a link, \"A -> B\"", text));
    return std::nullopt;
  }
  const base::Link services = base::between_services(*link);
  // Who has instances calls nobody, so that a caller is always a service.
  const auto covered = [&](const base::Link& known) {
    return services.from == link->from && services.covers(known);
  };
  if (std::ranges::any_of(context.words.links, covered)) {
    const bool known = services == *link || check_node(context, place, link->to);
    return known ? link : std::nullopt;
  }
  report_unknown(context, place, "link", base::to_text(*link), link_names(context.words), "");
  return std::nullopt;
}

std::optional<base::Link> read_whole_link(const Context& context, Place place,
                                          std::string_view text) {
  const std::optional<base::Link> link = read_link(context, place, text);
  if (!link || base::between_services(*link) == *link) return link;
  context.problems.error(
      place, fmt::format("found \"{}\"; expected \"{}\", the way to all instances",
                         base::to_text(*link), base::to_text(base::between_services(*link))));
  return std::nullopt;
}

}  // namespace seawall::scenario
