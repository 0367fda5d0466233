// The words of the commands that are about the program itself: schema, completion, man and doctor;
// and the command line as plain data, which two of these are written from.
#pragma once
#include <string>

#include <CLI/CLI.hpp>

#include "harness/cli/command_tree.hpp"
#include "harness/cli/doctor.hpp"

namespace seawall::cli {

// All that `command` has and shows in its help. Hidden words are left out.
Command tree_of(const CLI::App& command);

// What --version says: the version, and what it was built with.
std::string version_text();

class ToolWords {
 public:
  // Adds the commands to `app`, which outlives it.
  explicit ToolWords(CLI::App& app);

  // After parsing: whether one of them was given, and then what it does; the exit status.
  bool chosen() const;
  int run() const;

 private:
  CLI::App& app_;
  std::string shell_;
  DoctorOptions doctor_options_;
  CLI::App* schema_ = nullptr;
  CLI::App* completion_ = nullptr;
  CLI::App* manual_ = nullptr;
  CLI::App* doctor_ = nullptr;
};

}  // namespace seawall::cli
