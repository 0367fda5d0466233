#include "reports/trace_difference.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <vector>

#include "harness/base/text.hpp"

namespace seawall::reports {
namespace {

// The line that `text` begins with, which is taken off.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(text.size(), end + 1));
  return line;
}

// Of {"t":12,...}; the count of what was left out has none, nor has what is no line of ours.
std::optional<std::int64_t> time_of(std::string_view line) {
  constexpr std::string_view head = "{\"t\":";
  std::int64_t t = 0;
  if (!line.starts_with(head)) return std::nullopt;
  const auto read = std::from_chars(line.data() + head.size(), line.data() + line.size(), t);
  return read.ec == std::errc() ? std::optional(t) : std::nullopt;
}

std::optional<std::int64_t> earlier(std::optional<std::int64_t> a, std::optional<std::int64_t> b) {
  return a && b ? std::min(a, b) : a ? a : b;
}

}  // namespace

std::string differing_parts(const TraceParts& recorded, const TraceParts& now) {
  std::vector<std::string> parts;
  if (recorded.events != now.events) parts.emplace_back("events");
  if (recorded.journal != now.journal) parts.emplace_back("requests on the links");
  if (recorded.history != now.history) parts.emplace_back("requests of the clients");
  if (recorded.ledger != now.ledger) parts.emplace_back("durable writes");
  return base::join(parts, ", ");
}

std::optional<LineDifference> first_difference(std::string_view file, std::string_view recorded,
                                               std::string_view now) {
  LineDifference difference;
  difference.file = file;
  while (!recorded.empty() || !now.empty()) {
    ++difference.line;
    const std::string_view before = take_line(recorded);
    const std::string_view after = take_line(now);
    if (before == after) {
      // Behind a count of what was left out stands what a verdict names (ledger.hpp), not all.
      if (before.starts_with("{\"omitted\":")) break;
      continue;
    }
    difference.t = earlier(time_of(before), time_of(after));
    difference.recorded = before;
    difference.now = after;
    return difference;
  }
  return std::nullopt;
}

}  // namespace seawall::reports
