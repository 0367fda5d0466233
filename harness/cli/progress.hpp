// What a person sees while a run goes on, on stderr: on a terminal the lines that stay, and below
// them a live view that is drawn again as the run goes on; plain lines elsewhere, nothing with
// --quiet.
#pragma once
#include <atomic>
#include <memory>
#include <string>

#include "harness/base/units.hpp"
#include "harness/cli/live_screen.hpp"
#include "harness/cli/live_view.hpp"
#include "harness/live/breaker_board.hpp"
#include "harness/run/run.hpp"

namespace seawall::cli {

struct ProgressOptions {
  bool quiet = false;
  bool live = true;  // a view that is drawn again and again: can_draw_live()
  // Seconds of the run pass in no time: only faults are worth a line that stays.
  bool virtual_time = false;
};

class Progress final : public run::Watcher {
 public:
  // All outlive it. `interrupts`: whoever counts them writes to stderr too.
  Progress(const model::Scenario& scenario, const runtime::World& world,
           const std::atomic<int>& interrupts, const live::BreakerBoard& breakers,
           const ProgressOptions& options);
  ~Progress() override;

  void phase(std::string_view name) override;
  void fault(const model::Fault& fault, bool armed, base::Duration at) override;
  void tick(const run::Tick& tick) override;
  // Says something on a line of its own, also where it says nothing else.
  void line(const std::string& text);

 private:
  void begin_view();
  void draw(bool at_once);

  const model::Scenario& scenario_;
  const runtime::World& world_;
  const std::atomic<int>& interrupts_;
  const live::BreakerBoard& breakers_;
  const ProgressOptions options_;
  std::unique_ptr<LiveScreen> screen_;  // null: plain lines
  LiveState state_;
  base::TimePoint drawn_{};  // when, by the clock on the wall
  int seen_interrupts_ = 0;
};

}  // namespace seawall::cli
