// What a person sees while a run goes on, on stderr: one live line on a terminal, plain lines
// otherwise, nothing with --quiet.
#pragma once
#include <string>

#include "harness/run/run.hpp"

namespace seawall::cli {

class Progress final : public run::Watcher {
 public:
  // `virtual_time`: seconds of the run pass in no time, so only faults are worth a line.
  Progress(const model::Scenario& scenario, const runtime::World& world, bool quiet,
           bool virtual_time);
  ~Progress() override;

  void phase(std::string_view name) override;
  void fault(const model::Fault& fault, bool armed, base::Duration at) override;
  void tick(const run::Tick& tick) override;
  // Says something on a line of its own, also where it says nothing else.
  void line(const std::string& text);

 private:
  void clear();

  const model::Scenario& scenario_;
  const runtime::World& world_;
  const bool quiet_;
  const bool virtual_time_;
  const bool terminal_;
  bool live_line_ = false;
};

}  // namespace seawall::cli
