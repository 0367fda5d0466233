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
  const auto meant = base::nearest(word, known);
  context.problems.error(place,
                         fmt::format("unknown {} \"{}\"; {}", kind, word, expected_names(known)),
                         meant ? fmt::format("did you mean \"{}\"?", *meant) : "");
}

bool check_name(const Context& context, Place place, std::string_view kind, std::string_view name,
                std::span<const std::string> known, std::string_view where) {
  if (std::ranges::find(known, name) != known.end()) return true;
  report_unknown(context, place, kind, name, known, where);
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
  const auto covered = [&](const base::Link& known) { return link->covers(known); };
  if (std::ranges::any_of(context.words.links, covered)) return link;
  report_unknown(context, place, "link", base::to_text(*link), link_names(context.words), "");
  return std::nullopt;
}

}  // namespace seawall::scenario
