// What the command line said, for the commands. CLI11 stays in main.cpp.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/model/scenario.hpp"

namespace seawall::cli {

struct Options {
  std::vector<std::string> scenarios;
  std::vector<std::string> sets;
  std::optional<std::uint64_t> seed;
  std::optional<model::Mode> mode;
  std::vector<std::string> tags;      // any of them
  std::vector<std::string> not_tags;  // none of them
  std::string variant;
  bool variants = false;
  bool markdown = false;  // list
  int repeat = 1;
  std::string out;
  bool json = false;
  bool quiet = false;
  bool color = true;
  std::string ci = "auto";  // github none auto
  std::vector<std::string> fail_on = {"invariant", "slo", "regression", "inconclusive"};
  bool bisect = false;
  int jobs = 0;            // matrix; 0: as the file has it, else one for each core
  std::string run_folder;  // replay
};

}  // namespace seawall::cli
