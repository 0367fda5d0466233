// The words of `seawall compare`, `gate` and `baseline`.
#pragma once
#include <CLI/CLI.hpp>

#include "harness/cli/compare_options.hpp"

namespace seawall::cli {

class CompareWords {
 public:
  // Adds the commands to `app`, which outlives it.
  explicit CompareWords(CLI::App& app);

  // After parsing: whether one of them was given, and then what it does; the exit status.
  bool chosen() const;
  int run() const;

 private:
  void add_compare(CLI::App& command);
  void add_gate(CLI::App& command);
  void add_baseline(CLI::App& command);

  CompareOptions comparing_;
  GateOptions gate_options_;
  BaselineOptions baseline_options_;
  CLI::App* compare_ = nullptr;
  CLI::App* gate_ = nullptr;
  CLI::App* save_ = nullptr;
  CLI::App* list_ = nullptr;
  CLI::App* check_ = nullptr;
};

}  // namespace seawall::cli
