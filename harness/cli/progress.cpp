#include "harness/cli/progress.hpp"

#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

#include "harness/base/text.hpp"

namespace seawall::cli {
namespace {

double milliseconds(base::Duration time) { return static_cast<double>(time.count()) / 1e6; }
double seconds(base::Duration time) { return static_cast<double>(time.count()) / 1e9; }

std::string bar(base::Duration at, base::Duration length) {
  constexpr int width = 16;
  const auto full =
      length.count() > 0 ? static_cast<std::size_t>(width * at.count() / length.count()) : 0;
  std::string text(std::min<std::size_t>(full, width), '#');
  text.resize(width, '-');
  return '[' + text + ']';
}

}  // namespace

Progress::Progress(const model::Scenario& scenario, const runtime::World& world, bool quiet,
                   bool virtual_time)
    : scenario_(scenario),
      world_(world),
      quiet_(quiet),
      virtual_time_(virtual_time),
      terminal_(isatty(STDERR_FILENO) == 1) {
  if (quiet_) return;
  const model::Load& load = scenario.loads.front();
  const std::string made = load.command.empty() ? base::to_text(load.rate) + " open loop"
                                                : "load by " + model::shown(load.command.front());
  line(fmt::format("{}{}  seed {}  {}  {}{}", scenario.meta.name,
                   scenario.variant.empty() ? "" : " (" + scenario.variant + ")", scenario.run.seed,
                   made, base::to_text(scenario.run.duration),
                   virtual_time ? "  virtual time" : ""));
}

Progress::~Progress() { clear(); }

void Progress::clear() {
  if (live_line_) std::fputs("\r\033[K", stderr);
  live_line_ = false;
}

void Progress::line(const std::string& text) {
  clear();
  std::fprintf(stderr, "%s\n", text.c_str());
}

void Progress::phase(std::string_view name) {
  if (quiet_ || virtual_time_) return;
  line(fmt::format("  {}", name));
  if (name != "warm-up") return;
  const auto addresses = world_.addresses();
  if (const auto gateway = addresses.find("gateway"); gateway != addresses.end())
    line(fmt::format("  the shop answers at http://{}", gateway->second));
}

void Progress::fault(const model::Fault& fault, bool armed, base::Duration at) {
  if (quiet_) return;
  const std::string site = model::site_of(fault);
  const std::string where = fault.by_command() ? "" : " on " + site;
  line(fmt::format("  {:5.1f}s  {}  {}  {}{}", seconds(at), armed ? "fault" : "heal ", fault.name,
                   fault.type, where));
}

void Progress::tick(const run::Tick& tick) {
  if (quiet_ || virtual_time_) return;
  const double errors = tick.answered == 0 ? 0
                                           : 100.0 * static_cast<double>(tick.unexpected) /
                                                 static_cast<double>(tick.answered);
  const std::string text = fmt::format(
      "  {} {:.0f}/{}  {}/s  p50 {:.1f}  p99 {:.1f} ms  err {:.1f}%  in flight {}",
      bar(tick.at, scenario_.run.duration), seconds(tick.at), base::to_text(scenario_.run.duration),
      tick.answered, milliseconds(tick.p50), milliseconds(tick.p99), errors, tick.in_flight);
  if (terminal_) {
    std::fprintf(stderr, "\r\033[K%s", text.c_str());
    std::fflush(stderr);
    live_line_ = true;
  } else if (static_cast<std::int64_t>(seconds(tick.at)) % 5 == 0) {
    line(text);
  }
}

}  // namespace seawall::cli
