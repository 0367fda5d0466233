#include "reports/hdr_log.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "harness/base/assert.hpp"
#include "harness/base/text.hpp"

namespace seawall::reports {
namespace {

using base::Duration;
using base::unexpected;
using stats::Histogram;
using Layout = stats::HistogramLayout;

constexpr std::size_t most_tags = 1'000;  // of a log: each takes the size of a histogram

std::string seconds(Duration duration) {
  return fmt::format("{:.3f}", std::chrono::duration<double>(duration).count());
}

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  // No nan, and what nanoseconds can hold, also where times count from 1970.
  return std::abs(value) <= 9e9 ? std::optional(value) : std::nullopt;
}

Duration of_seconds(double value) { return std::chrono::milliseconds(std::llround(value * 1000)); }

base::expected<HdrInterval, std::string> read_interval(std::string_view line) {
  std::vector<std::string_view> parts = base::split(line, ',');
  std::string tag;
  if (line.starts_with("Tag=")) {
    tag = parts.front().substr(4);
    parts.erase(parts.begin());
  }
  if (parts.size() != 4) return unexpected<std::string>("expected start, length, max, histogram");
  const auto start = parse_number(parts[0]);
  const auto length = parse_number(parts[1]);
  if (!start || !length || *length < 0 || !parse_number(parts[2]))
    return unexpected<std::string>("expected numbers for start, length and max");
  auto histogram = decode_histogram(parts[3]);
  if (!histogram) return unexpected(std::move(histogram.error()));
  return HdrInterval{std::move(tag), of_seconds(*start), of_seconds(*length),
                     std::move(*histogram)};
}

// Line by line, until `take` has something against an interval; the error says where.
base::expected<void, std::string> for_each_interval(
    std::string_view text, const std::function<std::string(HdrInterval)>& take) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = base::trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.starts_with('#') || line.starts_with('"')) continue;
    auto interval = read_interval(line);
    const std::string wrong = interval ? take(std::move(*interval)) : interval.error();
    if (!wrong.empty()) return unexpected(fmt::format("line {}: {}", number, wrong));
  }
  return {};
}

// Every value so many times as large. False where one would pass what 63 bits hold.
bool add_scaled(const Histogram& more, std::int64_t factor, Histogram& sum) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  if (more.count() == 0) return true;
  if (more.max().count() > most / factor || more.count() > most - sum.count()) return false;
  if (more.max() * factor > sum.highest()) {
    Histogram larger(more.max() * factor);
    larger.merge(sum);
    sum = std::move(larger);
  }
  const auto counts = more.counts();
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (counts[i] > 0) sum.record(Duration(Layout::highest_of(i)) * factor, counts[i]);
  return true;
}

}  // namespace

std::string tag_of(std::string_view name) {
  std::string tag(name);
  for (char& c : tag)
    if (c == ',' || static_cast<unsigned char>(c) <= ' ') c = '_';
  return tag;
}

HdrLogWriter::HdrLogWriter()
    : text_(
          "#[Histogram log format version 1.3]\n"
          "#[BaseTime: 0.000 (seconds since epoch)]\n"
          "#[StartTime: 0.000 (seconds since epoch), time 0 of the run]\n"
          "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\","
          "\"Interval_Compressed_Histogram\"\n") {}

void HdrLogWriter::append(std::string_view tag, Duration start, Duration length,
                          const Histogram& histogram) {
  const double max_ms = std::chrono::duration<double, std::milli>(histogram.max()).count();
  text_ += fmt::format("Tag={},{},{},{:.3f},{}\n", tag_of(tag), seconds(start), seconds(length),
                       max_ms, encode_histogram(histogram));
}

base::expected<std::vector<HdrInterval>, std::string> read_hdr_log(std::string_view text,
                                                                   std::size_t most) {
  std::vector<HdrInterval> intervals;
  const auto read = for_each_interval(text, [&](HdrInterval interval) -> std::string {
    if (intervals.size() == most) return fmt::format("more than {} intervals", most);
    intervals.push_back(std::move(interval));
    return "";
  });
  if (!read) return unexpected(read.error());
  return intervals;
}

base::expected<std::map<std::string, Histogram>, std::string> read_hdr_totals(std::string_view text,
                                                                              Duration unit) {
  base::require(unit > Duration(0), "a unit of time is positive");
  std::map<std::string, Histogram> totals;
  const auto read = for_each_interval(text, [&](const HdrInterval& interval) -> std::string {
    if (totals.size() == most_tags && !totals.contains(interval.tag))
      return fmt::format("more than {} tags", most_tags);
    const bool fits = add_scaled(interval.histogram, unit.count(), totals[interval.tag]);
    return fits ? "" : "values or counts of more than 63 bits, in nanoseconds";
  });
  if (!read) return unexpected(read.error());
  return totals;
}

}  // namespace seawall::reports
