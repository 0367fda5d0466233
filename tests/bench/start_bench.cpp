// How long a user waits for the five services of the shop: from the start of `seawall up` to the
// first answer to a request that went through the gateway to another service, in each live world.
//
//   start_bench        prints the median, the least and the most of some starts, in milliseconds
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "harness/live/clock.hpp"
#include "harness/os/child.hpp"
#include "harness/os/shim.hpp"
#include "harness/worlds/readiness.hpp"

namespace {

using namespace seawall;

constexpr int starts = 11;

// "client -> gateway   http://127.0.0.1:PORT" in what it said.
std::uint16_t gateway_port(const os::Child& up) {
  const std::string text = up.output().last_lines(40);
  const std::size_t line = text.find("client -> gateway");
  const std::size_t colon = text.find("127.0.0.1:", line);
  std::uint16_t port = 0;
  if (line != text.npos && colon != text.npos)
    std::from_chars(text.data() + colon + 10, text.data() + text.size(), port);
  return port;
}

double start_once(const std::string& mode) {
  os::Command command;
  command.words = {SEAWALL_PROGRAM, "up", SEAWALL_SOURCE_DIR "/scenarios/quickstart.toml", "--mode",
                   mode};
  command.awaited = "Ctrl-C ends it";
  const base::TimePoint began = live::steady_now();
  const auto up = os::Child::start({SEAWALL_PROGRAM, std::string(os::shim_word)}, command);
  if (!up) {
    std::fprintf(stderr, "start_bench: %s\n", up.error().c_str());
    std::exit(1);
  }
  while (!(*up)->output().has_said() && !(*up)->ended()) (*up)->wait(std::chrono::milliseconds(1));
  const auto answered = worlds::look_http("/skus/sku-1", gateway_port(**up));
  if (!answered) {
    std::fprintf(stderr, "start_bench: no answer: %s; %s\n", answered.error().c_str(),
                 (*up)->output().last_lines().c_str());
    std::exit(1);
  }
  return std::chrono::duration<double, std::milli>(live::steady_now() - began).count();
}

}  // namespace

int main() {
  std::printf("%u cores; `seawall up` to the first answer, %d starts\n",
              std::thread::hardware_concurrency(), starts);
  for (const char* mode : {"inprocess", "processes"}) {
    std::vector<double> times;
    for (int i = 0; i < starts; ++i) times.push_back(start_once(mode));
    std::sort(times.begin(), times.end());
    std::printf("%-10s  median %4.0f ms   least %4.0f ms   most %4.0f ms\n", mode,
                times[times.size() / 2], times.front(), times.back());
  }
}
