// The machine that a benchmark ran on, as it is told beside what was measured.
#pragma once
#include <fstream>
#include <string>
#include <thread>

namespace seawall::bench {

// "AMD EPYC 7B13, 2 cores"
inline std::string machine() {
  std::string model = "unknown processor";
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);)
    if (line.starts_with("model name")) {
      model = line.substr(line.find(": ") + 2);
      break;
    }
  return model + ", " + std::to_string(std::thread::hardware_concurrency()) + " cores";
}

}  // namespace seawall::bench
