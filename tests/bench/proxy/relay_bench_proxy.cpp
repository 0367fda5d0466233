// Our relay as a program, for the benchmark of proxies: one link, one worker.
//
//   relay_bench_proxy 127.0.0.1:9000 127.0.0.1:80 [FAULT]
//
// Each line of its input is a fault of what flows to the caller: `latency=50ms`, `rate=1000000` in
// bytes a second, or `none`. It takes the place of the one before, and the answer is the line "ok".
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

#include "faults/relay/relay.hpp"
#include "harness/base/text.hpp"
#include "harness/live/clock.hpp"

namespace {

using namespace seawall;

std::optional<std::vector<relay::StreamFault>> parse_fault(std::string_view text) {
  constexpr std::string_view latency = "latency=";
  constexpr std::string_view rate = "rate=";
  if (text == "none") return std::vector<relay::StreamFault>{};
  relay::StreamFault fault;
  fault.name = "fault";
  if (text.starts_with(latency)) {
    const auto duration = base::parse_duration(text.substr(latency.size()));
    if (!duration) return std::nullopt;
    fault.effect.delay = relay::Delay{*duration};
  } else if (text.starts_with(rate)) {
    fault.effect.rate = std::atoll(std::string(text.substr(rate.size())).c_str());
  } else {
    return std::nullopt;
  }
  return std::vector<relay::StreamFault>{fault};
}

int fail(const std::string& message) {
  std::fprintf(stderr, "relay_bench_proxy: %s\n", message.c_str());
  return 2;
}

}  // namespace

int main(int count, char** words) {
  if (count < 3 || count > 4) return fail("LISTEN UPSTREAM [FAULT]");
  const auto listen = relay::parse_endpoint(words[1]);
  const auto upstream = relay::parse_endpoint(words[2]);
  if (!listen || !upstream) return fail(listen ? upstream.error() : listen.error());
  relay::Relay relays(live::steady_now, relay::Relay::Settings{});
  const auto link = relays.add({"bench", *listen, *upstream});
  if (count == 4) {
    const auto faults = parse_fault(words[3]);
    if (!faults) return fail("unknown fault");
    link->set_faults(*faults);
  }
  if (const auto started = link->start(); !started)
    return fail(started.error().operation + ": " + started.error().reason);
  for (std::string line; std::getline(std::cin, line);) {
    const auto faults = parse_fault(line);
    if (faults) link->set_faults(*faults);
    std::printf("%s\n", faults ? "ok" : "unknown fault");
    std::fflush(stdout);
  }
}
