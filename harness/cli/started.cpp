#include "harness/cli/started.hpp"

#include <chrono>
#include <fstream>
#include <string>
#include <thread>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "harness/base/text.hpp"

namespace seawall::cli {
namespace {

// Runs in wall time of different processors cannot be compared. Empty where the kernel does not
// tell (on ARM, for one).
std::string processor_model() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("model name")) {
      const std::size_t colon = line.find(':');
      return colon == line.npos ? "" : " of " + std::string(base::trim(line.substr(colon + 1)));
    }
  return "";
}

}  // namespace

reports::RunFacts facts_of_now() {
  reports::RunFacts facts;
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  facts.started_utc =
      fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
  utsname system{};
  uname(&system);
  const auto pages = static_cast<double>(sysconf(_SC_PHYS_PAGES));
  const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
  facts.machine = fmt::format(
      "{} cores{}, {:.1f} GiB, {} {} {}", std::thread::hardware_concurrency(), processor_model(),
      pages * page / (1 << 30), system.sysname, system.release, system.machine);
  facts.versions = {{"seawall", SEAWALL_VERSION}, {"compiler", __VERSION__}};
  return facts;
}

}  // namespace seawall::cli
