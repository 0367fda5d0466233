#include "harness/os/processor_time.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <string>

#include <sys/resource.h>
#include <unistd.h>

#include "harness/base/integer_math.hpp"
#include "harness/base/text.hpp"

namespace seawall::os {
namespace {

using base::Duration;

// Columns of the line, proc(5).
enum Column : std::size_t { user, nice, system, idle, iowait, irq, softirq, steal, columns };

Duration time_of(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

Duration processor_time_of(int who) {
  rusage usage{};
  getrusage(who, &usage);
  return time_of(usage.ru_utime) + time_of(usage.ru_stime);
}

base::Share share_of(Duration part, Duration all) {
  if (all <= Duration(0)) return {};
  const Duration inside = std::clamp(part, Duration(0), all);
  return {base::scale(inside.count(), base::Share::all().ppm, all.count())};
}

}  // namespace

std::optional<ProcessorTime> parse_processor_time(std::string_view stat, long ticks_per_second) {
  const std::string_view line = stat.substr(0, stat.find('\n'));
  if (!line.starts_with("cpu ") || ticks_per_second < 1) return std::nullopt;
  std::array<Duration, columns> times{};
  std::size_t column = 0;
  for (const std::string_view word : base::split(base::trim(line.substr(4)), ' ')) {
    std::int64_t ticks = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), ticks);
    if (error != std::errc() || end != word.data() + word.size() || ticks < 0) return std::nullopt;
    if (column == columns) break;  // guests: within user and nice already
    times[column++] = Duration(base::scale(ticks, 1'000'000'000, ticks_per_second));
  }
  if (column != columns) return std::nullopt;
  ProcessorTime time;
  for (const Duration part : times) time.all += part;
  time.busy = times[user] + times[nice] + times[system];
  time.stolen = times[steal];
  return time;
}

std::optional<ProcessorTime> processor_time() {
  std::ifstream in("/proc/stat");
  std::string line;
  std::getline(in, line);
  return parse_processor_time(line, sysconf(_SC_CLK_TCK));
}

Duration own_processor_time() {
  return processor_time_of(RUSAGE_SELF) + processor_time_of(RUSAGE_CHILDREN);
}

ProcessorUse use_between(const ProcessorTime& before, const ProcessorTime& after, Duration own) {
  const Duration all = after.all - before.all;
  return {share_of(after.busy - before.busy - own, all),
          share_of(after.stolen - before.stolen, all)};
}

}  // namespace seawall::os
