#include "harness/cli/progress.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "harness/base/text.hpp"
#include "harness/live/clock.hpp"

namespace seawall::cli {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration between_drawings = 200ms;

double milliseconds(base::Duration time) { return static_cast<double>(time.count()) / 1e6; }
double seconds(base::Duration time) { return static_cast<double>(time.count()) / 1e9; }

std::string title_of(const model::Scenario& scenario, bool virtual_time) {
  const model::Load& load = scenario.loads.front();
  const std::string made = load.command.empty() ? base::to_text(load.rate) + " open loop"
                                                : "load by " + model::shown(load.command.front());
  return fmt::format("{}{}  seed {}  {}  {}{}", scenario.meta.name,
                     scenario.variant.empty() ? "" : " (" + scenario.variant + ")",
                     scenario.run.seed, made, base::to_text(scenario.run.duration),
                     virtual_time ? "  virtual time" : "");
}

std::string what_of(const model::Fault& fault) {
  return fault.type + (fault.by_command() ? "" : " on " + model::site_of(fault));
}

}  // namespace

Progress::Progress(const model::Scenario& scenario, const runtime::World& world,
                   const std::atomic<int>& interrupts, const live::BreakerBoard& breakers,
                   const ProgressOptions& options)
    : scenario_(scenario),
      world_(world),
      interrupts_(interrupts),
      breakers_(breakers),
      options_(options) {
  if (options_.quiet) return;
  line(title_of(scenario, options_.virtual_time));
  if (options_.live) begin_view();
}

void Progress::begin_view() {
  screen_ = std::make_unique<LiveScreen>(
      [](const std::string& text) {
        std::fputs(text.c_str(), stderr);
        std::fflush(stderr);
      },
      LiveScreen::of_stderr);
  state_.length = scenario_.run.duration;
  for (const model::Fault& fault : scenario_.faults)
    state_.faults.push_back({fault.name, what_of(fault), LiveState::Fault::State::waits, {}});
}

Progress::~Progress() {
  if (screen_) screen_->clear();
}

void Progress::draw(bool at_once) {
  const base::TimePoint now = live::steady_now();
  if (!at_once && now - drawn_ < between_drawings) return;
  drawn_ = now;
  if (const int count = interrupts_.load(); count != seen_interrupts_) {
    seen_interrupts_ = count;
    screen_->leave();
  }
  state_.breakers = breakers_.states();
  const Size size = screen_->size();
  screen_->draw(live_lines(state_, size.width, size.height));
}

void Progress::line(const std::string& text) {
  if (screen_) screen_->clear();
  std::fprintf(stderr, "%s\n", text.c_str());
}

void Progress::phase(std::string_view name) {
  if (options_.quiet) return;
  state_.phase = name;
  if (!screen_ && !options_.virtual_time) line(fmt::format("  {}", name));
  const auto addresses = name == "warm-up" ? world_.addresses() : decltype(world_.addresses())();
  if (const auto gateway = addresses.find("gateway"); gateway != addresses.end())
    line(fmt::format("  the shop answers at http://{}", gateway->second));
  if (screen_) draw(!options_.virtual_time);
}

void Progress::fault(const model::Fault& fault, bool armed, base::Duration at) {
  if (options_.quiet) return;
  for (LiveState::Fault& one : state_.faults)
    if (one.name == fault.name) {
      one.state = armed ? LiveState::Fault::State::acts : LiveState::Fault::State::healed;
      one.since = at;
    }
  line(fmt::format("  {:5.1f}s  {}  {}  {}", seconds(at), armed ? "fault" : "heal ", fault.name,
                   what_of(fault)));
  if (screen_) draw(!options_.virtual_time);
}

void Progress::tick(const run::Tick& tick) {
  if (options_.quiet) return;
  state_.at = tick.at;
  state_.in_flight = tick.in_flight;
  state_.seconds.push_back({tick.answered, tick.unexpected, tick.p50, tick.p99});
  if (screen_) return draw(false);
  if (options_.virtual_time || static_cast<std::int64_t>(seconds(tick.at)) % 5 != 0) return;
  const double errors = tick.answered == 0 ? 0
                                           : 100.0 * static_cast<double>(tick.unexpected) /
                                                 static_cast<double>(tick.answered);
  line(fmt::format("  {} {:.0f}/{}  {}/s  p50 {:.1f}  p99 {:.1f} ms  err {:.1f}%  in flight {}",
                   progress_bar(tick.at, scenario_.run.duration, 16), seconds(tick.at),
                   base::to_text(scenario_.run.duration), tick.answered, milliseconds(tick.p50),
                   milliseconds(tick.p99), errors, tick.in_flight));
}

}  // namespace seawall::cli
