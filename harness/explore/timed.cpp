#include "harness/explore/timed.hpp"

#include <algorithm>

#include "harness/base/text.hpp"

namespace seawall::explore {
namespace {

constexpr std::string_view head = "[[fault]]\n";

std::vector<std::string> lines_of(std::string_view toml) {
  std::vector<std::string> lines;
  if (!toml.starts_with(head)) return lines;
  for (const std::string_view line : base::split(toml.substr(head.size()), '\n'))
    if (!line.empty()) lines.emplace_back(line);
  return lines;
}

// `key = "300ms"` with half the time; empty where it is another line, or short enough.
std::string halved(std::string_view line) {
  for (const std::string_view key : {"for", "restart"}) {
    const std::string begin = base::concat({key, " = \""});
    if (!line.starts_with(begin) || !line.ends_with('"')) continue;
    const auto time =
        base::parse_duration(line.substr(begin.size(), line.size() - begin.size() - 1));
    if (!time || *time / 2 < shortest) continue;
    const auto half = std::chrono::floor<std::chrono::milliseconds>(*time / 2);
    return begin + base::to_text(half) + '"';
  }
  return {};
}

}  // namespace

FaultText fault_for_a_time(const std::vector<std::string>& lines) {
  FaultText fault;
  fault.shown = base::join(lines, ", ");
  fault.toml = head;
  for (const std::string& line : lines) fault.toml += line + "\n";
  return fault;
}

std::optional<FaultText> from_the_start(const std::string& toml) {
  constexpr std::string_view start = "at = \"0s\"";
  std::vector<std::string> lines = lines_of(toml);
  const auto at = std::ranges::find_if(
      lines, [](const std::string& line) { return line.starts_with("at = "); });
  if (at == lines.end() || *at == start) return std::nullopt;
  *at = start;
  return fault_for_a_time(lines);
}

std::vector<FaultText> plainer_in_time(const std::string& toml) {
  std::vector<FaultText> plainer;
  const std::vector<std::string> lines = lines_of(toml);
  // The name is what the share was drawn by.
  std::vector<std::string> always = lines;
  if (std::erase_if(always, [](const auto& line) { return line.starts_with("probability = "); })) {
    std::erase_if(always, [](const auto& line) { return line.starts_with("name = "); });
    plainer.push_back(fault_for_a_time(always));
  }
  if (auto earlier = from_the_start(toml)) plainer.push_back(std::move(*earlier));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::string half = halved(lines[i]);
    if (half.empty()) continue;
    std::vector<std::string> shorter = lines;
    shorter[i] = std::move(half);
    plainer.push_back(fault_for_a_time(shorter));
  }
  return plainer;
}

}  // namespace seawall::explore
