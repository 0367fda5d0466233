// Loads that a tool of the user makes: k6, wrk, a test suite. It runs for as long as the load
// phase, and its exit status is a check of the run.
//
//   start() ──▶ it runs ──▶ ends by itself, or: ask_to_end() ──INT──▶ within its grace ──KILL──▶
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "harness/base/result.hpp"
#include "harness/model/late_text.hpp"
#include "harness/model/scenario.hpp"
#include "harness/os/child.hpp"
#include "harness/record/record.hpp"
#include "harness/run/workplace.hpp"

namespace seawall::run {

// One thread.
class LoadCommands {
 public:
  // How long a tool may take to end when it is asked to.
  static constexpr base::Duration grace = std::chrono::seconds(5);
  // What its environment has where the load says `to`: the URL of the link that leads there.
  static constexpr const char* url_variable = "SEAWALL_URL";

  // `loads`: all of the scenario; they outlive this. `workplace` may be null where none of them is
  // a command.
  LoadCommands(const std::vector<model::Load>& loads, const Workplace* workplace);
  // Kills what still runs.
  ~LoadCommands();
  LoadCommands(const LoadCommands&) = delete;
  LoadCommands& operator=(const LoadCommands&) = delete;

  // Starts them all. The error says which one cannot be started, and why; the others run.
  base::expected<void, std::string> start(const model::Addresses& known);
  // The signal, to those that still run; returns at once.
  void ask_to_end();
  // After ask_to_end(): when none of them is left, at most a grace later. Kills those that stay.
  void await_end();
  // What became of each that was started, in the order of the file.
  std::vector<record::ToolUse> uses() const;

 private:
  struct Tool;

  base::expected<void, std::string> start(Tool& tool, const model::Addresses& known);

  const Workplace* workplace_;
  std::vector<std::unique_ptr<Tool>> tools_;
};

}  // namespace seawall::run
